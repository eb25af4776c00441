"""Columns of a few words in documents of very many rows: kept once each, and read as if they were text."""

from __future__ import annotations

import gc
import sys
from datetime import timedelta
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import LMP, LOAD
from energyopti.errors import PluginError
from energyopti.findings import FindingKind
from energyopti.layouts import (
    Absolute,
    CsvLayout,
    HourEnding,
    JsonLayout,
    Meaning,
    Moment,
    Number,
    OffsetFlag,
    Reading,
    RepeatFlag,
    Stamp,
    Superseded,
    Text,
)
from energyopti.layouts.reading import SUPERSEDED

ZONE = "America/New_York"
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
FLAG = OffsetFlag(names="Zone", offsets={"EDT": timedelta(hours=-4), "EST": timedelta(hours=-5)})
PRICES = CsvLayout(
    dataset=LMP,
    zone=ZONE,
    time=Absolute(names="Start", formats=("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %I:%M:%S %p")),
    columns=(
        Text("Id", to="location"),
        Text("Name", to="location_name"),
        Text("Kind", to="location_type", words={"HUB": "hub", "LOAD": "node"}, default="node"),
        Text("Current", required=False),
        Text("Voltage", required=False),
        Number("Price", to="lmp"),
    ),
    ignored=("Local",),
    superseded=Superseded("Current"),
)
PACKED = attrs.evolve(PRICES, packed=("Start", "Local", "Kind", "current", "VOLTAGE", "Price date"))
HEADER = b"Start,Local,Id,Name,Kind,Current,Voltage,Price\r\n"


def load(time: Any, **more: Any) -> CsvLayout:
    """A layout of load with a clock."""
    columns = (Text("Name", to="location"), Number("Load", to="load"))
    return CsvLayout(dataset=LOAD, zone=ZONE, time=time, columns=columns, **more)


def both(layout: CsvLayout, packed: tuple[str, ...], payload: bytes) -> tuple[Reading, Reading]:
    """A payload as it is read without and with packed columns; both account for every row."""
    readings = (layout.read(payload), attrs.evolve(layout, packed=packed).read(payload))
    for reading in readings:
        assert reading.payload_rows == reading.accounted_rows
    return readings


def assert_alike(plain: Reading, packed: Reading) -> None:
    """The same rows, raw words and findings."""
    assert packed.frame.equals(plain.frame)
    assert packed.frame.schema == plain.frame.schema
    assert packed.raw.with_columns(pl.col(pl.Categorical).cast(pl.String)).equals(plain.raw)
    assert packed.origin.equals(plain.origin)
    assert packed.findings == plain.findings


ROWS = (
    b"7/1/2024 4:00:00 AM,x,1,HUB ONE,HUB,True,,20.5\r\n",
    b"7/1/2024 4:00:00 AM,x,2, NODE , LOAD ,true,138 KV,-1\r\n",
    b"7/1/2024 5:00:00 AM,x,1,HUB ONE,HUB, False ,,21\r\n",
    b"2024-07-01T05:00:00,x,2,NODE,LOAD,,138 KV,\r\n",
    b",x,3,NODE,LOAD,True,138 KV,1\r\n",
    b"yesterday,x,3,NODE,LOAD,True,138 KV,1\r\n",
    b"7/1/2024 6:00:00 AM,x,,NODE,LOAD,True,138 KV,1\r\n",
    b"7/1/2024 6:00:00 AM,x,4,NODE,EHV,True,138 KV,n/a\r\n",
    b'7/1/2024 6:00:00 AM,x,4,"A, ""B""",  ,True,"1, 2",3\r\n',
    b",,,,,,,\r\n",
)


@given(lines=st.lists(st.sampled_from(ROWS), max_size=12))
def test_packed_columns_are_read_as_text_is(lines: list[bytes]) -> None:
    """Stamps of two forms, none and wrong ones; words that are known, strange, blank and quoted."""
    assert_alike(*both(PRICES, PACKED.packed, HEADER + b"".join(lines)))


def test_packed_columns_are_categories_of_the_raw_columns_alone() -> None:
    """Headers are compared by meaning; a field's words are text whatever its column was."""
    reading = PACKED.read(HEADER + b"".join(ROWS[:3]))
    packed = [name for name, dtype in reading.raw.schema.items() if dtype == pl.Categorical]
    assert packed == ["Start", "Local", "Kind", "Current", "Voltage"]
    assert pl.Categorical not in reading.frame.dtypes
    assert reading.frame.select("interval_start", "location_type", SUPERSEDED).rows() == [
        (utc("2024-07-01T04:00"), "hub", False),
        (utc("2024-07-01T04:00"), "node", False),
        (utc("2024-07-01T05:00"), "hub", True),
    ]


