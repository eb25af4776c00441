"""Quality checks: what they find, what they leave alone, and that they never change a row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import feed, utc
from collecting_builders import chunk_of, forecast_feed, load_feed
from energyopti.datasets import LMP
from energyopti.fetch.checks import check_frame, fingerprint, repeated_chunks
from energyopti.findings import Finding, FindingKind
from energyopti.frames import unify
from energyopti.layouts import Absolute, CsvLayout, Number, Text
from energyopti.market import Feed
from energyopti.vocabulary import Run

LATER = utc("2024-08-01T00:00")
HOUR = timedelta(hours=1)
FIRST = utc("2024-07-01T04:00")
"""Midnight in New York."""


def lmp_feed(**changes: Any) -> Feed:
    """Hourly day-ahead prices."""
    layout = CsvLayout(
        dataset=LMP,
        zone="America/New_York",
        time=Absolute(names=("Start",)),
        columns=(Text("Node", to="location"), Number("LMP", to="lmp")),
    )
    return feed(name="prices", dataset=LMP, layout=layout, run=Run.DAY_AHEAD, **changes)


def day(
    hours: Iterable[float] = range(24), *, whose: Feed | None = None, step: timedelta = HOUR, **values: Any
) -> pl.DataFrame:
    """Readings of NORTH at so many hours after midnight."""
    starts = [FIRST + hour * HOUR for hour in hours]
    given: dict[str, Any] = {"location": "NORTH", "load": 1000.0, **values}
    rows = [{"interval_start": at, "interval_end": at + step, **given} for at in starts]
    schema = {"interval_start": pl.Datetime("us", "UTC"), "interval_end": pl.Datetime("us", "UTC")}
    frame = pl.DataFrame(rows, schema_overrides=schema)
    return unify(frame, whose or load_feed(), "testiso")


def found(frame: pl.DataFrame, whose: Feed | None = None, *, until: datetime = LATER) -> list[Finding]:
    """The findings on a frame of 1 July."""
    return list(check_frame(frame, chunk_of(whose or load_feed()), until=until))


def prices(**values: float | None) -> pl.DataFrame:
    """A day of prices, whole and within bounds, with changes."""
    given: dict[str, Any] = {
        "lmp": 25.0,
        "energy": 20.0,
        "congestion": 4.0,
        "loss": 1.0,
        "location_type": "hub",
    }
    return day(whose=lmp_feed(), **{**given, **values})


def test_whole_day_has_no_findings() -> None:
    """Twenty-four hours of one area are all there is."""
    assert found(day()) == []


def test_no_rows_have_no_findings() -> None:
    """An empty document is the coverage's business, not a day of gaps."""
    assert found(day()[:0]) == []


def test_hole_in_the_middle_is_a_gap() -> None:
    """Two missing hours are counted, with where the first hole is and whose."""
    (gap,) = found(day([*range(5), *range(7, 24)]))
    assert (gap.kind, gap.rows) == (FindingKind.GAP, 2)
    assert gap.message == (
        "2 intervals are missing, first 2024-07-01T09:00:00Z to 2024-07-01T11:00:00Z of location=NORTH"
    )
    assert not gap.accounts


def test_missing_beginning_and_end_are_gaps() -> None:
    """A day that begins late and ends early lacks the hours at both ends."""
    (gap,) = found(day(range(2, 23)))
    assert gap.rows == 3
    assert "2024-07-01T04:00:00Z to 2024-07-01T06:00:00Z" in gap.message


def test_hours_that_are_still_to_come_are_no_gap() -> None:
    """At 09:30 New York time the day is whole with its first nine hours."""
    assert found(day(range(9)), until=utc("2024-07-01T13:30")) == []


