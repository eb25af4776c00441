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
from collecting_builders import forecast_feed
from energyopti import Block, FindingKind, Locations, MarketData, PluginError, Query, UnsupportedQuery
from energyopti.timezones import HOUR
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


def several() -> MarketData:
    """The same load in New York and in Chicago: its days there begin an hour later."""
    west = attrs.evolve(WHOLE.queries[0], market=market(id="west", zone="America/Chicago"))
    there = attrs.evolve(WHOLE, queries=(west,), frame=WHOLE.frame.with_columns(market=pl.lit("west")))
    both = pl.concat([WHOLE.frame, there.frame])
    return attrs.evolve(WHOLE, queries=(WHOLE.queries[0], west), frame=both, parts=(WHOLE, there))


def test_days_of_several_markets_are_each_markets_own() -> None:
    """Midnight to midnight there; the days that the range cuts are null, and said. With a clock, all are of that one."""
    both = several().resample("1d")
    days = [
        (row["market"], f"{row['interval_start']:%d %H}", row["load"] is None)
        for row in both
        if row["location"] == "NORTH"
    ]
    assert days == [
        ("west", "30 05", True),
        ("testiso", "01 04", False),
        ("west", "01 05", False),
        ("testiso", "02 04", False),
        ("west", "02 05", True),
    ]
    assert [finding.message for finding in both.findings] == [
        "4 of 6 intervals of 1d are not whole: their figures are null"
    ]
    assert [part.frame.height for part in both.parts] == [4, 6]
    assert {f"{row['interval_start']:%H}" for row in several().resample("1d", tz="ET")} == {"04"}


def test_two_clocks_without_parts_need_a_third() -> None:
    """Markets in two zones have no days in common."""
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


NEW_YORK_BLOCKS = Block.traded("5x16", first=8, last=23)


def in_blocks(answer: MarketData) -> MarketData:
    """The answer, of a market that trades power in blocks."""
    asked = attrs.evolve(answer.query, market=attrs.evolve(answer.query.market, blocks=NEW_YORK_BLOCKS))
    return attrs.evolve(answer, queries=(asked,))


def test_on_peak_is_one_interval_a_working_day() -> None:
    """HE08 to HE23 in New York, 16 of 24 hours; a holiday and a Sunday have none."""
    hours = [(utc("2024-07-03T04:00") + number * HOUR, float(number)) for number in range(5 * 24)]
    answer = in_blocks(intervals([(start, start + HOUR, load) for start, load in hours]))
    for word in ("on_peak", "On-Peak", "onpeak"):
        days = answer.resample(word)
        assert days.frame.select("interval_start", "interval_end", "load").rows() == [
            (utc("2024-07-03T11:00"), utc("2024-07-04T03:00"), sum(range(7, 23)) / 16),
            (utc("2024-07-05T11:00"), utc("2024-07-06T03:00"), sum(range(55, 71)) / 16),
        ]
        assert days.findings == answer.findings


def test_on_peak_of_a_part_of_it_is_not_whole() -> None:
    """Fifteen of sixteen hours, or one without a value, are null."""
    answer = in_blocks(of(*((f"2024-07-03T{hour:02}:00", 60, 1.0) for hour in range(11, 24))))
    assert answer.resample("on_peak").frame["load"].to_list() == [None]
    assert [finding.kind for finding in answer.resample("on_peak").findings] == [FindingKind.INCOMPLETE_HOUR]


def test_on_peak_is_cut_out_of_intervals_that_reach_over_its_edges() -> None:
    """Dispatch runs are some seconds off the hour: the part inside counts by its seconds."""
    start, end = utc("2024-07-03T11:00"), utc("2024-07-04T03:00")
    hours = [(start - HOUR / 2 + n * HOUR, start + HOUR / 2 + n * HOUR, float(n)) for n in range(17)]
    assert in_blocks(intervals(hours)).resample("on_peak").frame.select(
        "interval_start", "interval_end", "load"
    ).rows() == [(start, end, (0 * 0.5 + sum(range(1, 16)) + 16 * 0.5) / 16)]


@pytest.mark.parametrize("word", ["off_peak", "7x8", "offpeak"])
def test_hours_that_are_apart_are_no_interval(word: str) -> None:
    """Off-peak is before and after the day."""
    with pytest.raises(
        UnsupportedQuery, match="are not one interval; compare's table blocks has their means"
    ):
        in_blocks(WHOLE).resample(word)


