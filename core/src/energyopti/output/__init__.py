"""Results as files and streams: one definition for the command line, Python and plugins."""

from __future__ import annotations

from energyopti.output.formats import (
    ARROW,
    CSV,
    FEATHER,
    FORMATS,
    JSON,
    NDJSON,
    PARQUET,
    SAFE_CSV,
    XLSX,
    Format,
    chosen_format,
    find_format,
)

__all__ = [
    "ARROW",
    "CSV",
    "FEATHER",
    "FORMATS",
    "JSON",
    "NDJSON",
    "PARQUET",
    "SAFE_CSV",
    "XLSX",
    "Format",
    "chosen_format",
    "find_format",
]
