"""The pages of ``docs/`` that show drafts: made by a command, so that they cannot drift from the code."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from evaluation.drafting.answered import Answered
from evaluation.drafting.channels import Cell, ChannelRow
from evaluation.drafting.problems import LANGUAGES, Example
from evaluation.drafting.shares import Figure
from evaluation.drafting.temperatures import FourTempers
from evaluation.report import table
from inference.segments import segments
from inference.types import AngerLevel, Channel, Draft

HEAD = ["figure", "n", "value", "95% interval"]
SHOWN = 5
"""Problems that stand side by side on the page."""
_MADE = "Made by `python -m evaluation.drafting --pages docs` from the code as it is; edit nothing here by hand."
_NAMES = {"ar": "Arabic", "en": "English"}
_LEVEL = AngerLevel.ANGRY


_TEMPERATURES = """\
The same problem, worded calm, irritated, angry and furious, and the draft that each gets in chat. What is explained
and to be done, and every number in it, should be the same; how much is said before it, and in which words, should not.
The messages were written for this project by a machine, in several dialects; the first five problems of each language
stand below."""
_READ = """\
The first figures judge the reading and the search as well. The others judge the tone alone: each anger is taken as it
was written, and the resolutions are those found for the calmest wording that found the right one. Below stand the
drafts as they come, with the anger that was read where it is another."""
_CHANNELS = """\
An angry customer whose card has not arrived, identified, with a name, an order number and facts from the desk's
system: what the draft makes of it in each channel. The figures and lengths are over five problems at four levels of
anger, each taken as it was written, on what was found for the calmest wording that found the right thing. Public
replies say neither name nor number nor fact."""
_EXAMPLES = """\
Whole examples, the worst included: the message, how it was read, the draft, the notes to the agent and the questions
that may come next. Under each stands what a careful reader would still mend. The messages are of our own writing; the
knowledge is the sample helpdesk's."""


def temperatures_page(sets: Sequence[FourTempers], figures: Sequence[Figure]) -> str:
    """Return the page on one problem at four temperatures."""
    parts = [
        "# One problem, four tempers",
        _TEMPERATURES,
        _MADE,
        f"## Figures, over {len(sets) // len(LANGUAGES)} problems in each language",
        table(HEAD, [figure.cells for figure in figures]),
        _READ,
    ]
    for language in LANGUAGES:
        parts.append(f"## {_NAMES[language]}")
        shown = [four for four in sets if four.language == language][:SHOWN]
        parts += [part for four in shown for part in _side_by_side(four)]
    return "\n\n".join(parts) + "\n"


def _side_by_side(four: FourTempers) -> Iterator[str]:
    yield f"### {four.problem.intent.replace('_', ' ')}"
    heads = "".join(f'<th align="left">{_level(level, item)}</th>' for level, item in four.answers.items())
    asked = "".join(_cell(item.message.text, four.language) for item in four.answers.values())
    replies = "".join(_cell(_text(item.draft), four.language) for item in four.answers.values())
    direction = ' dir="rtl" lang="ar"' if four.language == "ar" else ""
    yield (
        f'<div{direction}>\n<table>\n<tr>{heads}</tr>\n<tr valign="top">{asked}</tr>\n'
        f'<tr valign="top">{replies}</tr>\n</table>\n</div>'
    )


def _level(level: AngerLevel, item: Answered) -> str:
    read = item.analysis.anger.level
    return level.value if read is level else f"{level.value} (read: {read.value})"


