import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.fusion import load_fusion
from inference.signals import find_signals, rule_signals
from inference.types import SignalName as S

FOUND = [
    (S.BROKEN_PROMISE, "وعدتوني يومين وهذا خامس يوم"),
    (S.BROKEN_PROMISE, "قالولي خلال يومين وما وصل شي"),
    (S.BROKEN_PROMISE, "I was promised a refund within 3 days"),
    (S.BROKEN_PROMISE, "your agent said it would arrive on Monday and it still hasn't"),
    (S.REPEAT_CONTACT, "اتصلت عليكم اكثر من مرة ولا فيه فايدة"),
    (S.REPEAT_CONTACT, "للمرة الثالثة أكتب لكم"),
    (S.REPEAT_CONTACT, "this is the third time I contact you"),
    (S.CHURN_RISK, "بقفل حسابي عندكم"),
    (S.CHURN_RISK, "I'm closing my account today"),
    (S.PUBLIC_THREAT, "والله لانشر القصة في تويتر"),
    (S.PUBLIC_THREAT, "I will post this on Twitter"),
    (S.LEGAL_THREAT, "راح اكلم المحامي"),
    (S.LEGAL_THREAT, "I'll sue you"),
    (S.REGULATOR_THREAT, "برفع شكوى للبنك المركزي"),
    (S.REGULATOR_THREAT, "بلاغ لساما اليوم"),
    (S.REGULATOR_THREAT, "I am going to the ombudsman"),
    (S.ABUSE, "حرامية ونصابين"),
    (S.ABUSE, "you are all idiots"),
    (S.URGENCY, "محتاج الفلوس ضروري اليوم"),
    (S.URGENCY, "I need this today please, it's urgent"),
    (S.FRAUD_OR_THEFT, "انسرقت محفظتي"),
    (S.FRAUD_OR_THEFT, "ما سويت هذي العملية"),
    (S.FRAUD_OR_THEFT, "someone used my card"),
    (S.FRAUD_OR_THEFT, "there's a payment I don't recognise"),
    (S.SELF_HARM, "حاسس اني عايز انتحر"),
    (S.SELF_HARM, "تعبت من الحياة"),
    (S.SELF_HARM, "I don't want to live anymore"),
    (S.QUIET_DISSATISFACTION, "كنت أتوقع منكم أفضل"),
    (S.QUIET_DISSATISFACTION, "never mind, I'll sort it myself"),
    (S.CONFUSION, "مو فاهم شو يعني رسوم"),
    (S.CONFUSION, "I don't understand this fee"),
    (S.THANKS, "يعطيكم العافية"),
    (S.THANKS, "thanks a lot"),
    (S.THANKS, "yislamo kteer"),
    (S.THANKS, "تعبتكم معايا، النت رجع يشتغل"),
    (S.REPEAT_CONTACT, "راسلتكم الأسبوع الماضي عن نفس العطل"),
    (S.CHURN_RISK, "خلاص بحول على شركة ثانية"),
    (S.CHURN_RISK, "send me the PAC code please"),
    (S.PUBLIC_THREAT, "الفيديو كله نازل على تيك توك الليلة"),
    (S.PUBLIC_THREAT, "expect a one star review from me"),
    (S.LEGAL_THREAT, "بيننا وبينكم المحكمة"),
    (S.LEGAL_THREAT, "هعمل محضر في القسم النهارده"),
    (S.LEGAL_THREAT, "my solicitor will write to you"),
    (S.REGULATOR_THREAT, "هقدم شكوى لجهاز تنظيم الاتصالات"),
    (S.REGULATOR_THREAT, "غادي نمشي عند ANRT بالفاتورة"),
    (S.REGULATOR_THREAT, "I have reported this to Ofcom"),
    (S.ABUSE, "يا شلة حرامية"),
    (S.ABUSE, "you pathetic bunch"),
    (S.URGENCY, "العملية بكرة والموافقة ما وصلت"),
    (S.URGENCY, "my flight leaves tonight"),
    (S.FRAUD_OR_THEFT, "اتنصب عليا في التليفون"),
    (S.FRAUD_OR_THEFT, "my sim was cloned, it looks like a SIM swap"),
    (S.SELF_HARM, "مالي عازة في الدنيا"),
    (S.SELF_HARM, "ما أبغى أعيش"),
    (S.SELF_HARM, "there is no reason to live, I want to end it all"),
]
ABSENT = [
    (S.THANKS, "شكرا على لا شيء"),
    (S.THANKS, "thanks for nothing"),
    (S.FRAUD_OR_THEFT, "what should I do if my card gets stolen?"),
    (S.FRAUD_OR_THEFT, "انتم يا حرامية"),
    (S.SELF_HARM, "تعبت من الانتظار"),
    (S.SELF_HARM, "this queue is killing me"),
    (S.CHURN_RISK, "كيف أفتح حسابًا جديدًا"),
    (S.LEGAL_THREAT, "is it legal to use the card abroad?"),
    (S.ABUSE, "the card is not working"),
    (S.REPEAT_CONTACT, "أول مرة أتواصل معكم"),
    (S.BROKEN_PROMISE, "I promised my wife a new phone"),
    (S.CHURN_RISK, "وقفوا حسابي، البطاقة ضاعت"),
    (S.PUBLIC_THREAT, "the video does not play on Facebook"),
    (S.LEGAL_THREAT, "my lawyer recommended your bank"),
    (S.LEGAL_THREAT, "I am not going to sue anyone"),
    (S.REGULATOR_THREAT, "أبوي يشتغل في البنك المركزي"),
    (S.REGULATOR_THREAT, "my sister works at the central bank"),
    (S.ABUSE, "I lost the card like an idiot"),
    (S.URGENCY, "مو مستعجل، على راحتكم"),
    (S.URGENCY, "it is not urgent at all"),
    (S.FRAUD_OR_THEFT, "the thief in the film"),
    (S.SELF_HARM, "هموت من الحر"),
    (S.SELF_HARM, "I'm dying to try it"),
    (S.THANKS, "تعبت منكم"),
]


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_signal_is_found_with_its_evidence(name: S, text: str) -> None:
    found = {signal.name: signal for signal in rule_signals(text)}
    assert name in found
    for span in found[name].evidence:
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize(("name", "text"), ABSENT)
def test_near_misses_are_left_alone(name: S, text: str) -> None:
    assert name not in {signal.name for signal in rule_signals(text)}


