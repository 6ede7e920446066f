from pathlib import Path

import pytest

from models.sets.pairs import Pair, load_pairs


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, left in (("ara", "أين بطاقتي الآن\nنعم\n"), ("arz", "فين الكارت بتاعي\nآه\n")):
        write(tmp_path / "tatoeba_laser" / f"tatoeba.{name}-eng.{name}", left)
        write(tmp_path / "tatoeba_laser" / f"tatoeba.{name}-eng.eng", "Where is my card\nYes\n")
    write(tmp_path / "doda_mit" / "sentences.csv", 'darija,english\nfin lcarta dyali,"Where, then, is my card?"\n')
    lines = "# id = 1\n# text = حط المنبه الساعة سبعة\n# text-en = set the alarm for seven\n1\tحط\tO\n\n"
    write(tmp_path / "xsid" / "ar.test.conll", lines)
    shop = (
        "empty\tعربة التسوق فارغة\tYour cart is empty",
        "ok\tموافق\tAgreed, thank you",
        "raw\tرسالة إلى العميل\tHi :name",
    )
    write(tmp_path / "bagisto_ar_en" / "pairs_ar_en.tsv", "\n".join(shop))
    questions = (
        "question1,question2,label",
        "كيف أجدد جوازي؟,ما طريقة تجديد الجواز؟,1",
        "كيف أجدد جوازي؟,كيف أطبخ الأرز؟,0",
    )
    write(tmp_path / "q2q_nsurl2019" / "train.csv", "\n".join(questions))
    return tmp_path


def test_pairs_mean_the_same_and_say_enough(folder: Path) -> None:
    assert load_pairs(folder=folder) == [
        Pair("أين بطاقتي الآن", "Where is my card", "tatoeba_laser"),
        Pair("فين الكارت بتاعي", "Where is my card", "tatoeba_laser"),
        Pair("fin lcarta dyali", "Where, then, is my card?", "doda_mit"),
        Pair("حط المنبه الساعة سبعة", "set the alarm for seven", "xsid"),
        Pair("عربة التسوق فارغة", "Your cart is empty", "bagisto_ar_en"),
        Pair("كيف أجدد جوازي؟", "ما طريقة تجديد الجواز؟", "q2q_nsurl2019"),
    ]


def test_what_has_no_clear_licence_can_be_left_out(folder: Path) -> None:
    assert "q2q_nsurl2019" not in {pair.source for pair in load_pairs(permissive=True, folder=folder)}


@pytest.mark.sets
@pytest.mark.usefixtures("sets")
def test_the_real_pairs_load() -> None:
    pairs = load_pairs()
    assert {pair.source for pair in pairs} >= {"tatoeba_laser", "doda_mit", "xsid", "bagisto_ar_en", "q2q_nsurl2019"}
    assert len(pairs) > 5_000
