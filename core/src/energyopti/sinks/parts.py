"""A folder of Parquet files, one for each arrival: polars, DuckDB and Spark read it as one table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from filelock import FileLock
from polars.exceptions import PolarsError

from energyopti.errors import OutputError
from energyopti.frames import empty_frame, frame_schema
from energyopti.local_files import save
from energyopti.output import PARQUET
from energyopti.query import ResolvedQuery
from energyopti.schema import Dataset
from energyopti.sinks.files import State, locked
from energyopti.sinks.sink import Sink, Starts, Wanted

_STATE, _LOCK = "_watch.json", "_watch.lock"


class PartsSink(Sink):
    """A folder of parts, named ``<dataset>-<number>-<time>.parquet``. Each appears whole; of rows with one key the last counts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: FileLock | None = None
        self._state = State(folder / _STATE)
        self._last = 0

    def open(self, query: ResolvedQuery) -> None:  # noqa: ARG002 - a folder takes all feeds
        """See `Sink`."""
        if self._lock is not None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write to {self._folder}: {error.strerror}") from None
        self._lock = locked(self._folder / _LOCK, self._folder)
        for left in self._folder.glob(".energyopti-*.part"):
            left.unlink(missing_ok=True)
        self._state = State.load(self._state.path)
        self._last = max((_number(each) for each in self._folder.glob("*.parquet")), default=0)

    def starts(self) -> dict[str, datetime]:
        """See `Sink`."""
        return self._state.starts

    def rows(self, wanted: Wanted) -> pl.DataFrame:
        """See `Sink`."""
        parts = sorted(self._folder.glob(f"{wanted.dataset.name}-*.parquet"), key=_number)
        if not parts:
            return empty_frame(wanted.dataset)
        schema = frame_schema(wanted.dataset)
        try:
            found = pl.scan_parquet(parts, schema=schema, missing_columns="insert", extra_columns="ignore")
            return wanted.filter(found).collect()
        except PolarsError as error:
            why = str(error).partition("\n")[0]
            raise OutputError(
                f"{self._folder} has parts that cannot be read: {why}",
                do="remove them, or name another folder",
            ) from None

    def write(self, dataset: Dataset, rows: pl.DataFrame, starts: Starts) -> None:
        """See `Sink`."""
        if rows.height:
            self._last += 1
            name = f"{dataset.name}-{self._last:08}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.parquet"
            save(self._folder / name, PARQUET.encode(rows))
        if not starts.items() <= self._state.starts.items():
            self._state.starts.update(starts)
            self._state.save()

    def close(self) -> None:
        """See `Sink`."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _number(part: Path) -> int:
    """The number in a part's name; 0 for a file of another name, which is older than all parts."""
    words = part.stem.rsplit("-", 2)
    return int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdecimal() else 0
