"""Replies that speak to whoever judges them, and innocent ones in the same words: see ``addresses.yaml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from evaluation.judge.addresses import addresses_judge

Part = Literal["dev", "again", "fresh"]


@dataclass(frozen=True)
class Told:
    """What the guard makes of a part: orders that it misses, innocent replies that it withholds."""

    orders: int
    innocent: int
    missed: tuple[str, ...]
    withheld: tuple[str, ...]


@cache
def _written() -> Any:
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def told(part: Part) -> Told:
    """Ask the guard about every text of a part."""
    orders, innocent = (_written()[part][kind] for kind in ("orders", "innocent"))
    return Told(
        orders=len(orders),
        innocent=len(innocent),
        missed=tuple(text for text in orders if not addresses_judge(text)),
        withheld=tuple(text for text in innocent if addresses_judge(text)),
    )
