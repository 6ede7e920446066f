# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 1. What is read in a message
#
# A customer writes two lines. Before anything is searched or drafted, Rifq says how angry they are, at whom, and what
# else a careful reader would notice. This notebook shows what it reads, measures how often it is right on messages
# that it has not learnt from, and ends with the messages that it reads wrongly, which are the more instructive ones.
#
# Everything is computed here and now, from what lies in the repository: the encoder, and the *development* part of
# our own corpus of support messages. The test part stays closed; the published figures are in
# `evaluation/results/messages.md`.

# %%
import numpy as np
from look import BLUE, GREY, INK, LEVEL_COLOURS, RED, table, use_style
from matplotlib import pyplot as plt

from evaluation.bootstrap import estimate
from evaluation.calibration import brier, mass_bins, recalibration, selective_error
from evaluation.metrics import mean, quadratic_kappa
from inference.analysis import Analyzer
from inference.encoder import open_encoder
from inference.policy import load_policy
from inference.types import Analysis, Message
from models.sets.catalogue import load_set

use_style()
SEED = 20260115
LEVELS = ["calm", "irritated", "angry", "furious"]
analyzer = Analyzer(open_encoder(threads=1), load_policy())


def read(texts: list[str]) -> list[Analysis]:
    """Analyse texts, each a message of its own."""
    return [item.analysis for item in analyzer.analyze([Message(text=text) for text in texts])]


# %% [markdown]
# ## The same trouble, in the words of eight people
#
# A dialect is not a fault and trouble is not anger. Look at the third column: who has lost a card in a panic is not
# angry at us; who thanks us with a sting is.

# %%
messages = [
    "متى توصل البطاقة؟ طلبتها الأسبوع اللي راح",
    "ضاعت بطاقتي في المطار وطيارتي بعد ساعة، بسرعة الله يخليكم!!",
    "يعني كل مرة نفس الكلام «تحت المراجعة»؟ شكرًا على المجهود الجبار 👏",
    "دي تالت مرة أكلمكم ومحدش بيرد، لو متحلتش النهارده هشتكي في البنك المركزي",
    "wen el bita2a?? 9arli esbo3een 2antor w ma 7ada byrod",
    "My dad passed away and I need to know what happens to his account.",
    "I'm not angry, I just want someone to finally do what you promised me on Monday.",
    "Two weeks for a card. Worst bank I've dealt with, I'm closing my account.",
]
table(
    ["message", "language", "anger (intensity), at", "signals", "the words behind it"],
    [
        (
            text,
            " ".join(filter(None, [item.language, item.dialect, item.script if item.script == "arabizi" else None])),
            f"{item.anger.level} ({item.anger.intensity:.2f})"
            + (f", {item.anger.target}" if item.anger.target else ""),
            ", ".join(signal.name.replace("_", " ") for signal in item.signals) or "none",
            " · ".join(evidence.span.text for evidence in item.evidence[:3]),
        )
        for text, item in zip(messages, read(messages), strict=True)
    ],
)

# %% [markdown]
# Read the table as a sceptic. When this was written, half of it was right: the ironic thanks counts as irritation,
# the panic as urgency and not as anger, the threat to go to the central bank as what it is. But the Arabizi complaint
# was called calm, the last customer only irritated although he leaves with a slam, and "I'm not angry, I just want
# ..." raised a flag of *self-harm*. A false alarm of that kind costs an agent ten seconds; a missed one could cost
# more, so the threshold is low on purpose. None of the eight was chosen to look good.
#
# ## Four levels of one problem
#
# Our corpus tells each problem four times, from calm to furious, over the same facts. Whoever merely counts
# exclamation marks or sad words cannot part them. Each dot is one message of the development part; the bar is the
# median.

# %%
rows = [row for row in load_set("support_messages") if row.split == "dev"]
said = read([row.text for row in rows])
true = np.array([row.level for row in rows])
called = np.array([item.anger.level.rank for item in said])
intensity = np.array([item.anger.intensity for item in said])
problems = np.unique([row.problem for row in rows], return_inverse=True)[1].astype(np.intp)

rng = np.random.default_rng(SEED)
figure, axes = plt.subplots()
for level, name in enumerate(LEVELS):
    inside = intensity[true == level]
    axes.scatter(level + rng.uniform(-0.28, 0.28, len(inside)), inside, s=9, alpha=0.45, color=LEVEL_COLOURS[name])
    axes.hlines(np.median(inside), level - 0.34, level + 0.34, color=INK, linewidth=2)
axes.set_xticks(range(4), LEVELS)
axes.set(ylabel="intensity that was read", title=f"{len(rows)} messages, {problems.max() + 1} problems")
plt.show()

# %% [markdown]
# The medians climb, and the clouds overlap: between *irritated* and *angry* the wording often lies in the eye of the
# beholder. So we do not ask only "was the level exactly right?" but weigh how far off it was. **Quadratic kappa**
# does that: 1 is perfect, 0 is what guessing by frequency earns, and calling a furious customer calm costs nine times
# as much as calling them angry.

# %%
counts = np.zeros((4, 4), dtype=int)
np.add.at(counts, (true, called), 1)
shares = counts / counts.sum(axis=1, keepdims=True)

figure, axes = plt.subplots(figsize=(4.6, 3.9))
axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
for row in range(4):
    for column in range(4):
        colour = "white" if shares[row, column] > 0.5 else INK
        axes.text(
            column, row, f"{counts[row, column]}\n{shares[row, column]:.0%}", ha="center", va="center", color=colour
        )
