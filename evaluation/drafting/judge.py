"""One draft judged: what must hold of each, as columns that figures are made of."""

import re
from dataclasses import dataclass

from evaluation.drafting.answered import Answered
from evaluation.drafting.backing import unbacked
from inference.language import detect
from inference.plain import glossary, unexplained
from inference.policy import Policy
from inference.segments import segments
from inference.text import fold, fold_pattern
from inference.thread import own_words
from inference.types import Draft, SourceKind

_ARABIC = re.compile(r"[\u0621-\u064a]")
_LATIN = re.compile(r"[A-Za-z]")
_SORRY = re.compile(
    rf"(?<!\w)(?:{fold_pattern('[وف]?(?:نأسف|نتأسف|آسف|آسفون|نعتذر|أعتذر|عذرا|معذرة|اعتذار|اعتذارنا|أسفنا)')}"
    r"|sorry|apologi[sz]e\w*|apolog(?:y|ies)|regret)(?!\w)"
)


@dataclass(frozen=True)
class Judged:
    """Faults of one draft's text; all empty where there is none."""

    wrong_language: bool = False
    out_of_order: bool = False
    apologies: int = 0
    jargon: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    explained_twice: tuple[str, ...] = ()
    too_long: bool = False

    @property
    def faults(self) -> dict[str, bool]:
        """Whether each fault is there, by the name that reports give it."""
        return {
            "text in the wrong language": self.wrong_language,
            "a planned step is missing or out of order": self.out_of_order,
            "more than one apology": self.apologies > 1,
            "jargon that nobody explains": bool(self.jargon),
            "a number, date or id without a source": bool(self.invented),
            "a forbidden phrase": bool(self.forbidden),
            "a term explained twice": bool(self.explained_twice),
            "longer than the channel allows": self.too_long,
        }


def judge(item: Answered, policy: Policy, *, language: str) -> Judged:
    """Judge a draft; ``language`` is the one that its customer wrote in."""
    draft = item.draft
    if not draft.text:
        return Judged()
    folded = fold(draft.text).text
    spans = unexplained(draft.text, draft.language, level=item.analysis.technical_level, known=own_words(item.message))
    return Judged(
        wrong_language=written_in(draft.text) != language,
        out_of_order=not steps_in_order(draft),
        apologies=len(_SORRY.findall(folded)),
        jargon=tuple(span.text for span in spans),
        invented=unbacked(item, policy),
        forbidden=tuple(_forbidden(item, policy, folded)),
        explained_twice=tuple(_twice(draft)),
        too_long=is_too_long(item, policy),
    )


def written_in(text: str) -> str:
    """Return the language that a reply is written in, by its letters and by the detector, which must agree."""
    script = "ar" if len(_ARABIC.findall(text)) > len(_LATIN.findall(text)) else "en"
    return script if detect(text).language == script else "?"


def steps_in_order(draft: Draft) -> bool:
    """Tell whether the planned steps are all there, and stand in the text in the plan's order."""
    if draft.plan is None:
        return True
    position = 0
    for step in draft.steps:
        position = draft.text.find(step.text, position)
        if position < 0 or not step.text.strip():
            return False
        position += len(step.text)
    return tuple(step.name for step in draft.steps) == draft.plan.steps


def is_too_long(item: Answered, policy: Policy) -> bool:
    """Tell whether a draft is longer than its channel's policy allows, in characters or in parts."""
    rules, text = policy.channels[item.message.channel], item.draft.text
    return len(text) > rules.max_characters or (rules.max_segments is not None and segments(text) > rules.max_segments)


def _forbidden(item: Answered, policy: Policy, folded: str) -> list[str]:
    names = policy.forbidden_at(item.analysis.anger.level)
    phrases = (phrase for name in names for phrase in policy.forbidden[name].phrases.get(item.draft.language, ()))
    return [phrase for phrase in phrases if fold(phrase).text in folded]


def _twice(draft: Draft) -> list[str]:
    cited = [source.id for source in draft.sources if source.kind is SourceKind.GLOSSARY]
    wordings = [glossary()[name.removeprefix("glossary:")].wording(draft.language) for name in cited]
    return [
        word.plain for word in wordings if sum(draft.text.count(f"({said})") for said in {word.plain, word.many}) > 1
    ]
