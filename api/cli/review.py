"""``rifq review``: make rounds of human review, follow them, and take out what they come to."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import review_agents
from api.cli.options import StoreOption
from api.cli.reviewing import run, valid

if TYPE_CHECKING:
    from api.access.principal import Principal
    from api.review import ImportReport, NewRound, Reviews, RoundAgreement
    from evaluation.agreement import Coefficient

app = typer.Typer(help="Make rounds of human review, follow them, take out their results.", no_args_is_help=True)
app.add_typer(review_agents.app, name="agent")
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The round.")]
_HEADING = (
    "question", "shared items", "alpha", "95% interval", "reliance", "mean", "95% interval",
    "checks' kappa", "95% interval", "checks' verdict",
)  # fmt: skip


@app.command()
def new(  # noqa: PLR0917 - a command's options
    name: Annotated[str, typer.Argument(help="What the round is called.")],
    kind: Annotated[str, typer.Option(help="score: a card for each reply; choose: which of two is better.")] = "score",
    target: Annotated[str, typer.Option(help="draft, sent or both; pair to choose; texts for either.")] = "draft",
    since: Annotated[str | None, typer.Option(metavar="MOMENT", help="Made, or sent, from this moment on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="MOMENT", help="Before this moment.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=2_000, help="Most messages.")] = 100,
    share: Annotated[float, typer.Option(min=0, max=1, help="Of what holds no risk.")] = 0.1,
    seed: Annotated[int, typer.Option(min=0, help="Of the draw, the order and the sides.")] = 1,
    readers: Annotated[int, typer.Option(min=1, max=9, help="People who read each item.")] = 1,
    second_share: Annotated[float, typer.Option(min=0, max=1, help="Share of the items with one reviewer more.")] = 0.0,
    reviewer: Annotated[
        list[str] | None, typer.Option(metavar="PERSON", help="user:ID or e-mail; all if left out.")
    ] = None,
    rubric: Annotated[Path | None, typer.Option(metavar="FILE", help="A rubric of your own (YAML).")] = None,
    texts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="For target texts: one JSON object a line.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Take what an earlier round has read, too.")] = False,
    store: StoreOption = None,
) -> None:
    """Make a round, print its id, and say how its items were drawn."""
    values: dict[str, Any] = {"name": name, "kind": kind, "target": target}
    values |= {"limit": limit, "share": share, "seed": seed, "readers": readers, "second_share": second_share}
    values |= {"again": again, "since": _moment(since), "until": _moment(until)}

    async def make(reviews: "Reviews", by: "Principal") -> None:
        values["reviewers"] = await reviews.team.actors(reviewer or (), by=by, field="reviewers")
        made = await reviews.rounds.make(_new_round(values, rubric, texts), by=by)
        typer.echo(made.id)
        left = ", ".join(f"{count} {reason}" for reason, count in made.sample.left_out.items()) or "nothing"
        told = f"{made.items} items of {made.sample.candidates} candidates, {made.wanted} readings; left out: {left}."
        typer.echo(told, err=True)

    run(store, make)


@app.command("list")
def list_(store: StoreOption = None) -> None:
    """List rounds, the newest first: id, name, kind, open or closed, items, readings submitted and wanted."""

    async def show_all(reviews: "Reviews", by: "Principal") -> None:
        after = None
        while True:
            page = await reviews.rounds.list(by=by, after=after, limit=200)
            for item in page.items:
                state = "open" if item.closed_at is None else "closed"
                read = f"{item.submitted}/{item.wanted}"
                typer.echo("\t".join((item.id, item.name, item.kind.value, state, str(item.items), read)))
            after = page.next
            if after is None:
                return

    run(store, show_all)


@app.command()
def show(id: IdArgument, store: StoreOption = None) -> None:  # noqa: A002 - the contract's name
    """Print a round with its rubric, its draw and how far its reviewers are, one JSON line."""

    async def print_it(reviews: "Reviews", by: "Principal") -> None:
        sys.stdout.write((await reviews.rounds.get(id, by=by)).model_dump_json() + "\n")

    run(store, print_it)


@app.command()
def close(
    id: IdArgument,  # noqa: A002 - the contract's name
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: StoreOption = None,
) -> None:
    """Close a round for good: nobody reads on, and its results open to all reviewers."""

    async def close_it(reviews: "Reviews", by: "Principal") -> None:
        found = await reviews.rounds.get(id, by=by)
        if found.closed_at is None and not yes:
            told = f"{found.name} has {found.submitted} of {found.wanted} readings, and cannot be opened again."
            typer.confirm(f"{told} Close it?", abort=True, err=True)
        made = await reviews.rounds.close(id, by=by)
        typer.echo(f"{made.name} is closed with {made.submitted} of {made.wanted} readings.", err=True)

    run(store, close_it)


@app.command()
def agreement(
    id: IdArgument,  # noqa: A002 - the contract's name
    seed: Annotated[int, typer.Option(min=0, help="Of the intervals.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as one JSON line.")] = False,
    store: StoreOption = None,
) -> None:
    """Measure how far a closed round's reviewers agree, and the automatic checks with them; a line a question."""

    async def measure(reviews: "Reviews", by: "Principal") -> None:
        found = await reviews.results.agreement(id, by=by, seed=seed)
        sys.stdout.write(found.model_dump_json() + "\n" if as_json else "".join(_lines(found)))

    run(store, measure)


