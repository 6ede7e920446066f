"""Secrets by the words near them and by their own shape, and the numbers and words beside such words that are none."""

import pytest

from inference.personal import Kind, find


def found(text: str) -> list[str]:
    return [text[item.start : item.end] for item in find(text) if item.kind is Kind.SECRET]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("نسيت كلمة السر، اللي كنت بدخل بيها هي Mano2020 ومش راضية", ["Mano2020"]),
        ("باسورد الواي فاي stc12345x بس الجهاز ما يشبك", ["stc12345x"]),
        ("جربت الباسوورد Ward@2519 وجربت ward2519 والاثنين غلط", ["Ward@2519", "ward2519"]),
        ("وصلني ٦٦١٢٠٤ كرمز تحقق ولما اكتبه يطلع منتهي", ["٦٦١٢٠٤"]),
        ("الكود يلي وصلني عالموبايل 30918 غلط", ["30918"]),
        ("كود التحقق اللي وصل على واتساب: ٧٧٣٤٩١", ["٧٧٣٤٩١"]),
        ("الموظف طلب الرقم السري وقلتله ٤٤٠٦", ["٤٤٠٦"]),
        ("اجابة سؤال الأمان هي المدرسة الهاشمية والموقع رفضها", ["المدرسة الهاشمية"]),
        ("el code 6ala3 4471 bs ma yqbal", ["4471"]),
        ("el password beta3i mero1234 mesh radi", ["mero1234"]),
        ("My pass is Tiger77! and it fails", ["Tiger77!"]),
        ("your sms says 558 203 is my login code", ["558 203"]),
        ("cvv at the back is 662, expiry 09/28", ["662"]),
        ("the verification code I received, 88 21 04, does not work", ["88 21 04"]),
        ("the answer to my security question is Bluebell Primary and it fails", ["Bluebell Primary"]),
        ('my password is "sunshine" and it fails', ["sunshine"]),
    ],
)
def test_a_secret_is_found_whatever_stands_between(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "نسيت الرقم السري وأبغى أستعيده بس يطلع خطأ 504",
        "كلمة السر لازم تكون 8 حروف",
        "كلمة السر غلط 3 مرات والجهاز samsung a54 وقفل",
        "الرمز اللي على الشاشة E18 غسالة موديل 7035",
        "وصلني كود الخصم 2500 وما اشتغل",
        "الكود مو شغال على طلب فوق 1500",
        "forgot my pin and the order 448812 is stuck",
        "I entered promo code SAVE2024 for my order",
        "forgot the password on my iphone15",
        "el password msh 3arfa adkhol beeh",
        "I changed my password and nothing worked since 2023",
        "tried restarting twice!! then the password page froze",
        "can I change the pin to 6 digits instead of 4?",
        "what is the answer to my security question if I forgot it?",
        "the answer to my security question is wrong",
    ],
)
def test_what_stands_beside_such_words_stays(text: str) -> None:
    assert found(text) == []
