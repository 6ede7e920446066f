"""Two hundred drafts of one intent: how often the commonest sentences come again, and who supplies them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evaluation.drafting.answered import Answered
from evaluation.drafting.shares import Figure, share
from inference.plain import glossary
from inference.policy import Policy
from inference.text import fold
from inference.types import AngerLevel, Channel, Message, SourceKind, Status, StepName

DRAFTS = 200
INTENT = "transaction_charged_twice"
ARABIC_INTENT = "تم التحصيل مرتين"
"""The same intent, as ArBanking77 calls it."""
_SENTENCE = re.compile(r"[^.!?؟\n]+(?:\.\d[^.!?؟\n]*)*[.!?؟:]*")
_PLACE = re.compile(r"\\\{\w+\\\}")
_POLICY = (StepName.LISTEN, StepName.EMPATHISE, StepName.APOLOGISE, StepName.FOLLOW_UP, StepName.CLOSE)


def of_one_intent(base: Answered, texts: Sequence[str], policy: Policy) -> list[Answered]:
    """Draft many wordings of one question by e-mail, a quarter at each level of anger, from what was found for one."""
    levels = tuple(AngerLevel)
    asked = (replace(base, message=Message(text=text, channel=Channel.EMAIL)) for text in texts)
    drafted = [item.at(levels[place % len(levels)], policy) for place, item in enumerate(asked)]
    return [item for item in drafted if item.draft.status is Status.READY]


def measure_variety(items: Sequence[Answered], policy: Policy, language: str, *, seed: int) -> list[Figure]:
    """Return the share of drafts that the commonest sentence of nobody's stands in, then of policy's, by step."""
    own = [{line for line in sentences(item.draft.text) if not is_supplied(line, item, policy)} for item in items]
    figures = [_commonest(f"{language}: the commonest sentence that nobody supplies", own, seed=seed)]
    for step in _POLICY:
        for level in AngerLevel:
            drafts = [item.draft for item in items if item.analysis.anger.level is level]
            said = [{one.text for one in draft.steps if one.name is step} for draft in drafts]
            if any(said):
                figures.append(_commonest(f"{language}: the commonest {step} to the {level}", said, seed=seed))
    return figures


def sentences(text: str) -> list[str]:
    """Return the sentences of a reply, list numbers left out."""
    lines = re.sub(r"(?m)^[\d٠-٩]+\. ", "", text)
    return [line for found in _SENTENCE.findall(lines) if (line := _bare(found))]


def is_supplied(line: str, item: Answered, policy: Policy) -> bool:
    """Tell whether a sentence comes from a resolution, the policy or the glossary, its brackets and names left out."""
    draft = item.draft
    cited = [source.id for source in draft.sources if source.kind is SourceKind.RESOLUTION]
    quotes = "\n".join(fold(item.resolutions[name].quote).text for name in cited if name in item.resolutions)
    if line in quotes or re.sub(r" \([^)]*\)", "", line) in quotes:
        return True
    if any(pattern.fullmatch(line) for pattern in _phrases(policy, draft.language)):
        return True
    # What the glossary says in other words: the rest of the sentence is the resolution's.
    terms = [source.id.removeprefix("glossary:") for source in draft.sources if source.kind is SourceKind.GLOSSARY]
    return any(
        fold(new).text in line for name in terms for new in glossary()[name].wording(draft.language).instead.values()
    )


def _phrases(policy: Policy, language: str) -> Iterator[re.Pattern[str]]:
    for key in policy.phrases[language]:
        for variant in policy.variants(language, key):
            for line in sentences(variant):
                yield re.compile(_PLACE.sub(".*", re.escape(line)))


def _bare(sentence: str) -> str:
    return fold(sentence).text.strip(" .!?:,\n")


def _commonest(name: str, said: Sequence[set[str]], *, seed: int) -> Figure:
    counts = Counter(line for lines in said for line in lines)
    line = min(counts, key=lambda key: (-counts[key], key), default=None)
    return share(name, [line in lines for lines in said], seed=seed)
