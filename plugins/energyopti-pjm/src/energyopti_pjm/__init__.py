"""PJM for energyopti."""

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
    """PJM."""
    from energyopti_pjm.market import PJM

    return [PJM]


@hookimpl
def energyopti_sandbox(market: str) -> Mapping[str, Responder] | None:
    """PJM, served locally."""
    if market != "pjm":
        return None
    from energyopti_pjm.sandbox import responders

    return responders()
