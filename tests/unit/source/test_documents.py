"""Documents that chunks share: how long they are kept, and that absent ones do not gather."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collecting_builders import NOW, run
from energyopti import NoData
from energyopti.source import Payload, Request
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
    kept = documents._kept.peek(("gone",))
    assert kept is not None
    assert isinstance(kept.value, NoData)
    assert kept.value.__traceback__ is None


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


class Host:
    """A host that counts what is asked of it; its documents have so many bytes each."""

    def __init__(self, size: int = 1) -> None:
        self.asked: list[str] = []
        self._size = size

    def gives(self, name: str, status: int = 200) -> Callable[[], Awaitable[Payload]]:
        """The work of asking it for a document."""

        async def fetch() -> Payload:
            self.asked.append(name)
            return Payload(content=b"x" * self._size, url=name, fetched_at=NOW, status=status)

        return fetch

    def lacks(self, name: str) -> Callable[[], Awaitable[Payload]]:
        """The work of asking it for a document that it does not have."""

        async def fetch() -> Payload:
            self.asked.append(name)
            raise NoData(name)

        return fetch


@pytest.mark.parametrize(
    ("later", "fetches"), [(timedelta(), 1), (timedelta(seconds=-1), 1), (timedelta(seconds=1), 2)]
)
def test_document_that_is_to_be_newer_is_fetched_again(clock: Clock, later: timedelta, fetches: int) -> None:
    """What was fetched at the instant that is asked for is new enough; what was before it is not."""
    documents, host = Documents(1000, clock=clock, now=lambda: NOW), Host()

    async def go() -> None:
        await documents.get(("list",), host.gives("list"))
        await documents.get(("list",), host.gives("list"), newer_than=NOW + later)

    run(go())
    assert host.asked == ["list"] * fetches


def test_document_that_is_under_way_is_new_enough_for_all_who_ask_meanwhile(documents: Documents) -> None:
    """Two watches that ask for a list at nearly the same time share one request."""
    host, under_way = Host(), asyncio.Event()

    async def slow() -> Payload:
        await under_way.wait()
        return await host.gives("list")()

    async def go() -> None:
        first = asyncio.ensure_future(documents.get(("list",), slow))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(
            documents.get(("list",), host.gives("list"), newer_than=NOW + timedelta(days=99_999))
        )
        await asyncio.sleep(0)
        under_way.set()
        await asyncio.gather(first, second)

    run(go())
    assert host.asked == ["list"]


@pytest.mark.parametrize("changed", [True, False], ids=["it did", "it did not"])
@pytest.mark.parametrize("first", ["download", "inquiry"])
def test_one_chunk_downloads_while_another_asks_whether_it_changed(
    documents: Documents, changed: bool, first: str
) -> None:
    """They share one request, unless the document did not change and has to be downloaded for the one."""
    host, under_way = Host(), asyncio.Event()

    async def ask() -> Payload | None:
        await under_way.wait()
        host.asked.append("if changed")
        return await host.gives("new")() if changed else None

    async def download() -> Payload:
        await under_way.wait()
        return await host.gives("new")()

    async def download_it() -> Payload:
        return await documents.get(("list",), download)

    async def inquire() -> Payload | None:
        return await documents.get_if_changed(("list",), "hash of old", ask)

    async def go() -> list[Payload | None]:
        calls = [download_it, inquire] if first == "download" else [inquire, download_it]
        tasks = []
        for call in calls:
            tasks.append(asyncio.ensure_future(call()))
            await asyncio.sleep(0)
        under_way.set()
        answers = list(await asyncio.gather(*tasks))
        return answers if first == "download" else answers[::-1]

    given, learnt = run(go())
    assert given is not None
    if first == "download":
        assert (host.asked, learnt) == (["new"], given)
    elif changed:
        assert (host.asked, learnt) == (["if changed", "new"], given)
    else:
        assert (host.asked, learnt) == (["if changed", "new"], None)


def test_chunks_of_two_versions_ask_each_about_their_own(documents: Documents) -> None:
    """That the version of one still stands says nothing of the other's: it is asked about too, and once."""
    host, under_way = Host(), asyncio.Event()

    def about(name: str, stands: bool) -> Callable[[], Awaitable[Payload | None]]:
        async def ask() -> Payload | None:
            await under_way.wait()
            host.asked.append(name)
            return None if stands else await present()

        return ask

    async def go() -> list[Payload | None]:
        asked = [("new", True), ("old", False), ("new", True)]
        tasks = []
        for name, stands in asked:
            tasks.append(
                asyncio.ensure_future(documents.get_if_changed(("month",), name, about(name, stands)))
            )
            await asyncio.sleep(0)
        under_way.set()
        return list(await asyncio.gather(*tasks))

    new, old, third = run(go())
    assert (new, third) == (None, None)
    assert old is not None
    assert host.asked == ["new", "old"]


