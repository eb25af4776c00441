"""A prefix in a bucket of an object store as the place of tables.

Several machines may write there at once, and no lock keeps them apart: a commit is a put that fails if there is a commit
of that number. Logins, regions and other endpoints are those of the environment (AWS_*, GOOGLE_*, AZURE_*), which the
libraries read themselves: no secret passes through here.
"""

from __future__ import annotations

import contextlib
import io
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote, unquote

import attrs
import obstore
import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from energyopti.errors import LakeError
from energyopti.store.lake.places import without_secrets
from energyopti.tuning.lake import LAKE_REMOTE_AGE, LAKE_REMOTE_LOOKED_AT_EVERY, LAKE_REMOTE_RETRIES

_LOG = "_delta_log"


@attrs.frozen(eq=False)
class Bucket:
    """A prefix in a bucket (``s3://bucket/prefix``), whose files are named by their paths below it."""

    uri: str
    looked_at_every: ClassVar[timedelta] = LAKE_REMOTE_LOOKED_AT_EVERY
    least_age: ClassVar[timedelta] = LAKE_REMOTE_AGE
    _turns: dict[str, threading.Lock] = attrs.field(factory=lambda: defaultdict(threading.Lock), repr=False)

    @property
    def options(self) -> Mapping[str, str]:
        """How often deltalake tries again; on S3 that a commit is put only if there is none of its number.

        That is deltalake's own choice too; it is said here so that no setting of the environment turns it off.
        """
        tries = {"max_retries": str(LAKE_REMOTE_RETRIES)}
        return {**tries, "aws_conditional_put": "etag"} if self.uri.startswith("s3://") else tries

    def below(self, *names: str) -> Bucket:
        """The place of a table; characters that an object's name should not have are written ``!2F``.

        A per cent sign in a name would be decoded by some of the libraries, and by others not.
        """
        return Bucket("/".join([self.uri, *map(_encoded, names)]))

    def tables(self) -> Iterator[tuple[str, str]]:
        """The prefixes that have a log."""
        for market in self._prefixes(""):
            for feed in self._prefixes(market):
                if f"{feed}/{_LOG}" in self._prefixes(feed):
                    yield _decoded(market), _decoded(feed.rpartition("/")[2])

    def exists(self) -> bool:
        """Whether there is any object."""
        with self._told():
            return any(self._store.list(chunk_size=1))

    @contextlib.contextmanager
    def turn(self, name: str, seconds: float) -> Iterator[None]:
        """The right to write what a name says, which one thread of this lake has at a time: it spares them conflicts."""
        lock = self._turns[name]
        if not lock.acquire(timeout=seconds):
            raise TimeoutError
        try:
            yield
        finally:
            lock.release()

    def delta(self) -> DeltaTable | None:
        """The Delta table at it; None if there is none."""
        try:
            return DeltaTable(self.uri, storage_options=dict(self.options))
        except TableNotFoundError:
            return None

    def at(self, path: str) -> str:
        """The address of a file."""
        return f"{self.uri}/{path}"

    def scan(self, paths: Sequence[str], **options: Any) -> pl.LazyFrame:
        """The rows of Parquet files; polars finds the login where the other libraries do."""
        return pl.scan_parquet(
            [self.at(path) for path in paths],
            glob=False,
            credential_provider=None,
            storage_options={"max_retries": LAKE_REMOTE_RETRIES},
            **options,
        )

    def write(self, path: str, frame: pl.DataFrame, *, rows: int) -> int:
        """Write a new file in groups of so many rows: it is there when it is whole. Returns its size."""
        content = io.BytesIO()
        frame.write_parquet(content, row_group_size=rows)
        size = content.tell()
        with self._told():
            obstore.put(self._store, path, content.getbuffer())
        return size

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        with self._told():
            return bytes(obstore.get(self._store, path).bytes())

    def size(self, path: str) -> int | None:
        """A file's size in bytes; None if there is none."""
        try:
            with self._told():
                return int(obstore.head(self._store, path)["size"])
        except FileNotFoundError:
            return None

    def files(self) -> Iterator[tuple[str, datetime]]:
        """The Parquet files, whether a commit names them or not, and when each was written."""
        for path, written in self._listed(""):
            if path.endswith(".parquet") and not path.startswith(f"{_LOG}/"):
                yield path, written

    def log(self) -> Sequence[str]:
        """The names of the files of the table's log, in order."""
        return [path.rpartition("/")[2] for path, _ in self._listed(f"{_LOG}/")]

    def rename(self, path: str, other: str) -> None:
        """Give a file another name: a copy, and then the old one goes."""
        with self._told():
            obstore.copy(self._store, path, other)
            obstore.delete(self._store, path)

    def delete(self, path: str) -> None:
        """Delete a file, if it is there."""
        with self._told(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, path)

    @cached_property
    def _store(self) -> ObjectStore:
        with self._told():
            return from_url(self.uri, retry_config={"max_retries": LAKE_REMOTE_RETRIES})

    def _listed(self, prefix: str) -> list[tuple[str, datetime]]:
        with self._told():
            found = [each for several in obstore.list(self._store, prefix or None) for each in several]
        return sorted((each["path"], each["last_modified"]) for each in found)

    def _prefixes(self, prefix: str) -> list[str]:
        """The prefixes one level below another one."""
        with self._told():
            return sorted(obstore.list_with_delimiter(self._store, prefix or None)["common_prefixes"])

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the library as `LakeError`, in one line without secrets."""
        try:
            yield
        except BaseError as error:
            said = without_secrets(str(error).partition("\n\nDebug source")[0])
            raise LakeError(
                f"the lake {self.uri} cannot be used: {said}",
                do="check the address, and the login, region and endpoint in the environment",
            ) from None


def _encoded(name: str) -> str:
    return quote(name, safe="").replace("~", "%7E").replace("%", "!")


def _decoded(name: str) -> str:
    return unquote(name.replace("!", "%"))
