"""Formats: from a payload's bytes to its cells, and back; one file per format.

What layouts of a plugin's own are made of, where a format's layout (`CsvLayout`, `JsonLayout`, ...) does not fit.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from energyopti.layouts.formats.csv import format_csv
    from energyopti.layouts.formats.json import format_json
    from energyopti.layouts.formats.nested import format_nested
    from energyopti.layouts.formats.sheets import sheet_cells, sheet_names
    from energyopti.layouts.formats.xlsx import parse_excel, table_row

_HOMES = {
    "format_csv": "csv",
    "format_json": "json",
    "format_nested": "nested",
    "parse_excel": "xlsx",
    "sheet_cells": "sheets",
    "sheet_names": "sheets",
    "table_row": "xlsx",
}


def __getattr__(name: str) -> Any:
    """Import a format's functions when they are used: declaring a layout does not need polars."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = [
    "format_csv",
    "format_json",
    "format_nested",
    "parse_excel",
    "sheet_cells",
    "sheet_names",
    "table_row",
]
