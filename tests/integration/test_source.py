"""The source over real HTTP: what is tried again, what is given up, what is never trusted."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from collecting_builders import NOW, run, served_market, settings
from energyopti.errors import NoData, PluginError, SourceUnavailable
from energyopti.events import Event, EventKind
from energyopti.source import Client, Expect, Payload, Request
from servers import Answer, Server, serving

CSV = b"Start,Area,MW\r\n2024-07-01T04:00:00,NORTH,1.5\r\n"
GOOD = Answer(body=CSV)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


@contextlib.asynccontextmanager
async def client(
    home: Path, observe: Callable[[Event], None] = lambda _: None, **changes: Any
) -> AsyncIterator[Client]:
    """An open client that gives up soon."""
    opened = Client(settings(home, **changes), observe=observe, now=lambda: NOW)
    try:
        yield opened
    finally:
        await opened.aclose()


def fetch(server: Server, home: Path, *, request: Request | None = None, **changes: Any) -> Payload:
    """One document from the server by a client of its own."""

    async def go() -> Payload:
        async with client(home, **changes) as opened:
            there = served_market(server.url)
            return await opened.fetch(there, there.host("main"), request or Request(path="doc"))

    return run(go())


def test_answer_comes_byte_for_byte_with_its_facts(server: Server, tmp_path: Path) -> None:
    """Content, address, status, hash and the host's own Last-Modified, in UTC."""
    server.on("/doc", Answer(body=CSV, headers={"Last-Modified": "Mon, 01 Jul 2024 09:30:00 GMT"}))
    payload = fetch(server, tmp_path)
    assert payload.content == CSV
    assert (payload.url, payload.status, payload.fetched_at) == (f"{server.url}/doc", 200, NOW)
    assert payload.modified == utc("2024-07-01T09:30")
    assert len(payload.sha256) == 64


@pytest.mark.parametrize(
    "header",
    [{}, {"Last-Modified": "yesterday"}, {"Last-Modified": "Fri, 31 Dec 9999 23:59:59 -2300"}],
)
def test_publication_time_is_never_guessed(server: Server, tmp_path: Path, header: dict[str, str]) -> None:
    """Without a readable Last-Modified the payload has none."""
    server.on("/doc", Answer(body=CSV, headers=header))
    assert fetch(server, tmp_path).modified is None


