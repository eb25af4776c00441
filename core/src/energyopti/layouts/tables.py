"""What the layout of a table declares: its time, its columns, and how rows are treated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

import attrs

from energyopti.errors import PluginError
from energyopti.layouts.columns import Joined, Long, Only, Placeholder, Superseded, Text, Wide, WireColumn
from energyopti.layouts.derivations import Derivation, Lookup, Pattern
from energyopti.layouts.times import Absolute, Dates, HourEnding, Stamp, TimeColumns, Undated, nominal_step
from energyopti.schema import Dataset

Repeats = Literal["keep", "once", "last", "last_nonzero"]
"""What to do with rows that repeat a key: keep all, keep those that differ at all, or let one supersede the rest."""


@attrs.frozen(kw_only=True)
class ColumnMapping:
    """What every layout of a table declares: which of its columns fills which field.

    ``columns`` and ``joined`` map the payload's columns to the dataset's fields; ``wide`` turns columns into rows and
    ``long`` rows into columns; ``derived`` and ``constants`` fill other fields. ``superseded`` marks rows that are no
    longer valid; they are kept for queries that ask for them. ``placeholder`` marks rows that only say that there is
    nothing to report. ``only`` are the columns that distinguish this feed's
    rows from those of other feeds in the same document. ``numbering`` are columns that only number rows: where rows
    are kept ``once``, rows that differ only in them are one. ``ignored`` are known columns without a field. ``zone``
    is the market's clock.
    """

    dataset: Dataset
    zone: str
    time: TimeColumns
    columns: tuple[WireColumn, ...] = ()
    ignored: tuple[str, ...] = ()
    derived: tuple[Derivation, ...] = ()
    constants: Mapping[str, str] = attrs.field(factory=dict)
    joined: tuple[Joined, ...] = ()
    wide: Wide | None = None
    long: Long | None = None
    repeats: Repeats = "keep"
    numbering: tuple[str, ...] = ()
    superseded: Superseded | None = None
    placeholder: Placeholder | None = None
    only: tuple[Only, ...] = ()

    def __attrs_post_init__(self) -> None:
        for name in self.fields:
            self.dataset.column(name)
        names = {column.name for column in self.wire_columns}
        if self.superseded is not None and self.superseded.column not in names:
            raise PluginError(f"a layout has no column {self.superseded.column!r} to mark superseded rows")
        if self.placeholder is not None and self.placeholder.column not in names:
            raise PluginError(f"a layout has no column {self.placeholder.column!r} to mark placeholders")
        for name in self.long.same if self.long is not None else ():
            if name not in names:
                raise PluginError(f"a layout has no column {name!r} to distinguish rows by")

    @property
    def step(self) -> timedelta | None:
        """The nominal length of an interval by the layout's clock; None where the payload or its feed says it."""
        return nominal_step(self.time)

    @property
    def irregular(self) -> bool:
        """Whether stamps lie between those of the step."""
        return isinstance(self.time, Stamp | Absolute) and self.time.irregular

    @property
    def fields(self) -> tuple[str, ...]:
        """The dataset's fields that this layout fills, besides the interval."""
        published = [column.to for column in self.columns if column.to]
        published += [each.to for each in self.joined]
        wide = self.wide.fields if self.wide else ()
        long = self.long.fields if self.long else ()
        return (*published, *wide, *long, *(each.to for each in self.derived), *self.constants)

    @property
    def wire_columns(self) -> tuple[WireColumn, ...]:
        """Every column that the payload must or may have, time first."""
        wide = self.wide.wire_columns if self.wide else ()
        long = (self.long.by, self.long.value) if self.long else ()
        parts = (Text(name) for each in self.joined for name in each.of)
        only = (each.column for each in self.only)
        return (*time_columns(self.time), *self.columns, *parts, *wide, *long, *only)

    @property
    def written_fields(self) -> tuple[str, ...]:
        """The fields that `write` puts into the payload: all but the derived and the constant ones."""
        lookups = {each.of for each in self.derived if isinstance(each, Lookup | Pattern)}
        return tuple(name for name in self.fields if name in lookups or not self._follows(name))

    def _follows(self, name: str) -> bool:
        return name in self.constants or any(each.to == name for each in self.derived)


def time_columns(time: TimeColumns) -> tuple[WireColumn, ...]:
    """The columns in which a payload has its time."""
    match time:
        case Stamp():
            names = [time.names]
        case HourEnding():
            names = [time.date, time.hour, *([time.interval] if time.interval else [])]
            names += [time.parts.number, time.parts.of] if time.parts else []
        case Absolute() | Dates():
            names = [time.names, *([time.end] if time.end else [])]
        case Undated():
            names = []
    flag = time.flag if isinstance(time, Stamp | HourEnding) else None
    return (*(Text(each) for each in names), *([Text(flag.names)] if flag else []))
