from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from evaluation.machine import this_machine
from evaluation.scale.__main__ import ScaleReport, to_markdown
from evaluation.scale.corpus import Material
from evaluation.scale.growth import growth, laws
from evaluation.scale.measure import FILTERS, Scale, measure
from evaluation.scale.plot import svg

SIZE = 500


@pytest.fixture
def found(material: Material, tmp_path: Path) -> Scale:
    material.save(tmp_path / "m.npz")
    return measure(tmp_path / "m.npz", SIZE, seed=1)


def test_a_small_index_is_exact_and_every_figure_is_there(found: Scale) -> None:
    assert (found.resolutions, found.keys) == (SIZE, 2 * SIZE)
    assert set(found.recall) == set(FILTERS)
    assert min(found.recall.values()) > 0.99
    assert [item.name for item in found.searches] == list(FILTERS)
    assert found.seen > 0.9
    assert min(found.add.p50_ms, found.remove.p50_ms, found.build_per_s, found.save_s, found.snapshot_mib) > 0


def test_the_report_names_every_size_and_law(found: Scale) -> None:
    twice = found.model_copy(update={"resolutions": 2 * SIZE, "keys": 4 * SIZE})
    report = ScaleReport(
        started_at=datetime(2026, 1, 15, tzinfo=UTC).isoformat(),
        seconds=1.0,
        command="python -m evaluation.scale",
        machine=this_machine(),
        model="m@1",
        seed=1,
        scales=(found, twice),
        laws=tuple(laws([found, twice])),
    )
    text = to_markdown(report)

    assert "| 500 | 1,000 |" in " ".join(text.split())
    assert "add one, p50 ms" in text
    assert ScaleReport.model_validate_json(report.model_dump_json()) == report
    assert laws([found]) == []


def test_the_law_is_found_again() -> None:
    sizes = [1_000, 10_000, 100_000]
    law = growth("x", sizes, [3.0 * size**0.5 for size in sizes])

    assert (law.a, law.b) == pytest.approx((3.0, 0.5))


def test_the_picture_is_sound_svg_with_its_points_in_order() -> None:
    drawn = svg("a & b", [10, 100, 1000], {"up": [1.0, 10.0, 100.0], "flat": [5.0, 5.0, 5.0]}, across="n", up="ms")
    root = ET.fromstring(drawn)  # noqa: S314 - our own text
    up, flat = (line.attrib["points"].split() for line in root.iter("{http://www.w3.org/2000/svg}polyline"))
    heights = [float(point.split(",")[1]) for point in up]

    assert heights == sorted(heights, reverse=True)
    assert np.ptp([float(point.split(",")[1]) for point in flat]) == 0
    assert len(up) == 3
