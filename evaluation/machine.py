"""The machine that a figure was made on, as far as it bears on speed."""

import os
import platform
from pathlib import Path

from inference.types import Record


class Machine(Record):
    """Processor, the cores that this process may use, memory in MiB (None where unknown), system and Python."""

    processor: str
    cores: int
    memory_mib: int | None
    system: str
    python: str


def this_machine() -> Machine:
    """Describe the machine; nothing in it names the host or the user."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Machine(
        processor=_line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        cores=cores,
        memory_mib=int(total.split()[0]) // 1024 if (total := _line("/proc/meminfo", "MemTotal")) else None,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
    )


def resident_mib(pid: int | str = "self") -> float | None:
    """Return the resident memory of a process in MiB; None where the system does not say."""
    value = _line(f"/proc/{pid}/status", "VmRSS")
    return int(value.split()[0]) / 1024 if value else None


def _line(file: str, name: str) -> str | None:
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)
