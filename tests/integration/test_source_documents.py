"""Documents that are kept: for whom they are asked again, and for whom not, over real HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from builders import utc
from collecting_builders import NOW, chunk_of, run, served_market, settings
from energyopti.errors import NoData, SourceUnavailable
from energyopti.source import Client, Excerpt, Payload, Receipt, Request, Source
from servers import Answer, Asked, Server, serving

LATER = timedelta(seconds=30)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


@attrs.define
class Asking:
    """A client whose clock is moved by hand, and sources on it."""

    client: Client
    url: str
    at: datetime = NOW

    def source(self, *, newer_than: datetime | None = None) -> Source:
        """A chunk's door to the server."""
        there = served_market(self.url)
        chunk = attrs.evolve(chunk_of(there.feeds[0]), market=there)
        return Source(self.client, chunk, there.feeds[0].sources[0], newer_than=newer_than)


@contextlib.asynccontextmanager
async def asking(server: Server, home: Path) -> AsyncIterator[Asking]:
    """An open client on the server."""
    opened = Asking(Client(settings(home), now=lambda: opened.at), server.url)
    try:
        yield opened
    finally:
        await opened.client.aclose()


def test_chunk_that_wants_something_newer_gets_shared_documents_anew_once(
    server: Server, tmp_path: Path
) -> None:
    """A list is asked for again, and no more for the next chunk; what is reference or never changes is not."""
    for name in ("list", "nodes", "7"):
        server.on(f"/{name}", b"a,b\n1,2\n")
    requests = [
        Request(path="list", shared=True),
        Request(path="nodes", reference=True),
        Request(path="7", immutable=True),
    ]

    async def go() -> None:
        async with asking(server, tmp_path) as there:
            await there.source().get_all(requests)
            there.at += LATER
            began = there.at
            for _ in range(2):
                await there.source(newer_than=began).get_all(requests)
                there.at += timedelta(seconds=1)
            await there.source().get_all(requests)

    run(go())
    assert sorted(server.paths) == ["/7", "/list", "/list", "/nodes"]


# Asking whether what was fetched still stands

DAY = b"Start,Area,MW\r\n2024-07-01T04:00:00,NORTH,1.5\r\n"
CORRECTED = DAY.replace(b"1.5", b"1.7")
BY_NAME = {"ETag": '"v1"'}
BY_TIME = {"Last-Modified": "Mon, 01 Jul 2024 09:30:00 GMT"}


def again(
    server: Server,
    home: Path,
    requests: Sequence[Request],
    *then: tuple[str, Answer],
    later: timedelta = LATER,
) -> tuple[bool, list[Asked], list[Payload]]:
    """Whether requests are answered as before once some paths answer otherwise, what was asked for that, and what the
    collection that follows gets; the requests of that are not among those asked."""

    async def go() -> tuple[bool, list[Asked], list[Payload]]:
        async with asking(server, home) as there:
            first = there.source()
            await first.get_all(requests)
            for path, answer in then:
                server.on(path, answer)
            there.at += later
            before, source = len(server.asked), there.source(newer_than=there.at)
            same = await source.unchanged(first.receipts)
            asked = server.asked[before:]
            return same, asked, await source.get_all(requests)

    return run(go())


@pytest.mark.parametrize(
    ("version", "condition"),
    [
        (BY_NAME, {"if-none-match": '"v1"'}),
        (BY_TIME, {"if-modified-since": "Mon, 01 Jul 2024 09:30:00 GMT"}),
        (BY_NAME | BY_TIME, {"if-none-match": '"v1"', "if-modified-since": "Mon, 01 Jul 2024 09:30:00 GMT"}),
        ({}, {}),
    ],
    ids=["by name", "by time", "by both", "by hash"],
)
def test_answer_that_still_stands_is_unchanged(
    server: Server, tmp_path: Path, version: dict[str, str], condition: dict[str, str]
) -> None:
    """The host says so where it named the version that it gave; else the hash of what comes does."""
    server.on("/day", Answer(body=DAY, headers=version))
    same, (asked,), _ = again(server, tmp_path, [Request(path="day")])
    sent = {name: value for name, value in asked.headers.items() if name.startswith("if-")}
    assert same
    assert sent == condition


@pytest.mark.parametrize("version", [BY_NAME, BY_TIME, {}], ids=["by name", "by time", "by hash"])
@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
def test_corrected_answer_is_changed_and_downloaded_once(
    server: Server, tmp_path: Path, version: dict[str, str], shared: bool
) -> None:
    """What came in place of "not modified" is what the collection that follows gets."""
    newer = {"ETag": '"v2"', "Last-Modified": "Tue, 02 Jul 2024 09:30:00 GMT"}
    server.on("/day", Answer(body=DAY, headers=version))
    corrected = Answer(body=CORRECTED, headers={name: newer[name] for name in version})
    same, _, (payload,) = again(server, tmp_path, [Request(path="day", shared=shared)], ("/day", corrected))
    assert not same
    assert payload.content == CORRECTED
    assert server.paths == ["/day"] * 2