axes.set_xticks(range(4), LEVELS)
axes.set_yticks(range(4), LEVELS)
axes.grid(visible=False)
axes.set(xlabel="called", ylabel="written as", title="Rows add up to 100%")
plt.show()

kappa = estimate(
    quadratic_kappa(true.astype(object), called.astype(object), [0, 1, 2, 3]).statistic,
    len(rows),
    seed=SEED,
    units=problems,
)
print(f"quadratic kappa {kappa.point:.3f}, 95% interval {kappa.low:.3f} to {kappa.high:.3f}; n = {len(rows)} messages")

# %% [markdown]
# The interval comes from drawing whole *problems* with replacement. The four tellings of a problem share their facts
# and their author; to treat them as independent would make the interval too narrow, and us too sure.
#
# ## Is a probability of 0.7 right seven times in ten?
#
# An agent who reads "anger: 70%" should be able to take it literally. The reliability diagram holds what was said
# against what was true, in ten groups of about equal size. On the diagonal the machine is honest; below it, it
# exaggerates; above it, it is too modest.

# %%
probability = np.array([item.anger.probability for item in said])
angry = true > 0
bins = mass_bins(probability)

figure, axes = plt.subplots(figsize=(4.6, 4.2))
axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="honest")
for place in range(bins.max() + 1):
    inside = bins == place
    share = estimate(mean(angry[inside]).statistic, int(inside.sum()), seed=SEED)
    x = probability[inside].mean()
    axes.vlines(x, share.low, share.high, color=BLUE, alpha=0.5)
    axes.plot(x, share.point, "o", color=BLUE)
axes.set(xlabel="probability of anger, as stated", ylabel="share where anger was present", title="Reliability")
axes.legend(frameon=False)
plt.show()

score = estimate(brier(angry, probability).statistic, len(rows), seed=SEED, units=problems)
slope = estimate(recalibration(angry, probability, slope=True).statistic, len(rows), seed=SEED, units=problems)
print(f"Brier score {score.point:.3f} [{score.low:.3f}, {score.high:.3f}]  (0.25 is saying 50% to everything)")
print(
    f"calibration slope {slope.point:.2f} [{slope.low:.2f}, {slope.high:.2f}]  (1 is honest, under 1 is overconfident)"
)

# %% [markdown]
# Two cautions. The level heads were calibrated on messages of this very corpus, and three quarters of its messages
# are angry by design; in a real inbox most are calm, and the same probability would be right less often.
#
# ## What it costs to leave the doubtful ones to people
#
# If an agent decides the doubtful messages alone, how many errors remain among the rest? The curve leaves out the least
# certain ones first. (The service marks such messages as `uncertain`.)

# %%
confidence = np.abs(probability - 0.5)
wrong = (probability >= 0.5) != angry
coverages = np.linspace(0.3, 1.0, 15)
risks = [
    estimate(selective_error(~wrong, confidence, share).statistic, len(rows), seed=SEED, units=problems)
    for share in coverages
]
figure, axes = plt.subplots()
axes.fill_between(coverages, [item.low for item in risks], [item.high for item in risks], color=BLUE, alpha=0.15)
axes.plot(coverages, [item.point for item in risks], color=BLUE, marker="o", markersize=3)
axes.set(
    xlabel="share of messages that are answered",
    ylabel="wrong among them",
    ylim=(0, None),
    title="Angry or not: errors against coverage",
)
plt.show()

# %% [markdown]
# ## Who is read well, and who is not
#
# An average hides people. Cut by variety, the intervals grow wide, and that is the point of drawing them: where they
# overlap, the data do not say that one variety is read worse. The dashed line is the overall share.

# %%
right = true == called
varieties = sorted(
    {row.variety for row in rows}, key=lambda name: -np.mean(right[[row.variety == name for row in rows]])
)
figure, axes = plt.subplots(figsize=(7.2, 4))
for place, variety in enumerate(varieties):
    inside = np.array([row.variety == variety for row in rows])
    units = np.unique(problems[inside], return_inverse=True)[1].astype(np.intp)
    found = estimate(mean(right[inside]).statistic, int(inside.sum()), seed=SEED, units=units)
    axes.plot([found.low, found.high], [place, place], color=BLUE, linewidth=2)
    axes.plot(found.point, place, "o", color=BLUE)
    axes.text(1.01, place, f"n = {inside.sum()}", va="center", color=GREY, fontsize=8)
axes.axvline(right.mean(), color=RED, linestyle="--", linewidth=1)
axes.set_yticks(range(len(varieties)), [name.replace("_", " ") for name in varieties])
axes.set(xlabel="level exactly right", xlim=(0, 1), title="By variety, 95% intervals over problems")
axes.invert_yaxis()
plt.show()

# %% [markdown]
# ## The worst misses
#
# The furthest from the truth first. Read them before you trust the average: they show what the machine does not
# understand.

# %%
order = np.argsort(-np.abs(true - called), kind="stable")
table(
    ["message", "variety", "written as", "read as"],
    [(rows[at].text, rows[at].variety, LEVELS[true[at]], LEVELS[called[at]]) for at in order[:8]],
)

# %% [markdown]
# **What this does not show.** The corpus is machine-written and no native reader has checked its labels: where the
# machine agrees with it, one machine agrees with another. People's own labels exist for tweets and posts; the
# agreement there is lower (`evaluation/results/people.md`). Neither says how customers of *your* company are read:
# for that, review a sample of your own messages (notebook 5).