@given(st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    for signal in rule_signals(text):
        assert all(text[span.start : span.end] == span.text for span in signal.evidence)


def test_a_number_of_followers_has_an_end() -> None:
    assert S.PUBLIC_THREAT in {signal.name for signal in rule_signals("I have 120,000 followers")}
    (found,) = rule_signals(f"{'1,' * 9_000} followers")
    assert len(found.evidence[0].text) < 30  # who reads on, reads to the end from every digit


@pytest.mark.parametrize(
    "text",
    [
        "ما بقى الا اموت وارتاح من هالديون",
        "لو رحت من الدنيا محدش هيلاحظ لما اختفي",
        "خايفة اعمل شي في حالي",
        "ya rab 3ayez amoot, kol yom nafs el kalam",
        "rani tayeb, bghit ghir nmout",
        "ana msh hab2a mawgood bokra",
        "Does the policy pay if I die by my own hand",
        "nobody would notice if I disappear",
    ],
)
def test_who_says_outright_that_they_want_to_die_is_never_doubted(text: str) -> None:
    found = {signal.name: signal for signal in find_signals(text, np.full(len(S), 1e-4), (), load_fusion())}
    assert found[S.SELF_HARM].confidence >= 0.5


@pytest.mark.parametrize("text", ["amoot mn el de7k 3ala el app", "هموت من الضحك والله", "I'm dying to know"])
def test_a_figure_of_speech_is_no_despair(text: str) -> None:
    found = find_signals(text, np.full(len(S), 1e-4), (), load_fusion())
    assert S.SELF_HARM not in {signal.name for signal in found}


@pytest.mark.parametrize(
    "text",
    [
        "صاحب البيت بيطردنا من الشقة بكرة اذا ما وصل الايجار",
        "وانا واقف قدام الصيدلية ومعي الولد والبطاقة مرفوضة",
        "عندها اختبار بكرة الصبح والمنصة ما تفتح",
        "اختي بتولد الخميس ولازم العربون قبلها",
        "المستشفى طالبين الدفع اليوم والحوالة لسا معلقة",
        "الساعة ثلاثة الفجر وانا برا لوحدي والتكسي يبي كاش",
        "ana wa2ef 3and el ma7atta w mesh ma3aya cash",
        "el ragel wa2ef 3al bab w el ta7weel marfood",
        "واقف عند الصراف وما يطلع فلوس",
        "I'm at the till and it says declined",
        "3andha exam ghodwa w el inscription mab9atch t7ell",
        "The landlord is throwing us out of the flat tonight",
        "I'm waiting outside the pharmacy with a sick child and it says declined",
        "Her interview is tomorrow and the letter is still pending",
        "My sister is giving birth on Thursday and they want a deposit",
        "They won't discharge my father until the bill is settled",
    ],
)
def test_a_deadline_or_an_exposed_place_is_urgent_whatever_the_head_says(text: str) -> None:
    found = {signal.name: signal for signal in find_signals(text, np.full(len(S), 1e-4), (), load_fusion())}
    assert found[S.URGENCY].confidence >= load_fusion().signals[S.URGENCY].cut
    assert found[S.URGENCY].evidence


@pytest.mark.parametrize(
    "text",
    [
        "كان عندي امتحان الشهر الماضي وخلص",
        "الملف واقف عند الموظف من اسبوع",
        "الكارت واقف في الصراف من امبارح",
        "اريد الفرق يرجع حالا",
        "My exam was in March",
        "I got stranded abroad last year",
        "the tariff feels like being thrown out of a shop",
    ],
)
def test_what_is_over_or_merely_demanded_is_not_urgent(text: str) -> None:
    assert S.URGENCY not in {signal.name for signal in rule_signals(text)}


def heads(name: S, probability: float) -> np.ndarray:
    """A head that knows one signal alone."""
    return np.where(np.arange(len(S)) == list(S).index(name), probability, 1e-4)


def raised(text: str, name: S, probability: float) -> bool:
    return name in {found.name for found in find_signals(text, heads(name, probability), (), load_fusion())}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (S.FRAUD_OR_THEFT, "صلاحية الكرت قربت تسالي وش الطريقة للتجديد"),
        (S.FRAUD_OR_THEFT, "بطاقتي انرفضت في السوبرماركت مرتين"),
        (S.FRAUD_OR_THEFT, "It was declined at the bakery and again at the dentist"),
        (S.FRAUD_OR_THEFT, "3andi riyal w dollar w abi a7welhom"),
        (S.SELF_HARM, "ولا يهمكم، بتسلف القسط من خالي"),
        (S.SELF_HARM, "احذفوا كل حساباتي وبياناتي لو سمحتوا"),
        (S.SELF_HARM, "Kindly erase both of my accounts and the data"),
        (S.SELF_HARM, "Never mind, I'll borrow the fee from a cousin"),
    ],
)
def test_the_head_alone_is_not_believed_where_none_of_a_signals_words_stands(name: S, text: str) -> None:
    assert not raised(text, name, 0.98)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (S.FRAUD_OR_THEFT, "في شخص غريب عم يشتري ببطاقتي من بيروت"),
        (S.FRAUD_OR_THEFT, "المحفظة اختفت من شنطتي في الباص وما لقيتها"),
        (S.FRAUD_OR_THEFT, "A woman rang saying she is from the bank and I told her the code"),
        (S.FRAUD_OR_THEFT, "wa7ed khda mni telephone f tobis"),
        (S.SELF_HARM, "ما عدت أحتمل وأفكر في الموت كل ليلة"),
        (S.SELF_HARM, "اولادي احسن بدوني، سامحوني"),
        (S.SELF_HARM, "The children would be fine without their mother"),
        (S.SELF_HARM, "3yit bezzaf, bghit nerta7 men hadchi kamel"),
    ],
)
def test_words_that_a_signal_needs_keep_the_heads_alarm(name: S, text: str) -> None:
    assert raised(text, name, 0.75)