def test_hour_is_awaited_once_it_is_over() -> None:
    """Not before: a part of it cannot be there. A hole before it is something else."""
    assert found(day(range(9)), until=utc("2024-07-01T13:59:59")) == []
    (awaited,) = found(day(range(9)), until=utc("2024-07-01T14:00"))
    assert awaited.message.startswith("1 intervals are due but not published yet, first 2024-07-01T13:00:00Z")
    hole, awaited = found(day([*range(5), *range(7, 9)]), until=utc("2024-07-01T15:10"))
    assert (hole.rows, hole.spans) == (2, ((utc("2024-07-01T09:00"), utc("2024-07-01T11:00")),))
    assert (awaited.rows, awaited.spans) == (2, ((utc("2024-07-01T13:00"), utc("2024-07-01T15:10")),))


def test_each_location_has_a_grid_of_its_own() -> None:
    """A hole of one area is not filled by another."""
    south = day(location="SOUTH")
    both = pl.concat([day([*range(8), *range(9, 24)]), south]).sort("interval_start", "location")
    (gap,) = found(both)
    assert (gap.rows, "location=NORTH" in gap.message) == (1, True)


def test_longer_day_needs_its_25_hours() -> None:
    """On 3 November 2024 a day of 24 hours lacks one."""
    chunk = chunk_of(load_feed(), "2024-11-03")
    start = utc("2024-11-03T04:00")
    frame = day().with_columns(
        pl.col("interval_start", "interval_end") + (start - FIRST),
    )
    (gap,) = check_frame(frame, chunk, until=utc("2024-12-01T00:00"))
    assert (gap.kind, gap.rows) == (FindingKind.GAP, 1)


def test_extra_readings_between_are_no_gap() -> None:
    """Irregular feeds publish more often than their step, never less."""
    irregular = load_feed(irregular=True)
    assert found(day([*range(10), 9.5, *range(10, 24)]), irregular) == []


FIVE = timedelta(minutes=5)
MIDNIGHTS = load_feed(step=FIVE, closes_at_midnight=True)


def test_document_that_closes_at_midnight_is_whole_without_the_first() -> None:
    """Readings from 00:05 to the next midnight are a whole day."""
    readings = [n / 12 for n in range(1, 289)]
    assert found(day(readings, step=FIVE), MIDNIGHTS) == []


def test_document_that_closes_at_midnight_needs_the_last() -> None:
    """Without the reading at the next midnight one is missing."""
    (gap,) = found(day([n / 12 for n in range(1, 288)], step=FIVE), MIDNIGHTS)
    assert gap.rows == 1


def forecast(hours: Iterable[int]) -> pl.DataFrame:
    """A publication of 1 July for so many hours after its midnight."""
    return day(hours, whose=forecast_feed(), publish_time=utc("2024-07-01T03:00"))


def test_forecast_reaches_past_its_day_without_findings() -> None:
    """It may begin later and end later than its day: only holes between its rows are gaps."""
    assert found(forecast(range(10, 60)), forecast_feed()) == []


def test_forecast_without_a_horizon_has_rows_for_all_of_its_time() -> None:
    """As readings have, whenever each was published: what lacks at either end is a gap."""
    whose = forecast_feed(forecast_days=0)
    early, late = (utc("2024-07-01T03:00"), utc("2024-07-01T15:00"))
    both = [
        day(range(12), whose=whose, publish_time=early),
        day(range(12, 24), whose=whose, publish_time=late),
    ]
    assert found(pl.concat(both), whose) == []
    (gap,) = found(both[0], whose)
    assert gap.spans == ((FIRST + 12 * HOUR, FIRST + 24 * HOUR),)


def test_hole_in_a_forecast_is_a_gap() -> None:
    """Named with its publication."""
    (gap,) = found(forecast([1, 2, 4, 5]), forecast_feed())
    assert gap.rows == 1
    assert gap.message.endswith("location=NORTH, publish_time=2024-07-01T03:00:00Z")


