"""What is kept of a host's answer after its content is gone: enough to ask whether it is still the same."""

from __future__ import annotations

import email.utils
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import attrs

from energyopti.source.message import Payload, Request


@attrs.frozen(kw_only=True)
class Receipt:
    """An answer without its content: which host answered which request, the hash, and what identifies the version.

    ``fetched_at`` is when the host was asked. ``etag`` and ``modified`` are the host's own version marks, if it sends
    any; ``excerpt`` is the hash of what a chunk took from a larger document.
    """

    host: str
    request: Request = attrs.field(repr=False)
    url: str
    sha256: str
    fetched_at: datetime
    etag: str | None = None
    modified: datetime | None = None
    excerpt: str | None = None

    @classmethod
    def of(cls, host: str, request: Request, payload: Payload, excerpt: str | None = None) -> Receipt:
        """The receipt of a payload."""
        return cls(
            host=host,
            request=request,
            url=payload.url,
            sha256=payload.sha256,
            fetched_at=payload.fetched_at,
            etag=payload.etag,
            modified=payload.modified,
            excerpt=excerpt,
        )

    @property
    def can_change(self) -> bool:
        """Whether it is data that may change one day."""
        return not (self.request.immutable or self.request.reference)

    @property
    def conditional(self) -> Request:
        """The same request, to be answered only if the answer has changed; a POST supports no such condition."""
        conditions = self._conditions if self.request.method == "GET" else {}
        return attrs.evolve(self.request, conditions=conditions)

    @property
    def _conditions(self) -> Mapping[str, str]:
        conditions = {} if self.etag is None else {"If-None-Match": self.etag}
        if self.modified is not None:
            stamp = email.utils.format_datetime(self.modified.astimezone(UTC), usegmt=True)
            conditions["If-Modified-Since"] = stamp
        return conditions


def hash_of(taken: object) -> str:
    """The hash of what a chunk took from a document."""
    return hashlib.sha256(repr(taken).encode()).hexdigest()
