"""Frames as files: csv, json and ndjson with times as text, parquet and arrow with native times."""

from __future__ import annotations

import enum
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from energyopti.errors import OutputError

if TYPE_CHECKING:
    import polars as pl

_ROWS_AT_ONCE = 50_000
_SECONDS, _FRACTION = "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%.6fZ"


class Format(enum.StrEnum):
    """The formats a result can be written in."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"
    PARQUET = "parquet"
    ARROW = "arrow"

    @property
    def binary(self) -> bool:
        """Whether it is binary, not text."""
        return self in {Format.PARQUET, Format.ARROW}


def chosen_format(given: Format | None, output: Path | None) -> Format:
    """The requested format, or the one that the file's suffix names; a table if there is neither.

    Raises `OutputError` for an unknown suffix: the fallback, a table, leaves rows out.
    """
    if given is not None:
        return given
    if output is None:
        return Format.TABLE
    suffix = output.suffix.casefold().removeprefix(".")
    if suffix not in set(Format) - {Format.TABLE}:
        known = ", ".join(f".{each}" for each in Format if each is not Format.TABLE)
        raise OutputError(
            f"the name {output.name} does not say the format", do=f"add --format, or end it in {known}"
        )
    return Format(suffix)


def encode(frame: pl.DataFrame, form: Format) -> Iterator[bytes]:
    """A frame in one of the file formats, in blocks."""
    if form.binary:
        file = io.BytesIO()
        if form is Format.PARQUET:
            frame.write_parquet(file)
        else:
            frame.write_ipc(file)
        return iter([file.getvalue()])
    text = _with_times_as_text(frame)
    return {Format.CSV: _csv, Format.NDJSON: _ndjson, Format.JSON: _json}[form](text)


def _csv(frame: pl.DataFrame) -> Iterator[bytes]:
    yield frame.clear().write_csv().encode()
    for block in frame.iter_slices(_ROWS_AT_ONCE):
        yield block.write_csv(include_header=False).encode()


def _ndjson(frame: pl.DataFrame) -> Iterator[bytes]:
    for block in frame.iter_slices(_ROWS_AT_ONCE):
        yield block.write_ndjson().encode()


def _json(frame: pl.DataFrame) -> Iterator[bytes]:
    """An array with one record per line."""
    opening = b"["
    for block in _ndjson(frame):
        yield opening + b"\n" + block.rstrip(b"\n").replace(b"\n", b",\n")
        opening = b","
    yield b"[]\n" if frame.is_empty() else b"\n]\n"


def _with_times_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """``2024-07-01T04:00:00Z``, with fractions of a second only where needed."""
    import polars as pl
    import polars.selectors as cs

    times = cs.datetime()
    whole, exact = times.dt.to_string(_SECONDS), times.dt.to_string(_FRACTION)
    return frame.with_columns(pl.when(times.dt.microsecond() == 0).then(whole).otherwise(exact))
