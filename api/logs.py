"""Logs that cannot hold personal data: what is not declared here does not get into a line.

A line of ours has an event's name and keys that are declared, with values that fit: numbers, ids, codes, moments. A
line of a library keeps its logger, level, place in the code and the kind of its exception; of its message nothing,
unless it is one of the fixed texts below. Whatever else somebody logs, deliberately or not, is dropped and counted.
"""

import logging
import re
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from enum import Enum
from types import TracebackType
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

from models.errors import ArtifactError, ConfigurationError, RifqError

_EVENT = re.compile(r"[a-z][a-z0-9_.]{0,60}")
_CODE: Final = r"[A-Za-z][A-Za-z0-9_.]{0,60}"
_HEX: Final = r"[0-9a-f]{32}"
_NAME: Final = r"[a-z0-9][a-z0-9_-]{0,62}"
_MOMENT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)"
_MOST_ITEMS = 20
TEXTS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "request_id": r"[A-Za-z0-9._-]{1,64}",
        "method": r"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS",
        "route": r"(/[A-Za-z0-9_.-]*|/\{[a-z_]+\})+|\(none\)",
        "code": _CODE,
        "error": _CODE,
        "where": r"[A-Za-z0-9_]+\.py:\d{1,6}|<[a-z ]+>:\d{1,6}",
        "tenant": _NAME,
        "connection": _NAME,
        "id": _HEX,
        "draft": _HEX,
        "delivery": _HEX,
        "kind": _CODE,
        "outcome": _CODE,
        "why": _CODE,
        "refused": _CODE,
        "term": _CODE,
        "setting": r"RIFQ_[A-Z_]{1,40}",
        "command": r"rifq [a-zA-Z -]{1,80}",
        "writer": r"[\w./:@+-]{1,200}",
        "generation": r"\d{1,12}-[0-9a-f]{12}",
        "revision": r"[0-9a-f]{6,64}",
        "due": _MOMENT,
        "timestamp": _MOMENT,
        "level": r"[a-z]{1,10}",
        "logger": _CODE,
    }.items()
}
"""Keys whose values are text, or lists of it, with what a value must look like."""
NUMBERS: Final = frozenset({"status", "ms", "seconds", "rows", "count", "found", "unsure", "port", "phases", "lineno"})
"""Keys whose values are numbers, or numbers by name."""
FIXED: Final[Mapping[str, frozenset[str]]] = {
    "uvicorn.error": frozenset(
        {
            "Started server process [%d]",
            "Waiting for application startup.",
            "Application startup complete.",
            "Application startup failed. Exiting.",
            "Uvicorn running on %s://%s:%d (Press CTRL+C to quit)",
            "Shutting down",
            "Waiting for application shutdown.",
            "Application shutdown complete.",
            "Finished server process [%d]",
        }
    ),
    "inference.policy.live": frozenset(
        {"The policy stays at revision %s: %s", "The policy is now revision %s"},
    ),
    "api.helpdesks.registry": frozenset(
        {"The helpdesk connections stay as they were: %s", "There are now %d helpdesk connections"}
    ),
    "retrieval.engine.snapshot": frozenset({"%s It is passed over."}),
    "retrieval.keeping": frozenset(
        {
            "The data directory cannot be written (%s): the index works in a temporary one.",
            "A snapshot cannot be used (%s). It is passed over.",
            "The index snapshot could not be written (%s): the next start computes more anew.",
        }
    ),
    "models.backends.torch_graph": frozenset({"%s: running on the CPU."}),
}
"""Messages of the standard library's loggers that pass as they stand in the code, their arguments filled in if safe."""
_REVISION = re.compile(r"[0-9a-f]{6,64}")
_ADDRESS = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_UNKNOWN = "library_message"
_dropped: Counter[str] = Counter()


def dropped() -> int:
    """Return how many values were kept out of the logs since the process started; a metric, not an error."""
    return _dropped.total()


