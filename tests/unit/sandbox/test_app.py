"""The sandbox's app: paths to hosts, the index, the switches, and how an answer goes out."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, MutableMapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import httpx
import pytest

from builders import market, utc
from energyopti import Host, Market, RateLimit, Registry, hookimpl
from energyopti.sandbox import Answer, Ask, Fault, FaultKind, Responder, Sandbox, sandbox_app
from energyopti.sandbox.app import ConnectionDroppedError
from energyopti.sandbox.transport import SandboxTransport, sandbox_transport

NOW = utc("2024-07-01T12:00")
PUBLISHED = utc("2024-07-01T11:05")
BODY = b"Start,MW\r\n2024-07-01T04:00:00,1234\r\n"


@attrs.define
class Plugin:
    """Brings two markets, of which one can be served; remembers what it was asked."""

    asked: list[Ask] = attrs.field(factory=list)
    made: list[str] = attrs.field(factory=list)

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """One market with a sandbox, one without."""
        two = (Host(name="main", url="https://a.example"), Host(name="other", url="https://b.example"))
        return [market(hosts=two), market(id="silent")]

    @hookimpl
    def energyopti_sandbox(self, market: str) -> Mapping[str, Responder] | None:
        """The first market's hosts."""
        if market != "testiso":
            return None
        self.made.append(market)
        return {"main": self.answer}

    def answer(self, ask: Ask) -> Answer:
        """A small document, published at a known time."""
        self.asked.append(ask)
        if ask.path == "gone.csv":
            return Answer.missing()
        return Answer(body=BODY, content_type="text/csv", modified=PUBLISHED, headers={"x-page": "1"})


@pytest.fixture
def plugin() -> Plugin:
    """A plugin of these tests' own."""
    return Plugin()


@pytest.fixture
def sandbox(plugin: Plugin) -> Sandbox:
    """A sandbox over that plugin alone, at noon."""
    return sandbox_app(Registry({"test": plugin}, discover=False), now=lambda: NOW)


def ask(sandbox: Sandbox, path: str, method: str = "GET", **options: Any) -> httpx.Response:
    """One request to the sandbox, in process."""

    async def go() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=SandboxTransport(sandbox), base_url="http://sandbox"
        ) as client:
            return await client.request(method, path, **options)

    return asyncio.run(go())


def sent_by(sandbox: Sandbox, scope: Mapping[str, Any], *received: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the app sends on one connection that brings these messages."""
    sent: list[dict[str, Any]] = []
    messages = iter(received)

    async def receive() -> MutableMapping[str, Any]:
        return dict(next(messages))

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(dict(message))

    asyncio.run(sandbox(dict(scope), receive, send))
    return sent


def test_path_names_market_host_and_what_is_asked_of_it(sandbox: Sandbox, plugin: Plugin) -> None:
    """``/testiso/main/csv/day.csv`` is ``csv/day.csv`` of the host main, without a leading slash."""
    assert ask(sandbox, "/testiso/main/csv/day.csv").content == BODY
    assert plugin.asked[0].path == "csv/day.csv"


def test_caller_that_has_a_version_gets_no_body_again(sandbox: Sandbox) -> None:
    """By its name, whether weak or among others, or by the time of its change where no name is given."""
    first = ask(sandbox, "/testiso/main/day.csv")
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    conditions = (
        {"If-None-Match": etag},
        {"If-None-Match": f'"other", W/{etag}'},
        {"If-Modified-Since": modified},
    )
    for headers in conditions:
        answer = ask(sandbox, "/testiso/main/day.csv", headers=headers)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("day.csv", "GET", {"If-None-Match": '"other"'}, 200),
        ("day.csv", "GET", {"If-Modified-Since": "Mon, 01 Jul 2024 11:04:00 GMT"}, 200),
        ("day.csv", "POST", {"If-Modified-Since": "Mon, 01 Jul 2024 11:05:00 GMT"}, 200),
        ("gone.csv", "GET", {"If-Modified-Since": "Mon, 01 Jul 2024 11:05:00 GMT"}, 404),
    ],
    ids=["another version", "an older one", "a POST", "no document"],
)
def test_condition_that_does_not_hold_is_answered_in_full(
    sandbox: Sandbox, path: str, method: str, headers: dict[str, str], status: int
) -> None:
    """Whoever has something else gets what there is."""
    answer = ask(sandbox, f"/testiso/main/{path}", method, headers=headers)
    assert (answer.status_code, bool(answer.content)) == (status, True)


def test_fault_strikes_a_conditional_request_too(sandbox: Sandbox) -> None:
    """A host that is down does not say that nothing was modified."""
    etag = ask(sandbox, "/testiso/main/day.csv").headers["etag"]
    sandbox.faults.set(Fault(kind=FaultKind.STATUS, status=503))
    assert ask(sandbox, "/testiso/main/day.csv", headers={"If-None-Match": etag}).status_code == 503


def test_responder_is_told_everything_of_the_request(sandbox: Sandbox, plugin: Plugin) -> None:
    """Method, parameters (blank ones too), headers in lower case, body and the sandbox's clock."""
    ask(sandbox, "/testiso/main/x?a=1&b=", "POST", content=b"q=1", headers={"X-Key": "K"})
    (asked,) = plugin.asked
    assert (asked.method, dict(asked.params), asked.body, asked.now) == (
        "POST",
        {"a": "1", "b": ""},
        b"q=1",
        NOW,
    )
    assert asked.headers["x-key"] == "K"


def test_body_in_several_parts_is_one(sandbox: Sandbox, plugin: Plugin) -> None:
    """A body that arrives piece by piece is put together before anybody is asked."""
    scope = {
        "type": "http",
        "path": "/testiso/main/x",
        "method": "POST",
        "query_string": b"",
        "headers": [],
    }
    parts = (
        {"type": "http.request", "body": b"a=", "more_body": True},
        {"type": "http.request", "body": b"1"},
    )
    sent_by(sandbox, scope, *parts)
    assert plugin.asked[0].body == b"a=1"


def test_answer_carries_its_headers(sandbox: Sandbox) -> None:
    """Type, length, publication time in the form of HTTP, and what the host adds."""
    answer = ask(sandbox, "/testiso/main/day.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv"
    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["last-modified"] == "Mon, 01 Jul 2024 11:05:00 GMT"
    assert answer.headers["x-page"] == "1"


def test_missing_document_is_a_404_with_a_page(sandbox: Sandbox) -> None:
    """As real servers do it: HTML, and no publication time."""
    answer = ask(sandbox, "/testiso/main/gone.csv")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html")
    assert answer.content.startswith(b"<html>")
    assert "last-modified" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/nowhere/main/x", "/testiso/nobody/x", "/testiso/other/x", "/testiso", "/silent/main/x"]
)
def test_what_is_not_served_is_a_404(sandbox: Sandbox, plugin: Plugin, path: str) -> None:
    """An unknown market or host, a host without a responder, a market whose plugin brings no sandbox."""
    assert [ask(sandbox, path).status_code for _ in range(2)] == [404, 404]
    assert plugin.asked == []


def test_plugin_is_asked_for_its_responders_once(sandbox: Sandbox, plugin: Plugin) -> None:
    """Responders are made at the first request to their market, and kept."""
    assert plugin.made == []
    for _ in range(3):
        ask(sandbox, "/testiso/main/x")
    assert plugin.made == ["testiso"]


def test_index_lists_markets_and_hosts(sandbox: Sandbox) -> None:
    """``GET /`` is the list of what there is, as JSON."""
    answer = ask(sandbox, "/")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"silent": ["main"], "testiso": ["main", "other"]}


