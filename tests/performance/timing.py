"""Times of two ways to do the same, measured in turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compared(baseline: Callable[[], object], work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Medians of both, measured in turn so that a noisy machine disturbs both alike."""
    for warm in (baseline, work):
        warm()
    pairs = [(seconds(baseline), seconds(work)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
