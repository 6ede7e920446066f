import pytest

from inference.loss import Loss, loss


@pytest.mark.parametrize(
    "text",
    [
        "my phone was snatched on the tram and the app is on it",
        "someone nicked my mobile, the banking app was open",
        "انسرق جوالي من السيارة وفيه تطبيقكم",
        "خطفوا الموبايل من إيدي في الشارع",
        "sara2o el mobile beta3i w el app maftoo7",
    ],
)
def test_a_phone_that_is_gone(text: str) -> None:
    assert loss(text) is Loss.PHONE


@pytest.mark.parametrize(
    "text",
    [
        "I paid a fake landlord and now he is gone",
        "she read them the code and they emptied it",
        "حولت العربون وطلع نصاب",
        "عطيته الرمز وسحب كل شي",
        "تنصب عليا فصفحة كيف ديالكم",
        "7awalt el floos w tele3 nassab",
    ],
)
def test_who_sent_it_themselves(text: str) -> None:
    assert loss(text) is Loss.SENT


@pytest.mark.parametrize(
    "text",
    [
        "somebody is shopping with my card in another city",
        "في حد بيسحب من بطاقتي",
        "فيه عمليات ما سويتها",
        "I was robbed",
    ],
)
def test_anything_else_is_money_taken(text: str) -> None:
    assert loss(text) is Loss.TAKEN
