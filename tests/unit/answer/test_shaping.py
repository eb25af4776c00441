"""An answer at other intervals, and side by side: by seconds, null unless whole, on the market's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import market, utc
from energyopti import FindingKind, MarketData, UnsupportedQuery
from load_answers import answered, came, data, query

WHOLE = answered(query(), came(data(1)), came(data(2)))
ROW = WHOLE.frame.row(0, named=True)
MINUTE = timedelta(minutes=1)


def of(*rows: tuple[str, int, float | None], location: str = "NORTH") -> MarketData:
    """An answer with rows that begin at a time, last so many minutes, and have a load."""
    return intervals(
        [(utc(start), utc(start) + minutes * MINUTE, load) for start, minutes, load in rows], location
    )


def intervals(rows: Sequence[tuple[datetime, datetime, float | None]], location: str = "NORTH") -> MarketData:
    """An answer with rows of any bounds."""
    made = [
        ROW | {"interval_start": start, "interval_end": end, "load": load, "location": location}
        for start, end, load in rows
    ]
    return attrs.evolve(WHOLE, frame=pl.DataFrame(made, schema=WHOLE.frame.schema))


def test_days_are_the_markets_own() -> None:
    """Midnight to midnight in New York, for each area: the mean of its 24 hours."""
    days = WHOLE.resample("1d")
    assert days.columns == WHOLE.columns
    assert days.frame.select("interval_start", "interval_end", "location", "load").rows() == [
        (utc("2024-07-01T04:00"), utc("2024-07-02T04:00"), "NORTH", 1111.5),
        (utc("2024-07-01T04:00"), utc("2024-07-02T04:00"), "SOUTH", 1111.5),
        (utc("2024-07-02T04:00"), utc("2024-07-03T04:00"), "NORTH", 1211.5),
        (utc("2024-07-02T04:00"), utc("2024-07-03T04:00"), "SOUTH", 1211.5),
    ]
    assert days.findings == WHOLE.findings


def test_days_of_another_clock_are_not_whole_at_the_ends() -> None:
    """Of three days in Los Angeles only the middle one is: the others are null, and said."""
    days = WHOLE.resample("1d", tz="PT")
    assert [row["load"] is None for row in days] == [True, True, False, False, True, True]
    (finding,) = days.findings
    assert finding.kind is FindingKind.INCOMPLETE_HOUR
    assert finding.message == "4 of 6 intervals of 1d are not whole: their figures are null"


def test_long_and_short_days_are_averaged_over_their_hours() -> None:
    """Of 25 hours and of 23."""
    for first, hours in (("2024-11-03T04:00", 25), ("2024-03-10T05:00", 23)):
        rows = [
            (utc(first) + n * 60 * MINUTE, utc(first) + (n + 1) * 60 * MINUTE, float(n)) for n in range(hours)
        ]
        (day,) = intervals(rows).resample("1d").frame.to_dicts()
        assert day["load"] == pytest.approx((hours - 1) / 2)
        assert day["interval_end"] - day["interval_start"] == timedelta(hours=hours)


def test_month_is_one_interval() -> None:
    """Of the market's calendar, and null where days are missing."""
    month = WHOLE.resample("1mo").frame
    assert month["interval_start"].unique().to_list() == [utc("2024-07-01T04:00")]
    assert month["interval_end"].unique().to_list() == [utc("2024-08-01T04:00")]
    assert month["load"].null_count() == month.height


def test_seconds_weigh() -> None:
    """Twenty minutes at 10 and forty at 40 are 30."""
    (hour,) = (
        of(("2024-07-01T04:00", 20, 10.0), ("2024-07-01T04:20", 40, 40.0)).resample("1h").frame.to_dicts()
    )
    assert hour["load"] == 30.0


def test_interval_that_straddles_counts_in_both() -> None:
    """By its minutes in each."""
    found = of(
        ("2024-07-01T04:00", 50, 0.0), ("2024-07-01T04:50", 40, 60.0), ("2024-07-01T05:30", 30, 0.0)
    ).resample("1h")
    assert [row["load"] for row in found] == [10.0, 30.0]


@pytest.mark.parametrize(
    "rows",
    [
        [("2024-07-01T04:00", 30, 1.0), ("2024-07-01T04:30", 30, None)],
        [("2024-07-01T04:00", 30, 1.0)],
        [("2024-07-01T04:00", 30, 1.0), ("2024-07-01T04:00", 30, 2.0)],
        [("2024-07-01T04:00", 40, 1.0), ("2024-07-01T04:20", 20, 2.0)],
        [("2024-07-01T04:00", 30, 1.0), ("2024-07-01T04:30", 30, 1.0), ("2024-07-01T04:30", 30, 1.0)],
    ],
    ids=["null", "hole", "twice", "overlap", "too much"],
)
def test_what_is_not_whole_is_null(rows: list[tuple[str, int, float | None]]) -> None:
    """A null, a hole, the same time twice."""
    (hour,) = of(*rows).resample("1h").frame.to_dicts()
    assert hour["load"] is None


