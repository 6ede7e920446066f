# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 3. One problem, four temperatures
#
# The same problem is told calmly, with irritation, in anger and in fury. The facts of the answer must not change by a
# letter; how it is said must. This notebook drafts replies in Arabic and English, shows what changes and what does
# not, and then breaks good replies on purpose to see whether the checks notice.

# %%
import numpy as np
from look import BLUE, GREY, INK, RED, table, use_style
from matplotlib import pyplot as plt
from sample_desk import SampleDesk, resolutions

from evaluation.bootstrap import estimate, unanimous_bound
from evaluation.checks.measure import CHECKS, judge
from evaluation.checks.pairs import read_pairs
from evaluation.drafting.problems import LANGUAGES, load_problems
from evaluation.drafting.temperatures import facts_of
from evaluation.metrics import mean
from inference.plain import plainness
from inference.types import Draft, Severity, SourceKind, Status, StepName
from retrieval import sample

use_style()
SEED = 20260115
LEVELS = ["calm", "irritated", "angry", "furious"]
problems = load_problems()[:12]
intents = {problem.intent for problem in problems}
desk = SampleDesk([item for item in resolutions() if sample.intent_of(item.id) in intents])
print(f"{len(desk.resolutions)} resolutions about {len(intents)} problems")

# %% [markdown]
# ## Read four replies to one late card

# %%
late = problems[0]
texts = [late.ar[level] for level in late.ar] + [late.en[level] for level in late.en]
drafts = desk.draft(texts)
analyses = desk.analyze(texts)
table(
    ["the customer", "read as", "the draft that an agent would see"],
    [
        (text, f"{analysis.anger.level} ({analysis.anger.intensity:.2f})", draft.text or f"no draft: {draft.status}")
        for text, analysis, draft in zip(texts, analyses, drafts, strict=True)
    ],
)

# %% [markdown]
# Nobody who asks calmly where the card is wants to be told that their feelings are understood. So a calm message gets
# its answer; anger adds a sentence that restates the matter, one of understanding, one (and only one) of regret, and
# at the end what to do if that does not help. Do not skip the replies that went wrong: where the anger was misread
# (the second column), the tone is that of another temperature; and where the search was not sure, there is a
# question, or no draft at all. An agent sees a reason then. Better a question than an answer to something else.
#
# ## What anger adds, in words
#
# Twelve problems, four temperatures, two languages. Each bar is the mean over the replies that are ready, rest on the
# right resolution, and whose customer's anger was read as it was written; the others would compare apples with a
# question asked back. What explains and solves should stay of one length; what stands around it should grow.

# %%
asked = [
    (problem, language, level, text)
    for problem in problems
    for language in LANGUAGES
    for level, text in problem.wordings(language).items()
]
drafts = desk.draft([text for *_, text in asked])
read_as = [analysis.anger.level for analysis in desk.analyze([text for *_, text in asked])]

STEPS = [StepName.LISTEN, StepName.EMPATHISE, StepName.APOLOGISE, StepName.EXPLAIN, StepName.SOLVE, StepName.FOLLOW_UP]
COLOURS = ["#c8d6df", "#9bbcd1", "#b5483a", "#6b8f71", "#2f6f9f", "#d9b26f"]


def words(draft: Draft, step: StepName) -> int:
    """Count the words that a draft spends on a step."""
    return sum(len(part.text.split()) for part in draft.steps if part.name is step)


def rests_on(draft: Draft, intent: str) -> bool:
    """Tell whether a draft is ready and rests first on the resolution that answers the problem."""
    cited = [source.id for source in draft.sources if source.kind is SourceKind.RESOLUTION]
    return draft.status is Status.READY and bool(cited) and sample.intent_of(cited[0]) == intent


answered = [rests_on(draft, problem.intent) for (problem, *_), draft in zip(asked, drafts, strict=True)]
print(f"{sum(answered)} of {len(drafts)} drafts are ready and rest on the right resolution")

figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
for axis, language in zip(axes, LANGUAGES, strict=True):
    for place, level in enumerate(LEVELS):
        chosen = [
            draft
            for (_, spoken, written, _), draft, found, right in zip(asked, drafts, read_as, answered, strict=True)
            if right and spoken == language and written == level == found
        ]
        bottom = 0.0
        for step, colour in zip(STEPS, COLOURS, strict=True):
            height = float(np.mean([words(draft, step) for draft in chosen])) if chosen else 0.0
            axis.bar(place, height, bottom=bottom, color=colour, label=step if place == 0 else None)
            bottom += height
        axis.text(place, bottom + 1, f"n = {len(chosen)}", ha="center", color=GREY, fontsize=8)
    axis.set_xticks(range(4), LEVELS)
    axis.set(title={"ar": "Arabic", "en": "English"}[language])
axes[0].set(ylabel="words in a mean draft")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center", frameon=False)
plt.show()

