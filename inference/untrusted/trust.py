"""What of a source may back a statement: all of it but orders to whoever writes the reply."""

from functools import lru_cache

from inference.types import Source, SourceKind
from inference.untrusted.orders import Instruction, instructions_in


def trusted(source: Source) -> Source:
    """Return the source without its orders to the writer, each with what follows it on its line.

    The company's own policy is taken as it is: whoever writes that file gives the orders.
    """
    if source.kind in {SourceKind.POLICY, SourceKind.GLOSSARY}:
        return source
    kept = _without_orders(source.quote)
    return source if kept == source.quote else source.model_copy(update={"quote": kept})


@lru_cache(maxsize=512)  # the same resolutions back thousands of replies
def orders_of(quote: str) -> tuple[Instruction, ...]:
    """Return the orders to the writer in a source's text, line by line."""
    return tuple(order for line in quote.split("\n") for order in instructions_in(line, inside=True))


@lru_cache(maxsize=512)
def _without_orders(quote: str) -> str:
    return "\n".join(map(_kept, quote.split("\n"))) if orders_of(quote) else quote


def _kept(line: str) -> str:
    orders = instructions_in(line, inside=True)
    return line[: min(order.span.start for order in orders)].rstrip() if orders else line
