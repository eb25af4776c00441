"""From a payload's columns to a dataset's rows: a layout's declarations, carried out column by column."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Sequence

import attrs
import polars as pl

from energyopti.blocks import block_hours
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Number, Wide
from energyopti.layouts.decode.clock import Intervals, intervals
from energyopti.layouts.decode.fields import (
    is_whole,
    names_series,
    not_negative,
    nulls,
    publications,
    read_fields,
    strange_words,
    superseded_rows,
    unknown_words,
    unread_cells,
    without_minus_zero,
)
from energyopti.layouts.decode.once import again_finding, said_again, superseded
from energyopti.layouts.decode.only import own_rows
from energyopti.layouts.decode.raw import RawTable
from energyopti.layouts.decode.records import Records, records
from energyopti.layouts.decode.resaved import why_unread
from energyopti.layouts.decode.run_lengths import RunLengths
from energyopti.layouts.decode.stamps import UTC_TIME
from energyopti.layouts.decode.wide import unpivot, width
from energyopti.layouts.derivations import BlockHours, Copy, Lookup, Moved, Pattern, Residual
from energyopti.layouts.reading import RECORD, LeftOut, Reading, first_of, raw_rows
from energyopti.layouts.tables import ColumnMapping, time_columns
from energyopti.layouts.times import Undated
from energyopti.neighbours import rises


@attrs.frozen(eq=False)
class _Rows:
    """Rows on their way into the frame, each with the payload row it was read from."""

    frame: pl.DataFrame
    origin: pl.Series
    findings: tuple[Finding, ...] = ()
    dropped: tuple[_Rows, ...] = ()

    def keep(self, mask: pl.Series, finding: Finding) -> _Rows:
        """Only the rows of the mask; the finding accounts for the others, which are kept beside."""
        others = _Rows(self.frame.filter(~mask), self.origin.filter(~mask), (finding,))
        kept = self.frame.filter(mask), self.origin.filter(mask)
        return _Rows(*kept, (*self.findings, finding), (*self.dropped, others))

    def within(self, origin: pl.Series) -> _Rows:
        """The same rows, renumbered by where a payload's rows are elsewhere."""
        dropped = tuple(each.within(origin) for each in self.dropped)
        return _Rows(self.frame, origin[self.origin], self.findings, dropped)

    def left_out(self, raw: pl.DataFrame) -> Iterator[LeftOut]:
        """The rows that were not kept, with their raw columns."""
        for each in self.dropped:
            cells, number = raw_rows(raw, each.origin)
            yield LeftOut(each.findings[0].kind, cells, each.frame[number])


def read_rows(wire: RawTable, layout: ColumnMapping, *, apart: bool = False) -> Reading:
    """The rows that a layout reads from a payload, in the payload's order.

    If its documents are ``apart``, each has series of its own. Rows without a readable time or key are left out and
    counted by a finding, and so are other feeds' rows.
    """
    own = own_rows(wire.known(layout), layout)
    long = _records(own.known, layout)
    known = own.known if long is None else long.frame
    lines = own.lines(None if long is None else long.origin)
    there = [column for column in layout.columns if column.name in known.columns]
    naming = [column for column in there if names_series(layout, column.to)]
    series_columns = [known[column.name] for column in naming]
    series_columns += [known[name] for each in layout.joined for name in each.of]
    distinct = [*(str(column.to) for column in naming), *(each.to for each in layout.joined)]
    documents, beside = wire.documents(lines), publications(known, layout)
    document = documents() if apart and documents is not None else None
    if document is not None:
        beside.append(document)
    times, runs = intervals(
        known,
        layout.time,
        zone=layout.zone,
        series_columns=series_columns,
        beside=beside,
        documents=documents,
        lines=lines,
    )
    fields = read_fields(known, layout, runs)
    frame = pl.DataFrame({"interval_start": times.start, "interval_end": times.end, **fields})
    if layout.superseded is not None:
        frame = frame.with_columns(superseded_rows(known, layout.superseded))
    rows = _Rows(frame, pl.int_range(0, frame.height, dtype=pl.UInt32, eager=True))
    payload_rows = wire.payload_rows
    if layout.wide:
        rows = _unpivoted(rows, known, layout.wide)
        payload_rows *= width(layout, known)
    frame = rows.frame
    if layout.constants:
        frame = frame.with_columns(pl.lit(value).alias(name) for name, value in layout.constants.items())
    frame, words = _derive(frame, layout, distinct, runs)
    rows = _Rows(frame, rows.origin, words)
    rows = _reject(rows, layout, known, lines, times.skipped)
    if layout.repeats != "keep" and not _keys_are_unique(rows.frame, distinct, runs, times):
        once = layout.repeats == "once"
        rows = _once(rows, layout, wire.raw, lines) if once else _supersede(rows, layout, document)
    rows = rows if lines is None else rows.within(lines)
    broken = _scaled((*wire.findings, *own.findings), width(layout, known))
    of = None if long is None else own.records(long.of, wire.raw.height)
    raw = wire.raw if of is None else wire.raw.with_columns(of.alias(RECORD))
    return Reading(
        frame=rows.frame,
        raw=raw,
        origin=rows.origin,
        payload_rows=payload_rows,
        joined=0 if long is None else long.joined,
        findings=(
            *broken,
            *(() if long is None else long.findings),
            *times.findings,
            *strange_words(known, layout, runs),
            *unread_cells(known, fields, layout),
            *rows.findings,
            *_missing(rows.frame, layout),
        ),
        left_out=(*_broken(wire), *rows.left_out(raw)),
    )


