from pathlib import Path

from models.sets.dialect import aoc, shami


def test_comments_keep_their_variety_and_spam_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "MultiDev.csv").write_text(
        "text,label\nوش السالفة يا جماعة,DIAL_GLF\nوش السالفة يا جماعة!!,DIAL_GLF\nإن الأمر عظيم,MSA\n",
        encoding="utf-8",
    )
    (tmp_path / "MultiTest.csv").write_text("text,label\nايه ده بقى,DIAL_EGY\n", encoding="utf-8")
    assert [(row.split, row.variety) for row in aoc(tmp_path)] == [
        ("train", "gulf"),
        ("train", "msa"),
        ("test", "egyptian"),
    ]


def test_shreds_and_the_note_on_origin_are_no_posts(tmp_path: Path) -> None:
    (tmp_path / "PROVENANCE.txt").write_text("where this long line of text comes from\n", encoding="utf-8")
    (tmp_path / "Lebanese.txt").write_text("شو\n  هلق شو بدي ساوي بالمصاري  \n", encoding="utf-8")
    (row,) = shami(tmp_path)
    assert (row.text, row.variety, row.language) == ("هلق شو بدي ساوي بالمصاري", "levantine", "ar")
