"""A few lines of each kind of document in the published form, and the rows that they mean.

The lines are written by hand from NYISO's documents, with made-up figures; the rows state what they mean in
the unified form. They are the oracle of the contract tests.
"""

from __future__ import annotations

from datetime import UTC, datetime


def utc(text: str) -> datetime:
    """An instant in UTC, written as ISO text without its zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
