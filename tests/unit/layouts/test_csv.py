"""Delimited text: headers that drift, cells that cannot be read, rows of another width, damage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energyopti.datasets import LOAD, LOAD_FORECAST
from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import CsvLayout, Meaning, Number, Reading, Stamp, Text, Wide
from spoilt_payloads import accounts_or_drifts, flipped

HOURLY = Stamp("Time", formats=("%m/%d/%Y %H:%M",), meaning=Meaning.BEGINNING, step=timedelta(hours=1))
LAYOUT = CsvLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=HOURLY,
    columns=(Text("Name", to="location"), Number(("Load (MW)", "Load (M"), to="load")),
    ignored=("Remark",),
)
WIDE = CsvLayout(
    dataset=LOAD_FORECAST,
    zone="America/New_York",
    time=HOURLY,
    wide=Wide(to="location", value="load", columns={"West": "WEST", "North": "NORTH"}),
)
HEADER = b"Time,Name,Load (MW)\r\n"
FIRST = b"07/01/2024 00:00,WEST,1.5\r\n"
SECOND = b"07/01/2024 01:00,WEST,2.5\r\n"
PLAIN = HEADER + FIRST + SECOND
ROWS = [("WEST", 1.5), ("WEST", 2.5)]


def rows(reading: Reading) -> list[tuple[Any, ...]]:
    """Location and load of every row."""
    return reading.frame.select("location", "load").rows()


def found(reading: Reading, kind: FindingKind) -> Finding:
    """The one finding of a kind."""
    (finding,) = [each for each in reading.findings if each.kind is kind]
    return finding


@pytest.mark.parametrize(
    "header",
    [
        b"Time,Name,Load (MW)",
        b'"Time","Name","Load (MW)"',
        b"\xef\xbb\xbfTime,Name,Load (MW)",
        b'\xef\xbb\xbf"Time","Name","Load (MW)"',
        b" time , NAME,Load  (MW) ",
        b"Time,Name,Load (M",
    ],
    ids=["bare", "quoted", "bom", "bom-quoted", "case-and-blanks", "cut-off"],
)
def test_header_is_matched_by_meaning(header: bytes) -> None:
    """Quotes, a byte-order mark, case, blanks and a known cut-off label change nothing."""
    reading = LAYOUT.read(header + b"\n" + FIRST + SECOND)
    assert rows(reading) == ROWS
    assert reading.findings == ()


def test_columns_are_read_in_any_order() -> None:
    """A column's place does not say what it means."""
    payload = b"Load (MW),Time,Name\n1.5,07/01/2024 00:00,WEST\n2.5,07/01/2024 01:00,WEST\n"
    assert rows(LAYOUT.read(payload)) == ROWS


def test_additional_column_is_a_finding() -> None:
    """A column that the layout does not know is named, kept in the raw columns, and harms nothing."""
    reading = LAYOUT.read(b"Time,Name,Load (MW),Quality\n07/01/2024 00:00,WEST,1.5,good\n")
    assert rows(reading) == ROWS[:1]
    assert found(reading, FindingKind.UNKNOWN_COLUMN).column == "Quality"
    assert reading.raw["Quality"].to_list() == ["good"]


def test_ignored_column_is_no_finding() -> None:
    """A column that is known and has no field is read in silence, in any case."""
    reading = LAYOUT.read(b"Time,Name,Load (MW),REMARK\n07/01/2024 00:00,WEST,1.5,x\n")
    assert reading.findings == ()


def test_column_without_a_name_is_a_finding() -> None:
    """An empty header is called by its place."""
    reading = LAYOUT.read(b"Time,Name,Load (MW),\n07/01/2024 00:00,WEST,1.5,x\n")
    assert found(reading, FindingKind.UNKNOWN_COLUMN).column == "column 4"


def test_first_of_repeated_headers_counts() -> None:
    """A header that stands twice means its first column; the second one is a finding."""
    reading = LAYOUT.read(b"Time,Name,Load (MW),Load (MW)\n07/01/2024 00:00,WEST,1.5,9\n")
    assert rows(reading) == ROWS[:1]
    assert found(reading, FindingKind.UNKNOWN_COLUMN).column == "Load (MW) (4)"


def test_headers_that_look_numbered_stay_apart() -> None:
    """A repeated header is never given the name of a column that already stands there."""
    reading = LAYOUT.read(b"Time,Name,Load (MW),Load (MW) (5),Load (MW)\n07/01/2024 00:00,WEST,1.5,8,9\n")
    assert rows(reading) == ROWS[:1]
    assert reading.raw.width == 5


@pytest.mark.parametrize("missing", ["Time", "Name", "Load (MW)"])
def test_missing_column_is_named(missing: str) -> None:
    """`SchemaDrift` says which column is missing and what was found instead."""
    kept = [name for name in ("Time", "Name", "Load (MW)") if name != missing]
    with pytest.raises(SchemaDrift, match="has no column") as caught:
        LAYOUT.read(f"{','.join(kept)}\na,b\n".encode())
    assert caught.value.column == missing
    assert all(name in str(caught.value) for name in kept)


