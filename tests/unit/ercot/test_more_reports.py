"""ERCOT's reports of reserves, outages, ties, models and five minutes: how they are read, and what a day is read from."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import utc
from energyopti import FindingKind, SchemaDrift
from energyopti.layouts import Layout, Reading
from energyopti.query import TimeRange, plan
from energyopti_ercot.feeds import ancillary, five_minutes, load, outages, reference, transmission
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.api import newest_posting
from energyopti_ercot.protocol.documents import Report, thinned
from energyopti_ercot.protocol.listing import Document

FIVE = timedelta(minutes=5)
PLAN_FIELDS = ["postedDatetime", "deliveryDate", "hourEnding", "ancillaryType", "quantity", "DSTFlag"]


def read(layout: Layout, *lines: str) -> Reading:
    """A document read."""
    return layout.read("\n".join([*lines, ""]).encode())


def starts(reading: Reading) -> list[datetime]:
    """When its rows begin."""
    return reading.frame["interval_start"].to_list()


def found(reading: Reading) -> list[tuple[FindingKind, int]]:
    """What was found in it, and of how many rows."""
    return [(each.kind, each.rows) for each in reading.findings]


def api_page(fields: Sequence[str], *rows: list[Any]) -> bytes:
    """A page of the API."""
    return json.dumps({"fields": [{"name": name} for name in fields], "data": list(rows)}).encode()


def documents(*published: str) -> list[Document]:
    """Documents by their publication, the earliest first."""
    return [
        Document(number=str(number), name="REPORT_csv", published=utc(at))
        for number, at in enumerate(published)
    ]


# Reserves


def test_flag_tells_the_passes_of_a_quarter_apart() -> None:
    """Delivery hour 2, interval 4 of November 1, 2026: the flagged one is an hour later."""
    reading = read(
        ancillary.QUARTERLY_PRICES,
        "DeliveryDate,DeliveryHour,DeliveryInterval,RepeatedHourFlag,ASType,MCPC",
        "11/01/2026,2,4,N,RRS,1",
        "11/01/2026,2,4,Y,RRS,2",
    )
    assert starts(reading) == [utc("2026-11-01T06:45"), utc("2026-11-01T07:45")]
    assert reading.frame["price"].to_list() == [1.0, 2.0]


def test_renamed_price_of_a_service_is_one_column() -> None:
    """Runs from before and after 2026-08-27: MCPC, then CappedMCPC; the uncapped price stays raw."""
    before = read(
        ancillary.DISPATCH_PRICES,
        "SCEDTimestamp,RepeatedHourFlag,ASType,MCPC",
        "08/26/2026 23:55:10,N,ECRS,0.5",
    )
    after = read(
        ancillary.DISPATCH_PRICES,
        "SCEDTimestamp,RepeatedHourFlag,ASType,CappedMCPC,UncappedMCPC",
        "08/27/2026 00:00:12,N,ECRS,0.75,9",
    )
    both = Reading.concat([before, after])
    assert both.frame["price"].to_list() == [0.5, 0.75]
    assert both.raw["UncappedMCPC"].to_list() == [None, "9"]
    assert both.findings == ()


def test_plan_posted_last_stands_whatever_the_order_of_rows() -> None:
    """The API gives the newest posting first: the 30th's plan of November 1 supersedes the 29th's."""
    reading = ancillary.PLANNED.read(
        api_page(
            PLAN_FIELDS,
            ["2026-10-30T05:50:00", "2026-11-01", "01:00", "REGUP", 420, False],
            ["2026-10-30T05:50:00", "2026-11-01", "02:00", "REGUP", 430, False],
            ["2026-10-29T05:50:00", "2026-11-01", "01:00", "REGUP", 400, False],
            ["2026-10-29T05:50:00", "2026-11-01", "02:00", "REGUP", 410, True],
        )
    )
    newest = newest_posting(reading, ERCOT.feed("dam_as_plan").dataset.key)
    assert dict(zip(starts(newest), newest.frame["requirement"], strict=True)) == {
        utc("2026-11-01T05:00"): 420.0,
        utc("2026-11-01T06:00"): 430.0,
        utc("2026-11-01T07:00"): 410.0,
    }
    assert found(newest) == [(FindingKind.SUPERSEDED_ROW, 1)]
    assert newest.accounted_rows == newest.payload_rows


def test_plan_that_was_posted_once_is_as_it_is() -> None:
    """Nothing is superseded, nothing is said."""
    page = api_page(PLAN_FIELDS, ["2026-10-30T05:50:00", "2026-11-01", "01:00", "REGUP", 420, False])
    reading = ancillary.PLANNED.read(page)
    assert newest_posting(reading, ERCOT.feed("dam_as_plan").dataset.key) is reading


def test_plan_of_a_day_is_in_the_last_two_documents_of_its_week() -> None:
    """Each holds seven days: of those published from six days before to the day itself the newest two are read."""
    report = Report(number="12316", first=-6, last=0, newest=2)
    (chunk,) = plan(
        ERCOT, ERCOT.feed("dam_as_plan"), TimeRange(utc("2026-11-10T12:00"), utc("2026-11-10T13:00"))
    )
    every = documents(*(f"2026-11-{day:02d}T11:50" for day in range(2, 13)))
    assert [each.published.day for each in report.of(every, chunk)] == [9, 10]
    assert report.overlaps


# Five minutes


@pytest.mark.parametrize(
    ("stamp", "ends"),
    [
        ("06/12/2026 23:55", "2026-06-13T04:55"),
        ("06/13/2026 00:00", "2026-06-13T05:00"),
        ("06/12/2026 11:55:00 PM", "2026-06-13T04:55"),
        ("06/13/2026 12:00:00 AM", "2026-06-13T05:00"),
        ("06/12/2026 12:05:00 PM", "2026-06-12T17:05"),
    ],
)
def test_five_minutes_end_at_their_stamp(stamp: str, ends: str) -> None:
    """Wind is written on a clock of 24 hours, solar on one of twelve with seconds."""
    reading = read(
        five_minutes.SOLAR_GENERATED,
        "INTERVAL_ENDING,SYSTEM_WIDE_GEN,SYSTEM_WIDE_HSL,DSTFlag",
        f"{stamp},5,6,N",
    )
    assert reading.frame["interval_end"].to_list() == [utc(ends)]
    assert starts(reading) == [utc(ends) - FIVE]


@pytest.mark.parametrize("seconds", ["00", "15", "30"])
def test_late_stamps_mean_the_five_minutes(seconds: str) -> None:
    """Regional solar was stamped 15 seconds late in 2022 and 30 in 2026; what is published stays in the raw columns."""
    stamp = f"09/07/2026 11:10:{seconds} AM"
    reading = read(
        five_minutes.REGIONAL_SOLAR_GENERATED,
        "INTERVAL_ENDING,SYSTEM_WIDE_GEN,CenterWest_GEN,NorthWest_GEN,FarWest_GEN,FarEast_GEN,SouthEast_GEN,"
        "CenterEast_GEN,SYSTEM_WIDE_HSL,DSTFlag",
        f"{stamp},700,100,100,100,100,100,200,800,N",
    )
    assert set(starts(reading)) == {utc("2026-09-07T16:05")}
    assert set(reading.frame["interval_end"]) == {utc("2026-09-07T16:10")}
    assert reading.raw["INTERVAL_ENDING"].to_list() == [stamp]


def test_later_document_corrects_an_earlier_one() -> None:
    """Both hold 10:05: the later figure stands, and the earlier is counted."""
    reading = read(
        five_minutes.SOLAR_GENERATED,
        "INTERVAL_ENDING,SYSTEM_WIDE_GEN,SYSTEM_WIDE_HSL,DSTFlag",
        "07/01/2026 10:00:00 AM,4,6,N",
        "07/01/2026 10:05:00 AM,5,6,N",
        "07/01/2026 10:05:00 AM,5.5,6,N",
    )
    assert reading.frame["generation"].to_list() == [4.0, 5.5]
    assert found(reading) == [(FindingKind.SUPERSEDED_ROW, 1)]


def test_few_documents_hold_a_day_between_them() -> None:
    """Of one every five minutes, the first, the last and as few between as lie at most 50 minutes apart."""
    every = [
        Document(number=str(number), name="R", published=utc("2026-07-01T05:05") + number * FIVE)
        for number in range(300)
    ]
    kept = thinned(every, timedelta(minutes=50))
    gaps = {after.published - before.published for before, after in itertools.pairwise(kept)}
    assert (kept[0], kept[-1]) == (every[0], every[-1])
    assert max(gaps) == timedelta(minutes=50)
    assert len(kept) == 31


def test_documents_that_are_far_apart_are_all_kept() -> None:
    """Where one is missing, its neighbours stay."""
    every = documents("2026-07-01T05:00", "2026-07-01T06:00", "2026-07-01T06:05", "2026-07-01T07:30")
    assert thinned(every, timedelta(minutes=50)) == every
    assert thinned(every[:1], timedelta(minutes=50)) == every[:1]
    assert thinned([], timedelta(minutes=50)) == []


# Outages, ties, models


def outage_line(day: str, hour: int) -> str:
    """A row of the report, the same figures in every zone."""
    return f"{day},{hour}," + ",".join(["100"] * 12)


OUTAGE_HEADER = "Date,HourEnding," + ",".join(
    f"{kind}Zone{place}" for kind in outages.KINDS for place in outages.ZONES
)


def test_long_day_of_outages_lacks_its_second_pass() -> None:
    """24 rows for the 25 hours of November 1, 2026: hour 2 is the first pass, and no row is moved into the second."""
    reading = read(
        outages.OUT_OF_SERVICE, OUTAGE_HEADER, *(outage_line("11/01/2026", hour) for hour in range(1, 25))
    )
    hours = sorted(set(starts(reading)))
    assert len(hours) == 24
    assert utc("2026-11-01T06:00") in hours
    assert utc("2026-11-01T07:00") not in hours
    assert hours[-1] == utc("2026-11-02T05:00")


def test_short_day_of_outages_has_an_hour_too_many() -> None:
    """24 rows for the 23 hours of March 8, 2026: hour 3 never was, and its twelve figures are counted as refused."""
    reading = read(
        outages.OUT_OF_SERVICE, OUTAGE_HEADER, *(outage_line("03/08/2026", hour) for hour in range(1, 25))
    )
    assert len(set(starts(reading))) == 23
    assert found(reading) == [(FindingKind.REJECTED_ROW, 12)]
    assert reading.accounted_rows == reading.payload_rows == 24 * 12


def test_old_report_of_outages_has_one_figure_for_all() -> None:
    """It is ERCOT's as a whole, and given to no zone."""
    reading = read(
        outages.OUT_OF_SERVICE,
        "Date,HourEnding,TotalResourceMW,TotalIRRMW,TotalNewEquipResourceMW",
        "07/01/2018,1,18542,685,90",
    )
    assert reading.frame.select("resource_type", "location", "outage").rows() == [
        ("resource", "SYSTEM", 18_542.0),
        ("irr", "SYSTEM", 685.0),
        ("new_equip_resource", "SYSTEM", 90.0),
    ]


