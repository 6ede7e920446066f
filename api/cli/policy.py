"""``rifq policy``: check a policy file before it is used, and write its schema for editors."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Check how replies sound: the policy file.", no_args_is_help=True)


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="Policy file; RIFQ_POLICY or the shipped one if left out.")
    ] = None,
) -> None:
    """Check a policy file; every fault is told with its line and place."""
    from api.settings import load_settings  # noqa: PLC0415 - heavy
    from inference.policy import load_policy  # noqa: PLC0415 - heavy

    policy = load_policy(file or load_settings().policy)
    typer.echo(f"The policy is right: revision {policy.revision}, languages {', '.join(policy.languages)}.")


@app.command()
def schema() -> None:
    """Print the JSON Schema of policy files."""
    from inference.policy import policy_schema  # noqa: PLC0415 - heavy

    typer.echo(json.dumps(policy_schema(), ensure_ascii=False, indent=1))


@app.command()
def show() -> None:
    """Print the shipped policy, to copy and change."""
    from importlib.resources import files  # noqa: PLC0415 - beside the others

    typer.echo((files("inference.policies") / "default.yaml").read_text(encoding="utf-8"), nl=False)
