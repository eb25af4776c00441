"""The machine and the versions, in words that name no host, user or folder."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path


def described(other: Mapping[str, str]) -> dict[str, str]:
    """What a figure depends on; ``other`` are the versions on gridstatus' side."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "polars": version("polars"),
        "energyopti": version("energyopti"),
        "gridstatus": f"{other['gridstatus']}, with pandas {other['pandas']}" if other else "not installed",
    }


def _field(file: str, name: str) -> str | None:
    """The first value of a name in a file of the kernel's."""
    path = Path(file)
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    values = (line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == name)
    return next(values, None)


def _memory() -> str:
    total = _field("/proc/meminfo", "MemTotal")
    return "unknown" if total is None else f"{int(total.split()[0]) / 2**20:.1f} GiB"
