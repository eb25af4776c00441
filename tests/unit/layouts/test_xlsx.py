"""Workbooks: tables among other things on a sheet, figures in full, damage, and what is written is read back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
import fastexcel
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from energyopti.datasets import CAPACITY
from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import Dates, ExcelLayout, Number, Reading, Text, Undated
from energyopti.layouts.formats import parts
from energyopti.layouts.formats.sheets import table_headers
from energyopti.testing.strategies import damaged
from spoilt_payloads import accounts_or_drifts

ZONE = "America/New_York"
LAYOUT = ExcelLayout(
    dataset=CAPACITY,
    zone=ZONE,
    time=Undated(),
    sheets=("Results", "Old Results"),
    begins=("LDA", "LDA*"),
    columns=(Text(("LDA", "LDA*"), to="location"), Number("Price [$/MW-day]", to="price")),
    ignored=("Adder",),
)
HEADER = ("LDA", "Adder", "Price [$/MW-day]")
ROWS: list[Sequence[Any]] = [("NORTH", 0, 12.5), ("SOUTH", 1.25, 13.75)]
PRICES = [("NORTH", 12.5), ("SOUTH", 13.75)]


def book(*rows: Sequence[Any], sheet: str = "Results", before: Sequence[str] = ()) -> bytes:
    """A workbook whose sheet holds these rows from its first cell on, behind other sheets."""

    def fill(_: Any, there: Any) -> None:
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    there.write(number, column, cell)

    return drawn(fill, sheet=sheet, before=before)


def drawn(fill: Callable[[Any, Any], None], *, sheet: str = "Results", before: Sequence[str] = ()) -> bytes:
    """A workbook whose sheet is filled by a function of the workbook and the sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        for name in before:
            workbook.add_worksheet(name).write(0, 0, "LDA")
        fill(workbook, workbook.add_worksheet(sheet))
    return buffer.getvalue()


def of_formats(*figures: tuple[float, str]) -> bytes:
    """A workbook with a table of prices, each in a number format of its own."""

    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        for row, (figure, shown) in enumerate(figures, start=1):
            sheet.write(row, 0, f"AREA {row}")
            sheet.write_number(row, 2, figure, workbook.add_format({"num_format": shown}))

    return drawn(fill)


def prices(reading: Reading) -> list[tuple[Any, ...]]:
    """Location and price of every row."""
    return reading.frame.select("location", "price").rows()


def found(reading: Reading, kind: FindingKind) -> Finding:
    """The one finding of a kind."""
    (finding,) = [each for each in reading.findings if each.kind is kind]
    return finding


