"""ERCOT's reports as they were from 2014 to 2024: read by the same feeds, under the names of today."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from builders import utc
from energyopti import SchemaDrift
from energyopti.layouts import Layout, Reading
from energyopti_ercot.feeds import awards, five_minutes, outages, renewables

HOUR = timedelta(hours=1)
TWO_ZONES = (
    "ACTUAL_SYSTEM_WIDE,COP_HSL_SYSTEM_WIDE,STWPF_SYSTEM_WIDE,WGRPP_SYSTEM_WIDE,"
    "ACTUAL_SOUTH_HOUSTON,COP_HSL_SOUTH_HOUSTON,STWPF_SOUTH_HOUSTON,WGRPP_SOUTH_HOUSTON,"
    "ACTUAL_WEST_NORTH,COP_HSL_WEST_NORTH,STWPF_WEST_NORTH,WGRPP_WEST_NORTH,DSTFlag"
)
TWO_ZONES_CELLS = "4222.5,5540.5,5410.5,4510.5,960.5,1238.5,1333.5,1102.5,3262.5,4302.5,4077.5,3407.5"
THREE_ZONES = ",".join(
    f"{word}_{place}"
    for place in ("SYSTEM_WIDE", "LZ_SOUTH_HOUSTON", "LZ_WEST", "LZ_NORTH")
    for word in ("ACTUAL", "COP_HSL", "STWPF", "WGRPP")
)
SOLAR = "ACTUAL_SYSTEM_WIDE,COP_HSL_SYSTEM_WIDE,STPPF_SYSTEM_WIDE,PVGRPP_SYSTEM_WIDE,DSTFlag"


def read(layout: Layout, header: str, *lines: str) -> Reading:
    """A document that was read whole, and whose columns are all known."""
    reading = layout.read("\n".join([header, *lines, ""]).encode())
    assert reading.findings == ()
    assert reading.payload_rows == reading.accounted_rows == reading.frame.height
    return reading


def values(reading: Reading, column: str = "generation") -> list[tuple[datetime, str, float]]:
    """When each row begins, where, and its value; each lasts an hour."""
    frame = reading.frame
    assert set(frame["interval_end"] - frame["interval_start"]) == {HOUR}
    rows: list[tuple[datetime, str, float]] = frame.select("interval_start", "location", column).rows()
    return rows


@pytest.mark.parametrize(
    ("clock", "cells"),
    [
        ("DELIVERY_DATE,HOUR_ENDING", "04/29/2014,1"),
        ("HOUR_ENDING", "04/29/2014 01:00"),
        ("HOUR_BEGINNING", "04/29/2014 00:00"),
    ],
)
def test_wind_of_two_zones(clock: str, cells: str) -> None:
    """West and north were one zone until 2016, and an hour was a stamp: its end, or in 2015 its beginning."""
    header, line = f"{clock},{TWO_ZONES}", f"{cells},{TWO_ZONES_CELLS},N"
    start = utc("2014-04-29T05:00")
    assert values(read(renewables.WIND_GENERATED, header, line)) == [
        (start, "SYSTEM", 4222.5),
        (start, "SOUTH_HOUSTON", 960.5),
        (start, "WEST_NORTH", 3262.5),
    ]
    assert values(read(renewables.WIND_EXPECTED, header, line)) == [
        (start, "SYSTEM", 5410.5),
        (start, "SOUTH_HOUSTON", 1333.5),
        (start, "WEST_NORTH", 4077.5),
    ]


def test_hours_that_are_stamps_on_the_long_day() -> None:
    """Hours that begin at one o'clock: the flag tells the passes apart; midnight ends the day before."""
    lines = [
        f"11/01/2015 {hour},{TWO_ZONES_CELLS},{flag}"
        for hour, flag in (("00:00", "N"), ("01:00", "N"), ("01:00", "Y"), ("02:00", "N"))
    ]
    reading = read(renewables.WIND_GENERATED, f"HOUR_BEGINNING,{TWO_ZONES}", *lines)
    assert reading.frame["interval_start"].unique().sort().to_list() == [
        utc("2015-11-01T05:00"),
        utc("2015-11-01T06:00"),
        utc("2015-11-01T07:00"),
        utc("2015-11-01T08:00"),
    ]
    ended = read(renewables.SOLAR_GENERATED, f"HOUR_ENDING,{SOLAR}", "02/09/2016 00:00,1.5,29.5,0,0,N")
    assert values(ended) == [(utc("2016-02-09T05:00"), "SYSTEM", 1.5)]


def test_wind_of_three_zones_before_it_was_called_generation() -> None:
    """``ACTUAL`` until September 2024."""
    cells = ",".join(f"{number}.5" for number in range(16))
    reading = read(
        renewables.WIND_GENERATED,
        f"DELIVERY_DATE,HOUR_ENDING,{THREE_ZONES},DSTFlag",
        f"01/29/2020,24,{cells},N",
    )
    start = utc("2020-01-30T05:00")
    assert values(reading) == [
        (start, "SYSTEM", 0.5),
        (start, "SOUTH_HOUSTON", 4.5),
        (start, "WEST", 8.5),
        (start, "NORTH", 12.5),
    ]