def test_missing_location_column_of_a_wide_payload_is_named() -> None:
    """A wide payload must have every location's column."""
    with pytest.raises(SchemaDrift) as caught:
        WIDE.read(b"Time,West\n07/01/2024 00:00,1\n")
    assert caught.value.column == "North"


def test_absent_optional_column_gives_nulls() -> None:
    """A column that is not required may be absent: its field is null."""
    layout = CsvLayout(
        dataset=LOAD,
        zone="America/New_York",
        time=HOURLY,
        columns=(Text("Name", to="location"), Number("Load (MW)", to="load", required=False)),
    )
    reading = layout.read(b"Time,Name\n07/01/2024 00:00,WEST\n")
    assert rows(reading) == [("WEST", None)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b"  12.50 ", 12.5),
        (b'"12.5"', 12.5),
        (b'"1,234.5"', 1234.5),
        (b"-0.25", -0.25),
        (b"1.5E2", 150.0),
        (b"7", 7.0),
    ],
)
def test_numbers_in_every_published_spelling(cell: bytes, value: float) -> None:
    """Padding, quotes and thousands separators are no part of a number."""
    reading = LAYOUT.read(HEADER + b"07/01/2024 00:00,WEST," + cell + b"\r\n")
    assert rows(reading) == [("WEST", value)]
    assert reading.findings == ()


@pytest.mark.parametrize("cell", [b"", b'""', b"   "])
def test_blank_number_is_null_and_a_finding(cell: bytes) -> None:
    """An empty cell keeps its row: the value is null and one finding counts it, without accounting."""
    reading = LAYOUT.read(HEADER + FIRST + b"07/01/2024 01:00,WEST," + cell + b"\r\n")
    assert rows(reading) == [("WEST", 1.5), ("WEST", None)]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.MISSING_VALUE, 1, False)


@pytest.mark.parametrize("cell", [b"n/a", b"--", b"12.5MW", b"NaN", b"inf", b"-inf"])
def test_unreadable_number_is_null_and_a_finding(cell: bytes) -> None:
    """A cell that is no finite number is null, and a finding shows the word and its row."""
    reading = LAYOUT.read(HEADER + FIRST + b"07/01/2024 01:00,WEST," + cell + b"\r\n")
    assert rows(reading) == [("WEST", 1.5), ("WEST", None)]
    finding = found(reading, FindingKind.UNREADABLE_VALUE)
    assert (finding.rows, finding.column, finding.accounts) == (1, "Load (MW)", False)
    assert repr(cell.decode()) in finding.message
    assert "row 2" in finding.message


@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b"\n\r\n\n", b",,\r\n", b"   \r\n"])
@pytest.mark.parametrize("at", ["middle", "end"])
def test_blank_lines_are_no_rows(blank: bytes, at: str) -> None:
    """Lines without content, in the middle or trailing, neither count nor harm."""
    body = FIRST + blank + SECOND if at == "middle" else FIRST + SECOND + blank
    reading = LAYOUT.read(HEADER + body)
    assert rows(reading) == ROWS
    assert (reading.payload_rows, reading.findings) == (2, ())


def test_blank_lines_beside_a_broken_row_are_no_rows() -> None:
    """They do not count where the payload has to be split line by line either."""
    reading = LAYOUT.read(HEADER + FIRST + b"\r\n  \r\n,,\r\n" + b"short\r\n")
    assert rows(reading) == ROWS[:1]
    assert reading.payload_rows == 2


@pytest.mark.parametrize(
    ("row", "fields"),
    [(b"07/01/2024 01:00,WEST\r\n", 2), (b"07/01/2024 01:00,WEST,2.5,9\r\n", 4)],
    ids=["short", "long"],
)
def test_row_of_another_width_is_rejected(row: bytes, fields: int) -> None:
    """A short or a long row is not guessed at: it is left out, and a finding accounts for it."""
    reading = LAYOUT.read(HEADER + FIRST + row + SECOND)
    assert rows(reading) == ROWS
    finding = found(reading, FindingKind.REJECTED_ROW)
    assert (finding.rows, finding.accounts) == (1, True)
    assert f"row 2 has {fields} fields where the header has 3" in finding.message
    assert reading.payload_rows == reading.accounted_rows == 3


def test_short_row_after_an_empty_last_cell_is_rejected() -> None:
    """An empty last cell is no short row, and a short row beside it is still noticed."""
    reading = LAYOUT.read(HEADER + b"07/01/2024 00:00,WEST,\r\n07/01/2024 01:00,WEST\r\n")
    assert rows(reading) == [("WEST", None)]
    assert found(reading, FindingKind.REJECTED_ROW).rows == 1


def test_short_row_after_blank_lines_is_rejected() -> None:
    """Blank lines before it do not hide a short row."""
    reading = LAYOUT.read(HEADER + FIRST + b"\r\n\r\n07/01/2024 01:00,WEST\r\n" + SECOND)
    assert rows(reading) == ROWS
    assert found(reading, FindingKind.REJECTED_ROW).rows == 1


def test_payload_of_broken_rows_alone_has_an_empty_frame() -> None:
    """Where no row can be split, all are accounted for."""
    reading = LAYOUT.read(HEADER + b"a\r\nb,c\r\n")
    assert (reading.frame.height, reading.payload_rows, reading.accounted_rows) == (0, 2, 2)


