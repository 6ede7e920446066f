"""The phrases and notes that a policy must hold, each with the placeholders that it may use."""

from inference.exposure import Exposure
from inference.loss import Loss
from inference.types import AngerLevel, SignalName

_UPSET = tuple(level for level in AngerLevel if level is not AngerLevel.CALM)
PHRASES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("greet_salam", "greet", "greet_formal", "thanks", "greeting_only", "condolence"), frozenset()),
    **dict.fromkeys(("greet_named", "greet_formal_named"), frozenset({"name"})),
    **{f"listen_{level}": frozenset({"restatement", "history"}) for level in AngerLevel},
    **{f"{step}_{level}": frozenset() for step in ("empathise", "close") for level in AngerLevel},
    **{f"{apology}_{level}": frozenset() for apology in ("regret", "own") for level in _UPSET},
    **dict.fromkeys(("second_issue", "about"), frozenset({"problem"})),
    "listen_generic": frozenset({"problem", "history"}),
    "listen_about": frozenset({"matter", "history"}),
    "listen_call": frozenset({"restatement", "history"}),
    **dict.fromkeys(("history_repeat", "history_promise", "regret_repeat", "regret_promise"), frozenset()),
    **dict.fromkeys(("history_wait", "regret_wait"), frozenset({"period"})),
    "mention": frozenset({"slots"}),
    **dict.fromkeys(
        ("solve_lead_many", "solve_lead_safety", "solve_lead_second", "tried_some", "tried_all"), frozenset()
    ),
    **dict.fromkeys(("follow_up_generic", "still_unsolved", "solved", "private_invite"), frozenset()),
    "undertaking": frozenset({"owner", "due"}),
    "due_time": frozenset({"day", "hour"}),
    "ask_slot": frozenset({"slot"}),
    **dict.fromkeys(
        ("ask_open", "ask_open_angry", "ask_bereaved", "ask_bereaved_need", "ask_heard", "praise"), frozenset()
    ),
    **{f"ask_protect_{loss}": frozenset() for loss in Loss},
    **{f"ask_exposed_{exposure}": frozenset() for exposure in Exposure},
    "ask_between": frozenset({"first", "second"}),
    "ask_confirm": frozenset({"first"}),
    "ask_about": frozenset({"problem"}),
    "ask_matter": frozenset({"matter"}),
    "sign": frozenset({"brand"}),
}
"""The phrases that a policy must hold, each with the placeholders that it may use."""
NOTES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("out_of_scope", "out_of_scope_offered", "empty", "ambiguous", "unanswered", "attachments"),
        frozenset(),
    ),
    "uncertain": frozenset({"level"}),
    "failed_checks": frozenset(),
    "likely": frozenset({"problem"}),
    "close_second": frozenset({"problem"}),
    **dict.fromkeys(("bereaved", "rising", "falling", "tried", "still_unsolved", "thanked"), frozenset()),
    **{f"exposed_{exposure}": frozenset() for exposure in Exposure},
    **{name.value: frozenset() for name in SignalName if name is not SignalName.THANKS},
    **dict.fromkeys(("stale", "due", "sent_back"), frozenset({"id", "date", "owner"})),
    "unverified": frozenset({"id", "date", "owner"}),
    "contradicted": frozenset({"id", "owner", "ours", "theirs"}),
    "other_language": frozenset({"id", "language"}),
    "unsupported_language": frozenset({"language"}),
    **dict.fromkeys(("also_asks", "answers_two"), frozenset({"id", "problem"})),
    **dict.fromkeys(("facts", "facts_withheld"), frozenset({"facts"})),
    "missing_slots": frozenset({"slots"}),
    "possible_signal": frozenset({"note"}),
    "overdue": frozenset({"promise", "date"}),
    "tone": frozenset({"level", "words"}),
    "route": frozenset({"route"}),
    "segments": frozenset({"count"}),
}
"""The notes to the agent that a policy must hold, each with the placeholders that it may use."""
