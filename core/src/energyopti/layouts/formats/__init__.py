"""Formats: from a payload's bytes to its cells, and back; one file per format.

What layouts of a plugin's own are made of, where a format's layout (`CsvLayout`, `JsonLayout`, ...) does not fit.
"""

from __future__ import annotations

from energyopti.layouts.formats.csv import format_csv
from energyopti.layouts.formats.json import format_json
from energyopti.layouts.formats.nested import format_nested
from energyopti.layouts.formats.sheets import sheet_cells, sheet_names
from energyopti.layouts.formats.xlsx import parse_excel, table_row

__all__ = [
    "format_csv",
    "format_json",
    "format_nested",
    "parse_excel",
    "sheet_cells",
    "sheet_names",
    "table_row",
]
