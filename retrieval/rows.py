"""One row of an import file -> one resolution, or an error that says which field is at fault and what to do."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from inference.types import Record, Resolution
from models.errors import InputError
from retrieval.clean import clean_text, make_resolution, text_fault

Detect = Callable[[str], str]
"""Names the language of a text (ISO 639 code)."""

COLUMNS = tuple(name for name in Resolution.model_fields if name not in {"tenant", "sent_back", "retired"})
"""The columns that are read; ``problem`` and ``answer`` alone suffice."""
_TEXTS = ("restatement", "empathy", "short", "if_unsolved", "product", "owner", "verified_by", "provenance")
_DATES = ("verified_at", "review_by")
_LINES = re.compile(r"[\n|]")
_COMMAS = re.compile(r"[\n|,;،؛]")
# "1. ", "2) ", "- ": the composer numbers the steps itself. The blank keeps "2.5 riyals" whole.
_NUMBERING = re.compile(r"^(?:[0-9٠-٩]{1,2}[.)\-]|[-•*–])\s+")
_FAULTS = {
    "nul": "holds a NUL character: remove it",
    "invalid_utf8": "is not valid UTF-8: save the file as UTF-8 and import it again",
    "lone_surrogate": "holds half of a surrogate pair (broken Unicode): retype or remove that character",
}


class RowError(Record):
    """What is wrong with one line of a file. ``line`` counts from 1; ``field`` is None when the whole line is."""

    line: int
    field: str | None
    code: str
    message: str


class RowFault(Exception):  # noqa: N818 - a fault becomes a RowError, it is not raised to callers
    """A row cannot become a resolution."""

    def __init__(self, field: str | None, code: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.code = code
        self.message = message

    def at(self, line: int) -> RowError:
        """Place the fault in its file."""
        return RowError(line=line, field=self.field, code=self.code, message=self.message)


def make_row(row: Mapping[str, Any], *, tenant: str, today: date, detect: Detect) -> Resolution:
    """Turn the columns of one row into a resolution; unknown columns are ignored.

    Lists (cases, steps, tags) may be lists or strings: cases and steps are parted by line feeds or ``|``, tags by
    commas as well. A missing id is derived from the content, so the same row has the same id every time; a missing
    language is detected. The two verification fields count only together.

    Raises:
        RowFault: the first field at fault.
    """
    values: dict[str, Any] = {"tenant": tenant}
    for name in ("problem", "answer", *_TEXTS):
        values[name] = _text(row, name)
    for name in ("problem", "answer"):
        if not values[name]:
            raise RowFault(name, "missing", f"'{name}' is empty: every resolution needs a problem and an answer.")
    values["cases"] = _items(row, "cases", _LINES)
    values["steps"] = tuple(filter(None, (_NUMBERING.sub("", step) for step in _items(row, "steps", _LINES))))
    values["tags"] = tuple(dict.fromkeys(_items(row, "tags", _COMMAS)))
    values["follow_ups"] = _follow_ups(row)
    values["outcome"] = _structure(row, "outcome", dict)
    values["language"] = _language(row) or detect(f"{values['problem']}\n{values['answer']}")
    for name in _DATES:
        values[name] = _date(row, name)
    _check_dates(values, today)
    values["id"] = _identifier(row) or _derived_id(values)
    try:
        return make_resolution(values)
    except InputError as error:
        field = (error.field or "").split(".")[0] or None
        raise RowFault(field, _limit_code(error), error.message) from error


def _raw(row: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - JSON holds anything
    value = row.get(name)
    return None if isinstance(value, str) and not value.strip() else value


def _clean(name: str, value: Any) -> str:  # noqa: ANN401 - JSON holds anything
    if not isinstance(value, str):
        raise RowFault(name, "wrong_type", f"'{name}' must be text, not {type(value).__name__}: put it in quotes.")
    fault = text_fault(value)
    if fault is not None:
        raise RowFault(name, fault, f"'{name}' {_FAULTS[fault]}.")
    return clean_text(value)


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = _raw(row, name)
    return None if value is None else _clean(name, value) or None


def _items(row: Mapping[str, Any], name: str, separator: re.Pattern[str]) -> tuple[str, ...]:
    value = _raw(row, name)
    if value is None:
        return ()
    if isinstance(value, list):
        parts = [_clean(name, item) for item in value]
    else:
        parts = [part.strip() for part in separator.split(_clean(name, value))]
    return tuple(part for part in parts if part)


def _structure(row: Mapping[str, Any], name: str, kind: type) -> Any:  # noqa: ANN401 - JSON holds anything
    """Return a JSON list or object, given as such or (in CSV) as JSON text."""
    value = _raw(row, name)
    if isinstance(value, str):
        try:
            value = json.loads(_clean(name, value))
        except (ValueError, RecursionError) as error:
            raise RowFault(name, "wrong_type", f"'{name}' must be JSON here, e.g. {_EXAMPLES[name]}.") from error
    if value is not None and not isinstance(value, kind):
        raise RowFault(name, "wrong_type", f"'{name}' must look like {_EXAMPLES[name]}.")
    return value


_EXAMPLES = {
    "follow_ups": '[{"question": "...", "answer": "..."}]',
    "outcome": '{"solved": 3, "reopened": 0, "satisfaction": 0.9}',
}


def _follow_ups(row: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    parsed = []
    for item in _structure(row, "follow_ups", list) or ():
        if not isinstance(item, dict) or set(item) != {"question", "answer"}:
            raise RowFault("follow_ups", "wrong_type", f"'follow_ups' must look like {_EXAMPLES['follow_ups']}.")
        parsed.append({key: _clean("follow_ups", text) for key, text in item.items()})
    return tuple(parsed)


def _language(row: Mapping[str, Any]) -> str | None:
    text = _text(row, "language")
    if text is None:
        return None
    code = re.split(r"[-_]", text.lower())[0]
    if re.fullmatch(r"[a-z]{2,3}", code) is None:
        message = f"'{text[:40]}' is no language code: write ar, en ... or leave it empty to have it detected."
        raise RowFault("language", "invalid_language", message)
    return code


def _date(row: Mapping[str, Any], name: str) -> date | None:
    text = _text(row, name)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(_western(text)).date()
    except ValueError as error:
        message = f"'{name}' is '{text[:40]}': write the date as YYYY-MM-DD, e.g. 2025-03-31."
        raise RowFault(name, "invalid_date", message) from error


def _western(text: str) -> str:
    """Write Arabic-Indic and Persian digits as 0-9."""
    return re.sub(r"\d", lambda digit: str(int(digit.group())), text)


def _check_dates(values: Mapping[str, Any], today: date) -> None:
    on, until = values["verified_at"], values["review_by"]
    if on is not None and on > today:
        message = f"'verified_at' is {on}, which is still to come: give the day on which it was checked."
        raise RowFault("verified_at", "date_in_future", message)
    if on is not None and until is not None and until < on:
        message = f"'review_by' {until} lies before 'verified_at' {on}: swap or correct them."
        raise RowFault("review_by", "review_before_verification", message)


def _identifier(row: Mapping[str, Any]) -> str | None:
    value = _raw(row, "id")
    if value is None:
        return None
    given = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    identifier = _clean("id", given)
    if identifier != given.strip():
        raise RowFault("id", "control_character", "'id' holds invisible control characters: remove them.")
    return identifier


def _derived_id(values: Mapping[str, Any]) -> str:
    # Verification and outcome change over a resolution's life; the id must not.
    lasting = {key: value for key, value in values.items() if key not in {*_DATES, "verified_by", "outcome", "tenant"}}
    canonical = json.dumps(lasting, ensure_ascii=False, sort_keys=True, default=str)
    return "r-" + hashlib.sha256(canonical.encode()).hexdigest()[:20]


def _limit_code(error: InputError) -> str:
    message = error.message
    if "at most" in message or "longer than" in message:
        return "too_many" if "items" in message else "too_long"
    return "invalid"
