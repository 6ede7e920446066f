import pytest

from inference.compose.choice import choose_source
from inference.dialogue import ConversationTurn, TurnKind
from inference.sides import meets, opposed, ruled_out
from inference.situation import read_situation
from inference.types import Message
from tests.inference.builders import ENGLISH, POLICY, analysis, found, resolution

PLACE = (
    "Check your balance in the app.",
    "If you're in a shop, insert the card.",
    "If you're buying online, compare the card number.",
    "If only one shop declines it, try another.",
)
PLACE_AR = (
    "راجعوا رصيدكم في التطبيق.",
    "إذا كان الدفع في متجر، فأدخلوا الشريحة.",
    "إذا كان الشراء عبر الإنترنت، فقارنوا رقم البطاقة.",
)
DEPOSIT = ("Keep the slip.", "If you paid in cash, refresh your balance.", "If you paid in a cheque, count 3 days.")
DEPOSIT_AR = ("احتفظوا بالإيصال.", "إن أودعتم نقدًا، فحدّثوا الصفحة.", "إن أودعتم شيكًا فاحسبوا 3 أيام عمل.")
CASH_OUT = (
    "Check the app.",
    "If you got the cash, allow 24 hours.",
    "If no cash came out, keep the receipt.",
    "If none came out and the money isn't back after 5 working days, report it.",
)
CASH_OUT_AR = ("راجعوا التطبيق.", "إذا استلمتم النقود، فانتظروا.", "إذا لم تخرج النقود، فاحتفظوا بالإيصال.")
GIVEN = (
    "Keep the receipt.",
    "If you got too little, watch your balance.",
    "If it isn't back by then, report it.",
    "If you got too much, put the extra aside.",
)
HOLDER = (
    "If you're 18 or over, download the app.",
    "If it's for a child aged 7 to 17, choose Junior Account.",
    "Enter your child's details.",
)
DETAIL = (
    "Open My Details.",
    "If your mobile number has changed, take a selfie.",
    "If your name has changed, photograph your ID.",
)
WITHDRAWN = (
    "Freeze the card.",
    "If it was you who tried to withdraw and no cash came out, the money comes back.",
    "إذا كنتم أنتم من حاول السحب ولم تخرج النقود، فالمبلغ يعود.",
)
CARD = (
    "Tap Link Card.",
    "If you lost the card and then found it, look at your payments.",
    "If the card is new, activate it.",
)


@pytest.mark.parametrize(
    ("words", "steps", "out"),
    [
        ("my card was declined in a shop", PLACE, {2}),
        ("got refused at the supermarket till", PLACE, {2}),
        ("I couldn't pay on their website", PLACE, {1, 3}),
        ("nrafdet dafe3ti bel kart bel soubermarket", PLACE_AR, {2}),
        ("الكرت انرفض وانا واقف عند الكاشير", PLACE_AR, {2}),
        ("حاولت اشتري تليفون اونلاين والبنك رفض الدفعة", PLACE_AR, {1}),
        ("درت achat على النت و عطاني paiement refusé", PLACE_AR, {1}),
        ("I deposited cash and can't see it", DEPOSIT, {2}),
        ("my gran's cheque isn't in my balance", DEPOSIT, {1}),
        ("ختيت قروش كاش في الحساب وما ظهرت لي", DEPOSIT_AR, {2}),
        ("7atet floos cash f el makna w mazharetsh", DEPOSIT_AR, {2}),
        ("لقد أودعت شيكًا ومرت أيام ولم أستلم النقود", DEPOSIT_AR, {1}),
        ("حطيت شيك من اسبوع وللحين ما انصرف", DEPOSIT_AR, {1}),
        ("got my cash on friday, still says pending", CASH_OUT, {2, 3}),
        ("the ATM never gave me anything yet it's pending", CASH_OUT, {1}),
        ("no cash came out", CASH_OUT, {1}),
        ("واخدت الفلوس في ايدي عادي والسحب معلق", CASH_OUT_AR, {2}),
        ("المكنة ما طلعت فلوس والسحب معلق", CASH_OUT_AR, {1}),
        ("the machine gave me less than I asked for", GIVEN, {3}),
        ("the ATM gave me 50 too much", GIVEN, {1, 2}),
        ("can my son have an account?", HOLDER, {0}),
        ("خويا الصغير فالليسي، مسموح ليه يدير حساب؟", HOLDER, {0}),
        ("how do I open one for my mother?", HOLDER, {1, 2}),
        ("I moved, please update my address", DETAIL, {1, 2}),
        ("my name is misspelt", DETAIL, {1}),
        ("there's a withdrawal I didn't make", WITHDRAWN, {1, 2}),
        ("في سحب نقدي مو مني", WITHDRAWN, {1, 2}),
        ("I tried to withdraw and it wasn't me who got the cash", WITHDRAWN, set()),
        ("حاولت اسحب والفلوس ما طلعت وانا ما عملت شي غلط", WITHDRAWN, set()),
        ("where do I link my new card", CARD, {1}),
        ("I just found my card, how do I put it back", CARD, {2}),
    ],
)
def test_steps_of_the_other_side_are_ruled_out(words: str, steps: tuple[str, ...], out: set[int]) -> None:
    assert ruled_out(words, steps) == out


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("my card was declined", PLACE),
        ("it works in shops but not online", PLACE),
        ("declined online and in the supermarket", PLACE),
        ("I opened online banking and it says declined", PLACE),
        ("it was declined, and it was not in a shop", PLACE),
        ("شغالة في المحل بس مش اونلاين", PLACE_AR),
        ("cash or cheque, neither is there", DEPOSIT),
        ("please check my balance", DEPOSIT),
        ("the cash machine has my deposit", DEPOSIT),
        ("حسابي ما تحدث", DEPOSIT_AR),
        ("how long can a withdrawal stay pending?", CASH_OUT),
        ("the app shows more than I received", GIVEN),
        ("التطبيق يعطي مبلغ اكثر مما استلمت", GIVEN),
        ("how old must I be?", HOLDER),
        ("I am 18 next month, can my father open it for me?", HOLDER),
        ("I am 18 next month, can my son's account wait?", HOLDER[1:]),
        ("I lost my new card and found it", CARD),
        ("can you find my card?", CARD),
    ],
)
def test_nothing_is_ruled_out_where_no_side_is_plain(words: str, steps: tuple[str, ...]) -> None:
    assert ruled_out(words, steps) == frozenset()


