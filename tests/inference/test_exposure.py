"""Who tells of a privacy breach of ours, who only sounds like it, and floors on the hand-written probe."""

import time

import pytest

from inference.exposure import Exposure, exposure
from models.sets.own import OWN_DATA, read_corpus

RECEIVED = [
    "I got another customer's statement by e-mail",
    "my app shows somebody else's account",
    "I have received one bill by mail but it is of another customer, his name is there",
    "Someone else's test results are in my portal",
    "The invoice attached isn't mine, it's for a different customer",
    "وصلني كشف حساب واحد ثاني",
    "دخلت حسابي لقيت بيانات شخص غيري",
    "أرسل لي موظفكم صورة هوية عميل آخر",
    "بعتولي تقرير طبي بتاع مريض تاني",
    "عم يطلعلي بالتطبيق معلومات شخص تاني",
    "صيفطتو ليا الفاكتورة ديال واحد آخر",
    "دزيتولي وصفة مال غير مريض",
    "جاني كشف حساب حق زول تاني في الايميل",
    "ba3atouli fatoura b esm 7ada tani",
]
DISCLOSED = [
    "your agent gave my address to my ex-husband",
    "my medical file was handed to another patient",
    "Why did you send my bill to another customer?",
    "You've leaked my data",
    "How could you give my address to my ex?",
    "Your receptionist read out my results in front of everyone",
    "I want to complain that your driver gave my number to his friend",
    "Can I ask why you gave my number to a stranger?",
    "المندوب عطى رقمي لجاره",
    "سربتوا بياناتي",
    "ليش كود بيتي صار عند ناس غرباء",
    "أعطى موظفكم عنواني لطليقي دون إذني",
    "كشف حسابي اتبعت لعميل تاني",
    "الشوفير عطى رقمي لرفيقو",
    "عطيتو النمرة ديالي لواحد آخر",
    "موظفكم انطى رقمي لصديقه",
    "اديتو رقمي لي زول غريب",
    "3tito nemra dyali l wahed makan3rfouch, 3lach?",
]
NEITHER = [
    # fraud by strangers
    "someone uses my card",
    "A stranger got my password and can see my account",
    "someone opened an account in my name",
    "دخلت حسابي لقيت تحويلات لناس ما اعرفهم",
    "دخلت حسابي لقيت عمليات غريبة",
    # the customer's own sharing, wishes and imperatives
    "I gave my code to a caller",
    "I gave your agent my address and he never came",
    "Please send my results to my doctor and not to my employer",
    "I want you to send my report to my employer",
    "عطيت رقمي لواحد غريب وصار يزعجني",
    "لا تعطون رقمي لاحد",
    # questions, fears, and what did not happen
    "do you share my data with third parties?",
    "Could another person see my balance?",
    "what if you leaked my data",
    "you have not sent my statement to my neighbour",
    "I can't see other people's data, only mine",
    "هل تشاركون بياناتي مع شركات ثانية؟",
    # parcels, meals, places and money
    "I got someone else's order",
    "Your driver gave my parcel to my neighbour",
    "you gave my appointment to another patient",
    "my refund was sent to another person's account",
    "وصلني طلب شخص ثاني",
    "حولت لواحد ثاني بالغلط",
    # ways of speaking
    "My complaint was passed to someone else",
    "They gave me another customer service number",
    "your agent sent my salary certificate to my employer with the wrong figure",
    "رقمي القديم صار عند شخص ثاني وابي احدثه",
    "كل موظف يعطيني معلومات غير الثاني",
    "الشركة اللي قبلكم سربت بياناتي",
]


@pytest.mark.parametrize("text", RECEIVED)
def test_anothers_data_in_their_hands_is_told(text: str) -> None:
    assert exposure(text) is Exposure.RECEIVED


@pytest.mark.parametrize("text", DISCLOSED)
def test_their_data_in_others_hands_is_told(text: str) -> None:
    assert exposure(text) is Exposure.DISCLOSED


@pytest.mark.parametrize("text", NEITHER)
def test_what_only_sounds_like_a_breach_is_none(text: str) -> None:
    assert exposure(text) is None


def test_who_tells_of_both_is_the_one_harmed() -> None:
    text = "I got another customer's statement. Does that mean he got mine? You sent my statement to a stranger!"
    assert exposure(text) is Exposure.DISCLOSED


def test_a_message_broken_into_lines_reads_the_same() -> None:
    assert exposure("I got another\ncustomer's\nstatement") is Exposure.RECEIVED
    assert exposure("I was sent a parcel. Another customer's statement was a joke.") is None, "not across sentences"


@pytest.mark.parametrize("words", ["you sent my name and ", "I got a bill of ", "المندوب عطى رقمي و ", "دخلت ولقيت "])
def test_a_long_message_takes_no_long_time(words: str) -> None:
    start = time.process_time()
    exposure(words * 1000)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("split", ["dev", "test"])
def test_the_probe(split: str) -> None:
    rows = [row for row in read_corpus(OWN_DATA / "exposure_probe") if row["split"] == split]
    told = [(row["text"], row["kind"], exposure(row["text"])) for row in rows]
    false = [row for row in told if row[1] == "near_miss" and row[2] is not None]
    right = [kind for _, kind, found in told if found is not None and found.value == kind]
    breaches = [kind for _, kind, _ in told if kind != "near_miss"]
    assert len(false) <= 1, false
    assert len(right) >= 0.8 * len(breaches), [row for row in told if row[1] != "near_miss" and row[2] is None]
