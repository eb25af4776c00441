"""A file, taken apart: whatever is no table with one header is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyopti.errors import SchemaDrift, SourceUnavailable
from energyopti.scaffold.sample import Column, read_sample, sample_of
from energyopti.tuning.reading import SAMPLE_LINES


def test_header_and_cells_without_blanks_and_empty_columns() -> None:
    """A separator at the end of each line makes a column that nobody named."""
    found = sample_of("file.csv", b"Time , LMP,\n1/1/2024, 2.5,\n\n1/2/2024, 3.5,\n")
    assert [(each.name, each.cells) for each in found.columns] == [
        ("Time", ("1/1/2024", "1/2/2024")),
        ("LMP", ("2.5", "3.5")),
    ]
    assert (found.begins, found.quoted, found.title) == (None, False, "")


def test_lines_above_the_header_are_kept_for_the_example() -> None:
    """With the header's first word, by which the layout finds it."""
    found = sample_of("file.csv", b'"Report of July"\n"Time","LMP"\n"1/1/2024",2.5\n"1/2/2024",3.5\n')
    assert (found.begins, found.quoted, found.title.strip()) == ("Time", True, '"Report of July"')
    assert found.payload(1) == b'"Report of July"\n"Time","LMP"\n"1/1/2024",2.5\n'


LETTERED = b""""C","Load"\n"H","Date","Load"\n"H","Date","MWh"\n"D","1/1/2024",2.5\n"D","1/2/2024",3.5\n"""


@pytest.mark.parametrize(
    ("end", "counts", "example"),
    [
        (b'"T","2 lines"\n', "{} lines", b'"T","1 lines"\n'),
        (b'"T",2', "{}", b'"T","1"\n'),
        (b'"T","the end"\n', None, b""),
        (b'"T"\n', None, b""),
        (b"", None, b""),
    ],
)
def test_rows_led_by_letters_are_taken_for_what_they_say(
    end: bytes, counts: str | None, example: bytes
) -> None:
    """The first header names the columns, the second their units; the last line of an example counts its own rows."""
    found = sample_of("file.csv", LETTERED + end)
    assert [(each.name, each.cells) for each in found.columns] == [
        ("Date", ("1/1/2024", "1/2/2024")),
        ("Load", ("2.5", "3.5")),
    ]
    assert found.letters is not None
    assert (found.letters.counts, found.units, found.begins) == (counts, ("Date", "MWh"), None)
    assert found.payload(1) == LETTERED[: LETTERED.index(b'"D","1/2')] + example


def test_long_file_led_by_letters_keeps_its_count() -> None:
    """Its last line is below what is looked at."""
    content = LETTERED + b'"D","1/2/2024",3.5\n' * SAMPLE_LINES + b'"T","9 lines"\n'
    found = sample_of("file.csv", content)
    assert found.cut
    assert found.letters is not None
    assert found.letters.counts == "{} lines"


@pytest.mark.parametrize("content", [b"H,LMP\nD,2.5\nX,2.5\n", b"H,LMP\nC,2.5\n", b"D,LMP\nD,x\nH,2\n"])
def test_letters_that_are_cells_lead_nothing(content: bytes) -> None:
    """A word of its own among them, no data, or data above the header."""
    assert sample_of("file.csv", content).letters is None


@pytest.mark.parametrize(
    "content",
    ["Ort;LMP\nM\u00fcnchen;2.5\n".encode("cp1252"), "Ort\tLMP\nM\u00fcnchen\t2.5\n".encode("utf-16")],
)
def test_text_that_a_spreadsheet_saved_is_read(content: bytes) -> None:
    """Other separators and other encodings."""
    found = sample_of("file.csv", content)
    assert [(each.name, each.cells) for each in found.columns] == [
        ("Ort", ("M\u00fcnchen",)),
        ("LMP", ("2.5",)),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the payload is empty"),
        (b"PK\x03\x04abc", "a zip archive or a workbook"),
        (b"<html><body>Not found</body></html>", "an HTML page"),
        (b'{"rows": []}', "JSON"),
        (b"\x81\x8d\x8f,\xff", "not the text that was due"),
        (b"1,2\n3,4\n", "no line that could be its header"),
        (b"words\nand words\n", "no line that could be its header"),
        (b"Time,LMP\n", "no row below its header"),
        (b"Time,LMP,lmp\n1/1/2024,2,3\n", "two columns of the file are called 'LMP'"),
        (b"Report\n,Time,LMP\n1,1/1/2024,2\n2,1/2/2024,2\n", "whose first column has no name"),
        (b"Time,LMP\n" + b"x" * 200_000 + b",1\n", "the file is not CSV"),
    ],
)
def test_file_that_is_no_table_is_refused(content: bytes, said: str) -> None:
    """As schema drift, which says what it is."""
    with pytest.raises(SchemaDrift, match=said):
        sample_of("file.csv", content)


def test_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(SourceUnavailable, match=r"gone\.csv cannot be read"):
        read_sample(tmp_path / "gone.csv")


def test_long_file_is_looked_at_in_part() -> None:
    """Enough rows show its form."""
    row = b"1/1/2024,2.5\n"
    assert not sample_of("file.csv", b"Time,LMP\n" + row * (SAMPLE_LINES - 1)).cut
    long = sample_of("file.csv", b"Time,LMP\n" + row * SAMPLE_LINES)
    assert long.cut
    assert len(long.lines) == SAMPLE_LINES - 1


def test_words_of_a_header() -> None:
    """However it is written."""
    for name in ("GMTIntervalEnd", "gmt_interval_end", "GMT Interval-End"):
        assert Column(name=name, cells=()).words == {"gmt", "interval", "end"}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234.5", 1234.5),
        ("$12.50", 12.5),
        ("(12.5)", -12.5),
        ("-3", -3),
        ("1e3", 1000),
        ("", None),
        ("N/A", None),
    ],
)
def test_cells_as_numbers(cell: str, number: float | None) -> None:
    """As spreadsheets write them."""
    assert Column(name="LMP", cells=(cell,)).numbers == (number,)
    assert Column(name="LMP", cells=(cell,)).is_numeric == (number is not None)