def test_rows_that_share_a_key_are_found_and_kept() -> None:
    """Both are counted, the first is named, and nobody chooses between them."""
    frame = day([*range(24), 5])
    before = frame.clone()
    (twice,) = found(frame.sort("interval_start"))
    assert (twice.kind, twice.rows) == (FindingKind.DUPLICATE_KEY, 2)
    assert twice.message == ("2 rows share a key, first interval_start=2024-07-01T09:00:00Z, location=NORTH")
    assert frame.equals(before)


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        ({"lmp": 25.02}, 0),
        ({"lmp": 24.98}, 0),
        ({"lmp": 25.03}, 24),
        ({"congestion": -4.0}, 24),
        ({"lmp": 26.0, "ghg": 1.0}, 0),
        ({"energy": None}, 0),
        ({"lmp": None}, 0),
    ],
    ids=["cents up", "cents down", "off", "sign", "with ghg", "no component", "no price"],
)
def test_prices_are_the_sum_of_their_components(changes: dict[str, float | None], rows: int) -> None:
    """To two cents, since each part is rounded; a part that is not published proves nothing."""
    off = [each for each in found(prices(**changes), lmp_feed()) if each.kind is FindingKind.COMPONENTS]
    assert sum(each.rows for each in off) == rows
    assert all(each.column == "lmp" for each in off)


def test_wrong_sum_names_the_first_price() -> None:
    """Value, location and time."""
    (off,) = found(prices(lmp=30.0), lmp_feed())
    assert off.message == (
        "24 prices are not the sum of their components, first 30.0 at NORTH, 2024-07-01T04:00:00Z"
    )


@pytest.mark.parametrize("derived", ["energy", "congestion", "loss"])
def test_derived_component_is_not_checked_against_itself(derived: str) -> None:
    """A part that was computed from the sum proves nothing about it."""
    assert found(prices(lmp=30.0), lmp_feed(derived=(derived,))) == []


@pytest.mark.parametrize(("load", "rows"), [(0.0, 0), (300_000.0, 0), (-1.0, 24), (300_001.0, 24)])
def test_values_no_market_has_seen_are_found(load: float, rows: int) -> None:
    """The bounds themselves are possible."""
    assert sum(each.rows for each in found(day(load=load))) == rows


def test_value_out_of_bounds_names_column_bounds_and_place() -> None:
    """And it counts only the values that are outside."""
    frame = day().with_columns(
        load=pl.when(pl.col("interval_start") == FIRST + 3 * HOUR).then(-7.5).otherwise("load")
    )
    (off,) = found(frame)
    assert (off.kind, off.column, off.rows) == (FindingKind.BOUNDS, "load", 1)
    assert off.message == "1 values of load are outside 0 to 300000, first -7.5 at 2024-07-01T07:00:00Z"


def test_column_without_values_has_no_bounds() -> None:
    """Nulls are no values."""
    assert found(day(load=None)) == []


def valued(values: Iterable[float], start: datetime = FIRST) -> pl.DataFrame:
    """A day of these values."""
    loads = list(values)
    shift = start - FIRST
    return day(range(len(loads))).with_columns(
        pl.col("interval_start", "interval_end") + shift, load=pl.Series(loads, dtype=pl.Float64)
    )


def test_day_served_twice_is_found() -> None:
    """The later day holds the earlier one's values: a finding names both and keeps both."""
    loads = [1000.0 + hour for hour in range(24)]
    one, two = valued(loads), valued(loads, FIRST + timedelta(days=1))
    (twice,) = repeated_chunks([("day 1", fingerprint(one)), ("day 2", fingerprint(two))])
    assert (twice.kind, twice.rows, twice.chunk) == (FindingKind.REPEATED_DAY, 24, "day 2")
    assert "all values equal those of day 1" in twice.message


@pytest.mark.parametrize(
    "other",
    [[1000.0 + hour for hour in reversed(range(24))], [1000.0 + hour for hour in range(23)]],
    ids=["other order", "shorter"],
)
def test_other_days_are_not_repeated(other: list[float]) -> None:
    """The same values in another order, or fewer of them, are another day."""
    loads = [1000.0 + hour for hour in range(24)]
    assert not list(repeated_chunks([("1", fingerprint(valued(loads))), ("2", fingerprint(valued(other)))]))


