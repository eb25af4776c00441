"""What a response's headers say of time."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime

import httpx


def modified(response: httpx.Response) -> datetime | None:
    """The host's ``Last-Modified``, or None."""
    return _http_date(response.headers.get("last-modified", ""))


def retry_after(response: httpx.Response, now: datetime) -> float | None:
    """The seconds that ``Retry-After`` asks for, as a number or as a date; None if it does not."""
    asked = response.headers.get("retry-after", "").strip()
    if response.status_code not in {429, 503} or not asked:
        return None
    if asked.isascii() and asked.replace(".", "", 1).isdecimal():
        return float(asked)
    until = _http_date(asked)
    return None if until is None else max(0.0, (until - now).total_seconds())


def _http_date(text: str) -> datetime | None:
    """A date of an HTTP header as UTC, which it is in unless it says otherwise; None if it is none."""
    try:
        found = email.utils.parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
