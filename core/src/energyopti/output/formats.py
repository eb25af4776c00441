"""Write frames as files: csv, json and ndjson with times as text; parquet and arrow with native times."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import attrs

from energyopti.errors import OutputError, PluginError, UnsupportedQuery, suggest
from energyopti.plugins import brought, load
from energyopti.tuning import ROWS_IN_A_BLOCK

if TYPE_CHECKING:
    import polars as pl

GROUP = "energyopti.formats"
"""The entry point group for formats of plugins: the name is the file suffix, the object a `Format`."""

_SECONDS, _FRACTION = "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%.6fZ"


@attrs.frozen(eq=False)
class Format:
    """One way to write rows: ``encode`` yields the file in blocks; ``binary`` formats are not written to a terminal.

    ``join`` writes frames that follow each other, with one schema, as one file, and holds few of them at a time; a format
    without it needs all rows at once.
    """

    name: str
    encode: Callable[[pl.DataFrame], Iterable[bytes]] = attrs.field(repr=False)
    binary: bool = False
    join: Callable[[Iterator[pl.DataFrame], BinaryIO], None] | None = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        return self.name


def find_format(name: str) -> Format:
    """The format of that name: the core's, or one of an installed plugin.

    Raises `UnsupportedQuery` for an unknown name, and `PluginError` if a plugin's format cannot be imported.
    """
    found = _known(name)
    if found is None:
        raise UnsupportedQuery(f"no format {name!r}", do=suggest(name, [*FORMATS, *brought(GROUP)]))
    return found


def _known(name: str) -> Format | None:
    """The format of that name; None if neither the core nor a plugin has it."""
    folded = name.strip().casefold()
    if folded in FORMATS:
        return FORMATS[folded]
    point = brought(GROUP).get(folded)
    if point is None:
        return None
    found = load(point)
    if not isinstance(found, Format):
        raise PluginError(f"{point.value} is not a Format")
    return found


def chosen_format(given: Format | None, output: Path | None) -> Format | None:
    """The requested format, or the one that the file's suffix names; None if neither is given.

    Raises `OutputError` for an unknown suffix.
    """
    if given is not None or output is None:
        return given
    found = _known(output.suffix.removeprefix("."))
    if found is None:
        known = ", ".join(f".{each}" for each in [*FORMATS, *brought(GROUP)])
        raise OutputError(
            f"the file name {output.name} does not tell the format", do=f"add --format, or end it in {known}"
        )
    return found


def _parquet(frame: pl.DataFrame) -> Iterator[bytes]:
    file = io.BytesIO()
    frame.write_parquet(file)
    yield file.getvalue()


def _arrow(frame: pl.DataFrame) -> Iterator[bytes]:
    file = io.BytesIO()
    frame.write_ipc(file)
    yield file.getvalue()


def _csv(frame: pl.DataFrame) -> Iterator[bytes]:
    text = _with_times_as_text(frame)
    yield text.clear().write_csv().encode()
    for block in text.iter_slices(ROWS_IN_A_BLOCK):
        yield block.write_csv(include_header=False).encode()


def _ndjson(frame: pl.DataFrame) -> Iterator[bytes]:
    for block in _with_times_as_text(frame).iter_slices(ROWS_IN_A_BLOCK):
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


def _join_csv(frames: Iterator[pl.DataFrame], file: BinaryIO) -> None:
    for number, frame in enumerate(frames):
        blocks = iter(_csv(frame))
        if number:
            next(blocks)  # the header
        file.writelines(blocks)


def _join_ndjson(frames: Iterator[pl.DataFrame], file: BinaryIO) -> None:
    for frame in frames:
        file.writelines(_ndjson(frame))


def _sunk(frames: Iterator[pl.DataFrame], sink: Callable[[pl.LazyFrame], object]) -> None:
    """Give frames that come one after the other to a sink; raises what getting them raises."""
    import polars as pl
    from polars.io.plugins import register_io_source

    first, failed = next(frames), list[BaseException]()

    def source(columns: object, predicate: object, rows: object, batch: object) -> Iterator[pl.DataFrame]:
        del columns, predicate, rows, batch  # a sink asks for everything
        yield first
        try:
            yield from frames
        except BaseException as error:
            failed.append(error)
            raise

    try:
        sink(register_io_source(source, schema=first.schema))
    except pl.exceptions.PolarsError as error:
        raise (failed[0] if failed else error) from None


def _join_parquet(frames: Iterator[pl.DataFrame], file: BinaryIO) -> None:
    _sunk(frames, lambda lazy: lazy.sink_parquet(file, maintain_order=True))


def _join_arrow(frames: Iterator[pl.DataFrame], file: BinaryIO) -> None:
    _sunk(frames, lambda lazy: lazy.sink_ipc(file, maintain_order=True))


CSV = Format("csv", _csv, join=_join_csv)
JSON = Format("json", _json)
NDJSON = Format("ndjson", _ndjson, join=_join_ndjson)
PARQUET = Format("parquet", _parquet, binary=True, join=_join_parquet)
ARROW = Format("arrow", _arrow, binary=True, join=_join_arrow)
FORMATS = {each.name: each for each in (CSV, JSON, NDJSON, PARQUET, ARROW)}
"""The core's formats by name, which is also the file suffix."""
