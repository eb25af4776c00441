"""The network: hosts that answer what is published at the clock's time, unless they are down; every request is noted."""

from __future__ import annotations

import contextvars
import email.utils
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import attrs
import httpx

from energyopti.sandbox import Answer, Ask, Responder
from simulation.schedules import Outage

ASKER: contextvars.ContextVar[str] = contextvars.ContextVar("asker", default="")
"""Who asks: a watch by its name, or a query."""

BASE = "http://simulated"


@attrs.frozen
class Asked:
    """One request: when, which host for what, for whom, and how it was answered."""

    at: datetime
    host: str
    path: str
    asker: str
    status: int
    size: int = 0


class World(httpx.AsyncBaseTransport):
    """All hosts of one market; those that are ``tagged`` give every answer a tag, and do not repeat what the asker has."""

    def __init__(
        self,
        hosts: Mapping[str, Responder],
        now: Callable[[], datetime],
        outages: Sequence[Outage] = (),
        *,
        tagged: bool = True,
    ) -> None:
        self._hosts = hosts
        self._now = now
        self._tagged = tagged
        self.outages = tuple(outages)
        self.requests: list[Asked] = []

    def is_down(self, since: datetime, until: datetime) -> bool:
        """Whether any host was down at some instant of a time."""
        return any(each.start <= until and since <= each.end for each in self.outages)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        body = await request.aread()
        host, _, path = request.url.path.lstrip("/").partition("/")
        trouble = self._trouble(host)
        if trouble == "down":
            self._note(host, path, 0)
            raise httpx.ConnectError("connection refused", request=request)
        if trouble is not None:
            self._note(host, path, int(trouble))
            return httpx.Response(int(trouble), content=b"busy", request=request)
        ask = Ask(
            path=path,
            now=self._now(),
            method=request.method,
            params=dict(parse_qsl(request.url.query.decode(), keep_blank_values=True)),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
        )
        responder = self._hosts.get(host)
        answer = Answer.missing() if responder is None else responder(ask)
        response = self._response(request, answer)
        named = f"{path}?{request.url.query.decode()}" if request.url.query else path
        self._note(host, named, response.status_code, len(answer.body))
        return response

    def _trouble(self, host: str) -> str | None:
        now = self._now()
        for each in self.outages:
            if each.covers(host, now):
                spread = (len(self.requests) * 7_919) % 1_000 / 1_000
                return each.how if spread < each.share else None
        return None

    def _note(self, host: str, path: str, status: int, size: int = 0) -> None:
        self.requests.append(Asked(self._now(), host, path, ASKER.get(), status, size))

    def _response(self, request: httpx.Request, answer: Answer) -> httpx.Response:
        """An answer as HTTP: with its times and tags, and without a body where the asker has it."""
        headers = {"content-type": answer.content_type, **answer.headers}
        if answer.status != 200:
            return httpx.Response(answer.status, headers=headers, content=answer.body, request=request)
        tag = f'"{hashlib.blake2b(answer.body, digest_size=12).hexdigest()}"'
        if self._tagged:
            headers["etag"] = tag
        if answer.modified is not None:
            headers["last-modified"] = email.utils.format_datetime(
                answer.modified.astimezone(UTC), usegmt=True
            )
        has_it = self._tagged and request.headers.get("if-none-match") == tag
        if has_it or self._has_it(request, answer):
            return httpx.Response(304, headers=headers, request=request)
        return httpx.Response(200, headers=headers, content=answer.body, request=request)

    @staticmethod
    def _has_it(request: httpx.Request, answer: Answer) -> bool:
        since = request.headers.get("if-modified-since")
        if since is None or answer.modified is None or "if-none-match" in request.headers:
            return False
        return answer.modified.replace(microsecond=0) <= email.utils.parsedate_to_datetime(since)
