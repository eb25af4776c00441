"""A few rows of each feed in the published form, and the rows that they mean.

The rows are written by hand from CAISO's documentation, with made-up figures; they are the oracle of the contract
tests.
"""

from __future__ import annotations

from datetime import UTC, datetime


def utc(text: str) -> datetime:
    """An instant in UTC, written as ISO text without its zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def csv(*lines: str) -> bytes:
    """Lines of a report."""
    return "\n".join([*lines, ""]).encode()
