"""How long the best schedule of a battery takes to find, for a year of hourly prices."""

from __future__ import annotations

import math
import random
import time

import polars as pl
import pytest

from desk_rows import only, rows
from energyopti.analysis import battery

pytestmark = pytest.mark.bench

HOURS, GOAL = 8_760, 2.0
"""A year, and the processor's seconds that it may take."""


def year(*, solar: float, seed: int = 1) -> pl.DataFrame:
    """A year of made-up prices: an evening peak, noise, and a valley at noon, deepest in April, that may be negative."""
    dice = random.Random(seed)
    prices = []
    for number in range(HOURS):
        hour, day = number % 24, number // 24
        valley = max(math.sin((hour - 6) / 12 * math.pi), 0) * (
            0.6 + 0.4 * math.cos((day - 100) / 365 * 2 * math.pi)
        )
        evening = 20 * math.exp(-(((hour - 19.5) / 2) ** 2))
        prices.append(40 + evening - solar * valley * dice.gauss(1, 0.2) + dice.gauss(0, 4))
    return rows(prices, first="2025-01-01T08:00")


@pytest.mark.parametrize("solar", [10.0, 55.0])
@pytest.mark.parametrize("cycles", [None, 1.0])
def test_bench_a_year_of_a_battery(solar: float, cycles: float | None) -> None:
    """1 MW for four hours at 85 %: under two seconds of one processor, with and without many negative prices."""
    prices = year(solar=solar)
    used, taken = [], []
    for _ in range(3):
        began, clock = time.process_time(), time.perf_counter()
        found = battery(
            prices,
            power=1,
            duration=4,
            round_trip_efficiency=0.85,
            cycles_per_day=cycles,
            tz="America/Los_Angeles",
        )
        used.append(time.process_time() - began)
        taken.append(time.perf_counter() - clock)
    row = only(found.table("battery"))
    negative = prices.filter(pl.col("lmp") < 0).height
    print(
        f"\n{HOURS:,} hours, {negative} negative, cycles {cycles}: {min(used):.2f} s of one processor, "
        f"{min(taken):.2f} s by the clock; {row['revenue']:,.0f} USD, bound {row['bound']:,.0f}"
    )
    assert row["bound"] <= row["revenue"] * 1.0001
    assert min(used) < GOAL
