import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.query import MOST_VIEWS, build_query, views
from inference.types import Author, Channel, Message, Turn

DROWNED = [
    ("حسبي الله عليكم سحبتوا مني مرتين ومحد رد", "سحبتوا مني مرتين"),
    ("شنو هالخدمة الزفت، ثالث مرة ادز رسالة والحوالة ما وصلت", "والحوالة ما وصلت"),
    ("خدمة زبالة بقالي اسبوعين مستني الكارت ومجاش وكل ما اكلمكم تقولولي بكرة", "الكارت ومجاش"),
    ("PLEASE HELP my flight is in 2 hours and my card is declined!!!", "my card is declined"),
    ("Two weeks waiting for my card and every time you say tomorrow! Where is it?", "for my card"),
    ("What a joke of a bank, I forgot my passcode and nobody answers me", "I forgot my passcode"),
    ("ana 2erfet menkom, el te7wel lesa mawsalsh ba2alo osbo3", "el te7wel lesa mawsalsh"),
]
ANGER = ("حسبي", "الزفت", "زبالة", "بكرة", "HELP", "flight", "tomorrow", "joke", "nobody", "2erfet", "رد")


@pytest.mark.parametrize(("text", "problem"), DROWNED)
def test_first_view_is_the_problem_without_its_surroundings(text: str, problem: str) -> None:
    reduced = views(text)[0]
    assert problem in reduced
    assert not any(word in reduced for word in ANGER)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("نسيت رمز الدخول للتطبيق. وبعدين الحوالة اللي ارسلتها لاخوي ما وصلت", "رمز الدخول", "الحوالة"),
        ("بطاقتي الجديدة ما وصلت من اسبوعين وكمان خصمتوا رسوم تحويل", "بطاقتي الجديدة", "رسوم تحويل"),
        ("My card was swallowed and I also never got the refund", "card was swallowed", "refund"),
        ("I forgot my passcode\nthe transfer to my brother is missing", "passcode", "transfer"),
    ],
)
def test_two_problems_are_two_views(text: str, first: str, second: str) -> None:
    found = views(text)
    assert any(first in view and second not in view for view in found)
    assert any(second in view and first not in view for view in found)


@pytest.mark.parametrize(
    "text",
    [
        "بطاقتي لم تصل بعد",
        "Where is my card?",
        "what currencies can I receive",
        "1,200 ريال و 30.5 دولار",
        "",
        "؟!",
        "👍",
    ],
)
def test_one_clause_has_no_view(text: str) -> None:
    assert views(text) == ()


@pytest.mark.parametrize("text", ["حسبي الله ونعم الوكيل فيكم", "السلام عليكم، لو سمحتم", "You thieves. Answer me!"])
def test_nothing_is_searched_beside_a_message_that_only_feels(text: str) -> None:
    assert views(text) == ()


def test_views_are_few_and_never_the_text_itself() -> None:
    text = " ".join(f"my card {number} is lost." for number in range(300))
    found = views(text)
    assert 0 < len(found) <= MOST_VIEWS
    assert text not in found
    assert len(set(found)) == len(found)


def test_only_the_customers_own_words_are_searched() -> None:
    quoted = "\n\nOn Tue, 3 Jun 2025 at 10:12, Care <care@x.example> wrote:\n> your transfer fee was charged"
    mail = Message(text="My card is lost. I forgot my PIN" + quoted, channel=Channel.EMAIL)
    query = build_query(mail)
    assert query.text == "My card is lost. I forgot my PIN"
    assert query.views == ("My card is lost.", "I forgot my PIN")


def test_follow_up_leans_on_the_last_turn_that_names_a_problem() -> None:
    history = (
        Turn(author=Author.CUSTOMER, text="حسبي الله عليكم بطاقتي الجديدة لم تصل"),
        Turn(author=Author.AGENT, text="تصل البطاقة خلال أيام"),
        Turn(author=Author.CUSTOMER, text="شكرا جزيلا"),
    )
    query = build_query(Message(text="طيب وكم يوم؟", history=history))
    assert query.text == "حسبي الله عليكم بطاقتي الجديدة لم تصل\nطيب وكم يوم؟"
    assert query.views[:2] == ("بطاقتي الجديدة لم تصل\nطيب وكم يوم؟", "طيب وكم يوم؟")


