"""One answer read in parts, such as pages or documents of two forms: its intervals are those of the whole."""

from __future__ import annotations

from datetime import timedelta

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import LMP
from energyopti.layouts import CsvLayout, Meaning, Number, Stamp, Text

FIVE = timedelta(minutes=5)
TIME = Stamp("Run", formats="%Y-%m-%d %H:%M:%S", meaning=Meaning.BEGINNING, step=FIVE, irregular=True)
RUNS = CsvLayout(
    dataset=LMP,
    zone="America/Chicago",
    time=TIME,
    columns=(Text("Place", to="location"), Number("Price", to="lmp")),
    constants={"location_type": "node"},
)
CLOSED = attrs.evolve(RUNS, time=attrs.evolve(TIME, meaning=Meaning.ENDING))
READINGS = attrs.evolve(RUNS, time=attrs.evolve(TIME, meaning=Meaning.INSTANT))
HEADER = "Run,Place,Price\n"


def text(*rows: str) -> bytes:
    """A document of some rows."""
    return (HEADER + "".join(f"{row}\n" for row in rows)).encode()


def test_last_run_of_a_part_lasts_to_the_first_of_the_next() -> None:
    """10:05:12 lasts four minutes and 50 seconds, although its part does not know it."""
    first = text("2026-08-27 10:00:05,A,20", "2026-08-27 10:05:12,A,21")
    other = text("2026-08-27 10:10:02,A,31")
    merged = RUNS.merge([RUNS.read(first), RUNS.read(other)])
    assert merged.frame["interval_end"].to_list() == [
        utc("2026-08-27T15:05:12"),
        utc("2026-08-27T15:10:02"),
        utc("2026-08-27T15:15:02"),
    ]


def test_part_that_ends_within_a_run_joins_each_place_by_itself() -> None:
    """A is in the first part with the run of 10:05:12, B is not."""
    first = text("2026-08-27 10:00:05,A,1", "2026-08-27 10:00:05,B,2", "2026-08-27 10:05:12,A,3")
    other = text("2026-08-27 10:05:12,B,4", "2026-08-27 10:10:02,B,5")
    merged = RUNS.merge([RUNS.read(first), RUNS.read(other)]).frame
    ends = dict(
        merged.filter(pl.col("interval_start") == utc("2026-08-27T15:00:05"))
        .select("location", "interval_end")
        .iter_rows()
    )
    assert ends == dict.fromkeys("AB", utc("2026-08-27T15:05:12"))
    later = dict(
        merged.filter(pl.col("interval_start") == utc("2026-08-27T15:05:12"))
        .select("location", "interval_end")
        .iter_rows()
    )
    assert later == {"A": utc("2026-08-27T15:10:12"), "B": utc("2026-08-27T15:10:02")}


def test_next_run_that_is_too_far_is_no_neighbor() -> None:
    """A run is missing between the parts: the interval is five minutes long, and the hole stays one."""
    merged = RUNS.merge(
        [RUNS.read(text("2026-08-27 10:00:05,A,1")), RUNS.read(text("2026-08-27 10:10:02,A,2"))]
    )
    assert merged.frame["interval_end"][0] == utc("2026-08-27T15:05:05")


@pytest.mark.parametrize("layout", [RUNS, CLOSED, READINGS], ids=["beginnings", "ends", "readings"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_parts_are_read_like_the_whole(layout: CsvLayout, data: st.DataObject) -> None:
    """Wherever an answer is cut, and however its runs and places fall."""
    seconds = sorted(data.draw(st.sets(st.integers(0, 3600), min_size=2, max_size=14)))
    places = data.draw(st.lists(st.sets(st.sampled_from("AB"), min_size=1), min_size=14, max_size=14))
    rows = [
        f"{utc('2026-08-27T10:00') + timedelta(seconds=second):%Y-%m-%d %H:%M:%S},{place},1"
        for second, there in zip(seconds, places, strict=False)
        for place in sorted(there)
    ]
    cut = data.draw(st.integers(1, max(1, len(rows) - 1)))
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    merged = layout.merge([layout.read(text(*part)) for part in parts])
    assert merged.frame.equals(layout.read(text(*rows)).frame)
