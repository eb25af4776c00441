"""Single flight: concurrent calls for one thing share one piece of work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from collecting_builders import run
from energyopti.concurrency.flights import Flights
from energyopti.errors import NoData, SchemaDrift, SourceUnavailable


class Work:
    """Work that can be watched: how often it was begun, finished and cancelled."""

    def __init__(self, result: str = "done", error: Exception | None = None) -> None:
        self.begun = self.finished = self.cancelled = 0
        self._result, self._error = result, error

    async def __call__(self) -> str:
        """Take a moment."""
        self.begun += 1
        try:
            await asyncio.sleep(0.03)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self._error is not None:
            raise self._error
        self.finished += 1
        return self._result


async def begun(call: Awaitable[str]) -> asyncio.Future[str]:
    """A call that is already waiting."""
    task = asyncio.ensure_future(call)
    await asyncio.sleep(0.005)
    return task


def test_hundred_equal_calls_are_one_piece_of_work() -> None:
    """All get the one result, and nothing is left behind."""
    work, flights = Work(), Flights[str]()

    async def go() -> list[str]:
        return await asyncio.gather(*(flights.join("key", work) for _ in range(100)))

    assert run(go()) == ["done"] * 100
    assert (work.begun, len(flights)) == (1, 0)


def test_different_keys_are_different_work() -> None:
    """Only equal keys share."""
    one, two, flights = Work("one"), Work("two"), Flights[str]()

    async def go() -> list[str]:
        return list(await asyncio.gather(flights.join(1, one), flights.join(2, two)))

    assert run(go()) == ["one", "two"]


def test_later_call_begins_anew() -> None:
    """A flight that has landed is over; keeping results is the stores' business."""
    work, flights = Work(), Flights[str]()

    async def go() -> None:
        await flights.join("key", work)
        await flights.join("key", work)

    run(go())
    assert work.begun == 2


def test_cancelled_caller_does_not_take_the_work_from_the_others() -> None:
    """Even the caller who began it may go; the one that stays gets the result."""
    work, flights = Work(), Flights[str]()

    async def go() -> str:
        first = await begun(flights.join("key", work))
        second = await begun(flights.join("key", work))
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert run(go()) == "done"
    assert (work.begun, work.cancelled) == (1, 0)


def test_last_caller_to_go_cancels_the_work() -> None:
    """Nobody waits any more: the work ends, and a new caller begins anew."""
    work, flights = Work(), Flights[str]()

    async def go() -> str:
        callers = [await begun(flights.join("key", work)) for _ in range(3)]
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        await asyncio.sleep(0)
        assert len(flights) == 0
        return await flights.join("key", work)

    assert run(go()) == "done"
    assert (work.begun, work.cancelled, work.finished) == (2, 1, 1)


def test_each_caller_gets_an_error_of_its_own() -> None:
    """Equal in kind and words, but no shared object to hang a traceback or an attachment on."""
    flights = Flights[str]()
    work = Work(error=SchemaDrift("no such column", column="MW"))

    async def go() -> list[str | BaseException]:
        calls = [flights.join("key", work) for _ in range(3)]
        return await asyncio.gather(*calls, return_exceptions=True)

    errors = run(go())
    assert [(type(error), str(error)) for error in errors] == [(SchemaDrift, "no such column")] * 3
    assert [error.column for error in errors if isinstance(error, SchemaDrift)] == ["MW"] * 3
    assert len({id(error) for error in errors}) == 3


def test_cause_of_an_error_is_kept() -> None:
    """What lies behind an error is seen by every caller."""

    async def failing() -> str:
        raise NoData("none") from ValueError("why")

    async def go() -> BaseException | None:
        try:
            await Flights[str]().join("key", failing)
        except NoData as error:
            return error.__cause__
        return None

    cause = run(go())
    assert isinstance(cause, ValueError)
    assert str(cause) == "why"


def test_closing_ends_the_work_and_tells_the_callers() -> None:
    """Who waits when the service is closed gets our own error, not a cancellation of its own."""
    work, flights = Work(), Flights[str]()

    async def go() -> None:
        callers = [await begun(flights.join("key", work)) for _ in range(2)]
        await flights.close()
        for caller in callers:
            with pytest.raises(SourceUnavailable, match="closed while this was in progress; open another"):
                await caller

    run(go())
    assert (work.cancelled, len(flights)) == (1, 0)


def test_closing_without_work_is_nothing() -> None:
    """An idle service closes at once."""
    run(Flights[str]().close())


def test_caller_cancelled_while_closing_is_cancelled() -> None:
    """A cancellation of the caller's own stays one."""
    work, flights = Work(), Flights[str]()

    async def go() -> None:
        caller = await begun(flights.join("key", work))
        caller.cancel()
        await flights.close()
        with pytest.raises(asyncio.CancelledError):
            await caller

    run(go())


def test_error_that_nobody_waits_for_is_not_logged() -> None:
    """Work that fails after its last caller has gone leaves no unretrieved exception behind."""
    complaints: list[object] = []
    stubborn = Stubborn()

    async def go() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        flights = Flights[str]()
        caller = await begun(flights.join("key", stubborn))
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        await asyncio.sleep(0.05)

    run(go())
    assert stubborn.failed
    assert complaints == []


class Stubborn:
    """Work that answers a cancellation with a failure."""

    failed = False

    async def __call__(self) -> str:
        """Fail when cancelled."""
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            self.failed = True
            raise NoData("failed on the way out") from None
        return "never"