def test_publication_time_without_a_zone_is_utc(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP dates are GMT: a host that leaves the zone out means no clock of this machine."""
    server.on("/doc", Answer(body=CSV, headers={"Last-Modified": "Mon, 01 Jul 2024 09:30:00"}))
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    try:
        assert fetch(server, tmp_path).modified == utc("2024-07-01T09:30")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_parameters_and_forms_reach_the_host(server: Server, tmp_path: Path) -> None:
    """Query parameters are in the address, a form in the body of a POST."""
    server.on("/doc", GOOD)
    fetch(server, tmp_path, request=Request(path="doc", params={"day": "2024-07-01"}))
    fetch(server, tmp_path, request=Request(path="/doc", method="POST", form={"zone": "A"}))
    asked = [(each.method, each.params, each.body) for each in server.asked]
    assert asked == [("GET", {"day": "2024-07-01"}, b""), ("POST", {}, b"zone=A")]


def test_json_body_reaches_the_host(server: Server, tmp_path: Path) -> None:
    """As JSON, and called so; nothing of it is in the address."""
    server.on("/doc", GOOD)
    payload = fetch(server, tmp_path, request=Request(path="doc", method="POST", json={"docIds": [7, 8]}))
    (asked,) = server.asked
    assert (asked.method, asked.params, json.loads(asked.body)) == ("POST", {}, {"docIds": [7, 8]})
    assert {name.lower(): value for name, value in asked.headers.items()}[
        "content-type"
    ] == "application/json"
    assert payload.url == f"{server.url}/doc"


@pytest.mark.parametrize("body", [{"form": {"zone": "A"}}, {"json": {"zone": "A"}}], ids=["form", "json"])
def test_what_is_posted_is_never_carried_to_another_address(
    server: Server, tmp_path: Path, body: dict[str, Any]
) -> None:
    """A POST follows no redirect: the error says which setting to change."""
    server.on("/doc", Answer(status=307, headers={"Location": f"{server.url}/elsewhere"}))
    server.on("/elsewhere", GOOD)
    with pytest.raises(SourceUnavailable, match="has moved to another address"):
        fetch(server, tmp_path, request=Request(path="doc", method="POST", **body))
    assert server.paths == ["/doc"]


def test_requests_are_told_apart_by_their_json(server: Server, tmp_path: Path) -> None:
    """Of shared documents each body is asked for once, whatever the order of its keys."""
    server.on("/doc", GOOD)

    async def go() -> None:
        async with client(tmp_path) as opened:
            there = served_market(server.url)
            for body in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1, "b": 3}, None):
                request = Request(path="doc", method="POST", json=body, shared=True)
                await opened.fetch(there, there.host("main"), request)

    run(go())
    assert [each.body and json.loads(each.body) for each in server.asked] == [
        {"a": 1, "b": 2},
        {"a": 1, "b": 3},
        b"",
    ]


def test_request_has_one_body() -> None:
    """A form and JSON together are a mistake of the plugin."""
    with pytest.raises(PluginError, match="can have one body"):
        Request(path="doc", method="POST", form={}, json={})


@pytest.mark.parametrize("body", [{"form": {"password": "hunter2"}}, {"json": {"password": "hunter2"}}])
def test_body_stays_out_of_the_repr(body: dict[str, Any]) -> None:
    """What is posted may be a secret."""
    assert "hunter2" not in repr(Request(path="doc", method="POST", **body))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507])
def test_passing_failures_are_tried_again(server: Server, tmp_path: Path, status: int) -> None:
    """Timeouts, throttling and server errors are worth another attempt."""
    server.on("/doc", Answer(status=status), GOOD)
    assert fetch(server, tmp_path).content == CSV
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("bad", "expect"),
    [
        (Answer(dropped=True), Expect.ANY),
        (Answer(body=CSV, promised=len(CSV) + 40), Expect.ANY),
        (Answer(body=b""), Expect.ANY),
        (Answer(body=b"<!DOCTYPE html><html>Maintenance</html>"), Expect.CSV),
        (Answer(body=b"Too many requests, slow down"), Expect.ANY),
        (Answer(body=CSV[:-10]), Expect.CSV),
        (Answer(body=b'{"cut": ['), Expect.JSON),
        (Answer(body=b"PK\x03\x04cut"), Expect.ZIP),
        (Answer(body=CSV, delay=1.0), Expect.CSV),
    ],
    ids=["dropped", "truncated", "empty", "html", "throttle", "csv", "json", "zip", "slow"],
)
def test_broken_answers_are_tried_again(server: Server, tmp_path: Path, bad: Answer, expect: Expect) -> None:
    """Network errors and bodies that cannot be the data are worth another attempt."""
    good = {Expect.JSON: b"[1]", Expect.ZIP: b"PK\x05\x06" + bytes(18)}.get(expect, CSV)
    server.on("/doc", bad, good)
    payload = fetch(server, tmp_path, request=Request(path="doc", expect=expect), timeout=0.3)
    assert (payload.content, len(server.asked)) == (good, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 405, 422, 451])
def test_refusals_are_never_tried_again(server: Server, tmp_path: Path, status: int) -> None:
    """Any other 4xx is final, and the error names the market, the address and the status."""
    server.on("/doc", Answer(status=status, body=b"no"))
    with pytest.raises(SourceUnavailable, match=rf"testiso: {server.url}/doc .*{status}"):
        fetch(server, tmp_path)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [204, 404, 410])
def test_absence_is_no_failure(server: Server, tmp_path: Path, status: int) -> None:
    """A document that is not there is `NoData` at once: not published yet, or never."""
    server.on("/doc", Answer(status=status))
    with pytest.raises(NoData, match="not published yet, or never"):
        fetch(server, tmp_path)
    assert len(server.asked) == 1


def test_accepted_status_is_the_plugins_to_read(server: Server, tmp_path: Path) -> None:
    """A status in ``accept`` gives its body as it is, even an empty one."""
    server.on("/doc", Answer(status=404, body=b""))
    payload = fetch(server, tmp_path, request=Request(path="doc", accept=(404,)))
    assert (payload.status, payload.content) == (404, b"")


def test_attempts_are_bounded(server: Server, tmp_path: Path) -> None:
    """After the last attempt the error says what the host answered."""
    server.on("/doc", Answer(status=502))
    with pytest.raises(SourceUnavailable, match="every attempt, last with status 502; try again later"):
        fetch(server, tmp_path)
    assert len(server.asked) == 3


def test_unreachable_host_is_source_unavailable(tmp_path: Path) -> None:
    """Nothing of the HTTP library reaches a caller: a refused connection is our own error."""
    with serving() as gone:
        pass
    with pytest.raises(SourceUnavailable, match="ConnectError"):
        fetch(gone, tmp_path)


def test_gzip_is_unpacked(server: Server, tmp_path: Path) -> None:
    """A compressed answer comes as its content."""
    body = gzip.compress(CSV)
    server.on("/doc", Answer(body=body, headers={"Content-Encoding": "gzip"}))
    assert fetch(server, tmp_path).content == CSV


def test_damaged_gzip_is_source_unavailable(server: Server, tmp_path: Path) -> None:
    """A body that cannot be unpacked is the source's fault, in our own error."""
    server.on("/doc", Answer(body=b"no gzip at all", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SourceUnavailable, match="testiso"):
        fetch(server, tmp_path)


@pytest.mark.parametrize("packed", [False, True])
def test_size_is_capped(server: Server, tmp_path: Path, packed: bool) -> None:
    """The cap counts unpacked bytes, and such a body is not asked for again."""
    body = b"a,b\n" * 50_000
    headers = {"Content-Encoding": "gzip"} if packed else {}
    server.on("/doc", Answer(body=gzip.compress(body) if packed else body, headers=headers))
    with pytest.raises(SourceUnavailable, match="more than 100,000 bytes"):
        fetch(server, tmp_path, max_payload_bytes=100_000)
    assert len(server.asked) == 1


def test_redirect_is_followed_without_credentials(server: Server, tmp_path: Path) -> None:
    """An open host may move a document."""
    server.on("/doc", Answer(status=302, headers={"Location": "/moved"}))
    server.on("/moved", GOOD)
    payload = fetch(server, tmp_path)
    assert (payload.content, payload.url) == (CSV, f"{server.url}/moved")


def test_redirects_in_a_circle_are_source_unavailable(server: Server, tmp_path: Path) -> None:
    """A host that sends us round and round is given up."""
    server.on("/doc", Answer(status=302, headers={"Location": "/doc"}))
    with pytest.raises(SourceUnavailable, match="testiso"):
        fetch(server, tmp_path)


def test_events_tell_the_story_of_a_fetch(server: Server, tmp_path: Path) -> None:
    """Started, retried with the reason, finished with bytes and seconds."""
    server.on("/doc", Answer(status=500), GOOD)
    events: list[Event] = []
    fetch(server, tmp_path, observe=events.append)
    assert [event.kind for event in events] == [
        EventKind.FETCH_STARTED,
        EventKind.FETCH_RETRIED,
        EventKind.FETCH_FINISHED,
    ]
    assert events[1].detail == "status 500"
    assert (events[2].count, events[2].subject) == (len(CSV), f"{server.url}/doc")
    assert 0 < events[2].seconds < 5


def test_failure_is_an_event(server: Server, tmp_path: Path) -> None:
    """A fetch that failed through all attempts is told with its last reason."""
    server.on("/doc", Answer(status=500))
    events: list[Event] = []
    with pytest.raises(SourceUnavailable):
        fetch(server, tmp_path, observe=events.append)
    assert (events[-1].kind, events[-1].detail) == (EventKind.FETCH_FAILED, "status 500")
