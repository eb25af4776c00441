"""A payload as read, before its columns mean anything."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

import attrs
import polars as pl

from energyopti.errors import SchemaDrift, near_miss
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Number, WireColumn, fold
from energyopti.layouts.tables import ColumnMapping

_GROUPED = r"^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$"
_NEGATIVE = r"^\((\$?[\d.,]+)\)$"
_DOLLARS = r"^([-+]?)\$"
_SHOWN, _WORD = 60, 100


@attrs.frozen(kw_only=True, eq=False)
class RawTable:
    """The payload's rows under its own headers.

    ``headers`` maps the current name of each known column to the header it was found under. ``payload_rows`` counts
    the payload's rows, including those that could not be split; ``broken`` has these, as text. ``heights`` are the
    row counts of each document, if there are several and it is known which row is whose.
    """

    raw: pl.DataFrame
    headers: dict[str, str]
    payload_rows: int
    findings: tuple[Finding, ...] = ()
    broken: pl.DataFrame | None = None
    heights: tuple[int, ...] = ()

    @classmethod
    def concat(cls, wires: Sequence[RawTable]) -> RawTable:
        """Several payloads as one, in order; a column that one lacks is empty there."""
        first, *others = wires
        if not others:
            return first
        headers = dict(first.headers)
        tables = [first.raw]
        for wire in others:
            renamed = {own: headers[name] for name, own in wire.headers.items() if name in headers}
            tables.append(wire.raw.rename({own: name for own, name in renamed.items() if own != name}))
            headers |= {name: own for name, own in wire.headers.items() if name not in headers}
        broken = [wire.broken for wire in wires if wire.broken is not None]
        return cls(
            raw=pl.concat(tables, how="diagonal_relaxed"),
            headers=headers,
            payload_rows=sum(wire.payload_rows for wire in wires),
            findings=_distinct(finding for wire in wires for finding in wire.findings),
            broken=pl.concat(broken, how="diagonal") if broken else None,
            heights=tuple(wire.raw.height for wire in wires),
        )

    def documents(self, origin: pl.Series | None = None) -> Callable[[], pl.Series] | None:
        """Returns the document of each row, or of each row of ``origin``, when called; None if there is only one."""
        if len(self.heights) < 2:
            return None

        def numbers() -> pl.Series:
            rows = pl.int_range(0, self.raw.height, dtype=pl.UInt32, eager=True) if origin is None else origin
            ends = pl.Series(list(accumulate(self.heights)), dtype=pl.UInt32)
            return ends.search_sorted(rows, side="right")

        return numbers

    def known(self, layout: ColumnMapping) -> pl.DataFrame:
        """The columns that the layout knows, under their current names: numbers as numbers, everything else as words.

        Words are text, or categories if the layout packs them.
        """
        numeric = {column.name for column in layout.wire_columns if isinstance(column, Number)}
        columns = []
        for name, header in self.headers.items():
            column = self.raw[header]
            packed = column.dtype == pl.Categorical
            columns.append((column if name in numeric or packed else column.cast(pl.String)).alias(name))
        return pl.DataFrame(columns)


def _distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without repetitions; those that account for rows stay, once per file."""
    every = list(findings)
    return tuple(each for number, each in enumerate(every) if each.accounts or each not in every[:number])


