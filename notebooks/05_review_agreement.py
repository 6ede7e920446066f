# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 5. When reviewers disagree
#
# Quality is what people say it is, so the first question of a review is not "how good are our replies?" but "do two
# careful people see the same?" This notebook simulates a round of review whose truth is known, looks at it with the
# same functions as the console, and then asks where the machine's scores may be believed. No real person was scored
# for it.

# %%
import numpy as np
from look import BLUE, GREY, INK, RED, table, use_style
from matplotlib import pyplot as plt

from evaluation.agreement import (
    Question,
    Rating,
    Scale,
    Verdict,
    alpha,
    between_people,
    machine_against_people,
    percent_agreement,
)

use_style()
SEED = 20260115
rng = np.random.default_rng(SEED)
LEVELS = (1, 2, 3, 4)
ITEMS = [f"reply {number}" for number in range(120)]

# %% [markdown]
# ## Five people, one rubric
#
# Each reply has a true quality that nobody sees. Sara and Khalid read carefully; Mona is as careful, but kinder by
# half a level; Tom reads in a hurry; Lee clicks. Every reply is read by two of the five, as an overlapping assignment
# does it.


# %%
def level_of(quality: float) -> int:
    """Return the level of the rubric, 1 to 4, that a quality falls into."""
    return int(np.clip(np.round(quality), 1, 4))


