"""Documents of several forms, tables among other lines, repeated headers, columns of times, wide ones of two words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from builders import utc
from energyopti.datasets import LOAD, LOCATIONS, RENEWABLES
from energyopti.errors import PluginError, SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import (
    CsvLayout,
    Dates,
    JsonLayout,
    Moment,
    Number,
    Reading,
    Text,
    Undated,
    Wide,
    WideColumn,
)

ZONE = "America/New_York"
DAILY = Dates(names="Day")
LAYOUT = CsvLayout(
    dataset=LOAD, zone=ZONE, time=DAILY, columns=(Text("Name", to="location"), Number("Load", to="load"))
)
DAY = b"07/01/2024"


def rows(reading: Reading) -> list[tuple[Any, ...]]:
    """Location and load of every row."""
    return reading.frame.select("location", "load").rows()


def found(reading: Reading, kind: FindingKind) -> Finding:
    """The one finding of a kind."""
    (finding,) = [each for each in reading.findings if each.kind is kind]
    return finding


OLD = attrs.evolve(LAYOUT, columns=(Text("Zone", to="location"), Number("KW", to="load", scale=0.001)))
RECORDS = JsonLayout(
    dataset=LOAD, zone=ZONE, time=DAILY, columns=(Text("name", to="location"), Number("mw", to="load"))
)
SEVERAL = attrs.evolve(LAYOUT, others=(OLD, RECORDS))


@pytest.mark.parametrize(
    "payload",
    [
        b"Day,Name,Load\n07/01/2024,WEST,1.5\n",
        b"Day,Zone,KW\n07/01/2024,WEST,1500\n",
        b'[{"Day": "07/01/2024", "name": "WEST", "mw": 1.5}]',
    ],
    ids=["current", "old", "records"],
)
def test_document_is_read_in_the_form_that_fits(payload: bytes) -> None:
    """The form itself, or the first of the others, each with its own unit."""
    reading = SEVERAL.read(payload)
    assert (rows(reading), reading.findings) == ([("WEST", 1.5)], ())


def test_form_that_fits_is_taken_with_its_findings() -> None:
    """A document that fits is not tried in another form because of what is wrong in it."""
    reading = SEVERAL.read(b"Day,Name,Load,KW\n07/01/2024,WEST,x,1\n")
    assert rows(reading) == [("WEST", None)]
    assert found(reading, FindingKind.UNKNOWN_COLUMN).column == "KW"


def test_drift_is_told_of_the_current_form() -> None:
    """A document that fits no form lacks what the current one has."""
    with pytest.raises(SchemaDrift, match="'Name'") as raised:
        SEVERAL.read(b"Day,Area,Load\n07/01/2024,WEST,1\n")
    assert raised.value.column == "Name"


def test_others_of_others_are_tried() -> None:
    """A form may have had forms of its own."""
    layout = attrs.evolve(LAYOUT, others=(attrs.evolve(OLD, others=(RECORDS,)),))
    assert rows(layout.read(b'[{"Day": "07/01/2024", "name": "WEST", "mw": 1.5}]')) == [("WEST", 1.5)]


def test_current_form_is_the_one_written() -> None:
    """Others are read, never written."""
    frame = SEVERAL.read(b"Day,Zone,KW\n07/01/2024,WEST,1500\n").frame
    assert SEVERAL.write(frame) == b"Day,Name,Load\r\n07/01/2024,WEST,1.5\r\n"


AMONG = attrs.evolve(LAYOUT, begins="Day", ends="Total")
TABLE = b"Day,Name,Load\r\n07/01/2024,WEST,1.5\r\n07/02/2024,WEST,2.5\r\n"


@pytest.mark.parametrize(
    "payload",
    [
        TABLE,
        b"Report,of loads\r\n\r\n" + TABLE,
        b"Report\r\n" + TABLE + b"Total,,4\r\nfootnote, of, five, fields, 1\r\n",
        b'\xef\xbb\xbf"Report"\n"Day","Name","Load"\n07/01/2024,WEST,1.5\n07/02/2024,WEST,2.5\n"Total",,4\n',
        b"\xef\xbb\xbf" + TABLE + b"Total",
        b"A Day in July\n" + TABLE,
    ],
    ids=["bare", "title", "title and total", "quoted", "mark", "word within a title"],
)
def test_table_is_read_among_other_lines(payload: bytes) -> None:
    """What is above its header and from the first line after it on is no part of it."""
    reading = AMONG.read(payload)
    assert (rows(reading), reading.payload_rows, reading.findings) == ([("WEST", 1.5), ("WEST", 2.5)], 2, ())


def test_table_without_its_end_is_read_to_the_payloads() -> None:
    """And lines of another width at its end are rejected rows."""
    reading = AMONG.read(TABLE + b"generated at noon\r\n")
    assert found(reading, FindingKind.REJECTED_ROW).rows == 1
    assert reading.payload_rows == reading.accounted_rows == 3


def test_table_that_is_not_there_is_drift() -> None:
    """A document of titles has no table; nothing in it is taken for one."""
    with pytest.raises(SchemaDrift, match="no line that begins with 'Day'"):
        AMONG.read(b"Report\r\nName,Load\r\n")


def test_word_with_signs_of_patterns_is_a_word() -> None:
    """Brackets and points in a header are themselves."""
    layout = attrs.evolve(LAYOUT, time=Dates(names="Day (EPT)"), begins="Day (EPT)", ends="** end.")
    reading = layout.read(b"Report\nDay (EPT),Name,Load\n07/01/2024,WEST,1\n** end.\nx\n")
    assert (rows(reading), reading.findings) == ([("WEST", 1.0)], ())


TITLES = st.lists(st.text("ABxy ,;:'*-0129", max_size=12).filter(lambda line: not line.startswith("Day")))


@given(above=TITLES, below=TITLES)
def test_lines_around_a_table_change_nothing(above: list[str], below: list[str]) -> None:
    """Whatever stands above and below, the rows are the same and all are accounted for."""
    parts = [*above, TABLE.decode().rstrip(), "Total,,4", *below, ""]
    reading = AMONG.read("\r\n".join(parts).encode())
    assert (rows(reading), reading.payload_rows) == ([("WEST", 1.5), ("WEST", 2.5)], 2)


MERGED = attrs.evolve(LAYOUT, merge_repeated=True)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"07/01/2024,WEST,1.5,,", ("WEST", 1.5)),
        (b"07/01/2024,,,2.5,WEST", ("WEST", 2.5)),
        (b"07/01/2024, , ,2.5,WEST", ("WEST", 2.5)),
        (b"07/01/2024,WEST,0,2.5,EAST", ("WEST", 0.0)),
        (b"07/01/2024,WEST,,,", ("WEST", None)),
        (b'07/01/2024,"WEST","1,234.5",,', ("WEST", 1234.5)),
    ],
    ids=["first", "second", "blanks", "both", "neither", "commas"],
)
def test_columns_of_one_header_are_one(line: bytes, expected: tuple[Any, ...]) -> None:
    """Of each row the first cell that holds more than blanks; a zero is a value."""
    reading = MERGED.read(b"Day,Name,Load,LOAD,Name\n" + line + b"\n")
    assert rows(reading) == [expected]
    assert not [each for each in reading.findings if each.kind is FindingKind.UNKNOWN_COLUMN]
    assert reading.payload_rows == reading.accounted_rows == 1


def test_cell_that_was_passed_over_stays_in_the_raw_columns() -> None:
    """A second value is not the row's, but it is not gone."""
    reading = MERGED.read(b"Day,Name,Load,Load\n07/01/2024,WEST,1,9\n")
    assert reading.raw["Load (4)"].cast(pl.Float64).to_list() == [9.0]


