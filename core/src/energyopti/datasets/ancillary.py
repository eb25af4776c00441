"""Reserves, regulation and flexible ramping."""

from __future__ import annotations

from energyopti.datasets.base import Row
from energyopti.schema import dataset, field, record
from energyopti.vocabulary import AncillaryProduct, Direction, PriceBasis, Run, Status


@record
class AncillaryPriceRow(Row):
    """Prices of reserves and regulation."""

    run: Run = field("the market run that made the price", key=True)
    product: AncillaryProduct = field(
        "the product in the unified vocabulary; `unknown` where it has no word for the source's product"
    )
    response_minutes: int | None = field(
        "within how many minutes the reserve must be there; null where the market does not say",
        unit="minutes",
    )
    product_native: str = field("the source's own word for it", key=True)
    location: str = field("reserve zone, region or system", key=True)
    basis: PriceBasis = field(
        "`clearing`: what a resource there is paid; `regional_shadow`: one region's component of it", key=True
    )
    price: float | None = field(
        "the price; for mileage products in USD/MW of movement", unit="USD/MW per hour"
    )
    status: Status | None = field("how final the row is; null where the source does not say")


@record
class AncillaryQuantityRow(Row):
    """Requirements and procured quantities of reserves and regulation."""

    run: Run = field("the market run", key=True)
    product: AncillaryProduct = field(
        "the product in the unified vocabulary; `unknown` where it has no word for the source's product"
    )
    response_minutes: int | None = field(
        "within how many minutes the reserve must be there; null where the market does not say",
        unit="minutes",
    )
    product_native: str = field("the source's own word for it", key=True)
    location: str = field("reserve zone, region or system", key=True)
    requirement: float | None = field("what the market needed", unit="MW")
    procured: float | None = field("what it bought", unit="MW")


@record
class NodalReservePriceRow(Row):
    """Prices of reserves by node.

    For reserves that are priced at every node, as energy is: the price, and its components as they are published.
    """

    run: Run = field("the market run that made the price", key=True)
    product: AncillaryProduct = field(
        "the product in the unified vocabulary; `unknown` where it has no word for the source's product"
    )
    product_native: str = field("the source's own word for it", key=True)
    location: str = field("the ISO's own identifier of the node", key=True)
    price: float | None = field("the price", unit="USD/MW per hour")
    capacity: float | None = field("capacity component", unit="USD/MW per hour")
    congestion: float | None = field("congestion component, as published", unit="USD/MW per hour")
    loss: float | None = field("loss component; null for products without one", unit="USD/MW per hour")


@record
class FlexibleRampRow(Row):
    """Flexible ramping: requirement, award and price."""

    run: Run = field("the market run", key=True)
    direction: Direction | None = field("up or down; null where the source does not say", key=True)
    component: str | None = field(
        "the part of it, such as a segment of a demand curve, in the source's own word; null: all of it",
        key=True,
    )
    location: str = field("balancing area or group", key=True)
    requirement: float | None = field("what the market needed", unit="MW")
    procured: float | None = field("what it bought", unit="MW")
    price: float | None = field("the price", unit="USD/MWh")


ANCILLARY_PRICES = dataset("ancillary_prices", AncillaryPriceRow)
ANCILLARY_QUANTITIES = dataset("ancillary_quantities", AncillaryQuantityRow)
RESERVE_PRICES_NODAL = dataset("reserve_prices_nodal", NodalReservePriceRow)
FLEXIBLE_RAMP = dataset("flexible_ramp", FlexibleRampRow)
