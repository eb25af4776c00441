"""What work leaves behind in this process: open files and sockets, threads, tasks, and warnings about them."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import threading
import time
import warnings
from collections import Counter
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import attrs
import polars as pl
import pytest

T = TypeVar("T")
_DESCRIPTORS = Path("/proc/self/fd")
_PATIENCE = 5.0


@attrs.frozen
class Held:
    """What the process holds at a moment: its descriptors by what they are, and its threads."""

    descriptors: Counter[str]
    threads: frozenset[int]

    @classmethod
    def now(cls) -> Held:
        """As it is."""
        return cls(_descriptors(), frozenset(thread.ident or 0 for thread in threading.enumerate()))

    def since(self, before: Held) -> list[str]:
        """What is held now and was not before, in words."""
        opened = (self.descriptors - before.descriptors).elements()
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        begun = [f"thread {names.get(ident, ident)}" for ident in self.threads - before.threads]
        return [*opened, *begun]


def _descriptors() -> Counter[str]:
    """The open descriptors by what they point to; none where the system does not list them."""
    found: Counter[str] = Counter()
    if not _DESCRIPTORS.is_dir():
        return found
    for name in os.listdir(_DESCRIPTORS):  # noqa: PTH208 - the listing's own descriptor is gone when it is read
        with contextlib.suppress(OSError):
            found[os.readlink(_DESCRIPTORS / name)] += 1  # noqa: PTH115 - it may point to no path
    return found


def settled() -> None:
    """Bring about what is opened once for good, and collect what is left from before."""
    pl.DataFrame({"a": [2, 1]}).sort("a")  # polars opens what it waits with when it first sorts
    gc.collect()


def left_since(before: Held) -> list[str]:
    """What is still held that was not before, after a while in which servers may notice that clients left."""
    deadline = time.monotonic() + _PATIENCE
    gc.collect()
    while (left := Held.now().since(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


@contextlib.contextmanager
def nothing_left() -> Iterator[None]:
    """Fail where the work inside leaves a descriptor or a thread, or something that warns when it is collected."""
    settled()
    before = Held.now()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        yield
        left = left_since(before)
    said = [str(each.message) for each in warned if issubclass(each.category, ResourceWarning)]
    if left or said:
        pytest.fail(f"left behind: {left}; warned of: {said}")


def run_alone(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that is the only task of its event loop at first; it must not take long."""

    async def bounded() -> T:
        async with asyncio.timeout(30):
            return await work

    return asyncio.run(bounded())


def other_tasks() -> set[asyncio.Task[object]]:
    """The tasks of this event loop beside the one that asks."""
    return asyncio.all_tasks() - {asyncio.current_task()}