@given(
    st.lists(st.sampled_from([5, 10, 15, 20, 25]), min_size=1, max_size=12),
    st.integers(0, 11),
    st.sampled_from([15, 30, 60, 120]),
    st.data(),
)
def test_mean_is_that_of_every_minute(
    lengths: list[int], offset: int, every: int, data: st.DataObject
) -> None:
    """Held against a count of minutes, for intervals of any lengths with holes between."""
    at, rows = utc("2024-07-01T04:00") + 5 * offset * MINUTE, []
    for length in lengths:
        if not data.draw(st.integers(0, 5)):
            at += 5 * MINUTE  # a hole
        rows.append((at, at + length * MINUTE, float(data.draw(st.integers(-50, 50)))))
        at += length * MINUTE
    if max(lengths) > every:
        return
    minutes: dict[datetime, list[int]] = {}
    first = utc("2024-07-01T00:00")
    for start, end, load in rows:
        for number in range((end - start) // MINUTE):
            minute = start + number * MINUTE
            bin_start = first + (minute - first) // (every * MINUTE) * (every * MINUTE)
            minutes.setdefault(bin_start, []).append(int(load))
    due = {
        start: float(Fraction(sum(each), every)) if len(each) == every else None
        for start, each in minutes.items()
    }
    found = intervals(rows).resample(f"{every}min").frame
    assert found["interval_start"].to_list() == sorted(due)
    for start, load in found.select("interval_start", "load").rows():
        assert (load is None) == (due[start] is None)
        assert load is None or load == pytest.approx(due[start])


@pytest.mark.parametrize(
    ("every", "said"),
    [
        ("30min", "intervals of 30min are shorter than the source's"),
        ("0h", "'0h' is not a length of intervals; write 15min, 1h"),
        ("hourly", "'hourly' is not a length of intervals"),
    ],
)
def test_length_that_cannot_be_is_refused(every: str, said: str) -> None:
    """What lies between values is not known."""
    with pytest.raises(UnsupportedQuery, match=said):
        WHOLE.resample(every)


def test_two_clocks_need_a_third() -> None:
    """Markets in two zones have no days in common; they have hours."""
    other = attrs.evolve(WHOLE.queries[0], market=market(zone="America/Chicago"))
    both = attrs.evolve(WHOLE, queries=(WHOLE.queries[0], other))
    with pytest.raises(UnsupportedQuery, match="the markets' time zones differ"):
        both.resample("1d")
    assert len(both.resample("1d", tz="ET")) == 4


def test_markets_parts_are_at_the_same_intervals() -> None:
    """One market's part of several is resampled too."""
    both = attrs.evolve(WHOLE, queries=(WHOLE.queries[0],) * 2, parts=(WHOLE,))
    assert both.resample("1d").of("testiso").frame.equals(WHOLE.resample("1d").frame)


def test_nothing_stays_nothing() -> None:
    """No rows in, none out."""
    empty = attrs.evolve(WHOLE, frame=WHOLE.frame.clear())
    assert len(empty.resample("1d")) == 0
    assert empty.pivot("load").is_empty()


def test_series_stand_side_by_side() -> None:
    """One row an hour, a column an area; the first figure unless another is named."""
    table = WHOLE.pivot()
    assert table.columns == ["interval_start", "NORTH", "SOUTH"]
    assert table.height == 48
    assert table.row(0) == (utc("2024-07-01T04:00"), 1100.0, 1100.0)
    assert WHOLE.pivot("load", by="location").equals(table)


def test_one_series_is_named_after_its_figure() -> None:
    """Where nothing tells series apart."""
    assert of(("2024-07-01T04:00", 60, 1.0)).pivot().columns == ["interval_start", "load"]


def test_rows_that_cannot_be_told_apart_are_refused() -> None:
    """And columns that are not there."""
    with pytest.raises(UnsupportedQuery, match="several rows are of one time and series"):
        WHOLE.pivot("load", by="market")
    with pytest.raises(UnsupportedQuery, match=r"there is no column 'lod'\. Did you mean 'load'"):
        WHOLE.pivot("lod")
    with pytest.raises(UnsupportedQuery, match="there is no column 'zone'"):
        WHOLE.pivot(by=["zone"])
