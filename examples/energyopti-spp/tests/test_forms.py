"""The forms that SPP's files have had, and what is read from each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from energyopti import FindingKind, Registry, SchemaDrift, TimeRange
from energyopti.layouts import Document, Reading
from energyopti.query import plan

from energyopti_spp import energyopti_checks, prices_of_zero
from energyopti_spp.market import SPP


def read(feed: str, text: str) -> Reading:
    """A file, as a feed reads it."""
    found = SPP.feed(feed)
    return found.reads(found.layout, [Document(name="a.csv", content=text.encode())])


def kinds(reading: Reading) -> list[FindingKind]:
    """What was found."""
    return [each.kind for each in reading.findings]


def at(*parts: int) -> datetime:
    """An instant."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


VALUES = "OK_NODE,OKNODE,24.3625,0.2802,0.0823,24.0000"


@pytest.mark.parametrize(
    "text",
    [
        f"Interval,GMTIntervalEnd,Settlement Location,Pnode,LMP,MLC,MCC,MEC\n07/01/2025 00:05:00,07/01/2025 05:05:00,{VALUES}\n",
        f"Interval, GMT Interval, Settlement Location Name, PNODE Name, LMP, MLC, MCC, MEC\r\n07/01/2025 00:05:00,07/01/2025 05:05:00,{VALUES}\r\n",
        f"Interval,GMT Interval,Settlement Location Name,PNODE Name,LMP,MLC,MCC,MEC,BAA\n7/1/2025 0:05,7/1/2025 5:05,{VALUES},SPP\n",
        f"INTERVAL,GMTINTERVALEND,SETTLEMENT_LOCATION,PNODE,LMP,MLC,MCC,MEC\n7/1/2025 00:05,7/1/2025 05:05,{VALUES}\n",
        f"Interval,GMTInterval,BAA,Settlement Location,Pnode,LMP,MLC,MCC,MEC\n07/01/2025 00:05:00,07/01/2025 05:05:00,SPP,{VALUES}\n",
    ],
)
def test_prices_are_read_in_every_spelling(text: str) -> None:
    """Columns by their headers, in any order; stamps with and without seconds and zeros."""
    reading = read("rt_lmp", text)
    assert reading.findings == ()
    assert reading.frame.row(0, named=True) == {
        "interval_start": at(2025, 7, 1, 5),
        "interval_end": at(2025, 7, 1, 5, 5),
        "location": "OK_NODE",
        "location_type": "node",
        "lmp": 24.3625,
        "energy": 24.0,
        "congestion": 0.0823,
        "loss": 0.2802,
    }


DAY_AHEAD = "Interval,GMTIntervalEnd,BAA,Settlement Location,Pnode,LMP,MLC,MCC,MEC\n"


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("03/08/2026 03:00:00", "03/08/2026 08:00:00"),
        ("11/01/2026 02:00:00", "11/01/2026 07:00:00"),
        ("11/01/2026 02:00:00", "11/01/2026 08:00:00"),
        ("10/05/2026 00:00:00", "10/05/2026 05:00:00"),
        ("", "10/05/2026 05:00:00"),
    ],
)
def test_both_clocks_agree_where_they_change(local: str, utc: str) -> None:
    """The hours around a change are called as SPP calls them; an empty cell says nothing."""
    assert kinds(read("da_lmp", f"{DAY_AHEAD}{local},{utc},SPP,{VALUES}\n")) == []


@pytest.mark.parametrize("local", ["07/01/2026 02:00:00", "06/30/2026 23:00:00", "soon"])
def test_local_time_that_contradicts_the_utc_time_is_found(local: str) -> None:
    """The row is read by its UTC time."""
    reading = read("da_lmp", f"{DAY_AHEAD}{local},07/01/2026 06:00:00,SPP,{VALUES}\n")
    assert kinds(reading) == [FindingKind.CLOCK_LABEL]
    assert local in reading.findings[0].message
    assert reading.frame["interval_end"].to_list() == [at(2026, 7, 1, 6)]


def test_hub_interfaces_and_nodes_are_told_apart() -> None:
    """MEC is a place as well as a component of prices."""
    places = ("SPPNORTH_HUB", "HAST_TNSK_HUB", "MEC", "ERCOTE", "MEC_1", "SGEX")
    lines = (f"07/01/2026 01:00:00,07/01/2026 06:00:00,SPP,{place},X,1,0,0,1\n" for place in places)
    types = read("da_lmp", DAY_AHEAD + "".join(lines)).frame["location_type"].to_list()
    assert types == ["hub", "hub", "interface", "interface", "node", "node"]


