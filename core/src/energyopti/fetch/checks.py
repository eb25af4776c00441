"""Quality checks: they read a chunk's frame and return findings; they never change a row."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import polars as pl

from energyopti.fetch.window import Hole, split, unkept
from energyopti.findings import Finding, FindingKind
from energyopti.neighbours import any_repeats, repeats_after
from energyopti.query import Chunk, TimeRange, fold_location
from energyopti.timezones import INSTANT, iso_utc
from energyopti.tuning.chunks import COMPONENTS_TOLERANCE, VALUES_LOOKED_AT

_NO_SERIES = {"interval_start", "publish_time", "run", "version"}

_SHOWN = 5


BOUNDS: dict[tuple[str, str], tuple[float, float]] = {
    ("lmp", "lmp"): (-20_000.0, 20_000.0),
    ("lmp", "congestion"): (-20_000.0, 20_000.0),
    ("lmp", "loss"): (-5_000.0, 5_000.0),
    ("load", "load"): (0.0, 300_000.0),
    ("load_forecast", "load"): (0.0, 300_000.0),
    ("fuel_mix", "generation"): (-50_000.0, 300_000.0),
    ("renewables", "generation"): (-1_000.0, 100_000.0),
    ("renewables_forecast", "generation"): (-1_000.0, 100_000.0),
    ("ancillary_prices", "price"): (-1_000.0, 20_000.0),
    ("capacity", "price"): (0.0, 5_000.0),
}
"""The plausible range of values, by dataset and column; a value outside it means a wrong unit or a bad source."""


def check_frame(
    frame: pl.DataFrame,
    chunk: Chunk,
    *,
    until: datetime,
    part: TimeRange | None = None,
    locations: Sequence[str] = (),
    kept_since: datetime | None = None,
) -> tuple[Finding, ...]:
    """The core's findings about one chunk's frame, or about the rows of part of its time and some of its locations.

    ``until`` is the time up to which rows are due, ``kept_since`` the one since which the source keeps them (None: all).
    """
    if frame.is_empty():
        return tuple(unkept(frame, chunk, kept_since, part=part))
    return (
        *duplicate_keys(frame, chunk),
        *unkept(frame, chunk, kept_since, part=part),
        *gaps(frame, chunk, until=until, part=part, kept_since=kept_since),
        *missing_locations(frame, chunk, part=part, locations=locations),
        *components(frame, chunk),
        *bounds(frame, chunk),
    )


def series_columns(chunk: Chunk) -> list[str]:
    """The key columns that distinguish the time series of a feed."""
    return [name for name in chunk.feed.dataset.key if name not in _NO_SERIES]


def duplicate_keys(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
    """Rows that share their key with another."""
    key = [name for name in chunk.feed.dataset.key if name != "run"]
    # frames are in key order; the column that varies most from row to row goes first
    if not any_repeats(frame[name] for name in sorted(key, key="location".__ne__)):
        return
    same = frame.select(key).is_duplicated()
    if same.any():
        first = frame.filter(same).row(0, named=True)
        yield Finding(
            kind=FindingKind.DUPLICATE_KEY,
            message=f"{int(same.sum())} rows share a key, first {_named(first, key)}",
            rows=int(same.sum()),
        )


def gaps(
    frame: pl.DataFrame,
    chunk: Chunk,
    *,
    until: datetime,
    part: TimeRange | None = None,
    kept_since: datetime | None = None,
) -> Iterable[Finding]:
    """Time that the feed's grid covers but a series does not; a sparse feed has no grid.

    If publications reach past their chunk, only the time between the rows of each one is checked.
    """
    feed, step = chunk.feed, chunk.feed.step
    if feed.sparse:
        return
    spans_all = not feed.reaches_past
    apart = feed.dataset.forecast and not spans_all
    series = [*series_columns(chunk), *(["publish_time"] if apart else [])]
    slack, edges = step / 2, _edges(chunk, until, part)
    if spans_all and _is_gapless(frame, series, slack, edges.start + edges.head, edges.end - edges.tail):
        return
    start, end = pl.col("interval_start"), pl.col("interval_end")
    inner = start - end.shift(1)
    holes = (
        frame.lazy()
        .group_by(series, maintain_order=True)
        .agg(
            start.filter(inner > slack).alias("to"),
            end.shift(1).filter(inner > slack).alias("from"),
            start.min().alias("first"),
            end.max().alias("last"),
        )
        .collect()
    )
    missing: list[Hole] = []
    awaited: list[Hole] = []
    for row in holes.iter_rows(named=True):
        missing.extend((row, low, high) for low, high in zip(row["from"], row["to"], strict=True))
        if spans_all and row["first"] - edges.start > edges.head:
            missing.append((row, edges.start, row["first"]))
        if spans_all and edges.end - row["last"] > edges.tail:
            (awaited if edges.runs else missing).append((row, row["last"], edges.end))
    gone: list[Hole] = []
    if kept_since is not None and spans_all:
        gone, missing = split(missing, kept_since, step)
    for those, words in (
        (gone, "are no longer kept by the source"),
        (missing, "are missing"),
        (awaited, "are due but not published yet"),
    ):
        if those:
            yield _gap(those, words, step, series)


@attrs.frozen
class _Edges:
    """The time that rows should cover, and how far off the first and the last row may be.

    ``runs`` means that it ends where later rows are not due yet.
    """

    start: datetime
    end: datetime
    head: timedelta
    tail: timedelta
    runs: bool


def _edges(chunk: Chunk, until: datetime, part: TimeRange | None) -> _Edges:
    """The time that the rows of a chunk should cover, or of a part of it, whose edges may lie within an interval."""
    step, span = chunk.feed.step, part or chunk.time
    # readings after midnight up to the next one cover the time from the first to a step past the last
    shift = step - INSTANT if chunk.feed.closes_at_midnight else timedelta()
    within = step - INSTANT
    start, head = (chunk.start + shift, step / 2) if span.start <= chunk.start else (span.start, within)
    if span.end >= chunk.end:
        end, tail = chunk.end + shift, step / 2
    else:
        end, tail = span.end, within if chunk.feed.irregular else timedelta()
    if until <= end:  # an interval that is not over is not due
        end, tail = until, within
    return _Edges(start, end, head, tail, runs=until <= end)


def covered_to(frame: pl.DataFrame, chunk: Chunk) -> datetime:
    """The instant up to which all series of a frame have rows; the frame has at least one row."""
    ends, series = frame["interval_end"], series_columns(chunk)
    width = int((frame["interval_start"] == frame["interval_start"][-1]).sum())
    if frame.height % width == 0 and all(repeats_after(frame[name], width) for name in series):
        last = ends.tail(width).min()
    else:
        last = frame.group_by(series).agg(pl.col("interval_end").max())["interval_end"].min()
    assert isinstance(last, datetime)  # noqa: S101 - for the type checker: there are rows
    return last


def missing_locations(
    frame: pl.DataFrame, chunk: Chunk, *, part: TimeRange | None = None, locations: Sequence[str] = ()
) -> Iterable[Finding]:
    """Locations of the feed's closed list without any row; if a query asked for some, only those."""
    feed = chunk.feed
    if feed.locations.closed is None or not feed.has_grid:
        return
    asked = {fold_location(name) for name in locations or [place.location for place in chunk.places]}
    there = frame["location"].unique()
    missing = [
        name
        for name in sorted(set(feed.locations.closed) - set(there))
        if not asked or fold_location(name) in asked
    ]
    if missing:
        span = part or chunk.time
        shown = f"{', '.join(missing[:_SHOWN])}{', ...' if len(missing) > _SHOWN else ''}"
        yield Finding(
            kind=FindingKind.GAP,
            message=f"{len(missing)} of {len(feed.locations.closed)} locations are missing: {shown}",
            rows=len(missing) * frame["interval_start"].n_unique(),
            spans=((span.start, span.end),),
        )


