"""ERCOT's names: whatever a report or an end point calls a column today, tomorrow or in another year, it is the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

import polars as pl
import pytest
from _pytest.mark import ParameterSet
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti import Feed, SchemaDrift
from energyopti.layouts import CsvLayout, HourEnding, Layout, Stamp, Undated
from energyopti.layouts.columns import fold
from energyopti_ercot.feeds import FEEDS, ancillary, prices, transmission
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.layouts import spelled
from energyopti_ercot.sandbox.catalogue import BUNDLES, TABLES
from energyopti_ercot.sandbox.tables import Table

EVERY = [*TABLES, *(table for bundle in BUNDLES for table in bundle.tables)]
CLOCKED = [table for table in EVERY if isinstance(table.layout.time, Stamp | HourEnding)]
OF_API = [table for table in CLOCKED if table.path]
IN_TEXT = [
    feed for feed in FEEDS if isinstance(feed.layout, CsvLayout) and not isinstance(feed.layout.time, Undated)
]
FLAGS = ("DSTFlag", "repeatHourFlag", "repeatedHourFlag")
IN_DOCUMENTS = ("DSTFlag", "RepeatedHourFlag", "RepeatHourFlag", "Repeated Hour Flag", "Repeated_Hour")
LONG_NIGHT = (utc("2026-11-01T05:00"), utc("2026-11-01T10:00"))


def named(tables: list[Table]) -> list[str]:
    """What the tests of tables are called."""
    return [f"{table.name}{table.path or table.file}" for table in tables]


def one_a_clock(tables: list[Table]) -> list[ParameterSet]:
    """Tables by name; of those of one clock and class of layout all but the first are for the exhaustive run."""
    clocks = [
        (type(table.layout), repr(table.layout.time), table.path and repr(table.of_api.time))
        for table in tables
    ]
    return [
        pytest.param(table, id=name, marks=pytest.mark.exhaustive if clock in clocks[:number] else ())
        for number, (table, name, clock) in enumerate(zip(tables, named(tables), clocks, strict=True))
    ]


def rows(table: Table) -> pl.DataFrame:
    """The first hours of the day of 25, by the clock from midnight to four."""
    first, end = LONG_NIGHT
    return table.rows(first, end, end)


def posted(table: Table) -> pl.DataFrame:
    """What the API gives of it: forecasts that were made in an hour, or those hours."""
    first, end = LONG_NIGHT
    again = table.posted or table.reach is not None
    return table.published(first, first + timedelta(hours=1), end) if again else rows(table)


def page(payload: bytes, names: Mapping[str, str]) -> bytes:
    """A page of the API with other names of its fields, which are there for certain."""
    body = json.loads(payload)
    there = [field["name"] for field in body["fields"]]
    assert set(names) <= set(there)
    body["fields"] = [{"name": names.get(name, name)} for name in there]
    return json.dumps(body).encode()


def document(payload: bytes, names: Mapping[str, str]) -> bytes:
    """A document with other names in its header, which are there for certain."""
    header, _, lines = payload.decode().partition("\n")
    there = [name.strip().strip('"') for name in header.split(",")]
    assert set(names) <= set(there)
    return ",".join(names.get(name, name) for name in there).encode() + b"\n" + lines.encode()


def flag_of(layout: Layout) -> str | None:
    """The current name of a layout's flag of the repeated hour."""
    time = layout.time
    return time.flag.name if isinstance(time, Stamp | HourEnding) and time.flag is not None else None


@pytest.mark.parametrize("table", one_a_clock(OF_API))
def test_flag_of_the_api_has_any_of_its_names(table: Table) -> None:
    """Each pass of the repeated hour stays where it is, whatever the end point calls its flag."""
    own = flag_of(table.of_api)
    if own is None:
        assert "hourly_res_outage_cap" in table.path or "/2d_" in table.path or "/60_dam" in table.path
        return
    payload = table.of_api.write(posted(table))
    usual = table.layout.read(payload)
    assert usual.frame.height > 0
    for flag in FLAGS:
        reading = table.layout.read(page(payload, {own: flag}))
        assert reading.frame.equals(usual.frame), flag
        assert reading.findings == usual.findings, flag


@pytest.mark.parametrize("table", one_a_clock(CLOCKED))
def test_flag_of_a_document_has_any_of_its_names(table: Table) -> None:
    """As in the API, and as reports renamed theirs in December 2025."""
    own = flag_of(table.layout)
    if own is None:
        return
    payload = table.layout.write(rows(table))
    usual = table.layout.read(payload)
    for flag in IN_DOCUMENTS:
        reading = table.layout.read(document(payload, {own: flag}))
        assert reading.frame.equals(usual.frame), flag
        assert reading.findings == usual.findings, flag


@settings(max_examples=60, deadline=None)
@given(data=st.data(), feed=st.sampled_from([feed.name for feed in IN_TEXT]))
def test_columns_are_known_however_their_words_are_put_together(data: st.DataObject, feed: str) -> None:
    """``DC_Tie``, ``DC Tie`` or ``DCTie``: of any column of any document, in any mixture."""
    declared = ERCOT.feed(feed)
    payload = declared.example.payload
    header = [name.strip().strip('"') for name in payload.split(b"\n")[0].decode().split(",")]
    names = {name: data.draw(st.sampled_from(spelled(name))) for name in header}
    reading = declared.layout.read(document(payload, names))
    assert reading.frame.equals(declared.layout.read(payload).frame)
    assert reading.findings == declared.layout.read(payload).findings