def test_prices_of_zero_are_found_and_kept() -> None:
    """Only where every component is zero too, and only in this market."""
    lines = (
        "07/01/2026 01:00:00,07/01/2026 06:00:00,SWPW,A,A,0.0000,0.0000,0.0000,0.0000\n",
        "07/01/2026 01:00:00,07/01/2026 06:00:00,SPP,B,B,0.0000,-1.0000,0.0000,1.0000\n",
    )
    reading = read("da_lmp", DAY_AHEAD + "".join(lines))
    (chunk,) = plan(SPP, SPP.feed("da_lmp"), TimeRange(at(2026, 7, 1, 5), at(2026, 7, 1, 6)))
    assert [each.rows for each in prices_of_zero(reading.frame, chunk)] == [1]
    assert list(prices_of_zero(reading.frame[1:], chunk)) == []
    other = next((each for each in Registry().markets.values() if each.id != "spp"), None)
    if other is not None:
        feed = other.feeds[0]
        start = at(2026, 7, 1, 12)
        assert (
            list(prices_of_zero(reading.frame, plan(other, feed, TimeRange(start, at(2026, 7, 1, 13)))[0]))
            == []
        )
    assert energyopti_checks("load") == []


FORECASTS = "Interval,GMTIntervalEnd,MTLF,Averaged Actual,BAA\n"


def test_hours_to_come_are_no_load() -> None:
    """An empty actual after the last one is left out and counted; one before it is a missing value."""
    text = (
        f"{FORECASTS}"
        "07/11/2026 10:00:00,07/11/2026 15:00:00,36674,,SPP\n"
        "07/11/2026 09:00:00,07/11/2026 14:00:00,36000,36100.5,SPP\n"
        "07/11/2026 09:00:00,07/11/2026 14:00:00,8000,,SWPW\n"
        "07/11/2026 08:00:00,07/11/2026 13:00:00,35000,,SPP\n"
    )
    reading = read("area_load", text)
    assert reading.frame.select("location", "load").rows() == [("SPP", 36100.5), ("SPP", None)]
    found = {each.kind: each.rows for each in reading.findings if each.accounts}
    assert found == {FindingKind.ADVISORY_ROW: 2}
    assert FindingKind.MISSING_VALUE in kinds(reading)
    assert reading.payload_rows == reading.accounted_rows == 4


def test_load_from_before_the_second_balancing_area_is_of_spp() -> None:
    """The file has no column for it; a row with that column and no word in it could be of either."""
    old = read(
        "area_load", "Interval,GMTIntervalEnd,MTLF,Averaged Actual\n7/1/2025 1:00,7/1/2025 6:00,30000,30100\n"
    )
    assert old.frame.select("location", "load").rows() == [("SPP", 30100.0)]
    blank = read("area_load", f"{FORECASTS}7/1/2026 1:00,7/1/2026 6:00,30000,30100,\n")
    assert blank.frame.is_empty()
    assert kinds(blank) == [FindingKind.REJECTED_ROW]


def test_load_of_either_area_is_not_guessed() -> None:
    """Since there are two, a file without the column, or with another name for it, is refused by that column's name."""
    row = "7/1/2026 1:00,7/1/2026 6:00,30000,30100"
    for text in (f"{FORECASTS.replace(',BAA', '')}{row}\n", f"{FORECASTS.replace('BAA', 'Area')}{row},SPP\n"):
        with pytest.raises(SchemaDrift, match="'BAA'"):
            read("area_load", text)


def test_five_minute_load_is_read_from_its_own_columns() -> None:
    """Of both years."""
    text = "Interval,GMTInterval,STLF,Actual\n07/01/2025 01:05:00,07/01/2025 06:05:00,30000,\n07/01/2025 01:00:00,07/01/2025 06:00:00,30000,30100\n"
    reading = read("area_load_5min", text)
    assert reading.frame.select("interval_start", "location", "load").rows() == [
        (at(2025, 7, 1, 5, 55), "SPP", 30100.0)
    ]


ZONES = "Market Hour,Balancing Area Name,Control Zone Name,Forecast Area Type,Load MW\n"


