"""The rate of one host, which all processes of this machine keep together.

Every request of the last period is a row of a small SQLite file: when it was sent, by the wall clock and by a clock
that nobody sets. While either clock says that this was less than a period ago, it counts. A request whose turn has
come but that is not sent yet is a row one period ahead, until it is: connecting may take long, and its host is not to
be asked by others meanwhile. So a row further ahead than that is one of a clock that was set back; nobody waits for it.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import attrs

from energyopti.market import RateLimit
from energyopti.tuning.hosts import (
    LIMITS_BUSY_FOR,
    LIMITS_LOCKED_FOR,
    LIMITS_TRIED_AGAIN_AFTER,
    SECOND_OF_A_LIMIT_MS,
)

T = TypeVar("T")
_log = logging.getLogger("energyopti")
_LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")
_TABLE = "CREATE TABLE IF NOT EXISTS sent (ticket TEXT PRIMARY KEY, wall REAL, steady REAL) WITHOUT ROWID"


@attrs.frozen
class Moment:
    """A moment by two clocks, in seconds."""

    wall: float
    steady: float

    @classmethod
    def now(cls) -> Moment:
        """This moment."""
        return cls(time.time(), time.monotonic())

    def later(self, seconds: float) -> Moment:
        """The moment so many seconds later."""
        return Moment(self.wall + seconds, self.steady + seconds)

    def counts_for(self, period: float, now: Moment) -> float:
        """For how many more seconds a request sent then counts, at the least; 0 if it counts no more."""
        return max(_left(now.wall - self.wall, period), _left(now.steady - self.steady, period))


def _left(age: float, period: float) -> float:
    return 0.0 if abs(age) >= period else period - max(age, 0.0)


class SharedRate:
    """So many requests in a period, by all processes that share a file.

    Where the file cannot be used, this process keeps the rate for itself, with a warning, and tries the file again later.
    Nothing here waits for longer than a moment.
    """

    def __init__(self, rate: RateLimit, file: Path) -> None:
        self._requests = rate.requests
        self._period = rate.per.total_seconds() * SECOND_OF_A_LIMIT_MS / 1000
        self._file = file
        self._own: dict[str, Moment] = {}
        self._locked_since: float | None = None
        self._alone_until = 0.0
        self._warned = False

    def take(self, ticket: str) -> float:
        """Take a turn for one request: 0, or the seconds to wait before trying again."""
        if time.monotonic() >= self._alone_until:
            try:
                return self._in_file(lambda file: self._take(ticket, file))
            except (OSError, sqlite3.Error) as error:
                if self._is_locked_for_now(error):
                    return LIMITS_BUSY_FOR
                self._go_alone(error)
        return self._take(ticket, None)

    def sent(self, ticket: str, at: Moment) -> None:
        """Say when the request of a ticket was sent."""
        self._own[ticket] = at
        if time.monotonic() >= self._alone_until:
            with contextlib.suppress(OSError, sqlite3.Error):
                self._in_file(lambda file: _write(file, ticket, at))

    def _take(self, ticket: str, file: sqlite3.Connection | None) -> float:
        now = Moment.now()
        self._own.pop(ticket, None)
        known = (
            {} if file is None else {name: Moment(*at) for name, *at in file.execute("SELECT * FROM sent")}
        )
        left = {name: at.counts_for(self._period, now) for name, at in {**known, **self._own}.items()}
        counted = {name: seconds for name, seconds in left.items() if seconds > 0}
        self._own = {name: at for name, at in self._own.items() if name in counted}
        if len(counted) >= self._requests:
            return sorted(counted.values())[len(counted) - self._requests]
        self._own[ticket] = now.later(self._period)
        if file is not None:
            file.executemany(
                "DELETE FROM sent WHERE ticket = ?", [(name,) for name in known.keys() - counted]
            )
            _write(file, ticket, self._own[ticket])
        return 0.0

    def _in_file(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of some work on the file, which no other process changes meanwhile.

        It is opened each time: nothing open outlasts a fork, and a file that was deleted is made again.
        """
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(
            sqlite3.connect(self._file, timeout=LIMITS_BUSY_FOR, isolation_level=None)
        ) as file:
            file.execute(
                "PRAGMA synchronous = OFF"
            )  # what a power failure takes is old when the power is back
            file.execute("BEGIN IMMEDIATE")
            file.execute(_TABLE)
            done = work(file)
            file.commit()
        self._locked_since = None
        return done

    def _is_locked_for_now(self, error: Exception) -> bool:
        """Whether another process has the file, and has not had it for long."""
        if not getattr(error, "sqlite_errorname", "").startswith(_LOCKED):
            return False
        now = time.monotonic()
        self._locked_since = self._locked_since or now
        return now - self._locked_since < LIMITS_LOCKED_FOR

    def _go_alone(self, error: Exception) -> None:
        """Go on without the file for a while."""
        self._locked_since = None
        self._alone_until = time.monotonic() + LIMITS_TRIED_AGAIN_AFTER
        if not self._warned:
            self._warned = True
            _log.warning(
                "the limits file %s cannot be used (%s): this process keeps the limit for itself, other processes may "
                "exceed it together with this one; set ENERGYOPTI_HOME to a folder you can write to",
                self._file,
                error,
            )


def _write(file: sqlite3.Connection, ticket: str, at: Moment) -> None:
    file.execute("INSERT OR REPLACE INTO sent VALUES (?, ?, ?)", (ticket, at.wall, at.steady))