def match_headers(found: Sequence[str], layout: ColumnMapping) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Which header is which column of the layout, and a finding for unknown headers.

    Raises `SchemaDrift` naming the first required column that is missing.
    """
    by_meaning = {fold(header): header for header in reversed(found)}
    headers: dict[str, str] = {}
    for column in layout.wire_columns:
        header = _found(column, by_meaning)
        if header is not None:
            headers[column.name] = header
        elif column.required:
            raise SchemaDrift(
                f"the payload has no column {column.name!r}; it has {_named(found)}."
                f"{near_miss(column.name, [each for each in found if len(each) <= _WORD])}",
                column=column.name,
            )
    if not headers and layout.wire_columns:
        raise SchemaDrift(
            f"the payload has none of the known columns, such as {layout.wire_columns[0].name!r}"
        )
    return headers, unknown_columns(found, headers, layout)


def unknown_columns(
    found: Sequence[str], headers: dict[str, str], layout: ColumnMapping
) -> tuple[Finding, ...]:
    """A finding for headers that the layout does not know, if there are any; ``column`` is the first."""
    by_meaning = {fold(header): header for header in reversed(found)}
    known = {*headers.values(), *(by_meaning.get(fold(name), name) for name in layout.ignored)}
    unknown = [header for header in found if header not in known]
    if not unknown:
        return ()
    several = f"{len(unknown):,} columns that the layout does not know: {_named(unknown)}"
    one = f"a column {unknown[0]!r} that the layout does not know"
    message = f"the payload has {several if len(unknown) > 1 else one}"
    return (Finding(kind=FindingKind.UNKNOWN_COLUMN, message=message, column=unknown[0]),)


def _named(headers: Sequence[str]) -> str:
    """The first headers in words, and how many more there are."""
    more = len(headers) - _SHOWN
    said = ", ".join(repr(each[:_WORD]) for each in headers[:_SHOWN])
    return f"{said} and {more:,} more" if more > 0 else said or "none"


def _found(column: WireColumn, by_meaning: dict[str, str]) -> str | None:
    """The header of a column; old labels were cut off at the end."""
    for name in column.folded:
        if name in by_meaning:
            return by_meaning[name]
    return None


def unique_headers(found: Iterable[str]) -> list[str]:
    """The headers without outer blanks, repeated ones numbered."""
    unique: dict[str, None] = {}
    for position, header in enumerate(found):
        name = header.replace("\ufeff", "").strip() or f"column {position + 1}"
        while name in unique:
            name = f"{name} ({position + 1})"
        unique[name] = None
    return list(unique)


def _are_finite(values: pl.Series) -> bool:
    """Whether a column holds only finite numbers; a sum shows it at once, since one that is not spoils it."""
    if not values.dtype.is_numeric():
        return False
    return math.isfinite(values.cast(pl.Float64).sum()) or bool(values.is_finite().all())


def _figures(text: pl.Series) -> pl.Series:
    """Numbers as text, including spreadsheet forms: ``1,234.5``, ``$1,234.50``, ``(1.5)`` for negative numbers.

    Commas may only separate thousands: anywhere else one may be a decimal comma, so the cell is not a number.
    """
    value = text.cast(pl.Float64, strict=False)
    if value.null_count() > text.null_count():
        plain = text.str.replace(_NEGATIVE, "-${1}").str.replace(_DOLLARS, "${1}")
        grouped = plain.str.contains(_GROUPED).fill_null(value=False)
        plain = plain.zip_with(~grouped, plain.str.replace_all(",", "", literal=True))
        value = plain.cast(pl.Float64, strict=False)
    return value.set(~value.is_finite().fill_null(value=True), None)


def numbers(
    frame: pl.DataFrame, columns: Iterable[WireColumn], headers: dict[str, str]
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Number columns that were read as text, as numbers; a finding for every column with other words."""
    findings = []
    numeric = [headers[each.name] for each in columns if isinstance(each, Number) and each.name in headers]
    for header in numeric:
        if _are_finite(frame[header]):
            continue
        text = frame[header].cast(pl.String).str.strip_chars()
        value = _figures(text)
        unread = (value.is_null() & text.is_not_null() & (text != "")).arg_true()
        if len(unread):
            findings.append(
                Finding(
                    kind=FindingKind.UNREADABLE_VALUE,
                    message=f"column {header!r} holds {text[unread[0]]!r} in row {unread[0] + 1}, "
                    "which is not a number: the value is null",
                    rows=len(unread),
                    column=header,
                )
            )
        frame = frame.with_columns(value.alias(header))
    return frame, tuple(findings)
