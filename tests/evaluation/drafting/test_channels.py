"""The matrix spans every channel and level, and sees what must not be said in public."""

from evaluation.drafting.channels import Cell, lengths, matrix, measure_channels, told_in_public
from evaluation.drafting.judge import judge
from inference.segments import segments
from inference.types import AngerLevel, Channel
from tests.evaluation.drafting.cases import answered, with_text
from tests.evaluation.drafting.test_temperatures import four
from tests.inference.builders import POLICY


def test_every_channel_and_level_has_a_cell_as_it_was_written() -> None:
    cells = matrix([four(read=[AngerLevel.CALM] * 4)], POLICY)
    assert len(cells) == len(Channel) * len(AngerLevel)
    assert all(cell.item.analysis.anger.level is cell.level for cell in cells)
    figures = {figure.name: figure for figure in measure_channels(cells, POLICY, seed=1)}
    assert figures["there is a reply, in public an invitation"].point == 1
    assert figures["longer than the channel allows"].count == 0
    public = sum(POLICY.channels[cell.channel].private for cell in cells)
    assert (figures["a name, number or fact in public"].n, figures["a name, number or fact in public"].count) == (
        public,
        0,
    )


def test_what_is_told_in_public_is_seen() -> None:
    item = answered(channel="social_public", level=AngerLevel.ANGRY)
    cell = Cell("late", "en", AngerLevel.ANGRY, item, judge(item, POLICY, language="en"))
    assert list(told_in_public(cell)) == []
    told = with_text(item, "Dear Samira, order 448-2291 is on its way.")
    assert "Samira" in list(told_in_public(Cell("late", "en", AngerLevel.ANGRY, told, cell.judged)))
    assert "448-2291" in list(told_in_public(Cell("late", "en", AngerLevel.ANGRY, told, cell.judged)))


def test_lengths_are_those_of_the_texts() -> None:
    cells = matrix([four()], POLICY)
    rows = {(row.channel, row.language): row for row in lengths(cells, POLICY)}
    sms, email = rows[Channel.SMS, "en"], rows[Channel.EMAIL, "en"]
    texts = [cell.item.draft.text for cell in cells if cell.channel is Channel.SMS]
    assert (sms.ready, sms.drafts) == (4, 4)
    assert (sms.shortest, sms.longest) == (min(map(len, texts)), max(map(len, texts)))
    assert sms.most_parts == max(map(segments, texts))
    assert sms.longest < email.shortest < email.longest <= email.allowed
    assert (rows[Channel.SMS, "ar"].drafts, email.most_parts) == (0, None)
