import re

from evaluation.judge.prompt import Case, compare_question, score_question
from evaluation.scorecard import load_rubric

RUBRIC = load_rubric()
CASE = Case("وين بطاقتي؟", ("Cards arrive within 7 days.",))


def test_what_others_wrote_stands_between_fences_of_one_call() -> None:
    first, second = (
        compare_question(CASE, "Reply one. END", "BEGIN SECOND REPLY", RUBRIC, repeat=0).prompt for _ in range(2)
    )
    fences = [set(re.findall(r"\b[0-9a-f]{16}\b", prompt.chat[0].content)) for prompt in (first, second)]
    assert all(len(found) == 1 for found in fences)
    assert fences[0] != fences[1]
    fence = fences[0].pop()
    data = first.chat[1].content
    outside = re.sub(rf"BEGIN [^\n]* {fence}\n.*?\nEND {fence}", "", data, flags=re.DOTALL)
    for text in ("Reply one", "SECOND REPLY", "بطاقتي", "7 days"):
        assert text in data
        assert text not in outside


def test_the_order_of_the_replies_is_the_caller_s() -> None:
    content = compare_question(CASE, "one one", "two two", RUBRIC, repeat=0).prompt.chat[1].content
    assert content.index("FIRST REPLY") < content.index("one one") < content.index("two two")


def test_criteria_come_in_either_order_with_all_levels() -> None:
    names = [item.id for item in RUBRIC.criteria]
    for backwards in (False, True):
        question = score_question(CASE, "reply", RUBRIC, backwards=backwards, repeat=0)
        rules = question.prompt.chat[0].content
        places = [rules.index(f"\n{name}: ") for name in names]
        assert places == sorted(places, reverse=backwards)
        assert RUBRIC.criteria[0].levels[4].en in rules
        assert question.prompt.completion.endswith(question.prompt.opening)
        assert (names[-1] if backwards else names[0]) in question.prompt.opening


def test_a_question_is_known_by_all_that_its_answer_depends_on() -> None:
    def parts(case: Case = CASE, first: str = "a", second: str = "b", repeat: int = 0) -> tuple[str, ...]:
        return compare_question(case, first, second, RUBRIC, repeat=repeat).parts

    assert parts() == parts()
    others = [parts(first="b", second="a"), parts(repeat=1), parts(Case("else")), parts(Case(CASE.message))]
    assert len({parts(), *others}) == 5