@pytest.mark.parametrize(
    ("clock", "cells"), [("DELIVERY_DATE,HOUR_ENDING", "02/08/2016,12"), ("HOUR_ENDING", "02/08/2016 12:00")]
)
def test_solar_of_2016(clock: str, cells: str) -> None:
    """By stamps at first, then by a date and a label."""
    header, line = f"{clock},{SOLAR}", f"{cells},200.5,250.5,210.5,190.5,N"
    start = utc("2016-02-08T17:00")
    assert values(read(renewables.SOLAR_GENERATED, header, line)) == [(start, "SYSTEM", 200.5)]
    assert values(read(renewables.SOLAR_EXPECTED, header, line)) == [(start, "SYSTEM", 210.5)]


def test_solar_by_region_of_2022() -> None:
    """Without the limit of the system, and its output called as that of a region is."""
    places = ("SYSTEM_WIDE", "CenterWest", "NorthWest", "FarWest", "FarEast", "SouthEast", "CenterEast")
    header = ",".join(f"{word}_{place}" for place in places for word in ("GEN", "COP_HSL", "STPPF", "PVGRPP"))
    cells = ",".join(f"{number}.5" for number in range(28))
    reading = read(
        renewables.REGIONAL_SOLAR_GENERATED,
        f"DELIVERY_DATE,HOUR_ENDING,{header},DSTFlag",
        f"06/28/2022,17,{cells},N",
    )
    start = utc("2022-06-28T21:00")
    named = ("SYSTEM", *places[1:])
    assert values(reading) == [(start, name, 4 * number + 0.5) for number, name in enumerate(named)]


def test_report_that_lacks_a_zone_of_either_time_is_drift() -> None:
    """The error speaks of the form of today."""
    header = f"DELIVERY_DATE,HOUR_ENDING,{TWO_ZONES}".replace("ACTUAL_WEST_NORTH", "ACTUAL_ELSEWHERE")
    with pytest.raises(SchemaDrift, match="no column 'GEN_LZ_SOUTH_HOUSTON'"):
        renewables.WIND_GENERATED.read(f"{header}\n04/29/2014,1,{TWO_ZONES_CELLS},N\n".encode())


def test_five_minutes_of_two_zones() -> None:
    """NP4-733 of 2014."""
    reading = read(
        five_minutes.WIND_GENERATED,
        "INTERVAL_ENDING,SYSTEM_WIDE,SOUTH_HOUSTON,WEST_NORTH,DSTFlag",
        "04/30/2014 23:05,1105.5,491.5,614,N",
    )
    start = utc("2014-05-01T04:00")
    assert reading.frame.select("interval_start", "location", "generation").rows() == [
        (start, "SYSTEM", 1105.5),
        (start, "SOUTH_HOUSTON", 491.5),
        (start, "WEST_NORTH", 614.0),
    ]
    assert set(reading.frame["interval_end"]) == {start + timedelta(minutes=5)}


@pytest.mark.parametrize(
    ("layout", "header", "cells", "places"),
    [
        (five_minutes.SOLAR_GENERATED, "SYSTEM_WIDE", "7.5", ["SYSTEM"]),
        (
            five_minutes.REGIONAL_WIND_GENERATED,
            "SYSTEM_WIDE,PANHANDLE,COASTAL,SOUTH,WEST,NORTH",
            "7.5,1,2,3,1,0.5",
            ["SYSTEM", "PANHANDLE", "COASTAL", "SOUTH", "WEST", "NORTH"],
        ),
    ],
    ids=["solar of 2016", "wind by region of 2017"],
)
def test_five_minutes_before_the_limits(layout: Layout, header: str, cells: str, places: list[str]) -> None:
    """Without the limit of the system."""
    reading = read(layout, f"INTERVAL_ENDING,{header},DSTFlag", f"05/11/2017 14:00,{cells},N")
    assert reading.frame["location"].to_list() == places
    assert reading.frame["generation"].to_list() == [float(cell) for cell in cells.split(",")]
    assert set(reading.frame["interval_start"]) == {utc("2017-05-11T18:55")}


def test_outages_of_2014() -> None:
    """One figure of each kind for all of ERCOT, and none of new equipment; hours are written ``01``."""
    reading = read(
        outages.OUT_OF_SERVICE, "Date,HourEnding,TotalResourceMW,TotalIRRMW", "05/01/2014,01,18542,685"
    )
    start = utc("2014-05-01T05:00")
    columns = ("interval_start", "resource_type", "location", "outage")
    assert reading.frame.select(columns).rows() == [
        (start, "resource", "SYSTEM", 18_542.0),
        (start, "irr", "SYSTEM", 685.0),
    ]


@pytest.mark.parametrize(("header", "word"), [("RRS Gen", "RRSGEN"), ("RRS Load", "RRSLOAD")])
def test_responsive_reserve_had_two_parts(header: str, word: str) -> None:
    """In the first years: that from generation and that from load."""
    for layout, kind in ((awards.CLEARED, "Cleared"), (awards.SELF_ARRANGED, "Self-Arranged")):
        reading = read(layout, f"Delivery Date,Hour Ending,Total {kind} AS - {header}", "01/29/2015,1,1500.5")
        assert reading.frame.select("interval_start", "product", "product_native", "procured").row(0) == (
            utc("2015-01-29T06:00"),
            "responsive_reserve",
            word,
            1500.5,
        )
