import pytest

from inference.signs import asks_more, is_asking, is_weary, is_weary_of_it


@pytest.mark.parametrize(
    ("text", "weary"),
    [
        ("تعبت من الانتظار", True),
        ("زهقت والله", True),
        ("شي يقهر", True),
        ("t3ebt men el entezar", True),
        ("I'm so frustrated, still no card", True),
        ("I'm tired of waiting", True),
        ("عنجد مليت من هالقصص", True),
        ("بجد اتخنقت من الموضوع", True),
        ("راني عييت", True),
        ("سئمت الانتظار", True),
        ("wallah 6efesht", True),
        ("it's wearing me down", True),
        ("this gets on my nerves", True),
        ("وين بطاقتي", False),
        ("where is my card", False),
        ("how do I change the tyre pressure", False),
        ("بطاقتي لم تصل بعد", False),
    ],
)
def test_weariness_said_outright(text: str, weary: bool) -> None:
    assert is_weary(text) is weary


def test_weariness_beside_a_death_is_grief() -> None:
    assert is_weary_of_it("تعبت من الإجراءات")
    assert not is_weary_of_it("توفي والدي وتعبت من الإجراءات")
    assert not is_weary_of_it("my mother died and I'm exhausted")


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("where is my card? Also, how do I change my PIN", True),
        ("I want to close my account and why was I charged", True),
        ("أريد إغلاق حسابي وبكم تكلفة بطاقة إضافية؟", True),
        ("وين بطاقتي وكمان نسيت الرقم السري", True),
        ("كيف أغير الرقم السري؟ وهل يصلني جديد؟", True),
        ("I just got my new card, how do I activate it?", False),
        ("I took out cash and the machine gave me less", False),
        ("وين بطاقتي وصلتني رسالة أنها خرجت", False),
    ],
)
def test_whether_something_is_asked_besides(text: str, more: bool) -> None:
    assert asks_more(text) is more


@pytest.mark.parametrize(
    ("restatement", "asking"),
    [
        ("that you're asking about a fee for withdrawing cash", True),
        ("أنكم تسألون عن رسوم خُصمت على تحويل", True),
        ("that your new card hasn't reached you yet", False),
        ("أن بطاقتكم الجديدة لم تصل إليكم بعد", False),
    ],
)
def test_whether_a_restatement_says_that_they_ask(restatement: str, asking: bool) -> None:
    assert is_asking(restatement) is asking
