"""The only package that talks to the markets' servers.

A plugin sees only `Source`: rate limits, retries, authentication, size caps and caching are written once,
here.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from energyopti.source.collecting import Collect
from energyopti.source.message import Excerpt, Expect, Payload, Request, TryAgain
from energyopti.source.receipts import Receipt

if TYPE_CHECKING:
    from energyopti.source.client import Client
    from energyopti.source.source import Source


def __getattr__(name: str) -> Any:
    """Import the HTTP side on first use: declaring a feed needs none of it."""
    if name not in {"Client", "Source"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{name.lower()}"), name)


__all__ = ["Client", "Collect", "Excerpt", "Expect", "Payload", "Receipt", "Request", "Source", "TryAgain"]
