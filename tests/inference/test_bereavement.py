import numpy as np
import pytest

from inference.bereavement import deaths
from inference.compose import compose
from inference.signals import find_signals
from inference.types import AngerLevel, Message, Signal, SignalName, Status, StepName
from models.encoder import TokenWeight
from models.outputs import SIGNAL_NAMES
from tests.inference.builders import FUSION, POLICY, analysis, found, resolution

TOLD = [
    "توفي والدي رحمه الله وأريد إغلاق حسابه",
    "والدتي متوفية ونبغى نسكر حسابها",
    "زوجي اتوفى امبارح ومحتاجة اسحب من حسابه",
    "أمي ماتت الشهر اللي فات",
    "بعد وفاة أبي لم نستطع الدخول إلى الحساب",
    "خويا توفى وبغينا نعرفو شنو نديرو",
    "المرحوم زوجي كان عنده بطاقة عندكم",
    "my father passed away last month, how do I close his account",
    "My late husband had a card with you",
    "I lost my mother in May and her account is still open",
    "the death of my grandmother",
    "abouya twaffa w 3ayez a2fel 7esabo",
]
NOT_TOLD = [
    "تطبيقكم مات من أمس",
    "زوجي يريد بطاقة إضافية",
    "زوجي مات من الضحك على ردكم",
    "رقم والدي المسجل قديم",
    "توفي الشركة بالتزاماتها لي",
    "my phone died while I was paying",
    "I lost my mother's card",
    "my husband is dying to get his card",
    "my son passed his exam",
    "أريد أن أموت",
    "My phone died and my wife cannot reach the app",
    "The laptop battery died. My husband can't log in",
    "my son's tablet is dead",
    "My wife passed on the details to your agent",
    "I bought an Aldi yoga mat",
    "Hi Marti, mat arrived damaged",
    "الجهاز مات وابني ما قدر يدخل",
    "فقدنا بطاقة ابني",
    "الموقع مات. والدي لا يستطيع الدخول",
]


@pytest.mark.parametrize("text", TOLD)
def test_news_of_a_death_is_heard(text: str) -> None:
    assert deaths(text)


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_only_sounds_like_it_is_not(text: str) -> None:
    assert deaths(text) == ()


def heard(text: str, word: str) -> bool:
    """Whether an alarm that the model raises over one word alone becomes a signal."""
    head = np.full(len(SIGNAL_NAMES), 0.01)
    head[SIGNAL_NAMES.index("self_harm")] = 0.99
    weights = tuple(3.0 if name == "self_harm" else 0.0 for name in SIGNAL_NAMES)
    start = text.index(word)
    tokens = [TokenWeight(start, start + len(word), 0.0, 0.0, weights)]
    return any(signal.name is SignalName.SELF_HARM for signal in find_signals(text, head, tokens, FUSION))


def test_grief_alone_raises_no_alarm() -> None:
    assert not heard("توفي والدي وأريد إغلاق حسابه", "توفي")
    assert heard("توفي والدي ولا أرى معنى للغد", "معنى"), "other words that alarm are kept"
    assert heard("لا أرى معنى للغد", "معنى")
    assert heard("توفي والدي وأفكر في الانتحار", "توفي"), "a rule speaks"


@pytest.mark.parametrize("level", list(AngerLevel))
def test_condolence_comes_first_and_once(level: AngerLevel) -> None:
    text = "توفي والدي وبطاقته لم تصل"
    draft = compose(Message(text=text), analysis(text, level), found(resolution(tags=("bereavement",))), POLICY)
    assert draft.status is Status.READY
    assert draft.plan is not None
    assert draft.plan.condolence
    assert draft.steps[0].name is StepName.EMPATHISE
    assert "عزائنا" in draft.steps[0].text
    assert draft.text.count("عزائنا") == 1
    assert StepName.CLOSE not in draft.plan.steps
    assert any("وفاة" in note for note in draft.notes)


def test_the_usual_steps_are_not_offered_before_it_is_known_whose_account_it_is() -> None:
    text = "توفي والدي وبطاقته لم تصل"
    draft = compose(Message(text=text), analysis(text), found(resolution()), POLICY)
    assert draft.status is Status.NEEDS_INFORMATION
    assert "عزائنا" in draft.text
    assert "حساب من فقدتم" in draft.text
    assert "7 أيام" not in draft.text
    theft = (Signal(name=SignalName.FRAUD_OR_THEFT, confidence=0.9),)
    protecting = compose(Message(text=text), analysis(text, signals=theft), found(resolution(tags=("theft",))), POLICY)
    assert protecting.status is Status.READY, "what protects money waits for no question"


def test_a_question_back_begins_with_condolence_too() -> None:
    text = "توفي والدي"
    rivals = found(resolution(), resolution(id="other.ar", problem="بطاقتي ضاعت"), relevance=0.3)
    draft = compose(Message(text=text), analysis(text), rivals, POLICY)
    assert draft.status is Status.NEEDS_INFORMATION
    assert draft.text.count("عزائنا") == 1
    assert draft.text.endswith("؟") or "؟" in draft.text


def test_a_mourner_who_has_told_what_is_needed_is_not_asked_to_tell_it_again() -> None:
    text = "توفي زوجي والشهادة باسمه، وأحتاج أن أعرف الأوراق المطلوبة من الورثة، وهل تأتي ابنتي مكاني"
    draft = compose(Message(text=text), analysis(text), found(resolution(), relevance=0.3), POLICY)
    assert draft.status is Status.NO_SAFE_DRAFT
    assert any("وفاة" in note for note in draft.notes)


def test_what_answers_a_second_question_is_told_to_the_agent() -> None:
    text = "بطاقتي لم تصل، وكيف أغلق حسابي؟"
    second = found(resolution(id="close.ar", problem="كيف أغلق حسابي؟")).hits
    result = found(resolution()).model_copy(update={"also": second})
    draft = compose(Message(text=text), analysis(text), result, POLICY)
    assert any("كيف أغلق حسابي" in note and "close.ar" in note for note in draft.notes)


@pytest.mark.parametrize(
    "text",
    [
        "Dad went in the night on Friday and the cousins are paying",
        "My wife passed in spring",
        "it's for mum's funeral",
    ],
)
def test_a_death_told_gently_is_read(text: str) -> None:
    assert deaths(text)


@pytest.mark.parametrize(
    "text", ["My son passed his exam in spring", "my daughter passed!", "Dad went to the branch", "dad's birthday"]
)
def test_what_went_well_is_no_death(text: str) -> None:
    assert not deaths(text)
