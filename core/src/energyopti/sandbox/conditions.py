"""Conditional requests: a host names the version of its answer, and sends no body if the caller has that version."""

from __future__ import annotations

import email.utils
import hashlib
from datetime import UTC, datetime

import attrs

from energyopti.sandbox.wire import Answer, Ask

_OK, _NOT_MODIFIED = 200, 304


def conditional(ask: Ask, answer: Answer) -> Answer:
    """An answer with its version in ``ETag``; 304 without a body if the request already has that version."""
    if ask.method != "GET" or answer.status != _OK:
        return answer
    etag = f'"{hashlib.blake2b(answer.body, digest_size=12).hexdigest()}"'
    answer = attrs.evolve(answer, headers={"etag": etag, **answer.headers})
    if not _is_known(ask, answer):
        return answer
    return attrs.evolve(answer, status=_NOT_MODIFIED, body=b"")


def _is_known(ask: Ask, answer: Answer) -> bool:
    """Whether the request already has this version; its modification time counts only if it names no version."""
    known = ask.headers.get("if-none-match")
    if known is not None:
        return answer.headers["etag"] in (each.strip().removeprefix("W/") for each in known.split(","))
    return answer.modified is not None and ask.headers.get("if-modified-since") == http_date(answer.modified)


def http_date(moment: datetime) -> str:
    """A moment in HTTP's date format."""
    return email.utils.format_datetime(moment.astimezone(UTC), usegmt=True)