def with_member(payload: bytes, ending: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook in which one part of the archive is another, checksums right."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(payload)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith(ending) else content)
    return buffer.getvalue()


def test_table_is_found_among_titles_and_footnotes() -> None:
    """It stands below a title and ends above its footnotes; what is below those is not read."""
    reading = LAYOUT.read(book(("Title",), (), HEADER, *ROWS, ("* a note",), ("** another",), ("REST", 1, 2)))
    assert prices(reading) == PRICES
    assert (reading.payload_rows, reading.findings) == (2, ())
    assert reading.raw["Adder"].to_list() == ["0", "1.25"]


def test_table_ends_at_an_empty_row() -> None:
    """What stands below a row of nothing is another thing."""
    reading = LAYOUT.read(book(HEADER, *ROWS, (), ("Total", 1.25, 99)))
    assert (prices(reading), reading.payload_rows, reading.findings) == (PRICES, 2, ())


@pytest.mark.parametrize("between", [[()], [("* a note",)], []], ids=["empty row", "footnote", "nothing"])
def test_tables_of_one_header_are_told_apart_by_number(between: list[Sequence[Any]]) -> None:
    """The second of them is number 1, and the first ends above it, whatever stands between them."""
    payload = book(HEADER, *ROWS, *between, ("LDA*", "Price [$/MW-day]"), ("EAST", 7))
    assert prices(LAYOUT.read(payload)) == PRICES
    assert prices(attrs.evolve(LAYOUT, number=1).read(payload)) == [("EAST", 7.0)]
    with pytest.raises(SchemaDrift, match="no table 3"):
        attrs.evolve(LAYOUT, number=2).read(payload)


def test_row_without_its_first_cell_is_counted() -> None:
    """A hole in the first column ends the table, but the filled rows from there on are no secret."""
    reading = LAYOUT.read(book(HEADER, *ROWS, (None, 1, 9), ("EAST", 1, 8), (), ("REST", 1, 2)))
    assert prices(reading) == PRICES
    lost = found(reading, FindingKind.REJECTED_ROW)
    assert (lost.rows, lost.accounts) == (2, True)
    assert reading.payload_rows == reading.accounted_rows == 4


def test_hole_at_the_end_of_the_sheet_is_counted() -> None:
    """The last row of a sheet may lack its first cell too."""
    assert LAYOUT.read(book(HEADER, (None, 1, 9))).payload_rows == 1


def test_table_to_the_sheets_end_passes_over_holes() -> None:
    """Empty rows and footnotes are no rows of it, and do not end it; a row without a key is rejected."""
    layout = attrs.evolve(LAYOUT, to_end=True)
    reading = layout.read(book(HEADER, ROWS[0], (), ("* a note",), ROWS[1], (None, 1, 9)))
    assert prices(reading) == PRICES
    assert reading.payload_rows == reading.accounted_rows == 3


def test_cells_beside_the_table_harm_nothing() -> None:
    """They are kept in the raw columns, and a finding says that they are there."""
    rows = [(*ROWS[0], None, "Total Cost"), (*ROWS[1], None, 14_687_047_357.515)]
    reading = LAYOUT.read(book(("Title", None, None, None, "x"), HEADER, *rows))
    assert prices(reading) == PRICES
    assert found(reading, FindingKind.UNKNOWN_COLUMN).column == "column 4"
    assert reading.raw["column 4"].to_list() == ["Total Cost", "14687047357.51499939"]


@pytest.mark.parametrize("sheet", ["Results", "RESULTS", "Old Results"])
def test_sheet_is_found_by_any_of_its_names(sheet: str) -> None:
    """Wherever it stands, in any case, under an old name."""
    assert prices(LAYOUT.read(book(HEADER, *ROWS, sheet=sheet, before=("Summary", "Notes")))) == PRICES


def test_missing_sheet_is_named() -> None:
    """And so are those that are there."""
    with pytest.raises(SchemaDrift, match="no sheet 'Results'; it has 'Summary', 'Prices'"):
        LAYOUT.read(book(HEADER, *ROWS, sheet="Prices", before=("Summary",)))


@pytest.mark.parametrize(
    "rows", [[], [("Title",)], [("Zone", "Price [$/MW-day]"), ("NORTH", 1)]], ids=["empty", "title", "other"]
)
def test_missing_table_is_drift(rows: list[Sequence[Any]]) -> None:
    """An empty sheet, one without the header, and one whose first column is called otherwise."""
    with pytest.raises(SchemaDrift, match="begins with a column 'LDA'"):
        LAYOUT.read(book(*rows))


def test_table_may_begin_in_any_column() -> None:
    """The sheet's first filled column is where tables begin."""
    assert prices(LAYOUT.read(book((), (None, *HEADER), *((None, *row) for row in ROWS)))) == PRICES


def test_missing_column_is_named() -> None:
    """A table without prices is drift."""
    with pytest.raises(SchemaDrift, match="Price") as raised:
        LAYOUT.read(book(("LDA", "Adder"), ("NORTH", 1)))
    assert raised.value.column == "Price [$/MW-day]"


def test_header_is_matched_by_meaning() -> None:
    """Line breaks, runs of blanks and case inside a header mean nothing."""
    payload = book((" lda ", "ADDER", "Price  \n  [$/MW-DAY]"), *ROWS)
    reading = LAYOUT.read(payload)
    assert (prices(reading), reading.findings) == (PRICES, ())


def test_table_without_rows_is_no_error() -> None:
    """A header alone is an empty table."""
    reading = LAYOUT.read(book(HEADER))
    assert (reading.frame.height, reading.payload_rows, reading.findings) == (0, 0, ())


def test_words_of_several_header_rows_are_joined() -> None:
    """A merged cell stands above all columns to its right, up to the next one."""

    def fill(workbook: Any, sheet: Any) -> None:
        sheet.merge_range(0, 1, 0, 2, "On Peak", workbook.add_format())
        sheet.write_row(1, 0, ("LDA", "Adder", "Price"))
        sheet.write(0, 3, "Off Peak")
        sheet.write_row(1, 3, ("Adder", "Price"))
        sheet.write_row(2, 0, ("NORTH", 1, 2, 3, 4))

    columns = (Text("LDA", to="location"), Number("Off Peak Price", to="price"))
    ignored = ("On Peak Adder", "On Peak Price", "Off Peak Adder")
    reading = attrs.evolve(LAYOUT, header_rows=2, columns=columns, ignored=ignored).read(drawn(fill))
    assert (prices(reading), reading.findings) == ([("NORTH", 4.0)], ())


def test_header_rows_stop_at_the_sheets_top() -> None:
    """A table whose upper header row is missing has the words that there are."""
    assert table_headers(pl.DataFrame({"a": ["LDA"], "b": ["Price"]}), 0, 3) == ["LDA", "Price"]


FIGURES = [1 / 8, 0.12345678901234, -1.234567e-05, 1.23456789e-07, 99999.9999999999, 1e15 + 1, 0.0, 2.675]


def test_figures_are_read_in_full() -> None:
    """No digit that the workbook holds is lost, be it the twelfth after the point."""
    reading = LAYOUT.read(book(HEADER, *((f"A{n}", None, figure) for n, figure in enumerate(FIGURES))))
    assert reading.frame["price"].to_list() == FIGURES


@given(cents=st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=20))
@settings(max_examples=25)
def test_cents_are_read_in_full(cents: list[int]) -> None:
    """Any amount of whole cents is the same amount in the frame."""
    reading = LAYOUT.read(book(HEADER, *((f"A{n}", None, each / 100) for n, each in enumerate(cents))))
    assert reading.frame["price"].to_list() == [each / 100 for each in cents]


