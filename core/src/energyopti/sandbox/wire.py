"""Requests to a sandboxed host and its answers: plain values, no server in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

import attrs

_MISSING = HTTPStatus.NOT_FOUND.value


@attrs.frozen(kw_only=True)
class Ask:
    """A request to one sandboxed host; ``path`` is below the host's base, without a leading slash.

    ``now`` is the sandbox's clock: anything after it is not published yet.
    """

    path: str
    now: datetime
    method: str = "GET"
    params: Mapping[str, str] = attrs.field(factory=dict)
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: bytes = b""


@attrs.frozen(kw_only=True)
class Answer:
    """A host's answer, as the real host would give it."""

    status: int = 200
    body: bytes = attrs.field(default=b"", repr=False)
    content_type: str = "application/octet-stream"
    modified: datetime | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def missing(cls) -> Answer:
        """A 404, with the HTML body that servers like to send."""
        body = b"<html><head><title>404</title></head><body>Not Found</body></html>"
        return cls(status=_MISSING, body=body, content_type="text/html")


Responder = Callable[[Ask], Answer]
"""One host of a market, as a pure function: the same request gets the same answer."""


@attrs.frozen
class Together:
    """One host, of whose documents several plugins bring some: the first that does not answer 404 is heard.

    The host's own plugin comes first, so that no other takes an answer of its over.
    """

    own: Responder
    others: tuple[Responder, ...]

    def __call__(self, ask: Ask) -> Answer:
        """The answer of the first plugin that has one; else the 404 of the host's own."""
        answer = self.own(ask)
        if answer.status != _MISSING:
            return answer
        more = (other(ask) for other in self.others)
        return next((each for each in more if each.status != _MISSING), answer)
