"""Watches of several markets as one stream: whichever has news is next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import TypeVar

from energyopti.errors import EnergyOptiError

K = TypeVar("K")
T = TypeVar("T")


async def as_they_come(
    streams: Mapping[K, AsyncGenerator[T]], ended: Callable[[K, EnergyOptiError], None]
) -> AsyncGenerator[T]:
    """What several streams yield, in the order in which it comes; each goes on once what it gave was taken.

    A stream that raises an `EnergyOptiError` is reported to ``ended`` and the others go on; the error of the last one is
    raised. Closing this closes them all.
    """
    waiting: dict[asyncio.Task[T], K] = {}
    try:
        for name, stream in streams.items():
            waiting[_next(stream)] = name
        while waiting:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in [each for each in waiting if each in done]:
                name = waiting.pop(task)
                try:
                    found = task.result()
                except StopAsyncIteration:
                    continue
                except EnergyOptiError as error:
                    if not waiting:
                        raise
                    ended(name, error)
                    continue
                yield found
                waiting[_next(streams[name])] = name
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for stream in streams.values():
            await stream.aclose()


def _next(stream: AsyncGenerator[T]) -> asyncio.Task[T]:
    async def following() -> T:
        return await anext(stream)

    return asyncio.create_task(following())
