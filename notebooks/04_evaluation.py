# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 4. What a figure is worth
#
# "The new version is better: 87% against 84%." Is it? This notebook takes the evaluation itself apart: what an
# interval says and when it lies, why two versions are compared question by question, why twenty slices will show you
# a miracle, and which of our measures agree with people at all.

# %%
import json
from pathlib import Path

import numpy as np
from look import BLUE, GREY, INK, RED, table, use_style
from matplotlib import pyplot as plt
from scipy.stats import norm

import evaluation
from evaluation.bootstrap import estimate
from evaluation.metrics import difference, mean
from evaluation.packed import unpacked
from evaluation.runs.compare import Difference, corrected
from evaluation.runs.record import read_record

use_style()
SEED = 20260115
HERE = Path(evaluation.__file__).parent

# %% [markdown]
# ## A stored run
#
# `rifq eval run` stores what its metrics read of each row, without the text, so that figures can be made again and
# any two runs compared later. Here is the run that continuous integration is held against. A dot is the figure, the
# line its 95% bootstrap interval; a slice with fewer than thirty rows has none, on purpose.

# %%
record = read_record(HERE / "baselines" / "smoke.json.gz")
figures = [
    (f"{figure.metric}" + (f" · {', '.join(figure.slice.values())}" if figure.slice else ""), figure)
    for task in record.result.tasks
    for figure in task.figures
    if figure.point is not None and figure.point <= 1
]
drawn, axes = plt.subplots(figsize=(8.4, 0.26 * len(figures) + 0.8))
for place, (_, figure) in enumerate(figures):
    colour = GREY if figure.slice else BLUE
    if figure.low is not None:
        axes.plot([figure.low, figure.high], [place, place], color=colour, linewidth=2)
    axes.plot(figure.point, place, "o", color=colour, markersize=4)
axes.set_yticks(range(len(figures)), [name for name, _ in figures], fontsize=7)
axes.set(title=f"suite {record.result.suite}, model {record.result.revisions.models[0]}")
axes.invert_yaxis()
plt.show()

few = [
    (task.name, figure.metric, ", ".join(figure.slice.values()), figure.n)
    for task in record.result.tasks
    for figure in task.figures
    if figure.note == "too few"
]
table(["task", "metric", "slice", "rows: too few"], few[:6])

# %% [markdown]
# ## Do the intervals keep their promise?
#
# An interval of 95% promises to hold the truth 95 times in 100. For real data nobody knows the truth; in a simulation
# we do. Four hundred times over, 150 messages are drawn from a world in which 85% of the drafts are right. The first
# sixty intervals are drawn; the red ones miss.