def test_schedule_of_an_unknown_direction_is_left_out_and_said() -> None:
    """Neither import nor export: it is not guessed."""
    reading = read(
        transmission.APPROVED,
        "DCTie,GMTIntervalEnding,IntervalEnding,RepeatHourFlag,MW,ImportExport",
        "DC_E,07/01/2026 05:15:00,07/01/2026 00:15:00,N,150,E",
        "DC_N,07/01/2026 05:15:00,07/01/2026 00:15:00,N,30,BOTH",
    )
    assert reading.frame.select("location", "kind", "scheduled").rows() == [("DC_E", "export", 150.0)]
    assert found(reading) == [(FindingKind.UNKNOWN_WORD, 1), (FindingKind.REJECTED_ROW, 1)]


def test_models_are_rows_of_their_own() -> None:
    """Two models of one hour share place and time, and differ in the key."""
    reading = read(
        load.MODELLED_BY_STUDY_AREA,
        "DeliveryDate,HourEnding,Valley,Model,DSTFlag",
        "07/01/2026,01:00,2600,A3,N",
        "07/01/2026,01:00,2650,E,N",
    )
    assert reading.frame.select("model", "load").rows() == [("A3", 2_600.0), ("E", 2_650.0)]
    assert reading.findings == ()


# Places