@given(cents=st.lists(st.tuples(st.booleans(), st.integers(-(10**12), 10**12)), min_size=1, max_size=10))
def test_merged_figures_are_exact(cents: list[tuple[bool, int]]) -> None:
    """Whichever of the columns holds a figure, no digit of it is lost."""
    lines = [
        f"07/01/2024,WEST,{each / 100 if left else ''},{'' if left else each / 100}" for left, each in cents
    ]
    reading = MERGED.read("\n".join(["Day,Name,Load,Load", *lines, ""]).encode())
    assert reading.frame["load"].to_list() == [each / 100 for _, each in cents]


def test_optional_column_of_the_key_may_be_absent() -> None:
    """The field is null then; that it tells rows apart elsewhere does not matter."""
    optional = Text("Fuel", to="fuel", required=False)
    layout = CsvLayout(
        dataset=RENEWABLES, zone=ZONE, time=DAILY, columns=(optional, Number("MW", to="generation"))
    )
    reading = layout.read(b"Day,MW\n07/01/2024,1\n")
    assert reading.payload_rows == reading.accounted_rows == 1
    assert found(reading, FindingKind.REJECTED_ROW).column == "fuel"


def test_document_without_any_known_column_is_drift() -> None:
    """Though each of them may be absent: rows of nothing are not dropped in silence."""
    layout = CsvLayout(
        dataset=LOCATIONS, zone=ZONE, time=Undated(), columns=(Text("Id", to="location", required=False),)
    )
    with pytest.raises(SchemaDrift, match="none of the known columns"):
        layout.read(b"Other\nA\n")


VALID = CsvLayout(
    dataset=LOCATIONS,
    zone=ZONE,
    time=Undated(),
    columns=(
        Text("Id", to="location"),
        Moment("From", to="valid_from", formats=("%m/%d/%Y %H:%M", "%m/%d/%Y")),
        Moment("To", to="valid_to", formats="%m/%d/%Y", null_values=("12/31/9999", "open"), required=False),
    ),
)


