"""Calls of asynchronous code from blocking code, and what ends them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import AsyncGenerator, Iterator

import anyio
import anyio.to_thread
import pytest

from energyopti import forking
from energyopti.concurrency.background import Background
from energyopti.errors import UnsupportedQuery

LONG = 60.0


@pytest.fixture
def background() -> Iterator[Background]:
    """A loop in a thread, which ends with the test."""
    running = Background()
    yield running
    running.close(within=10)


class Work:
    """Work without an end, which knows whether it was cancelled."""

    def __init__(self) -> None:
        self.began, self.cancelled = threading.Event(), threading.Event()

    async def __call__(self) -> None:
        """Sleep for long."""
        self.began.set()
        try:
            await anyio.sleep(LONG)
        finally:
            self.cancelled.set()


async def _seven() -> int:
    return 7


async def _fails() -> int:
    raise TimeoutError("its own")


def test_result_and_error_are_those_of_the_work(background: Background) -> None:
    """A `TimeoutError` of the work itself, too."""
    assert background.call(_seven) == 7
    with pytest.raises(TimeoutError, match="its own"):
        background.call(_fails, within=LONG)


def test_work_that_takes_too_long_is_cancelled(background: Background) -> None:
    """And the next call is answered."""
    work = Work()
    with pytest.raises(TimeoutError):
        background.call(work, within=0.05)
    assert work.cancelled.is_set()
    assert background.call(_seven) == 7


def test_thread_that_cannot_be_cancelled_is_not_waited_for(background: Background) -> None:
    """Its caller goes on after a moment."""
    leave = threading.Event()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        background.call(lambda: anyio.to_thread.run_sync(leave.wait, LONG), within=0.05)
    assert time.monotonic() - began < LONG / 2
    leave.set()


def test_interrupted_call_is_cancelled(background: Background) -> None:
    """Ctrl-C while the main thread waits."""
    work = Work()

    def interrupt() -> None:
        work.began.wait(LONG)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        background.call(work)
    thread.join()
    assert work.cancelled.is_set()


def test_generator_that_is_left_early_is_closed(background: Background) -> None:
    """Its last words are heard."""
    closed = threading.Event()

    async def numbers() -> AsyncGenerator[int]:
        try:
            for number in range(9):
                yield number
        finally:
            closed.set()

    assert list(background.pulled(numbers())) == list(range(9))
    closed.clear()
    pulled = background.pulled(numbers())
    assert next(pulled) == 0
    pulled.close()
    assert closed.is_set()


def test_process_that_lacks_the_threads_of_its_parent_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A child of one that has used them, and the children of that; not one of a process that has not."""
    forks = forking._Forks()
    forks.inherit()
    assert not forks.broken
    forks.used = True
    forks.look()
    forks.inherit()
    monkeypatch.setattr(forking, "_forks", forks)
    with pytest.raises(UnsupportedQuery, match="spawn"):
        forking.check_forked()
