"""The table in a delimited text: from lines to columns."""

from __future__ import annotations

import codecs
import csv
import functools
import io
import itertools
from collections.abc import Sequence

import polars as pl
from polars.exceptions import PanicException, PolarsError

from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Number, fold
from energyopti.layouts.decode.layout import Layout
from energyopti.layouts.decode.raw import RawTable, match_headers, numbers, unique_headers, unknown_columns
from energyopti.layouts.tables import ColumnMapping
from energyopti.tuning.output import ROWS_IN_A_BLOCK
from energyopti.tuning.reading import COPIED_TEXT, INFLATED_BLOCK

_INDEX = "Unnamed: 0"
"""The header that pandas gives an unnamed index column after the table is written and read again."""

_ROW, _FIELDS, _MORE = "\0row", "\0fields", "more fields"


def delimited_table(
    payload: bytes, layout: Layout, *, packed: Sequence[str], merge_repeated: bool
) -> RawTable:
    """The rows of a text that begins with its header; raises `UnicodeDecodeError` if it is not UTF-8."""
    header = payload[: payload.find(b"\n") + 1 or len(payload)]
    header_line = header_words(header, layout)
    if len(payload) > layout.plausible.cells:  # each cell takes a byte
        layout.plausible.check_cells(payload.count(b"\n"), len(header_line))
    found = unique_headers(header_line)
    again = _repeated(header_line, found) if merge_repeated else {}
    named = [name for name in found if name not in again]
    headers, findings = match_headers(named, layout)
    table, broken = _split(payload, len(header), _types(found, headers, layout, packed))
    table = _without_blank_lines(table)
    rows = table.height + (0 if broken is None else broken.height)
    idle = _idle(table, header_line, headers)
    if idle:
        findings = unknown_columns([name for name in named if name not in idle], headers, layout)
    table = _merged(table.drop(idle), again)
    table, unread = numbers(table, layout.wire_columns, headers)
    lost = () if broken is None else (_lost(broken, len(found)),)
    return RawTable(
        raw=table,
        headers=headers,
        payload_rows=rows,
        findings=(*findings, *lost, *unread),
        broken=None if broken is None else broken.drop(_ROW, _FIELDS),
    )


def delimited_tables(payloads: Sequence[bytes], layout: Layout, *, packed: Sequence[str]) -> RawTable | None:
    """The rows of several texts with one header, in order; None if each has to be read by itself.

    Raises `SchemaDrift` if the header lacks a column.
    """
    header = payloads[0][: payloads[0].find(b"\n") + 1]
    if not header or not all(each.startswith(header) for each in payloads):
        return None
    try:
        header_line = header_words(header, layout)
    except UnicodeDecodeError:
        return None
    if _unnamed(header_line):
        return None
    found = unique_headers(header_line)
    headers, findings = match_headers(found, layout)
    texts = _joined(payloads, header) if sum(map(len, payloads)) <= COPIED_TEXT else list(payloads)
    try:
        types = _types(found, headers, layout, packed)
        table = pl.scan_csv(texts, has_header=False, skip_rows=1, schema=types).collect()
    except (PolarsError, PanicException, OSError):
        return None
    if isinstance(texts, bytes) and not _has_every_line(table, texts, len(header)):
        return None
    if table[table.columns[-1]].null_count() or not _has_no_blank_line(table):
        return None
    table, unread = numbers(table, layout.wire_columns, headers)
    if unread:
        return None
    heights = tuple(each.count(b"\n") - each.endswith(b"\n") for each in payloads)
    heights = heights if sum(heights) == table.height else ()
    return RawTable(raw=table, headers=headers, payload_rows=table.height, findings=findings, heights=heights)


def _has_every_line(table: pl.DataFrame, text: bytes, start: int) -> bool:
    """Whether each line below the header is a row: an unclosed quote would swallow lines of the next file."""
    return text.find(b'"', start) < 0 or table.height == text.count(b"\n") - 1


def _joined(payloads: Sequence[bytes], header: bytes) -> bytes:
    """Several texts with one header as one text: many small ones are split twice as fast that way."""
    parts: list[bytes | memoryview] = [header]
    for each in payloads:
        parts.append(memoryview(each)[len(header) :])
        if not each.endswith(b"\n"):
            parts.append(b"\n")
    return b"".join(parts)


