"""Where a table's files lie: a folder of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs
import polars as pl


@attrs.frozen
class Folder:
    """A folder of this machine, whose files are named by their paths below it."""

    root: Path

    @property
    def uri(self) -> str:
        """The folder's own address."""
        return str(self.root)

    def at(self, path: str) -> str:
        """The address of a file."""
        return str(self.root / path)

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

    def has(self, path: str) -> bool:
        """Whether there is a file."""
        return (self.root / path).exists()

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
            if where.parts[0] != "_delta_log":
                yield where.as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def delete(self, path: str) -> None:
        """Delete a file, if it is there."""
        (self.root / path).unlink(missing_ok=True)