@pytest.mark.parametrize(
    ("layout", "packed", "payload"),
    [
        (
            load(Stamp("T", formats="%m/%d/%Y %H:%M", meaning=Meaning.BEGINNING, step=HOUR, flag=FLAG)),
            ("T", "Zone"),
            b"T,Zone,Name,Load\n11/03/2024 01:00, EDT,A,1\n11/03/2024 01:00,EST,A,2\n11/03/2024 02:00,X,A,3\n",
        ),
        (
            load(Stamp("T", formats="%m/%d/%Y %H:%M", meaning=Meaning.ENDING, step=QUARTER, irregular=True)),
            ("T",),
            b"T,Name,Load\n07/01/2024 01:00,A,1\n07/01/2024 01:07, B,2\n07/01/2024 01:15,A,3\n",
        ),
        (
            load(Stamp("T", formats="%m/%d/%Y %H:%M", meaning=Meaning.BEGINNING, step=HOUR)),
            ("T",),
            b"T,Name,Load\n" + b"".join(b"11/03/2024 0%d:00,A,1\n" % hour for hour in (0, 1, 1, 2)),
        ),
        (
            load(
                HourEnding(
                    date="Day", hour="Hour", interval="Part", step=QUARTER, flag=RepeatFlag(names="Again")
                )
            ),
            ("Day", "Hour", "Part", "Again"),
            (
                b"Day,Hour,Part,Again,Name,Load\n11/03/2024,2, 4,Y,A,1\n11/03/2024,02:00,4,N,A,2\n"
                b"11/03/2024,x,4,N,A,3\n11/03/2024,3,9,N,A,4\n"
            ),
        ),
    ],
    ids=["offset flag", "irregular", "order", "hour ending"],
)
def test_every_clock_reads_packed_columns(layout: CsvLayout, packed: tuple[str, ...], payload: bytes) -> None:
    """Flags, labels, parts of hours and repeated hours."""
    plain, found = both(layout, packed, payload)
    assert_alike(plain, found)
    assert plain.frame.height


def test_blank_last_column_that_is_packed_is_no_row() -> None:
    """A line of blanks is none, and a row whose packed last cell is empty is one."""
    layout = attrs.evolve(load(Absolute(names="T")), ignored=("Note",), packed=("Note",))
    reading = layout.read(b"T,Name,Load,Note\n2024-07-01T04:00:00,A,1,\n , , , \n2024-07-01T05:00:00,A,2,x\n")
    assert reading.frame["load"].to_list() == [1.0, 2.0]
    assert reading.payload_rows == reading.accounted_rows == 2


@pytest.mark.parametrize(
    "column",
    [
        Text("Packed", to="location_name"),
        Number("Packed", to="energy"),
        Moment(("Old", "packed "), to="location_name", formats="%Y"),
    ],
)
def test_column_that_fills_a_field_as_it_stands_is_not_packed(column: Any) -> None:
    """Such a declaration fails where it is made, and names the column."""
    with pytest.raises(PluginError, match=f"'{column.name}' fills a field directly"):
        CsvLayout(dataset=LMP, zone=ZONE, time=Absolute(names="T"), columns=(column,), packed=("PACKED",))


def test_packed_and_plain_readings_are_one() -> None:
    """A page in another form has text where the others have categories."""
    given = {
        each.name: getattr(PRICES, each.name)
        for each in attrs.fields(JsonLayout)
        if each.name not in {"items", "names", "nested"}
    }
    record = b'[{"Start":"2024-07-01T06:00:00","Id":"1","Name":"N","Kind":"HUB","Current":true,"Price":1.5}]'
    readings = [PACKED.read(HEADER + b"".join(ROWS[:3])), JsonLayout(**given).read(record)]
    joined = Reading.concat(readings)
    assert joined.frame["lmp"].to_list() == [20.5, -1.0, 21.0, 1.5]
    assert joined.raw["Kind"].to_list() == ["HUB", " LOAD ", "HUB", "HUB"]


def test_strange_word_is_counted_in_rows() -> None:
    """Two of three rows have it, one of them among blanks."""
    lines = [ROWS[0], ROWS[7].replace(b"n/a", b"1"), ROWS[7].replace(b"n/a", b"1").replace(b"EHV", b" EHV ")]
    for layout in (PRICES, PACKED):
        reading = layout.read(HEADER + b"".join(lines))
        (finding,) = (each for each in reading.findings if each.kind is FindingKind.UNKNOWN_WORD)
        assert (finding.rows, finding.column) == (2, "Kind")
        assert reading.frame["location_type"].to_list() == ["hub", "node", "node"]


def test_payload_is_let_go_once_it_is_read() -> None:
    """What a form that did not fit had to say of it keeps nothing of a payload of many megabytes."""
    records = JsonLayout(
        dataset=LOAD, zone=ZONE, time=Absolute(names="T"), columns=(Text("Name", to="location"),)
    )
    layout = attrs.evolve(records, others=(load(Absolute(names="T")),))
    payload = b"T,Name,Load\n" + b"2024-07-01T04:00:00,A,1\n" * 1000
    gc.collect()
    gc.disable()
    try:
        before = sys.getrefcount(payload)
        assert layout.read(payload).frame.height == 1000
        assert sys.getrefcount(payload) == before
    finally:
        gc.enable()
