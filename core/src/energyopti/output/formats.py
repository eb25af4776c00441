"""Write frames as files: csv, json and ndjson with times as text; parquet, arrow and xlsx with native times."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import attrs

from energyopti.errors import OutputError, PluginError, UnsupportedQuery, suggest
from energyopti.lazy import extra
from energyopti.output.sinking import sunk
from energyopti.plugins import FORMATS as GROUP
from energyopti.plugins import brought, load
from energyopti.tuning.output import ROWS_IN_A_BLOCK, ROWS_OF_A_SHEET

if TYPE_CHECKING:
    import polars as pl

_FORMULA = r"^([=+\-@\t\r])"
_SECONDS, _FRACTION = "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.6f"


@attrs.frozen(eq=False)
class Format:
    """One way to write rows: ``encode`` yields the file in blocks; ``binary`` formats are not written to a terminal.

    ``encode_all`` does the same for frames of one schema, whose rows come one frame after another; without it all of them
    are in memory at once.
    """

    name: str
    encode: Callable[[pl.DataFrame], Iterable[bytes]] = attrs.field(repr=False)
    binary: bool = False
    encode_all: Callable[[pl.Schema, Iterator[pl.DataFrame]], Iterable[bytes]] | None = attrs.field(
        default=None, repr=False
    )

    def blocks(self, schema: pl.Schema, frames: Iterator[pl.DataFrame]) -> Iterable[bytes]:
        """The file in blocks, of frames of one schema."""
        if self.encode_all is not None:
            return self.encode_all(schema, frames)
        import polars as pl

        return self.encode(pl.concat([schema.to_frame(), *frames]))

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


def parquet(frame: pl.DataFrame, metadata: dict[str, str] | None = None) -> Iterator[bytes]:
    """A frame as Parquet, with metadata of the file."""
    file = io.BytesIO()
    frame.write_parquet(file, metadata=metadata)
    yield file.getvalue()


def parquet_of_parts(
    schema: pl.Schema, frames: Iterator[pl.DataFrame], metadata: Callable[[], dict[str, str]]
) -> Iterator[bytes]:
    """Frames of one schema as Parquet, with metadata that is known once all of them are there."""

    def sink(rows: pl.LazyFrame, file: IO[bytes]) -> None:
        rows.sink_parquet(file, maintain_order=True, metadata=lambda _: metadata())

    return sunk(sink, schema, frames)


def _arrow(frame: pl.DataFrame) -> Iterator[bytes]:
    file = io.BytesIO()
    frame.write_ipc(file)
    yield file.getvalue()


def _sink_parquet(rows: pl.LazyFrame, file: IO[bytes]) -> None:
    rows.sink_parquet(file, maintain_order=True)


def _sink_arrow(rows: pl.LazyFrame, file: IO[bytes]) -> None:
    rows.sink_ipc(file, maintain_order=True)


def _csv(frame: pl.DataFrame) -> Iterator[bytes]:
    return _csv_all(frame.schema, iter([frame]))


def _csv_all(schema: pl.Schema, frames: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    yield schema.to_frame().write_csv().encode()
    for block in _blocks(frames):
        yield block.write_csv(include_header=False).encode()


def _ndjson(frame: pl.DataFrame) -> Iterator[bytes]:
    return _ndjson_all(frame.schema, iter([frame]))


def _ndjson_all(_: pl.Schema, frames: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    for block in _blocks(frames):
        yield block.write_ndjson().encode()


def _json(frame: pl.DataFrame) -> Iterator[bytes]:
    """An array with one record per line."""
    return _json_all(frame.schema, iter([frame]))


def _json_all(schema: pl.Schema, frames: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    opening = b"["
    for block in _ndjson_all(schema, frames):
        yield opening + b"\n" + block.rstrip(b"\n").replace(b"\n", b",\n")
        opening = b","
    yield b"[]\n" if opening == b"[" else b"\n]\n"


def _blocks(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Some rows at a time, with times as text."""
    for frame in frames:
        yield from with_times_as_text(frame).iter_slices(ROWS_IN_A_BLOCK)


def with_times_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """``2024-07-01T04:00:00Z``, with fractions of a second only where needed; on another clock with its offset from UTC.

    Without either where no zone is known.
    """
    import polars as pl

    def said(name: str, kind: pl.Datetime) -> pl.Expr:
        zone = {None: "", "UTC": "Z"}.get(kind.time_zone, "%:z")
        times = pl.col(name)
        whole, exact = times.dt.to_string(_SECONDS + zone), times.dt.to_string(_FRACTION + zone)
        return pl.when(times.dt.microsecond() == 0).then(whole).otherwise(exact).alias(name)

    return frame.with_columns(
        said(name, kind) for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)
    )


def _with_offsets(frame: pl.DataFrame) -> pl.DataFrame:
    """Times on another clock than UTC as text: a cell could not tell the passes of a repeated hour apart."""
    import polars as pl

    local = [
        name
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime) and kind.time_zone not in {None, "UTC"}
    ]
    return frame.with_columns(with_times_as_text(frame.select(local)).get_columns()) if local else frame


def _xlsx(frame: pl.DataFrame) -> Iterator[bytes]:
    """A sheet with times in UTC, which it cannot say itself, or as text with their offset; no text in it is a formula."""
    import polars as pl
    import polars.selectors as cs

    if frame.height >= ROWS_OF_A_SHEET:
        raise OutputError(f"a sheet has no room for {frame.height:,} rows", do="write csv or parquet")
    with extra("xlsx", "an Excel file", error=OutputError):
        from xlsxwriter import Workbook
    frame = _with_offsets(frame)
    times = cs.datetime(time_zone="*")
    plain = frame.with_columns(cs.categorical().cast(pl.String), times.dt.replace_time_zone(None))
    named = {name: f"{name} (UTC)" for name in frame.select(times).columns}
    file = io.BytesIO()
    with Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        plain.rename(named).write_excel(
            book, dtype_formats={pl.Datetime: "yyyy-mm-dd hh:mm:ss"}, autofit=True
        )
    yield file.getvalue()


def _safe_csv(frame: pl.DataFrame) -> Iterator[bytes]:
    return _safe_csv_all(frame.schema, iter([frame]))


def _safe_csv_all(schema: pl.Schema, frames: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    return _csv_all(schema, map(_disarmed, frames))


def _disarmed(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that a spreadsheet would run as a formula, with an apostrophe before them; numbers stay as they are."""
    import polars as pl
    import polars.selectors as cs

    texts = cs.string(include_categorical=True).cast(pl.String)
    return frame.with_columns(texts.str.replace(_FORMULA, "'$1"))


CSV = Format("csv", _csv, encode_all=_csv_all)
SAFE_CSV = Format("csv", _safe_csv, encode_all=_safe_csv_all)
"""CSV for spreadsheets: no text in it is a formula."""
JSON = Format("json", _json, encode_all=_json_all)
NDJSON = Format("ndjson", _ndjson, encode_all=_ndjson_all)
PARQUET = Format("parquet", parquet, binary=True, encode_all=partial(sunk, _sink_parquet))
ARROW = Format("arrow", _arrow, binary=True, encode_all=partial(sunk, _sink_arrow))
FEATHER = attrs.evolve(ARROW, name="feather")
XLSX = Format("xlsx", _xlsx, binary=True)
"""A workbook of one sheet; needs the extra ``energyopti[xlsx]``."""
FORMATS = {each.name: each for each in (CSV, JSON, NDJSON, PARQUET, ARROW, FEATHER, XLSX)}
"""The core's formats by name, which is also the file suffix."""