def test_a_market_without_blocks_has_no_on_peak() -> None:
    """It is said, with the market's name."""
    with pytest.raises(UnsupportedQuery, match="testiso: it declares no on-peak hours; resample to 1h or 1d"):
        WHOLE.resample("on_peak")


def test_on_peak_of_no_rows_is_no_rows() -> None:
    """There is nothing to cut."""
    assert in_blocks(attrs.evolve(WHOLE, frame=WHOLE.frame.clear())).resample("on_peak").frame.is_empty()


def test_rows_that_meet_a_condition() -> None:
    """As SQL, or as an expression; the rest of the answer stays."""
    for condition in (
        "load > 1011 AND location = 'NORTH'",
        (pl.col("load") > 1011) & (pl.col("location") == "NORTH"),
    ):
        found = WHOLE.where(condition)
        expected = [row for row in WHOLE if row["load"] > 1011 and row["location"] == "NORTH"]
        assert list(found) == expected != []
        assert (found.findings, found.coverage) == (WHOLE.findings, WHOLE.coverage)
        assert found.raw().is_empty()


def test_a_condition_that_no_row_meets_is_a_finding() -> None:
    """An empty answer says why it is empty; one that was empty needs no reason."""
    found = WHOLE.where("load > 1e9")
    assert found.frame.is_empty()
    (finding,) = found.findings
    assert finding.kind is FindingKind.NO_MATCH
    assert finding.message == f"none of {len(WHOLE)} rows meets the condition load > 1e9"
    assert found.where("load > 1e9").findings == found.findings


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("laod > 1", "dataset load has no column 'laod'. Did you mean 'load'?"),
        ("load >", "'load >' is not a condition .*; write it as in SQL: lmp > 200"),
        ("", "'' is not a condition; write it as in SQL"),
        ("load + 1", "it is not true or false"),
        ("location > 3", "does not fit the columns .cannot compare string"),
        (3, "3 is not a condition"),
    ],
)
def test_what_is_no_condition_is_refused(condition: str, message: str) -> None:
    """One line, with what to write."""
    with pytest.raises(UnsupportedQuery, match=message):
        WHOLE.where(condition)


def test_columns_are_picked_in_their_order() -> None:
    """What is left out can no longer be asked about."""
    found = WHOLE.select("load", "interval_start")
    assert found.columns == ["load", "interval_start"]
    assert found.frame.rows() == WHOLE.frame.select("load", "interval_start").rows()
    with pytest.raises(UnsupportedQuery, match="there is no column 'location'"):
        found.select("location")
    with pytest.raises(UnsupportedQuery, match="there is no column 'location'"):
        found.where("location = 'NORTH'")
    with pytest.raises(UnsupportedQuery, match="no column 'laod'"):
        WHOLE.select("laod")
    with pytest.raises(UnsupportedQuery, match="column 'load' is named twice; name it once"):
        WHOLE.select("load", "load")


def test_a_query_shapes_first_intervals_then_rows_then_columns() -> None:
    """A condition is on the new intervals."""
    asked = Query.of(
        "testiso", "load", resample="1d", where="load > 1200", columns=["interval_start", "load"]
    )
    found = WHOLE.shaped(asked)
    assert found.frame.rows() == [(utc("2024-07-02T04:00"), 1211.5)] * 2
    assert WHOLE.shaped(Query.of("testiso", "load")) is WHOLE


def of_zones(*names: str, add_up: bool = True) -> MarketData:
    """The answer of a feed with these zones only, whose load may be that of the whole system."""
    asked = attrs.evolve(
        WHOLE.query, feed=attrs.evolve(WHOLE.query.feed, locations=Locations(closed=names, add_up=add_up))
    )
    return attrs.evolve(WHOLE, queries=(asked,))


def test_zones_add_up_to_the_system() -> None:
    """Two areas with the same load: twice it, once an interval."""
    found = of_zones("NORTH", "SOUTH").system()
    north = WHOLE.frame.filter(pl.col("location") == "NORTH")
    assert found.columns == WHOLE.columns
    assert found.frame["interval_start"].equals(north["interval_start"])
    assert found.frame["load"].to_list() == [2 * load for load in north["load"]]
    assert found.frame.select("location", "location_type").unique().rows() == [("SYSTEM", "system")]
    assert found.findings == WHOLE.findings


