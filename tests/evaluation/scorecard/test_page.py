"""The page of the rubric is what the file says."""

from pathlib import Path

from evaluation.scorecard import load_rubric
from evaluation.scorecard.page import page

ROOT = Path(__file__).parents[3]


def test_the_committed_page_is_made_from_the_rubric() -> None:
    assert (ROOT / "docs" / "scorecard.md").read_text(encoding="utf-8") == page(load_rubric()), (
        "run: python -m evaluation.scorecard --docs docs/scorecard.md"
    )


def test_every_criterion_and_item_stands_on_it_in_both_languages() -> None:
    rubric, text = load_rubric(), page(load_rubric())

    titles = [*(item.title for item in rubric.criteria), *(item.title for item in rubric.auto_fails)]
    assert all(f"### {title.en} · {title.ar}" in text for title in titles)
    assert 'lang="ar" dir="rtl"' in text
