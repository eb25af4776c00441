"""The only package that talks to the markets' servers.

A plugin sees only `Source`: rate limits, retries, authentication, size caps and caching are written once,
here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from energyopti.lazy import exports
from energyopti.source.collecting import Collect
from energyopti.source.message import Excerpt, Expect, Payload, Request, TryAgain
from energyopti.source.receipts import Receipt

if TYPE_CHECKING:
    from energyopti.source.client import Client
    from energyopti.source.source import Source


__getattr__ = exports(__name__, {"Client": "client", "Source": "source"})
"""The HTTP side is imported on first use: declaring a feed needs none of it."""


__all__ = ["Client", "Collect", "Excerpt", "Expect", "Payload", "Receipt", "Request", "Source", "TryAgain"]
