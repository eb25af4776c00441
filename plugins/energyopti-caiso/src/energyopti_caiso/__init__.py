"""The California ISO for energyopti."""

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
    """The California ISO."""
    from energyopti_caiso.market import CAISO

    return [CAISO]


@hookimpl
def energyopti_sandbox(market: str) -> Mapping[str, Responder] | None:
    """The California ISO, served locally."""
    if market != "caiso":
        return None
    from energyopti_caiso.sandbox import responders

    return responders()
