"""Results as files and streams: one definition for the command line, Python and plugins."""

from __future__ import annotations

from energyopti.output.formats import (
    ARROW,
    CSV,
    FORMATS,
    JSON,
    NDJSON,
    PARQUET,
    SAFE_CSV,
    Format,
    chosen_format,
    find_format,
)

__all__ = [
    "ARROW",
    "CSV",
    "FORMATS",
    "JSON",
    "NDJSON",
    "PARQUET",
    "SAFE_CSV",
    "Format",
    "chosen_format",
    "find_format",
]