def _is_gapless(
    frame: pl.DataFrame, series: Sequence[str], slack: timedelta, earliest: datetime, latest: datetime
) -> bool:
    """Whether all series begin together and run without a gap, from before one instant to after another.

    False does not mean that there is a gap: it means that each series has to be checked by itself.
    """
    starts, ends = frame["interval_start"], frame["interval_end"]
    width = int((starts == starts[0]).sum())
    others = frame.height - width
    if frame.height % width or not all(repeats_after(frame[name], width) for name in series):
        return False
    widest = (starts.slice(width) - ends.slice(0, others)).max()
    return (
        bool(starts[0] <= earliest)
        and bool(ends.slice(others).min() > latest)  # type: ignore[operator]
        and (widest is None or bool(widest <= slack))  # type: ignore[operator]
    )


def _gap(holes: Sequence[Hole], words: str, step: timedelta, series: Sequence[str]) -> Finding:
    row, low, high = holes[0]
    intervals = sum(max(1, round((high - low) / step)) for _, low, high in holes)
    where = f" of {_named(row, series)}" if series else ""
    return Finding(
        kind=FindingKind.GAP,
        message=f"{intervals} intervals {words}, first {iso_utc(low)} to {iso_utc(high)}{where}",
        rows=intervals,
        spans=tuple(dict.fromkeys((low, high) for _, low, high in holes)),
    )