def test_document_that_never_changes_is_fetched_once(documents: Documents, clock: Clock) -> None:
    """A month later, and for whoever wants something newer, it is what it was."""
    host = Host()

    async def go() -> None:
        await documents.get(("7",), host.gives("7"), immutable=True)
        clock.now += 30 * 86_400
        await documents.get(("other",), host.gives("other"))
        await documents.get(
            ("7",), host.gives("7"), newer_than=datetime.max.replace(tzinfo=UTC), immutable=True
        )

    run(go())
    assert host.asked == ["7", "other"]


def test_absence_and_refusal_of_a_document_that_never_changes_are_no_documents(
    documents: Documents, clock: Clock
) -> None:
    """A list may name it before it can be had: five minutes later it is asked for again."""
    host = Host()

    async def go() -> None:
        with pytest.raises(NoData):
            await documents.get(("7",), host.lacks("7"), immutable=True)
        await documents.get(("8",), host.gives("8", status=400), immutable=True)
        clock.now += 300
        await documents.get(("7",), host.gives("7"), immutable=True)
        await documents.get(("8",), host.gives("8"), immutable=True)

    run(go())
    assert host.asked == ["7", "8", "7", "8"]


def test_room_is_made_by_what_is_too_old_and_then_by_what_was_given_longest_ago(clock: Clock) -> None:
    """Three documents of three hundred bytes fit; the list is too old for the fourth, and `2` was not used since."""
    documents, host = Documents(1000, clock=clock), Host(300)

    async def go() -> None:
        await documents.get(("list",), host.gives("list"))
        for name in ("1", "2"):
            await documents.get((name,), host.gives(name), immutable=True)
        clock.now += 300
        for name in ("1", "3", "1", "4"):
            await documents.get((name,), host.gives(name), immutable=True)

    run(go())
    assert host.asked == ["list", "1", "2", "3", "4"]
    assert [key for (key,) in documents._kept] == ["3", "1", "4"]


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 400), st.booleans()), min_size=1, max_size=40)
)
def test_nothing_is_given_that_is_older_than_was_asked_for(asked: list[tuple[str, int, bool]]) -> None:
    """Whatever is asked in whatever order: `a` and `b` never change, the others are at most five minutes old."""
    clock, at = Clock(), [NOW]
    documents, host = Documents(1 << 20, clock=clock, now=lambda: at[0]), Host()
    fetched: dict[str, datetime] = {}

    async def go() -> None:
        for name, seconds, fresh in asked:
            clock.now += seconds
            at[0] += timedelta(seconds=seconds)
            before = len(host.asked)
            newer_than = at[0] if fresh else None
            await documents.get((name,), host.gives(name), newer_than=newer_than, immutable=name in "ab")
            if len(host.asked) > before:
                fetched[name] = at[0]
            if name in "cd":
                assert at[0] - fetched[name] < timedelta(seconds=0.5 if fresh else 300)

    run(go())
    for name in "ab":
        assert host.asked.count(name) == (name in {each for each, _, _ in asked})


def test_reference_and_immutable_documents_are_kept_as_shared_ones_are() -> None:
    """Only a request that says nothing of it is sent each time."""
    assert not Request(path="x").is_kept
    assert Request(path="x", shared=True).is_kept
    assert Request(path="x", reference=True).is_kept
    assert Request(path="x", immutable=True).is_kept
