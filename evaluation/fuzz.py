"""``python -m evaluation.fuzz``: schemathesis over the whole API, with a key and without.

Drives a service over HTTP: valid and invalid requests made from its own OpenAPI document, by hypothesis. Judged are: no
answer of 500 or above, every answer as the document says (status, type, headers, schema), every problem's code
among those that its operation lists, and without a key nothing but public operations succeeds.
"""

import json
import shlex
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import httpx
import typer

from evaluation.machine import this_machine

if TYPE_CHECKING:
    from schemathesis import APIOperation, Case
    from schemathesis.core.result import Ok

EXAMPLES = 500
"""Requests for each operation, and once more without a key."""
_PROBLEM = "application/problem+json"
_SEED = {"text": "My new card has not arrived yet", "conversation": "fuzz"}
_REAL = ("/v1/drafts/{id}", "/v1/resolutions/{id}")


@dataclass(frozen=True)
class Service:
    """Where the service is, and the key that may do everything."""

    address: str
    key: str | None

    @property
    def headers(self) -> dict[str, str]:
        """The headers of who may do everything."""
        return {} if self.key is None else {"Authorization": f"Bearer {self.key}"}


@dataclass
class Tally:
    """What one operation answered; ``faults`` holds a sentence for each kind of fault, with an example of it."""

    operation: str
    requests: int = 0
    anonymous: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)


def fuzz(service: Service, *, examples: int = EXAMPLES, only: str = "") -> Iterator[Tally]:
    """Send requests to every operation, judge the answers, and yield what each answered.

    Args:
        service: a running one.
        examples: requests for each operation with a key; the same number without.
        only: a part of the operations' names, to look at some.
    """
    import schemathesis  # noqa: PLC0415 - of the dev extra
    from schemathesis import GenerationMode  # noqa: PLC0415

    document = httpx.get(f"{service.address}/openapi.json", timeout=120).raise_for_status().json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=service.address)
    with httpx.Client(timeout=60) as http:
        for result in schema.get_all_operations():
            operation = cast("Ok[APIOperation[Any, Any, Any, Any]]", result).ok()
            if only not in operation.label:
                continue
            tally = Tally(operation.label)
            for number, mode in enumerate((GenerationMode.POSITIVE, GenerationMode.NEGATIVE)):
                count = examples - examples // 2 if number == 0 else examples // 2
                _run(operation, tally, service, document, mode=mode, count=count, http=http)
            yield tally


def _run(
    operation: "APIOperation[Any, Any, Any, Any]",
    tally: Tally,
    service: Service,
    document: dict[str, Any],
    *,
    mode: Any,  # noqa: ANN401 - schemathesis' own
    count: int,
    http: httpx.Client,
) -> None:
    """Send ``count`` requests of one kind twice: with the key, and without."""
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415
    from hypothesis import strategies as st  # noqa: PLC0415
    from hypothesis.errors import Unsatisfiable  # noqa: PLC0415

    ids = _ids(service, http)

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def one(case: "Case[Any]", known: bool) -> None:
        if known and operation.path.startswith(_REAL) and case.path_parameters:
            case.path_parameters["id"] = ids[operation.path[: operation.path.index("{")]]
        _judge(case, tally, service, document, anonymous=False)
        _judge(case, tally, service, document, anonymous=True)

    try:
        one()
    except Unsatisfiable:  # a GET without parameters has nothing that could be invalid
        pass
    except Exception as error:  # noqa: BLE001 - a fault of the generator is reported, not hidden
        tally.faults.setdefault(f"could not be generated: {type(error).__name__}", str(error)[:300])


def _judge(case: "Case[Any]", tally: Tally, service: Service, document: dict[str, Any], *, anonymous: bool) -> None:
    from requests import RequestException  # noqa: PLC0415 - schemathesis' own client
    from schemathesis.checks import not_a_server_error  # noqa: PLC0415
    from schemathesis.core.failures import Failure, FailureGroup  # noqa: PLC0415
    from schemathesis.specs.openapi import checks  # noqa: PLC0415

    headers = {} if anonymous else service.headers
    try:
        response = case.call(base_url=service.address, headers=headers, session=_session())
    except (RequestException, ValueError) as error:
        tally.faults.setdefault(f"no answer: {type(error).__name__}", _shown(case))
        return
    tally.requests += not anonymous
    tally.anonymous += anonymous
    tally.statuses[response.status_code] += not anonymous
    wanted = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]
    try:
        case.validate_response(response, checks=wanted)
    except (Failure, FailureGroup) as failure:
        for item in getattr(failure, "exceptions", [failure]):
            tally.faults.setdefault(f"{response.status_code}: {getattr(item, 'title', item)}", _shown(case))
    fault = _problem_fault(case, response, document)
    if fault is None and anonymous and response.status_code < 400 and service.key and _guarded(case, document):
        fault = f"{response.status_code} without a key"
    if fault is not None:
        tally.faults.setdefault(fault, _shown(case))


