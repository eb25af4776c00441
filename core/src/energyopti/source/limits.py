"""The rate, concurrency and pauses of one host.

The rate is kept in a small SQLite file in the home folder, so that every process of this machine shares it. If a host
asks for a pause (``Retry-After``), every request waiting for that host observes it.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from energyopti.concurrency.deadline import Deadline
from energyopti.errors import InvalidSettings, RateLimited
from energyopti.market import Host, RateLimit
from energyopti.tuning import LONGEST_REST, SECOND_OF_A_LIMIT_MS

if TYPE_CHECKING:
    from pyrate_limiter import SQLiteBucket


class HostLimiter:
    """What every request to one host has to pass: its pause, its rate, its concurrency.

    A pause is measured by ``clock``, and waited for in real seconds.
    """

    def __init__(
        self,
        host: Host,
        *,
        rate: RateLimit | None,
        file: Path,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.host = host
        self.rate = rate
        self._file = file
        self._clock = clock
        self._slots = anyio.Semaphore(host.concurrency)
        self._turn = anyio.Lock()
        self._open_again = 0.0
        self._asked_until = 0.0
        self._bucket: SQLiteBucket | None = None

    def pause(self, seconds: float) -> None:
        """Hold back every request to this host for that many seconds, but not for longer than `LONGEST_REST`."""
        until = self._clock() + min(seconds, LONGEST_REST.total_seconds())
        if until > self._open_again:
            self._open_again, self._asked_until = until, self._clock() + seconds

    @property
    def paused_for(self) -> float:
        """How many more seconds to leave the host alone."""
        return max(0.0, self._open_again - self._clock())

    @contextlib.asynccontextmanager
    async def turn(self, deadline: Deadline) -> AsyncIterator[None]:
        """Wait for a request's turn.

        Waiting in our own line, for a slot or for the rate, may take any time. A pause that the host asked for must not
        outlast the deadline: then it raises `RateLimited`.
        """
        began = self._clock()
        async with self._slots:
            if self.rate is not None:
                async with self._turn:
                    while (left := await anyio.to_thread.run_sync(self._take)) > 0:  # noqa: ASYNC110 - shared
                        await anyio.sleep(left)
            deadline.extend(self._clock() - began)
            while (left := self.paused_for) > 0:
                until = self._open_again
                if left > deadline.left:
                    raise RateLimited(
                        f"host {self.host.name} asked to be left alone for another {self._asked(left)}, longer than "
                        "this call may take",
                        do="try again later",
                        retry_after=left,
                    )
                await anyio.sleep(left)
                if self._open_again <= until:  # it was waited out, whatever the clock says
                    break
            yield

    def _asked(self, left: float) -> str:
        """How long the host asked to be left alone, in words, and when it is asked in spite of that."""
        asked = self._asked_until - self._clock()
        if asked <= left:
            return f"{left:.0f} s"
        return f"{asked:.0f} s (it is asked again in {left:.0f} s)"

    def _take(self) -> float:
        """Take one request from the shared rate: 0, or the seconds to wait before trying again."""
        from pyrate_limiter import RateItem

        bucket = self._bucket or self._connect()
        now = int(bucket.now())  # type: ignore[no-untyped-call]
        item = RateItem(self.host.name, now)
        if bucket.put(item):
            bucket.leak(now)
            return 0.0
        wait = bucket.waiting(item)
        assert isinstance(wait, int)  # noqa: S101 - for the type checker: this bucket is not async
        return max(0.005, wait / 1000)

    def _connect(self) -> SQLiteBucket:
        """The shared bucket, created on first use: most hosts have no published rate."""
        from pyrate_limiter import Rate, SQLiteBucket

        assert self.rate is not None  # noqa: S101 - for the type checker: only called with a rate
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._bucket = SQLiteBucket.init_from_file(
                rates=[Rate(self.rate.requests, round(self.rate.per.total_seconds() * SECOND_OF_A_LIMIT_MS))],
                db_path=str(self._file),
                use_file_lock=True,
            )
        except (OSError, sqlite3.Error) as error:
            raise InvalidSettings(
                f"cannot keep the rate limits in {self._file.parent} ({error})",
                do="set ENERGYOPTI_HOME to a folder you can write to",
            ) from error
        return self._bucket

    def close(self) -> None:
        """Close the shared file."""
        if self._bucket is not None:
            self._bucket.close()  # type: ignore[no-untyped-call]
            self._bucket = None
