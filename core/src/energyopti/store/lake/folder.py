"""A folder of this machine as the place of tables."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, unquote

import attrs
import polars as pl
from deltalake import DeltaTable
from filelock import FileLock

_LOG = "_delta_log"


@attrs.frozen
class Folder:
    """A folder of this machine, whose files are named by their paths below it."""

    root: Path
    options: ClassVar[None] = None
    looked_at_every: ClassVar[timedelta] = timedelta()
    least_age: ClassVar[timedelta] = timedelta()

    @property
    def uri(self) -> str:
        """The folder's own address."""
        return str(self.root)

    def below(self, *names: str) -> Folder:
        """The folder of a table; characters that a folder's name cannot have are written as in addresses."""
        return Folder(self.root.joinpath(*(quote(name, safe="") for name in names)))

    def tables(self) -> Iterator[tuple[str, str]]:
        """The folders that have a log."""
        for log in sorted(self.root.glob(f"*/*/{_LOG}")):
            market, feed = log.parent.relative_to(self.root).parts
            yield unquote(market), unquote(feed)

    def exists(self) -> bool:
        """Whether there is a folder."""
        return os.path.isdir(self.root)  # noqa: PTH112 - a name that no file can have is one that is not there

    @contextlib.contextmanager
    def turn(self, name: str, seconds: float) -> Iterator[None]:
        """The right to write what a name says, which one writer of this machine has at a time: a lock file."""
        lock = self.root / ".locks" / f"{quote(name, safe='')}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=seconds):
            yield

    def delta(self) -> DeltaTable | None:
        """The Delta table in it; None if there is none."""
        if not (self.root / _LOG).exists() or not DeltaTable.is_deltatable(self.uri):
            return None
        return DeltaTable(self.uri)

    def at(self, path: str) -> str:
        """The address of a file."""
        return str(self.root / path)

    def scan(self, paths: Sequence[str], **options: Any) -> pl.LazyFrame:
        """The rows of Parquet files."""
        return pl.scan_parquet([self.at(path) for path in paths], glob=False, **options)

    def write(self, path: str, frame: pl.DataFrame, *, rows: int) -> int:
        """Write a new file in groups of so many rows; it is on the disk when this returns. Returns its size."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            try:
                frame.write_parquet(file, row_group_size=rows)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                target.unlink()  # half a file only takes the room that was lacking
                raise
            return file.tell()

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return (self.root / path).read_bytes()

    def size(self, path: str) -> int | None:
        """A file's size in bytes; None if there is none."""
        try:
            return (self.root / path).stat().st_size
        except FileNotFoundError:
            return None

    def files(self) -> Iterator[tuple[str, datetime]]:
        """The Parquet files, whether a commit names them or not, and when each was written."""
        for path in sorted(self.root.rglob("*.parquet")):
            where = path.relative_to(self.root)
            if where.parts[0] != _LOG:
                yield where.as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def log(self) -> Sequence[str]:
        """The names of the files of the table's log, in order."""
        return sorted(path.name for path in (self.root / _LOG).glob("*"))

    def rename(self, path: str, other: str) -> None:
        """Give a file another name."""
        (self.root / path).rename(self.root / other)

    def delete(self, path: str) -> None:
        """Delete a file, if it is there."""
        (self.root / path).unlink(missing_ok=True)
