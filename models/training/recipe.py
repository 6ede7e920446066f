"""What fine-tuning sees, how often and with what settings; every number was chosen on dev rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OWN = "support_messages"
OWN_SIGNALS = "support_signals"
STORIES, QUESTIONS, TITLES = "bank_stories", "bank_questions", "support_titles"


@dataclass(frozen=True)
class Phase:
    """A stretch of training with one mixture.

    Attributes:
        name: Stands in logs and in the run record.
        passes: How often the rows of each source are seen; sources that are not named are left out.
        rounds: The passes are dealt out over this many rounds; dev rows are scored after each.
        run: How many of the rounds are run; the learning rate falls as if all were, for the next phase goes on.
        rate: Peak learning rate of the encoder; the heads learn ``Recipe.heads_rate`` times as fast.
        warm: Steps at the start in which the encoder stays as it was, while the heads find their place.
        contrast: A contrastive step after every so many others.
    """

    name: str
    passes: Mapping[str, float]
    rounds: int
    rate: float
    warm: int
    run: int
    contrast: int = 4


PUBLIC = Phase(
    "public",
    {
        "arsarcasm_v2": 3.0,
        "xlmt_umsab/arabic": 3.0,
        "xlmt_umsab/english": 3.0,
        "arabic_company_reviews": 1.5,
        "marsa_gulf/political": 0.2,
        "marsa_gulf/social": 0.25,
        "marsa_gulf/sport": 0.15,
        "mac_moroccan": 0.6,
        "astd": 0.3,
        "narabizi": 2.0,
        "narabizi/arabic": 2.0,
        "semeval2017_en": 0.25,
        "elsahar_reviews": 0.1,
        "semeval2018/E-c/Arabic": 3.0,
        "semeval2018/E-c/English": 2.0,
        "semeval2018/EI-reg/Arabic": 4.0,
        "semeval2018/EI-reg/English": 3.0,
        "brighter/arq": 2.0,
        "brighter/ary": 2.0,
        "brighter/eng": 2.0,
        "goemotions": 0.2,
        "xed": 0.1,
        "aetd_emotional_tone": 0.7,
        "aoc_id": 0.3,
        "shami": 0.06,
        "multidogo": 0.2,
        "dstc11_utts": 0.5,
        "banking77_en": 0.2,
        "arbanking77/msa_pal": 0.15,
    },
    rounds=4,
    rate=1.2e-4,
    warm=250,
    run=2,
)
SMALL = Phase(
    "small",
    # The small sets that people labelled for anger and sentiment: seen often, for a few hundred rows teach little once.
    {
        "arsarcasm_v2": 1.5,
        "xlmt_umsab/arabic": 4.0,
        "xlmt_umsab/english": 4.0,
        "arabic_company_reviews": 0.3,
        "semeval2018/E-c/Arabic": 5.0,
        "semeval2018/E-c/English": 2.5,
        "semeval2018/EI-reg/Arabic": 6.0,
        "semeval2018/EI-reg/English": 6.0,
        "brighter/arq": 1.5,
        "brighter/ary": 1.5,
        "brighter/eng": 1.5,
        "aetd_emotional_tone": 0.3,
        "semeval2017_en": 0.06,
        "goemotions": 0.1,
        "mac_moroccan": 0.2,
        "marsa_gulf/social": 0.1,
        "aoc_id": 0.1,
        "arbanking77/msa_pal": 0.1,
        "banking77_en": 0.1,
    },
    rounds=3,
    rate=8e-5,
    warm=0,
    run=2,
)
SUPPORT = Phase(
    "support",
    {name: 0.3 * value for name, value in SMALL.passes.items()}
    | {"narabizi/arabic": 1.0, "multidogo": 0.1, "dstc11_utts": 0.3, "shami": 0.03}
    | {OWN: 7.0, OWN_SIGNALS: 6.0},
    rounds=2,
    rate=8e-5,
    warm=0,
    run=2,
)


@dataclass(frozen=True)
class Recipe:
    """Settings of one run.

    Attributes:
        phases: In this order; each begins at the average of the one before.
        width: Width of the heads' token-wise network.
        dropout: In the heads.
        heads_rate: The heads' learning rate over the encoder's.
        decay: Weight decay.
        frozen: Layers, from the lowest, that keep their weights; the word embeddings always do.
        average: Decay of the running average of the weights, which is what is scored and shipped.
        blend: How far the shipped weights lie on the line from the last phase but one's average to the last one's: what
            the last phase forgets of the public sets comes back at little cost (WiSE-FT; Wortsman et al., 2022).
        batch_tokens: Tokens of a step, padding included.
        longest: Texts are cut to this many tokens.
        temperature: Of the contrastive loss.
        contrast_weight: Of the contrastive loss.
        seed: Of everything random.
        weights: Weight of a source's rows in the loss; 1 where it is not named.
    """

    phases: tuple[Phase, ...] = (PUBLIC, SMALL, SUPPORT)
    width: int = 256
    dropout: float = 0.2
    heads_rate: float = 10.0
    decay: float = 0.01
    frozen: int = 4
    average: float = 0.998
    blend: float = 0.9
    batch_tokens: int = 2304
    longest: int = 64
    temperature: float = 0.05
    contrast_weight: float = 1.0
    seed: int = 7
    weights: Mapping[str, float] = field(
        default_factory=lambda: {
            "arsarcasm_v2": 1.5,
            "xlmt_umsab/arabic": 1.5,
            "semeval2018/E-c/Arabic": 1.5,
            "semeval2018/EI-reg/Arabic": 2.0,
            "semeval2018/EI-reg/English": 2.0,
            "goemotions": 0.5,
            "xed": 0.5,
            "astd": 0.5,
            OWN: 2.0,
        }
    )
