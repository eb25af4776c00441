"""The sandbox as an ASGI app: ``/{market}/{host}/{path}`` is that host's path.

``GET /`` lists what is served; ``PUT /_faults`` with a JSON array of faults turns those on, and all others off.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
import attrs
import cattrs

from energyopti.errors import EnergyOptiError
from energyopti.market import RateLimit
from energyopti.registry import Registry
from energyopti.sandbox.conditions import conditional, http_date
from energyopti.sandbox.faults import Fault, FaultKind, Faults
from energyopti.sandbox.wire import Answer, Ask, Responder

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_PAGE = b"<!DOCTYPE html><html><body>The system is under maintenance.</body></html>"


class ConnectionDroppedError(Exception):
    """The sandbox hangs up in the middle of an answer, as a fault told it to."""


class Sandbox:
    """The ASGI app.

    ``faults`` are its switches; ``requests`` the last requested paths, oldest first. ``limits`` maps hosts to a rate:
    they answer 429 to faster requests, and refused requests count too. A host without a limit never refuses.
    """

    def __init__(
        self, registry: Registry, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._registry = registry
        self._now = now
        self._responders: dict[str, Mapping[str, Responder]] = {}
        self._lock = threading.Lock()
        self.faults = Faults()
        self.requests: deque[str] = deque(maxlen=100_000)
        self.limits: dict[tuple[str, str], RateLimit] = {}
        self._arrivals: dict[tuple[str, str], deque[float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"])
        body = await _body(receive)
        if path == "/_faults" and scope["method"] == "PUT":
            await _reply(send, self._set_faults(body))
            return
        if path == "/":
            await _reply(send, self._index())
            return
        self.requests.append(path)
        fault = self.faults.strike(path)
        if fault is not None and fault.kind is FaultKind.DELAY:
            await anyio.sleep(fault.seconds)
        ask = Ask(
            path=path,
            now=self._now(),
            method=str(scope["method"]),
            params=dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True)),
            headers={name.decode().lower(): value.decode() for name, value in scope["headers"]},
            body=body,
        )
        answer = await anyio.to_thread.run_sync(self._answer, ask)
        await _reply(send, answer if fault is not None else conditional(ask, answer), fault)

    def _answer(self, ask: Ask) -> Answer:
        """The answer of the host named by the path."""
        market, _, rest = ask.path.lstrip("/").partition("/")
        host, _, path = rest.partition("/")
        too_fast = self._too_fast((market, host))
        if too_fast is not None:
            return too_fast
        responder = self._host(market, host)
        return Answer.missing() if responder is None else responder(attrs.evolve(ask, path=path))

    def _too_fast(self, host: tuple[str, str]) -> Answer | None:
        """The refusal of a request that exceeds its host's limit."""
        rate = self.limits.get(host)
        if rate is None:
            return None
        with self._lock:
            arrivals = self._arrivals.setdefault(host, deque(maxlen=rate.requests))
            now, full = time.monotonic(), len(arrivals) == rate.requests
            refused = full and now - arrivals[0] < rate.per.total_seconds()
            arrivals.append(now)
        page = f"<html><body><p>Please retry your request after {rate.per.total_seconds():g} seconds.</p></body></html>"
        return Answer(status=429, body=page.encode(), content_type="text/html") if refused else None

    def _host(self, market: str, host: str) -> Responder | None:
        if market not in self._registry.markets:
            return None
        with self._lock:
            if market not in self._responders:
                try:
                    self._responders[market] = self._registry.sandbox(market)
                except EnergyOptiError:
                    self._responders[market] = {}
            return self._responders[market].get(host)

    def _index(self) -> Answer:
        """The list of what is served."""
        hosts = {
            market.id: [host.name for host in market.hosts] for market in self._registry.markets.values()
        }
        return Answer(body=json.dumps(hosts).encode(), content_type="application/json")

    def _set_faults(self, body: bytes) -> Answer:
        try:
            wanted = json.loads(body)
            if not isinstance(wanted, list):
                raise ValueError("a JSON array of faults is due")  # noqa: TRY301, TRY004 - answered below
            self.faults.set(*cattrs.structure(wanted, list[Fault]))
        except (ValueError, cattrs.BaseValidationError) as error:
            return Answer(status=400, body=str(error).encode(), content_type="text/plain")
        return Answer(status=204)


def sandbox_app(registry: Registry, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Sandbox:
    """The ASGI app that serves every installed market; ``now`` is its clock."""
    return Sandbox(registry, now=now)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _reply(send: Send, answer: Answer, fault: Fault | None = None) -> None:
    """Send an answer, damaged by a fault if there is one."""
    kind = fault.kind if fault is not None else None
    if fault is not None and kind is FaultKind.STATUS:
        headers = {"retry-after": f"{fault.retry_after:g}"} if fault.retry_after is not None else {}
        answer = Answer(status=fault.status, body=b"fault", content_type="text/plain", headers=headers)
    elif kind is FaultKind.HTML:
        answer = Answer(body=_PAGE, content_type="text/html")
    elif kind is FaultKind.EMPTY:
        answer = attrs.evolve(answer, status=200, body=b"")
    headers = {"content-type": answer.content_type, "content-length": str(len(answer.body)), **answer.headers}
    if answer.modified is not None:
        headers["last-modified"] = http_date(answer.modified)
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )
    if fault is not None and kind in {FaultKind.DROP, FaultKind.STALL, FaultKind.TRUNCATE}:
        sent = b"" if kind is FaultKind.DROP else answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": sent, "more_body": True})
        if kind is FaultKind.STALL:
            await anyio.sleep(fault.seconds)
        raise ConnectionDroppedError
    await send({"type": "http.response.body", "body": answer.body})