def header_words(header: bytes, layout: Layout) -> list[str]:
    """The words of a header line; raises `UnicodeDecodeError` if it is not UTF-8."""
    layout.plausible.check_columns(header.count(b",") + 1)
    try:
        return next(csv.reader([header.decode("utf-8-sig").strip()]), [])
    except csv.Error as error:
        raise SchemaDrift(f"the payload is not the text that was due: {error}") from error


def _unnamed(header_line: list[str]) -> list[int]:
    """Which columns of a header have no name of their own: pandas writes its index that way."""
    return [number for number, name in enumerate(header_line) if not name.strip() or name == _INDEX]


def _idle(table: pl.DataFrame, header_line: list[str], headers: dict[str, str]) -> list[str]:
    """The unnamed columns without information: empty ones, and a first one that counts the rows from 0."""
    idle = []
    for number in _unnamed(header_line):
        column = table.columns[number]
        if column in headers.values():
            continue
        counts = number == 0 and table.height and _counts(table[column])
        if counts or _is_empty(table[column]).all():
            idle.append(column)
    return idle


def _counts(column: pl.Series) -> bool:
    """Whether cells are 0, 1, 2 and so on."""
    rows = pl.int_range(0, len(column), eager=True)
    return bool((column.cast(pl.String).str.strip_chars() == rows.cast(pl.String)).all(ignore_nulls=False))


def _types(
    names: list[str], headers: dict[str, str], layout: ColumnMapping, packed: Sequence[str]
) -> dict[str, pl.DataType]:
    """How to split off each column: as numbers, as text, or as categories."""
    words = {fold(name) for name in packed}
    types = {name: pl.Categorical() if fold(name) in words else pl.String() for name in names}
    numeric = (each.name for each in layout.wire_columns if isinstance(each, Number))
    return types | {headers[name]: pl.Float64() for name in numeric if name in headers}


def _repeated(header_line: list[str], found: list[str]) -> dict[str, str]:
    """The columns whose header appears twice, by the first column with that header."""
    first: dict[str, str] = {}
    again: dict[str, str] = {}
    for header, name in zip(header_line, found, strict=True):
        if fold(header) in first:
            again[name] = first[fold(header)]
        else:
            first[fold(header)] = name
    return again


def _merged(table: pl.DataFrame, again: dict[str, str]) -> pl.DataFrame:
    """The table with the first of equal columns filled from the others; the others stay as they are."""
    for name, first in again.items():
        cells = (pl.col(each).cast(pl.String).str.strip_chars().replace("", None) for each in (first, name))
        table = table.with_columns(pl.coalesce(cells).alias(first))
    return table


def _without_blank_lines(table: pl.DataFrame) -> pl.DataFrame:
    """The rows that hold anything; only those whose last field is empty are checked."""
    if _has_no_blank_line(table):
        return table
    last = table[table.columns[-1]]
    empty = _is_empty(last)
    if not empty.any():
        return table
    for name in table.columns[:-1]:
        empty = empty & _is_empty(table[name])
    return table.filter(~empty)


def _has_no_blank_line(table: pl.DataFrame) -> bool:
    """Whether a column of numbers proves that no row is blank."""
    return any(column.dtype.is_numeric() and not column.null_count() for column in table.iter_columns())


def _is_empty(column: pl.Series) -> pl.Series:
    """Which cells are empty or blank."""
    column = column.cast(pl.String) if column.dtype == pl.Categorical else column
    if column.dtype != pl.String or not column.len():
        return column.is_null()
    return column.is_null() | (column.str.strip_chars() == "").fill_null(value=True)


def _split(
    payload: bytes, start: int, types: dict[str, pl.DataType]
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """The rows of a payload, typed if all of them can be, else as text; and the rows of another width.

    ``start`` is where the first row begins. Only a payload with rows whose width differs from the header's is split
    line by line.
    """
    names = list(types)
    if not payload[start : start + 256].strip() and not payload[start:].strip():
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String)), None
    for schema in (types, dict.fromkeys(names, pl.String())):
        try:
            table = pl.read_csv(payload, has_header=False, skip_rows=1, schema=schema)
        except (PolarsError, PanicException, OSError):
            continue
        return (table, None) if _is_whole(table, payload, start) else _careful(payload[start:], names)
    return _careful(payload[start:], names)


