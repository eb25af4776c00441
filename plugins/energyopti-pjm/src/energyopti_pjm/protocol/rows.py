"""How Data Miner writes its rows: as JSON, and as CSV, from the page's export button or from the API on request;
both have the same columns.

CSV has 12-hour stamps (``6/16/2025 4:00:00 AM``) in the columns that JSON has in ISO form. Only the
``_utc`` columns are read: on the 25-hour day the ``_ept`` ones repeat themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TypedDict

from energyopti.datasets import Dataset
from energyopti.layouts import (
    Absolute,
    CsvLayout,
    Dates,
    Derivation,
    JsonLayout,
    Meaning,
    Moment,
    Superseded,
    Text,
    Undated,
    Wide,
    WireColumn,
)

ZONE = "America/New_York"
FIVE_MINUTES = timedelta(minutes=5)

STAMPS = ("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S%.f", "%m/%d/%Y")
"""Every form of a stamp; the API's JSON form is the one written."""

EXPORTED_STAMP = "%-m/%-d/%Y %-I:%M:%S %p"
"""The exported form of a stamp, without leading zeros."""


def beginning(
    step: timedelta, *, names: str = "datetime_beginning_utc", end: str | None = None, nearest: bool = False
) -> Absolute:
    """The clock of rows that give their interval's beginning in UTC, and maybe its end.

    Stamps some seconds late mean the ``nearest`` multiple of the step.
    """
    return Absolute(names=names, formats=STAMPS, end=(end,) if end else None, step=step, nearest=nearest)


def ending(step: timedelta, *, names: str = "datetime_ending_utc") -> Absolute:
    """The clock of rows that give their interval's end in UTC."""
    return Absolute(names=names, formats=STAMPS, meaning=Meaning.ENDING, step=step)


def day(name: str) -> Dates:
    """The clock of rows that give a day of the Eastern clock."""
    return Dates(names=name, formats=STAMPS)


def evaluated(name: str = "evaluated_at_utc") -> Moment:
    """When a forecast was made, in UTC."""
    return Moment(name, to="publish_time", formats=STAMPS, utc=True)


class _Common(TypedDict):
    """What a feed's rows have in both of their forms."""

    dataset: Dataset
    zone: str
    time: Absolute | Dates | Undated
    columns: tuple[WireColumn, ...]
    ignored: tuple[str, ...]
    derived: tuple[Derivation, ...]
    constants: Mapping[str, str]
    wide: Wide | None
    superseded: Superseded | None


def rows(
    dataset: Dataset,
    time: Absolute | Dates | Undated,
    *columns: WireColumn,
    ignored: tuple[str, ...] = (),
    derived: tuple[Derivation, ...] = (),
    constants: Mapping[str, str] | None = None,
    wide: Wide | None = None,
    superseded: Superseded | None = None,
    packed: tuple[str, ...] = (),
) -> JsonLayout:
    """A feed's rows, as the API returns them and as the page exports them.

    The Eastern twins of the UTC columns are known and not read. ``packed`` are columns with a small vocabulary, which
    CSV of very many rows keeps once per word.
    """
    eastern = [f"{name.removesuffix('_utc')}_ept" for name in _names(time, columns) if name.endswith("_utc")]
    common = _Common(
        dataset=dataset,
        zone=ZONE,
        time=time,
        columns=columns,
        ignored=(*eastern, *ignored, "datetime_beginning_ept", "datetime_ending_ept", "datetime_ending_utc"),
        derived=derived,
        constants=constants or {},
        wide=wide,
        superseded=superseded,
    )
    others = (CsvLayout(packed=packed, **common), JsonLayout(**common))
    return JsonLayout(items=("items",), others=others, **common)


def _names(time: Absolute | Dates | Undated, columns: tuple[WireColumn, ...]) -> list[str]:
    """The headers of every column that is read."""
    stamped = [] if isinstance(time, Undated) else [*time.names, *(time.end or ())]
    return [*stamped, *(name for column in columns for name in column.names)]


def optional(name: str) -> Text:
    """A column without a field, read if it is there."""
    return Text(name, required=False)
