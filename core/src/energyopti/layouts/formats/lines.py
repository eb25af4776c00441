"""The lines around a delimited table, read and written: titles, units, letters that lead rows, and footers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import attrs
import polars as pl
from polars.exceptions import PolarsError

from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.around import Footer, RowLetters
from energyopti.layouts.columns import fold
from energyopti.layouts.decode.plain import plain_text
from energyopti.layouts.formats.delimited import header_words

if TYPE_CHECKING:
    from energyopti.layouts.decode.layout import Layout
    from energyopti.layouts.decode.raw import RawTable

_LINE, _LETTER = "line", "\0letter"
_DIGITS = 20


@attrs.frozen(kw_only=True)
class Bare:
    """A table without the lines around it, its units still below its header.

    ``units`` is the row of units if it was not part of the table. ``beside`` are lines that are no rows, each list with
    the finding's kind and words. ``stated`` is how many rows the file says it has, ``rows`` how many it has if that is known.
    """

    table: bytes
    units: bytes | None = None
    beside: tuple[tuple[FindingKind, str, list[str]], ...] = ()
    stated: int | None = None
    rows: int | None = None

    def checked(self, wire: RawTable) -> RawTable:
        """The table's rows, with the lines beside them counted; raises `SchemaDrift` if rows are missing."""
        there = wire.payload_rows if self.rows is None else self.rows
        if self.stated is not None and self.stated != there:
            what = "it was cut off" if there < self.stated else "rows are there twice"
            raise SchemaDrift(
                f"the payload says that it has {self.stated:,} rows and has {there:,}: {what}; fetch it again"
            )
        if not self.beside:
            return wire
        column = wire.raw.columns[0]
        broken = [] if wire.broken is None else [wire.broken]
        broken += [
            pl.DataFrame({column: lines}, schema={column: pl.String})
            for kind, _, lines in self.beside
            if kind is FindingKind.REJECTED_ROW
        ]
        return attrs.evolve(
            wire,
            payload_rows=wire.payload_rows + sum(len(lines) for _, _, lines in self.beside),
            findings=(*wire.findings, *(_beside(*each) for each in self.beside)),
            broken=pl.concat(broken, how="diagonal") if broken else None,
        )


def _beside(kind: FindingKind, words: str, lines: Sequence[str]) -> Finding:
    return Finding(
        kind=kind,
        message=f"{words}: {len(lines):,}, first {lines[0][:80]!r}",
        rows=len(lines),
        accounts=True,
    )


def lettered(payload: bytes, letters: RowLetters, layout: Layout) -> Bare:
    """The table of a text whose rows are led by letters; raises `SchemaDrift` if its parts do not fit together."""
    text = plain_text(payload)
    head, data, tail = _contiguous(text, letters.data) or (text, b"", b"")
    above, below = _lines(head, layout), _lines(tail, layout)
    before, after = (each.filter(_led(each, letters.data)) for each in (above, below))
    begun = (_led(above, letters.data).arg_max() or 0) if len(before) else len(above)
    around = pl.concat([above, below])
    headers = _led(around, letters.header)
    places = headers.arg_true()
    named = around.filter(headers).str.replace(_mark(letters.header), "")
    if not len(named) or places[0] >= begun:
        raise SchemaDrift(
            f"the payload has no row led by {letters.header!r} above its data: it has no header"
        )
    units = named[1] if len(named) > 1 and places[1] < begun else None
    strange = named.filter(~named.is_in([named[0], units]))
    if len(strange):
        raise SchemaDrift(f"the payload has a second table, with the header {strange[0][:80]!r}")
    closing = _led(around, letters.trailer)
    known = headers | closing | _led(around, letters.data) | _led(around, letters.comment) | _is_blank(around)
    odd = around.filter(~known).to_list()
    return Bare(
        table=b"".join([_line(named[0]), *_rows(before, letters), _ended(data), *_rows(after, letters)]),
        units=None if units is None else units.encode(),
        beside=((FindingKind.REJECTED_ROW, "lines led by no known letter", odd),) if odd else (),
        stated=_stated(around.filter(closing).to_list(), letters.counts),
        rows=len(before) + _ended(data).count(b"\n") + len(after),
    )


def _contiguous(text: bytes, letter: str) -> tuple[bytes, bytes, bytes] | None:
    """What is above the rows of data, these without their letter, and what is below; None if they are not together."""
    for mark in (f'"{letter}",'.encode(), f"{letter},".encode()):
        start = 0 if text.startswith(mark) else text.find(b"\n" + mark) + 1
        if not text.startswith(mark, start):
            continue
        end = text.find(b"\n", max(start, text.rfind(b"\n" + mark)) + 1) + 1 or len(text)
        data = text[start:end]
        if data.count(b"\n" + mark) + 1 == _ended(data).count(b"\n"):
            return text[:start], data[len(mark) :].replace(b"\n" + mark, b"\n"), text[end:]
    return None


def _lines(text: bytes, layout: Layout) -> pl.Series:
    """The lines of a text; raises `UnicodeDecodeError` if it is not UTF-8."""
    layout.plausible.check_around(text.count(b"\n"))
    if not text.strip():
        return pl.Series(_LINE, [], dtype=pl.String)
    try:
        table = pl.read_csv(
            text, separator="\0", quote_char=None, has_header=False, schema={_LINE: pl.String()}
        )
    except PolarsError as error:
        text.decode()
        raise SchemaDrift(f"the payload is not the text that was due: {error}") from error
    return table[_LINE].fill_null("")


