"""One request to a host: what is asked, how it goes, and the events that say so."""

from __future__ import annotations

import attrs

from energyopti.events import Event, EventKind, Observer, WaitFor, current_feed
from energyopti.market import Host, Market
from energyopti.source.message import Request
from energyopti.tuning.hosts import WAITS_ANNOUNCED_AFTER


@attrs.define(kw_only=True)
class Asked:
    """A request on its way: ``where`` is its address without parameters.

    ``status`` is that of the last answer, ``waits`` how many seconds it was held back, by what for.
    """

    market: Market
    host: Host
    request: Request
    where: str
    observe: Observer
    status: int | None = None
    waits: dict[WaitFor, float] = attrs.field(factory=dict)

    def wait(self, reason: WaitFor, seconds: float) -> None:
        """Count time that the request was held back."""
        if seconds > 0:
            self.waits[reason] = self.waits.get(reason, 0.0) + seconds

    def started(self) -> None:
        """It is about to be made, after its turn."""
        self._emit(EventKind.FETCH_STARTED)

    def retried(self, why: str) -> None:
        """An attempt failed, in a way that is worth another one."""
        self._emit(EventKind.FETCH_RETRIED, detail=why)

    def waits_for_another(self, seconds: float) -> None:
        """The next attempt comes after a while."""
        self.wait(WaitFor.RETRY, seconds)
        if seconds > WAITS_ANNOUNCED_AFTER:
            detail = f"another attempt in {seconds:.0f} s"
            self.observe(waiting(self.market, self.host, WaitFor.RETRY, seconds, detail))

    def finished(self, size: int, seconds: float) -> None:
        """The answer is there, of that many bytes."""
        self._emit(EventKind.FETCH_FINISHED, count=size, seconds=seconds)

    def absent(self, why: str, seconds: float) -> None:
        """The host says that there is no such document."""
        self._emit(EventKind.FETCH_ABSENT, detail=why, seconds=seconds)

    def failed(self, why: str, seconds: float) -> None:
        """There will be no answer."""
        self._emit(EventKind.FETCH_FAILED, detail=why, seconds=seconds)

    def _emit(self, kind: EventKind, *, detail: str = "", count: int = 0, seconds: float = 0.0) -> None:
        longest = max(self.waits, key=self.waits.__getitem__, default=None)
        self.observe(
            Event(
                kind=kind,
                market=self.market.id,
                subject=self.where,
                detail=detail,
                count=count,
                seconds=seconds,
                feed=current_feed(),
                host=self.host.name,
                status=self.status,
                waited=sum(self.waits.values()),
                reason=longest,
            )
        )


def waiting(market: Market, host: Host, reason: WaitFor, seconds: float, detail: str) -> Event:
    """The event that requests to a host wait for so many seconds."""
    return Event(
        kind=EventKind.FETCH_WAITING,
        market=market.id,
        subject=host.name,
        detail=detail,
        seconds=seconds,
        feed=current_feed(),
        host=host.name,
        reason=reason,
    )
