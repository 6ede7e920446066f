# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # One problem, four temperatures
#
# The same question, asked calmly and in three degrees of anger, in Arabic and in English: what Rifq reads in it, which
# resolution it finds, and how the reply changes while its facts stay the same. Paired text: open it as a notebook with
# jupytext, or run it as a script; the tests run it as it stands.

# %%
import asyncio
import tempfile
from datetime import date
from pathlib import Path

from api.opening import open_copilot
from api.settings import Settings
from inference.types import Channel, Message
from retrieval import sample

TODAY = date(2026, 11, 21)
INTENTS = {
    "card_arrival",
    "card_delivery_estimate",
    "activate_my_card",
    "card_not_working",
    "lost_or_stolen_card",
    "change_pin",
}

MESSAGES = [
    "متى توصل البطاقة الجديدة؟ طلبتها الأسبوع الماضي",
    "صارلي أسبوعين أنتظر البطاقة وكل يوم أراجع الصندوق، تعبت من هالانتظار",
    "طلبت البطاقة من أسبوعين وأنتم ما تردون ولا تتابعون، هذا إهمال منكم",
    "أسبوعين على بطاقة! أفشل بنك تعاملت معه، بقفل حسابي وأروح لغيركم",
    "When will my new card arrive? I ordered it last week",
    "Two weeks of waiting for this card and checking the postbox every day, I'm fed up",
    "I ordered my card two weeks ago and you never followed up. You clearly lost track of it",
    "Two weeks for a card. Worst bank I've dealt with, I'm closing my account",
]


# %%
async def walk(folder: Path) -> list[str]:
    """Draft a reply to each message on a part of the sample helpdesk and return a printable account of it."""
    async with open_copilot(Settings(data=folder), today=lambda: TODAY) as copilot:
        cards = [item for item in sample.load(TODAY) if item.id.partition(".")[0] in INTENTS]
        await copilot.resolutions.put_many(cards)
        await copilot.keeper.refresh()
        messages = [Message(text=text, channel=Channel.EMAIL) for text in MESSAGES]
        analyses = await copilot.analyze(messages)
        drafts = await copilot.draft(messages)
    return [
        f"{message.text}\n"
        f"   sentiment {analysis.sentiment.label}, anger {analysis.anger.level} "
        f"({analysis.anger.intensity}), signals {[signal.name.value for signal in analysis.signals]}\n"
        f"   {draft.status}, from {[source.id for source in draft.sources][:1]}\n\n{draft.text}\n"
        for message, analysis, draft in zip(messages, analyses, drafts, strict=True)
    ]


# %%
with tempfile.TemporaryDirectory() as folder:
    accounts = asyncio.run(walk(Path(folder)))
for account in accounts:
    print(account)
