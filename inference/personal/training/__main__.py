"""``python -m inference.personal.training``: fit the tagger of names anew; needs Faker and the data sets' folder.

It takes a few minutes of one processor core. The sets are read for training only: nothing of them is kept but weights.
"""

from pathlib import Path
from typing import Annotated

import typer

from inference.personal import tagger
from inference.personal.training.fit import Laid, Vocabulary, fit, lay, quiet, some, store
from inference.personal.training.pools import pools
from inference.personal.training.sentences import Example, Writer, contexts, dialogues, own, own_rows, strangers
from models.sets.folder import sets_folder

OUT = Path(tagger.__file__).with_name(tagger.WEIGHTS)
ROUNDS, SEED = 8, 0
_WRITTEN, _NAMED, _PLAIN, _OWN_NAMED = 36_000, 1_800, 2_500, 12
_STRANGERS = {
    "arbanking77": 700,
    "banking77_en": 700,
    "shami": 2500,
    "arabic_company_reviews": 2500,
    "narabizi": 500,
    "mac_moroccan": 800,
    "elsahar_reviews": 500,
    "goemotions": 1500,
}


def gather(without: list[Path]) -> list[tuple[Example, float]]:
    """Return what to learn from, each example with its weight; names of the YAML files ``without`` are left out."""
    rows = list(own("train"))
    calm = list(quiet(example for example in rows if not example.names))
    # A row in which the rules see a name that is none teaches most: both kinds are shown often.
    seen = {example.text for example in calm}
    hard = [example for example in rows if example.names or example.text not in seen]
    varieties = {text: variety for _, variety, text in own_rows("train")}
    writer = Writer(pools(without)[0], [(varieties[example.text], example.text) for example in calm], SEED)
    turns = list(dialogues(sets_folder() / "multidogo", "train"))
    weighted = [(example, 1.0) for example in [*writer.write(contexts(), _WRITTEN), *calm, *hard * _OWN_NAMED]]
    weighted += [(example, 0.7) for example in some([turn for turn in turns if turn.names], _NAMED, SEED)]
    weighted += [(example, 1.0) for example in some([turn for turn in turns if not turn.names], _PLAIN, SEED)]
    for name, most in _STRANGERS.items():
        drawn = quiet(some(strangers(name), 2 * most, SEED))
        weighted += [(example, 0.7) for example, _ in zip(drawn, range(most), strict=False)]
    return weighted


def main(
    without: Annotated[list[Path], typer.Option(help="YAML files of names to leave out: a benchmark's.")],
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = OUT,
) -> None:
    """Fit the tagger and store its weights."""
    vocabulary = Vocabulary()
    laid: list[Laid] = []
    for example, weight in gather(without):
        if (item := lay(example, vocabulary, weight)) is not None:
            laid.append(item)
    store(fit(laid, vocabulary.matrix(), rounds=ROUNDS, seed=SEED), out)


if __name__ == "__main__":
    typer.run(main)