def _broken(wire: RawTable) -> Iterator[LeftOut]:
    """The rows that could not be split."""
    if wire.broken is not None:
        when = nulls(wire.broken.height, UTC_TIME).alias("interval_start")
        yield LeftOut(FindingKind.REJECTED_ROW, wire.broken, when.to_frame())


def _records(known: pl.DataFrame, layout: ColumnMapping) -> Records | None:
    """The rows of a payload with one row per figure, put together; None for any other."""
    if layout.long is None:
        return None
    idle = {column.name for column in layout.columns if column.to is None}
    idle |= {each.name for each in layout.only}
    used = {column.name for column in layout.columns if column.to is not None} | {layout.long.by.name}
    used |= {name for each in layout.joined for name in each.of}
    used |= {layout.superseded.column} if layout.superseded else set()
    return records(known[[name for name in known.columns if name not in idle - used]], layout.long)


def _unpivoted(rows: _Rows, known: pl.DataFrame, wide: Wide) -> _Rows:
    """One row per location out of one column per location."""
    frame, origin = unpivot(rows.frame, rows.origin, known, wide)
    return _Rows(frame, origin, rows.findings)


def _derive(
    frame: pl.DataFrame, layout: ColumnMapping, apart: Sequence[str], runs: RunLengths
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """The fields derived from published ones; ``apart`` are the fields that distinguish the series.

    A field derived from a word of the series is computed for one block of rows and repeated for all others.
    """
    block = runs.block if runs.height == frame.height else None
    fields: list[pl.Series] = []
    findings: list[Finding] = []
    for each in (each for each in layout.derived if not isinstance(each, Moved)):
        by_series = isinstance(each, Lookup | Pattern) and each.of in apart
        rows = frame.head(block) if by_series and block is not None else frame
        unknown = _unknown(rows[each.of], each) if isinstance(each, Lookup | Pattern) else []
        if isinstance(each, Lookup | Pattern) and unknown:
            strange = frame.filter(frame[each.of].is_in(unknown))
            said = unknown_words(strange[each.of], each.to, each.default, each.of, first_of(strange))
            findings.append(said)
        dtype = pl.Int64() if is_whole(each.to, layout) else pl.String()
        field = _derivation(rows, each, dtype, layout.zone).alias(each.to)
        fields.append(runs.repeat(field) if len(field) < frame.height else field)
    frame = frame.with_columns(fields) if fields else frame
    for moved in (each for each in layout.derived if isinstance(each, Moved)):
        theirs, figure = pl.col(moved.by).is_in(moved.words), pl.col(moved.of)
        frame = frame.with_columns(
            pl.when(theirs).then(figure).alias(moved.to), pl.when(~theirs).then(figure).alias(moved.of)
        )
    return frame, tuple(findings)


def _derivation(
    frame: pl.DataFrame, each: Copy | Lookup | Residual | Pattern | BlockHours, dtype: pl.DataType, zone: str
) -> pl.Series:
    """The values of one derived field; those that stand for a word are of the given type."""
    of = frame[each.of]
    match each:
        case Copy():
            return of
        case Residual():
            parts = (frame[name].fill_null(0.0) if each.at_most else frame[name] for name in each.minus)
            minus = functools.reduce(operator.add, parts)
            rest = without_minus_zero((of - minus).round(each.digits))
            return rest if each.tolerance is None else not_negative(rest, each.tolerance)
        case Lookup():
            distinct = of.unique()
            meant = pl.Series([each.values.get(word, each.default) for word in distinct], dtype=dtype)
            return of.replace_strict(distinct, meant, return_dtype=dtype)
        case BlockHours():
            return block_hours(frame, block=each.of, zone=zone, daytime=each.daytime)
        case Pattern():
            found = pl.lit(each.default, dtype=dtype)
            for form, value in reversed(list(each.patterns.items())):
                said = pl.lit(value, dtype=dtype)
                found = pl.when(pl.col(each.of).str.contains(form)).then(said).otherwise(found)
            return frame.select(found.alias(each.to)).to_series()


def _unknown(words: pl.Series, each: Lookup | Pattern) -> list[str]:
    """The words that a lookup or a pattern should know but does not."""
    if not each.report:
        return []
    distinct = words.unique().drop_nulls()
    if isinstance(each, Lookup):
        return [word for word in distinct if word not in each.values]
    known = pl.any_horizontal(pl.col(each.of).str.contains(form) for form in each.patterns)
    return distinct.filter(~distinct.to_frame(each.of).select(known.alias("known"))["known"]).to_list()


def _reject(
    rows: _Rows,
    layout: ColumnMapping,
    known: pl.DataFrame,
    lines: pl.Series | None,
    skipped: pl.Series | None,
) -> _Rows:
    """Leave out the rows that cannot be placed: those without a readable time or a key.

    ``lines`` are the payload rows of those of ``known``, if not the same; ``skipped`` marks times that no clock showed.
    """
    frame = rows.frame
    undated = isinstance(layout.time, Undated)
    needed = ([] if undated else ["interval_start", "interval_end"]) + [
        column.name
        for column in layout.dataset.columns
        if not column.nullable and column.name in frame.columns
    ]
    needed = [name for name in dict.fromkeys(needed) if not (undated and name.startswith("interval_"))]
    if not any(frame[name].null_count() for name in needed):
        return rows
    mask = frame.select(pl.all_horizontal(pl.col(name).is_not_null() for name in needed)).to_series()
    first = (~mask).arg_true()[0]
    lacking = [name for name in needed if frame[name][first] is None]
    row = known.row(rows.origin[first])
    number = rows.origin[first] if lines is None else lines[rows.origin[first]]
    shown = ",".join("" if cell is None else str(cell) for cell in row)
    times = [column.name for column in time_columns(layout.time) if column.name in known.columns]
    whys = (why_unread(known[name], rows.origin[first]) for name in times)
    why = next(filter(None, whys), "") if "interval_start" in lacking else ""
    if skipped is not None and skipped[rows.origin[first]]:
        why = f"; the clocks of {layout.zone} skipped this time"
    return rows.keep(
        mask,
        Finding(
            kind=FindingKind.REJECTED_ROW,
            message=f"row {number + 1} has no usable {' and '.join(lacking)}: {shown[:80]!r}{why}",
            rows=int((~mask).sum()),
            accounts=True,
            column=lacking[0],
        ),
    )


def _supersede(rows: _Rows, layout: ColumnMapping, document: pl.Series | None) -> _Rows:
    """Of rows that repeat a key, keep the one that the layout prefers; the others stay in the raw columns."""
    found = superseded(rows.frame, layout, None if document is None else document[rows.origin])
    return rows if found is None else rows.keep(*found)


def _once(rows: _Rows, layout: ColumnMapping, raw: pl.DataFrame, lines: pl.Series | None) -> _Rows:
    """Of identical rows with one key keep the first; rows that differ in anything all stay."""
    again = said_again(rows.frame, raw, rows.origin if lines is None else lines[rows.origin], layout)
    if not len(again):
        return rows
    mask = pl.Series([True]).new_from_index(0, rows.frame.height).scatter(again, False)
    return rows.keep(mask, again_finding(len(again), raw, layout))


def _keys_are_unique(frame: pl.DataFrame, apart: Sequence[str], runs: RunLengths, times: Intervals) -> bool:
    """Whether the payload's shape alone proves that no key repeats; ``apart`` are the fields of its series.

    All runs hold the same series in the same order: if each series appears once in the first run, and the runs' times
    rise, no series has a time twice.
    """
    uncertain = times.findings or frame.height != len(times.start)
    if runs.block is None or uncertain or not rises(times.start[runs.first]):
        return False
    return runs.block == 1 or (bool(apart) and not frame[list(apart)].head(runs.block).is_duplicated().any())


def _scaled(findings: tuple[Finding, ...], width: int) -> tuple[Finding, ...]:
    """Findings about payload rows, counted in rows of the dataset."""
    if width == 1:
        return findings
    return tuple(attrs.evolve(each, rows=each.rows * width) if each.accounts else each for each in findings)


def _missing(frame: pl.DataFrame, layout: ColumnMapping) -> tuple[Finding, ...]:
    """A finding for every published number column with empty cells."""
    published = {each.to for each in layout.columns if isinstance(each, Number)}
    if layout.wide:
        published.add(layout.wide.value)
    moved = {each.of: each.to for each in layout.derived if isinstance(each, Moved)}
    found = []
    for name in sorted(name for name in published if name):
        if not frame.height or not frame[name].null_count():
            continue
        empty = frame[name].is_null()
        if name in moved:  # its figures in other rows are in the other field
            empty &= frame[moved[name]].is_null()
        if empty.any():
            found.append(
                Finding(
                    kind=FindingKind.MISSING_VALUE,
                    message=f"{name} is empty in the payload and null here",
                    first=first_of(frame.filter(empty)),
                    rows=int(empty.sum()),
                    column=name,
                )
            )
    return tuple(found)
