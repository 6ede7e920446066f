"""The weights that are scored and shipped: a running average within a phase, a blend between two phases."""

from pathlib import Path
from typing import Any


def follow(average: Any, network: Any, updates: int, decay: float) -> None:  # noqa: ANN401 - torch modules
    """Move a running average towards the network after its step number ``updates`` (1 is the first).

    Args:
        average: A copy of the network.
        network: What is trained.
        updates: Steps so far; the first ones count more, so that the beginning is soon forgotten.
        decay: Share of the average that stays in the long run.
    """
    import torch  # noqa: PLC0415 - an extra

    share = min(decay, (1 + updates) / (10 + updates))
    with torch.no_grad():
        pairs = [
            (kept, now)
            for kept, now in zip(average.parameters(), network.parameters(), strict=True)
            if kept.shape[0] < 50_000 or kept.shape[-1] < 64  # the word embeddings never move
        ]
        torch._foreach_lerp_([kept for kept, _ in pairs], [now.detach() for _, now in pairs], 1 - share)


def phase_file(state: Path, phase: str) -> Path:
    """Return where the average at the end of a phase is kept, beside the running state."""
    return state.with_name(f"{state.stem}-{phase}.pt")


def blend(average: Any, first: Path, last: Path, share: float) -> None:  # noqa: ANN401
    """Set a network to ``share`` of the way from one phase's average to another's (files of state dictionaries)."""
    import torch  # noqa: PLC0415 - an extra

    device = next(average.parameters()).device
    begin, end = (torch.load(path, weights_only=True, map_location=device) for path in (first, last))
    mixed = {
        name: torch.lerp(begin[name], value, share) if value.is_floating_point() else value
        for name, value in end.items()
    }
    average.load_state_dict(mixed)
