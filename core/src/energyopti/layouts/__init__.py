"""Layouts: wire formats as data, read and written by the core.

A layout says which column of a payload means which field of a dataset, how its clock works and which signs
it turns. The core reads payloads by it, and writes them too: that is what the sandbox and the round-trip
tests stand on.
"""

from __future__ import annotations

from energyopti.layouts.archive import Member, members
from energyopti.layouts.columns import (
    Copy,
    Lookup,
    Moment,
    Nested,
    Number,
    Residual,
    Superseded,
    Text,
    Wide,
    WideColumn,
)
from energyopti.layouts.reading import Reading
from energyopti.layouts.tables import CsvLayout, ExcelLayout, JsonLayout, Layout
from energyopti.layouts.times import (
    Absolute,
    Dates,
    HourEnding,
    Meaning,
    OffsetFlag,
    RepeatFlag,
    Stamp,
    Undated,
)

__all__ = [
    "Absolute",
    "Copy",
    "CsvLayout",
    "Dates",
    "ExcelLayout",
    "HourEnding",
    "JsonLayout",
    "Layout",
    "Lookup",
    "Meaning",
    "Member",
    "Moment",
    "Nested",
    "Number",
    "OffsetFlag",
    "Reading",
    "RepeatFlag",
    "Residual",
    "Stamp",
    "Superseded",
    "Text",
    "Undated",
    "Wide",
    "WideColumn",
    "members",
]