@pytest.mark.parametrize(
    "shown",
    ["0.00", "$#,##0.00_);[Red]($#,##0.00)", '0.00 "MW-day"', "[$$-409]#,##0.00", "0%", "0.00E+00", "@"],
)
def test_number_format_does_not_change_a_figure(shown: str) -> None:
    """Currencies, percentages, quoted units and colours are how a figure looks, not what it is."""
    assert LAYOUT.read(of_formats((45474.5, shown))).frame["price"].to_list() == [45474.5]


def test_figure_that_looks_like_a_date_is_said() -> None:
    """A price under a date's format is a date to the workbook: null, and a finding."""
    reading = LAYOUT.read(of_formats((45474.5, "mm/dd/yyyy")))
    assert reading.frame["price"].to_list() == [None]
    assert "2024-07-01 12:00:00" in found(reading, FindingKind.UNREADABLE_VALUE).message


def test_figures_as_text_are_figures() -> None:
    """With commas and blanks too; other words are null, and a finding names the first."""
    reading = LAYOUT.read(book(HEADER, ("A", "x", " 1,234.5 "), ("B", "x", "TBD"), ("C", "x", None)))
    assert reading.frame["price"].to_list() == [1234.5, None, None]
    assert "'TBD'" in found(reading, FindingKind.UNREADABLE_VALUE).message
    assert found(reading, FindingKind.MISSING_VALUE).rows == 2


def test_identifiers_that_are_figures_stay_whole() -> None:
    """A node's number is a word without a point."""
    assert LAYOUT.read(book(HEADER, (116013751, None, 1))).frame["location"].to_list() == ["116013751"]


def test_formula_means_its_value() -> None:
    """What was computed last stands in the cell; an error there is no value."""

    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_formula(1, 0, '="A"', None, "AREA")
        sheet.write_formula(1, 2, "=1/7", None, 1 / 8)
        sheet.write(2, 0, "B")
        sheet.write_formula(2, 2, "=NA()", None, "#N/A")

    assert prices(LAYOUT.read(drawn(fill))) == [("AREA", 0.125), ("B", None)]


def test_words_in_several_fonts_are_one() -> None:
    """Rich text is its words."""

    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_rich_string(1, 0, "NOR", workbook.add_format({"bold": True}), "TH", " 2")
        sheet.write(1, 2, 5)

    assert prices(LAYOUT.read(drawn(fill))) == [("NORTH 2", 5.0)]


