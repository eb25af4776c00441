"""Files whose rows are led by a letter: comments, two rows of headers, data, and a trailer that counts the data.

ISO New England documents the form: the first position of each record is C, H, D or T, and the record led by T has the
number of the records led by D.
"""

from __future__ import annotations

from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from builders import utc
from energyopti import PluginError, SchemaDrift
from energyopti.datasets import LOAD
from energyopti.findings import FindingKind
from energyopti.layouts import CsvLayout, HourEnding, Number, Reading, RowLetters, Text
from energyopti.layouts.decode.plausible import Plausible

LAYOUT = CsvLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=HourEnding(date="Date", hour="Hour Ending", hour_format="{:02d}", repeats_as="02X"),
    columns=(Text("Zone", to="location"), Number("Total Load", to="load")),
    letters=RowLetters(counts="{} lines"),
    units={"Total Load": "MWh"},
    titles=("Hourly Load Report", "Filename: load.csv"),
    quoted=True,
)
PAYLOAD = (
    b'"C","Hourly Load Report"\r\n'
    b'"C","Filename: load.csv"\r\n'
    b"\r\n"
    b'"H","Date","Hour Ending","Zone","Total Load"\r\n'
    b'"H","Date","HE","String","MWh"\r\n'
    b'"D","11/03/2024","02","MAINE",1300.5\r\n'
    b'"D","11/03/2024","02X","MAINE",1250.0\r\n'
    b'"T","2 lines"\r\n'
)
ROWS = [(utc("2024-11-03T05:00"), "MAINE", 1300.5), (utc("2024-11-03T06:00"), "MAINE", 1250.0)]


def rows(reading: Reading) -> list[tuple[Any, ...]]:
    """The rows that were read; all others are accounted for."""
    assert reading.payload_rows == reading.accounted_rows
    return reading.frame.select("interval_start", "location", "load").rows()


def changed(*pairs: tuple[bytes, bytes], payload: bytes = PAYLOAD) -> bytes:
    """The payload with words replaced, each of which it has."""
    for old, new in pairs:
        assert old in payload
        payload = payload.replace(old, new)
    return payload


SAME = {
    "as published": PAYLOAD,
    "bare": changed((b'"', b"")),
    "line feeds": changed((b"\r\n", b"\n")),
    "wide as the header": changed(
        (b'"', b""), (b"2 lines", b"2 lines,,,"), (b"C,Hourly Load Report", b"C,Hourly Load Report,,,")
    ),
    "tabs": changed((b'"', b""), (b",", b"\t")),
    "marked as UTF-8": b"\xef\xbb\xbf" + PAYLOAD,
    "UTF-16": PAYLOAD.decode().encode("utf-16"),
    "without its last line end": PAYLOAD.rstrip(),
    "a comment between": changed((b'"D","11/03/2024","02X"', b'"C","second pass"\r\n"D","11/03/2024","02X"')),
    "headers again": changed(
        (b'"D","11/03/2024","02X"', b'"H","Date","Hour Ending","Zone","Total Load"\r\n"D","11/03/2024","02X"')
    ),
    "one row bare": changed((b'"D","11/03/2024","02X"', b'D,"11/03/2024","02X"')),
    "blank rows": changed((b'"T"', b'\r\n,,,,\r\n"T"')),
    "letters in cells": changed((b'"C","Filename: load.csv"', b'"C","H, D and T"')),
}


@pytest.mark.parametrize("payload", SAME.values(), ids=SAME)
def test_rows_are_those_led_by_the_letter_of_data(payload: bytes) -> None:
    """Whatever was done to comments, quotes, line ends and blank rows."""
    reading = LAYOUT.read(payload)
    assert rows(reading) == ROWS
    assert reading.findings == ()
    assert reading.raw.columns == ["Date", "Hour Ending", "Zone", "Total Load"]


