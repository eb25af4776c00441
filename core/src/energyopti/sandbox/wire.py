"""Requests to a sandboxed host and its answers: plain values, no server in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import attrs


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
        return cls(status=404, body=body, content_type="text/html")


Responder = Callable[[Ask], Answer]
"""One host of a market, as a pure function: the same request gets the same answer."""
