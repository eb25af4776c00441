"""Events while a query is answered: for progress bars, metrics and logs.

Events carry no payload; known secrets are not shown in them. Plugins see them through the hook ``energyopti_observe``.
"""

from __future__ import annotations

import contextlib
import enum
import functools
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar

import attrs

from energyopti.redaction import redacted


class EventKind(enum.StrEnum):
    """What happened."""

    QUERY_PLANNED = "query_planned"
    CHUNK_FINISHED = "chunk_finished"
    MEMORY_HIT = "memory_hit"
    STORE_HIT = "store_hit"
    STORE_FAILED = "store_failed"
    FETCH_STARTED = "fetch_started"
    FETCH_WAITING = "fetch_waiting"
    FETCH_RETRIED = "fetch_retried"
    FETCH_FINISHED = "fetch_finished"
    FETCH_ABSENT = "fetch_absent"
    FETCH_FAILED = "fetch_failed"
    FINDING = "finding"
    POLL_FAILED = "poll_failed"
    GAP_GIVEN_UP = "gap_given_up"
    WATCH_ENDED = "watch_ended"
    DELIVERY_WAITS = "delivery_waits"


class WaitFor(enum.StrEnum):
    """What a request waits for: its host's rate limit, a pause that the host asked for, another attempt, or its turn."""

    LIMIT = "limit"
    PAUSE = "pause"
    RETRY = "retry"
    TURN = "turn"


@attrs.frozen(kw_only=True)
class Event:
    """One event; ``detail`` describes it in words, ``count`` and ``seconds`` in numbers.

    For a planned query, ``count`` is its number of chunks and ``seconds`` the minimum time that its hosts' rate limits
    allow; if that is long, ``detail`` says so. For a request, ``subject`` is its address, ``host`` the name of its host,
    ``feed`` the first feed that needed it, ``status`` that of the last answer if there was one, ``count`` its bytes and ``seconds`` all
    its time, of which it was held back for ``waited`` seconds, mostly for ``reason``. A wait's ``seconds`` lie ahead.
    """

    kind: EventKind
    market: str
    subject: str = attrs.field(converter=redacted)
    detail: str = attrs.field(default="", converter=redacted)
    count: int = 0
    seconds: float = 0.0
    feed: str = ""
    host: str = ""
    status: int | None = None
    waited: float = 0.0
    reason: WaitFor | None = None


Observer = Callable[[Event], None]


_feed: ContextVar[str] = ContextVar("energyopti_feed", default="")


def current_feed() -> str:
    """The feed that is being fetched; empty outside `fetching`."""
    return _feed.get()


@contextlib.contextmanager
def fetching(feed: str) -> Iterator[None]:
    """Requests made inside are for this feed."""
    before = _feed.set(feed)
    try:
        yield
    finally:
        _feed.reset(before)


class Listeners:
    """Who hears of a service's events: the plugins (``listened`` says whether one does) and its own observers."""

    def __init__(self, plugins: Observer, observers: Sequence[Observer], *, listened: bool) -> None:
        self._every = (plugins, *observers)
        self._any = listened or bool(observers)

    def emit(self, event: Event, watchers: Sequence[Observer] = ()) -> None:
        """Tell everyone, and the watchers of a call."""
        for observer in (*self._every, *watchers):
            observer(event)

    def of_call(self, watchers: Sequence[Observer]) -> Observer | None:
        """Tells everyone and these watchers; None if nobody listens, so that no event has to be made."""
        return functools.partial(self.emit, watchers=watchers) if self._any or watchers else None
