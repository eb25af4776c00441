"""Streams as one: whichever has something is next, and one that fails does not end the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from energyopti.errors import EnergyOptiError, MissingCredential
from energyopti.watching.several import as_they_come


async def spaced(*parts: tuple[float, str | Exception]) -> AsyncGenerator[str]:
    """Words, each after so many seconds; an error is raised."""
    for pause, word in parts:
        await asyncio.sleep(pause)
        if isinstance(word, Exception):
            raise word
        yield word


def gathered(**streams: AsyncGenerator[str]) -> tuple[list[str], list[str]]:
    """What came of some streams, and which ones ended by an error while others went on."""
    ended: list[str] = []

    def note(name: str, _: EnergyOptiError) -> None:
        ended.append(name)

    async def go() -> list[str]:
        return [each async for each in as_they_come(streams, note)]

    return asyncio.run(go()), ended


def test_each_comes_when_it_is_there() -> None:
    """A slow stream holds no other up."""
    slow = spaced((0.15, "slow"))
    quick = spaced((0.0, "one"), (0.01, "two"), (0.01, "three"))
    assert gathered(slow=slow, quick=quick) == (["one", "two", "three", "slow"], [])


def test_one_that_fails_is_reported_and_the_others_go_on() -> None:
    """Until the last one ends."""
    failing = spaced((0.0, "first"), (0.0, MissingCredential("no key")))
    found = gathered(failing=failing, other=spaced((0.1, "second"), (0.0, "third")))
    assert found == (["first", "second", "third"], ["failing"])


def test_error_of_the_last_one_is_raised() -> None:
    """There is nothing left to wait for."""
    both = {name: spaced((pause, MissingCredential(name))) for name, pause in (("one", 0.0), ("two", 0.05))}
    with pytest.raises(MissingCredential, match="two"):
        gathered(**both)


def test_mistake_in_a_program_ends_all() -> None:
    """It is no market's failure."""
    with pytest.raises(ZeroDivisionError):
        gathered(one=spaced((0.0, ZeroDivisionError())), two=spaced((5.0, "late")))


def test_closing_ends_every_stream() -> None:
    """Also one that is waited for."""
    ended: list[str] = []

    async def endless(name: str) -> AsyncGenerator[str]:
        try:
            yield name
            await asyncio.sleep(60)
        finally:
            ended.append(name)

    async def go() -> None:
        both = as_they_come({name: endless(name) for name in ("one", "two")}, lambda _, __: None)
        await anext(both)
        await anext(both)
        await both.aclose()

    asyncio.run(go())
    assert sorted(ended) == ["one", "two"]