# %% [markdown]
# ## What anger must not change
#
# For each problem, the figures that explain and solve, and the numbered steps, are compared among the replies that
# are ready and rest on the right resolution. A reply that grows kinder and loses a step has failed.

# %%
outcomes = {"the same": 0, "not the same": 0, "fewer than two replies": 0}
for problem in problems:
    for language in LANGUAGES:
        told = [
            facts_of(draft)
            for (other, spoken, *_), draft, right in zip(asked, drafts, answered, strict=True)
            if right and (other, spoken) == (problem, language)
        ]
        outcome = "fewer than two replies" if len(told) < 2 else "the same" if len(set(told)) == 1 else "not the same"
        outcomes[outcome] += 1
print(f"figures and steps in the replies to one problem in one language: {outcomes}")

# %% [markdown]
# ## Is it plain?
#
# The plainness score goes from 0 (a circular of the legal department) to 100 (plain talk). Each dot is a draft,
# beside the answer as it stands in the knowledge base. It was fitted on readers' judgements; how far it agrees with
# them, and where it does not, is told in `docs/metrics/plainness.md`.

# %%
rng = np.random.default_rng(SEED)
figure, axes = plt.subplots(figsize=(7.2, 3))
groups = []
for language in LANGUAGES:
    stored = [item.answer for item in desk.resolutions if item.language == language]
    written = [draft.text for (_, spoken, _, _), draft in zip(asked, drafts, strict=True) if spoken == language]
    groups += [
        (f"{language}: stored answers", stored, GREY, language),
        (f"{language}: drafts", written, BLUE, language),
    ]
for place, (_, group, colour, language) in enumerate(groups):
    scores = np.array([plainness(text, language).score for text in group if text])
    axes.scatter(scores, place + rng.uniform(-0.25, 0.25, len(scores)), s=10, alpha=0.6, color=colour)
    axes.vlines(np.median(scores), place - 0.35, place + 0.35, color=INK, linewidth=2)
axes.set_yticks(range(len(groups)), [name for name, *_ in groups])
axes.set(xlabel="plainness of 100 (bar: median)", xlim=(0, 101))
axes.invert_yaxis()
plt.show()

# %% [markdown]
# ## Break it, and see who notices
#
# The checks are rules. To know what they are worth, somebody who never saw them wrote replies, each once clean and
# once with one planted fault: a promise that nothing backs, a figure changed, a condition dropped, a second apology.
# These are the *development* pairs, which the rules were made with; so this picture flatters them.

# %%
pairs = list(read_pairs(None, "dev"))
chosen = [pairs[at] for at in np.sort(np.random.default_rng(SEED).permutation(len(pairs))[:160])]
judged = list(judge(chosen))


def share(values: list[bool]) -> tuple[float, float, float]:
    """Return a share with its interval; where all agree, the exact bound."""
    rows = np.array(values, dtype=bool)
    found = estimate(mean(rows).statistic, len(rows), seed=SEED)
    if found.point in {0.0, 1.0}:
        bound = unanimous_bound(len(rows))
        return found.point, max(0.0, found.point - bound), min(1.0, found.point + bound)
    return found.point, found.low, found.high


figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for place, check in enumerate(CHECKS):
    planted = [item.caught for item in judged if item.pair.check == check]
    for axis, values, colour in (
        (left, planted, BLUE),
        (right, [any(f.check == check for f in item.clean) for item in judged], RED),
    ):
        point, low, high = share(values)
        axis.plot([low, high], [place, place], color=colour, linewidth=2)
        axis.plot(point, place, "o", color=colour)
    left.text(0.02, place, f"n = {len(planted)}", va="center", color=GREY, fontsize=8)
left.set_yticks(range(len(CHECKS)), CHECKS)
left.set(title="planted faults that were found", xlim=(0, 1.02))
right.set(title=f"clean replies with a false alarm (n = {len(judged)})", xlim=(0, 0.3))
left.invert_yaxis()
plt.show()

# %% [markdown]
# On 704 replies that the rules' makers had *not* seen, 78% of the faults were found and 32% of the clean replies
# raised some finding, warnings included (`docs/checks.md`). The difference between those figures and this picture is
# what rules learn by heart. Read a finding as a colleague's question:

# %%
examples = [item for item in judged if item.caught and any(f.severity is Severity.BLOCK for f in item.faulty)]
table(
    ["reply with a planted fault", "what was planted", "what the agent is told"],
    [
        (item.pair.faulty, item.pair.why, "\n".join({f.message: 0 for f in item.faulty if f.check == item.pair.check}))
        for item in (examples[:2] + examples[-2:])
    ],
)

# %%
desk.close()

# %% [markdown]
# **What this does not show.** Whether a customer felt heard. The empathy that a check sees is a sentence in the right
# place; on public replies that people had judged, it agreed with them hardly better than chance
# (`docs/metrics/empathy.md`). People's scores are the only ones that can say it: notebook 5.
