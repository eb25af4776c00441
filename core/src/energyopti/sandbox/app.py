"""The sandbox as an ASGI app: ``/{market}/{host}/{path}`` is that host's path.

``GET /`` lists what is served; ``PUT /_faults`` with a JSON array of faults turns those on, and all others off: from
this machine only. Whatever else is sent gets an answer: 400 for what cannot be read, 413 for a body that is too long.
"""

from __future__ import annotations

import json
import logging
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
from energyopti.plugins import FAILURES, in_words
from energyopti.registry import Registry
from energyopti.sandbox.conditions import conditional, http_date
from energyopti.sandbox.faults import Fault, FaultKind, Faults
from energyopti.sandbox.wire import Answer, Ask, Responder
from energyopti.source.exposure import is_loopback

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST_UPLOADED = 1 << 20
"""The most bytes that a request may send: no market's requests are longer."""

_MOST_FIELDS, _MOST_FAULTS, _LONGEST_PATH = 1_000, 1_000, 2_000
_ELSEWHERE = "the faults can be switched from this machine only"
_log = logging.getLogger("energyopti")
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
        if body is None:
            await _reply(
                send, _said(413, f"a body has at most {MOST_UPLOADED:,} bytes here", connection="close")
            )
            return
        if path == "/_faults" and scope["method"] == "PUT":
            await _reply(send, self._set_faults(body) if _is_here(scope) else _said(403, _ELSEWHERE))
            return
        if path == "/":
            await _reply(send, self._index())
            return
        self.requests.append(path[:_LONGEST_PATH])
        fault = self.faults.strike(path)
        if fault is not None and fault.kind is FaultKind.DELAY:
            await anyio.sleep(fault.seconds)
        try:
            query = scope["query_string"].decode()
            params = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError as error:
            await _reply(send, _said(400, f"the query cannot be read: {error}"))
            return
        ask = Ask(
            path=path,
            now=self._now(),
            method=str(scope["method"]),
            params=params,
            headers={
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
            },
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
        if responder is None:
            return Answer.missing()
        try:
            return responder(attrs.evolve(ask, path=path))
        except (
            FAILURES
        ) as error:  # most often what was asked; it may be the plugin's mistake, so it is logged too
            _log.warning("%s cannot answer %s", market, ask.path[:_LONGEST_PATH], exc_info=error)
            asked = isinstance(error, ValueError | LookupError | OverflowError | EnergyOptiError)
            return _said(400 if asked else 500, f"{host} cannot answer that: {in_words(error)}")

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
            if len(wanted) > _MOST_FAULTS:
                raise ValueError(f"at most {_MOST_FAULTS:,} faults are due")  # noqa: TRY301 - answered below
            self.faults.set(*cattrs.structure(wanted, list[Fault]))
        except (ValueError, RecursionError, cattrs.BaseValidationError) as error:
            return _said(400, str(error))
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


def _is_here(scope: Scope) -> bool:
    """Whether a request comes from this machine: over loopback, or in process."""
    return scope.get("client") is None or is_loopback(str(scope["client"][0]))


def _said(status: int, words: str, **headers: str) -> Answer:
    """A refusal, in words."""
    return Answer(
        status=status, body=words.encode("utf-8", "replace"), content_type="text/plain", headers=headers
    )


async def _body(receive: Receive) -> bytes | None:
    """The body of a request; None if it is too long: the rest of it is not read."""
    parts, total, more = [], 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        total += len(parts[-1])
        if total > MOST_UPLOADED:
            return None
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
