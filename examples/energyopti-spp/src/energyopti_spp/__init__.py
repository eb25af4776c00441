"""SPP for energyopti."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from energyopti import Finding, FindingKind, Market, hookimpl

if TYPE_CHECKING:
    import polars as pl
    from energyopti import Chunk
    from energyopti.checks import Check
    from energyopti.sandbox import Responder

ENERGYOPTI_API = "1.0"
"""The version of energyopti's plugin contract that this was written for."""


@hookimpl
def energyopti_markets() -> Sequence[Market]:
    """The market of this plugin."""
    from energyopti_spp.market import SPP

    return [SPP]


@hookimpl
def energyopti_checks(dataset: str) -> Sequence[Check]:
    """One more check for prices."""
    return [prices_of_zero] if dataset == "lmp" else []


def prices_of_zero(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
    """Rows of SPP in which the price and all its components are exactly zero: placeholders, it seems."""
    import polars as pl

    if chunk.market.id != "spp":
        return
    columns = ("lmp", "energy", "congestion", "loss")
    zeros = frame.filter(pl.all_horizontal(pl.col(name) == 0 for name in columns)).height
    if zeros:
        message = f"{zeros} rows have a price of zero and no component: SPP may have had no price for them"
        yield Finding(kind=FindingKind.BOUNDS, message=message, rows=zeros, column="lmp")


@hookimpl
def energyopti_sandbox(market: str) -> Mapping[str, Responder] | None:
    """The market, served locally."""
    if market != "spp":
        return None
    from energyopti_spp.sandbox import responders

    return responders()