def test_parts_of_a_zone_are_added_up() -> None:
    """Of one hour, whatever lies between them; null if one of them is."""
    text = (
        f"{ZONES}2/17/2026 7:00,SPP,CSWS,CF,4607.037\n2/17/2026 7:00,SPP,WR,CF,10\n2/17/2026 7:00,SPP,CSWS,NC,100.5\n"
        "2/17/2026 8:00,SPP,CSWS,CF,4600\n2/17/2026 8:00,SPP,CSWS,NC,\n"
    )
    reading = read("zone_load", text)
    assert reading.frame.select("location", "load").rows() == [
        ("CSWS", 4707.537),
        ("WR", 10.0),
        ("CSWS", None),
    ]
    assert reading.joined == 2
    assert reading.payload_rows == reading.accounted_rows == 5


def test_row_that_repeats_a_type_is_not_added() -> None:
    """It would count twice: it stays, for the check of keys to find."""
    text = f"{ZONES}2/17/2026 7:00,SPP,WR,CF,10\n2/17/2026 7:00,SPP,WR,CF,10\n2/17/2026 7:00,SPP,WR,NC,1\n"
    assert read("zone_load", text).frame["load"].to_list() == [10.0, 10.0, 1.0]


def test_one_column_a_zone_is_read_too() -> None:
    """Of as many zones as there are; at midnight the time may be left out; an unknown zone is named."""
    text = (
        "MarketHour, CSWS, NPPD, OKGE, SPS, WR, NEW\n07/01/2025 23:00:00,1,2,3,4,5,6\n7/2/2025,1,2,3,4,,6\n"
    )
    reading = read("zone_load", text)
    assert reading.frame["interval_end"].unique().to_list() == [at(2025, 7, 1, 23), at(2025, 7, 2)]
    assert reading.frame["load"].to_list() == [1.0, 2.0, 3.0, 4.0, 5.0, 1.0, 2.0, 3.0, 4.0, None]
    assert "NEW" in reading.findings[0].message


@pytest.mark.parametrize(
    ("header", "natives"),
    [
        (
            "GMT MKT Interval, Coal Market, Coal Self, Natural Gas Market, Gas Self, Wind Market, Wind Self, Load",
            [
                "Coal Market",
                "Coal Self",
                "Natural Gas Market",
                "Natural Gas Self",
                "Wind Market",
                "Wind Self",
            ],
        ),
        (
            "GMTTIME,COAL_MKT,COAL_SELF,NATURAL_GAS_MKT,GAS_SELF,WIND_MKT,WIND_SELF,LOAD",
            [
                "Coal Market",
                "Coal Self",
                "Natural Gas Market",
                "Natural Gas Self",
                "Wind Market",
                "Wind Self",
            ],
        ),
        (
            "GMTTime, Coal Market, Coal Self, Hydro, Natural Gas, Wind, Nuclear, Average Actual Load",
            ["Coal Market", "Coal Self", "Hydro", "Natural Gas", "Nuclear", "Wind"],
        ),
        (
            "GMTTime, Coal, Diesel Fuel Oil, Hydro, Natural Gas, Wind, Solar, Load",
            ["Coal", "Diesel Fuel Oil", "Hydro", "Natural Gas", "Solar", "Wind"],
        ),
    ],
)
def test_generation_is_read_in_every_form(header: str, natives: list[str]) -> None:
    """What the market dispatches and what schedules itself are rows of one fuel; load is not generation."""
    reading = read("gen_mix_years", f"{header}\n2017-01-01T06:05:00Z,1,2,3,4,5,6,100\n")
    assert reading.frame["fuel_native"].to_list() == natives
    assert reading.frame["generation"].sum() == 21.0
    assert reading.frame["interval_start"].unique().to_list() == [at(2017, 1, 1, 6)]
    assert reading.findings == ()


def test_new_fuel_is_named() -> None:
    """Its column is in the raw rows, and in a finding."""
    header = "GMT MKT Interval,Coal Market,Coal Self,Natural Gas Market,Gas Self,Wind Market,Wind Self,Energy Storage"
    reading = read("gen_mix_spp", f"{header}\n2026-07-01T06:05:00Z,1,2,3,4,5,6,7\n")
    assert kinds(reading) == [FindingKind.UNKNOWN_COLUMN]
    assert "Energy Storage" in reading.findings[0].message
    with pytest.raises(SchemaDrift):
        read("gen_mix_spp", "GMT MKT Interval,Coal Market,Coal Self,Load\n2026-07-01T06:05:00Z,1,2,3\n")