def test_a_head_that_is_sure_of_despair_needs_no_word() -> None:
    text = "the kettle is on the left shelf"
    assert raised(text, S.SELF_HARM, 0.6)
    assert not raised(text, S.SELF_HARM, 0.15)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (S.SELF_HARM, "ما عاد احتاج حسابكم، احذفوه"),
        (S.SELF_HARM, "أود إغلاق حسابي إلى الأبد"),
        (S.REGULATOR_THREAT, "لست متعجلًا ولا أنوي رفع أي شكوى، فقط أطمئن"),
    ],
)
def test_a_context_that_cancels_a_rule_stops_the_heads_alarm_too(name: S, text: str) -> None:
    assert not raised(text, name, 0.6)


def test_a_head_that_is_surer_of_theft_needs_a_word_of_despair() -> None:
    both = heads(S.FRAUD_OR_THEFT, 0.95) + heads(S.SELF_HARM, 0.5)
    for text, named in (
        ("They took my bag with the only photo of my father", False),
        ("They took my bag, I don't want to live any more", True),
    ):
        found = {signal.name for signal in find_signals(text, both, (), load_fusion())}
        assert S.FRAUD_OR_THEFT in found
        assert (S.SELF_HARM in found) is named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I must explain every line to the visa officer, what is this one riyal", False),
        ("ضروري اشرح الكشف لموظف الجوازات، ايش هالريال", False),
        ("Someone with statutory powers can reopen it", True),
        ("رزقي واقف عندكم والشكاية عند الوسيط", True),
        ("hashteky fel NTRA enaharda", True),
    ],
)
def test_a_regulator_that_the_head_half_hears_is_one_only_where_a_word_names_it(text: str, *, named: bool) -> None:
    assert raised(text, S.REGULATOR_THREAT, 0.1) is named
    assert raised(text, S.REGULATOR_THREAT, 0.95)


