"""Layouts: wire formats as data, read and written by the core.

A layout says which column of a payload fills which field of a dataset, how its clock works and which signs it
flips. The core reads payloads with it, and writes them too: the sandbox and the round-trip tests are built on
that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from energyopti.layouts.around import Footer, RowLetters
from energyopti.layouts.columns import (
    Figure,
    Joined,
    Long,
    Moment,
    Nested,
    Number,
    Only,
    Placeholder,
    Superseded,
    Text,
    Wide,
    WideColumn,
    WireColumn,
    fold,
)
from energyopti.layouts.decode.documents import (
    Document,
    ReadDocuments,
    as_they_stand,
    one_by_one,
    published_when_modified,
)
from energyopti.layouts.decode.layout import Layout
from energyopti.layouts.decode.plain import in_utf_8
from energyopti.layouts.derivations import (
    BlockHours,
    Copy,
    Derivation,
    Lookup,
    Moved,
    Pattern,
    Residual,
)
from energyopti.layouts.formats.archive import Member, members
from energyopti.layouts.formats.csv import CsvLayout
from energyopti.layouts.formats.json import JsonLayout
from energyopti.layouts.formats.xlsx import ExcelLayout
from energyopti.layouts.formats.xml import XmlLayout
from energyopti.layouts.reading import Reading
from energyopti.layouts.tables import Repeats
from energyopti.layouts.times import (
    Absolute,
    Dates,
    HourEnding,
    HourParts,
    Meaning,
    OffsetFlag,
    RepeatFlag,
    Stamp,
    Undated,
)
from energyopti.lazy import exports

if TYPE_CHECKING:
    from energyopti.layouts.decode.raw import RawTable
    from energyopti.layouts.decode.writing import wire_frame

__getattr__ = exports(__name__, {"RawTable": "decode.raw", "wire_frame": "decode.writing"})
"""What works on columns is imported when it is used: declaring a layout does not need polars."""


__all__ = [
    "Absolute",
    "BlockHours",
    "Copy",
    "CsvLayout",
    "Dates",
    "Derivation",
    "Document",
    "ExcelLayout",
    "Figure",
    "Footer",
    "HourEnding",
    "HourParts",
    "Joined",
    "JsonLayout",
    "Layout",
    "Long",
    "Lookup",
    "Meaning",
    "Member",
    "Moment",
    "Moved",
    "Nested",
    "Number",
    "OffsetFlag",
    "Only",
    "Pattern",
    "Placeholder",
    "RawTable",
    "ReadDocuments",
    "Reading",
    "RepeatFlag",
    "Repeats",
    "Residual",
    "RowLetters",
    "Stamp",
    "Superseded",
    "Text",
    "Undated",
    "Wide",
    "WideColumn",
    "WireColumn",
    "XmlLayout",
    "as_they_stand",
    "fold",
    "in_utf_8",
    "members",
    "one_by_one",
    "published_when_modified",
    "wire_frame",
]
