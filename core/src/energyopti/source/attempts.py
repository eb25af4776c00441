"""The attempts of one request: repeated with longer and longer waits, none of which outlasts its deadline."""

from __future__ import annotations

import itertools
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import stamina

from energyopti.concurrency.deadline import Deadline
from energyopti.source.statuses import Again
from energyopti.tuning.hosts import LONGEST_BACKOFF

T = TypeVar("T")


async def attempted(
    one: Callable[[], Awaitable[T]],
    *,
    attempts: int,
    backoff: float,
    deadline: Deadline,
    waiting: Callable[[float], None] = lambda _: None,
) -> T:
    """The result of the first attempt that succeeds; raises the last `Again`.

    ``waiting`` is called with the seconds before each other attempt.
    """
    failed: list[Again] = []
    try:
        return await one()  # most succeed: start counting attempts only after one has failed
    except Again as error:
        failed.append(error)
    on = _decide(deadline, backoff, waiting)
    async for attempt in stamina.retry_context(on=on, attempts=attempts, timeout=None):
        with attempt:
            if failed:  # the first attempt is already made
                raise failed.pop()
            return await one()
    raise AssertionError("unreachable: the last attempt returns or raises")


async def in_time(once: Callable[[], Awaitable[T]], deadline: Deadline) -> T:
    """The result of one attempt, which is cut off at the deadline whatever it is doing; then raises a late `Again`."""
    with deadline.scope():
        return await once()
    raise Again("no complete answer in time", late=True)


def _decide(
    deadline: Deadline, backoff: float, waiting: Callable[[float], None]
) -> Callable[[Exception], bool | float]:
    """After how many seconds to try again, or False; the host's limiter waits out any pause the host asked for."""
    waits = _waits(backoff)

    def decide(error: Exception) -> bool | float:
        if not isinstance(error, Again) or error.late:
            return False
        wait = 0.0 if error.after is not None else next(waits)
        if wait >= deadline.left:
            return False
        waiting(wait)
        return wait

    return decide


def _waits(backoff: float) -> Iterator[float]:
    """Waits that double each time, and are never quite the same."""
    for number in itertools.count():
        wait = min(LONGEST_BACKOFF, backoff * 2.0 ** min(number, 30))
        yield wait + random.uniform(0, backoff)
