"""Rows as Data Miner exports them: CSV with 12-hour stamps, ``True`` and ``False``, and a byte order mark."""

from __future__ import annotations

import io

import polars as pl

from energyopti_pjm.protocol.rows import EXPORTED_STAMP, STAMPS

_MARK = b"\xef\xbb\xbf"
_BOOLEANS = {"true": "True", "false": "False"}


def exported(items: bytes) -> bytes:
    """A JSON array of rows as the same rows in CSV; an empty body if there are no rows."""
    table = pl.read_json(io.BytesIO(items), infer_schema_length=None)
    if table.is_empty():
        return b""
    buffer = io.BytesIO()
    table.select(_cells(column) for column in table).write_csv(buffer, line_terminator="\r\n")
    return _MARK + buffer.getvalue()


def _cells(column: pl.Series) -> pl.Series:
    """A column as exported: stamps and booleans have their own form."""
    if column.dtype == pl.Boolean:
        column = column.cast(pl.String)
    if column.dtype != pl.String or not column.count():
        return column
    stamps = column.str.to_datetime(STAMPS[0], strict=False)
    if stamps.count() == column.count():
        return stamps.dt.strftime(EXPORTED_STAMP)
    return column.replace(_BOOLEANS)
