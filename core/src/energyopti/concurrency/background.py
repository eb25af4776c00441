"""An event loop in a thread of its own, for blocking code: whatever ends the wait for a call ends the call."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import math
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from concurrent.futures import Future, wait
from typing import TypeVar

import anyio
from anyio.from_thread import BlockingPortal

from energyopti.tuning.calls import CANCELLED_WITHIN, SIGNALS_SEEN_WITHIN

T = TypeVar("T")
_Soon = Callable[[Callable[[], object]], object]


class _Loop(asyncio.SelectorEventLoop):
    """A loop of a thread that is not the main one: Ctrl-C ends a task in it, and not the loop.

    polars raises it in whatever thread computes when it comes.
    """

    def run_forever(self) -> None:
        """Run until stopped, whatever tasks raise."""
        while True:
            try:
                return super().run_forever()
            except KeyboardInterrupt:
                continue  # the task that raised it has it as its error


class Background:
    """A loop and its thread, which starts at once. It and its worker threads never keep the process from ending."""

    def __init__(self) -> None:
        ready: Future[tuple[BlockingPortal, _Soon]] = Future()
        self._stopped = asyncio.Event()
        run = functools.partial(anyio.run, backend_options={"loop_factory": _Loop})
        self._thread = threading.Thread(
            target=run, args=(_serve, ready, self._stopped), name="energyopti", daemon=True
        )
        self._thread.start()
        self._portal, self._soon = ready.result()

    def call(self, work: Callable[[], Awaitable[T]], *, within: float | None = None) -> T:
        """What some work returns or raises; raises `TimeoutError` if it takes longer than so many seconds.

        If the wait ends before the work does (Ctrl-C, the time), the work is cancelled, and has a moment to unwind.
        """
        over = threading.Event()
        tasks: list[asyncio.Task[object]] = []
        left = interrupted = False

        async def whole() -> T:
            nonlocal interrupted
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 - for the type checker
            tasks.append(task)
            try:
                if left:
                    raise asyncio.CancelledError
                return await work()
            except (KeyboardInterrupt, BaseExceptionGroup) as error:
                interrupted = _is_interrupt(error)
                if not interrupted:
                    raise
                raise asyncio.CancelledError from None
            finally:
                tasks.clear()
                over.set()

        def cancel() -> None:
            for task in tasks:
                task.cancel()

        try:
            future = self._portal.start_task_soon(whole)
            _wait(future, within)
            return _result(future, interrupted=interrupted)
        except BaseException:
            left = True
            if not over.is_set():  # the future is not known yet if the start was interrupted
                self._soon(cancel)
                over.wait(CANCELLED_WITHIN)
            raise

    def pulled(self, parts: AsyncGenerator[T]) -> Generator[T]:
        """What an asynchronous generator yields, one after the other."""
        try:
            while True:
                try:
                    yield self.call(functools.partial(anext, parts))
                except StopAsyncIteration:
                    return
        finally:
            with contextlib.suppress(RuntimeError):  # one that is being cancelled ends by itself
                self.call(parts.aclose)

    def close(self, *, within: float | None = None) -> None:
        """Cancel what is left and end the thread; waits for its end, but no longer than so many seconds."""
        self._soon(self._stopped.set)
        self._thread.join(within)


def _result(future: Future[T], *, interrupted: bool) -> T:
    if interrupted:
        raise KeyboardInterrupt
    return future.result()


def _is_interrupt(error: BaseException) -> bool:
    """Whether an error is Ctrl-C, or a group of errors with it."""
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup(KeyboardInterrupt) is not None
    return isinstance(error, KeyboardInterrupt)


def _wait(future: Future[T], within: float | None) -> None:
    """Wait for a result, waking up now and then: polars' handler of Ctrl-C restarts a wait that has no end."""
    until = math.inf if within is None else time.monotonic() + within
    while not future.done():
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        wait([future], timeout=min(SIGNALS_SEEN_WITHIN, left))


async def _serve(ready: Future[tuple[BlockingPortal, _Soon]], stopped: asyncio.Event) -> None:
    async with BlockingPortal() as portal:
        ready.set_result((portal, asyncio.get_running_loop().call_soon_threadsafe))
        await stopped.wait()
        await portal.stop(cancel_remaining=True)