def components(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
    """Prices that are not the sum of their published components; components that are derived are not checked."""
    if chunk.feed.dataset.name != "lmp" or {"energy", "congestion", "loss"} & set(chunk.feed.derived):
        return
    total = frame["energy"] + frame["congestion"] + frame["loss"]
    ghg = frame["ghg"]
    if ghg.null_count() < frame.height:
        total += ghg.fill_null(0.0) if ghg.null_count() else ghg
    apart, most = frame["lmp"] - total, COMPONENTS_TOLERANCE + 1e-9
    least, greatest = apart.min(), apart.max()
    if least is None or (least >= -most and greatest <= most):  # type: ignore[operator]
        return
    off = frame.filter(apart.abs() > most)
    row = off.row(0, named=True)
    yield Finding(
        kind=FindingKind.COMPONENTS,
        message=f"{off.height} prices are not the sum of their components, first {row['lmp']} at "
        f"{row['location']}, {iso_utc(row['interval_start'])}",
        rows=off.height,
        column="lmp",
    )


def bounds(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
    """Values outside their plausible range."""
    for (dataset, column), (low, high) in BOUNDS.items():
        if dataset != chunk.feed.dataset.name:
            continue
        values = frame[column]
        least, most = values.min(), values.max()
        if least is None or (least >= low and most <= high):  # type: ignore[operator]
            continue
        off = frame.filter(~values.is_between(low, high).fill_null(value=True))
        row = off.row(0, named=True)
        yield Finding(
            kind=FindingKind.BOUNDS,
            message=f"{off.height} values of {column} are outside {low:g} to {high:g}, first {row[column]:g} "
            f"at {iso_utc(row['interval_start'])}",
            rows=off.height,
            column=column,
        )


def fingerprint(frame: pl.DataFrame) -> tuple[int, int] | None:
    """A fingerprint that two chunks with the same values in the same order share; None if nothing varies."""
    # counting distinct values is the expensive part: it stops at the second column that varies
    numbers = (column for column in frame.iter_columns() if column.dtype == pl.Float64)
    varying = list(itertools.islice((column for column in numbers if _varies(column)), 2))
    if not varying:
        return None
    rows = pl.DataFrame(varying).hash_rows(seed=7)
    positions = pl.int_range(1, len(rows) + 1, dtype=pl.UInt64, eager=True)
    return frame.height, int((rows // 2**24 * positions).sum())


def _varies(values: pl.Series) -> bool:
    """Whether there are more than two values; the first few rows usually tell."""
    if values.min() == values.max():
        return False
    return len(set(values.head(VALUES_LOOKED_AT))) > 2 or values.n_unique() > 2


def repeated_chunks(prints: Sequence[tuple[str, tuple[int, int] | None]]) -> Iterable[Finding]:
    """Chunks with exactly the values of an earlier one: the source may have served an old day again."""
    seen: dict[tuple[int, int], str] = {}
    for key, mark in prints:
        if mark is None:
            continue
        if mark in seen:
            yield Finding(
                kind=FindingKind.REPEATED_DAY,
                message=f"all values equal those of {seen[mark]}: the source may have served one day twice",
                rows=mark[0],
                chunk=key,
            )
        seen.setdefault(mark, key)


def _named(row: dict[str, Any], columns: Sequence[str]) -> str:
    """A row's key in words, without nulls."""
    return ", ".join(
        f"{name}={iso_utc(row[name]) if isinstance(row[name], datetime) else row[name]}"
        for name in columns
        if row[name] is not None
    )
