import re
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

from evaluation.choices import PageLanguage
from evaluation.pages.charts import confusion, confusion_counts, coverage_curve
from evaluation.pages.page import report_page
from evaluation.pages.words import Words
from evaluation.suite import Metric, MetricKind, Value
from inference.types import AngerLevel
from tests.evaluation.runs.builders import RIGHT, record, rights

Rows = list[dict[str, Value | None]]
_LEVELS = ("calm", "angry")
KAPPA = Metric(
    name="quadratic kappa of the level",
    kind=MetricKind.QUADRATIC_KAPPA,
    truth="true",
    predicted="called",
    labels=_LEVELS,
)
SURE = Metric(name="AURC", kind=MetricKind.RISK_COVERAGE_AREA, truth="true", answer="called", predicted="sure")
RELIABLE = Metric(name="anger present", kind=MetricKind.RELIABILITY, truth="happened", predicted="sure")
ROWS = [
    {
        "true": _LEVELS[place % 2],
        "called": _LEVELS[(place // 10) % 2],
        "happened": place % 3 == 0,
        "sure": place / 100,
        "language": "ar" if place < 90 else "en",
    }
    for place in range(100)
]
RUN = record(ROWS, KAPPA, SURE, RELIABLE, slices=("language",))


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", PageLanguage)
def test_a_page_is_whole_and_needs_nothing_else(language: PageLanguage) -> None:
    page = report_page(RUN, language)
    outline = _Outline()
    outline.feed(page)
    assert not outline.open
    assert not {name for name, _ in outline.attributes} & {"src", "href", "srcset", "onload", "onclick"}
    assert not re.search(r"@import|url\(|<script", page)
    assert ("dir", "rtl" if language is PageLanguage.AR else "ltr") in outline.attributes
    assert page.count("<figure>") == 3, "what was called what, stated and happened, errors by coverage"


def test_names_are_in_the_page_s_language_and_small_slices_are_named() -> None:
    arabic, english = (report_page(RUN, language) for language in PageLanguage)
    assert "كابا التربيعية لدرجة الغضب" in arabic
    assert "quadratic kappa of the level" not in arabic
    assert "عدد الحالات أقل من أن يُحسب منه رقم: الإنجليزية (10)." in arabic
    assert "Too few rows for a figure: English (10)." in english


def _lead(page: str) -> str:
    return page.split('<div class="lead">')[1].split("</div>", maxsplit=1)[0]


def test_what_was_wanted_and_missed_stands_in_the_first_paragraph() -> None:
    high, low = (RIGHT.model_copy(update={"floor": floor}) for floor in (0.9, 0.5))
    rows = rights(*[True] * 70, *[False] * 30)
    missed = _lead(report_page(record(rows, high), PageLanguage.EN))
    assert "wanted beforehand: 1; reached: 0." in missed
    assert "Look first at what was missed by most: right (70.0%, wanted at least 90.0%)." in missed
    met = _lead(report_page(record(rows, low), PageLanguage.EN))
    assert "reached: 1." in met
    assert "Nothing here asks for action." in met


def test_a_slice_that_is_surely_weaker_is_named_and_one_that_may_not_be_is_not() -> None:
    rows: Rows = [{"right": place % 10 != 0, "language": "en", "set": "x"} for place in range(100)]
    rows += [{"right": place % 2 == 0, "language": "ar", "set": "xy"[place % 2]} for place in range(60)]
    page = report_page(record(rows, RIGHT, slices=("language", "set")), PageLanguage.EN)
    assert "Weaker than the whole: right, language Arabic: 50.0%" in _lead(page)
    assert "language English" not in _lead(page)


def test_a_run_before_is_compared_and_counted_first() -> None:
    before, now = record(rights(*[True] * 80, *[False] * 20)), record(rights(*[True] * 50, *[False] * 50), code="new")
    for language, said in ((PageLanguage.EN, "1 are worse"), (PageLanguage.AR, "وأرقام تراجعت: 1")):
        page = report_page(now, language, before)
        assert said in _lead(page)
        assert 'class="worse"' in page
        assert 'class="better"' not in page
    assert 'class="worse"' not in report_page(now, PageLanguage.EN)


def test_how_intervals_were_made_is_told_once_in_each_language() -> None:
    for language, said in ((PageLanguage.EN, "expanded percentiles"), (PageLanguage.AR, "بمئينات موسَّعة")):
        page = report_page(RUN, language)
        assert page.count(said) == 1
        assert page.count("Hesterberg 2015") == 1
        assert f"{RUN.result.resamples:,}" in page


def test_no_name_becomes_markup() -> None:
    metric = RIGHT.model_copy(update={"name": '<img src=x onerror="alert(1)">'})
    assert "<img" not in report_page(record(rights(True, False), metric), PageLanguage.AR)


def test_counts_and_curve_are_those_of_the_rows() -> None:
    assert confusion_counts(KAPPA, ROWS).tolist() == [[25, 25], [25, 25]]
    surest_first = [{"true": place < 5, "called": True, "sure": -float(place)} for place in range(10)]
    curve = coverage_curve(SURE, surest_first)
    assert [(point.x, round(point.y, 3)) for point in curve][4:6] == [(0.5, 0.0), (0.6, 0.167)]
    assert np.isclose(curve[-1].y, 0.5)


def test_labels_of_a_matrix_have_room_beside_each_other_and_at_its_edge() -> None:
    labels = ["us", "a third party", "the customer"]
    drawn = confusion(np.ones((3, 3), dtype=np.int64), labels, "true", "called")
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)" class="(?:axis)?">([^<]+)<', drawn)
    places = {
        label: [float(x) for x, _, anchor, said in found if said == label and anchor == "middle"] for label in labels
    }
    letter = 6.5
    for one, other in pairwise(labels):
        assert places[other][0] - places[one][0] >= letter * (len(one) + len(other)) / 2
    assert all(float(x) >= letter * len(said) for x, _, anchor, said in found if anchor == "end")


def test_a_matrix_of_anger_levels_fits_a_phone_in_both_languages() -> None:
    for language in PageLanguage:
        said = Words(language)
        labels = [said.name(level.value) for level in AngerLevel]
        drawn = confusion(np.ones((4, 4), dtype=np.int64), labels, said("true"), said("called"))
        assert int(re.findall(r' width="(\d+)"', drawn)[0]) <= 350
