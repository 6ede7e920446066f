# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 2. Finding what was solved before
#
# A draft is only as good as the resolution under it. This notebook asks the sample helpdesk (a fictional bank, 77
# kinds of question in two languages) what real support teams ask of a search: does it find the right one, does it
# know when there is none, and what does it confuse?
#
# Every resolution holds *cases*: messages of customers whose problem it solved. One case of each is taken out of the
# index and asked instead. All were written for the sample, many in dialect or Arabizi on purpose; figures on people's
# own questions, in four varieties, are in `evaluation/results/retrieval.md`.

# %%
import asyncio
from collections import Counter

import numpy as np
from look import BLUE, GREY, INK, RED, table, use_style
from matplotlib import pyplot as plt
from sample_desk import TODAY, SampleDesk, resolutions

from evaluation.bootstrap import estimate
from evaluation.calibration import selective_error
from evaluation.data import Example
from evaluation.experiments.parts import CHOICES, part_answers
from evaluation.helpdesk import hold_out
from evaluation.metrics import auroc, difference, mean
from inference.encoder import open_encoder
from inference.types import SearchResult
from models.sets.catalogue import load_set
from retrieval import sample

use_style()
SEED = 20260115
kept, asked = hold_out(resolutions(), 1, SEED)
desk = SampleDesk(kept)
print(
    f"{len(kept)} resolutions with {sum(len(item.cases) for item in kept)} cases in the index; {len(asked)} questions"
)

# %% [markdown]
# ## One question, five answers
#
# The message is Gulf Arabic, spelt as people type. What leads to the right resolution is usually not its own text but
# another customer's words: the column on the right.

# %%
question = "طلبتها من زمان ولا شفتها لين الحين، وين وصلت البطاقه؟"
(found,) = desk.search([question], k=5)
print(f"probability that the best one answers: {found.relevance:.2f}")
table(
    ["resolution", "score", "its problem", "what matched"],
    [(hit.resolution.id, float(hit.score), hit.resolution.problem, hit.match.text) for hit in found.hits],
)

# %% [markdown]
# ## How often is the right one among the first k?
#
# An agent looks at one suggestion, perhaps three. Each line is a language; the band is the 95% bootstrap interval.
# The questions of one language are few, so the bands are wide, and we leave them wide.

# %%
results = desk.search([row.text for row in asked])


def rank_of(row: Example, result: SearchResult) -> int:
    """Return the place of the right intent among those found, from 1; 0 where it is not there."""
    intents = list(dict.fromkeys(sample.intent_of(hit.resolution.id) for hit in result.hits))
    wanted = row.columns["true_intent"]
    return intents.index(wanted) + 1 if wanted in intents else 0


ranks = np.array([rank_of(row, result) for row, result in zip(asked, results, strict=True)])
languages = np.array([row.columns["language"] for row in asked])
places = np.arange(1, 11)

figure, axes = plt.subplots()
for language, colour in (("ar", RED), ("en", BLUE)):
    inside = ranks[languages == language]
    curve = [estimate(mean((inside > 0) & (inside <= k)).statistic, len(inside), seed=SEED) for k in places]
    axes.fill_between(places, [item.low for item in curve], [item.high for item in curve], color=colour, alpha=0.15)
    axes.plot(places, [item.point for item in curve], color=colour, marker="o", label=f"{language}, n = {len(inside)}")
axes.set(xlabel="k", ylabel="right intent among the first k", ylim=(0.5, 1.01), xticks=places, title="Recall@k")
axes.legend(frameon=False, loc="lower right")
plt.show()

# %% [markdown]
# ## Vectors, words, or both?
#
# The encoder's vectors know that *settled* and *gone through* are near; the word index knows that `3DS` is not `3D`.
# The same questions are asked of each alone and of both together. Because they are the *same* questions, the fair
# thing to look at is the difference question by question: hard questions are hard for both sides, and that falls out.

# %%
encoder = open_encoder(threads=1)
knowledge = desk.run(lambda copilot: asyncio.sleep(0, copilot.keeper.knowledge))
sizes = Counter(sample.intent_of(item.id) for item in kept)
parts = part_answers(knowledge, encoder, asked, sizes=sizes, today=TODAY)
knowledge.weights = CHOICES["hybrid"]
first = {name: np.array([bool(answer[f"{name}_hit_1"]) for answer in parts]) for name in CHOICES}

