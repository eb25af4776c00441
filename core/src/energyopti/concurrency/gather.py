"""Wait for several things at once, with one error instead of an exception group."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import anyio

T = TypeVar("T")


async def gather(calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """The results of several concurrent calls, in order.

    The first error cancels the others and is raised as it is.
    """
    if len(calls) == 1:
        return [await calls[0]()]
    results: dict[int, T] = {}

    async def one(number: int) -> None:
        results[number] = await calls[number]()

    try:
        async with anyio.create_task_group() as group:
            for number in range(len(calls)):
                group.start_soon(one, number)
    except BaseExceptionGroup as errors:
        raise _first(errors) from None
    return [results[number] for number in range(len(calls))]


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group that is not itself a group."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