def test_days_where_nothing_varies_are_not_repeated() -> None:
    """Zero congestion all day, twice, is no repeated day."""
    still = fingerprint(valued([0.0] * 24))
    assert still is None
    assert not list(repeated_chunks([("1", still), ("2", still)]))


@settings(max_examples=60, deadline=None)
@given(
    hours=st.lists(st.integers(-3, 30), min_size=1, max_size=40).map(sorted),
    load=st.one_of(st.none(), st.floats(-1e6, 1e6)),
)
def test_checks_never_change_a_row(hours: list[int], load: float | None) -> None:
    """Whatever is found, the frame is as it was, and no finding takes rows away."""
    frame = day(hours, load=load).with_columns(pl.col("load").cast(pl.Float64))
    before = frame.clone()
    findings = found(frame)
    assert frame.equals(before)
    assert not any(each.accounts for each in findings)
    assert all(each.rows > 0 and each.message for each in findings)


@settings(max_examples=60, deadline=None)
@given(missing=st.sets(st.integers(0, 23), max_size=23))
def test_missing_hours_are_all_counted(missing: set[int]) -> None:
    """Whichever hours are taken out of a day, the gap counts them."""
    gaps = found(day([hour for hour in range(24) if hour not in missing]))
    assert sum(each.rows for each in gaps) == len(missing)


@settings(max_examples=60, deadline=None)
@given(
    north=st.sets(st.integers(0, 23), max_size=23),
    south=st.sets(st.integers(0, 23), max_size=23),
    ended=st.sampled_from(["2024-07-01T13:59", "2024-07-01T14:00", "2024-07-02T04:00", "2025-01-01T00:00"]),
)
def test_missing_hours_of_each_series_are_all_counted(north: set[int], south: set[int], ended: str) -> None:
    """Whichever hours lack two areas, alike or not: before a moment each one that is over counts once."""
    there = {"NORTH": set(range(24)) - north, "SOUTH": set(range(24)) - south}
    both = pl.concat(
        [day(sorted(hours)).with_columns(pl.lit(area).alias("location")) for area, hours in there.items()]
    )
    both = both.sort("interval_start", "location")
    until = utc(ended)
    over = min(24, (until - utc("2024-07-01T04:00")) // timedelta(hours=1))
    lacking = [
        hour
        for hours in there.values()
        for hour in range(24)
        if hour not in hours and (hour < over or any(later > hour for later in hours))
    ]
    assert sum(each.rows for each in found(both, until=until)) == len(lacking)


@pytest.mark.parametrize(("without", "rows"), [([], 0), (["NORTH"], 1), (["NORTH", "SOUTH"], 2)])
def test_intervals_of_other_lengths_are_a_grid_too(without: list[str], rows: int) -> None:
    """An hour in two uneven parts leaves no gap; the longer part, where it lacks, is one for each area."""
    cut, end = utc("2024-07-01T07:12"), utc("2024-07-01T08:00")
    start = cut - timedelta(minutes=12)
    whole = day(range(24))
    short = whole.with_columns(
        interval_end=pl.when(interval_start=start).then(pl.lit(cut)).otherwise("interval_end")
    )
    parts = whole.filter(interval_start=start).with_columns(
        pl.lit(cut).cast(whole.schema["interval_start"]).alias("interval_start"), interval_end=pl.lit(end)
    )
    both = [
        pl.concat([short, parts.clear() if area in without else parts]).with_columns(location=pl.lit(area))
        for area in ("NORTH", "SOUTH")
    ]
    frame = pl.concat(both).with_columns(pl.col("interval_end").cast(whole.schema["interval_end"]))
    assert sum(each.rows for each in found(frame.sort("interval_start", "location"))) == rows


def test_sparse_feed_has_no_gaps() -> None:
    """Where rows stand only for what happened, nothing is missing between them."""
    frame = day([3, 17])
    assert [each.kind for each in found(frame)] == [FindingKind.GAP]
    assert check_frame(frame, chunk_of(attrs.evolve(load_feed(), sparse=True)), until=LATER) == ()