def test_version_that_the_host_names_is_in_the_payload_and_its_receipt(
    server: Server, tmp_path: Path
) -> None:
    """``ETag`` and ``Last-Modified``, with the address, the hash, the host and the request; no content."""
    server.on("/day", Answer(body=DAY, headers=BY_NAME | BY_TIME))
    request = Request(path="day")

    async def go() -> tuple[Payload, Receipt]:
        async with asking(server, tmp_path) as there:
            source = there.source()
            (payload,) = await source.get_all([request])
            return payload, source.receipts[0]

    payload, receipt = run(go())
    assert (payload.etag, payload.modified) == ('"v1"', utc("2024-07-01T09:30"))
    assert attrs.asdict(receipt, recurse=False) == {
        "host": "main",
        "request": request,
        "url": f"{server.url}/day",
        "sha256": payload.sha256,
        "fetched_at": payload.fetched_at,
        "etag": '"v1"',
        "modified": utc("2024-07-01T09:30"),
        "excerpt": None,
    }


def test_answer_that_is_gone_has_changed(server: Server, tmp_path: Path) -> None:
    """A document that was withdrawn is not asked for twice: the collection that follows is told the same."""
    server.on("/day", DAY)

    async def go() -> bool:
        async with asking(server, tmp_path) as there:
            first, source = there.source(), there.source()
            await first.get("day")
            server.on("/day", Answer(status=404))
            same = await source.unchanged(first.receipts)
            with pytest.raises(NoData, match="status 404"):
                await source.get("day")
            return same

    assert not run(go())
    assert server.paths == ["/day"] * 2


def test_one_changed_answer_of_several_is_a_change(server: Server, tmp_path: Path) -> None:
    """Each is asked for; those that were not modified are downloaded only if the collection wants them."""
    for name in ("a", "b"):
        server.on(f"/{name}", Answer(body=DAY, headers=BY_NAME))
    requests = [Request(path="a"), Request(path="b")]
    same, asked, payloads = again(server, tmp_path, requests, ("/b", Answer(body=CORRECTED)))
    assert not same
    assert sorted(each.path for each in asked) == ["/a", "/b"]
    assert [each.content for each in payloads] == [DAY, CORRECTED]


def test_documents_that_never_change_and_reference_are_not_asked_about(
    server: Server, tmp_path: Path
) -> None:
    """Only the list can tell of a correction."""
    for name in ("list", "nodes", "7"):
        server.on(f"/{name}", DAY)
    requests = [
        Request(path="list", shared=True),
        Request(path="nodes", reference=True),
        Request(path="7", immutable=True),
    ]
    same, asked, _ = again(server, tmp_path, requests)
    assert same
    assert [each.path for each in asked] == ["/list"]


def test_nothing_is_known_without_receipts(server: Server, tmp_path: Path) -> None:
    """What was collected otherwise cannot be called unchanged."""

    async def go() -> bool:
        async with asking(server, tmp_path) as there:
            return await there.source().unchanged([])

    assert not run(go())


def test_post_is_sent_again_without_conditions(server: Server, tmp_path: Path) -> None:
    """HTTP gives them another meaning there: its answer is compared by its hash."""
    server.on("/page", Answer(body=DAY, headers=BY_NAME))
    same, (asked,), _ = again(server, tmp_path, [Request(path="page", method="POST", form={"year": "2024"})])
    assert same
    assert (asked.method, asked.body) == ("POST", b"year=2024")
    assert "if-none-match" not in asked.headers


def test_asking_about_a_change_is_tried_again_as_any_request(server: Server, tmp_path: Path) -> None:
    """A host that fails for a moment has said nothing of a change."""
    server.on(
        "/day", Answer(body=DAY, headers=BY_NAME), Answer(status=503), Answer(body=DAY, headers=BY_NAME)
    )
    same, asked, _ = again(server, tmp_path, [Request(path="day")])
    assert same
    assert len(asked) == 2


def test_failure_while_asking_about_a_change_is_raised(server: Server, tmp_path: Path) -> None:
    """Whether anything changed is not known then."""
    server.on("/day", DAY)
    with pytest.raises(SourceUnavailable, match="status 400"):
        again(server, tmp_path, [Request(path="day")], ("/day", Answer(status=400)))


@pytest.mark.parametrize("headers", [{}, BY_NAME], ids=["without a version", "with one"])
def test_not_modified_is_no_answer_to_a_request_without_a_condition(
    server: Server, tmp_path: Path, headers: dict[str, str]
) -> None:
    """There is nothing that it could speak of."""
    server.on("/day", Answer(status=304, headers=headers))

    async def go() -> None:
        async with asking(server, tmp_path) as there:
            with pytest.raises(SourceUnavailable, match=r"says that it was not modified \(status 304\)"):
                await there.source().get("day")

    run(go())
    assert server.paths == ["/day"]


