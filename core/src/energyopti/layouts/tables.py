"""Layouts of tables: delimited text, workbooks, JSON and XML records."""

from __future__ import annotations

import abc
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ClassVar, Literal

import attrs

from energyopti.errors import PluginError, SchemaDrift
from energyopti.layouts.columns import (
    Derivation,
    Joined,
    Long,
    Lookup,
    Nested,
    Only,
    Pattern,
    Superseded,
    Text,
    Wide,
    WireColumn,
    fold,
)
from energyopti.layouts.times import Absolute, Dates, HourEnding, Stamp, TimeColumns, Undated
from energyopti.schema import Dataset

if TYPE_CHECKING:
    import polars as pl

    from energyopti.layouts.decode.raw import RawTable
    from energyopti.layouts.reading import Reading

_AT_ONCE, _SMALL = 2, 4 << 20
Repeats = Literal["keep", "once", "last", "last_nonzero"]
"""What to make of rows that repeat a key: keep them all, keep each that says anything else, or let one supersede the others."""


@attrs.frozen(kw_only=True)
class Layout(abc.ABC):
    """What every layout of a table declares.

    ``columns`` and ``joined`` map the payload's columns to the dataset's fields, ``wide`` turns columns into rows
    and ``long`` rows into columns, ``derived`` and ``constants`` fill other fields;
    ``superseded`` tells rows that no longer stand; they are kept where they are asked for. ``only`` are the columns
    that tell the rows of this feed from those of others in the same document. ``numbering`` are columns that number
    rows and say nothing of them: where rows stand ``once``, those that differ in them alone are one.
    ``ignored`` are columns that are known and have no field. ``zone`` is the market's clock. ``others`` are
    the forms that the same document has had, or has elsewhere: a payload that lacks a column of this one is
    read by the first of them that fits.
    """

    due: ClassVar[str] = "text"
    """What its payloads are, in a word."""

    dataset: Dataset
    zone: str
    time: TimeColumns
    columns: tuple[WireColumn, ...] = ()
    ignored: tuple[str, ...] = ()
    derived: tuple[Derivation, ...] = ()
    constants: Mapping[str, str] = attrs.field(factory=dict)
    joined: tuple[Joined, ...] = ()
    wide: Wide | None = None
    long: Long | None = None
    repeats: Repeats = "keep"
    numbering: tuple[str, ...] = ()
    superseded: Superseded | None = None
    only: tuple[Only, ...] = ()
    others: tuple[Layout, ...] = ()

    def __attrs_post_init__(self) -> None:
        for name in self.fields:
            self.dataset.column(name)
        if self.superseded is not None and self.superseded.column not in {
            column.name for column in self.wire_columns
        }:
            raise PluginError(f"a layout has no column {self.superseded.column!r} to tell superseded rows by")
        names = {column.name for column in self.wire_columns}
        for name in self.long.same if self.long is not None else ():
            if name not in names:
                raise PluginError(f"a layout has no column {name!r} to tell things apart by")

    @property
    def fields(self) -> tuple[str, ...]:
        """The dataset's fields that this layout fills, beside the interval."""
        published = [column.to for column in self.columns if column.to]
        published += [each.to for each in self.joined]
        wide = [*self.wide.to, self.wide.value] if self.wide else []
        long = self.long.fields if self.long else ()
        return (*published, *wide, *long, *(each.to for each in self.derived), *self.constants)

    @property
    def wire_columns(self) -> tuple[WireColumn, ...]:
        """Every column that the payload must or may have, time first."""
        wide = self.wide.columns if self.wide else ()
        long = (self.long.by, self.long.value) if self.long else ()
        parts = (Text(name) for each in self.joined for name in each.of)
        only = (each.column for each in self.only)
        return (*time_columns(self.time), *self.columns, *parts, *wide, *long, *only)

    @property
    def written_fields(self) -> tuple[str, ...]:
        """The fields that `write` puts into the payload: all but the derived and the constant ones."""
        lookups = {each.of for each in self.derived if isinstance(each, Lookup | Pattern)}
        return tuple(name for name in self.fields if name in lookups or not self._follows(name))

    def _follows(self, name: str) -> bool:
        return name in self.constants or any(each.to == name for each in self.derived)

    def read(self, payload: bytes) -> Reading:
        """The payload's rows in the dataset's columns; raises `SchemaDrift`, and nothing else.

        Of the forms that it has not, the error speaks of the first that lacks no more than a column. A document in
        which no row is this feed's is not looked at in other forms.
        """
        from energyopti.layouts.decode.drifts import drift_of
        from energyopti.layouts.decode.only import OtherFeeds

        drifts = []
        try:
            for form in (self, *self.others):
                try:
                    return form.read_this(payload) if form is self else form.read(payload)
                except OtherFeeds:
                    raise
                except SchemaDrift as drift:
                    drifts.append(drift)
            raise drift_of(payload, (self, *self.others), drifts)
        finally:
            drifts.clear()  # an error that is kept here would keep the payload

    def read_all(self, payloads: Iterable[bytes]) -> Reading:
        """The rows of several files that are one answer, in their order; raises `SchemaDrift`, and nothing else.

        Rows of one file complete and supersede those of another as if they stood in one; all have one form. A list
        is read at once, and so are small files; else, while one is read the next may be unpacked already.
        """
        from energyopti.layouts.decode.drifts import drift_of
        from energyopti.layouts.decode.each import read_together
        from energyopti.layouts.decode.raw import RawTable
        from energyopti.layouts.decode.rows import read_rows

        there, rest = _at_hand(payloads)
        together = read_together(self, there) if there else None
        if together is not None:
            return together
        rest = itertools.chain(there, rest)
        first, drifts = next(rest, b""), []
        try:
            for form in self.forms:
                try:
                    wire = form.parse(first)
                except SchemaDrift as drift:
                    drifts.append(drift)
                    continue
                with ThreadPoolExecutor(_AT_ONCE) as pool:
                    return read_rows(RawTable.concat([wire, *pool.map(form.parse, rest)]), form)
            raise drift_of(first, self.forms, drifts)
        finally:
            drifts.clear()

    def read_each(self, payloads: Sequence[bytes]) -> list[Reading]:
        """What `read` makes of each of several files; small ones of one form take hardly longer than one of all rows."""
        from energyopti.layouts.decode.each import read_each

        return read_each(self, payloads)

    @property
    def forms(self) -> tuple[Layout, ...]:
        """This form and all others, in the order in which they are tried."""
        return (self, *(form for other in self.others for form in other.forms))

    def read_this(self, payload: bytes) -> Reading:
        """The rows of a payload, in this form alone."""
        from energyopti.layouts.decode.rows import read_rows

        return read_rows(self.parse(payload), self)

    @abc.abstractmethod
    def parse(self, payload: bytes) -> RawTable:
        """A payload's rows under its own headers, in this form; raises `SchemaDrift`."""

    @abc.abstractmethod
    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame of the dataset as a payload; ``read(write(x))`` gives ``x`` back.

        Columns of ``frame`` under a payload header fill the columns that have no field.
        """


def _at_hand(payloads: Iterable[bytes]) -> tuple[list[bytes], Iterator[bytes]]:
    """The payloads that are there to be read at once: a list, or all where they are small; and those to come."""
    if isinstance(payloads, list):
        return payloads, iter(())
    rest, there, size = iter(payloads), list[bytes](), 0
    for each in rest:
        there.append(each)
        size += len(each)
        if size > _SMALL:
            return [], itertools.chain(there, rest)
    return there, iter(())


def time_columns(time: TimeColumns) -> tuple[WireColumn, ...]:
    """The columns in which a payload carries time."""
    match time:
        case Stamp():
            names = [time.names]
        case HourEnding():
            names = [time.date, time.hour, *([time.interval] if time.interval else [])]
        case Absolute() | Dates():
            names = [time.names, *([time.end] if time.end else [])]
        case Undated():
            names = []
    flag = time.flag if isinstance(time, Stamp | HourEnding) else None
    return (*(Text(each) for each in names), *([Text(flag.names)] if flag else []))


@attrs.frozen(kw_only=True)
class CsvLayout(Layout):
    """Delimited text with a header line.

    ``quoted`` says whether words are written in quotes; both forms are read. Columns are matched by their
    headers, in any order; one that is not known is a finding, one that is missing is `SchemaDrift`. Where
    title lines stand above the header, ``begins`` is the header of its first column; where lines follow the
    table, ``ends`` is how the first of them begins. With ``merge_repeated`` columns of one header are one: of
    each row the first that is not empty. ``packed`` are columns of a few words each in documents of
    very many rows: their words are kept once, as categories. None of them fills a field as it stands.
    """

    quoted: bool = False
    newline: str = "\r\n"
    begins: str | None = None
    ends: str | None = None
    merge_repeated: bool = False
    packed: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        for column in self.columns:
            packable = isinstance(column, Text) and (column.to is None or column.words is not None)
            if not packable and not {fold(name) for name in self.packed}.isdisjoint(column.folded):
                raise PluginError(f"column {column.name!r} fills a field as it stands: it cannot be packed")

    def parse(self, payload: bytes) -> RawTable:
        """The rows of a CSV payload."""
        from energyopti.layouts.formats.csv import parse_csv

        return parse_csv(payload, self)

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame as CSV in the published form."""
        from energyopti.layouts.decode.writing import wire_frame
        from energyopti.layouts.formats.csv import format_csv

        return format_csv(wire_frame(frame, self), self)


