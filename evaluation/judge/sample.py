"""Pairs whose better reply is known, from messages of our own: the composer's reply beside worse and no better ones."""

from collections.abc import Iterator
from datetime import date

from evaluation.helpdesk import given_result
from evaluation.judge.judge import Judged, Pair
from evaluation.judge.prompt import Case
from evaluation.llm.measure import load_messages
from evaluation.writers import TEMPLATE
from inference.analysis import Analyzer
from inference.compose import compose
from inference.policy import Policy
from inference.types import Message, SourceKind
from models.encoder import Encoder
from retrieval import sample

_PADDING = {
    "ar": "نتمنى لكم يومًا طيبًا، ويسعدنا تواصلكم معنا في كل وقت، وشكرًا لكم مرة أخرى على رسالتكم.",
    "en": "We wish you a pleasant day, we are glad to hear from you at any time, and thank you again for your message.",
}
"""What makes a reply longer and no better."""


def sample_pairs(encoder: Encoder, policy: Policy, *, today: date) -> list[Pair]:
    """Return two pairs a message: with the polite template, which is worse, and with more words, which is no better."""
    return [pair for message in _drafted(encoder, policy, today) for pair in _pairs(*message)]


def sample_replies(encoder: Encoder, policy: Policy, *, today: date) -> list[Judged]:
    """Return two replies a message: the composer's and the template."""
    return [
        Judged(f"{name}/{kind}", case, text)
        for name, case, language, reply in _drafted(encoder, policy, today)
        for kind, text in (("composer", reply), ("template", TEMPLATE[language]))
    ]


def _pairs(name: str, case: Case, language: str, reply: str) -> Iterator[Pair]:
    yield Pair(f"{name}/template", case, reply, TEMPLATE[language], "a")
    yield Pair(f"{name}/longer", case, reply, f"{reply} {_PADDING[language]}", "neither")


def _drafted(encoder: Encoder, policy: Policy, today: date) -> Iterator[tuple[str, Case, str, str]]:
    resolutions = {item.id: item for item in sample.load(today)}
    analyzer = Analyzer(encoder, policy)
    for asked in load_messages():
        message = Message.model_validate({"text": asked.text, "channel": asked.channel})
        analysis = analyzer.analyze([message])[0].analysis
        draft = compose(message, analysis, given_result(resolutions[asked.resolution], today), policy)
        sources = tuple(source.quote for source in draft.sources if source.kind is not SourceKind.POLICY)
        case = Case(message.text, sources, message.channel)
        yield asked.resolution, case, draft.language, draft.text