shown = [
    ("vectors alone", mean(first["dense"]), BLUE),
    ("words alone", mean(first["lexical"]), BLUE),
    ("both", mean(first["hybrid"]), INK),
]
figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 2.8), width_ratios=[3, 2])
for place, (_, measured, colour) in enumerate(shown):
    value = estimate(measured.statistic, measured.n, seed=SEED)
    left.plot([value.low, value.high], [place, place], color=colour, linewidth=2)
    left.plot(value.point, place, "o", color=colour)
left.set_yticks(range(3), [name for name, _, _ in shown])
left.set(title="Recall@1", ylim=(-0.6, 2.6))
for place, alone in enumerate(("dense", "lexical")):
    measured = difference(first["hybrid"], first[alone])
    value = estimate(measured.statistic, measured.n, seed=SEED)
    right.plot([value.low, value.high], [place, place], color=RED, linewidth=2)
    right.plot(value.point, place, "o", color=RED)
right.axvline(0, color=GREY, linestyle="--", linewidth=1)
right.set_yticks(range(2), ["both less vectors", "both less words"])
right.set(title="Difference, question by question", ylim=(-0.6, 1.6))
plt.show()

# %% [markdown]
# An interval that includes the dashed line says: on these questions nothing was gained that could not be luck. On
# real Saudi questions words add nothing at all (README); in Palestinian and standard Arabic they add two to three
# points.
#
# ## Knowing that one does not know
#
# The worst answer is the confident answer to somebody else's question. So we also ask questions that a bank cannot
# answer: messages to telephone companies, airlines, hospitals and shops, from our own corpus (development part).

# %%
others = [
    row.text
    for row in load_set("support_messages")
    if row.split == "dev" and row.level == 0 and not str(row.problem).startswith("banking")
]
strange = np.array([result.relevance for result in desk.search(others, k=1)])
ours = np.array([result.relevance for result in results])
score = auroc(np.r_[np.ones(len(ours)), np.zeros(len(strange))], np.r_[ours, strange])
value = estimate(score.statistic, score.n, seed=SEED)

figure, axes = plt.subplots()
edges = np.linspace(0, 1, 21)
axes.hist(strange, edges, color=RED, alpha=0.6, label=f"questions of other trades, n = {len(strange)}", density=True)
axes.hist(ours, edges, color=BLUE, alpha=0.6, label=f"questions to a bank, n = {len(ours)}", density=True)
axes.set(
    xlabel="probability that the best resolution answers",
    ylabel="density",
    title=f"They part with AUROC {value.point:.3f} [{value.low:.3f}, {value.high:.3f}]",
)
axes.legend(frameon=False, loc="upper center")
plt.show()

# %% [markdown]
# A caution: telling a bank from a hospital is the easy part. Within one trade, between a question that *this* shop's
# knowledge answers and one that it does not, the published figure is an AUROC of 0.77.
#
# ## What silence buys
#
# If the least certain questions are passed to people, fewer wrong resolutions reach a draft. Both kinds of question
# are asked here together; a stranger's question that is answered at all counts as wrong.

# %%
right_first = np.r_[ranks == 1, np.zeros(len(strange), dtype=bool)]
confidence = np.r_[ours, strange]
coverages = np.linspace(0.05, 1.0, 20)
risks = [
    estimate(selective_error(right_first, confidence, at).statistic, len(confidence), seed=SEED) for at in coverages
]
figure, axes = plt.subplots()
axes.fill_between(coverages, [item.low for item in risks], [item.high for item in risks], color=BLUE, alpha=0.15)
axes.plot(coverages, [item.point for item in risks], color=BLUE, marker="o", markersize=3)
axes.axvline(len(ours) / len(confidence), color=GREY, linestyle="--", linewidth=1)
axes.text(len(ours) / len(confidence) + 0.01, 0.02, "share that a bank can answer", color=GREY, fontsize=8)
axes.set(
    xlabel="share of questions that are answered, surest first",
    ylabel="wrong among them",
    ylim=(0, 1),
    title="Errors against coverage",
)
plt.show()

# %% [markdown]
# ## What it confuses
#
# Misses, as they are. Many are twins that a person would confuse too (*card arrival* and *delivery estimate*); there
# the cure is not a better encoder but one resolution instead of two.

# %%
misses = [
    (row.text, row.columns["true_intent"], sample.intent_of(result.hits[0].resolution.id), float(result.relevance))
    for row, result, rank in zip(asked, results, ranks, strict=True)
    if rank != 1
]
table(["question", "right", "found first", "probability"], misses[:12])

# %%
desk.close()

# %% [markdown]
# **What this does not show.** The index is small and tidy, every resolution fresh and verified, every question
# answered by exactly one. A company's own past tickets are none of that; `rifq eval run retrieval --store ./desk`
# measures yours.