@given(words=st.lists(st.from_regex(r"[A-Z][a-z]{1,6}", fullmatch=True), min_size=1, max_size=4))
def test_every_spelling_of_a_name_leads_to_all_of_them(words: list[str]) -> None:
    """Whichever of them is declared, the same names are known."""
    every = {fold(each) for each in spelled("".join(words))}
    assert every == {fold("".join(words)), fold(" ".join(words)), fold("_".join(words))}
    assert {fold(each) for each in spelled("_".join(words))} == every
    assert {fold(each) for each in spelled(" ".join(words))} == every


def test_given_names_come_first() -> None:
    """The first is the one that is written."""
    assert spelled("GMT_Interval_Ending", "GMTIntervalEnding") == (
        "GMT_Interval_Ending",
        "GMTIntervalEnding",
        "GMT Interval Ending",
    )
    assert spelled("SCED Time Stamp")[:2] == ("SCED Time Stamp", "SCEDTimeStamp")
    assert spelled("SYSTEM_WIDE_GEN") == ("SYSTEM_WIDE_GEN", "SYSTEMWIDEGEN", "SYSTEM WIDE GEN")


@pytest.mark.parametrize(
    ("layout", "fields", "row", "column", "value"),
    [
        (
            prices.DISPATCH_BUSES,
            ["SCEDTimestamp", "repeatedHourFlag", "electricalBus", "cappedLMP", "uncappedLMP"],
            ["2026-11-01T01:00:17", True, "OR_8036", 30.37, 31.0],
            "lmp",
            30.37,
        ),
        (
            prices.DISPATCH_BUSES,
            ["SCEDTimestamp", "repeatHourFlag", "electricalBus", "LMP"],
            ["2026-11-01T01:00:17", True, "OR_8036", 30.5],
            "lmp",
            30.5,
        ),
        (
            prices.DISPATCH_LAMBDA,
            ["SCEDTimestamp", "repeatedHourFlag", "cappedSystemLambda", "uncappedSystemLambda"],
            ["2026-11-01T01:00:17", True, 28.25, 29.0],
            "lmp",
            28.25,
        ),
        (
            ancillary.DISPATCH_PRICES,
            ["SCEDTimestamp", "repeatedHourFlag", "ASType", "cappedMCPC", "uncappedMCPC"],
            ["2026-11-01T01:00:17", True, "ECRS", 0.01, 0.02],
            "price",
            0.01,
        ),
        (
            transmission.DISPATCH_CONSTRAINTS,
            [
                "SCEDTimestamp",
                "repeatedHourFlag",
                "constraintName",
                "contingencyName",
                "shadowPrice",
                "limit",
                "value",
            ],
            ["2026-11-01T01:00:17", True, "LINE", "BASE CASE", 74.5, 265.4, 265.4],
            "shadow_price",
            74.5,
        ),
    ],
    ids=["bus, capped", "bus, before", "system lambda", "reserves", "constraints"],
)
def test_answers_of_autumn_2026(
    layout: Layout, fields: list[str], row: list[object], column: str, value: float
) -> None:
    """End points whose flag is ``repeatedHourFlag``: the second pass of the hour is the second pass."""
    body = {"fields": [{"name": name} for name in fields], "data": [row]}
    reading = layout.read(json.dumps(body).encode())
    assert reading.findings == ()
    assert reading.frame.select("interval_start", column).row(0) == (utc("2026-11-01T07:00:17"), value)


def test_interval_of_reserve_prices_has_a_name_of_its_own() -> None:
    """``deliveryInt``, and ``deliveryInterval`` should it ever be called as in NP6-905."""
    for interval in ("deliveryInt", "deliveryInterval"):
        fields = ["deliveryDate", "deliveryHour", interval, "repeatHourFlag", "ASType", "MCPC"]
        body = {
            "fields": [{"name": each} for each in fields],
            "data": [["2026-11-01", 2, 3, True, "RRS", 9.34]],
        }
        reading = ancillary.QUARTERLY_PRICES.read(json.dumps(body).encode())
        assert reading.findings == ()
        assert reading.frame.select("interval_start", "price").row(0) == (utc("2026-11-01T07:30"), 9.34)


WITH_FLAG = [feed for feed in IN_TEXT if flag_of(feed.layout)]


@pytest.mark.parametrize("feed", WITH_FLAG, ids=[feed.name for feed in WITH_FLAG])
def test_report_without_its_flag_is_drift(feed: Feed) -> None:
    """Many names of a column are no reason to do without it: the error says the current one."""
    own = flag_of(feed.layout)
    assert own is not None
    header = feed.example.payload.split(b"\n")[0].decode().split(",")
    (spelling,) = {name.strip().strip('"') for name in header} & {*spelled(own, *IN_DOCUMENTS)}
    with pytest.raises(SchemaDrift) as caught:
        feed.layout.read(feed.example.payload.replace(spelling.encode(), b"Flug", 1))
    assert caught.value.column == own
