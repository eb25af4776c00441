"""Every feed's text, saved again by a spreadsheet or by pandas: the same rows."""

from __future__ import annotations

import contextlib
import csv
import functools
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import polars as pl
import pytest
from polars.exceptions import InvalidOperationError

from energyopti.errors import SchemaDrift
from energyopti.layouts import Absolute, CsvLayout, Dates, HourEnding, Moment, Number, Reading, Stamp
from energyopti.layouts.columns import fold
from installed import installed

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

Way = TypeVar("Way")
Rows = list[list[str]]
Form = tuple[str, CsvLayout, bytes]


def forms() -> Iterator[Form]:
    """Every form of delimited text of every installed feed, with a payload in it."""
    for market in installed().markets.values():
        for feed in market.feeds:
            reading = feed.layout.read(feed.example.payload)
            for number, layout in enumerate(feed.layout.forms):
                if not isinstance(layout, CsvLayout):
                    continue
                payload = _payload(layout, feed.example.payload, reading)
                if payload is not None:
                    yield f"{market.id}/{feed.name}" + (f"-{number}" if number else ""), layout, payload


def _payload(layout: CsvLayout, example: bytes, reading: Reading) -> bytes | None:
    """The example, if it is of this form, else its rows in this form; None of an older one that cannot hold them."""
    try:
        layout.read_this(example)
    except SchemaDrift:
        try:
            return layout.write(reading.frame)
        except InvalidOperationError:
            return None
    return example


FORMS = list(forms())
TABLES = [each for each in FORMS if each[1].begins is None]
"""Those of which a table is all that there is, as a program that reads tables needs it."""


def rows_of(payload: bytes) -> Rows:
    """The cells of a text."""
    return [row for row in csv.reader(io.StringIO(payload.decode("utf-8-sig"), newline="")) if row]


def text_of(rows: Rows, *, separator: str = ",", newline: str = "\n") -> bytes:
    """Cells as text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=newline).writerows(rows)
    return text.getvalue().encode()


def clocks(layout: CsvLayout) -> dict[str, Sequence[str]]:
    """The columns that hold times, folded, each with its declared forms."""
    match layout.time:
        case Stamp(names=names, formats=declared):
            found = dict.fromkeys(names, declared)
        case HourEnding(date=names, date_formats=declared):
            found = dict.fromkeys(names, declared)
        case Absolute(names=names, formats=declared, end=end) | Dates(names=names, formats=declared, end=end):
            found = dict.fromkeys((*names, *(end or ())), declared)
        case _:
            found = {}
    moments = [column for column in layout.columns if isinstance(column, Moment)]
    found |= {name: column.formats for column in moments for name in column.names}
    return {fold(name): declared for name, declared in found.items()}


def restamped(payload: bytes, layout: CsvLayout, write: Callable[[datetime, bool], str]) -> Rows:
    """A text's cells with every stamp written otherwise; the writer hears whether the column has times of day."""
    header, *rows = rows_of(payload)
    known = clocks(layout)
    declared = [known.get(fold(name), ()) for name in header]
    timed = [any("%H" in form or "%I" in form for form in each) for each in declared]
    return [
        header,
        *(
            [
                cell if (at := _read(cell, each)) is None else write(at, has_time)
                for cell, each, has_time in zip(row, declared, timed, strict=True)
            ]
            for row in rows
        ),
    ]


def _read(cell: str, declared: Sequence[str]) -> datetime | None:
    stamps = (pl.Series([cell]).str.to_datetime(form, strict=False)[0] for form in declared)
    return next((stamp for stamp in stamps if stamp is not None), None)


def excel(at: datetime, timed: bool) -> str:
    """``10/1/2020 3:00``: without seconds that are none, and without zeros in front."""
    return f"{at.month}/{at.day}/{at.year}" + _clock(at, timed)


def short_excel(at: datetime, timed: bool) -> str:
    """``1/1/18 0:00``."""
    return f"{at.month}/{at.day}/{at:%y}" + _clock(at, timed)