@cache
def _session() -> Any:  # noqa: ANN401 - of a library without types
    """Return the one session, which keeps the connection but no cookies."""
    import requests  # noqa: PLC0415 - schemathesis' own client

    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _problem_fault(case: "Case[Any]", response: Any, document: dict[str, Any]) -> str | None:  # noqa: ANN401 - schemathesis' own
    """Return what is wrong with a refusal: no problem, or one that the operation does not list."""
    status = response.status_code
    if status < 400:
        return None
    if not response.headers.get("content-type", [""])[0].startswith(_PROBLEM):
        return f"{status} is no problem+json"
    listed = document["paths"][case.operation.path][case.operation.method]["responses"].get(str(status))
    if listed is None:
        return f"{status} is not listed"
    codes = document["components"]["responses"][listed["$ref"].rsplit("/", 1)[1]]["x-problem-codes"]
    code = json.loads(response.content)["code"]
    return None if code in codes else f"{status} with the code '{code}', which is not listed"


def _guarded(case: "Case[Any]", document: dict[str, Any]) -> bool:
    return bool(document["paths"][case.operation.path][case.operation.method].get("security"))


def _shown(case: "Case[Any]") -> str:
    return case.as_curl_command()[:600]


def _ids(service: Service, http: httpx.Client) -> dict[str, str]:
    """Return ids that exist, by the address that they stand behind."""
    made = http.post(f"{service.address}/v1/drafts", json=_SEED, headers=service.headers).raise_for_status().json()
    row = {"problem": "How do I freeze my card", "answer": "Tap Cards, then Freeze."}
    kept = http.post(f"{service.address}/v1/resolutions", json=row, headers=service.headers).raise_for_status().json()
    return {"/v1/drafts/": made["id"], "/v1/resolutions/": kept["id"]}


@contextmanager
def running(command: str) -> Iterator[Service]:
    """Run a service as a child; its first line of JSON says where it is, and with which key."""
    with subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:  # noqa: S603 - the caller's own command
        try:
            line = next((line for line in child.stdout or () if line.startswith("{")), "{}")
            said = json.loads(line)
            yield Service(said["address"], said.get("key"))
        finally:
            child.terminate()


def report(tallies: list[Tally], *, seconds: float, command: str) -> str:
    """Write the report as Markdown."""
    faults = sum(bool(tally.faults) for tally in tallies)
    machine = this_machine()
    said = (
        f"{datetime.now(UTC).date()}, {machine.processor} ({machine.cores} cores), Python {machine.python}, "
        f"{seconds / 60:.0f} minutes, `{command}`: {len(tallies)} operations, "
        f"{sum(tally.requests for tally in tallies)} requests with a key, "
        f"{sum(tally.anonymous for tally in tallies)} without; {faults} operations with faults."
    )
    lines = [
        "# The API under fuzzing",
        "",
        "Made by `python -m evaluation.fuzz`: schemathesis makes valid and invalid requests from the OpenAPI document,",
        "half of each, and sends every one with a key of all scopes and once more without any.",
        "",
        said,
        "",
        "| operation | with a key | without | answers | faults |",
        "|---|---:|---:|---|---|",
    ]
    for tally in tallies:
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items()) if count)
        found = "; ".join(tally.faults) or "none"
        lines.append(f"| `{tally.operation}` | {tally.requests} | {tally.anonymous} | {answers} | {found} |")
    return "\n".join(lines) + "\n"


def main(
    examples: Annotated[int, typer.Option(min=2)] = EXAMPLES,
    serve: Annotated[str, typer.Option(help="Command of a service that says where it is.")] = "",
    only: Annotated[str, typer.Option(help="Part of the names of the operations wanted.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
) -> None:
    """Fuzz a service; ends with 1 where a fault was found."""
    command = serve or f"{shlex.quote(sys.executable)} -m tests.api.serving"
    begun, tallies = time.monotonic(), list[Tally]()
    with running(command) as service:
        for tally in fuzz(service, examples=examples, only=only):
            tallies.append(tally)
            for fault, example in tally.faults.items():
                typer.echo(f"{tally.operation}: {fault}\n  {example}")
            if out is not None:
                shown = command.replace(sys.executable, "python")
                out.write_text(report(tallies, seconds=time.monotonic() - begun, command=shown), encoding="utf-8")
    typer.echo(f"{len(tallies)} operations, {sum(bool(tally.faults) for tally in tallies)} with faults.")
    raise typer.Exit(1 if any(tally.faults for tally in tallies) else 0)


if __name__ == "__main__":
    typer.run(main)
