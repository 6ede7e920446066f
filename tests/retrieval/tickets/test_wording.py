from collections import Counter

import pytest

from inference.types import Author, Channel
from retrieval.tickets.markup import to_text
from retrieval.tickets.masking import Block, Masked, mask_ticket
from retrieval.tickets.names import Names
from retrieval.tickets.propose import propose, solve, trim_case
from retrieval.tickets.types import Candidate, Known, Skip, Source, Ticket, TicketTurn
from retrieval.tickets.wording import objects, step, subject


@pytest.mark.parametrize(
    ("text", "skip"),
    [
        ("Hello! Thank you for contacting us. Have a nice day!", Skip.ONLY_COURTESY),
        ("نعتذر عن الإزعاج، ونتمنى لك يوما سعيدا", Skip.ONLY_COURTESY),
        ("Could you please send me your order number?", Skip.ONLY_QUESTION),
        ("آسف على التأخير. ابعتلي رقم الأوردر وأنا أراجع حالة الشحنة وأقولك آخر تحديث.", Skip.ONLY_QUESTION),
        ("يرجى تزويدنا برقم الطلب واسم الفرع", Skip.ONLY_QUESTION),
        ("We will check with the team and get back to you soon.", Skip.ONLY_PROMISE),
        ("سنتحقق من الأمر ونعود إليك في أقرب وقت", Skip.ONLY_PROMISE),
        ("لحظة من فضلك، جاري التحقق من الطلب", Skip.ONLY_PROMISE),
        ("Your issue has been resolved.", Skip.NO_CONTENT),
        ("تم حل المشكلة", Skip.NO_CONTENT),
        ("[PHONE_1] [NAME_1]", Skip.ONLY_COURTESY),
        ("Restart the router.", Skip.ANSWER_TOO_SHORT),
    ],
)
def test_words_that_solve_nothing(text: str, skip: Skip) -> None:
    assert solve(text) is skip


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "Hi [CUSTOMER_1], the refund takes 5 days, [CUSTOMER_1]. Anything else? ^JB",
            "The refund takes 5 days.",
        ),
        ("Refunded on Nov. 28, 2025 to the card that paid.", "Refunded on Nov. 28, 2025 to the card that paid."),
        ("حياك الله، راجع أقرب فرع ومعك الهوية لتحديث الرقم. العفو", "راجع أقرب فرع ومعك الهوية لتحديث الرقم."),
        ("نعتذر عن عدم إمكانية استرجاع المبلغ بعد ثلاثين يوما", "نعتذر عن عدم إمكانية استرجاع المبلغ بعد ثلاثين يوما"),
        (
            "I'm sorry that opened items cannot be returned to the store.",
            "I'm sorry that opened items cannot be returned to the store.",
        ),
        (
            "Please confirm the order by opening the link in the app.",
            "Please confirm the order by opening the link in the app.",
        ),
        (
            "ممتاز، الطلب خرج للشحن وتقدر تتابع حالته باستخدام رقم التتبع.",
            "الطلب خرج للشحن وتقدر تتابع حالته باستخدام رقم التتبع.",
        ),
        (
            "The old card stops for good after seven days.\nBest regards,\n[AGENT_1]\nCard team",
            "The old card stops for good after seven days.",
        ),
    ],
)
def test_what_is_said_stays_and_courtesy_goes(text: str, answer: str) -> None:
    assert solve(text) == (answer, ())


def test_lists_become_steps() -> None:
    found = solve("جرب الخطوات التالية على جهازك:\n١- أغلق التطبيق\n٢- امسح الذاكرة المؤقتة\nثم أعد تشغيل الجهاز")
    assert found == ("جرب الخطوات التالية على جهازك:\nثم أعد تشغيل الجهاز", ("أغلق التطبيق", "امسح الذاكرة المؤقتة"))
    assert solve("- Sign in on the website\n- Change the password") == (
        "Sign in on the website\nChange the password",
        (),
    )
    assert step("2.5 riyals a month") is None
    assert step("أولا: افتح التطبيق") == "افتح التطبيق"
    assert step("Step 2: Sign in") == "Sign in"


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("Re: Fwd: Card blocked abroad", "Card blocked abroad"),
        ("رد: إعادة توجيه: بطاقتي موقوفة", "بطاقتي موقوفة"),
        ("Support request #123", ""),
        ("استفسار", ""),
        ("Chat with [CUSTOMER_1]", ""),
        ("(no subject)", ""),
    ],
)
def test_subjects(line: str, rest: str) -> None:
    assert subject(line) == rest


def test_cases_keep_the_customers_words() -> None:
    assert trim_case("Hello,\nDear team, my parcel is lost! Thanks in advance") == "My parcel is lost!"
    assert trim_case("السلام عليكم\nالشاحن ما يشتغل\nشكرا") == "الشاحن ما يشتغل"
    assert len(trim_case("word " * 1000)) <= 2000


def masked(*turns: tuple[str, str], subject_line: str = "") -> Masked:
    blocks = tuple(Block(Author(author), text) for author, text in turns)
    return Masked(subject_line, blocks, (), None, Counter())


