"""The list of places of the small ERCOT: a zip of several files, once a week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import polars as pl

from energyopti_ercot import reference
from energyopti_ercot.sandbox.issues import Issue
from energyopti_ercot.sandbox.places import BUSES, NODES
from energyopti_ercot.sandbox.tables import Table
from energyopti_ercot.vocabulary import HUBS, TIES

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


def _files(issue: Issue) -> Mapping[str, bytes]:
    """The files of a list by the beginning of their names."""
    buses = _buses(issue.start, issue.end, issue.published)
    points = pl.DataFrame({"location": [*HUBS, *TIES]})
    zones = pl.DataFrame({"location": [zone for zone in _OWN_ZONES for _ in range(2)]})
    return {
        reference.BUSES_FILE: reference.BUSES.write(buses),
        reference.HUBS_FILE: reference.HUBS.write(points),
        reference.OWN_ZONES_FILE: reference.OWN_ZONES.write(zones),
    }


def _each_week(first: datetime, last: datetime) -> list[Issue]:
    """A document a week."""
    start = _FIRST - (_FIRST - first) // _WEEK * _WEEK
    count = (last - start) // _WEEK + 1
    times = [start + number * _WEEK for number in range(count)]
    return [Issue(published=at, start=at, end=at + _WEEK) for at in times]


REFERENCE_TABLES = (
    Table(
        number="10008",
        name="CIM_ML1_1",
        layout=reference.BUSES,
        rows=_buses,
        issues=_each_week,
        kept=timedelta(days=31),
        files=_files,
    ),
)