def test_broken_rows_of_a_wide_payload_count_as_dataset_rows() -> None:
    """A wide row stands for as many dataset rows as it has columns, a broken one too."""
    reading = WIDE.read(b"Time,West,North\n07/01/2024 00:00,1,2\n07/01/2024 01:00,1\n")
    assert found(reading, FindingKind.REJECTED_ROW).rows == 2
    assert reading.payload_rows == reading.accounted_rows == 4


@pytest.mark.parametrize("cell", [b"", b'""', b"  "])
def test_row_without_a_location_is_rejected(cell: bytes) -> None:
    """A blank key names nothing: the row is left out and the finding names the field."""
    reading = LAYOUT.read(HEADER + FIRST + b"07/01/2024 01:00," + cell + b",2.5\r\n")
    assert rows(reading) == ROWS[:1]
    assert found(reading, FindingKind.REJECTED_ROW).column == "location"


def test_outer_blanks_of_words_are_stripped() -> None:
    """A location is the same with and without padding."""
    assert rows(LAYOUT.read(HEADER + b"07/01/2024 00:00,  HUD VL ,1.5\r\n")) == [("HUD VL", 1.5)]


def test_quoted_words_may_hold_commas_quotes_and_line_breaks() -> None:
    """Quoting is read as RFC 4180 says."""
    reading = LAYOUT.read(HEADER + b'07/01/2024 00:00,"A, ""B""\nC",1.5\r\n' + SECOND)
    assert rows(reading) == [('A, "B"\nC', 1.5), ("WEST", 2.5)]


@pytest.mark.parametrize("payload", [HEADER, HEADER.rstrip(), HEADER + b"\r\n \r\n"])
def test_header_alone_is_an_empty_reading(payload: bytes) -> None:
    """A payload of no rows is no error: the dataset's columns are there, typed."""
    reading = LAYOUT.read(payload)
    assert (reading.frame.height, reading.payload_rows, reading.findings) == (0, 0, ())
    assert reading.frame.columns == ["interval_start", "interval_end", "location", "load"]


def test_last_line_needs_no_line_break() -> None:
    """A payload that ends in its last row is whole."""
    assert rows(LAYOUT.read(PLAIN.rstrip())) == ROWS


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\n\n",
        b"<!DOCTYPE html>\n<html><body>Service unavailable</body></html>\n",
        b"\x00\x01\xff\xfe",
        b"\xff\xfeT\x00i\x00m\x00e\x00\n",
        b"\xff\xfeT\x00i\x00m",
        HEADER + b"07/01/2024 00:00,\x81\x8d,1.5\r\n",
        b"Time;Name;Load (MW)\n07/01/2024 00:00;WEST;1,5\n",
        HEADER + FIRST + b'"' + b"x" * 200_000,
    ],
    ids=[
        "empty",
        "blank",
        "html",
        "binary",
        "utf-16",
        "utf-16-cut",
        "no-text",
        "decimal-comma",
        "endless-quote",
    ],
)
def test_what_is_no_such_text_is_schema_drift(payload: bytes) -> None:
    """Bytes that are not the text that was due raise `SchemaDrift`."""
    with pytest.raises(SchemaDrift):
        LAYOUT.read(payload)


@pytest.mark.parametrize(
    "row", [b'07/01/2024 00:00,WEST,"', b"07/01/2024\r 00:00,WEST,\r\n", b'07/01/2024 00:00,WEST,"1']
)
def test_stray_quote_or_carriage_return_accounts_or_drifts(row: bytes) -> None:
    """A character of the format in the wrong place loses no row in silence."""
    accounts_or_drifts(LAYOUT, HEADER + FIRST + row)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cut=st.integers(0, len(PLAIN)), extra=st.sampled_from([b"", b'"', b",", b"\n", b"\x00", b"<html>"]))
def test_truncated_payload_accounts_or_drifts(cut: int, extra: bytes) -> None:
    """A download cut off anywhere loses no row in silence."""
    accounts_or_drifts(LAYOUT, PLAIN[:cut] + extra)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(damaged=flipped(PLAIN))
def test_flipped_bytes_account_or_drift(damaged: bytes) -> None:
    """Any bytes may change: rows are accounted for, or `SchemaDrift` is raised and nothing else."""
    accounts_or_drifts(LAYOUT, damaged)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(body=st.one_of(st.binary(max_size=60), st.text('0/: ,"\n\rAWn-.', max_size=60).map(str.encode)))
def test_any_body_below_a_header_accounts_or_drifts(body: bytes) -> None:
    """Whatever stands below a good header is accounted for, in long and in wide payloads."""
    accounts_or_drifts(LAYOUT, HEADER + body)
    accounts_or_drifts(WIDE, b"Time,West,North\n" + body)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(payload=st.binary(max_size=80))
def test_random_bytes_account_or_drift(payload: bytes) -> None:
    """Bytes of no meaning raise `SchemaDrift` and nothing else."""
    accounts_or_drifts(LAYOUT, payload)
