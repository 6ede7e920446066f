"""Pack float32 matrices into blocks of 32 with one scale each, in the layouts of ONNX Runtime's block operators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.training.convert import BLOCK

BYTE = 8


@dataclass(frozen=True)
class Packed:
    """A block-quantised matrix.

    Attributes:
        codes: Unsigned codes [rows, columns]; the value is ``(code - zero) * scale``, zero being 8 (4 bits)
            or 128 (8 bits).
        scales: One scale a block [rows, columns / block].
    """

    codes: NDArray[np.uint8]
    scales: NDArray[np.float32]
    bits: int

    def restore(self) -> NDArray[np.float32]:
        """Return the float32 matrix [rows, columns] that the codes stand for."""
        centred = self.codes.astype(np.float32) - (1 << (self.bits - 1))
        out: NDArray[np.float32] = centred * np.repeat(self.scales, self.codes.shape[1] // self.scales.shape[1], axis=1)
        return out

    def bytes(self) -> NDArray[np.uint8]:
        """Return the stored bytes [rows, columns * bits / 8]: at 4 bits two codes a byte, the low nibble first."""
        if self.bits == BYTE:
            return self.codes
        low, high = self.codes[:, 0::2], self.codes[:, 1::2] << 4
        return (low | high).astype(np.uint8)


def pack(weight: NDArray[np.float32], bits: int, block: int = BLOCK) -> Packed:
    """Quantise ``weight`` [rows, columns] in blocks of ``block`` columns to 4 or 8 bits.

    Where the weights lie on a grid of 16 steps a block (they were read from a Q4_0 blob, in its own blocks) they come
    back bit for bit; elsewhere the scale is that of the extreme value: llama.cpp's Q4_0 at 4 bits, symmetric at 8.
    """
    rows, columns = weight.shape
    blocks = weight.reshape(rows, columns // block, block)
    extreme = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2)[..., None], axis=2)[..., 0]
    scales = (extreme / -8).astype(np.float32)
    zero = 1 << (bits - 1)
    if bits == BYTE and not _is_exact(blocks, scales):
        scales = (np.abs(extreme) / (zero - 1)).astype(np.float32)
    safe = np.where(scales == 0, 1, scales)[..., None]
    codes = np.clip(np.rint(blocks / safe) + zero, 0, 2 * zero - 1).astype(np.uint8)
    return Packed(codes.reshape(rows, columns), scales, bits)


def _is_exact(blocks: NDArray[np.float32], scales: NDArray[np.float32]) -> bool:
    steps = blocks / np.where(scales == 0, 1, scales)[..., None]
    return bool(np.abs(steps - np.rint(steps)).max() < 1e-3)