# %%
def simulated(rng: np.random.Generator, groups: int, size: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Return whether each draft is right, and its group: a group shares a difficulty, whose spread is given."""
    logit = np.log(0.85 / 0.15) + spread * rng.standard_normal(groups)
    chance = np.repeat(1 / (1 + np.exp(-logit)), size)
    return rng.random(groups * size) < chance, np.repeat(np.arange(groups), size)


rng = np.random.default_rng(SEED)
runs = [estimate(mean(simulated(rng, 150, 1, 0.0)[0]).statistic, 150, seed=at) for at in range(400)]
hits = np.array([item.low <= 0.85 <= item.high for item in runs])

drawn, axes = plt.subplots(figsize=(8.4, 2.8))
for place, item in enumerate(runs[:60]):
    axes.plot([place, place], [item.low, item.high], color=BLUE if hits[place] else RED, linewidth=2)
axes.axhline(0.85, color=INK, linestyle="--", linewidth=1)
axes.set(xlabel="simulated evaluation", ylabel="share of right drafts")
axes.set_title(f"{hits.mean():.1%} of 400 intervals hold the truth")
plt.show()

# %% [markdown]
# Now the same number of messages, but from 30 *problems* with five wordings each: a problem is hard or easy for all
# of its wordings. Whoever draws messages one by one believes to have 150 independent witnesses and has thirty
# families of them. Drawing whole problems (`unit: problem` in a suite) mends most of it.

# %%
spread, truth = 1.5, float(simulated(np.random.default_rng(0), 400_000, 1, 1.5)[0].mean())
by_row, by_unit = [], []
for at in range(300):
    right, groups = simulated(rng, 30, 5, spread)
    for found, units in ((by_row, None), (by_unit, groups.astype(np.intp))):
        item = estimate(mean(right).statistic, len(right), seed=at, units=units, resamples=500)
        found.append(item.low <= truth <= item.high)

drawn, axes = plt.subplots(figsize=(6, 2.4))
for place, (found, colour) in enumerate(((by_row, RED), (by_unit, BLUE))):
    covered = estimate(mean(np.array(found)).statistic, len(found), seed=SEED)
    axes.barh(place, covered.point, color=colour, alpha=0.8, height=0.5)
    axes.plot([covered.low, covered.high], [place, place], color=INK, linewidth=2)
axes.axvline(0.95, color=INK, linestyle="--", linewidth=1)
axes.set_yticks([0, 1], ["messages drawn one by one", "whole problems drawn"])
axes.set(xlim=(0.5, 1), title="Share of intervals that hold the truth (promised: 95%)")
plt.show()

# %% [markdown]
# With thirty units the bootstrap is still a little too sure of itself. More *problems* cure that; more wordings of
# the same problems do not.
#
# ## Two versions, the same questions
#
# Version B is a few questions in a hundred better. Both met the same 300 questions, easy and hard ones. Side by side
# their intervals overlap broadly; question by question the difficulty falls out.

# %%
n = 300
difficulty = rng.standard_normal(n) * 2.5
noise = rng.standard_normal(n) * 0.3
version_a = difficulty + noise < 1.6
version_b = difficulty + noise * 0.5 < 2.0
sides = [
    ("A alone", mean(version_a), BLUE),
    ("B alone", mean(version_b), BLUE),
]
drawn, (left, right_axes) = plt.subplots(1, 2, figsize=(8.4, 2.2), width_ratios=[3, 2])
for place, (_, measured, colour) in enumerate(sides):
    item = estimate(measured.statistic, n, seed=SEED)
    left.plot([item.low, item.high], [place, place], color=colour, linewidth=3)
    left.plot(item.point, place, "o", color=colour)
left.set_yticks([0, 1], [name for name, *_ in sides])
left.set(ylim=(-0.6, 1.6), title="each with its own interval")
paired = estimate(difference(version_b, version_a).statistic, n, seed=SEED)
apart = np.hypot(*(np.std(side) / np.sqrt(n) * 1.96 for side in (version_a, version_b)))
for place, (low, high, colour) in enumerate(
    ((paired.point - apart, paired.point + apart, GREY), (paired.low, paired.high, RED))
):
    right_axes.plot([low, high], [place, place], color=colour, linewidth=3)
    right_axes.plot(paired.point, place, "o", color=colour)
right_axes.axvline(0, color=INK, linestyle="--", linewidth=1)
right_axes.set_yticks([0, 1], ["as if on other questions", "paired"])
right_axes.set(ylim=(-0.6, 1.6), title="B less A")
plt.show()

# %% [markdown]
# `rifq eval compare A B` always pairs, and says how many rows only one of the two answered.
#
# ## Twenty slices and a miracle
#
# Cut a run by dialect, channel, length and level and you look at twenty differences. Here both versions are *equally*
# good everywhere; still, in most such evaluations some slice is "significant". Holm's correction asks more of each
# difference, the more of them are looked at.

# %%
ROUNDS, SLICES, ROWS = 200, 20, 80
plain, holm, shown = 0, 0, np.array([])
for _ in range(ROUNDS):
    gaps = rng.choice([-1.0, 0.0, 1.0], p=[0.1, 0.8, 0.1], size=(SLICES, ROWS))
    z = gaps.mean(axis=1) / (gaps.std(axis=1) / np.sqrt(ROWS))
    p = 2 * norm.sf(np.abs(z))
    items = corrected(
        [
            Difference(task="", metric=str(at), rows=ROWS, first=0, second=0, p=float(value), better="second")
            for at, value in enumerate(p)
        ]
    )
    plain += bool((p < 0.05).any())
    holm += any((item.corrected or 1.0) < 0.05 for item in items)
    shown = p
drawn, axes = plt.subplots(figsize=(6.4, 2.2))
axes.barh([0, 1], [plain / ROUNDS, holm / ROUNDS], color=[RED, BLUE], height=0.5)
axes.axvline(0.05, color=INK, linestyle="--", linewidth=1)
axes.set_yticks([0, 1], ["p as it is", "corrected by Holm"])
axes.set(xlim=(0, 1), title="Evaluations without any difference that report one")
plt.show()
print(f"the smallest p of the last twenty: {shown.min():.3f}")

# %% [markdown]
# ## Do people agree?
#
# An interval only says how far a figure would move with other texts. It does not say that the figure measures what
# you care about. For that, people must have judged the same texts. Public sets with such labels exist for a few of
# our measures; here is how they came out. Blue is our measure, grey the best thing that one could simply count.

# %%
people = json.loads(unpacked((HERE / "results" / "people.json.gz").read_bytes()))["result"]["agreements"]
drawn, axes = plt.subplots(figsize=(9, 0.34 * len(people) + 0.8))
for place, row in enumerate(people):
    chance = 0.5 if row["kind"] == "AUROC" else 0.0
    shows = row["low"] > chance and row["gain_low"] > 0
    axes.plot([row["low"], row["high"]], [place, place], color=BLUE if shows else RED, linewidth=2)
    axes.plot(row["point"], place, "o", color=BLUE if shows else RED, markersize=5)
    axes.plot(row["beside_point"], place, "D", color=GREY, markersize=4)
    axes.text(1.02, place, row["kind"], va="center", fontsize=7, color=GREY)
axes.set_yticks(range(len(people)), [f"{row['of']}:\n{row['ours']}" for row in people], fontsize=7)
axes.axvline(0, color=INK, linestyle="--", linewidth=1)
axes.set(xlim=(-0.2, 1), title="Agreement with people (red: none shown, or no better than counting)")
axes.invert_yaxis()
plt.show()

# %% [markdown]
# The red lines are the most useful ones on this page. A measure that does not beat counting words must not be used to
# judge an agent, however well it is drawn on a dashboard. Each metric's page in `docs/metrics` says which those are.
#
# **What this does not show.** Nobody has sent these drafts. Whether a customer is content is measured from what
# agents sent and what customers did next (`rifq quality`), and whether a reply was good is said by people: notebook
# 5.
