"""How ERCOT's reports are read: clocks, flags, padded cells, renamed columns, and the API's form of them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from typing import Any

import pytest

from builders import utc
from energyopti import FindingKind
from energyopti.layouts import Layout, Reading
from energyopti_ercot.feeds import ancillary, load, prices, renewables, transmission
from energyopti_ercot.protocol.api import posted_late
from energyopti_ercot.protocol.documents import read_documents
from energyopti_ercot.sandbox.catalogue import TABLES
from energyopti_ercot.sandbox.tables import Table

DAM = "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag\n"
SPP = (
    "DeliveryDate,DeliveryHour,DeliveryInterval,SettlementPointName,SettlementPointType,"
    "SettlementPointPrice,DSTFlag\n"
)
SCED = "SCEDTimestamp,RepeatedHourFlag,SettlementPoint,LMP\n"

BOTH = [table for table in TABLES if table.path and not table.posted]
"""The reports that documents and the API have."""


def read(layout: Layout, text: str) -> Reading:
    """A document read."""
    return layout.read(text.encode())


def starts(reading: Reading) -> list[datetime]:
    """When its rows begin."""
    return reading.frame["interval_start"].to_list()


def kinds(reading: Reading) -> list[FindingKind]:
    """What was found in it."""
    return [each.kind for each in reading.findings]


@pytest.mark.parametrize("label", ["01:00", "1:00", "1", " 01:00 "])
def test_hour_ending_one_begins_at_midnight(label: str) -> None:
    """However it is written; July is five hours behind UTC."""
    reading = read(prices.DAY_AHEAD_POINTS, f"{DAM}07/01/2024,{label},HB_NORTH,20,N\n")
    assert starts(reading) == [utc("2024-07-01T05:00")]


def test_hour_ending_24_ends_at_the_next_midnight() -> None:
    """``24:00`` of July 1 is the hour before July 2."""
    reading = read(prices.DAY_AHEAD_POINTS, f"{DAM}07/01/2024,24:00,HB_NORTH,20,N\n")
    assert starts(reading) == [utc("2024-07-02T04:00")]
    assert reading.frame["interval_end"].to_list() == [utc("2024-07-02T05:00")]


def test_day_of_23_hours_goes_from_02_to_04() -> None:
    """Hour ending 02:00 is the last of winter time and 04:00 the first of summer time: they touch."""
    text = f"{DAM}03/10/2024,02:00,HB_NORTH,20,N\n03/10/2024,04:00,HB_NORTH,21,N\n"
    assert starts(read(prices.DAY_AHEAD_POINTS, text)) == [utc("2024-03-10T07:00"), utc("2024-03-10T08:00")]


def test_hour_that_the_clocks_skip_is_refused_and_counted() -> None:
    """Hour ending 03:00 of March 10, 2024 never was: a finding has the row."""
    reading = read(prices.DAY_AHEAD_POINTS, f"{DAM}03/10/2024,03:00,HB_NORTH,20,N\n")
    assert reading.frame.height == 0
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 1)]


def test_flag_tells_the_second_pass() -> None:
    """Both quarters ``2,1`` of November 3, 2024: the flagged one is an hour later."""
    lines = ["11/03/2024,2,1,HB_NORTH,HU,20,N", "11/03/2024,2,1,HB_NORTH,HU,21,Y"]
    reading = read(prices.SETTLEMENT_POINTS, SPP + "\n".join(lines) + "\n")
    assert starts(reading) == [utc("2024-11-03T06:00"), utc("2024-11-03T07:00")]
    assert reading.frame["lmp"].to_list() == [20.0, 21.0]


@pytest.mark.parametrize(("part", "begins"), [("1", "13:00"), ("2", "13:15"), ("3", "13:30"), ("4", "13:45")])
def test_interval_is_a_quarter_of_its_hour(part: str, begins: str) -> None:
    """Delivery hour 9 of a summer day is from 08:00 to 09:00, which is 13:00 in UTC."""
    reading = read(prices.SETTLEMENT_POINTS, f"{SPP}07/30/2025,9,{part},ALPHA,RN,19.5,N\n")
    assert starts(reading) == [utc(f"2025-07-30T{begins}")]


def test_padded_cells_are_stripped() -> None:
    """Prices stand behind blanks, and so do names in the day-ahead constraints."""
    reading = read(prices.DISPATCH_POINTS, f"{SCED}06/25/2026 00:40:18,N,ALPHA_RN,       26.5\n")
    assert reading.frame.select("location", "lmp").row(0) == ("ALPHA_RN", 26.5)
    assert reading.findings == ()


def test_runs_of_the_dispatch_last_until_the_next() -> None:
    """Their stamps are kept to the second; the last one is taken for five minutes."""
    text = f"{SCED}07/01/2024 10:00:14,N,A,20\n07/01/2024 10:05:19,N,A,21\n"
    frame = read(prices.DISPATCH_POINTS, text).frame
    assert frame["interval_start"].to_list() == [utc("2024-07-01T15:00:14"), utc("2024-07-01T15:05:19")]
    assert frame["interval_end"].to_list() == [utc("2024-07-01T15:05:19"), utc("2024-07-01T15:10:19")]


def test_zone_and_its_energy_weighted_price_have_keys_of_their_own() -> None:
    """LZ is a zone, LZEW an aggregate of the same name."""
    text = f"{SPP}07/01/2024,1,1,LZ_WEST,LZ,20,N\n07/01/2024,1,1,LZ_WEST,LZEW,21,N\n"
    frame = read(prices.SETTLEMENT_POINTS, text).frame
    assert list(zip(frame["location_type"], frame["lmp"], strict=True)) == [
        ("zone", 20.0),
        ("aggregate", 21.0),
    ]


def test_unknown_type_is_a_node_with_a_finding() -> None:
    """A new type of settlement point passes, and is said."""
    reading = read(prices.SETTLEMENT_POINTS, f"{SPP}07/01/2024,1,1,NEW_PLACE,XX,20,N\n")
    assert reading.frame["location_type"].to_list() == ["node"]
    assert kinds(reading) == [FindingKind.UNKNOWN_WORD]


@pytest.mark.parametrize(
    ("name", "kind"), [("HB_PAN", "hub"), ("LZ_AEN", "zone"), ("DC_E", "interface"), ("ALPHA_ALL", "node")]
)
def test_kind_follows_from_the_name_where_no_type_is_said(name: str, kind: str) -> None:
    """Hubs, load zones and ties are known by their names; all else is a node."""
    reading = read(prices.DAY_AHEAD_POINTS, f"{DAM}07/01/2024,01:00,{name},20,N\n")
    assert reading.frame["location_type"].to_list() == [kind]


def test_renamed_price_is_one_column() -> None:
    """Documents from before and after 2026-08-27: LMP, then CappedLMP; the uncapped price stays raw."""
    before = "SCEDTimestamp,RepeatedHourFlag,ElectricalBus,LMP\n08/26/2026 23:55:10,N,0001,30\n"
    after = "SCEDTimestamp,RepeatedHourFlag,ElectricalBus,CappedLMP,UncappedLMP\n08/27/2026 00:00:12,N,0001,31,99\n"
    reading = Reading.concat([read(prices.DISPATCH_BUSES, before), read(prices.DISPATCH_BUSES, after)])
    assert reading.frame["lmp"].to_list() == [30.0, 31.0]
    assert reading.raw["UncappedLMP"].to_list() == [None, "99"]
    assert reading.findings == ()


def test_document_published_again_supersedes_the_first() -> None:
    """Of two prices for one key the later one stands; the earlier is counted."""
    text = f"{DAM}07/01/2024,01:00,HB_NORTH,20,N\n07/01/2024,01:00,HB_NORTH,22,N\n"
    reading = read(prices.DAY_AHEAD_POINTS, text)
    assert reading.frame["lmp"].to_list() == [22.0]
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.SUPERSEDED_ROW, 1)]


def test_constraints_that_share_a_key_are_all_kept() -> None:
    """Two ids of one name: the ids tell them apart, so neither supersedes the other."""
    header = (
        "SCEDTimeStamp,RepeatedHourFlag,ConstraintID,ConstraintName,ContingencyName,ShadowPrice,Limit,Value\n"
    )
    lines = ["07/01/2024 10:00:14,N,1,A1,BASE CASE,5,10,10", "07/01/2024 10:00:14,N,2,A1,BASE CASE,7,12,12"]
    frame = read(transmission.DISPATCH_CONSTRAINTS, header + "\n".join(lines) + "\n").frame
    assert frame["shadow_price"].to_list() == [5.0, 7.0]


def test_unknown_service_is_said() -> None:
    """A new ancillary service passes with its own word, and a finding."""
    text = "DeliveryDate,HourEnding,AncillaryType,MCPC,DSTFlag\n07/01/2024,01:00,DRRS,3.5,N\n"
    reading = read(ancillary.CLEARING_PRICES, text)
    assert reading.frame["product_native"].to_list() == ["DRRS"]
    assert kinds(reading) == [FindingKind.UNKNOWN_WORD]


def test_header_with_trailing_blanks_is_known() -> None:
    """As the load forecast has it."""
    text = "DeliveryDate,HourEnding,North,South,West,Houston,SystemTotal,DSTFlag    \n07/01/2024,1:00,1,2,3,4,10,N\n"
    reading = read(load.EXPECTED_BY_FORECAST_ZONE, text)
    assert dict(zip(reading.frame["location"], reading.frame["load"], strict=True)) == {
        "NORTH": 1.0,
        "SOUTH": 2.0,
        "WEST": 3.0,
        "HOUSTON": 4.0,
        "SYSTEM": 10.0,
    }
    assert reading.findings == ()


def api_page(fields: list[str], *rows: list[Any]) -> bytes:
    """A page of the API."""
    page = {
        "_meta": {"totalRecords": len(rows), "totalPages": 1},
        "fields": [{"name": name, "label": name, "dataType": "VARCHAR"} for name in fields],
        "data": rows,
    }
    return json.dumps(page).encode()


SPP_FIELDS = [
    "deliveryDate",
    "deliveryHour",
    "deliveryInterval",
    "settlementPoint",
    "settlementPointType",
    "settlementPointPrice",
    "DSTFlag",
]


def test_api_has_the_same_report_with_other_names() -> None:
    """ISO dates, hours as numbers, a boolean flag that is true on the second pass."""
    rows = [
        ["2024-11-03", 2, 1, "HB_NORTH", "HU", 20, False],
        ["2024-11-03", 2, 1, "HB_NORTH", "HU", 21.5, True],
    ]
    reading = prices.SETTLEMENT_POINTS.read(api_page(SPP_FIELDS, *rows))
    assert starts(reading) == [utc("2024-11-03T06:00"), utc("2024-11-03T07:00")]
    assert reading.frame["lmp"].to_list() == [20.0, 21.5]
    assert reading.findings == ()


def test_api_columns_are_placed_by_its_list_of_fields() -> None:
    """Another order of fields is the same row."""
    fields, row = SPP_FIELDS[::-1], [False, 20.5, "LZ", "LZ_WEST", 4, 24, "2024-07-01"]
    frame = prices.SETTLEMENT_POINTS.read(api_page(fields, row)).frame
    assert frame.select("location", "location_type", "lmp").row(0) == ("LZ_WEST", "zone", 20.5)
    assert frame["interval_start"].to_list() == [utc("2024-07-02T04:45")]


def test_api_dispatch_stamps_are_iso() -> None:
    """With the flag under the API's own name."""
    fields = ["SCEDTimestamp", "repeatHourFlag", "settlementPoint", "LMP"]
    reading = prices.DISPATCH_POINTS.read(api_page(fields, ["2024-11-03T01:00:14", True, "HB_NORTH", 20]))
    assert starts(reading) == [utc("2024-11-03T07:00:14")]


