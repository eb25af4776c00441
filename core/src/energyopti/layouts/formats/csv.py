"""Delimited text: from bytes to columns, and back."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from energyopti.errors import PluginError, SchemaDrift
from energyopti.layouts.around import Footer, RowLetters
from energyopti.layouts.columns import Text, fold
from energyopti.layouts.decode.layout import Layout
from energyopti.layouts.decode.plain import in_utf_8, plain_text, refuse_other, western, what_it_is

if TYPE_CHECKING:
    import polars as pl

    from energyopti.layouts.decode.raw import RawTable
    from energyopti.layouts.formats.lines import Bare

_CELL_ENDS = rb'[ \t]*"?[ \t]*(?:[,\r\n]|\Z)'


@attrs.frozen(kw_only=True, repr=False)
class CsvLayout(Layout):
    """Delimited text with a header line.

    ``quoted`` says whether words are written in quotes; both forms are read. Columns are matched by header, in any
    order; an unknown one is a finding, a missing one is `SchemaDrift`. If title lines come before the header,
    ``begins`` is the header of its first column; if lines follow the table, ``ends`` is how the first of them begins, or
    a `Footer`, which accounts for them. ``letters`` lead the rows. If units or types are in a row below the header,
    ``units`` are the words of some of its columns: another word is `SchemaDrift`. ``titles`` are the lines above the header
    as they are written; any others are read too.
    With ``merge_repeated`` columns with the same header are one: each row takes the first value that is not empty.
    ``packed`` are columns with a small vocabulary in documents of very many rows: each word is kept once, as a
    category. None of them fills a field directly.
    """

    quoted: bool = False
    newline: str = "\r\n"
    begins: str | None = None
    ends: str | Footer | None = None
    letters: RowLetters | None = None
    units: Mapping[str, str] = attrs.field(factory=dict)
    titles: tuple[str, ...] = ()
    merge_repeated: bool = False
    packed: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        for column in self.columns:
            packable = isinstance(column, Text) and (column.to is None or column.words is not None)
            if not packable and not {fold(name) for name in self.packed}.isdisjoint(column.folded):
                raise PluginError(f"column {column.name!r} fills a field directly: it cannot be packed")

        names = {column.name for column in self.wire_columns}
        for name in self.units:
            if name not in names:
                raise PluginError(f"a layout has no column {name!r} to say the unit of")
        if self.letters is not None and (self.begins is not None or self.ends is not None):
            raise PluginError("rows led by letters say themselves where the table begins and ends")
        if self.titles and self.letters is None and self.begins is None:
            raise PluginError("title lines need `begins`: how the header below them begins")

    def parse(self, payload: bytes) -> RawTable:
        """The rows of a CSV payload; blank lines are skipped.

        Raises `SchemaDrift` for bytes that are not such text or lack a column. A row with too few or too many fields
        is a finding.
        """
        try:
            return self._table(payload)
        except UnicodeDecodeError:
            text, recoded = western(payload)
            wire = self._table(text)
            return attrs.evolve(wire, findings=(recoded, *wire.findings))

    def _table(self, payload: bytes) -> RawTable:
        """The rows of a payload; raises `UnicodeDecodeError` if it is not UTF-8."""
        from energyopti.layouts.formats.delimited import delimited_table

        self.plausible.check_bytes(payload, self.due)
        if what_it_is(payload) is None:
            self.plausible.check_lines(payload)
        bare = self._bare(payload)
        table = bare.table if bare is not None else _only_table(payload, self)
        self.plausible.check_lines(table)
        wire = delimited_table(table, self, packed=self.packed, merge_repeated=self.merge_repeated)
        return wire if bare is None else bare.checked(wire)

    def _bare(self, payload: bytes) -> Bare | None:
        """The table without what is declared to be around it; None if that takes no more than finding its edges."""
        from energyopti.layouts.formats.lines import Bare, footed, lettered, without_units

        if self.letters is not None:
            bare = lettered(payload, self.letters, self)
        elif isinstance(self.ends, Footer):
            bare = footed(_only_table(payload, self), self.ends, self)
        elif self.units:
            bare = Bare(table=_only_table(payload, self))
        else:
            return None
        return attrs.evolve(bare, table=without_units(bare, self.units, self)) if self.units else bare

    def parse_together(self, payloads: Sequence[bytes]) -> RawTable | None:
        """The rows of several CSV payloads with one header; None if there are lines around their tables."""
        from energyopti.layouts.formats.delimited import delimited_tables

        for each in payloads:
            self.plausible.check_bytes(each, self.due)
            if what_it_is(each) is None:
                self.plausible.check_lines(each)
        around = (self.begins, self.ends, self.letters)
        bare = not (any(each is not None for each in around) or self.units or self.merge_repeated)
        return delimited_tables(payloads, self, packed=self.packed) if bare else None

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame as CSV in the published form."""
        from energyopti.layouts.decode.writing import wire_frame

        return format_csv(wire_frame(frame, self), self)


def _only_table(payload: bytes, layout: CsvLayout) -> bytes:
    """The table of a payload as plain text, without the lines above its header and below its last row."""
    if layout.begins is None:
        payload = plain_text(payload)
    else:
        payload = in_utf_8(payload)
        start = _line(payload, re.escape(layout.begins.encode()) + _CELL_ENDS)
        if start is None:
            refuse_other(payload, "text")
            raise SchemaDrift(
                f"the payload has no line that begins with {layout.begins!r}: its table cannot be found",
                column=layout.begins,
            )
        payload = payload[start:]
    if isinstance(layout.ends, str):
        payload = payload[: _line(payload, re.escape(layout.ends.encode()))]
    return payload


def _line(payload: bytes, beginning: bytes) -> int | None:
    """Where the first line starts that begins with a pattern, quoted or bare."""
    found = re.search(rb'^[ \t\xef\xbb\xbf]*"?' + beginning, payload, re.MULTILINE)
    return None if found is None else found.start()


def format_csv(wire: pl.DataFrame, layout: CsvLayout) -> bytes:
    """A table of wire columns as CSV in the published form."""
    footer = layout.ends if isinstance(layout.ends, Footer) else None
    if layout.letters is not None or layout.units or layout.titles or footer is not None:
        from energyopti.layouts.formats.lines import Around

        counting = layout.letters or footer
        around = Around(
            titles=layout.titles,
            units=layout.units,
            letters=layout.letters,
            counts=None if counting is None else counting.counts,
            quoted=layout.quoted,
            newline=layout.newline,
        )
        return around.write(wire)
    buffer = io.BytesIO()
    wire.write_csv(
        buffer,
        line_terminator=layout.newline,
        quote_style="non_numeric" if layout.quoted else "necessary",
    )
    return buffer.getvalue()
