"""Formats: from a payload's bytes to its cells, and back; one file per format.

What layouts of a plugin's own are made of, where a format's layout (`CsvLayout`, `JsonLayout`, ...) does not fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from energyopti.lazy import exports

if TYPE_CHECKING:
    from energyopti.layouts.formats.csv import format_csv
    from energyopti.layouts.formats.json import format_json
    from energyopti.layouts.formats.nested import format_nested
    from energyopti.layouts.formats.sheets import sheet_cells, sheet_names
    from energyopti.layouts.formats.xlsx import parse_excel, table_row

__getattr__ = exports(
    __name__,
    {
        "format_csv": "csv",
        "format_json": "json",
        "format_nested": "nested",
        "parse_excel": "xlsx",
        "sheet_cells": "sheets",
        "sheet_names": "sheets",
        "table_row": "xlsx",
    },
)
"""Functions are imported when they are used: declaring a layout does not need polars."""

__all__ = [
    "format_csv",
    "format_json",
    "format_nested",
    "parse_excel",
    "sheet_cells",
    "sheet_names",
    "table_row",
]