DRIFTS = {
    "cut in the data": (
        PAYLOAD[: PAYLOAD.index(b'"D","11/03/2024","02X"')],
        "no lines that say how many rows",
    ),
    "cut before the trailer": (PAYLOAD[: PAYLOAD.index(b'"T"')], "no lines that say how many rows"),
    "a row is missing": (
        changed((b'"D","11/03/2024","02","MAINE",1300.5\r\n', b"")),
        "says that it has 2 rows and has 1: it was cut off",
    ),
    "a row too many": (
        changed((b"2 lines", b"1 line")),
        "says that it has 1 rows and has 2: rows are there twice",
    ),
    "two files": (PAYLOAD + PAYLOAD, "two files are joined"),
    "no number": (changed((b"2 lines", b"the end")), "does not say how many rows"),
    "a number beyond reason": (changed((b"2 lines", b"9" * 30)), "does not say how many rows"),
    "another unit": (
        changed((b'"MWh"', b'"kWh"')),
        "'Total Load' says 'kwh' below its header, where 'MWh' was due",
    ),
    "no unit": (changed((b'"H","Date","HE","String","MWh"\r\n', b"")), "where 'MWh' was due"),
    "a short row of units": (
        changed((b'"H","Date","HE","String","MWh"', b'"H","Date"')),
        "says '' below its header",
    ),
    "no header": (changed((b'"H"', b'"C"')), "no row led by 'H' above its data"),
    "data above its header": (
        b'"D","11/03/2024","01","MAINE",1\r\n' + PAYLOAD,
        "no row led by 'H' above its data",
    ),
    "a second table": (
        changed((b'"T"', b'"H","Date","Hour Ending","Zone","Price"\r\n"T"')),
        "a second table, with the header",
    ),
    "a third row of headers": (
        changed((b'"D","11/03/2024","02",', b'"H","a"\r\n"D","11/03/2024","02",')),
        "a second table",
    ),
    "a column is missing": (changed((b'"Total Load"', b'"Native Load"')), "no column 'Total Load'"),
    "a notice": (b"No data exists for this period.", "no row led by 'H'"),
    "nothing": (b"", "is empty"),
    "a page": (b"<html><body>busy</body></html>", "an HTML page"),
    "no text": (changed((b"Hourly", b"Hour\0ly")), "is not the text that was due"),
}


@pytest.mark.parametrize(("payload", "why"), DRIFTS.values(), ids=DRIFTS)
def test_file_whose_parts_do_not_fit_is_drift(payload: bytes, why: str) -> None:
    """Above all one that was cut short, whose rows all are good."""
    with pytest.raises(SchemaDrift, match=why):
        LAYOUT.read(payload)


def test_row_of_another_letter_is_a_finding() -> None:
    """It is nowhere in the frame, and counted."""
    reading = LAYOUT.read(
        changed((b'"T"', b'"X","11/03/2024","03","MAINE",1\r\nD\r\n"T"'), (b"2 lines", b"3 lines"))
    )
    assert rows(reading) == ROWS
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.REJECTED_ROW, 1, True)
    assert 'led by no known letter: 1, first \'"X"' in finding.message
    assert [each.kind for each in reading.left_out] == [FindingKind.REJECTED_ROW]


def test_broken_row_and_strange_row_are_both_left_out() -> None:
    """A row of another width is no row of data, but it is one that the trailer counts."""
    reading = LAYOUT.read(changed((b'"T","2', b'"D","11/03/2024"\r\nwhat\r\n"T","3')))
    assert rows(reading) == ROWS
    assert [each.rows for each in reading.findings] == [1, 1]
    assert reading.payload_rows == 4


def test_count_may_have_commas() -> None:
    """As people write thousands."""
    with pytest.raises(SchemaDrift, match="has 1,002 rows and has 2"):
        LAYOUT.read(changed((b"2 lines", b"1,002 lines")))


def test_trailer_that_counts_nothing_may_be_absent() -> None:
    """Whether it is there or not, and whatever it says."""
    layout = attrs.evolve(LAYOUT, letters=RowLetters(counts=None))
    for payload in (PAYLOAD, PAYLOAD[: PAYLOAD.index(b'"T"')], changed((b"2 lines", b"end"))):
        assert rows(layout.read(payload)) == ROWS
    assert b'"T"' not in layout.write(layout.read(PAYLOAD).frame)


def test_second_row_of_headers_needs_no_declaration() -> None:
    """Types that nobody declares are no data all the same."""
    layout = attrs.evolve(LAYOUT, units={})
    assert rows(layout.read(PAYLOAD)) == ROWS
    assert rows(layout.read(changed((b'"MWh"', b'"Number"')))) == ROWS
    assert layout.write(layout.read(PAYLOAD).frame).count(b'"H"') == 1


def test_file_without_data_is_whole_and_empty() -> None:
    """It has its header, and says so itself."""
    start, end = PAYLOAD.index(b'"D"'), PAYLOAD.index(b'"T"')
    reading = LAYOUT.read(PAYLOAD[:start] + changed((b"2 lines", b"0 lines"))[end:])
    assert (rows(reading), reading.findings) == ([], ())


