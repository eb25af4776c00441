"""Coincident peaks and top hours against loads that a test writes down: those of docs/analysis.md."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import polars as pl
import pytest

from builders import utc
from desk_rows import MARKET, answer, only, rows, said
from energyopti import Market, PeakRule, UnsupportedQuery
from energyopti.analysis import DESK_TABLES, peaks, top_hours
from energyopti.frames import frame_schema

HOUR = timedelta(hours=1)
EASTERN = "America/New_York"
FOUR = PeakRule(
    name="4CP",
    feed="hourly_load",
    locations=("SYSTEM",),
    months=(6, 7, 8, 9),
    by_month=True,
    step=timedelta(minutes=15),
)
FIVE = PeakRule(
    name="5CP", feed="hourly_load", locations=("RTO",), months=(6, 7, 8, 9), count=5, distinct_days=True
)
YEARS = PeakRule(name="peak", feed="hourly_load", locations=("NORTH", "SOUTH"))


def load(day: str, *values: float | None, location: str = "RTO", minutes: float = 60) -> pl.DataFrame:
    """Loads of a place from 14:00 Eastern of a day in summer on."""
    return rows(list(values), "load", first=f"{day}T18:00", minutes=minutes, location=location)


def of(*rules: PeakRule) -> Market:
    """A market with rules for peaks."""
    return attrs.evolve(MARKET, peaks=rules)


SUMMER = pl.concat(
    [
        load("2025-05-31", 999.0),
        load("2025-06-23", 150.0, 160.0, 158.0),
        load("2025-06-24", 155.0, 159.0),
        load("2025-07-15", 140.0, 141.0),
        load("2025-07-29", 142.0),
        load("2025-08-11", 120.0),
        load("2025-09-30", 130.0),
        load("2025-10-01", 998.0),
    ]
)


def test_five_peaks_are_on_different_days() -> None:
    """160, 159, 142, 141 and 130: the second hour of 23 June (158) and the days outside of the season do not count."""
    found = peaks(answer(SUMMER, "load", of=of(FIVE), name="hourly_load"))
    assert found.table("peaks").select("rule", "period", "rank", "day", "load").rows() == [
        ("5CP", "2025", 1, date(2025, 6, 23), 160.0),
        ("5CP", "2025", 2, date(2025, 6, 24), 159.0),
        ("5CP", "2025", 3, date(2025, 7, 29), 142.0),
        ("5CP", "2025", 4, date(2025, 7, 15), 141.0),
        ("5CP", "2025", 5, date(2025, 9, 30), 130.0),
    ]
    assert found.table("peaks")["interval_start"][0] == utc("2025-06-23T19:00")
    assert "2 intervals are outside of the months of 5CP (2 rows)" in said(found)


def test_incomplete_season_is_said() -> None:
    """122 days of 24 hours, of which ten are known."""
    found = peaks(answer(SUMMER, "load", of=of(FIVE), name="hourly_load"))
    row = only(found.table("peak_periods"))
    assert (row["period"], row["start"], row["end"]) == (
        "2025",
        utc("2025-06-01T04:00"),
        utc("2025-10-01T04:00"),
    )
    assert (row["hours"], row["known_hours"], row["missing_hours"], row["step_minutes"]) == (
        2928.0,
        10.0,
        2918.0,
        60.0,
    )
    assert "5CP may have a higher peak: 2025 lacks 2918 of 2928 hours" in said(found)


def test_four_peaks_are_one_of_each_month() -> None:
    """By quarters of an hour out of five-minute loads: 12 is the mean of 9, 12 and 15; August and September lack all."""
    june = load("2025-06-20", 9.0, 12.0, 15.0, 14.0, 11.0, 8.0, location="SYSTEM", minutes=5)
    july = load("2025-07-30", 20.0, None, 30.0, 16.0, 16.0, 16.0, location="SYSTEM", minutes=5)
    found = peaks(pl.concat([june, july]), rule=FOUR, tz="America/Chicago")
    assert found.table("peaks").select("period", "interval_start", "load").rows() == [
        ("2025-06", utc("2025-06-20T18:00"), 12.0),
        ("2025-07", utc("2025-07-30T18:15"), 16.0),
    ]
    periods = found.table("peak_periods")
    assert periods["period"].to_list() == ["2025-06", "2025-07", "2025-08", "2025-09"]
    assert periods["known_hours"].to_list() == [0.5, 0.25, 0.0, 0.0]
    assert periods["step_minutes"].to_list() == [15.0] * 4


def test_hourly_load_stands_in_for_quarters_and_is_said() -> None:
    """Where only that is there."""
    found = peaks(load("2025-06-20", 9.0, 12.0, location="SYSTEM"), rule=FOUR, tz="America/Chicago")
    assert only(found.table("peaks"))["load"] == 12.0
    assert found.table("peak_periods")["step_minutes"].to_list() == [60.0] * 4
    assert said(found)[0] == "4CP is of 15-minute loads; these are of 60 minutes and compared as they are"


def test_whole_season_has_no_finding() -> None:
    """720 hours of June on the market's clock; the highest of equal loads is the first."""
    june = attrs.evolve(FIVE, months=(6,), count=2, distinct_days=False)
    whole = rows([50.0] * 720, "load", first="2025-06-01T04:00", location="RTO")
    found = peaks(whole, rule=june, tz=EASTERN)
    assert not found.findings
    assert found.table("peaks")["interval_start"].to_list() == [
        utc("2025-06-01T04:00"), utc("2025-06-01T05:00")
    ]  # fmt: skip