def test_days_of_a_shared_document_ask_together_whether_it_changed(server: Server, tmp_path: Path) -> None:
    """A month's archive that stands is one small request for all its days, and a download where one wants it."""
    server.on("/month", Answer(body=DAY, headers=BY_NAME))

    async def go() -> list[bool]:
        async with asking(server, tmp_path) as there:
            first = there.source()
            await first.get("month", shared=True)
        async with asking(server, tmp_path) as there:  # which holds nothing
            days = [there.source(newer_than=there.at) for _ in range(3)]
            same = [await day.unchanged(first.receipts) for day in days]
            await days[0].get("month", shared=True)
            return same

    assert run(go()) == [True] * 3
    assert ["if-none-match" in each.headers for each in server.asked] == [False, True, False]


def test_shared_document_that_still_stands_is_given_from_memory(server: Server, tmp_path: Path) -> None:
    """It was about to be too old; the host says that it is not."""
    server.on("/month", Answer(body=DAY, headers=BY_NAME))
    same, asked, (payload,) = again(server, tmp_path, [Request(path="month", shared=True)])
    assert same
    assert payload.content == DAY
    assert len(server.asked) == 1 + len(asked) == 2


def test_change_that_one_day_saw_is_known_to_the_next(server: Server, tmp_path: Path) -> None:
    """The document that came for the first day is looked at for the others."""
    server.on("/month", Answer(body=DAY, headers=BY_NAME))

    async def go() -> list[bool]:
        async with asking(server, tmp_path) as there:
            first = there.source()
            await first.get("month", shared=True)
            server.on("/month", Answer(body=CORRECTED))
            there.at += LATER
            days = [there.source(newer_than=there.at) for _ in range(3)]
            return [await day.unchanged(first.receipts) for day in days]

    assert run(go()) == [False] * 3
    assert len(server.asked) == 2


def test_shared_document_that_was_withdrawn_is_absent_for_all(server: Server, tmp_path: Path) -> None:
    """One day asks, and the next one knows."""
    server.on("/month", Answer(body=DAY, headers=BY_NAME))

    async def go() -> list[bool]:
        async with asking(server, tmp_path) as there:
            first = there.source()
            await first.get("month", shared=True)
            server.on("/month", Answer(status=404))
            there.at += LATER
            return [await there.source(newer_than=there.at).unchanged(first.receipts) for _ in range(2)]

    assert run(go()) == [False, False]
    assert len(server.asked) == 2


def lines(content: bytes) -> list[bytes]:
    """The lines of a list."""
    return content.splitlines()


def of_monday(found: list[bytes]) -> list[bytes]:
    """What a chunk takes from a list."""
    return [each for each in found if each.startswith(b"mon")]


@pytest.mark.parametrize(
    ("now_listed", "same"),
    [(b"mon 1\ntue 2\nwed 3\n", True), (b"mon 1\nmon 4\n", False), (b"tue 2\n", False)],
    ids=["another day's document is new", "a document is new", "its document has left the list"],
)
def test_list_that_grows_is_unchanged_for_a_chunk_whose_part_stands(
    server: Server, tmp_path: Path, now_listed: bytes, same: bool
) -> None:
    """The hash of what the chunk takes is compared, not that of the list; the list is downloaded once."""
    server.on("/list", b"mon 1\ntue 2\n")
    request = Request(path="list", shared=True, excerpt=Excerpt(lines, of_monday))
    said, asked, (payload,) = again(server, tmp_path, [request], ("/list", Answer(body=now_listed)))
    assert said is same
    assert payload.content == now_listed
    assert len(asked) == 1
    assert len(server.asked) == 2


@given(
    versions=st.lists(st.integers(0, 2), min_size=2, max_size=2),
    named=st.booleans(),
    shared=st.booleans(),
)
@settings_of_hypothesis(max_examples=20, deadline=None)
def test_unchanged_is_the_same_content_however_it_is_told(
    tmp_path_factory: pytest.TempPathFactory, versions: list[int], named: bool, shared: bool
) -> None:
    """The law of it all: unchanged means the same bytes, and what is given afterwards is what the host has."""
    first, then = (
        Answer(body=f"v{number}".encode(), headers={"ETag": f'"{number}"'} if named else {})
        for number in versions
    )
    with serving() as server:
        server.on("/day", first)
        home = tmp_path_factory.mktemp("home")
        same, _, (payload,) = again(server, home, [Request(path="day", shared=shared)], ("/day", then))
    assert same is (first.body == then.body)
    assert payload.content == then.body