def test_an_alternative_that_may_hold_keeps_its_step() -> None:
    steps = ("Tap the card.", "If the card is new or you've just switched it on, pay once by chip.")
    assert ruled_out("I just found my card", steps) == frozenset()
    assert ruled_out("I just found my card", ("Tap the card.", "If the card is new, pay by chip.")) == {1}


def test_a_step_that_names_both_sides_is_kept() -> None:
    steps = ("Keep the slip.", "If the cash isn't there, or the cheque's 3 days have passed, send it.")
    assert ruled_out("I paid in a cheque", steps) == frozenset()


def test_a_condition_behind_the_advice_rules_nothing_out() -> None:
    steps = ("Look in the app.", "Ask the shop, if you're buying online or not.")
    assert ruled_out("declined in a shop", steps) == frozenset()


def test_one_step_always_remains() -> None:
    assert ruled_out("I paid in a cheque", ("If you paid in cash, refresh your balance.",)) == frozenset()


def test_a_situation_tells_of_them_apart_from_what_was_tried() -> None:
    message = Message(text="I paid in a cheque yesterday")
    found = read_situation(
        message,
        analysis(message.text),
        POLICY,
        resolution(ENGLISH, steps=DEPOSIT),
        slots=(),
        turn=ConversationTurn(kind=TurnKind.FIRST),
    )
    assert (found.tried, found.ruled_out) == (frozenset(), frozenset({1}))


PIN, PASSCODE = "My card PIN is blocked. that your card's PIN is blocked", "I've forgotten my app passcode"
EXPIRY, DELIVERY = "متى تُجدد البطاقة عند انتهاء صلاحيتها؟", "أن بطاقتكم الجديدة لم تصل إليكم بعد"


@pytest.mark.parametrize(
    ("words", "title", "other"),
    [
        ("I forgot my card's pin", PASSCODE, PIN),
        ("نسيت رمز البطاقة", PASSCODE, PIN),
        ("can't remember my password", PIN, PASSCODE),
        ("بكرا بتنتهي البطاقة وما وصلني بديل", DELIVERY, EXPIRY),
        ("I want a disposable card", "How do I get a virtual card?", "How do I get a disposable virtual card?"),
        ("ابي كرت افتراضي لمرة وحدة", "الحصول على بطاقة افتراضية", "بطاقة افتراضية لمرة واحدة"),
    ],
)
def test_a_title_of_the_other_side_is_opposed_and_the_own_one_meets(words: str, title: str, other: str) -> None:
    pairs = opposed(words, title)
    assert len(pairs) == 1
    assert meets(words, other, pairs)
    assert not meets(words, title, pairs)
    assert opposed(words, other) == frozenset()


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("it asks for the pin and then the passcode", PASSCODE),
        ("I have forgotten it", PASSCODE),
        ("not the pin", PASSCODE),
        ("بطاقتي بتنتهي وطلبت الجديدة ولا في مندوب", DELIVERY),
    ],
)
def test_no_title_is_opposed_where_the_customer_mentions_its_side_or_none(words: str, title: str) -> None:
    assert opposed(words, title) == frozenset()


@pytest.mark.parametrize(
    ("words", "scores", "id_"),
    [
        ("I forgot my card's pin", (0.9, 0.85), "pin"),
        ("I forgot my password", (0.9, 0.85), "passcode"),
        ("I forgot it", (0.9, 0.85), "passcode"),
        ("I forgot my card's pin", (0.9, 0.5), "passcode"),
    ],
)
def test_a_near_hit_on_the_customers_side_is_taken(words: str, scores: tuple[float, ...], id_: str) -> None:
    passcode = resolution(ENGLISH, id="passcode", problem=PASSCODE, restatement="")
    pin = resolution(ENGLISH, id="pin", problem=PIN, restatement="")
    choice = choose_source(found(passcode, pin, scores=scores), POLICY, "en", words=words)
    assert choice.hit is not None
    assert (choice.hit.resolution.id, choice.reason) == (id_, None)