def test_forecast_posted_in_the_repeated_hour_is_not_known_too_early() -> None:
    """Nothing tells 01:55 of its two passes apart: it counts as of the later one; other times are as they are."""
    fields = ["deliveryDate", "hourEnding", "postedDatetime", "STPPFSystemWide", "DSTFlag"]
    times = ["2026-11-01T00:55:08", "2026-11-01T01:55:08", "2026-11-01T02:55:08"]
    rows = [["2026-11-01", 14, time, 9_000.5, False] for time in times]
    reading = posted_late(renewables.SOLAR_EXPECTED.read(api_page(fields, *rows)))
    assert reading.frame["publish_time"].to_list() == [
        utc("2026-11-01T05:55:08"),
        utc("2026-11-01T07:55:08"),
        utc("2026-11-01T08:55:08"),
    ]


@pytest.mark.parametrize("table", BOTH, ids=[table.name for table in BOTH])
def test_document_and_api_say_the_same(table: Table) -> None:
    """A 25-hour day of every report, written in both forms, is read as one frame."""
    first, end = utc("2026-11-01T05:00"), utc("2026-11-02T06:00")
    frame = table.rows(first, end, end)
    by_document, by_api = (
        table.layout.read(table.layout.write(frame)),
        table.layout.read(table.of_api.write(frame)),
    )
    assert by_document.frame.height == frame.height
    assert by_document.frame.equals(by_api.frame)


def test_documents_of_a_day_are_read_as_one() -> None:
    """Files with one header are joined, so that a run lasts until the one in the next document."""
    archives = [zipped(f"{SCED}07/01/2024 10:00:14,N,A,20\n"), zipped(f"{SCED}07/01/2024 10:05:19,N,A,21")]
    frame = read_documents(prices.DISPATCH_POINTS, archives).frame
    assert frame["interval_end"].to_list()[0] == utc("2024-07-01T15:05:19")
    assert frame.height == 2


def zipped(text: str) -> bytes:
    """A document with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("cdr.00012300.0000000000000000.20240701.100020.LMP.csv", text)
    return buffer.getvalue()