BUS_HEADER = (
    "ELECTRICAL_BUS,NODE_NAME,PSSE_BUS_NAME,VOLTAGE_LEVEL,SUBSTATION,SETTLEMENT_LOAD_ZONE,RESOURCE_NODE,HUB_BUS_NAME,"
    "HUB,PSSE_BUS_NUMBER"
)
FILES = {
    "SP_List_EB_Mapping/Settlement_Points_06112026_122819.csv": [
        BUS_HEADER,
        "0001,0001,L_A,138,ALPHA,LZ_SOUTH,,,,7103",
        "0002,0002,L_B,138,ALPHA,LZ_SOUTH,ALPHA_RN,,,7104",
        "0003,0003,L_C,345,BRAVO,LZ_NORTH,ALPHA_RN,,,7105",
        "0004,0004,L_D,345,BRAVO,LZ_NORTH,BRAVO_CC1,NORTH_BUS,HB_NORTH,7106",
    ],
    "SP_List_EB_Mapping/Hub_Name_AND_DC_Ties_06112026_122819.csv": ["NAME", "HB_NORTH", "DC_E"],
    "SP_List_EB_Mapping/NOIE_Mapping_06112026_122819.csv": [
        "PHYSICAL_LOAD,NOIE,VOLTAGE_NAME,SUBSTATION,ELECTRICAL_BUS",
        "L1,LZ_AEN,138,ALPHA,0001",
        "L2,LZ_AEN,138,ALPHA,0002",
    ],
}


