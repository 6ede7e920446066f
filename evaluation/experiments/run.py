"""Which experiment answers a task that needs the encoder alone."""

from collections.abc import Callable, Sequence

from evaluation.data import Example
from evaluation.experiments.agreement import batch_answers
from evaluation.experiments.encoding import Answer, head_answers
from evaluation.experiments.evidence import deletion_answers, occlusion_answers
from evaluation.experiments.nearest import nearest_answers
from evaluation.experiments.probe import probe_answers
from evaluation.suite import Run
from models.encoder import Encoder

SIMPLE: dict[Run, Callable[[Encoder, Sequence[Example]], list[Answer]]] = {
    Run.HEADS: head_answers,
    Run.PROBE: probe_answers,
    Run.OCCLUSION: occlusion_answers,
    Run.BATCHES: batch_answers,
}


def encoder_answers(
    run: Run, encoder: Encoder, examples: Sequence[Example], *, against: Sequence[Example], seed: int
) -> list[Answer]:
    """Answer a task's rows by its experiment.

    Args:
        run: any that does not need a copilot.
        encoder: the served one.
        examples: the rows.
        against: the rows that ``nearest`` looks among.
        seed: of random deletions.

    Raises:
        ConfigurationError: the rows lack a label that the experiment needs.
    """
    match run:
        case Run.NEAREST:
            return nearest_answers(encoder, examples, against)
        case Run.DELETION:
            return deletion_answers(encoder, examples, seed)
        case _:
            return SIMPLE[run](encoder, examples)
