"""From a message, its analysis and what was found to a checked draft with a status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from inference.compose.asking import ask_step, bereaved_question, question, wants_whose, why_asked
from inference.compose.brief import Brief
from inference.compose.choice import Choice, choose_second, choose_source, take_chosen
from inference.compose.cited import commitments, policy_sources
from inference.compose.finish import glossary_sources
from inference.compose.gaps import fill_resolution, values_for
from inference.compose.handover import hand_over
from inference.compose.heard import has_told, may_be_asked, praises
from inference.compose.notes import rival_notes, source_notes
from inference.compose.offered import offered
from inference.compose.reply import Reply
from inference.dialogue import TurnKind
from inference.exposure import exposure
from inference.loss import loss, names_money
from inference.policy import Policy
from inference.signs import asks_more
from inference.situation import read_situation
from inference.triage import Kind, classify, greets_with_salam, is_courtesy
from inference.types import (
    Analysis,
    Contradictions,
    Draft,
    DraftStep,
    Hit,
    Message,
    Reason,
    SearchResult,
    SignalName,
    Status,
    StepName,
    Wish,
)

_RTL = frozenset({"ar", "fa", "ur", "he", "ps", "ckb"})


def compose(
    message: Message,
    analysis: Analysis,
    found: SearchResult,
    policy: Policy,
    *,
    agent_language: str | None = None,
    contradictions: Contradictions = lambda _: (),
    wish: Wish | None = None,
    now: datetime | None = None,
    chosen: Hit | None = None,
) -> Draft:
    """Draft a reply to ``message``, or say why there is none; the same input gives the same draft, byte for byte.

    Args:
        message: The customer's message.
        analysis: What was understood of it.
        found: The search result for it; freshness was judged by the searcher.
        policy: The tenant's policy.
        agent_language: Language of the notes to the agent; the draft's language where None.
        contradictions: What contradicts a resolution; the agent is told of what contradicts the source.
        wish: How the agent wants the draft, where they ask again; another language is the message's ``language``.
        now: When the draft is made, aware; what the policy undertakes counts from then.
        chosen: What the agent chose to answer from: nothing is asked then that they have settled by reading the
            message, and that nobody is in danger is settled too; other escalations, freshness, language and the checks
            hold as ever.
    """
    answered = found.answerable or chosen is not None
    brief = Brief(message, analysis, policy, agent_language, contradictions, wish, answered, now)
    return _Composition(brief, found, chosen).draft()


@dataclass(frozen=True)
class _Composition:
    brief: Brief
    found: SearchResult
    chosen: Hit | None

    def draft(self) -> Draft:
        brief = self.brief
        if (out := hand_over(brief, self._judged)) is not None:
            return self._refuse(out.reason, *out.notes, route=out.route)
        if self.chosen is not None and brief.language in brief.policy.languages:
            made = self._answer_from(take_chosen(self.chosen, brief.language))
            # A choice that comes to nothing has settled nothing.
            out = hand_over(brief, frozenset()) if made.status is not Status.READY else None
            return made if out is None else self._refuse(out.reason, *out.notes, route=out.route)
        kind = classify(brief.words, brief.analysis)
        if brief.turn.solved and brief.turn.kind is TurnKind.CLOSING and brief.language in brief.policy.languages:
            return self._courtesy("solved")
        if kind is Kind.EMPTY:
            return self._refuse(Reason.EMPTY, brief.note("empty"))
        if brief.language not in brief.policy.languages:
            unsupported = brief.note("unsupported_language", language=brief.language)
            return self._refuse(Reason.UNSUPPORTED_LANGUAGE, unsupported)
        return self._answer() if kind is Kind.PROBLEM else self._without_source(kind)

    @property
    def _judged(self) -> frozenset[SignalName]:
        """What the agent has judged: they read the message, and chose what answers it rather than call the customer."""
        found = self.brief.policy.escalating(self.brief.analysis, answered=self.brief.answered)
        return frozenset({SignalName.SELF_HARM} & found.keys() if self.chosen is not None else ())

    def _without_source(self, kind: Kind) -> Draft:
        if kind in {Kind.THANKS, Kind.GREETING}:
            return self._courtesy("thanks" if kind is Kind.THANKS else "greeting_only")
        return self._ask(question(self.brief, ()))

    def _answer(self) -> Draft:
        brief = self.brief
        protect = brief.analysis.has(SignalName.FRAUD_OR_THEFT, least=brief.policy.signals.protect_from)
        choice = choose_source(self.found, brief.policy, brief.language, protect=protect, words=brief.words)
        hit = choice.hit
        if (exposed := exposure(brief.words)) and not (hit and self._protects(hit)):
            return self._ask(brief.phrasing.pick(f"ask_exposed_{exposed}"))
        if hit is None:
            return self._unanswered(choice, protect=protect)
        if choice.reason is None and self._is_about_whom(hit):
            return self._mourner(hit)
        if choice.reason is None and not self._protects(hit) and not brief.channel.private:
            # "They called and I gave them the code" must not be answered with where the PIN is found.
            if self._surely_robbed:
                return self._ask(self._protecting, brief.note("unanswered"), hits=(hit,))
            if brief.analysis.has(SignalName.FRAUD_OR_THEFT, least=brief.policy.signals.withhold_from):
                return self._unsure()
        return self._answer_from(choice)

    def _answer_from(self, choice: Choice) -> Draft:
        """Answer from what was chosen, unless it may not be used."""
        brief, hit = self.brief, choice.hit
        assert hit is not None, "a choice without a hit answers nothing"  # noqa: S101 - for the type checker
        if choice.reason is Reason.NO_SOURCE_IN_LANGUAGE:
            values = {"id": hit.resolution.id, "language": hit.resolution.language}
            return self._refuse(choice.reason, brief.note("other_language", **values), hits=(hit,))
        if choice.reason is not None:
            return self._refuse(choice.reason, *source_notes(hit, brief.policy, brief.notes_language), hits=(hit,))
        return self._compose(hit)

    @property
    def _protecting(self) -> str:
        """What protects the money first, and the question behind it, by what happened."""
        return self.brief.phrasing.pick(f"ask_protect_{loss(self.brief.words)}")

    def _protects(self, hit: Hit) -> bool:
        return bool(set(hit.resolution.tags) & set(self.brief.policy.scope.safety_tags))

    @property
    def _surely_robbed(self) -> bool:
        """Whether fraud or theft is reported beyond doubt."""
        policy = self.brief.policy
        return self.brief.analysis.has(SignalName.FRAUD_OR_THEFT, least=policy.signals.speak_of_from)

    def _unanswered(self, choice: Choice, *, protect: bool) -> Draft:
        """Without a source that answers: thank for praise, say what it lacks, or ask, protection first."""
        brief, rivals = self.brief, choice.rivals
        why = why_asked(brief, rivals)
        in_scope = choice.reason is not Reason.OUT_OF_SCOPE
        if in_scope and wants_whose(brief) and not has_told(brief):
            return self._mourner(*rivals, why=why)
        if praises(brief):
            return self._courtesy("praise")
        # Who has been robbed is asked to protect what is left before anybody asks whether the matter is ours: a sure
        # theft of money wants no quiz between two titles. A likely one is only a note, unless the search too says so.
        robbed = self._surely_robbed and names_money(brief.words)
        if robbed or (protect and in_scope and self._nearest_protects):
            return self._ask(self._protecting, why, hits=tuple(filter(self._protects, rivals)))
        if not may_be_asked(brief, rivals, in_scope=in_scope):
            return self._unsure(Reason.UNSURE if in_scope else Reason.OUT_OF_SCOPE)
        return self._ask(question(brief, rivals), why, hits=rivals)

    @property
    def _nearest_protects(self) -> bool:
        own = (hit for hit in self.found.hits if hit.resolution.language == self.brief.language)
        return any(map(self._protects, islice(own, 1)))

    def _unsure(self, reason: Reason = Reason.UNSURE) -> Draft:
        """Nothing is drafted: the agent is told of what is offered, or to search."""
        near = offered(self.found, self.brief.language)
        return self._refuse(reason, self.brief.note("out_of_scope_offered" if near else "out_of_scope"))

    def _is_about_whom(self, hit: Hit) -> bool:
        """Tell whether the account may be a deceased person's, for which the usual steps do not hold.

        What protects money goes first only where a theft is reported: "how do we close his card" is no lost card.
        """
        scope, policy = self.brief.policy.scope, self.brief.policy
        answers_it = set(hit.resolution.tags) & set(scope.bereavement_tags)
        stolen = self.brief.analysis.has(SignalName.FRAUD_OR_THEFT, least=policy.signals.protect_from)
        protects = stolen and self._protects(hit)
        return wants_whose(self.brief) and not (answers_it or protects)

    def _mourner(self, *hits: Hit, why: str | None = None) -> Draft:
        """Ask a mourner what is missing; who has said it is not asked, and a person answers them."""
        asked = bereaved_question(self.brief)
        return self._unsure() if asked is None else self._ask(asked, *filter(None, [why]), hits=hits)

    def _compose(self, hit: Hit) -> Draft:
        brief = self.brief
        values = values_for(brief.message, brief.policy, brief.slots, brief.language)
        filled = fill_resolution(hit.resolution, values)
        hit = hit.model_copy(update={"resolution": filled.resolution})
        asked = self._asked(filled.missing)
        if filled.empty and not asked:
            missing = brief.note("missing_slots", slots=", ".join(filled.missing) or "-")
            return self._refuse(Reason.FAILED_CHECKS, missing, hits=(hit,))
        situation = read_situation(
            brief.message, brief.analysis, brief.policy, hit.resolution, slots=brief.slots, turn=brief.turn
        )
        second = self._second(hit, values)
        reply = Reply(brief, (hit, *second), situation, asked)
        if reply.rendered.blocked and second:
            reply = Reply(brief, (hit,), situation, asked)
        rendered = reply.rendered
        if rendered.blocked:
            findings = {"findings": rendered.findings}
            return self._refuse(Reason.FAILED_CHECKS, brief.note("failed_checks"), hits=reply.hits, **findings)
        return self._build(
            Status.READY,
            rendered.text,
            steps=rendered.steps,
            plan=rendered.plan,
            sources=rendered.sources,
            findings=rendered.findings,
            alternatives=tuple(reply.alternatives()),
            follow_ups=reply.next_questions(self.found),
            commitments=commitments(rendered.given, [item.resolution for item in reply.hits], reply.undertaken),
            notes=(
                *rival_notes(hit, () if self.chosen else self.found.hits, brief.policy, brief.notes_language),
                *(brief.note(name.value) for name in self._judged),
                *reply.notes(self.found.also),
            ),
        )

    def _asked(self, missing: Sequence[str]) -> str:
        """Return what the customer is asked for, as the policy names it."""
        wordings = self.brief.policy.slots.get(self.brief.language, {})
        names = [wordings[name].ask for name in missing if name in wordings]
        return (" و" if self.brief.language == "ar" else " and ").join(names)

    def _second(self, first: Hit, values: Mapping[str, str]) -> tuple[Hit, ...]:
        """Return what answers a second question, where nothing is missing to say it."""
        if self.chosen is not None or not asks_more(self.brief.words):
            return ()  # the note says what a second question may be; a wrong answer to one is worse than none
        chosen = choose_second(self.found, self.brief.policy, self.brief.language, first)
        filled = ((hit, fill_resolution(hit.resolution, values)) for hit in chosen)
        return tuple(hit.model_copy(update={"resolution": item.resolution}) for hit, item in filled if not item.missing)

    def _courtesy(self, key: str) -> Draft:
        pick = self.brief.phrasing.pick
        greeting = f"{pick('greet_salam')} " if greets_with_salam(self.brief.words) and key != "thanks" else ""
        step = DraftStep(name=StepName.CLOSE, text=greeting + pick(key), sources=(f"policy:{key}",))
        heard = key in {"thanks", "praise"} and not is_courtesy(self.brief.words)
        notes = (*([self.brief.note("thanked")] if heard else []), *self.brief.message_notes())
        return self._build(Status.READY, step.text, steps=(step,), sources=policy_sources((step,), {}), notes=notes)

    def _ask(self, question: str, *notes: str, hits: tuple[Hit, ...] = ()) -> Draft:
        if self.brief.channel.private:
            question, hits = self.brief.phrasing.pick("private_invite"), ()
        brief = self.brief
        step = ask_step(brief, question)
        return self._build(
            Status.NEEDS_INFORMATION,
            step.text,
            reason=Reason.UNSURE if has_told(brief) and not brief.channel.private else Reason.TOO_VAGUE,
            steps=(step,),
            sources=(
                *map(brief.source, hits),
                *glossary_sources((step,), brief.language, None),
                *policy_sources((step,), {"policy:ask": step.text}),
            ),
            notes=(*notes, *brief.message_notes()),
        )

    def _refuse(self, reason: Reason, *notes: str, hits: tuple[Hit, ...] = (), **fields: Any) -> Draft:  # noqa: ANN401
        sources = tuple(map(self.brief.source, hits))
        notes = (*notes, *self.brief.message_notes())
        return self._build(Status.NO_SAFE_DRAFT, "", reason=reason, sources=sources, notes=notes, **fields)

    def _build(self, status: Status, text: str, **fields: Any) -> Draft:  # noqa: ANN401 - Draft's own fields
        brief = self.brief
        made = Draft(
            status=status,
            text=text,
            language=brief.language,
            direction="rtl" if brief.language in _RTL else "ltr",
            model=brief.analysis.model,
            model_revision=brief.analysis.revision,
            index_generation=self.found.generation,
            chosen=None if self.chosen is None else self.chosen.resolution.id,
            policy_revision=brief.policy.revision,
            **fields,
        )
        # No list of titles belongs under a word of thanks or under an alarm; an agent may search all the same.
        listed = made.may_choose and made.reason is not Reason.SELF_HARM
        courtesy = [step.name for step in made.steps] == [StepName.CLOSE]
        near = offered(self.found, brief.language, made.steps) if listed and not courtesy else ()
        return made.model_copy(update={"offered": near})
