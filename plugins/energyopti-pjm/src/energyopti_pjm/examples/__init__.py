"""A few rows of each feed in the published form, and the rows that they mean.

The rows are written by hand from PJM's documentation, with made-up figures; they are the oracle of the contract
tests.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any


def utc(text: str) -> datetime:
    """An instant in UTC, written as ISO text without its zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def envelope(*items: dict[str, Any]) -> bytes:
    """Rows as a page of Data Miner."""
    page = {"links": [], "items": items, "searchSpecification": {"rowCount": 50_000}, "totalRows": len(items)}
    return json.dumps(page, separators=(",", ":")).encode()
