"""Results that chunks share: made once, a few of them kept."""

from __future__ import annotations

import asyncio

import pytest

from collecting_builders import run
from energyopti.errors import NoData, SchemaDrift, SourceUnavailable
from energyopti.source.results import Results


class Work:
    """Work that counts how often it is done."""

    def __init__(self, result: object = "done") -> None:
        self.done = 0
        self._result = result

    async def __call__(self) -> object:
        """Take a moment; an error as the result is raised."""
        self.done += 1
        await asyncio.sleep(0.005)
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


def test_many_who_ask_get_one_result() -> None:
    """At the same time, and later."""
    work, results = Work(), Results()

    async def go() -> list[object]:
        gather = await asyncio.gather(*(results.get("key", work) for _ in range(20)))
        return [*gather, await results.get("key", work)]

    assert run(go()) == ["done"] * 21
    assert work.done == 1


def test_only_the_last_few_are_kept() -> None:
    """The least recently used goes first."""
    first, second, third, results = Work("1"), Work("2"), Work("3"), Results(most=2)

    async def go() -> None:
        for key, work in (
            ("1", first),
            ("2", second),
            ("1", first),
            ("3", third),
            ("1", first),
            ("2", second),
        ):
            assert await results.get(key, work) == key

    run(go())
    assert (first.done, second.done, third.done) == (1, 2, 1)


def test_document_that_cannot_be_read_is_not_read_again() -> None:
    """Each caller gets an error of its own that says the same."""
    work, results = Work(SchemaDrift("no column", column="MW")), Results()

    async def go() -> list[SchemaDrift]:
        errors = []
        for _ in range(2):
            with pytest.raises(SchemaDrift, match="no column") as caught:
                await results.get("key", work)
            errors.append(caught.value)
        return errors

    one, other = run(go())
    assert one is not other
    assert one.column == other.column == "MW"
    assert work.done == 1


@pytest.mark.parametrize("error", [NoData("none"), ValueError("a mistake")])
def test_other_errors_are_not_kept(error: Exception) -> None:
    """What failed for another reason is tried again."""
    work, results = Work(error), Results()

    async def go() -> None:
        for _ in range(2):
            with pytest.raises(type(error)):
                await results.get("key", work)

    run(go())
    assert work.done == 2


def test_closed_results_take_no_more() -> None:
    """After closing, what was kept is gone and nothing is begun."""
    work, results = Work(), Results()

    async def go() -> None:
        await results.get("key", work)
        await results.close()
        with pytest.raises(SourceUnavailable):
            await results.get("key", work)

    run(go())
    assert work.done == 1


def test_results_that_nobody_asks_for_are_forgotten() -> None:
    """Five minutes after they were asked for last: they may be large."""
    now = [0.0]
    first, second, results = Work("1"), Work("2"), Results(clock=lambda: now[0])

    async def go() -> None:
        for at, work in ((0.0, first), (100.0, second), (290.0, first), (500.0, second), (580.0, first)):
            now[0] = at
            await results.get(work, work)

    run(go())
    assert (first.done, second.done) == (1, 2)
