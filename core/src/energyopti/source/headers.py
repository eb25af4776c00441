"""What a response's headers say about time."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime

import httpx

from energyopti.tuning.hosts import LONGEST_CLAIM


def modified(response: httpx.Response) -> datetime | None:
    """The host's ``Last-Modified`` time, or None."""
    return _http_date(response.headers.get("last-modified", ""))


def retry_after(response: httpx.Response, now: datetime) -> float | None:
    """The seconds that ``Retry-After`` asks for, given as a number or as a date; None if it is absent.

    No more than `LONGEST_CLAIM`, whatever it says.
    """
    asked = response.headers.get("retry-after", "").strip()
    if response.status_code not in {429, 503} or not asked:
        return None
    if asked.isascii() and asked.replace(".", "", 1).isdecimal():
        return min(float(asked), LONGEST_CLAIM.total_seconds())
    until = _http_date(asked)
    return None if until is None else max(0.0, min(until - now, LONGEST_CLAIM).total_seconds())


def _http_date(text: str) -> datetime | None:
    """An HTTP header's date in UTC, which it means unless it says otherwise; None if it is not a date."""
    try:
        found = email.utils.parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