def _mark(letter: str) -> str:
    """The first cell of a row that is led by a letter, as a pattern."""
    return rf'^"?{re.escape(letter)}"?[ \t]*(?:,|$)'


def _led(lines: pl.Series, letter: str) -> pl.Series:
    return lines.str.contains(_mark(letter))


def _is_blank(lines: pl.Series) -> pl.Series:
    return lines.str.strip_chars(' \t\r,;"') == ""


def _rows(lines: pl.Series, letters: RowLetters) -> list[bytes]:
    """Rows of data without their letter."""
    return [_line(each) for each in lines.str.replace(_mark(letters.data), "")]


def _line(text: str) -> bytes:
    return text.rstrip("\r").encode() + b"\n"


def _ended(data: bytes) -> bytes:
    """Some lines, of which the last ends too."""
    return data if data.endswith(b"\n") or not data else data + b"\n"


def _stated(closing: Sequence[str], counts: str | None) -> int | None:
    """How many rows the line says that counts them; None if that is not declared."""
    if counts is None:
        return None
    if len(closing) != 1:
        raise SchemaDrift(
            f"the payload has {len(closing) or 'no'} lines that say how many rows it has, where one was due: "
            f"{'two files are joined' if closing else 'it was cut off'}; fetch it again"
        )
    found = re.search(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+", closing[0])
    if found is None or len(found[0]) > _DIGITS:
        raise SchemaDrift(f"the line {closing[0][:80]!r} does not say how many rows the payload has")
    return int(found[0].replace(",", ""))


def footed(payload: bytes, footer: Footer, layout: Layout) -> Bare:
    """The table of a text that begins with its header, without the lines below the table."""
    top = payload.find(b"\n") + 1 or len(payload)
    words = "|".join(re.escape(word) if word else r"[ \t,]*\r?$" for word in footer.words).encode()
    found = re.compile(rb'^[ \t]*"?(?:%b)' % words, re.MULTILINE).search(payload, top)
    table, rest = (payload, b"") if found is None else (payload[: found.start()], payload[found.start() :])
    lines, width = _lines(rest, layout), len(header_words(payload[:top], layout))
    prefix = None if footer.counts is None else footer.counts.partition("{}")[0]
    counting = lines.str.contains(rf'^[ \t]*"?{re.escape(prefix or "")}') & (prefix is not None)
    wide = lines.str.replace_all('"[^"]*"', "").str.count_matches(",") + 1 == width
    wide = wide & ~_is_blank(lines) & ~counting & (width > 1)
    known = lines.str.contains(
        "|".join(rf'^[ \t]*"?{re.escape(word)}' for word in footer.begins if word) or "$^"
    )
    beside = (
        (
            FindingKind.PLACEHOLDER_ROW,
            "lines below the table that are no rows of it",
            lines.filter(wide & known).to_list(),
        ),
        (
            FindingKind.REJECTED_ROW,
            "lines below the end of the table that were not read",
            lines.filter(wide & ~known).to_list(),
        ),
    )
    stated = _stated(lines.filter(counting).to_list(), footer.counts)
    return Bare(table=table, beside=tuple(each for each in beside if each[2]), stated=stated)


def without_units(bare: Bare, due: Mapping[str, str], layout: Layout) -> bytes:
    """The table without the row of units below its header; raises `SchemaDrift` if a column has another unit."""
    header, rest = _first_line(bare.table)
    units = bare.units
    if units is None:
        units, rest = _first_line(rest)
    names, said = ([fold(cell) for cell in header_words(line, layout)] for line in (header, units))
    for column in layout.wire_columns:
        place = next((names.index(name) for name in column.folded if name in names), None)
        if column.name not in due or place is None:
            continue
        there = said[place] if place < len(said) else ""
        if there != fold(due[column.name]):
            raise SchemaDrift(
                f"column {column.name!r} says {there[:80]!r} below its header, where {due[column.name]!r} was due",
                column=column.name,
            )
    return header + rest


def _first_line(text: bytes) -> tuple[bytes, bytes]:
    end = text.find(b"\n") + 1 or len(text)
    return _ended(text[:end]), text[end:]


@attrs.frozen(kw_only=True)
class Around:
    """What is written around a table, and how its lines are written."""

    titles: Sequence[str]
    units: Mapping[str, str]
    letters: RowLetters | None
    counts: str | None
    quoted: bool
    newline: str

    def write(self, wire: pl.DataFrame) -> bytes:
        """A table of wire columns in the published form."""
        letters, names = self.letters, wire.columns
        if letters is not None:
            wire = wire.select(pl.lit(letters.data).alias(_LETTER), *names)
        rows = io.BytesIO()
        wire.write_csv(
            rows,
            include_header=False,
            line_terminator=self.newline,
            quote_style="non_numeric" if self.quoted else "necessary",
        )
        lead = (
            {}
            if letters is None
            else {"title": letters.comment, "header": letters.header, "end": letters.trailer}
        )
        lines = [self._line(title, letter=lead.get("title")) for title in self.titles]
        lines.append(self._line(*names, letter=lead.get("header")))
        if self.units:
            lines.append(self._line(*(self.units.get(name, "") for name in names), letter=lead.get("header")))
        lines.append(rows.getvalue())
        if self.counts is not None:
            lines.append(self._line(self.counts.format(wire.height), letter=lead.get("end")))
        return b"".join(lines)

    def _line(self, *cells: str, letter: str | None) -> bytes:
        """A line of words."""
        text = io.StringIO()
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        line = cells if letter is None else (letter, *cells)
        csv.writer(text, quoting=quoting, lineterminator=self.newline).writerow(line)
        return text.getvalue().encode()