TICKET = Ticket(Source.ZENDESK, "1", 1, "", solved=True, turns=())


def test_the_last_answer_before_the_thanks() -> None:
    found = propose(
        TICKET,
        masked(
            ("customer", "hi"),
            ("customer", "I do not get the code. Why does the code not arrive on my phone?"),
            ("agent", "Please restart the phone and ask for a new code."),
            ("customer", "did not help"),
            ("agent", "Switch on roaming in the settings, codes arrive then."),
            ("customer", "works, thanks"),
            ("agent", "You are welcome!"),
        ),
    )
    assert isinstance(found, Candidate)
    assert found.answer == "Switch on roaming in the settings, codes arrive then."
    assert found.problem == "Why does the code not arrive on my phone?"


@pytest.mark.parametrize(
    ("turns", "skip"),
    [
        ((), Skip.NO_CUSTOMER_WORDS),
        ((("customer", "Thanks!"),), Skip.CASE_TOO_VAGUE),
        ((("customer", "The app crashes at start"),), Skip.NO_AGENT_ANSWER),
        (
            (
                ("customer", "The app crashes at start"),
                ("agent", "Update the app to the newest version."),
                ("customer", "Still not working"),
            ),
            Skip.CUSTOMER_OBJECTED,
        ),
        (
            (
                ("customer", "التطبيق يتوقف"),
                ("agent", "حدث التطبيق إلى آخر نسخة من المتجر."),
                ("customer", "ما زالت المشكلة نفسها"),
            ),
            Skip.CUSTOMER_OBJECTED,
        ),
    ],
)
def test_reasons(turns: tuple[tuple[str, str], ...], skip: Skip) -> None:
    assert propose(TICKET, masked(*turns)) is skip


def test_objections() -> None:
    assert objects("لسه ما وصل")
    assert not objects("it arrived")


NAMES = Names(
    Known(
        customers=("أحمد عبد الله المنصور", "Sara Al-Mansour"),
        agents=("Will Smith", "منى علي", "Support Team"),
        phones=("+966501234567",),
    )
)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("SARA wrote", "[CUSTOMER_2] wrote"),
        ("sara  almansour's order", "[CUSTOMER_2]'s order"),
        ("will you ask Smith? Support will", "will you ask [AGENT_1]? Support will"),
        ("شكرا لأحمد عبدالله منصور", "شكرا ل[CUSTOMER_1]"),
        ("يا احمد، وللمنصور", "يا [CUSTOMER_1]، ولل[CUSTOMER_1]"),
        ("منى على الخط ومنى علي", "[AGENT_2] على الخط و[AGENT_2]"),
        ("٠٥٠ ١٢٣ ٤٥٦٧ or 00966-50-123-4567", "[CUSTOMER_PHONE_1] or [CUSTOMER_PHONE_1]"),
        ("order 12050123456789, sara@x.com", "order 12050123456789, sara@x.com"),
        ("samsara and نأحمد", "samsara and نأحمد"),
    ],
)
def test_names_of_the_record(text: str, hidden: str) -> None:
    assert NAMES.mask(text)[0] == hidden


def test_a_name_signed_below_one_turn_is_masked_in_all() -> None:
    turns = (
        TicketTurn(
            Author.AGENT,
            "The parcel waits at the branch.\n\nBest regards,\nKhaldun\nManager, Shop Ltd\nTel: 0501234567",
            channel=Channel.EMAIL,
        ),
        TicketTurn(Author.CUSTOMER, "I asked khaldun to send it"),
    )
    ticket = Ticket(Source.MAIL, "1", 1, "", solved=True, turns=turns)
    blocks = mask_ticket(ticket).blocks
    assert "khaldun" not in " ".join(block.text for block in blocks).lower()
    assert "khaldun" not in repr(ticket).lower()


def test_markup() -> None:
    html = "<style>x</style><p>One&nbsp;two</p><ul><li>a<li>b</ul><blockquote>old</blockquote><script>1</script>end"
    assert to_text(html) == "One two\n\n- a\n- b\n> old\nend"
    assert to_text("<<<b>&").endswith("&")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<![if !mso]>b<![endif]>c", "abc"),
        ("a<![nobody knows]>b", "ab"),
        ("a<!-- b > c -->d<!-->e", "ade"),
        ("a<!-- b <p>c", "ac"),
        ("a<!doctype html><?xml x?>b", "ab"),
        ("1 < 2 <b", "1 < 2 <b"),
        ("<b>a</b> < b", "a < b"),
    ],
)
def test_markup_that_is_broken_is_read_all_the_same(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize("unit", ["<", "<a ", "</", "<!--", "<!--a>", "<![a>", "<?", "<a b='", "<!a>", "</script"])
def test_markup_of_any_size_is_read_once(unit: str) -> None:
    for begun in ("", "<script>", "<title>"):
        to_text(begun + unit * (1_000_000 // len(unit)))
    assert to_text("a " * 100_000 + "b") == ("a " * 100_000).strip()