def moments(payload: bytes, layout: CsvLayout = VALID) -> list[tuple[Any, ...]]:
    """The two times of every row of a reading without findings."""
    reading = layout.read(payload)
    assert reading.findings == ()
    return reading.frame.select("valid_from", "valid_to").rows()


def test_time_is_on_the_markets_clock() -> None:
    """In summer and in winter, in any of the forms."""
    payload = b"Id,From,To\nA,07/01/2024 12:30,01/15/2025\nB, 7/1/2024 , 1/15/2025 \n"
    assert moments(payload) == [
        (utc("2024-07-01T16:30"), utc("2025-01-15T05:00")),
        (utc("2024-07-01T04:00"), utc("2025-01-15T05:00")),
    ]


def test_repeated_hour_of_a_moment_is_its_first_pass() -> None:
    """No order could tell the passes of a time apart that is not the row's own."""
    assert moments(b"Id,From\nA,11/03/2024 01:30\n") == [(utc("2024-11-03T05:30"), None)]


def test_words_for_no_time_are_null_in_silence() -> None:
    """No end, an empty cell and an absent column are no mistakes."""
    assert moments(b"Id,From,To\nA,,12/31/9999\nB, , open \n") == [(None, None), (None, None)]
    assert moments(b"Id,From\nA,07/01/2024\n") == [(utc("2024-07-01T04:00"), None)]


@pytest.mark.parametrize("stamp", ["junk", "02/30/2024", "03/10/2024 02:30", "12/31/9999"])
def test_time_that_cannot_be_read_is_said(stamp: str) -> None:
    """It is null, the row stays, and a finding names the word and counts the rows."""
    reading = VALID.read(f"Id,From\nA,07/01/2024\nB,{stamp}\nC,{stamp}\n".encode())
    assert reading.frame["valid_from"].to_list() == [utc("2024-07-01T04:00"), None, None]
    finding = found(reading, FindingKind.UNREADABLE_VALUE)
    assert (finding.rows, finding.column, finding.accounts) == (2, "From", False)
    assert repr(stamp) in finding.message
    assert "row 2" in finding.message


def in_utc(*formats: str) -> CsvLayout:
    """The same with a first time in UTC."""
    return attrs.evolve(
        VALID, columns=(VALID.columns[0], Moment("From", to="valid_from", formats=formats, utc=True))
    )


def test_time_may_be_utc_or_carry_its_offset() -> None:
    """Both are instants as they stand."""
    layout = in_utc("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%z")
    reading = layout.read(b"Id,From\nA,2024-07-01T04:00:00Z\nB,2024-07-01T00:00:00-04:00\n")
    assert reading.frame["valid_from"].to_list() == [utc("2024-07-01T04:00")] * 2


def test_offset_on_the_markets_clock_is_a_wrong_declaration() -> None:
    """It would be moved twice."""
    with pytest.raises(PluginError, match="utc=True"):
        Moment("From", to="valid_from", formats=("%Y-%m-%dT%H:%M:%S%z",))


@given(hours=st.lists(st.none() | st.integers(0, 24 * 365 * 30).filter(lambda n: n % 8760 > 24), min_size=1))
def test_moments_are_read_back(hours: list[int | None]) -> None:
    """Any hours, on either clock, survive; of a repeated one the first pass."""
    base = datetime(2005, 1, 1, 5, tzinfo=UTC).timestamp()
    at = [None if n is None else datetime.fromtimestamp(base + n * 3600, tz=UTC) for n in hours]
    times = pl.Series("valid_from", at, dtype=pl.Datetime("us", "UTC"))
    local = times.dt.convert_time_zone(ZONE)
    first = local.dt.replace_time_zone(None).dt.replace_time_zone(ZONE, ambiguous="earliest")
    frame = pl.DataFrame({"location": [f"A{n}" for n in range(len(at))], "valid_from": times})
    undated = [pl.lit(None, dtype=times.dtype).alias(name) for name in ("interval_start", "interval_end")]
    for layout, expected in (
        (in_utc("%Y-%m-%dT%H:%M:%S%z"), times),
        (attrs.evolve(VALID, columns=VALID.columns[:2]), first.dt.convert_time_zone("UTC")),
    ):
        read = layout.read(layout.write(frame.with_columns(undated)))
        assert read.findings == ()
        assert read.frame["valid_from"].to_list() == expected.to_list()


def test_no_time_is_written_as_its_word() -> None:
    """The first of the words that stand for none."""
    frame = VALID.read(b"Id,From,To\nA,07/01/2024,open\n").frame
    assert VALID.write(frame) == b"Id,From,To\r\nA,07/01/2024 00:00,12/31/9999\r\n"