def test_a_sum_that_lacks_a_zone_is_null_and_said() -> None:
    """Of an hour without a row of one zone, or with one that is null."""
    answer = of_zones("NORTH", "SOUTH")
    frame = answer.frame.with_row_index().filter(pl.col("index") != 3)
    load = pl.when(pl.col("index") == 5).then(None).otherwise("load").alias("load")
    found = attrs.evolve(answer, frame=frame.with_columns(load).drop("index")).system()
    assert [hour for hour, load in enumerate(found.frame["load"]) if load is None] == [1, 2]
    assert [finding.message for finding in found.findings] == [
        "1 of 48 sums lack a zone: their figures are null"
    ]


def test_a_figure_of_its_own_is_taken() -> None:
    """Under the name that is the same in every market; no zone is counted beside it."""
    rows = WHOLE.frame.with_columns(
        location_type=pl.when(pl.col("location") == "SOUTH").then(pl.lit("system")).otherwise(None)
    )
    found = attrs.evolve(WHOLE, frame=rows).system()
    assert (
        found.frame["load"].to_list() == WHOLE.frame.filter(pl.col("location") == "SOUTH")["load"].to_list()
    )
    assert found.frame["location"].unique().to_list() == ["SYSTEM"]


def test_what_has_no_figure_for_the_system_says_so() -> None:
    """Its zones may leave something out; of some of them nothing is known."""
    for answer in (WHOLE, of_zones("NORTH", "SOUTH", add_up=False)):
        with pytest.raises(
            UnsupportedQuery, match="hourly_load has no figure for the whole system; ask for all"
        ):
            answer.system()
    some = of_zones("NORTH", "SOUTH")
    some = attrs.evolve(some, queries=(attrs.evolve(some.query, locations=("NORTH",)),))
    with pytest.raises(UnsupportedQuery, match="no figure for the whole system"):
        some.system()


def test_no_rows_and_no_places_stay_as_they_are() -> None:
    """A dataset without locations is about the whole anyway."""
    nothing = attrs.evolve(WHOLE, frame=WHOLE.frame.clear())
    assert nothing.system().frame.is_empty()
    placeless = WHOLE.select("interval_start", "load")
    assert placeless.system().frame.equals(placeless.frame)


def test_systems_of_several_markets_stand_side_by_side() -> None:
    """Each market's own, by time and market."""
    one, other = (attrs.evolve(of_zones("NORTH", "SOUTH"), frame=part.frame) for part in several().parts)
    west = attrs.evolve(one.query, market=several().queries[1].market)
    other = attrs.evolve(other, queries=(west,))
    both = attrs.evolve(several(), parts=(one, other)).system()
    assert both.frame.select("market", "load").head(2).rows() == [("testiso", 2200.0), ("west", 2200.0)]
    assert both.frame.height == 96


def test_zones_that_add_up_are_listed() -> None:
    """Otherwise nobody knows which of them are missing."""
    with pytest.raises(PluginError, match="add_up needs closed"):
        Locations(add_up=True)


def test_a_day_of_a_forecast_is_of_all_its_publications() -> None:
    """The latest one for each hour, whichever that is: the day is whole, and published with the last of them."""
    first, second = utc("2024-07-01T03:00"), utc("2024-07-01T15:00")
    rows = WHOLE.frame.filter(pl.col("location") == "NORTH").head(24)
    published = pl.when(pl.int_range(pl.len()) < 12).then(pl.lit(first)).otherwise(pl.lit(second))
    frame = rows.with_columns(published.cast(pl.Datetime("us", "UTC")).alias("publish_time"))
    asked = attrs.evolve(WHOLE.query, feed=forecast_feed())
    forecast = attrs.evolve(WHOLE, queries=(asked,), frame=frame)
    (day,) = forecast.resample("1d")
    assert (day["load"], day["publish_time"]) == (1111.5, second)
    every = attrs.evolve(forecast, queries=(attrs.evolve(asked, vintages="all"),)).resample("1d")
    assert every.frame["load"].to_list() == [None, None]