WORDS = st.text("AZaz09 .,'\"_-é&<", min_size=1, max_size=8).filter(
    lambda word: word == word.strip() and word.casefold() != "lda"
)
MONTHS = Dates(names="Month", lasts="1mo")
FORMS = {
    "plain": LAYOUT,
    "third table": attrs.evolve(LAYOUT, number=2),
    "two header rows": attrs.evolve(LAYOUT, header_rows=2),
    "dated": attrs.evolve(LAYOUT, time=MONTHS),
    "dated first": attrs.evolve(LAYOUT, time=MONTHS, begins=("Month",)),
    "to the end": attrs.evolve(LAYOUT, to_end=True),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_read_back(form: str) -> None:
    """Any locations and prices survive, in every form of table, row for row."""
    layout = FORMS[form]
    dated = isinstance(layout.time, Dates)
    bounds = [datetime(2024, 6, 1, 4, tzinfo=UTC), datetime(2024, 7, 1, 4, tzinfo=UTC)]

    @settings(max_examples=15)
    @given(rows=st.lists(st.tuples(WORDS, st.none() | st.integers(-(10**9), 10**9).map(lambda n: n / 100))))
    def rows_survive(rows: list[tuple[str, float | None]]) -> None:
        start, end = (
            pl.lit(at if dated else None, dtype=pl.Datetime("us", "UTC")).alias(name)
            for at, name in zip(bounds, ("interval_start", "interval_end"), strict=True)
        )
        schema = {"location": pl.String, "price": pl.Float64}
        frame = pl.DataFrame(rows, schema=schema, orient="row").select(start, end, pl.all())
        reading = layout.read(layout.write(frame))
        assert_frame_equal(reading.frame, frame, check_column_order=False)
        assert reading.payload_rows == reading.accounted_rows == len(rows)

    rows_survive()


def test_sheet_is_written_under_its_current_name() -> None:
    """The first of its names is the current one; the table begins with the column that it is found by."""
    layout = FORMS["dated"]
    frame = layout.read(book(("LDA", "Price [$/MW-day]", "Month"), ("NORTH", 5, "06/01/2024"))).frame
    workbook = fastexcel.read_excel(layout.write(frame))
    assert workbook.sheet_names == ["Results"]
    cells = workbook.load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
    assert cells[:2] == [("LDA", "Month", "Price [$/MW-day]"), ("NORTH", "06/01/2024", "5")]


PAYLOAD = book(("Title",), HEADER, *ROWS, ("* a note",), sheet="Results", before=("Summary",))


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(payload=damaged(PAYLOAD))
def test_damaged_bytes_are_drift_alone(payload: bytes) -> None:
    """Cut, flipped, inserted, doubled, replaced: rows are accounted for, or it is `SchemaDrift`."""
    accounts_or_drifts(LAYOUT, payload)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.data(),
    part=st.sampled_from(["sheet2.xml", "workbook.xml", "sharedStrings.xml", "styles.xml", "xml.rels"]),
)
def test_damaged_parts_are_drift_alone(data: st.DataObject, part: str) -> None:
    """The same for damage that no checksum shows."""
    accounts_or_drifts(LAYOUT, with_member(PAYLOAD, part, lambda content: data.draw(damaged(content))))


@settings(max_examples=100)
@given(noise=st.binary(max_size=600))
def test_old_form_of_noise_is_drift(noise: bytes) -> None:
    """Bytes that only begin like a workbook of the old form."""
    accounts_or_drifts(LAYOUT, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise)


@pytest.mark.parametrize(
    "place", [b"XFD1048576", b"C1048576", b"ZZZ5000", b"C99999999999999999999999"], ids=lambda p: p.decode()
)
def test_cell_far_away_is_refused(place: bytes) -> None:
    """A reader that made room for it would take the whole machine."""
    payload = book(HEADER, *ROWS)
    moved = with_member(payload, "sheet1.xml", lambda sheet: sheet.replace(b'r="C3"', b'r="%s"' % place))
    if place == b"C1048576":
        reading = LAYOUT.read(moved)
        assert prices(reading) == [("NORTH", 12.5), ("SOUTH", None)]
        return
    with pytest.raises(SchemaDrift, match="spans more than"):
        LAYOUT.read(moved)


def test_what_a_workbook_unzips_to_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small archive that becomes a large one is not unzipped to its end."""
    monkeypatch.setattr(parts, "MAX_SHEET_BYTES", 1 << 20)
    bomb = with_member(PAYLOAD, "styles.xml", lambda content: content + b" " * (2 << 20))
    with pytest.raises(SchemaDrift, match="unzips to more than"):
        LAYOUT.read(bomb)


def archive(*names: str) -> bytes:
    """A zip archive with empty files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name in names:
            opened.writestr(name, b"")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"PK",
        b"LDA,Price [$/MW-day]\r\nNORTH,1\r\n",
        b"<!DOCTYPE html><html></html>",
        b"junk before" + PAYLOAD,
        archive(),
        archive("prices.csv"),
        archive("xl/workbook.bin"),
        archive("content.xml"),
        archive("xl/workbook.xml", "content.xml"),
        archive("xl/workbook.xml"),
    ],
)
def test_what_is_no_workbook_is_drift(payload: bytes) -> None:
    """Text, a page, other archives and other kinds of workbooks."""
    with pytest.raises(SchemaDrift):
        LAYOUT.read(payload)


class PanicException(BaseException):
    """What a mistake inside the reader of workbooks looks like: no `Exception`, known by its name alone."""


def test_mistake_of_the_reader_is_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not end the process of whoever asked."""

    def panic(_: bytes) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr(fastexcel, "read_excel", panic)
    with pytest.raises(SchemaDrift, match="index out of bounds"):
        LAYOUT.read(PAYLOAD)


def test_interruption_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of a workbook is Ctrl-C."""

    def interrupt(_: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fastexcel, "read_excel", interrupt)
    with pytest.raises(KeyboardInterrupt):
        LAYOUT.read(PAYLOAD)
