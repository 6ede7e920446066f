"""The law by which a figure grows: a * n^b, fitted by least squares on logarithms."""

from collections.abc import Mapping, Sequence

import numpy as np

from evaluation.scale.measure import Scale
from inference.types import Record


class Growth(Record):
    """``value ~ a * n^b`` over ``n`` resolutions; doubling n multiplies the value by 2^b."""

    name: str
    a: float
    b: float


def growth(name: str, sizes: Sequence[int], values: Sequence[float]) -> Growth:
    """Fit the law to two or more sizes.

    Args:
        name: of the figure.
        sizes: resolutions, at least two different numbers.
        values: of the figure at each size, all above 0.
    """
    b, log_a = np.polyfit(np.log(sizes), np.log(values), 1)
    return Growth(name=name, a=float(f"{np.exp(log_a):.3g}"), b=round(float(b), 3))


def columns(scales: Sequence[Scale]) -> Mapping[str, list[float]]:
    """Return what is drawn and fitted: figures of all sizes by name, each with its unit."""
    searched = {
        f"search, {timings[0].name}, p50 ms": [item.p50_ms for item in timings]
        for timings in zip(*(scale.searches for scale in scales), strict=True)
    }
    return {
        **searched,
        "add one, p50 ms": [scale.add.p50_ms for scale in scales],
        "remove one, p50 ms": [scale.remove.p50_ms for scale in scales],
        "build, s": [scale.resolutions / scale.build_per_s for scale in scales],
        "index in memory, MiB": [scale.index_mib for scale in scales],
        "snapshot on disk, MiB": [scale.snapshot_mib for scale in scales],
        "save, s": [scale.save_s for scale in scales],
        "load, s": [scale.load_s for scale in scales],
    }


def laws(scales: Sequence[Scale]) -> list[Growth]:
    """Fit every figure of ``columns`` that is above 0 at all sizes; none for a single size."""
    sizes = [scale.resolutions for scale in scales]
    if len(set(sizes)) < 2:
        return []
    return [growth(name, sizes, values) for name, values in columns(scales).items() if min(values) > 0]