def test_requests_are_kept_in_order(sandbox: Sandbox) -> None:
    """Every path that was asked for, found or not; the index and the switches are not among them."""
    for path in ("/testiso/main/b", "/", "/nowhere", "/testiso/main/a"):
        ask(sandbox, path)
    ask(sandbox, "/_faults", "PUT", content=b"[]")
    assert list(sandbox.requests) == ["/testiso/main/b", "/nowhere", "/testiso/main/a"]


def test_switches_are_set_over_http(sandbox: Sandbox) -> None:
    """PUT /_faults with a JSON array turns these faults on, and all others off."""
    sandbox.faults.set(Fault(kind=FaultKind.DROP))
    body = json.dumps([{"kind": "status", "status": 429, "retry_after": 2.5, "path": "main"}])
    assert ask(sandbox, "/_faults", "PUT", content=body).status_code == 204
    answer = ask(sandbox, "/testiso/main/x")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2.5")
    ask(sandbox, "/_faults", "PUT", content=b"[]")
    assert ask(sandbox, "/testiso/main/x").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'[{"kind": "explode"}]',
        b"[{}]",
        b"[1]",
        b'{"kind": "drop"}',
        b'[{"kind": "status", "status": "soon"}]',
    ],
)
def test_switches_that_cannot_be_read_are_a_400(sandbox: Sandbox, body: bytes) -> None:
    """No JSON, no such kind, no list of faults: refused with the reason, and the switches stay as they were."""
    sandbox.faults.set(Fault(kind=FaultKind.STATUS, status=502))
    answer = ask(sandbox, "/_faults", "PUT", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/plain")
    assert ask(sandbox, "/testiso/main/x").status_code == 502


@pytest.mark.parametrize("body", [b"5", b"null", b"true", b"{}"])
def test_switches_that_are_no_list_are_a_400(sandbox: Sandbox, body: bytes) -> None:
    """Valid JSON that is no array is refused too."""
    assert ask(sandbox, "/_faults", "PUT", content=body).status_code == 400


def test_switches_are_only_put(sandbox: Sandbox) -> None:
    """Reading /_faults is asking for a market that does not exist."""
    assert ask(sandbox, "/_faults").status_code == 404


def test_status_fault_without_retry_after(sandbox: Sandbox) -> None:
    """A 503 that does not say how long to wait."""
    sandbox.faults.set(Fault(kind=FaultKind.STATUS))
    answer = ask(sandbox, "/testiso/main/x")
    assert answer.status_code == 503
    assert "retry-after" not in answer.headers
    assert answer.content != BODY


def test_html_fault_is_a_page_with_status_200(sandbox: Sandbox) -> None:
    """The maintenance page that servers send in place of data."""
    sandbox.faults.set(Fault(kind=FaultKind.HTML))
    answer = ask(sandbox, "/testiso/main/x")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")
    assert answer.content.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("path", ["x", "gone.csv"])
def test_empty_fault_is_a_200_without_a_byte(sandbox: Sandbox, path: str) -> None:
    """An empty body, whatever the answer should have been."""
    sandbox.faults.set(Fault(kind=FaultKind.EMPTY))
    answer = ask(sandbox, f"/testiso/main/{path}")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")


def test_delay_fault_only_waits(sandbox: Sandbox) -> None:
    """The answer is late, and otherwise as ever."""
    sandbox.faults.set(Fault(kind=FaultKind.DELAY, seconds=0.01, times=1))
    assert ask(sandbox, "/testiso/main/x").content == BODY
    assert sandbox.faults.strike("/testiso/main/x") is None


@pytest.mark.parametrize(
    ("kind", "half"),
    [(FaultKind.TRUNCATE, BODY[:18]), (FaultKind.STALL, BODY[:18]), (FaultKind.DROP, b"")],
)
def test_cut_answer_promises_the_whole(sandbox: Sandbox, kind: FaultKind, half: bytes) -> None:
    """The head states the full length; then comes half of the body, or nothing, and the line goes dead.

    A stalled answer keeps the line for a while.
    """
    sandbox.faults.set(Fault(kind=kind, seconds=0.05))
    began = time.monotonic()
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/testiso/main/x", "method": "GET", "query_string": b"", "headers": []}
    with pytest.raises(ConnectionDroppedError):
        asyncio.run(sandbox(scope, receive, send))
    assert (time.monotonic() - began >= 0.05) is (kind is FaultKind.STALL)
    start, body = sent
    assert (b"content-length", b"36") in start["headers"]
    assert (body["body"], body["more_body"]) == (half, True)


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATE, FaultKind.DROP])
def test_dropped_connection_looks_as_on_the_network(sandbox: Sandbox, kind: FaultKind) -> None:
    """In process too, a client sees httpx's own error, with the request that failed."""
    sandbox.faults.set(Fault(kind=kind))
    with pytest.raises(httpx.RemoteProtocolError, match="dropped the connection") as caught:
        ask(sandbox, "/testiso/main/x")
    assert caught.value.request.url.path == "/testiso/main/x"


