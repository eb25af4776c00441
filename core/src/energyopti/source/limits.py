"""The rate, concurrency and pauses of one host.

If a host asks for a pause (``Retry-After``), every request waiting for that host observes it.
"""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import attrs

from energyopti.concurrency.deadline import Deadline
from energyopti.errors import RateLimited
from energyopti.events import WaitFor
from energyopti.market import Host, RateLimit
from energyopti.source.rates import Moment, SharedRate
from energyopti.tuning.hosts import LIMITS_BUSY_FOR, LONGEST_REST, WAITS_ANNOUNCED_AFTER

_log = logging.getLogger("energyopti")
_SENT = "send_request_body.complete"


@attrs.define
class Turn:
    """The turn of one request. Its client is given ``extensions``, so that the rate knows when it was sent."""

    _rate: SharedRate | None
    _ticket: str = attrs.field(factory=lambda: uuid.uuid4().hex)
    _sent: bool = False

    @property
    def extensions(self) -> Mapping[str, Any]:
        """What httpx is told besides the request."""
        return {} if self._rate is None else {"trace": self._seen}

    def taken(self) -> float:
        """Take it: 0, or the seconds to wait before trying again."""
        return 0.0 if self._rate is None else self._rate.take(self._ticket)

    async def over(self) -> None:
        """Count the request as sent by now, if nothing told when it was."""
        if self._rate is not None and not self._sent:
            with anyio.CancelScope(shield=True):
                await self._counted(self._rate)

    async def _seen(self, event: str, _: Mapping[str, Any]) -> None:
        if self._rate is not None and event.endswith(_SENT):
            await self._counted(self._rate)

    async def _counted(self, rate: SharedRate) -> None:
        await anyio.to_thread.run_sync(rate.sent, self._ticket, Moment.now())
        self._sent = True


class HostLimiter:
    """What every request to one host has to pass: its pause, its rate, its concurrency.

    ``announce`` is called with each wait that takes a while: what for, its seconds and words. The first for the rate is in
    the log, too, and a pause is announced once. A pause is measured by ``clock``, and waited for in real seconds.
    """

    def __init__(
        self,
        host: Host,
        *,
        rate: RateLimit | None,
        file: Path,
        clock: Callable[[], float] = time.monotonic,
        announce: Callable[[WaitFor, float, str], None] = lambda *_: None,
    ) -> None:
        self.host = host
        self.rate = rate
        self._shared = None if rate is None else SharedRate(rate, file)
        self._clock = clock
        self._announce = announce
        self._warned = False
        self._slots = anyio.Semaphore(host.concurrency)
        self._line = anyio.Lock()
        self._open_again = 0.0
        self._asked_until = 0.0
        self._announced_until = 0.0

    def pause(self, seconds: float) -> None:
        """Hold back every request to this host for that many seconds, but not for longer than `LONGEST_REST`."""
        now = self._clock()
        until = now + min(seconds, LONGEST_REST.total_seconds())
        if until > self._open_again:
            self._open_again, self._asked_until = until, now + seconds

    @property
    def paused_for(self) -> float:
        """How many more seconds to leave the host alone."""
        return max(0.0, self._open_again - self._clock())

    @contextlib.asynccontextmanager
    async def turn(
        self, deadline: Deadline, waited: Callable[[WaitFor, float], None] = lambda *_: None
    ) -> AsyncIterator[Turn]:
        """Wait for a request's turn; ``waited`` is called with what it waited for, and the seconds.

        Waiting in our own line, for a slot or for the rate, may take any time. A pause that the host asked for must not
        outlast the deadline: then it raises `RateLimited`.
        """
        turn = Turn(self._shared)
        began = self._clock()
        async with self._slots:
            deadline.extend(self._clock() - began)
            waited(WaitFor.TURN, self._clock() - began)
            paused = await self._wait_out_pause(deadline)
            if self._shared is not None:
                began = self._clock()
                more = await self._wait_for_rate(turn, deadline)
                waited(WaitFor.LIMIT, self._clock() - began - more)
                paused += more
            try:
                waited(WaitFor.PAUSE, paused + await self._wait_out_pause(deadline))
                yield turn
            finally:
                await turn.over()

    async def _wait_for_rate(self, turn: Turn, deadline: Deadline) -> float:
        """Take a turn of the shared rate, one request of this process after the other; returns the seconds of pauses."""
        began, paused = self._clock(), 0.0
        async with self._line:
            waited, announced = 0.0, False
            while True:
                deadline.extend(self._clock() - began)
                paused += await self._wait_out_pause(deadline)
                began = self._clock()
                left = await anyio.to_thread.run_sync(turn.taken)
                if left <= 0:
                    break
                waited += left
                if waited > WAITS_ANNOUNCED_AFTER and not announced:
                    announced = True
                    self._say_wait(left)
                await anyio.sleep(max(LIMITS_BUSY_FOR, left))
        deadline.extend(self._clock() - began)
        return paused

    def _asked(self, left: float) -> str:
        """How long the host asked to be left alone, in words, and when it is asked in spite of that."""
        if self._asked_until <= self._open_again:
            return f"{left:.0f} s"
        return f"{self._asked_until - self._clock():.0f} s (it is asked again in {left:.0f} s)"

    def _say_wait(self, seconds: float) -> None:
        words = (
            f"host {self.host.name} has a limit ({self.rate}, requests/seconds), which all processes of this machine "
            f"keep together: the next request waits {seconds:.0f} s or more"
        )
        self._announce(WaitFor.LIMIT, seconds, words)
        if not self._warned:
            self._warned = True
            _log.warning("%s: %s", self.host.url, words)

    async def _wait_out_pause(self, deadline: Deadline) -> float:
        """Wait until the pause is over that the host asked for: for the seconds that are returned.

        Raises `RateLimited` if the deadline is before that.
        """
        began = self._clock()
        while (left := self.paused_for) > 0:
            until = self._open_again
            if left > deadline.left:
                raise RateLimited(
                    f"host {self.host.name} asked to be left alone for another {self._asked(left)}, longer than "
                    "this call may take",
                    do="try again later",
                    retry_after=left,
                )
            if left > WAITS_ANNOUNCED_AFTER and until > self._announced_until:
                self._announced_until = until
                words = f"host {self.host.name} asked to be left alone for {self._asked(left)}"
                self._announce(WaitFor.PAUSE, left, words)
            await anyio.sleep(left)
            if self._open_again <= until:  # it was waited out, whatever the clock says
                break
        return self._clock() - began
