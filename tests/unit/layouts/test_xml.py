"""XML records: their cells, what stands beside them, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import attrs
import polars as pl
import pytest

from builders import utc
from energyopti.datasets import FLEXIBLE_RAMP, LOAD, LOAD_FORECAST
from energyopti.errors import SchemaDrift
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, CsvLayout, Long, Moment, Number, Text, XmlLayout

LOADS = XmlLayout(
    dataset=LOAD,
    zone="America/Los_Angeles",
    time=Absolute(names="START", step=timedelta(hours=1)),
    columns=(Text("AREA", to="location"), Number("VALUE", to="load"), Text("UNIT", required=False)),
    record="DATA",
    beside="HEADER",
    path=("Report", "ITEM"),
    namespace="http://iso.example/report.xsd",
)


def record(start: str, area: str, value: str, more: str = "") -> str:
    """One record."""
    return f"<DATA><START>{start}</START><AREA>{area}</AREA><VALUE>{value}</VALUE>{more}</DATA>"


def report(*items: str, head: str = "") -> bytes:
    """Items in a report."""
    body = "".join(f"<ITEM>{item}</ITEM>" for item in items)
    return (
        f'<?xml version="1.0"?>{head}<Report xmlns="http://iso.example/report.xsd">{body}</Report>'.encode()
    )


FIRST = record("2024-07-01T07:00:00", "NORTH", "1.5")
SECOND = record("2024-07-01T08:00:00", "NORTH", "-2")


def test_records_are_rows() -> None:
    """In the order of the document, whichever item they stand in; figures are numbers."""
    reading = LOADS.read(report(FIRST, SECOND))
    assert reading.frame.select("interval_start", "interval_end", "location", "load").rows() == [
        (utc("2024-07-01T07:00"), utc("2024-07-01T08:00"), "NORTH", 1.5),
        (utc("2024-07-01T08:00"), utc("2024-07-01T09:00"), "NORTH", -2.0),
    ]
    assert reading.findings == ()
    assert reading.payload_rows == reading.accounted_rows == 2


def test_what_stands_beside_speaks_of_the_records_of_its_item() -> None:
    """The header's cells are those of every record after it in its item, and of no other item's."""
    headed = f"<HEADER><UNIT>MW</UNIT></HEADER>{FIRST}{SECOND}"
    reading = LOADS.read(report(headed, FIRST))
    assert reading.raw["UNIT"].to_list() == ["MW", "MW", None]


def test_record_has_the_last_word() -> None:
    """A cell of a record's own wins over the header's."""
    own = record("2024-07-01T07:00:00", "NORTH", "1", "<UNIT>kW</UNIT>")
    assert LOADS.read(report(f"<HEADER><UNIT>MW</UNIT></HEADER>{own}")).raw["UNIT"].to_list() == ["kW"]


def test_cells_that_some_records_lack_are_empty() -> None:
    """Wherever in the document they lack them; a column that nobody knows is said."""
    extra = record("2024-07-01T09:00:00", "NORTH", "3", "<NOTE>x</NOTE>")
    reading = LOADS.read(report(FIRST, extra, SECOND))
    assert reading.raw["NOTE"].to_list() == [None, "x", None]
    assert [(each.kind, each.column) for each in reading.findings] == [(FindingKind.UNKNOWN_COLUMN, "NOTE")]


def test_escaped_characters_are_themselves() -> None:
    """Ampersands and brackets survive writing and reading."""
    frame = LOADS.read(report(record("2024-07-01T07:00:00", "A &amp; B &lt;1&gt;", "1"))).frame
    assert frame["location"].to_list() == ["A & B <1>"]
    assert LOADS.read(LOADS.write(frame)).frame.equals(frame)


def test_written_records_stand_in_the_path_and_namespace() -> None:
    """The published form, without elements for empty cells."""
    frame = LOADS.read(report(FIRST)).frame
    assert LOADS.write(frame).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Report xmlns="http://iso.example/report.xsd"><ITEM>\n'
        "<DATA><START>2024-07-01T07:00:00</START><AREA>NORTH</AREA><VALUE>1.5</VALUE></DATA>\n"
        "</ITEM></Report>\n"
    )


def test_figure_that_nothing_has_is_not_written() -> None:
    """The others are, each as a record: a figure is a piece of its own of what is written, and one of them is empty."""
    words = {"UP_MW": ("requirement", "up"), "UP_PRC": ("price", "up"), "DOWN_MW": ("requirement", "down")}
    ramps = XmlLayout(
        dataset=FLEXIBLE_RAMP,
        zone=LOADS.zone,
        time=LOADS.time,
        columns=(Text("AREA", to="location"),),
        long=Long(
            by=Text("ITEM"),
            value=Number("VALUE"),
            words={**words, "DOWN_PRC": ("price", "down")},
            kind_field="direction",
            same=("START", "AREA"),
        ),
        record="DATA",
        path=("Report",),
    )
    figures = (("UP_MW", 300), ("UP_PRC", 9.5), ("DOWN_PRC", 0))
    records = "".join(
        f"<DATA><START>2024-07-01T07:00:00</START><AREA>A</AREA><ITEM>{item}</ITEM><VALUE>{value}</VALUE></DATA>"
        for item, value in figures
    )
    frame = ramps.read(f"<Report>{records}</Report>".encode()).frame
    written = ramps.write(frame)
    assert written.count(b"<DATA>") == 3
    assert ramps.read(written).frame.equals(frame)


def test_prefixes_do_not_count() -> None:
    """Elements are compared without their namespace's prefix."""
    body = (
        b'<m:Report xmlns:m="x"><m:ITEM><m:DATA><m:START>2024-07-01T07:00:00</m:START>'
        b"<m:AREA>N</m:AREA><m:VALUE>2</m:VALUE></m:DATA></m:ITEM></m:Report>"
    )
    assert LOADS.read(body).frame["load"].to_list() == [2.0]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE Report [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE Report [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        "<!DOCTYPE Report>",
    ],
)
def test_document_type_is_refused(head: str) -> None:
    """No entity is ever expanded: a document that could declare one is not read."""
    with pytest.raises(SchemaDrift, match="document type"):
        LOADS.read(report(FIRST, head=head))


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (b"", "the payload is empty, not the XML that was due"),
        (b"Start,Area,MW\r\n", "not the XML"),
        (report(FIRST)[:-12], "XML that is cut off or damaged: .*; fetch it again"),
        (report(FIRST).replace(b"NORTH", b"&unknown;"), "undefined entity"),
        (b"<Other><DATA><START>x</START></DATA></Other>", "of 'Other'"),
        (report(""), "no element 'DATA'"),
    ],
)
def test_other_documents_are_drift(payload: bytes, says: str) -> None:
    """What is cut off, no XML, another document, or without any record."""
    with pytest.raises(SchemaDrift, match=says):
        LOADS.read(payload)