def archive(without: str = "-") -> bytes:
    """The list as it is published, maybe without a file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, lines in FILES.items():
            if without not in name:
                opened.writestr(name, "\n".join([*lines, ""]))
    return buffer.getvalue()


def test_settlement_points_are_listed_once_each() -> None:
    """Hubs and ties, the zones of those who did not opt in, the other zones, then resource nodes with their zone."""
    reading = reference.settlement_points(archive())
    assert reading.frame.select("location", "location_type", "zone").rows() == [
        ("HB_NORTH", "hub", None),
        ("DC_E", "interface", None),
        ("LZ_AEN", "zone", None),
        ("LZ_SOUTH", "zone", None),
        ("LZ_NORTH", "zone", None),
        ("ALPHA_RN", "node", "LZ_SOUTH"),
        ("BRAVO_CC1", "node", "LZ_NORTH"),
    ]
    assert reading.accounted_rows == reading.payload_rows == 2 + 2 + 4 + 4


def test_buses_keep_the_noughts_of_their_names() -> None:
    """``0001`` is text."""
    frame = reference.buses(archive()).frame
    assert frame.select("location", "location_type", "zone", "code").row(0) == (
        "0001",
        "bus",
        "LZ_SOUTH",
        "7103",
    )
    assert frame.height == 4


@pytest.mark.parametrize("missing", ["Settlement_Points", "Hub_Name", "NOIE"])
def test_list_that_lacks_a_file_is_drift(missing: str) -> None:
    """It says which."""
    with pytest.raises(SchemaDrift, match=f"has 0 files {missing}"):
        reference.settlement_points(archive(without=missing))
