"""Lines over logarithmic axes as an SVG page of its own: small enough not to need a plotting library."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 250, 40, 50
_COLOURS = ("#0b6e4f", "#c4561a", "#3b5bdb", "#8b5cf6", "#b08900", "#5c6770")


def svg(title: str, sizes: Sequence[int], lines: Mapping[str, Sequence[float]], *, across: str, up: str) -> str:
    """Draw each line's values, all above 0, over the sizes.

    Args:
        title: of the picture.
        sizes: where the values lie on the horizontal axis, ascending.
        lines: values by name [sizes].
        across: name of the horizontal axis.
        up: name of the vertical axis, with its unit.
    """
    values = [value for line in lines.values() for value in line]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    place = _Axes(math.log10(sizes[0]), math.log10(sizes[-1]), low, max(high, low + 1))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        "<style>text { font: 13px sans-serif }</style>",
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-weight="bold">{escape(title)}</text>',
        *place.grid(sizes),
        f'<text x="{_LEFT}" y="{_HEIGHT - 10}">{escape(across)}</text>',
        f'<text transform="rotate(-90)" x="{-_HEIGHT + _BOTTOM}" y="18">{escape(up)}</text>',
        *(part for number, (name, line) in enumerate(lines.items()) for part in place.line(number, name, sizes, line)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Axes:
    """Maps logarithms to points of the picture."""

    def __init__(self, left: float, right: float, low: int, high: int) -> None:
        self.left, self.right, self.low, self.high = left, max(right, left + 1e-9), low, high

    def x(self, size: float) -> float:
        share = (math.log10(size) - self.left) / (self.right - self.left)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    def grid(self, sizes: Sequence[int]) -> Iterator[str]:
        for power in range(self.low, self.high + 1):
            y = self.y(10.0**power)
            yield f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
            yield f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{10.0**power:g}</text>'
        for size in sizes:
            yield f'<text x="{self.x(size)}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{size:,}</text>'

    def line(self, number: int, name: str, sizes: Sequence[int], values: Sequence[float]) -> Iterator[str]:
        colour = _COLOURS[number % len(_COLOURS)]
        points = [(self.x(size), self.y(value)) for size, value in zip(sizes, values, strict=True)]
        drawn = " ".join(f"{x},{y}" for x, y in points)
        yield f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in points)
        # The legend is a column of its own, so that names never lie on one another.
        row = _TOP + 20 + 22 * number
        yield f'<circle cx="{_WIDTH - _RIGHT + 20}" cy="{row - 4}" r="5" fill="{colour}"/>'
        yield f'<text x="{_WIDTH - _RIGHT + 32}" y="{row}">{escape(name)}</text>'
