"""The list of locations of the small ERCOT: a zip of several files, once a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl

from energyopti.layouts import CsvLayout
from energyopti.timezones import zone
from energyopti_ercot.feeds import reference
from energyopti_ercot.locations import HUBS, TIES
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.sandbox.issues import Issue
from energyopti_ercot.sandbox.places import BUSES, NODES
from energyopti_ercot.sandbox.tables import Bundle, Table

_WEEK = timedelta(days=7)
_FIRST = datetime(2010, 12, 1, 18, 30, tzinfo=UTC)
_ZONES = ("LZ_SOUTH", "LZ_NORTH", "LZ_WEST", "LZ_HOUSTON")
_OWN_ZONES = ("LZ_AEN", "LZ_CPS", "LZ_LCRA", "LZ_RAYBN")


def _buses(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """The buses, one of which is a resource node."""
    del first, end, now
    count = BUSES.height
    more = {"zone": _ZONES[:count], "code": [str(7_100 + number) for number in range(count)]}
    nodes = [NODES[0], None, NODES[1], None]
    return BUSES.with_columns(**{name: pl.Series(values) for name, values in more.items()}).with_columns(
        RESOURCE_NODE=pl.Series(nodes[:count])
    )


def _hubs(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """The hubs and the ties."""
    del first, end, now
    return pl.DataFrame({"location": [*HUBS, *TIES]})


def _own_zones(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """The zones of non-opt-in entities, once for each of two loads."""
    del first, end, now
    return pl.DataFrame({"location": [name for name in _OWN_ZONES for _ in range(2)]})


def _named(table: Table, issue: Issue) -> str:
    """The name of a file of the list."""
    stamp = issue.published.astimezone(zone(ZONE)).strftime("%m%d%Y_%H%M%S")
    return f"SP_List_EB_Mapping/{table.name}_{stamp}.csv"


def _each_week(first: datetime, last: datetime) -> list[Issue]:
    """One document per week."""
    start = _FIRST - (_FIRST - first) // _WEEK * _WEEK
    count = (last - start) // _WEEK + 1
    times = [start + number * _WEEK for number in range(count)]
    return [Issue(published=at, start=at, end=at + _WEEK) for at in times]


def _table(
    name: str, layout: CsvLayout, rows: Callable[[datetime, datetime, datetime], pl.DataFrame]
) -> Table:
    return Table(number=reference.LIST.number, name=name, layout=layout, rows=rows, issues=_each_week)


PLACES = Bundle(
    number=reference.LIST.number,
    name="CIM_ML1_1",
    tables=(
        _table(reference.BUSES_FILE, reference.BUSES, _buses),
        _table(reference.HUBS_FILE, reference.HUBS, _hubs),
        _table(reference.OWN_ZONES_FILE, reference.OWN_ZONES, _own_zones),
    ),
    issues=_each_week,
    retention=timedelta(days=31),
    emil_id="NP4-160-SG",
    named=_named,
)