def test_system_is_the_sum_of_its_zones() -> None:
    """14 + 2 is more than 10 + 5; where a zone is not known, the sum is not."""
    north = rows([10.0, 14.0, 99.0, 99.0], "load", first="2025-01-01T05:00", location="NORTH")
    south = rows([5.0, 2.0, None], "load", first="2025-01-01T05:00", location="SOUTH")
    found = peaks(pl.concat([north, south]), rule=YEARS, tz=EASTERN)
    row = only(found.table("peaks"))
    assert (row["period"], row["interval_start"], row["load"]) == ("2025", utc("2025-01-01T06:00"), 16.0)
    periods = only(found.table("peak_periods"))
    assert (periods["hours"], periods["known_hours"]) == (8760.0, 2.0)


def test_year_is_that_of_the_markets_clock() -> None:
    """Two hours around New Year of New York are a peak each."""
    both = pl.concat(
        [rows([10.0, 9.0], "load", first="2025-01-01T04:00", location=each) for each in ("NORTH", "SOUTH")]
    )
    found = peaks(both, rule=YEARS, tz=EASTERN).table("peaks")
    assert found.select("period", "load").rows() == [("2024", 20.0), ("2025", 18.0)]


def test_rule_is_one_of_the_markets() -> None:
    """By its name, in any case; the only one is the default."""
    data = answer(SUMMER, "load", of=of(FIVE, FOUR), name="hourly_load")
    assert only(peaks(data, rule="5cp").table("peak_periods"))["rule"] == "5CP"
    with pytest.raises(UnsupportedQuery, match="several rules for peaks"):
        peaks(data)
    with pytest.raises(UnsupportedQuery, match=r"no peaks '6CP'\. Did you mean"):
        peaks(data, rule="6CP")
    with pytest.raises(UnsupportedQuery, match="no rule for coincident peaks; use top_hours"):
        peaks(answer(SUMMER, "load"))
    with pytest.raises(UnsupportedQuery, match="by which rule its peaks are; give rule, a PeakRule"):
        peaks(SUMMER)


def test_places_are_chosen_where_the_feed_is_another() -> None:
    """Another feed has names of its own."""
    other = answer(
        SUMMER.with_columns(pl.lit("PJM RTO").alias("location")), "load", of=of(FIVE), name="readings"
    )
    with pytest.raises(
        UnsupportedQuery, match="5CP is of feed hourly_load, and this load is of feed readings; give"
    ):
        peaks(other)
    assert peaks(other, locations=["PJM RTO"]).table("peaks").height == 5
    with pytest.raises(UnsupportedQuery, match=r"the loads have no location 'RTO'\. Did you mean 'PJM RTO'"):
        peaks(other, locations=["RTO"])


def test_hour_that_is_there_twice_is_refused() -> None:
    """Which of them would count?"""
    with pytest.raises(UnsupportedQuery, match="the loads of RTO have 2025-06-23T18:00:00Z twice"):
        peaks(pl.concat([SUMMER, load("2025-06-23", 1.0)]), rule=FIVE, tz=EASTERN)


def test_top_hours_are_those_of_any_load() -> None:
    """The three highest of six hours, or of three different days."""
    three = pl.concat([load(f"2025-01-0{day}", 10.0 + day, 20.0 + day) for day in (1, 2, 3)])
    found = top_hours(three, 3, tz=EASTERN)
    assert found.table("peaks").select("rule", "period", "rank", "load").rows() == [
        ("top", "all", 1, 23.0),
        ("top", "all", 2, 22.0),
        ("top", "all", 3, 21.0),
    ]
    row = only(found.table("peak_periods"))
    assert (row["hours"], row["known_hours"], row["missing_hours"]) == (50.0, 6.0, 44.0)
    assert said(found) == ["top may have a higher peak: all lacks 44 of 50 hours"]
    days = top_hours(load("2025-01-01", 3.0, 2.0, 1.0), 2, distinct_days=True, tz=EASTERN)
    assert days.table("peaks")["load"].to_list() == [3.0]


def test_top_hours_are_of_one_place_and_column() -> None:
    """Chosen by words; quarters of an hour are averaged."""
    two = pl.concat([load("2025-01-01", 1.0, location=name) for name in ("A", "B")])
    with pytest.raises(UnsupportedQuery, match="the loads are several series, by location: A, B"):
        top_hours(two, 1, tz=EASTERN)
    data = answer(two, "load")
    assert only(top_hours(data, 1, where={"location": "B"}).table("peaks"))["load"] == 1.0
    quarters = rows([1.0, 2.0, 3.0, 6.0], "mw", minutes=15)
    assert only(top_hours(quarters, 1, value="mw", tz=EASTERN).table("peaks"))["load"] == 3.0
    with pytest.raises(UnsupportedQuery, match="there are no top 0 hours"):
        top_hours(data, 0)


def test_load_of_nothing_has_no_peak() -> None:
    """One line says so."""
    with pytest.raises(UnsupportedQuery, match="no load is known; ask for another range"):
        peaks(load("2025-06-20", None), rule=FIVE, tz=EASTERN)


def test_tables_are_as_declared() -> None:
    """Of both."""
    for found in (peaks(SUMMER, rule=FIVE, tz=EASTERN), top_hours(load("2025-01-01", 1.0), 1, tz=EASTERN)):
        assert {name: frame.schema for name, frame in found.tables.items()} == {
            name: frame_schema(DESK_TABLES[name]) for name in found.names
        }


def test_no_location_is_refused() -> None:
    """An empty list adds up to nothing."""
    with pytest.raises(UnsupportedQuery, match="no location is given"):
        peaks(answer(SUMMER, "load", of=of(FIVE), name="hourly_load"), locations=[])