quality = {item: float(rng.normal(2.7, 0.9)) for item in ITEMS}
PEOPLE = {
    "Sara": lambda truth: level_of(truth + rng.normal(0, 0.35)),
    "Khalid": lambda truth: level_of(truth + rng.normal(0, 0.4)),
    "Mona": lambda truth: level_of(truth + 0.5 + rng.normal(0, 0.35)),
    "Tom": lambda truth: level_of(truth + rng.normal(0, 1.0)),
    "Lee": lambda _: int(rng.integers(1, 5)),
}
names = list(PEOPLE)
pairs = [(one, two) for at, one in enumerate(names) for two in names[at + 1 :]]
ratings = [
    Rating(item, person, PEOPLE[person](quality[item]))
    for number, item in enumerate(ITEMS * 3)
    for person in pairs[(number * 7 + number // len(ITEMS)) % len(pairs)]
]
round_of_review = between_people(ratings, Scale.ORDINAL, seed=SEED)
found = round_of_review.alpha
print(f"{round_of_review.shared} replies were read by two people or more; {round_of_review.ratings} scores")
print(f"Krippendorff's alpha {found.point:.2f} [{found.low:.2f}, {found.high:.2f}]: {round_of_review.reliance}")

# %% [markdown]
# **Alpha** is 1 where all agree and 0 where they agree no more than if the same scores had been dealt out by chance.
# From .80 on conclusions are called safe, from .667 on tentative (Krippendorff 2004). This round is neither, and one
# number does not say why. The pairs do.

# %%
grid = np.full((5, 5), np.nan)
for pair in round_of_review.pairs:
    if pair.quadratic_kappa is not None and pair.quadratic_kappa.point is not None:
        one, two = names.index(pair.first), names.index(pair.second)
        grid[one, two] = grid[two, one] = pair.quadratic_kappa.point
figure, axes = plt.subplots(figsize=(4.6, 3.8))
axes.imshow(grid, cmap="Blues", vmin=0, vmax=1)
for row, column in np.argwhere(~np.isnan(grid)):
    colour = "white" if grid[row, column] > 0.6 else INK
    axes.text(column, row, f"{grid[row, column]:.2f}", ha="center", va="center", color=colour)
axes.set_xticks(range(5), names)
axes.set_yticks(range(5), names)
axes.grid(visible=False)
axes.set(title="Quadratic kappa, pair by pair")
plt.show()

# %% [markdown]
# Lee's row and column are pale against everybody: that is a person to talk to, or an account that somebody else used.
# Tom is noisy with everybody. Mona looks fine here, since her order is right; her *level* is not:

# %%
figure, axes = plt.subplots(figsize=(7, 3.4))
shown = [pair for pair in round_of_review.pairs if pair.difference is not None and pair.difference.low is not None]
for place, pair in enumerate(shown):
    wide = pair.difference.low <= 0 <= pair.difference.high
    axes.plot([pair.difference.low, pair.difference.high], [place, place], color=GREY if wide else RED, linewidth=2)
    axes.plot(pair.difference.point, place, "o", color=GREY if wide else RED)
axes.axvline(0, color=INK, linestyle="--", linewidth=1)
axes.set_yticks(range(len(shown)), [f"{pair.first} less {pair.second}" for pair in shown])
axes.set(title="Who scores higher, in levels (95% intervals)")
axes.invert_yaxis()
plt.show()

# %% [markdown]
# Mona stands half a level above the careful two. Tom stands below them without being strict: whoever is noisy on a
# scale with ends drifts towards its middle. Where a line crosses zero, so few shared replies cannot tell. A lenient
# reader needs a calibration meeting with three replies on the table, not a correction factor, and certainly no
# ranking.
#
# ## Why "we agree in 90% of cases" says little
#
# Auto-fail questions ("is a wrong fact stated?") are mostly answered *no*. Two people who always say no agree
# perfectly and have found nothing. Each point is a simulated round of 300 replies with two readers who notice three
# faults in four and raise a false alarm in three of a hundred; only the share of faulty replies differs.

# %%
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
raw, chance_corrected = [], []
for share in SHARES:
    faulty = rng.random(300) < share
    both = [
        Rating(str(item), reader, bool(rng.random() < (0.75 if faulty[item] else 0.03)))
        for reader in ("first", "second")
        for item in range(300)
    ]
    raw.append(percent_agreement(both, seed=SEED))
    chance_corrected.append(alpha(both, Scale.NOMINAL, seed=SEED))
figure, axes = plt.subplots()
for values, colour, label in ((raw, GREY, "percent agreement"), (chance_corrected, BLUE, "alpha")):
    known = [(share, item) for share, item in zip(SHARES, values, strict=True) if item.point is not None]
    axes.plot([share for share, _ in known], [item.point for _, item in known], color=colour, marker="o", label=label)
    drawn = [(share, item) for share, item in known if item.low is not None]
    axes.vlines(
        [share for share, _ in drawn],
        [item.low for _, item in drawn],
        [item.high for _, item in drawn],
        color=colour,
        alpha=0.5,
    )
axes.set(xlabel="share of faulty replies", ylim=(-0.1, 1.05), xscale="log", title="The same two readers")
axes.set_xticks(SHARES, [f"{share:.0%}" for share in SHARES])
axes.minorticks_off()
axes.legend(frameon=False)
plt.show()

# %% [markdown]
# Percent agreement praises them most where they are of least use. And where faults are rare, alpha's interval is as
# wide as the page: to learn whether readers agree on rare faults one must *look for* faults, which is why a round
# draws all complaints, fraud and regulator cases, and only a share of the rest.
#
# ## How many readings are enough?
#
# Two careful readers, more and more replies.

# %%
SIZES = (30, 50, 80, 120, 200, 350, 600)
curve = []
for size in SIZES:
    truth = rng.normal(2.7, 0.9, size)
    both = [
        Rating(str(item), reader, PEOPLE[reader](truth[item])) for reader in ("Sara", "Khalid") for item in range(size)
    ]
    curve.append(alpha(both, Scale.ORDINAL, seed=SEED))
figure, axes = plt.subplots(figsize=(7.2, 3))
axes.fill_between(SIZES, [item.low for item in curve], [item.high for item in curve], color=BLUE, alpha=0.15)
axes.plot(SIZES, [item.point for item in curve], color=BLUE, marker="o")
axes.axhline(0.8, color=INK, linestyle="--", linewidth=1)
axes.set(xlabel="replies that both have read", ylabel="alpha", xscale="log", title="The interval is the answer")
axes.set_xticks(SIZES, SIZES)
axes.minorticks_off()
plt.show()

# %% [markdown]
# ## Where the machine should not be believed
#
# Now a machine scores the same criterion. It was built like many: it sees what is *missing* quite well, and praises
# whatever has the right words in the right place. So its low levels mean something; its high ones mean only that
# nothing was missing. An overall correlation would hide that. The calibration view does not: for each level that the
# machine gives, it shows what people said.

# %%
careful = [Rating(item, person, PEOPLE[person](quality[item])) for item in ITEMS * 3 for person in ("Sara", "Khalid")]
more = {f"further reply {number}": float(rng.normal(2.7, 0.9)) for number in range(280)}
quality |= more
careful += [Rating(item, person, PEOPLE[person](more[item])) for item in more for person in ("Sara", "Khalid")]
machine = {
    item: level_of(truth + rng.normal(0, 0.3)) if truth < 2.2 else int(rng.choice([3, 4], p=[0.35, 0.65]))
    for item, truth in quality.items()
}
seen = machine_against_people(Question("empathy", Scale.ORDINAL, careful, machine), seed=SEED)

figure, axes = plt.subplots(figsize=(5.2, 4.2))
axes.plot([1, 4], [1, 4], color=GREY, linestyle="--", linewidth=1)
for level in seen.levels:
    colour = {Verdict.BELIEVE: BLUE, Verdict.DISBELIEVE: RED}.get(level.verdict, GREY)
    at = float(level.machine)
    axes.vlines(at, level.mean.low, level.mean.high, color=colour, linewidth=3)
    axes.plot(at, level.mean.point, "o", color=colour, markersize=8)
    axes.annotate(
        f"{level.verdict}, n = {level.n}", (at, level.mean.point), (8, -14), textcoords="offset points", fontsize=8
    )
axes.set(xlabel="the machine's level", ylabel="people's mean level", xlim=(0.7, 4.9), ylim=(0.7, 4.3))
axes.set_xticks(LEVELS)
axes.set_yticks(LEVELS)
axes.set(title="Believe the blue, not the red")
plt.show()

rank = seen.spearman
print(f"overall: Spearman {rank.point:.2f} [{rank.low:.2f}, {rank.high:.2f}], verdict {seen.verdict}")
table(
    ["the machine says", "people said (level: how often)", "people's mean", "believe it?"],
    [
        (
            level.machine,
            ", ".join(f"{value}: {count}" for value, count in level.counts.items()),
            f"{level.mean.point:.2f} [{level.mean.low:.2f}, {level.mean.high:.2f}]",
            level.verdict,
        )
        for level in seen.levels
    ],
)

# %% [markdown]
# Such a machine is useful: it can pick the replies that a person should read first. It is useless for praise, for
# targets and for comparing agents, however good its correlation looks. That is why Rifq keeps the scores of checks,
# of a language-model judge and of people apart, and never averages them.
#
# **What this does not show.** Real reviewers are not independent draws: they talk, tire, and know whose reply it is.
# Blind rounds, random sides and a second reader for a share of the replies are there for that; what your reviewers
# agree on, only your own round can tell: `rifq review`, or the review page of the console.
