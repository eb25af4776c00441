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


def in_turn(
    baseline: Callable[[], object], work: Callable[[], object], rounds: int
) -> list[tuple[float, float]]:
    """How long both take, measured in turn so that a noisy machine disturbs both alike."""
    for warm in (baseline, work):
        warm()
    return [(seconds(baseline), seconds(work)) for _ in range(rounds)]


def medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """What is usual on this machine as it is."""
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def best(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """What each takes where nothing else is in its way."""
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