def test_missing_cells_of_all_records_are_a_missing_column() -> None:
    """The error names it."""
    with pytest.raises(SchemaDrift) as caught:
        LOADS.read(report(FIRST.replace("VALUE", "AMOUNT")))
    assert caught.value.column == "VALUE"


def test_unreadable_figure_is_null_and_said() -> None:
    """The row stays."""
    reading = LOADS.read(report(FIRST, record("2024-07-01T08:00:00", "NORTH", "n/a")))
    assert reading.frame["load"].to_list() == [1.5, None]
    assert FindingKind.UNREADABLE_VALUE in {each.kind for each in reading.findings}


def test_xml_is_told_from_text() -> None:
    """A layout of text that gets XML says so, and not that a column is missing."""
    text = CsvLayout(dataset=LOAD, zone=LOADS.zone, time=LOADS.time, columns=LOADS.columns)
    with pytest.raises(SchemaDrift, match="the payload is XML") as caught:
        text.read(report(FIRST))
    assert caught.value.column is None


MADE = Moment("MADE", to="publish_time", formats="%Y-%m-%dT%H:%M:%SZ", utc=True, required=False)
FORECASTS = XmlLayout(
    dataset=LOAD_FORECAST,
    zone="America/Los_Angeles",
    time=Absolute(names="START", step=timedelta(hours=1)),
    columns=(MADE, Text("AREA", to="location"), Number("VALUE", to="load")),
    record="DATA",
    heading="TOP",
    headed=("MADE",),
    any_root=True,
    path=("Report", "ITEM"),
)
TOP = "<TOP><BY>us</BY><MADE>2024-06-30T15:00:00Z</MADE></TOP>"


def test_heading_speaks_of_every_record_after_it() -> None:
    """Of its cells those that are named, in all items, under a root of any name."""
    body = f"<m:X xmlns:m='a:b'>{TOP}<ITEM>{FIRST}</ITEM><ITEM>{SECOND}</ITEM></m:X>"
    reading = FORECASTS.read(body.encode())
    assert reading.frame["publish_time"].to_list() == [utc("2024-06-30T15:00")] * 2
    assert reading.findings == ()
    assert "BY" not in reading.raw.columns


def test_heading_is_written_once_if_all_rows_agree() -> None:
    """Rows that differ have the cell each; both forms are read back."""
    body = f"<Report>{TOP}<ITEM>{FIRST}{SECOND}</ITEM></Report>"
    frame = FORECASTS.read(body.encode()).frame
    written = FORECASTS.write(frame)
    assert written.count(b"<MADE>") == 1
    assert written.index(b"<TOP>") < written.index(b"<DATA>")
    assert FORECASTS.read(written).frame.equals(frame)
    later = frame.with_columns(
        publish_time=pl.col("publish_time") + pl.duration(hours=pl.int_range(pl.len()))
    )
    written = FORECASTS.write(later)
    assert written.count(b"<MADE>") == 2
    assert FORECASTS.read(written).frame.equals(later)


def test_other_roots_are_refused_unless_any_will_do() -> None:
    """A document of records alone does not make it the right one."""
    with pytest.raises(SchemaDrift, match="XML of 'X', not of 'Report'"):
        attrs.evolve(FORECASTS, any_root=False).read(f"<X><ITEM>{FIRST}</ITEM></X>".encode())
