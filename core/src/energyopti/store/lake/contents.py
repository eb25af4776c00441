"""What a lake holds, as tables for people: by feed, by month, and what is missing in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

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


def held(lake: Lake, wanted: Sequence[str] = ()) -> pl.DataFrame:
    """A row for each table: first and last instant covered, chunks, how many of them are final, rows, files, bytes."""
    rows = []
    for name, table in _tables(lake, wanted):
        snapshot = table.snapshot()
        pieces = snapshot.pieces
        rows.append(
            {
                "feed": name,
                "from": pieces[0].area.start if pieces else None,
                "to": max((piece.area.end for piece in pieces), default=None),
                "chunks": len(pieces),
                "final": sum(piece.final for piece in pieces),
                "rows": sum(file.rows for file in snapshot.files.values()),
                "files": len(snapshot.files),
                "megabytes": round(sum(file.bytes for file in snapshot.files.values()) / 1e6, 1),
            }
        )
    times = {"from": pl.Datetime("us", "UTC"), "to": pl.Datetime("us", "UTC")}
    return pl.DataFrame(rows, schema_overrides=times, schema=None if rows else [*_HELD])


_HELD = ("feed", "from", "to", "chunks", "final", "rows", "files", "megabytes")


def missing(lake: Lake, registry: Registry, wanted: Sequence[str] = ()) -> pl.DataFrame:
    """A row for each stretch between the first and the last chunk of a feed that nothing covers for all locations.

    A feed of which only some locations were ever fetched is measured by these.
    """
    rows = [
        {"feed": name, "from": gap.start, "to": gap.end}
        for name, _, areas in _measured(lake, registry, wanted)
        for gap in _gaps(areas)
    ]
    kind = pl.Datetime("us", "UTC")
    return pl.DataFrame(rows, schema={"feed": pl.String, "from": kind, "to": kind})


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
            raise LakeError(f"the lake {lake.folder} has no feed {name!r}", do=suggest(name, found))
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
