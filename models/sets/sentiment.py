"""Loaders of the sentiment sets, Arabic, English and Arabizi."""

from collections.abc import Iterator
from pathlib import Path

from models.sets.emoji_names import restore_emojis
from models.sets.rows import NEGATIVE, NEUTRAL, POSITIVE, Language, Row, Split, hashed_split, read_tabbed, read_table

_LABELS = {
    "neg": NEGATIVE,
    "negative": NEGATIVE,
    "-1": NEGATIVE,
    "neu": NEUTRAL,
    "neut": NEUTRAL,
    "neutral": NEUTRAL,
    "obj": NEUTRAL,
    "pos": POSITIVE,
    "positive": POSITIVE,
    "1": POSITIVE,
}
_SPLITS: tuple[tuple[Split, str], ...] = (("train", "train"), ("dev", "val"), ("test", "test"))


def arsarcasm(folder: Path) -> Iterator[Row]:
    """ArSarcasm-v2: Arabic tweets; the official split has no dev part, so a tenth of train is held out by hash."""
    for split, name in (("train", "training_data.csv"), ("test", "testing_data.csv")):
        for row in read_table(folder / name):
            part: Split = "test" if split == "test" else hashed_split(row["tweet"], dev=0.1, test=0)
            label = _LABELS[row["sentiment"].lower()]
            text = row["tweet"].strip('"')
            yield Row(text, "arsarcasm_v2", part, "ar", sentiment=label, variety=row["dialect"])


def xlmt(folder: Path) -> Iterator[Row]:
    """XLM-T's unified sentiment benchmark, Arabic and English tweets, balanced."""
    languages: tuple[tuple[Language, str], ...] = (("ar", "arabic"), ("en", "english"))
    for language, name in languages:
        for split, part in _SPLITS:
            texts = (folder / name / f"{part}_text.txt").read_text(encoding="utf-8").split("\n")
            labels = (folder / name / f"{part}_labels.txt").read_text(encoding="utf-8").split()
            for text, label in zip(texts, labels, strict=False):
                yield Row(text, f"xlmt_umsab/{name}", split, language, sentiment=int(label))


def company_reviews(folder: Path) -> Iterator[Row]:
    """Company reviews, positive or negative by stars; the re-labelled neutral rows and generated ones are dropped."""
    fixed = {row["decoded_emojis"].strip() for row in read_table(folder / "1-df_fixed.csv")}
    for split, name in (("train", "2-train_df.csv"), ("test", "2-test_df.csv")):
        for row in read_table(folder / name):
            text = row["decoded_emojis"].strip()
            if row["rating"] not in {"1", "-1"} or text in fixed:
                continue
            part: Split = "test" if split == "test" else hashed_split(text, dev=0.05, test=0)
            label = POSITIVE if row["rating"] == "1" else NEGATIVE
            yield Row(restore_emojis(text), "arabic_company_reviews", part, "ar", sentiment=label)


def marsa(folder: Path) -> Iterator[Row]:
    """MARSA: Gulf tweets on politics, society, sport and telecoms."""
    parts: tuple[tuple[Split, str], ...] = (("train", "Training_80"), ("dev", "Development_10"), ("test", "Testing_10"))
    for path in sorted(folder.rglob("*.csv")):
        for split, name in parts:
            if name in path.name:
                for row in read_table(path):
                    label = _LABELS.get(row.get("Polarity", "").strip().lower())
                    if label is not None:
                        yield Row(row["Tweet"], f"marsa_gulf/{path.parent.name.lower()}", split, "ar", sentiment=label)


def mac(folder: Path) -> Iterator[Row]:
    """MAC: Moroccan comments, standard and dialect; split by hash, mixed ones dropped."""
    for row in read_table(folder / "MAC corpus.csv"):
        label = _LABELS.get(row["type"].strip().lower())
        if label is not None:
            yield Row(row["tweets"], "mac_moroccan", hashed_split(row["tweets"]), "ar", sentiment=label)


def astd(folder: Path) -> Iterator[Row]:
    """ASTD: Egyptian tweets; all train, because ArSarcasm-v2 holds a quarter of them."""
    for cells in read_tabbed(folder / "Tweets.txt"):
        label = _LABELS.get(cells[-1].strip().lower())
        if label is not None:
            yield Row("\t".join(cells[:-1]), "astd", "train", "ar", sentiment=label)


def narabizi(folder: Path) -> Iterator[Row]:
    """NArabizi: Algerian comments in Latin script, and the part of them that exists in Arabic script."""
    for split in ("train", "dev", "test"):
        part: Split = split
        texts = _treebank(folder / f"{split}_NArabizi.conllu")
        for cells in read_tabbed(folder / f"{split}_sentiment_ids.txt"):
            label = _LABELS.get(cells[-1].strip().lower())
            text = texts.get(cells[0].split("=")[-1].strip())
            if label is not None and text:
                yield Row(text, "narabizi", part, "arabizi", sentiment=label)
        for line in (folder / f"ar_dz_{split}.csv").read_text(encoding="utf-8").splitlines():
            mark, _, text = line.partition(",")
            if mark in {"0", "1"}:
                label = POSITIVE if mark == "1" else NEGATIVE
                yield Row(text.strip('"'), "narabizi/arabic", part, "ar", sentiment=label)


def _treebank(path: Path) -> dict[str, str]:
    texts, name = {}, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# sent_id"):
            name = line.split("=")[-1].strip()
        elif line.startswith("# text ="):
            texts[name] = line.partition("=")[2].strip()
    return texts


def semeval2017(folder: Path) -> Iterator[Row]:
    """SemEval-2017 task 4 A: English tweets of 2013 to 2016, and the gold test of 2017."""
    for path in sorted((folder / "downloaded").glob("*.tsv")):
        split: Split = "dev" if "2016devtest" in path.name else "train"
        yield from _semeval_rows(path, split)
    yield from _semeval_rows(folder / "gold" / "SemEval2017-task4-test.subtask-A.english.txt", "test")


def _semeval_rows(path: Path, split: Split) -> Iterator[Row]:
    for cells in read_tabbed(path):
        label = _LABELS.get(cells[1].strip()) if len(cells) > 2 else None
        if label is not None and cells[2] != "Not Available":
            text = cells[2].replace("\\u2019", "\u2019").replace("\\u002c", ",").replace('\\""', '"')
            yield Row(text, "semeval2017_en", split, "en", sentiment=label)


def elsahar(folder: Path) -> Iterator[Row]:
    """Product and restaurant reviews in Arabic, by stars; all train."""
    for name in ("PROD.csv", "RES1.csv", "RES2.csv"):
        for row in read_table(folder / name):
            label = {"-1": NEGATIVE, "0": NEUTRAL, "1": POSITIVE}.get(row["polarity"].strip())
            if label is not None:
                yield Row(row["text"], "elsahar_reviews", "train", "ar", sentiment=label)
