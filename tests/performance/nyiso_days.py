"""Days of NYISO's real-time prices, generated in the published form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from energyopti.market import Feed
from energyopti.timezones import midnight
from energyopti_nyiso.protocol.stamps import ZONE

STAMPS = 288
GENERATORS = tuple(f"GENERATOR {number:03d}__{number % 7:04d}" for number in range(570))


CORRECTIONS = (timedelta(hours=14, minutes=32, seconds=7), timedelta(hours=23, minutes=21, seconds=49))
"""When the dispatch was run again, between two of its usual times; it is on about every other day."""


def day_of(
    feed: Feed, day: date, names: Sequence[str], stamps: int = STAMPS, corrections: Sequence[timedelta] = ()
) -> bytes:
    """A day of real-time prices of some locations, by their names: every five minutes and where it was
    corrected, stamped by the interval's end."""
    start = midnight(day, ZONE)
    usual = (timedelta(minutes=5 * (number + 1)) for number in range(stamps))
    ends = [start + after for after in sorted([*usual, *corrections])]
    times = pl.DataFrame({"interval_end": ends}, schema={"interval_end": pl.Datetime("us", "UTC")})
    numbers = [str(23_500 + number) for number in range(len(names))]
    places = pl.DataFrame({"location": sorted(names), "PTID": numbers})
    frame = times.join(places, how="cross", maintain_order="left_right").with_row_index("n", day.day)
    wave = (pl.col("n") * 0.37).sin()
    frame = frame.with_columns(
        lmp=(35 + 20 * wave).round(2),
        loss=(2 * wave).round(2),
        congestion=(5 * (pl.col("n") * 0.11).cos()).round(2),
    )
    return feed.layout.write(frame)
