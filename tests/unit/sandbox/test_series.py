"""Made-up series for sandboxes: grids in UTC, and values that depend on time and place alone."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from builders import utc
from energyopti.sandbox.series import at_places, demand, hour, intervals, local, noise

NEW_YORK = "America/New_York"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(days=-3650), timedelta(days=25_000)).map(lambda since: EPOCH + since)
STEPS = st.sampled_from([MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 24 * HOUR])


def year(zone_step: timedelta = HOUR) -> pl.DataFrame:
    """The intervals of 2024."""
    return intervals(utc("2024-01-01T00:00"), utc("2024-12-31T23:59"), zone_step)


def test_both_bounds_are_included() -> None:
    """Intervals start at the first instant, at the last, and at every step between."""
    times = intervals(utc("2024-07-01T04:00"), utc("2024-07-01T06:00"), HOUR)
    assert times["interval_start"].to_list() == [utc(f"2024-07-01T0{n}:00") for n in (4, 5, 6)]
    assert times["interval_end"].to_list() == [utc(f"2024-07-01T0{n}:00") for n in (5, 6, 7)]


def test_bounds_off_the_grid_are_no_starts() -> None:
    """The grid is whole steps since 1970, not since the first instant."""
    times = intervals(utc("2024-07-01T04:07"), utc("2024-07-01T04:19"), 5 * MINUTE)
    assert times["interval_start"].to_list() == [utc("2024-07-01T04:10"), utc("2024-07-01T04:15")]


@pytest.mark.parametrize("last", ["2024-07-01T04:50", "2024-07-01T03:00"])
def test_span_that_holds_no_start_is_empty(last: str) -> None:
    """Between two of the grid, or backwards; the columns are there all the same."""
    times = intervals(utc("2024-07-01T04:10"), utc(last), HOUR)
    assert times.height == 0
    assert times.schema == {
        "interval_start": pl.Datetime("us", "UTC"),
        "interval_end": pl.Datetime("us", "UTC"),
    }


def test_grid_is_utcs_on_any_clock() -> None:
    """Bounds on New York's clock mean the same instants: the 25-hour day has 25 hours, none twice."""
    there = ZoneInfo(NEW_YORK)
    times = intervals(datetime(2024, 11, 3, tzinfo=there), datetime(2024, 11, 3, 23, tzinfo=there), HOUR)
    assert times.height == 25
    assert times["interval_start"].to_list()[0] == utc("2024-11-03T04:00")
    assert times["interval_start"].to_list()[-1] == utc("2024-11-04T04:00")


@settings(max_examples=40)
@given(INSTANTS, st.timedeltas(timedelta(), timedelta(days=2)), STEPS)
def test_every_grid_point_between_the_bounds_is_there_once(
    first: datetime, span: timedelta, step: timedelta
) -> None:
    """Starts lie between the bounds, on the grid, one step apart, and none is left out at either side."""
    times = intervals(first, first + span, step)
    starts = times["interval_start"].to_list()
    on_grid = (first - EPOCH) % step == timedelta()
    following = first if on_grid else first + step - (first - EPOCH) % step
    if following > first + span:
        assert starts == []
        return
    assert starts[0] == following
    assert first + span - step < starts[-1] <= first + span
    assert {later - earlier for earlier, later in itertools.pairwise(starts)} <= {step}
    assert ((times["interval_end"] - times["interval_start"]) == step).all()


def test_every_interval_stands_at_every_place_in_the_order_of_time() -> None:
    """Two intervals at two places are four rows."""
    times = intervals(utc("2024-07-01T04:00"), utc("2024-07-01T05:00"), HOUR)
    rows = at_places(times, pl.DataFrame({"location": ["B", "A"], "size": [2.0, 1.0]}))
    assert rows["interval_start"].dt.hour().to_list() == [4, 4, 5, 5]
    assert rows["location"].to_list() == ["B", "A", "B", "A"]
    assert rows.columns == ["interval_start", "interval_end", "location", "size"]


def test_local_time_is_the_wall_clocks() -> None:
    """Midnight and a half in New York, in summer and in winter."""
    times = pl.DataFrame({"interval_start": [utc("2024-07-01T04:30"), utc("2024-01-01T05:30")]})
    assert times.select(hour(NEW_YORK)).to_series().to_list() == [0.5, 0.5]
    assert times.select(local(NEW_YORK).dt.date()).to_series().cast(pl.String).to_list() == [
        "2024-07-01",
        "2024-01-01",
    ]


def test_demand_stays_near_its_size() -> None:
    """Never negative nor far off, and higher in the afternoon than at night."""
    load = year().select(demand(NEW_YORK, 1000.0).alias("load"), hour(NEW_YORK).alias("hour"))
    assert load["load"].is_between(600.0, 1350.0).all()
    by_hour = dict(load.group_by("hour").agg(pl.col("load").mean()).iter_rows())
    assert by_hour[17.0] > by_hour[3.0] + 100


def test_weekends_want_less() -> None:
    """A Saturday and a Sunday are lower in the mean than the days between."""
    load = year().select(demand(NEW_YORK, 1000.0).alias("load"), local(NEW_YORK).dt.weekday().alias("day"))
    weekend = load.filter(pl.col("day") >= 6)["load"].mean()
    working = load.filter(pl.col("day") < 6)["load"].mean()
    assert isinstance(weekend, float)
    assert isinstance(working, float)
    assert 40 < working - weekend < 80


@settings(max_examples=40)
@given(INSTANTS, st.integers(0, 1000), st.booleans())
def test_noise_is_between_minus_one_and_one(first: datetime, salt: int, daily: bool) -> None:
    """At any time and with any salt."""
    times = intervals(first, first + timedelta(days=1), 15 * MINUTE)
    values = times.select(noise(salt, day_of=NEW_YORK if daily else None)).to_series()
    assert values.is_between(-1.0, 1.0).all()


def test_noise_of_a_day_is_one_number() -> None:
    """All 24 hours of New York's first of July share it, and the next day has another."""
    times = intervals(utc("2024-07-01T04:00"), utc("2024-07-03T03:00"), HOUR)
    values = times.select(noise(3, day_of=NEW_YORK)).to_series()
    assert values[:24].n_unique() == values[24:].n_unique() == 1
    assert values[0] != values[24]


def test_noise_differs_by_instant_and_by_salt() -> None:
    """Five-minute intervals of a day hardly repeat, and two salts make two series."""
    times = intervals(utc("2024-07-01T04:00"), utc("2024-07-02T03:55"), 5 * MINUTE)
    one, other = (times.select(noise(salt)).to_series() for salt in (1, 2))
    assert one.n_unique() == 288
    assert not one.equals(other)


def test_any_part_of_a_series_says_the_same_as_the_whole() -> None:
    """A value does not depend on which others are made with it, but for the last bits of its sine."""
    times = year()
    values = [demand(NEW_YORK, 500.0).alias("load"), noise(4).alias("noise")]
    whole = times.select("interval_start", *values)

    @settings(max_examples=25)
    @given(st.integers(0, 8000), st.integers(1, 48))
    def holds(first: int, count: int) -> None:
        part = intervals(whole["interval_start"][first], whole["interval_start"][first + count - 1], HOUR)
        assert_frame_equal(part.select("interval_start", *values), whole.slice(first, count), rel_tol=1e-12)

    holds()