def test_text_in_another_encoding_is_read() -> None:
    """In the usual Windows code page, with a finding."""
    for old, new in ((b"Filename", b"Caf\xe9"), (b"MAINE", b"M\xc9INE")):
        reading = LAYOUT.read(changed((old, new)))
        assert [each.kind for each in reading.findings] == [FindingKind.OTHER_ENCODING]
        assert len(rows(reading)) == 2


def test_payload_is_written_as_published() -> None:
    """Titles as comments, names, units, data and the count."""
    written = changed((b"\r\n\r\n", b"\r\n"), (b'"H","Date","HE","String","MWh"', b'"H","","","","MWh"'))
    assert LAYOUT.write(LAYOUT.read(PAYLOAD).frame) == written


def test_several_files_are_read_together() -> None:
    """Each has its own header and its own count."""
    other = changed((b"11/03/2024", b"11/04/2024"), (b'"02X"', b'"03"'))
    assert len(rows(LAYOUT.read_all([PAYLOAD, other]))) == 4
    assert [each.frame.height for each in LAYOUT.read_each([PAYLOAD, other])] == [2, 2]


def test_document_past_what_is_plausible_is_not_read() -> None:
    """Neither too many lines, nor too long a line."""
    comments = b'"C",""\r\n' * 50 + PAYLOAD
    for plausible, words in (
        (Plausible(around=40), "lines around its table"),
        (Plausible(line=30), "bytes in a line"),
        (Plausible(most_bytes=99), "bytes"),
    ):
        with pytest.raises(SchemaDrift, match=f"more than .* {words}.*it was not read"):
            attrs.evolve(LAYOUT, plausible=plausible).read(comments)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"letters": RowLetters(), "begins": "Date"}, "where the table begins and ends"),
        ({"letters": RowLetters(), "ends": "Total"}, "where the table begins and ends"),
        ({"units": {"Load": "MW"}}, "no column 'Load' to say the unit of"),
        ({"letters": None}, "title lines need `begins`"),
    ],
)
def test_contradiction_is_refused(wrong: dict[str, Any], why: str) -> None:
    """At once, by name."""
    with pytest.raises(PluginError, match=why):
        attrs.evolve(LAYOUT, **wrong)


@pytest.mark.parametrize("wrong", [{"data": "H"}, {"trailer": ""}, {"counts": "lines"}])
def test_letters_are_different_and_the_count_has_a_place(wrong: dict[str, Any]) -> None:
    """A row is of one kind only."""
    with pytest.raises(PluginError, match=r"different letters|needs one \{\}"):
        RowLetters(**wrong)


PLACES = st.text("AHDTC .,;:'\"é-", min_size=1, max_size=6).filter(lambda word: word == word.strip())
LOADS = st.none() | st.integers(-99_999, 99_999).map(lambda cents: cents / 100)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rows_=st.lists(st.tuples(st.integers(0, 24), PLACES, LOADS), max_size=12, unique_by=lambda row: row[:2]),
    quoted=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
    titles=st.lists(st.text("CHDT ,\"'x1", max_size=9), max_size=3),
)
def test_what_is_written_is_read_back(
    rows_: list[tuple[int, str, float | None]], quoted: bool, newline: str, titles: list[str]
) -> None:
    """Any rows of the long day, in any order, under any titles."""
    layout = attrs.evolve(LAYOUT, quoted=quoted, newline=newline, titles=tuple(titles))
    first = utc("2024-11-03T04:00")
    frame = pl.DataFrame(
        [(hour, place, load) for hour, place, load in rows_],
        schema={"hour": pl.Int64, "location": pl.String, "load": pl.Float64},
        orient="row",
    ).select(
        (pl.lit(first) + pl.duration(hours="hour")).cast(pl.Datetime("us", "UTC")).alias("interval_start"),
        (pl.lit(first) + pl.duration(hours=pl.col("hour") + 1))
        .cast(pl.Datetime("us", "UTC"))
        .alias("interval_end"),
        "location",
        "load",
    )
    reading = layout.read(layout.write(frame))
    assert_frame_equal(reading.frame, frame, check_column_order=False)
    assert reading.payload_rows == reading.accounted_rows == frame.height


@settings(max_examples=60, deadline=None, derandomize=True)
@given(at=st.integers(0, len(PAYLOAD) - 1))
def test_file_cut_anywhere_is_drift_or_whole(at: int) -> None:
    """A file that lacks its end never passes for one with fewer rows."""
    try:
        reading = LAYOUT.read(PAYLOAD[:at])
    except SchemaDrift:
        return
    assert rows(reading) == ROWS
