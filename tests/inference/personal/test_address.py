"""Addresses as people write them: where they begin and end, in dialects, Arabizi and English; places are none."""

import pytest

from inference.personal import Kind, find


def found(text: str) -> list[str]:
    return [text[item.start : item.end] for item in find(text) if item.kind is Kind.ADDRESS]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("عنواني الرياض حي الملقا شارع وادي هجر مبنى 7712 وحدة 4", "الرياض حي الملقا شارع وادي هجر مبنى 7712 وحدة 4"),
        ("العنوان ١٤ شارع البحر، الدور التالت، شقة ٩، الدقي جنب الصيدلية", "١٤ شارع البحر، الدور التالت، شقة ٩، الدقي"),
        ("وصلوها لـفيلا ٩ شارع التخصصي وانا برا", "فيلا ٩ شارع التخصصي"),
        ("ساكنة بزنقة الورد رقم 14 حي السلام والكولي رجع", "زنقة الورد رقم 14 حي السلام"),
        ("انا قاعد في شقة ٣ الدور الأرضي عمارة ٩ شارع النيل قدام البنزينة", "شقة ٣ الدور الأرضي عمارة ٩ شارع النيل"),
        ("على بيتنا الجديد بغداد الكرادة محلة ٩٠٣ زقاق ١٤ دار ٢٢ شنو المطلوب", "بغداد الكرادة محلة ٩٠٣ زقاق ١٤ دار ٢٢"),
        ("بلوك 4 مقابل بقالة النور، منزل 33", "بلوك 4 مقابل بقالة النور، منزل 33"),
        ("ana f 3omara 15 sharea el nozha, el dor el talet w sokran", "3omara 15 sharea el nozha, el dor el talet"),
        ("3nwani block 3 street 8 house 21 salwa", "block 3 street 8 house 21 salwa"),
        ("deliver to Flat 904, Al Fattan Tower, JBR, Dubai and not here", "Flat 904, Al Fattan Tower, JBR, Dubai"),
        ("ship to 48 Marsham St, London SW1P 3DY please", "48 Marsham St, London SW1P 3DY"),
        ("I stay in Room 12, 3rd floor, Al Noor Building, no lift", "Room 12, 3rd floor, Al Noor Building"),
        ("14 rue Ibn Sina, Casablanca, appt 6", "14 rue Ibn Sina, Casablanca, appt 6"),
        ("رمزي الوطني RQDA2874 ما يقبله", "RQDA2874"),
        ("العنوان:صندوق بريد ٣٣٤٥ المنامة", "صندوق بريد ٣٣٤٥ المنامة"),
    ],
)  # fmt: skip
def test_an_address_is_covered_from_end_to_end(text: str, value: str) -> None:
    assert found(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "فيه فرع لكم في حي النرجس ولا أقرب شي شارع أنس بن مالك؟",
        "العمارة كلها النت فيها مقطوع من الدور الأول لحد الدور السادس",
        "شقتي في الدور الخامس والتكييف ما يوصل",
        "هل عندكم توصيل لقطعة ٥ بالسالمية؟",
        "سكنت في فندق هيلتون غرفة 504",
        "طلبت 3 قطع من الدور 2 في ايكيا",
        "شقة فندقية ليومين ودفعت 1200 ريال",
        "Is your Jumeirah Beach Road branch open?",
        "I ordered 2 flat screens, 1 tower fan and a block of 12 batteries",
        "We waited at gate 12 terminal 3",
        "room 204 at your hotel had no hot water",
        "el ba2a 150 gneh w khasamto 200",
    ],
)
def test_a_place_or_a_quantity_is_no_address(text: str) -> None:
    assert found(text) == []