@app.command()
def export(
    id: IdArgument,  # noqa: A002 - the contract's name
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of CSV.")] = False,
    bom: Annotated[bool, typer.Option("--bom", help="A byte order mark first, for Excel.")] = False,
    store: StoreOption = None,
) -> None:
    """Write a closed round's scores to standard output: CSV with one line a score, or JSON."""

    async def write(reviews: "Reviews", by: "Principal") -> None:
        from api.review import as_csv  # noqa: PLC0415 - heavy

        found = await reviews.results.export(id, by=by)
        text = found.model_dump_json() + "\n" if as_json else as_csv(found, bom=bom)
        sys.stdout.buffer.write(text.encode())

    run(store, write)


@app.command("import")
def import_(  # noqa: PLR0917 - as above
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV in UTF-8 with a line of headings.")],
    rubric: Annotated[str, typer.Option(help="The name that the scores are kept under, such as old-tool@3.")],
    id_column: Annotated[str, typer.Option("--id", metavar="COLUMN", help="The other system's id of a score.")],
    score: Annotated[list[str], typer.Option(metavar="NAME=COLUMN", help="A criterion's column; once for each.")],
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=COLUMN", help="conversation, customer_id, agent, reviewer, at or comment."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Keep quality scores from elsewhere as they are; a line that is at fault is named, and nothing is stored then."""
    values: dict[str, Any] = _pairs(column or [])
    values |= {"rubric": rubric, "external_id": id_column, "scores": _pairs(score)}

    async def add(reviews: "Reviews", by: "Principal") -> "ImportReport":
        from api.review import ImportMapping  # noqa: PLC0415 - heavy

        mapping = valid(ImportMapping.model_validate, values)
        return await reviews.imports.add(_read(file), mapping, by=by)

    report = run(store, add)
    for fault in report.faults:
        place = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
        typer.echo(f"{file}: {place}: {fault.message}", err=True)
    typer.echo(f"{report.stored} stored, {report.changed} changed, {report.known} known before.", err=True)
    if report.faults:
        raise typer.Exit(1)


def _lines(found: "RoundAgreement") -> "list[str]":
    """Return a heading and a line a question; a dash stands where the checks have no score of the same kind."""
    lines = ["\t".join(_HEADING)]
    for question in found.questions:
        people, machine, mean = question.people, question.machine, found.means.get(question.name)
        kappa = None if machine is None else machine.quadratic_kappa or machine.kappa
        verdict = "-" if machine is None else machine.verdict.value
        cells = [question.name, str(people.shared), *_numbers(people.alpha), people.reliance.value, *_numbers(mean)]
        lines.append("\t".join([*cells, *_numbers(kappa), verdict]))
    return [f"{line}\n" for line in lines]


def _numbers(found: "Coefficient | None") -> tuple[str, str]:
    if found is None:
        return "-", "-"
    if found.point is None:
        return (found.note.value if found.note else "-"), "-"
    interval = "-" if found.low is None or found.high is None else f"{found.low:.2f} to {found.high:.2f}"
    return f"{found.point:.2f}", interval


def _new_round(values: dict[str, Any], rubric: Path | None, texts: Path | None) -> "NewRound":
    import json  # noqa: PLC0415 - beside the others

    from api.drafts import storable  # noqa: PLC0415 - heavy
    from api.review import NewRound  # noqa: PLC0415 - heavy
    from evaluation.scorecard import load_rubric  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    if rubric is not None:
        values["rubric"] = load_rubric(rubric)
    if texts is not None:
        try:
            values["texts"] = [json.loads(line) for line in _read(texts).splitlines() if line.strip()]
        except ValueError as error:
            msg = f"{texts} does not hold one JSON object a line: {error}."
            raise InputError(msg, field="texts") from error
    return storable(valid(NewRound.model_validate, values))


def _moment(text: str | None) -> str | None:
    """Return a day as its first moment in UTC; anything else as it stands."""
    return f"{text}T00:00:00Z" if text is not None and len(text) == len("2026-01-31") else text


def _pairs(given: list[str]) -> dict[str, str]:
    from models.errors import InputError  # noqa: PLC0415 - heavy

    for item in given:
        if "=" not in item:
            msg = f"'{item}' names no column: write NAME=COLUMN."
            raise InputError(msg)
    return dict(item.split("=", 1) for item in given)


def _read(path: Path) -> str:
    from models.errors import InputError  # noqa: PLC0415 - heavy

    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read as UTF-8 text: check its name, its rights and its encoding."
        raise InputError(msg, field="path") from error
