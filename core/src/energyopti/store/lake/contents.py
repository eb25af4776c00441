"""What a lake holds, as tables for people: by feed, by month, and what is missing in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import attrs
import polars as pl

from energyopti.errors import LakeError, suggest
from energyopti.query import TimeRange
from energyopti.registry import Registry
from energyopti.store.lake.areas import Area, uncovered
from energyopti.store.lake.lake import HISTORY, REVISIONS, Lake
from energyopti.store.lake.table import Table
from energyopti.timezones import INSTANT, local_date, midnight

_LETTERS = ("·", "▒", "█")
"""A month of which nothing, some, or all is covered."""


@attrs.frozen(kw_only=True)
class Holding:
    """What one table holds: the first and the last instant covered, its chunks and how many of them are final.

    ``outdated`` chunks are of an earlier meaning of their dataset: they are fetched or rebuilt again before they answer.
    """

    feed: str
    start: datetime | None
    end: datetime | None
    chunks: int
    final: int
    outdated: int
    rows: int
    files: int
    bytes: int


@attrs.frozen(kw_only=True)
class Gap:
    """A stretch of time that a feed does not cover."""

    feed: str
    start: datetime
    end: datetime


def held(lake: Lake, registry: Registry, wanted: Sequence[str] = ()) -> list[Holding]:
    """What each table holds, histories too."""
    found = []
    for name, table in _tables(lake, wanted):
        snapshot = table.snapshot()
        files, pieces, meaning = snapshot.files.values(), snapshot.pieces, _meaning(registry, name)
        found.append(
            Holding(
                feed=name,
                start=min((piece.area.start for piece in pieces), default=None),
                end=max((piece.area.end for piece in pieces), default=None),
                chunks=len(pieces),
                final=sum(piece.final for piece in pieces),
                outdated=sum(piece.meaning != meaning for piece in pieces) if meaning else 0,
                rows=sum(file.rows for file in files),
                files=len(files),
                bytes=sum(file.bytes for file in files),
            )
        )
    return found


def _meaning(registry: Registry, name: str) -> int | None:
    """The version of a table's dataset; None if its feed is not installed."""
    market, _, feed = name.partition("/")
    there = registry.markets.get(market)
    feeds = {each.name: each for each in there.feeds} if there else {}
    found = feeds.get(feed.removesuffix(REVISIONS))
    return None if found is None else found.dataset.version


def missing(lake: Lake, registry: Registry, wanted: Sequence[str] = ()) -> list[Gap]:
    """The stretches between the first and the last chunk of each feed that nothing covers for all locations.

    A feed of which only some locations were ever fetched is measured by these.
    """
    return [
        Gap(feed=name, start=gap.start, end=gap.end)
        for name, _, areas in _measured(lake, registry, wanted)
        for gap in _gaps(areas)
    ]


def calendar(lake: Lake, registry: Registry, wanted: Sequence[str] = (), *, now: datetime) -> Iterator[str]:
    """A line for each feed and year: a mark for each month, of which nothing, some or all is covered."""
    for name, zone, areas in _measured(lake, registry, wanted):
        yield f"{name}  ({_LETTERS[0]} nothing  {_LETTERS[1]} some  {_LETTERS[2]} all)"
        first = local_date(min(area.start for area in areas), zone)
        last = local_date(max(area.end for area in areas) - INSTANT, zone)
        for year in range(first.year, last.year + 1):
            marks = [_mark(year, month, zone, areas, now) for month in range(1, 13)]
            yield f"  {year}  {''.join(marks)}"


def _mark(year: int, month: int, zone: str, areas: Sequence[Area], now: datetime) -> str:
    start = midnight(date(year, month, 1), zone)
    end = midnight(date(year + month // 12, month % 12 + 1, 1), zone)
    if start >= now:
        return " "
    rest = uncovered(Area(start, min(end, now), areas[0].locations), areas)
    if not rest:
        return _LETTERS[2]
    whole = min(end, now) - start
    return _LETTERS[1] if sum((each.end - each.start for each in rest), timedelta()) < whole else _LETTERS[0]


def _tables(lake: Lake, wanted: Sequence[str]) -> Iterator[tuple[str, Table]]:
    found = dict(lake.tables())
    for name in wanted:
        if name not in found:
            raise LakeError(f"the lake {lake.address} has no feed {name!r}", do=suggest(name, found))
    yield from ((name, table) for name, table in found.items() if not wanted or name in wanted)


def _measured(lake: Lake, registry: Registry, wanted: Sequence[str]) -> Iterator[tuple[str, str, list[Area]]]:
    """Each feed with its market's zone and what is covered, the largest set of locations first."""
    for name, table in _tables(lake, wanted):
        areas = [piece.area for piece in table.snapshot().pieces]
        if areas and not name.endswith((HISTORY, REVISIONS)):
            market = registry.markets.get(name.partition("/")[0])
            widest = next((area for area in areas if area.locations.all_but), areas[0])
            areas.sort(key=lambda area: area.locations != widest.locations)
            yield name, market.zone if market else "UTC", areas


def _gaps(areas: Sequence[Area]) -> Iterator[TimeRange]:
    """The stretches that are not covered at the locations of the first area; those that touch are one."""
    whole = Area(min(area.start for area in areas), max(area.end for area in areas), areas[0].locations)
    rest = sorted(uncovered(whole, areas), key=lambda area: area.start)
    begin: datetime | None = None
    end = whole.start
    for each in rest:
        if begin is not None and each.start > end:
            yield TimeRange(begin, end)
            begin = None
        begin = each.start if begin is None else begin
        end = max(end, each.end)
    if begin is not None:
        yield TimeRange(begin, end)


def rows_of(lake: Lake, name: str) -> tuple[pl.Schema, Iterator[pl.DataFrame]]:
    """All rows of a table, file by file, in order of time; their columns are those of its newest file."""
    ((_, table),) = _tables(lake, [name])
    files = sorted(table.snapshot().files.values(), key=lambda file: (file.month, file.path))
    schema = table.place.scan([files[-1].path]).collect_schema() if files else pl.Schema()
    frames = (
        table.place.scan([file.path], schema=schema, missing_columns="insert")
        .sort("interval_start")
        .collect()
        for file in files
    )
    return schema, frames
