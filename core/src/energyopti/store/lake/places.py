"""Where a table's files lie: what the lake asks of a folder and of an object store alike."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import polars as pl
from deltalake import DeltaTable

_SECRET = re.compile(
    r"(?:AWS|GOOGLE|AZURE)_\w*(?:KEY|SECRET|TOKEN|SAS|PASSWORD|CONNECTION)\w*", re.IGNORECASE
)


class Place(Protocol):
    """Files named by their paths below it; a new one is kept, whole, when writing it returns."""

    @property
    def uri(self) -> str:
        """Its address, as deltalake takes it."""

    @property
    def options(self) -> Mapping[str, str] | None:
        """What deltalake has to know besides the address."""

    @property
    def looked_at_every(self) -> timedelta:
        """How long a look at whether a table has grown is enough."""

    @property
    def least_age(self) -> timedelta:
        """How old a file has to be at least that nobody can be about to commit."""

    def below(self, *names: str) -> Place:
        """The place of a table, by the names of its market and feed."""

    def tables(self) -> Iterator[tuple[str, str]]:
        """The names of the tables below it, each of a market and a feed, in order."""

    def exists(self) -> bool:
        """Whether there is anything."""

    def turn(self, name: str, seconds: float) -> contextlib.AbstractContextManager[None]:
        """The right to write what a name says; raises `TimeoutError` if it does not come in so many seconds."""

    def delta(self) -> DeltaTable | None:
        """The Delta table that lies here; None if there is none."""

    def at(self, path: str) -> str:
        """The address of a file."""

    def scan(self, paths: Sequence[str], **options: Any) -> pl.LazyFrame:
        """The rows of Parquet files; the options are those of polars."""

    def write(self, path: str, frame: pl.DataFrame, *, rows: int) -> int:
        """Write a new Parquet file in groups of so many rows. Returns its size."""

    def read(self, path: str) -> bytes:
        """The bytes of a file."""

    def size(self, path: str) -> int | None:
        """A file's size in bytes; None if there is none."""

    def files(self) -> Iterator[tuple[str, datetime]]:
        """The Parquet files, whether a commit names them or not, and when each was written."""

    def log(self) -> Sequence[str]:
        """The names of the files of the table's log, in order."""

    def rename(self, path: str, other: str) -> None:
        """Give a file another name."""

    def delete(self, path: str) -> None:
        """Delete a file, if it is there."""


def without_secrets(said: str, environment: Mapping[str, str] | None = None) -> str:
    """A text without the secrets of the environment: whatever a library says, no login is in it."""
    found = os.environ if environment is None else environment
    secrets = [value for name, value in found.items() if _SECRET.fullmatch(name) and len(value) > 5]
    for secret in sorted(secrets, key=len, reverse=True):
        said = said.replace(secret, "***")
    return said
