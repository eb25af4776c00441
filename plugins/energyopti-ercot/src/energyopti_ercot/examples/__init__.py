"""A few rows of each feed in the published form, and the rows that they mean.

The rows are written by hand from ERCOT's documentation, with made-up figures; they are the oracle of the contract
tests.
"""

from __future__ import annotations

from datetime import UTC, datetime


def utc(text: str) -> datetime:
    """An instant in UTC, written as ISO text without its zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def document(*lines: str) -> bytes:
    """The lines of a document, its header first."""
    return "\n".join([*lines, ""]).encode()