def test_server_may_start_and_stop(sandbox: Sandbox) -> None:
    """Both messages of a server's life are answered, and the second ends the conversation."""
    life = ({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    assert sent_by(sandbox, {"type": "lifespan"}, *life) == [
        {"type": "lifespan.startup.complete"},
        {"type": "lifespan.shutdown.complete"},
    ]


def test_other_protocols_get_no_answer(sandbox: Sandbox) -> None:
    """A web socket is not served."""
    assert sent_by(sandbox, {"type": "websocket", "path": "/"}) == []


def test_clock_is_the_real_one_unless_given(plugin: Plugin) -> None:
    """Without a clock of its own a sandbox lives now, in UTC, in both of its faces."""
    registry = Registry({"test": plugin}, discover=False)
    before = datetime.now(UTC)
    for opened in (sandbox_app(registry), Sandbox(registry), sandbox_transport(registry).sandbox):
        ask(opened, "/testiso/main/x")
    assert all(timedelta() <= asked.now - before < timedelta(minutes=1) for asked in plugin.asked)


def test_transport_takes_a_clock(plugin: Plugin) -> None:
    """The in-process transport serves at the time that it is given."""
    transport = sandbox_transport(Registry({"test": plugin}, discover=False), now=lambda: NOW)
    ask(transport.sandbox, "/testiso/main/x")
    assert plugin.asked[0].now == NOW


def test_limited_host_refuses_what_comes_too_fast(sandbox: Sandbox, plugin: Plugin) -> None:
    """Two in a moment are answered, the third is told to wait, and the refusal counts as well; others are open."""
    sandbox.limits = {("testiso", "main"): RateLimit(2, timedelta(minutes=1))}
    answers = [ask(sandbox, "/testiso/main/a.csv") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 429, 429]
    assert "retry your request after 60 seconds" in answers[2].text
    assert len(plugin.asked) == 2
    assert ask(sandbox, "/testiso/other/a.csv").status_code == 404


def test_limited_host_answers_again_once_its_time_is_over(sandbox: Sandbox) -> None:
    """A request after the limit's time is answered."""
    sandbox.limits = {("testiso", "main"): RateLimit(1, timedelta(milliseconds=40))}
    assert ask(sandbox, "/testiso/main/a.csv").status_code == 200
    time.sleep(0.05)
    assert ask(sandbox, "/testiso/main/a.csv").status_code == 200
