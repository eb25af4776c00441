"""The New York ISO for energyopti."""

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
    """New York."""
    from energyopti_nyiso.market import NYISO

    return [NYISO]


@hookimpl
def energyopti_sandbox(market: str) -> Mapping[str, Responder] | None:
    """New York, served locally."""
    if market != "nyiso":
        return None
    from energyopti_nyiso.sandbox import responders

    return responders()
