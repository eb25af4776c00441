"""A CSV or NDJSON file that a watch appends to.

Beside it lies its state, ``.<name>.watch``: from when on to ask again, how long the file is, and how much is being written. A
process that was killed while it wrote leaves that there; the next one cuts the file to what was whole.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import attrs
import polars as pl
from filelock import FileLock, Timeout
from polars.exceptions import PolarsError

from energyopti.errors import OutputError
from energyopti.frames import empty_frame, frame_schema
from energyopti.local_files import check_target, save
from energyopti.output import CSV, NDJSON, Format
from energyopti.query import ResolvedQuery
from energyopti.schema import Dataset
from energyopti.sinks.sink import Sink, Starts, Wanted
from energyopti.sinks.texts import instant, said, typed

APPENDED = (CSV, NDJSON)
"""The formats that rows can be appended to."""


@attrs.define(eq=False)
class State:
    """What is kept beside a destination: starts by watch, and the bytes that are whole and that are being written."""

    path: Path
    starts: dict[str, datetime] = attrs.field(factory=dict)
    size: int | None = None
    writing: int = 0

    @classmethod
    def load(cls, path: Path) -> State:
        """The state that was kept; an empty one if none was. Raises `OutputError` for a file that is none."""
        try:
            kept: dict[str, Any] = json.loads(path.read_bytes())
            starts = {name: instant(text) for name, text in kept["starts"].items()}
            return cls(path, starts, kept.get("size"), kept.get("writing", 0))
        except FileNotFoundError:
            return cls(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise OutputError(
                f"the state of a watch, {path}, cannot be read: {error}",
                do="remove it: the rows that are there are known all the same",
            ) from None

    def save(self) -> None:
        """Keep it, whole or as it was."""
        starts = {name: said(start) for name, start in self.starts.items()}
        kept = {"starts": starts, "size": self.size, "writing": self.writing}
        save(self.path, [json.dumps(kept, indent=1).encode()])


def locked(path: Path, what: Path) -> FileLock:
    """A lock that this process holds until it ends, however it ends; raises `OutputError` if another one does."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise OutputError(f"another watch writes to {what}", do="end that one, or write elsewhere") from None
    except OSError as error:
        raise OutputError(f"cannot write {what}: {error.strerror}") from None
    return lock


class FileSink(Sink):
    """A file of one dataset's rows. A row that is corrected comes once more: the last one counts."""

    def __init__(self, path: Path, form: Format) -> None:
        self._path, self._form = path, form
        self._lock: FileLock | None = None
        self._state = State(self._beside("watch"))

    def _beside(self, suffix: str) -> Path:
        place = Path(os.path.realpath(self._path))
        return place.with_name(f".{place.name}.{suffix}")

    def open(self, query: ResolvedQuery) -> None:
        """See `Sink`; raises `OutputError` for a file that holds something else than the dataset's rows."""
        if self._lock is None:
            check_target(self._path)
            if self._path.exists() and not self._path.is_file():
                raise OutputError(f"{self._path} is not a file that rows can be appended to")
            self._lock = locked(self._beside("watch.lock"), self._path)
            with self._failing():
                self._state = State.load(self._state.path)
                self._mend()
        self._check(query.feed.dataset)

    def starts(self) -> dict[str, datetime]:
        """See `Sink`."""
        return self._state.starts

    def _mend(self) -> None:
        """Cut what a killed process left half written; whatever somebody else wrote is taken as it is."""
        state, there = self._state, self._size
        if state.size is not None and state.writing and state.size <= there <= state.size + state.writing:
            if there < state.size + state.writing:
                with self._path.open("r+b") as file:
                    file.truncate(state.size)
                    _sync(file)
        elif there and not self._ends_whole():
            raise OutputError(
                f"the last line of {self._path} is not complete",
                do="complete or remove it, or name another file",
            )
        state.size, state.writing = self._size, 0

    @property
    def _size(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0

    def _ends_whole(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _check(self, dataset: Dataset) -> None:
        """Raise `OutputError` unless the file is empty or has the dataset's columns."""
        if not self._size:
            return
        expected = list(dataset.column_names)
        with self._failing():
            found = self._scan(dataset).collect_schema().names() if self._form.name == CSV.name else expected
        if found != expected:
            raise OutputError(
                f"{self._path} has other columns than {dataset.name}: {', '.join(found[:3])}, ...",
                do="name another file",
            )

    def _scan(self, dataset: Dataset) -> pl.LazyFrame:
        if self._form.name == CSV.name:
            return pl.scan_csv(self._path, infer_schema=False)
        schema = {
            name: pl.String() if kind.is_temporal() else kind for name, kind in frame_schema(dataset).items()
        }
        return pl.scan_ndjson(self._path, schema=schema)

    def rows(self, wanted: Wanted) -> pl.DataFrame:
        """See `Sink`; raises `OutputError` for a file that cannot be read as the dataset's rows."""
        if not self._size:
            return empty_frame(wanted.dataset)
        with self._failing():
            return wanted.filter(typed(self._scan(wanted.dataset), wanted.dataset)).collect()

    def write(self, dataset: Dataset, rows: pl.DataFrame, starts: Starts) -> None:  # noqa: ARG002 - rows say it
        """See `Sink`."""
        state = self._state
        content = self._encoded(rows) if rows.height else b""
        with self._failing():
            if content:
                state.size, state.writing = self._size, len(content)
                state.save()
                with self._path.open("ab") as file:
                    file.write(content)
                    _sync(file)
            state.size, state.writing = self._size, 0
            state.starts.update(starts)
            state.save()

    def _encoded(self, rows: pl.DataFrame) -> bytes:
        """Rows as they are appended: only the first have a header."""
        blocks = iter(self._form.encode(rows))
        if self._size and self._form.name == CSV.name:
            next(blocks)
        return b"".join(blocks)

    def close(self) -> None:
        """See `Sink`."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        """Errors of the file as one line."""
        try:
            yield
        except PolarsError as error:
            why = str(error).partition("\n")[0]
            raise OutputError(
                f"{self._path} cannot be read as rows of a watch: {why}", do="name another file"
            ) from None
        except OSError as error:
            raise OutputError(f"cannot write {self._path}: {error.strerror}") from None


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
