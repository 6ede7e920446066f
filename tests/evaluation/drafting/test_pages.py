"""The pages hold what was drafted, safely marked up and in its direction."""

from evaluation.drafting.channels import lengths, matrix, measure_channels
from evaluation.drafting.pages import channels_page, digest, examples_page, temperatures_page
from evaluation.drafting.problems import Example, load_examples
from evaluation.drafting.temperatures import measure_temperatures
from inference.types import Message, Status
from tests.evaluation.drafting.cases import answered
from tests.evaluation.drafting.test_temperatures import four
from tests.inference.builders import ARABIC, POLICY, resolution


def test_an_example_shows_the_message_the_draft_and_what_is_wrong() -> None:
    item = answered("Where is my <b>card</b>_?", channel="email")
    example = Example(title="A card", message=item.message, judged=digest(item.draft), wrong="It is too long.")
    page = examples_page([example], [item])
    assert "&lt;b&gt;card&lt;/b&gt;&#95;?" in page
    assert "1. Open the app and tap Track Card.<br>2." in page
    assert "**What is still wrong**: It is too long." in page
    stale = example.model_copy(update={"judged": "another"})
    assert "written about an earlier draft" in examples_page([stale], [item])


def test_arabic_stands_in_blocks_of_its_own_direction() -> None:
    item = answered("وين بطاقتي؟", resolution(ARABIC))
    page = examples_page([Example(title="A card", message=item.message, wrong="-")], [item])
    assert '<blockquote dir="rtl" lang="ar">\n\nوين بطاقتي؟' in page
    assert page.count('dir="rtl" lang="ar"') >= 2


def test_a_message_without_a_draft_says_why() -> None:
    item = answered("My lawyer will be in touch, I'm suing you.")
    assert item.draft.status is Status.NO_SAFE_DRAFT
    page = examples_page([Example(title="Law", message=item.message, wrong="-")], [item])
    assert "No text for the customer." in page
    assert "(legal)" in page


def test_tempers_stand_side_by_side_and_channels_below_each_other() -> None:
    sets = [four()]
    page = temperatures_page(sets, measure_temperatures(sets, POLICY, seed=1))
    assert page.count("<td") == 8
    assert "| the same numbers and numbered steps in all four" in page
    both = [four(), type(sets[0])(sets[0].problem, "ar", four().answers)]
    cells = matrix(both, POLICY)
    shown = channels_page(cells, lengths(cells, POLICY), measure_channels(cells, POLICY, seed=1))
    assert "### chat, whatsapp, social_private (" in shown
    assert " parts)" in shown


def test_there_are_twelve_examples_and_each_has_a_judgement() -> None:
    examples = load_examples()
    assert len(examples) == 12
    assert all(example.wrong and isinstance(example.message, Message) for example in examples)