@pytest.mark.parametrize(
    "text",
    [
        "This is the third time I write to you and nobody answers me",
        "هذي ثالث مرة ارسل لكم ومحد رد علي وينكم",
        "thanks, and how long will it take?",
    ],
)
def test_what_names_no_problem_leans_on_what_was_said_before(text: str) -> None:
    history = (Turn(author=Author.CUSTOMER, text="The ATM swallowed my card"),)
    assert build_query(Message(text=text, history=history)).text == f"The ATM swallowed my card\n{text}"


def test_message_that_names_its_problem_stands_alone() -> None:
    history = (Turn(author=Author.CUSTOMER, text="The ATM swallowed my card"),)
    message = Message(text="How do I change the address on my account", history=history)
    assert build_query(message).text == message.text


def test_short_message_is_searched_alone_too() -> None:
    history = (Turn(author=Author.CUSTOMER, text="The ATM swallowed my card"),)
    query = build_query(Message(text="How to change PIN", history=history))
    assert query.text == "The ATM swallowed my card\nHow to change PIN"
    assert "How to change PIN" in query.views


def test_message_without_history_is_its_own_query() -> None:
    assert build_query(Message(text="still nothing")).text == "still nothing"


LEAVING = [
    ("بطاقتي ما وصلت! بنك فاشل، بسكر حسابي وأسحب فلوسي كلها.", "بطاقتي ما وصلت"),
    ("خصمتوا المبلغ مرتين! ناس ما بتفهم، وهقفل حسابي عندكم.", "المبلغ مرتين"),
    ("البطاقة عم تنرفض! شو هالمسخرة؟ رح انقل حسابي لبنك تاني.", "البطاقة عم تنرفض"),
    ("My card was swallowed. You lot are useless, I'm closing my account.", "My card was swallowed"),
    ("Still no refund from the shop! What am I paying you for? I'm moving my money to another bank.", "no refund"),
]


@pytest.mark.parametrize(("text", "problem"), LEAVING)
def test_problem_leads_where_anger_and_a_threat_to_leave_drown_it(text: str, problem: str) -> None:
    query = build_query(Message(text=text))
    assert problem in query.text
    assert query.text != text
    assert not any(word in query.text for word in ("حساب", "فلوس", "account", "money", "bank"))
    assert text in query.views
    assert len(query.views) <= MOST_VIEWS


@pytest.mark.parametrize(
    "text",
    [
        "إنتوا أسوأ بنك، إزاي أقفل حسابي وأسحب فلوسي؟",
        "خلاص مليت منكم، سكروا حسابي.",
        "You are the worst bank ever. Close my account now.",
        "How do I close my account? My card was late and I've had it with you.",
    ],
)
def test_who_truly_wants_to_leave_is_understood(text: str) -> None:
    query = build_query(Message(text=text))
    assert any(word in query.text for word in ("حسابي", "account"))


@pytest.mark.parametrize(
    ("text", "rhetoric"),
    [
        ("صرافكن بلعلي البطاقة! هيك بتعاملوا العالم؟", "العالم"),
        ("قفلتوا الرقم السري! أنتم ما تستحون؟ مين قال لكم تلعبون بالناس؟", "تستحون"),
        ("You locked my PIN at the machine. How do you people sleep at night?", "sleep"),
        ("I topped up by card and it is gone. Do you have any idea what that does to me?", "idea"),
    ],
)
def test_rhetorical_question_is_no_part_of_the_problem(text: str, rhetoric: str) -> None:
    assert rhetoric not in views(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "السلام عليكم، طلبت بطاقة جديدة من أسبوعين وما وصلت، ممكن أعرف وينها؟",
        "I returned an item last week and the shop says it refunded me. When will it arrive?",
        "سحبت من الصراف وطلع لي مبلغ أقل من اللي طلبته، شو أعمل؟",
    ],
)
def test_calm_message_leads_as_it_stands(text: str) -> None:
    assert build_query(Message(text=text)).text == text


@given(st.text(max_size=200))
def test_any_text_makes_a_query(text: str) -> None:
    query = build_query(Message(text=text))
    assert len(query.views) <= MOST_VIEWS
    assert query.text not in query.views
    assert bool(query.text) >= bool(query.views)