def channels_page(cells: Sequence[Cell], rows: Sequence[ChannelRow], figures: Sequence[Figure]) -> str:
    """Return the page on one problem in every channel."""
    parts = [
        "# One problem in every channel",
        _CHANNELS,
        _MADE,
        table(HEAD, [figure.cells for figure in figures]),
        table(
            ["channel", "language", "drafts", "characters", "allowed", "most parts"],
            [
                [
                    row.channel.value,
                    row.language,
                    f"{row.ready} of {row.drafts}",
                    f"{row.shortest} to {row.longest}",
                    str(row.allowed),
                    "" if row.most_parts is None else str(row.most_parts),
                ]
                for row in rows
            ],
        ),
    ]
    for language in LANGUAGES:
        shown = {
            cell.channel: cell
            for cell in reversed(cells)
            if (cell.language, cell.level) == (language, _LEVEL) and cell.problem == cells[0].problem
        }
        parts.append(f"## {_NAMES[language]}")
        parts.append(_block(shown[Channel.CHAT].item.message.text, language, quoted=True))
        texts: dict[str, list[Channel]] = {}
        for channel in Channel:
            texts.setdefault(_text(shown[channel].item.draft), []).append(channel)
        for text, channels in texts.items():
            count = f", {segments(text)} parts" if channels == [Channel.SMS] else ""
            drafted = shown[channels[0]].item.draft.text
            length = f" ({len(text)} characters{count})" if drafted else ""
            parts += [f"### {', '.join(channels)}{length}", _block(text, language)]
    return "\n\n".join(parts) + "\n"


def examples_page(examples: Sequence[Example], answered: Sequence[Answered]) -> str:
    """Return the page of full examples with what is still wrong with each."""
    parts = [
        "# Twelve messages, their drafts, and what is wrong with them",
        _EXAMPLES,
        _MADE,
    ]
    for number, (example, item) in enumerate(zip(examples, answered, strict=True), start=1):
        parts += [f"## {number}. {example.title}", *_example(example, item)]
    return "\n\n".join(parts) + "\n"


def _example(example: Example, item: Answered) -> Iterator[str]:
    draft, analysis = item.draft, item.analysis
    asked_in = "ar" if analysis.language == "ar" and analysis.script.value != "arabizi" else "en"
    for turn in item.message.history:
        yield f"Earlier, the {turn.author.value}: “{turn.text}”"
    yield _block(item.message.text, asked_in, quoted=True)
    yield _reading(item)
    yield _block(draft.text, draft.language) if draft.text else "No text for the customer."
    if draft.notes:
        yield _fragment("Notes to the agent", draft.notes, draft.language)
    if draft.follow_ups:
        asked = [f"{follow.question} {follow.answer}" for follow in draft.follow_ups]
        yield _fragment("May come next", asked, draft.language)
    stale = "" if example.judged == digest(draft) else " (written about an earlier draft)"
    yield f"**What is still wrong**{stale}: {example.wrong}"


def _reading(item: Answered) -> str:
    """Return how the message was read and what the draft rests on, in one line."""
    draft, analysis = item.draft, item.analysis
    signals = ", ".join(f"{signal.name.value} {signal.confidence:.2f}" for signal in analysis.signals) or "none"
    sources = ", ".join(f"`{source.id}`" for source in draft.sources if source.kind.value != "policy") or "none"
    facts = (
        item.message.channel.value,
        analysis.language + (f", {analysis.dialect.value}" if analysis.dialect else ""),
        f"{analysis.anger.level.value} ({analysis.anger.intensity:.2f})",
        f"signals: {signals}",
        f"sources: {sources}",
        f"status: **{draft.status.value}**" + (f" ({draft.reason.value})" if draft.reason else ""),
    )
    return f"*{'; '.join(facts)}*"


def digest(draft: Draft) -> str:
    """Return what a judgement of a draft hangs on: its status, text and notes."""
    said = "\n".join((draft.status.value, draft.text, *draft.notes))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _text(draft: Draft) -> str:
    return draft.text or f"({draft.status.value}: {draft.reason.value if draft.reason else ''})"


def _cell(text: str, language: str) -> str:
    return f"<td{_direction(language)}>{_html(text)}</td>"


def _block(text: str, language: str, *, quoted: bool = False) -> str:
    tag = "blockquote" if quoted else "div"
    return f"<{tag}{_direction(language)}>\n\n{_html(text)}\n\n</{tag}>"


def _fragment(title: str, lines: Sequence[str], language: str) -> str:
    items = "".join(f"<li>{_html(line)}</li>" for line in lines)
    return f"{title}:\n\n<div{_direction(language)}><ul>{items}</ul></div>"


def _direction(language: str) -> str:
    return ' dir="rtl" lang="ar"' if language == "ar" else ' dir="ltr" lang="en"'


def _html(text: str) -> str:
    marks: Mapping[str, str] = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "<br>", "*": "&#42;", "_": "&#95;"}
    return "".join(marks.get(char, char) for char in text)