@pytest.mark.parametrize(
    "text",
    [
        "شي واحد كيشري من لاكارط ديالي وهي عندي",
        "في زول تاني بيصرف من حسابي",
        "حد خد بيانات الفيزا بتاعتي",
        "ظهرت في حسابي عمليتين مو مني",
        "مشتريات من محلات ما سمعت بيها",
        "تفويض لم أوقعه يسحب مني كل شهر",
        "Somebody else has my card details, please stop it",
        "someone is out shopping as me",
        "there are two payments already that aren't mine",
        "I see an unathorised payment",
        "I did not authorise any direct debit payment",
        "wa7ed byeshteri bel visa bta3ti",
        "3 3amaliyyat mesh eli",
    ],
)
def test_somebody_at_my_money_is_theft(text: str) -> None:
    assert S.FRAUD_OR_THEFT in {signal.name for signal in rule_signals(text)}


@pytest.mark.parametrize(
    "text",
    [
        "واحد صاحبي عنده حساب عندكم وقال لي جربهم",
        "ممكن حد يشتري لي بطاقة هدية؟",
        "هل يستطيع شخص آخر أن يودع في حسابي",
        "أريد أن يصرف ولدي من بطاقة باسمه",
        "Can somebody else have a card on my account?",
        "Is there someone who can tell me when my payment is due?",
        "the payment is not showing yet",
        "wa7ed ysa3edni bel card lw sama7t",
    ],
)
def test_somebody_who_takes_nothing_is_no_theft(text: str) -> None:
    assert S.FRAUD_OR_THEFT not in {signal.name for signal in rule_signals(text)}
