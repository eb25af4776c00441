"""A webhook: rows are sent by POST, in batches that are kept until the host has taken them.

A batch and the rows in it are kept in one transaction before it is sent, in a file below ``ENERGYOPTI_HOME``. So it is sent
at least once, always with the same ``Idempotency-Key``, whatever happens in between; batches go in order, one at a time.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import httpx
import polars as pl
from filelock import FileLock

from energyopti.concurrency.deadline import Deadline
from energyopti.errors import InvalidSettings, OutputError
from energyopti.output import NDJSON
from energyopti.query import ResolvedQuery
from energyopti.schema import Dataset
from energyopti.settings import Settings, keep_secret, variable
from energyopti.sinks.files import locked
from energyopti.sinks.sink import Sink, Starts, Wanted
from energyopti.sinks.sqlite import SqliteSink
from energyopti.source.attempts import attempted, in_time
from energyopti.source.exposure import is_loopback
from energyopti.source.headers import retry_after
from energyopti.source.statuses import Again
from energyopti.tuning.sinks import BATCH_ROWS

_OUTBOX = "energyopti_outbox"
_TOKEN = variable("webhook", "token")
_WAIT_ASKED = frozenset({408, 425, 429})


class WebhookSink(Sink):
    """A host that takes rows by POST; ``settings`` say how patiently it is asked, and where batches wait."""

    def __init__(self, address: str, shown: str, settings: Settings) -> None:
        self._address, self._shown, self._settings = address, shown, settings
        self._headers = _headers(address, shown)
        digest = hashlib.sha256(address.encode()).hexdigest()[:16]
        self._folder = settings.home / "watches"
        self._kept = SqliteSink(self._folder / f"{digest}.sqlite")
        self._place = self._folder / f"{digest}.lock"
        self._lock: FileLock | None = None
        self._turn = anyio.Lock()
        self._client: httpx.AsyncClient | None = None

    def open(self, query: ResolvedQuery) -> None:
        """See `Sink`."""
        if self._lock is None:
            _make_private(self._folder)
            self._lock = locked(self._place, Path(self._shown))
        self._kept.open(query)
        table = "number integer primary key autoincrement, key text not null, body text not null"
        self._kept.run([(f"create table if not exists {_OUTBOX} ({table})", None)])

    def starts(self) -> dict[str, datetime]:
        """See `Sink`."""
        return self._kept.starts()

    def rows(self, wanted: Wanted) -> pl.DataFrame:
        """See `Sink`: the rows that were sent, or that wait."""
        return self._kept.rows(wanted)

    def write(self, dataset: Dataset, rows: pl.DataFrame, starts: Starts) -> None:
        """See `Sink`: `flush` sends them."""
        batches = [(uuid.uuid4().hex, _body(dataset, each)) for each in rows.iter_slices(BATCH_ROWS)]
        waiting = pl.DataFrame(batches, schema={"key": pl.String, "body": pl.String}, orient="row")
        statements = self._kept.writing(dataset, rows, starts)
        if batches:
            statements.append((f"insert into {_OUTBOX} (key, body) values (?1, ?2)", waiting))  # noqa: S608
        self._kept.run(statements)

    def forget(self, wanted: Wanted) -> None:
        """See `Sink`."""
        self._kept.forget_others(wanted)

    def close(self) -> None:
        """See `Sink`."""
        self._kept.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    async def aclose(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.aclose()

    async def flush(self) -> str:
        """Send what waits, oldest first; says why some still waits. Raises `OutputError` if the host refuses it for good."""
        async with self._turn:
            deadline = Deadline(self._settings.patience, time.monotonic)
            first = f"select number, key, body from {_OUTBOX} order by number limit 1"  # noqa: S608
            while (found := await anyio.to_thread.run_sync(self._kept.ask, first, None)).height:
                number, key, body = found.row(0)
                try:
                    await self._sent(key, body, deadline)
                except Again as error:
                    return f"{self._shown} does not take rows: {error.reason}"
                done = pl.DataFrame({"number": [int(number)]})
                gone = [(f"delete from {_OUTBOX} where number = ?1", done)]  # noqa: S608
                await anyio.to_thread.run_sync(self._kept.run, gone)
            return ""

    async def _sent(self, key: str, body: str, deadline: Deadline) -> None:
        """Send a batch, again and again while that may help; raises `Again` if it did not."""

        async def one() -> None:
            try:
                await in_time(lambda: self._post(key, body), deadline)
            except Again as error:
                if error.after is not None:
                    await anyio.sleep(max(0.0, min(error.after, deadline.left)))
                raise

        settings = self._settings
        await attempted(one, attempts=settings.attempts, backoff=settings.backoff, deadline=deadline)

    async def _post(self, key: str, body: str) -> None:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._settings.timeout, headers=self._headers)
        try:
            response = await self._client.post(
                self._address, content=body.encode(), headers={"Idempotency-Key": key}
            )
        except httpx.TransportError as error:
            raise Again(f"{type(error).__name__}") from None
        except httpx.HTTPError as error:
            raise OutputError(f"{self._shown} cannot be asked: {type(error).__name__}") from None
        status = response.status_code
        if status in _WAIT_ASKED or status >= 500:
            raise Again(f"status {status}", after=retry_after(response, datetime.now(UTC)))
        if not response.is_success:
            raise OutputError(
                f"{self._shown} refuses rows with status {status}",
                do=f"check the address, and {_TOKEN} if it needs one; the rows are kept until it takes them",
            )


def _headers(address: str, shown: str) -> dict[str, str]:
    """The headers of each POST; raises for a token that cannot be sent, or would be without encryption."""
    headers = {"Content-Type": "application/json"}
    token = os.environ.get(_TOKEN, "").strip()
    if token:
        if not (token.isascii() and token.isprintable()):
            raise InvalidSettings(
                f"{_TOKEN} contains characters that no token has", do="set it again, on one line"
            )
        keep_secret(token)
        parts = urlsplit(address)
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise OutputError(
                f"{shown} would get {_TOKEN} without encryption", do=f"use https, or unset {_TOKEN}"
            )
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _body(dataset: Dataset, rows: pl.DataFrame) -> str:
    """Rows as a JSON object, with what they are."""
    lines = b"".join(NDJSON.encode(rows)).decode().rstrip("\n").split("\n")
    return f'{{"dataset": {json.dumps(dataset.name)}, "rows": [\n' + ",\n".join(lines) + "\n]}\n"


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror}") from None
