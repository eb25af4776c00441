"""Events while a query is answered: for progress bars, metrics and logs.

Events carry no payload and no secret. Plugins see them through the hook ``energyopti_observe``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable

import attrs


class EventKind(enum.StrEnum):
    """What happened."""

    QUERY_PLANNED = "query_planned"
    CHUNK_FINISHED = "chunk_finished"
    MEMORY_HIT = "memory_hit"
    STORE_HIT = "store_hit"
    STORE_FAILED = "store_failed"
    FETCH_STARTED = "fetch_started"
    FETCH_RETRIED = "fetch_retried"
    FETCH_FINISHED = "fetch_finished"
    FETCH_FAILED = "fetch_failed"
    FINDING = "finding"
    POLL_FAILED = "poll_failed"
    GAP_GIVEN_UP = "gap_given_up"


@attrs.frozen(kw_only=True)
class Event:
    """One event; ``detail`` describes it in words, ``count`` and ``seconds`` in numbers.

    For a planned query, ``count`` is its number of chunks and ``seconds`` the minimum time that its hosts' rate limits
    allow; if that is long, ``detail`` says so.
    """

    kind: EventKind
    market: str
    subject: str
    detail: str = ""
    count: int = 0
    seconds: float = 0.0


Observer = Callable[[Event], None]