@attrs.frozen(kw_only=True)
class ExcelLayout(Layout):
    """One table of a workbook.

    ``sheets`` are the names that its sheet has had. The table's first column is called one of ``begins``, and
    it is the sheet's table ``number`` of those, counted from 0; it ends before the first row whose first cell
    is empty or begins with an asterisk, or with ``to_end`` only where the sheet does: such rows are no rows
    of it. It ends above the next header of its kind in any case. Filled rows right below an end by an empty
    first cell are counted by a finding. Of ``header_rows`` the words are joined, a merged cell standing above
    several columns. With ``gather`` the table goes on over several sheets, each with the header: all those whose names
    begin with one of ``sheets``, in the order of the workbook.
    """

    due: ClassVar[str] = "workbook"

    sheets: tuple[str, ...]
    begins: tuple[str, ...]
    number: int = 0
    to_end: bool = False
    header_rows: int = 1
    gather: bool = False

    def parse(self, payload: bytes) -> RawTable:
        """The rows of a workbook's table."""
        from energyopti.layouts.formats.xlsx import parse_excel

        return parse_excel(payload, self)

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame as a workbook in the published form."""
        from energyopti.layouts.decode.writing import wire_frame
        from energyopti.layouts.formats.xlsx import format_excel

        return format_excel(wire_frame(frame, self), self)


@attrs.frozen(kw_only=True)
class JsonLayout(Layout):
    """JSON records: a bare array of objects, or one below the keys ``items`` of an envelope.

    Where the records are arrays, ``names`` are the keys of the list that says what stands where: objects with a
    ``name``, or the names themselves. Where they lie in several lists, or in objects by words instead of in lists,
    ``nested`` says how.
    """

    due: ClassVar[str] = "JSON"

    items: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    nested: Nested | None = None

    def parse(self, payload: bytes) -> RawTable:
        """The rows of a JSON payload."""
        from energyopti.layouts.formats.json import parse_json

        return parse_json(payload, self)

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame as JSON in the published form."""
        from energyopti.layouts.decode.writing import wire_frame
        from energyopti.layouts.formats.json import format_json

        return format_json(wire_frame(frame, self), self)


@attrs.frozen(kw_only=True)
class XmlLayout(Layout):
    """XML in which every element called ``record`` is a row, and its children are the cells.

    Names are compared without their namespaces. An element called ``beside`` in the same parent speaks of all
    records that follow it there: its children are cells of theirs. ``path`` are the elements around a record, from
    the root on, as they are written. A document type, and with it any entity of its own, is refused.
    """

    due: ClassVar[str] = "XML"

    record: str
    path: tuple[str, ...]
    beside: str | None = None
    namespace: str | None = None

    def parse(self, payload: bytes) -> RawTable:
        """The rows of an XML payload."""
        from energyopti.layouts.formats.xml import parse_xml

        return parse_xml(payload, self)

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame as XML in the published form."""
        from energyopti.layouts.decode.writing import wire_frame
        from energyopti.layouts.formats.xml import format_xml

        return format_xml(wire_frame(frame, self), self)