def excel_halves(at: datetime, timed: bool) -> str:
    """``10/1/2020 3:00 PM``."""
    clock = f" {(at.hour + 11) % 12 + 1}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}"
    return f"{at.month}/{at.day}/{at.year}" + (clock if timed else "")


def _clock(at: datetime, timed: bool) -> str:
    seconds = f":{at:%S}" if at.second else ""
    return f" {at.hour}:{at:%M}{seconds}" if timed else ""


def pandas(at: datetime, timed: bool) -> str:
    """``2020-10-01 03:00:00``."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if timed else f"{at:%Y-%m-%d}"


def pandas_midnights(at: datetime, timed: bool) -> str:
    """``2020-10-01T03:00:00``, dates too."""
    return f"{at:%Y-%m-%dT%H:%M:%S}"


def hours(layout: CsvLayout, rows: Rows) -> Rows:
    """Hour-ending labels as a spreadsheet shows times of the day: ``1:00``, ``24:00:00``."""
    names = {fold(name) for name in layout.time.hour} if isinstance(layout.time, HourEnding) else set()
    header, *below = rows
    places = [number for number, name in enumerate(header) if fold(name) in names]
    for row, number in itertools.product(below, places):
        if ":" in row[number]:
            row[number] = "24:00:00" if row[number].startswith("24") else row[number].removeprefix("0")
    return rows


def accounts(layout: CsvLayout, rows: Rows) -> Rows:
    """Numbers as a spreadsheet shows amounts: ``(1,234.50)``."""
    numbers = {name for column in layout.wire_columns if isinstance(column, Number) for name in column.folded}
    header, *below = rows
    places = [number for number, name in enumerate(header) if fold(name) in numbers]
    for row, number in itertools.product(below, places):
        with contextlib.suppress(ValueError):
            figure = float(row[number])
            row[number] = f"({-figure:,})" if figure < 0 else f"{figure:,}"
    return rows


def with_index(text: bytes, name: str = "") -> bytes:
    """A text with the numbers of its rows in front, as pandas writes a table unless told otherwise."""
    return text_of([[str(n - 1) if n else name, *row] for n, row in enumerate(rows_of(text))])


MARK = b"\xef\xbb\xbf"
DATES = (excel, short_excel, pandas)
LONG_DATES = (excel, pandas)
MORE_DATES = (excel_halves, pandas_midnights)
ENCODINGS: tuple[Callable[[bytes], bytes], ...] = (
    lambda text: MARK + text.removeprefix(MARK),
    lambda text: text.decode("utf-8-sig").encode("utf-16"),
)
MORE_ENCODINGS: tuple[Callable[[bytes], bytes], ...] = (
    lambda text: b"\xfe\xff" + text.decode("utf-8-sig").encode("utf-16-be"),
    lambda text: text.decode("utf-8-sig").encode("utf-16-le"),
    lambda text: text.decode("utf-8-sig").encode("utf-16-be"),
)
SHAPES: tuple[Callable[[bytes], bytes], ...] = (
    lambda text: b"\r\n" + text.removeprefix(MARK),
    with_index,
    lambda text: text_of([[*row, ""] for row in rows_of(text)]),
)
MORE_SHAPES: tuple[Callable[[bytes], bytes], ...] = (
    lambda text: MARK + b" \n,,,\n\n" + text.removeprefix(MARK),
    lambda text: with_index(text, "Unnamed: 0"),
    lambda text: text_of(rows_of(text), newline="\r"),
    lambda text: text_of(rows_of(text), newline="\r\r\n"),
    lambda text: text_of([row + [""] * bool(n) for n, row in enumerate(rows_of(text))]),
    lambda text: text_of(rows_of(text), separator="\t"),
    lambda text: text_of(rows_of(text), separator=";"),
    lambda text: text_of(rows_of(text), separator="\t").decode().encode("utf-16"),
)
"""Those that no layout can see, so that some of them are enough."""


def dates_of(layout: CsvLayout) -> tuple[Callable[[datetime, bool], str], ...]:
    """The forms that can say a layout's dates: where the year 9999 stands for none, two digits do not."""
    open_ends = any(isinstance(column, Moment) and column.null_values for column in layout.columns)
    return LONG_DATES if open_ends else DATES


