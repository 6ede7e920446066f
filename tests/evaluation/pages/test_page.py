import re
from html.parser import HTMLParser

import numpy as np
import pytest

from evaluation.choices import PageLanguage
from evaluation.pages.charts import confusion_counts, coverage_curve
from evaluation.pages.page import report_page
from evaluation.suite import Metric, MetricKind
from tests.evaluation.runs.builders import RIGHT, record, rights

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
    assert "عدد الرسائل أقل من أن يُحسب رقم: الإنجليزية (10)" in arabic
    assert "Too few rows: en (10)." in english


def test_what_was_wanted_and_missed_stands_in_the_first_paragraph() -> None:
    high, low = (RIGHT.model_copy(update={"floor": floor}) for floor in (0.9, 0.5))
    rows = rights(*[True] * 70, *[False] * 30)
    lead = report_page(record(rows, high), PageLanguage.EN).split('<p class="lead">')[1].split("</p>")[0]
    assert "Of 1 figures for which something was wanted beforehand, 0 reached it." in lead
    assert "≥ 90.0%" in lead
    lead = report_page(record(rows, low), PageLanguage.EN).split('<p class="lead">')[1].split("</p>")[0]
    assert "1 reached it." in lead
    assert "≥" not in lead


def test_no_name_becomes_markup() -> None:
    metric = RIGHT.model_copy(update={"name": '<img src=x onerror="alert(1)">'})
    assert "<img" not in report_page(record(rights(True, False), metric), PageLanguage.AR)


def test_counts_and_curve_are_those_of_the_rows() -> None:
    assert confusion_counts(KAPPA, ROWS).tolist() == [[25, 25], [25, 25]]
    surest_first = [{"true": place < 5, "called": True, "sure": -float(place)} for place in range(10)]
    curve = coverage_curve(SURE, surest_first)
    assert [(point.x, round(point.y, 3)) for point in curve][4:6] == [(0.5, 0.0), (0.6, 0.167)]
    assert np.isclose(curve[-1].y, 0.5)
