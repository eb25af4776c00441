"""How fast payloads become frames, as ratios to a plain reader of the same bytes in the same run."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from energyopti.frames import unify
from energyopti.market import Feed
from energyopti.timezones import midnight
from energyopti_nyiso.prices import REAL_TIME_GENERATOR
from performance.timing import in_turn, medians

pytestmark = pytest.mark.bench

ROUNDS = 41
GENERATORS = 570
STAMPS = 288


def generated_day() -> bytes:
    """A day of real-time prices by generator in the published form: 288 stamps of 570 generators."""
    start = midnight(date(2024, 7, 1), "America/New_York")
    ends = [start + timedelta(minutes=5 * (number + 1)) for number in range(STAMPS)]
    times = pl.DataFrame({"interval_end": ends}, schema={"interval_end": pl.Datetime("us", "UTC")})
    names = [f"GENERATOR {number:03d}__{number % 7:04d}" for number in range(GENERATORS)]
    places = pl.DataFrame({"location": names, "PTID": [str(23_500 + number) for number in range(GENERATORS)]})
    frame = times.join(places, how="cross", maintain_order="left_right").with_row_index("n")
    wave = (pl.col("n") * 0.37).sin()
    frame = frame.with_columns(
        lmp=(35 + 20 * wave).round(2),
        loss=(2 * wave).round(2),
        congestion=(5 * (pl.col("n") * 0.11).cos()).round(2),
    )
    return REAL_TIME_GENERATOR.layout.write(frame)


def to_frame(payload: bytes, feed: Feed) -> pl.DataFrame:
    """From bytes to the unified frame."""
    return unify(feed.layout.read(payload).frame, feed, "nyiso")


def test_bench_day_of_generator_prices() -> None:
    """A day of nodal real-time prices, from bytes to unified frame; goal: at most twice `polars.read_csv`."""
    payload = generated_day()
    rows = to_frame(payload, REAL_TIME_GENERATOR).height
    assert rows == STAMPS * GENERATORS
    pairs = in_turn(lambda: pl.read_csv(payload), lambda: to_frame(payload, REAL_TIME_GENERATOR), ROUNDS)
    plain, ours = medians(pairs)
    print(
        f"\n{rows:,} rows, {len(payload) / 1e6:.1f} MB, medians of {ROUNDS}:"
        f"\n  polars.read_csv          {plain * 1e3:7.1f} ms"
        f"\n  bytes to unified frame   {ours * 1e3:7.1f} ms"
        f"\n  ratio                    {ours / plain:7.2f}"
    )