@functools.cache
def plain(name: str) -> Reading:
    """What a form's own payload says."""
    _, layout, payload = next(each for each in FORMS if each[0] == name)
    return layout.read_this(payload)


def assert_same(form: Form, payload: bytes) -> None:
    """A payload says what the form's own one does: rows, findings and all."""
    name, layout, _ = form
    expected, reading = plain(name), layout.read_this(payload)
    assert reading.frame.equals(expected.frame)
    assert reading.payload_rows == reading.accounted_rows == expected.payload_rows
    assert [each.kind for each in reading.findings] == [each.kind for each in expected.findings]


def each(forms: list[Form]) -> pytest.MarkDecorator:
    """One test a form."""
    return pytest.mark.parametrize("form", forms, ids=[name for name, _, _ in forms])


def in_turn(form: Form, ways: Sequence[Way]) -> Way:
    """One of several ways to save a text: each has its turn, form after form."""
    return ways[FORMS.index(form) % len(ways)]


@each(FORMS)
def test_another_encoding_says_the_same(form: Form) -> None:
    """A mark of the order of bytes, or UTF-16."""
    assert_same(form, in_turn(form, ENCODINGS)(form[2]))


@pytest.mark.exhaustive
def test_every_encoding_of_every_form_says_the_same() -> None:
    """Those whose turn it was not as well."""
    for form, encode in itertools.product(FORMS, ENCODINGS):
        assert_same(form, encode(form[2]))


@each(FORMS[::12])
def test_utf_16_of_either_order_says_the_same(form: Form) -> None:
    """With its mark or without."""
    for encode in MORE_ENCODINGS:
        assert_same(form, encode(form[2]))


@each(TABLES)
def test_another_shape_says_the_same(form: Form) -> None:
    """A blank line above, an index in front, or a comma behind every row."""
    assert_same(form, in_turn(form, SHAPES)(form[2]))


@pytest.mark.exhaustive
def test_every_shape_of_every_table_says_the_same() -> None:
    """Those whose turn it was not as well."""
    for form, shape in itertools.product(TABLES, SHAPES):
        assert_same(form, shape(form[2]))


@each(TABLES[::12])
def test_other_ends_and_separators_say_the_same(form: Form) -> None:
    """Lines that end as on old Macs or twice, commas behind all rows but the header, semicolons, tabs."""
    for shape in MORE_SHAPES:
        assert_same(form, shape(form[2]))


@each(TABLES)
def test_dates_in_another_form_say_the_same(form: Form) -> None:
    """As a spreadsheet or pandas writes them, in columns of dates and of times alike."""
    assert_same(form, text_of(restamped(form[2], form[1], in_turn(form, dates_of(form[1])))))


@pytest.mark.exhaustive
def test_every_form_of_dates_of_every_table_says_the_same() -> None:
    """Those whose turn it was not as well."""
    for form in TABLES:
        for write in dates_of(form[1]):
            assert_same(form, text_of(restamped(form[2], form[1], write)))


@each(TABLES[::12])
def test_halves_of_the_day_say_the_same(form: Form) -> None:
    """``10/1/2020 3:00:00 PM``, and dates with a midnight behind a ``T``."""
    for write in MORE_DATES:
        assert_same(form, text_of(restamped(form[2], form[1], write)))


@each(TABLES)
def test_numbers_and_labels_of_a_spreadsheet_say_the_same(form: Form) -> None:
    """Commas between thousands, brackets around what is below zero, hours without zeros."""
    assert_same(form, text_of(accounts(form[1], hours(form[1], rows_of(form[2])))))
