"""ISO New England for energyopti."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from energyopti import Market, hookimpl

if TYPE_CHECKING:
    from energyopti.sandbox import Responder

ENERGYOPTI_API = "1.0"
"""The version of energyopti's plugin contract that this was written for."""


@hookimpl
def energyopti_markets() -> Sequence[Market]:
    """The market of this plugin."""
    from energyopti_isone.market import ISONE

    return [ISONE]


@hookimpl
def energyopti_sandbox(market: str) -> Mapping[str, Responder] | None:
    """The market, served locally."""
    if market != "isone":
        return None
    from energyopti_isone.sandbox import responders

    return responders()