def configure_logging(level: str) -> None:
    """Send structlog, the standard library's loggers, warnings and uncaught errors as JSON lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_of_library],
            pass_foreign_args=True,
            processors=[
                _with_record,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                only_declared,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)  # a warning may quote the value that it is about
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def only_declared(_logger: WrappedLogger, _name: str, given: EventDict) -> EventDict:
    """Keep the event's name and what is declared; drop and count the rest. A structlog processor."""
    kept: EventDict = {}
    lost = 0
    for key, value in given.items():
        passed = _exception(value) if key in {"exc_info", "error"} else _passed(key, value)
        if passed is not None:
            kept["error" if key == "exc_info" else key] = passed
        elif value is not None:
            lost += 1
            _dropped[key if key in TEXTS or key in NUMBERS else "undeclared"] += 1
    if lost:
        kept["dropped"] = lost
    return kept


def _passed(key: str, value: object) -> object:
    """Return a value as it may be written, None if it may not."""
    if key == "event":
        return value if isinstance(value, _Fixed) or _fits(_EVENT, value) else "unnamed_event"
    if key in NUMBERS:
        return _number(value)
    if key == "detail":
        return value if isinstance(value, _Fixed) else None
    pattern = TEXTS.get(key)
    if pattern is None:
        return None
    value = value.value if isinstance(value, Enum) else value
    if isinstance(value, list | tuple):
        items = [_flat(item) for item in value[:_MOST_ITEMS]]
        return items if all(_fits(pattern, part) for item in items for part in item.split(",") if part) else None
    return value if _fits(pattern, value) else None


def _flat(item: object) -> str:
    return ",".join(map(str, item)) if isinstance(item, list | tuple) else str(item)


def _number(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if _fits(_EVENT, key) and isinstance(item, int | float)}
    return None


def _fits(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


class _Fixed(str):
    """Text that stands in the code, or that tells an operator what is wrong with their own settings and files."""

    __slots__ = ()


def _exception(value: object) -> str | None:
    """Return the kind of an exception only: its message and frames may quote a customer."""
    if isinstance(value, tuple):
        value = value[1] or value[0]
    if value is True:
        value = sys.exception()
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, type):
        return value.__name__
    return value if isinstance(value, str) and _fits(TEXTS["error"], value) else None


def told(error: RifqError) -> dict[str, object]:
    """Return an error of settings or files as keys for a line, its sentence included.

    Only for what went wrong before any customer's words were read: at the start, or with an operator's own file.
    """
    return {"code": error.code, "detail": _Fixed(error.message)}


def _with_record(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Add what the record itself says: moment, level and logger; never its message."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["level"] = record.levelname.lower()
        event["logger"] = record.name
        if record.exc_info and "exc_info" not in event:
            event["exc_info"] = record.exc_info
    stamped: EventDict = structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", event)
    return stamped


def _of_library(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Reduce a record of the standard library's loggers to where it arose, or to a fixed text of the code."""
    record = event["_record"]
    kept = {key: event[key] for key in ("_record", "_from_structlog") if key in event}
    if record.exc_info:
        kept["exc_info"] = record.exc_info
    if record.msg in FIXED.get(record.name, ()):
        return {**kept, "event": _Fixed(_filled(record, event.get("positional_args")))}
    return {**kept, "event": _UNKNOWN, "where": f"{record.filename}:{record.lineno}"}


def _filled(record: logging.LogRecord, arguments: object) -> str:
    given = arguments if isinstance(arguments, tuple) else ()
    words = _ADDRESS if record.name == "uvicorn.error" else _REVISION
    safe = tuple(item if isinstance(item, int | float) else _argument(item, words) for item in given)
    try:
        return record.msg % safe if safe else record.msg
    except (TypeError, ValueError):
        return record.msg


def _argument(value: object, words: re.Pattern[str]) -> str:
    if isinstance(value, ConfigurationError | ArtifactError):
        return value.message  # speaks of the operator's own files
    if isinstance(value, BaseException):
        return type(value).__name__
    return value if isinstance(value, str) and words.fullmatch(value) else "..."


def _uncaught(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
    """Log an error that nobody caught, in place of the interpreter's traceback, which quotes its message."""
    if kind is not None and issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    logging.getLogger("rifq").critical("uncaught", exc_info=(kind, error, None) if kind and error else None)
