"""Text that a program saved again, and bytes that are no text."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti.datasets import LOAD
from energyopti.errors import SchemaDrift
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, CsvLayout, ExcelLayout, JsonLayout, Layout, Number, Text, XmlLayout
from energyopti.layouts.decode.plain import in_utf_8, plain_text, what_it_is

LAYOUT = CsvLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=Absolute(names="Start"),
    columns=(Text("Area", to="location"), Number("MW", to="load")),
)
HEADER = b"Start,Area,MW\n"
AT = b"2024-07-01T04:00:00"
WORDS = st.lists(
    st.lists(
        st.text(st.characters(codec="cp1252", exclude_categories=["C"]), min_size=1), min_size=2, max_size=4
    ),
    min_size=1,
)


@given(WORDS, st.sampled_from(["utf-16", "utf-16-le", "utf-16-be"]))
def test_utf_16_is_the_same_text(rows: list[list[str]], encoding: str) -> None:
    """Whatever the words are; without a mark where the header begins in plain letters."""
    text = "Start,Area\n" + "\n".join(",".join(row) for row in rows)
    assert in_utf_8(text.encode(encoding)) == text.encode()


@pytest.mark.parametrize(
    "text", [HEADER, HEADER + AT + b",A,1\n", b"Start\n1\n", b"Start,A;B\n1;2,3\n", b"A\tB,C\n"]
)
def test_ordinary_text_is_given_back_as_it_stands(text: bytes) -> None:
    """Not a copy of it: nothing is done to it, and where there are commas no other sign is a separator."""
    assert plain_text(text) is text


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        (b"PK\x03\x04rest", "a zip archive or a workbook"),
        (b"\xd0\xcf\x11\xe0rest", "an old workbook (xls)"),
        (b"\x1f\x8brest", "packed by gzip"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\xff\xd8\xff\xe0", "an image"),
        (b" \n<!DOCTYPE html>", "an HTML page"),
        (b"\xef\xbb\xbf<HTML>", "an HTML page"),
        (b"<?xml version='1.0'?>", "XML"),
        (b'{"items": []}', "JSON"),
        (b"[]", "JSON"),
        (b"", "empty"),
        (b" " * 5000, "empty"),
        ("[1]".encode("utf-16"), "JSON"),
    ],
)
def test_what_is_no_text_is_called_by_its_name(payload: bytes, what: str) -> None:
    """In one line that says what it is and what was due."""
    with pytest.raises(SchemaDrift) as caught:
        LAYOUT.read(payload)
    assert caught.value.line == f"the payload is {what}, not the text that was due"


def test_text_is_none_of_them() -> None:
    """Words are never refused by their first letters."""
    assert what_it_is(b" " * 2000 + b"Start,Area") is None
    assert what_it_is(b"PKNODE,MW") is None


def test_windows_text_is_read_and_said() -> None:
    """A byte that is no UTF-8 is a letter of code page 1252; a finding says how many lines have some."""
    payload = HEADER + AT + b",Caf\xe9,1\n" + AT + b",B,2\n" + AT + b",D\xfcr,3\n"
    reading = LAYOUT.read(payload)
    assert reading.frame["location"].to_list() == ["Café", "B", "Dür"]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows) == (FindingKind.OTHER_ENCODING, 2)
    assert "'2024-07-01T04:00:00,Café,1'" in finding.message


def test_windows_text_with_tabs_is_read() -> None:
    """Two disguises at once, and a header with such a letter."""
    payload = b"Start\tArea\tMW\tN\xfamero\n" + AT + b"\tCaf\xe9\t1\t2\n"
    assert LAYOUT.read(payload).frame.select("location", "load").rows() == [("Café", 1.0)]


def test_semicolons_beside_decimal_commas_are_refused() -> None:
    """Whether 1,234 is a thousand cannot be known there, nor in which order its program writes dates."""
    with pytest.raises(
        SchemaDrift, match=r"semicolons between its fields and holds 1,234: .* save it with commas"
    ):
        LAYOUT.read(b"Start;Area;MW\n" + AT + b";A;1,234\n")


def test_endless_field_of_other_separators_is_schema_drift() -> None:
    """Whatever stops the splitting of fields is that error."""
    with pytest.raises(SchemaDrift, match="not the text that was due"):
        LAYOUT.read(b'Start;Area;MW\n"' + b"x" * 200_000)


def test_first_column_without_a_name_that_does_not_count_is_said() -> None:
    """Only an index of all rows is left out: what else there is stays in the raw columns, with a finding."""
    payload = b",Start,Area,MW\n1," + AT + b",A,1\n2," + AT + b",B,2\n"
    reading = LAYOUT.read(payload)
    assert reading.raw.columns == ["column 1", "Start", "Area", "MW"]
    assert [each.kind for each in reading.findings] == [FindingKind.UNKNOWN_COLUMN]


def test_index_of_no_rows_is_no_finding() -> None:
    """A table of no rows has an index too."""
    reading = LAYOUT.read(b",Start,Area,MW\n")
    assert (reading.frame.height, reading.findings) == (0, ())


def test_files_with_an_index_are_read_together() -> None:
    """Each with its own: what counts in one does not in all."""
    part = b",Start,Area,MW\n0," + AT + b",A,%d\n"
    reading = LAYOUT.read_all([part % 1, part % 2])
    assert (reading.frame["load"].to_list(), reading.findings) == ([1.0, 2.0], ())


def test_row_with_words_behind_its_last_column_is_rejected() -> None:
    """Empty fields behind a row are commas; any other are a row of another width."""
    reading = LAYOUT.read(HEADER + AT + b",A,1,,\n" + AT + b",B,2,x\n")
    assert reading.frame["location"].to_list() == ["A"]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.REJECTED_ROW, 1, True)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.5", 1234.5),
        ("-1,234,567", -1234567.0),
        ("(12.50)", -12.5),
        ("($1,234.50)", -1234.5),
        ("$3", 3.0),
        ("-$3", -3.0),
        ("1.5e3", 1500.0),
        ("12,5", None),
        ("1,2345", None),
        ("1.234,5", None),
        ("(12,5)", None),
        ("1e400", None),
        (" - ", None),
        ("()", None),
    ],
)
def test_number_of_a_spreadsheet(cell: str, value: float | None) -> None:
    """Thousands, dollars and brackets are read; a comma that may be a decimal one makes no number, and is said."""
    reading = LAYOUT.read(HEADER + AT + f',A,"{cell}"\n'.encode())
    assert reading.frame["load"].to_list() == [value]
    unread = [each for each in reading.findings if each.kind is FindingKind.UNREADABLE_VALUE]
    assert len(unread) == (value is None)


def test_windows_files_are_read_one_by_one() -> None:
    """A header that is no UTF-8 is not that of all of them."""
    part = b"Start,Area,MW,N\xfamero\n" + AT + b",A,%d,0\n"
    assert LAYOUT.read_all([part % 1, part % 2]).frame["load"].to_list() == [1.0, 2.0]


JSON = JsonLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=Absolute(names="Start"),
    columns=(Text("Area", to="location"), Number("MW", to="load")),
)
EITHER = attrs.evolve(JSON, others=(LAYOUT,))
BOOK = ExcelLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=Absolute(names="Start"),
    columns=(Text("Area", to="location"), Number("MW", to="load")),
    sheets=("One",),
    begins=("Start",),
)
XML = XmlLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=Absolute(names="Start"),
    columns=(Text("Area", to="location"), Number("MW", to="load")),
    record="Row",
    path=("Rows",),
)


@pytest.mark.parametrize(
    ("layout", "payload", "says"),
    [
        (JSON, b"<html>", "the payload is an HTML page, not the JSON that was due"),
        (JSON, b"PK\x03\x04", "the payload is a zip archive or a workbook, not the JSON that was due"),
        (JSON, b"\n", "the payload is empty, not the JSON that was due"),
        (JSON, b"Start,Area", "the payload is not the JSON that was due: it starts with b'Start,Area'"),
        (JSON, b'[{"Start": "2024', "the payload is JSON that is cut off or damaged: .*; fetch it again"),
        (EITHER, b"%PDF-1.4", "the payload is a PDF, not the JSON or text that was due"),
        (EITHER, b"Start,Zone,MW\n", "the payload has no column 'Area'"),
        (EITHER, b'[{"Start": "x"}]', "the payload has no column 'Area'; it has 'Start'"),
        (EITHER, "[{".encode("utf-16"), "the payload is JSON that is cut off or damaged"),
        (BOOK, b"<?xml?>", "the payload is XML, not the workbook that was due"),
        (BOOK, b"\xff\xfe[", "the payload is not the workbook that was due: it starts with"),
        (BOOK, b"PK\x03\x04", "the zip archive cannot be read"),
        (BOOK, b"\xd0\xcf\x11\xe0", "the payload is not the workbook that was due"),
        (XML, b"<Rows><Row><Start>", "the payload is XML that is cut off or damaged: .*; fetch it again"),
        (XML, b"<!DOCTYPE html><p>", "the payload is an HTML page, not the XML that was due"),
        (XML, b"[]", "the payload is JSON, not the XML that was due"),
        (
            attrs.evolve(LAYOUT, others=(XML,)),
            b"<Rows><Row>",
            "the payload is XML that is cut off or damaged",
        ),
        (attrs.evolve(LAYOUT, others=(XML,)), b"", "the payload is empty, not the text or XML that was due"),
    ],
)
def test_error_says_what_came_and_what_was_due(layout: Layout, payload: bytes, says: str) -> None:
    """In one line; of a payload of the right kind it is the form of that kind that speaks."""
    with pytest.raises(SchemaDrift, match=says):
        layout.read(payload)
    with pytest.raises(SchemaDrift, match=says):
        layout.read_all([payload])


def test_column_that_a_layout_knows_is_no_index() -> None:
    """Whatever it is called, and though it counts."""
    named = attrs.evolve(LAYOUT, columns=(Text("Unnamed: 0", to="location"), Number("MW", to="load")))
    assert named.read(b"Unnamed: 0,Start,MW\n0," + AT + b",5\n").frame["location"].to_list() == ["0"]


def test_endless_header_is_schema_drift() -> None:
    """A field that never ends is no text that was due."""
    with pytest.raises(SchemaDrift, match="not the text that was due"):
        LAYOUT.read(b'"' + b"x" * 200_000)
