"""Documents that chunks share: how long they are kept, and that absent ones do not gather."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collecting_builders import NOW, run
from energyopti import NoData
from energyopti.source import Payload
from energyopti.source.documents import Documents


class Clock:
    """A clock that tests turn by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time it shows."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at 100 s."""
    return Clock()


@pytest.fixture
def documents(clock: Clock) -> Documents:
    """Room for a thousand bytes."""
    return Documents(1000, clock=clock)


async def absent() -> Payload:
    """A document that does not exist."""
    raise NoData("no such document")


async def present() -> Payload:
    """A document."""
    return Payload(content=b"x", url="https://iso.example/doc", fetched_at=NOW)


def test_absent_documents_are_forgotten_in_time(documents: Documents, clock: Clock) -> None:
    """A service that runs for days asks for many documents that are not there: what is old goes with the next."""

    async def go() -> None:
        for number in range(50):
            with pytest.raises(NoData):
                await documents.get((number,), absent)
        assert len(documents._kept) == 50
        clock.now += 300
        await documents.get(("there",), present)

    run(go())
    assert list(documents._kept) == [("there",)]


def test_absent_document_keeps_nothing_of_its_request(documents: Documents) -> None:
    """The error that is kept has no traceback, which would hold every frame it passed."""

    async def go() -> list[str]:
        said = []
        for _ in range(2):
            with pytest.raises(NoData) as caught:
                await documents.get(("gone",), absent)
            said.append(str(caught.value))
        return said

    assert run(go()) == ["no such document"] * 2
    ((_, kept),) = documents._kept.values()
    assert isinstance(kept, NoData)
    assert kept.__traceback__ is None


def test_old_document_that_is_asked_for_again_is_new(documents: Documents, clock: Clock) -> None:
    """It is fetched anew, and others that were kept before it go first."""

    async def go() -> None:
        for key in ("one", "two"):
            await documents.get((key,), present)
        clock.now += 200
        await documents.get(("three",), present)
        clock.now += 100
        await documents.get(("one",), present)

    run(go())
    assert list(documents._kept) == [("three",), ("one",)]


@given(
    measured=st.integers(0, 900), told=st.integers(-900, 900).map(lambda seconds: timedelta(seconds=seconds))
)
def test_document_is_kept_for_five_minutes_by_either_clock(measured: int, told: timedelta) -> None:
    """A computer that slept measured nothing, and a clock that was set back tells of no time that passed."""
    clock, now, asked = Clock(), [NOW], 0
    documents = Documents(1000, clock=clock, now=lambda: now[0])

    async def fetch() -> Payload:
        nonlocal asked
        asked += 1
        return await present()

    async def go() -> None:
        await documents.get(("one",), fetch)
        clock.now += measured
        now[0] += told
        await documents.get(("one",), fetch)

    run(go())
    kept = measured < 300 and timedelta() <= told < timedelta(minutes=5)
    assert asked == (1 if kept else 2)