def _is_whole(table: pl.DataFrame, payload: bytes, start: int) -> bool:
    """Whether no row was cut short; checks only the lines whose last field is empty."""
    width, last = table.width, table[table.columns[-1]]
    if not last.null_count():
        return True
    short = iter(last.is_null().arg_true())
    number = next(short)
    for place, line in enumerate(io.BytesIO(payload[start:])):
        if place == number:
            line = line.strip()  # noqa: PLW2901
            if line.strip(b", ") and _width(line) != width:
                return False
            number = next(short, -1)
            if number < 0:
                break
    return True


def _width(line: bytes) -> int:
    """The number of fields in a line; 0 if it cannot be read."""
    try:
        return len(next(csv.reader([line.decode("utf-8", "replace")]), []))
    except csv.Error:
        return 0


def _careful(body: bytes, names: list[str]) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """The rows as text, split line by line: only for payloads that the fast way could not read whole.

    Empty fields after a row's last one are just extra commas. Raises `UnicodeDecodeError` for text that is not UTF-8.
    """
    for _ in codecs.iterdecode(iter(functools.partial(io.BytesIO(body).read, INFLATED_BLOCK), b""), "utf-8"):
        pass  # raises at once for text that is not UTF-8, not after all lines above it
    text = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8-sig", newline="")
    tables, broken, count, reader = [_as_text([], names)], list[tuple[int, list[str]]](), 0, csv.reader(text)
    try:
        while lines := list(itertools.islice(reader, ROWS_IN_A_BLOCK)):
            whole, other = _told_apart(lines, len(names), count)
            count += len(whole) + len(other)
            tables.append(_as_text(whole, names).with_columns(pl.all().replace("", None)))
            broken += other
    except csv.Error as error:
        raise SchemaDrift(f"the payload is not the text that was due: {error}") from error
    return pl.concat(tables), _broken(broken, names) if broken else None


def _told_apart(
    lines: list[list[str]], width: int, count: int
) -> tuple[list[list[str]], list[tuple[int, list[str]]]]:
    """The rows of a width, and those of another one with their numbers; ``count`` rows come before them."""
    rows = [line for line in lines if any(field.strip() for field in line)]
    rows = [line if any(field.strip() for field in line[width:]) else line[:width] for line in rows]
    numbered = enumerate(rows, start=count + 1)
    return [line for line in rows if len(line) == width], [each for each in numbered if len(each[1]) != width]


def _as_text(rows: Sequence[Sequence[str | None]], names: list[str]) -> pl.DataFrame:
    """Rows of equal width as columns."""
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    series = (pl.Series(name, column, dtype=pl.String) for name, column in zip(names, columns, strict=True))
    return pl.DataFrame(list(series))


def _broken(rows: Sequence[tuple[int, list[str]]], names: list[str]) -> pl.DataFrame:
    """Rows of another width under the header as far as it goes, with the extra fields in a column of their own."""
    width = len(names)
    cells = [[*row[:width], *([None] * (width - len(row))), ",".join(row[width:]) or None] for _, row in rows]
    table = _as_text(cells, [*names, _MORE])
    table = table.drop(_MORE) if table[_MORE].null_count() == table.height else table
    numbers, fields = [number for number, _ in rows], [len(row) for _, row in rows]
    return table.with_columns(pl.Series(_ROW, numbers), pl.Series(_FIELDS, fields))


def _lost(broken: pl.DataFrame, width: int) -> Finding:
    """The finding that counts the rows of another width."""
    number, fields = broken.select(_ROW, _FIELDS).row(0)
    cells = ["" if cell is None else cell for cell in broken.drop(_ROW, _FIELDS).row(0)][:fields]
    count = f"{broken.height} rows have" if broken.height > 1 else "1 row has"
    return Finding(
        kind=FindingKind.REJECTED_ROW,
        message=f"{count} a different width than the header: row {number} has {fields} fields where the header has "
        f"{width}: {','.join(cells)[:80]!r}",
        rows=broken.height,
        accounts=True,
    )