WIDE = CsvLayout(
    dataset=RENEWABLES,
    zone=ZONE,
    time=DAILY,
    wide=Wide(
        to=("fuel", "location"),
        value="generation",
        columns=(
            WideColumn(("Wind N", "North Wind"), words=("wind", "NORTH")),
            WideColumn("Wind S", words=("wind", "SOUTH"), scale=-1),
            WideColumn("Solar N", words=("solar", "NORTH"), null_values=(9999.0,), required=False),
        ),
    ),
)


def cells(reading: Reading) -> list[tuple[Any, ...]]:
    """Fuel, location and generation of every row."""
    return reading.frame.select("fuel", "location", "generation").rows()


def test_wide_columns_have_words_in_several_fields() -> None:
    """Each row gets the words of its column; signs turn and figures for nothing are null."""
    reading = WIDE.read(b"Day,Wind N,Wind S,Solar N\n07/01/2024,1,-2,9999\n")
    assert cells(reading) == [
        ("wind", "NORTH", 1.0),
        ("wind", "SOUTH", 2.0),
        ("solar", "NORTH", None),
    ]
    assert found(reading, FindingKind.MISSING_VALUE).rows == 1
    assert reading.origin.to_list() == [0, 0, 0]
    assert reading.payload_rows == reading.accounted_rows == 3


def test_wide_column_has_other_headers_and_may_be_absent() -> None:
    """A payload of fewer columns has fewer rows, and all are accounted for, rejected ones too."""
    reading = WIDE.read(b"Day,wind s,NORTH  WIND\n07/01/2024,-2,1\nsoon,3,4\n")
    assert cells(reading) == [("wind", "NORTH", 1.0), ("wind", "SOUTH", 2.0)]
    assert found(reading, FindingKind.REJECTED_ROW).rows == 2
    assert reading.payload_rows == reading.accounted_rows == 4


def test_wide_column_that_is_required_is_missed() -> None:
    """Only the optional ones may be absent."""
    with pytest.raises(SchemaDrift, match="'Wind N'"):
        WIDE.read(b"Day,Wind S\n07/01/2024,1\n")


def test_wide_payload_without_any_of_its_columns_is_drift() -> None:
    """Though each of them is optional: its rows would be gone in silence."""
    wide = Wide(to="fuel", value="generation", columns=[WideColumn("W", words="wind", required=False)])
    layout = attrs.evolve(WIDE, wide=wide, constants={"location": "NORTH"})
    with pytest.raises(SchemaDrift, match="'W'") as raised:
        layout.read(b"Day,Other\n07/01/2024,1\n")
    assert raised.value.column == "W"


def test_wide_column_may_be_called_like_a_field() -> None:
    """A header is not taken for the field of that name."""
    wide = Wide(to="fuel", value="generation", columns={"location": "wind", "interval_start": "solar"})
    layout = attrs.evolve(WIDE, wide=wide, columns=(Text("Where", to="location"),))
    reading = layout.read(b"Day,Where,location,interval_start\n07/01/2024,NORTH,1,2\n")
    assert cells(reading) == [("wind", "NORTH", 1.0), ("solar", "NORTH", 2.0)]
    assert reading.frame["interval_start"].to_list() == [utc("2024-07-01T04:00")] * 2


@pytest.mark.parametrize("words", ["wind", ("wind", "NORTH", "x")])
def test_words_and_fields_are_as_many(words: str | tuple[str, ...]) -> None:
    """A wide column with too few words, or too many, is a wrong declaration."""
    with pytest.raises(PluginError, match="'W'"):
        Wide(to=("fuel", "location"), value="generation", columns={"W": words})


@given(
    figures=st.lists(
        st.tuples(*[st.none() | st.integers(-(10**8), 10**8).map(lambda n: n / 100)] * 3),
        min_size=1,
        max_size=28,
    )
)
def test_wide_rows_of_several_words_are_read_back(figures: list[tuple[float | None, ...]]) -> None:
    """Any days of any figures survive, row for row."""
    days = [f"02/{number:02d}/2025" for number in range(1, len(figures) + 1)]
    lines = [
        ",".join([day, *("" if each is None else str(each) for each in row)])
        for day, row in zip(days, figures, strict=True)
    ]
    reading = WIDE.read("\n".join(["Day,Wind N,Wind S,Solar N", *lines, ""]).encode())
    again = WIDE.read(WIDE.write(reading.frame))
    assert_frame_equal(again.frame, reading.frame)
    turned = [(north, None if south is None else -south + 0.0, sun) for north, south, sun in figures]
    assert reading.frame["generation"].to_list() == [each for row in turned for each in row]
    assert again.payload_rows == again.accounted_rows == 3 * len(figures)
