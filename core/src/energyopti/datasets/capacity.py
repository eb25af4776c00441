"""Capacity bought ahead, and demand that can be curtailed."""

from __future__ import annotations

from energyopti.datasets.base import Row
from energyopti.schema import dataset, field, record
from energyopti.vocabulary import CapacityBasis


@record
class CapacityRow(Row):
    """Capacity auction results.

    The interval is the delivery period: a month, a season or a year. Unforced capacity (UCAP) is installed capacity
    less what each market's own accreditation takes off, and that changes over the years: MW and prices of different
    accreditations are not comparable. PJM has accredited by marginal effective load carrying capability (ELCC) since
    delivery year 2025/2026, by forced outage rates before.
    """

    auction: str = field("the auction's name as the market writes it", key=True)
    location: str = field("locality, zone or delivery area", key=True)
    product: str | None = field(
        "the capacity product, such as `capacity_performance`; null where a market has one", key=True
    )
    price: float | None = field("clearing price", unit="USD/MW-day")
    price_native: float | None = field("clearing price as published", unit="price_native_unit")
    price_native_unit: str | None = field("the unit of `price_native`, such as `USD/kW-month`")
    cleared: float | None = field("capacity cleared", unit="MW")
    basis: CapacityBasis = field("installed or unforced capacity", key=True)


@record
class DemandResponseRow(Row):
    """Demand response: what can be curtailed, and what was.

    Where a resource's consumption has limits, what can be called is at most the maximum less the minimum.
    """

    program: str = field("program or service", key=True)
    resource_type: str = field("the class of resource", key=True)
    location: str = field("resource, zone or system", key=True)
    capacity: float | None = field(
        "the most that could be called: published, or `maximum` less `minimum` where that is known", unit="MW"
    )
    maximum: float | None = field("maximum consumption of the resource", unit="MW")
    minimum: float | None = field("minimum consumption of the resource", unit="MW")
    deployed: float | None = field("what was called", unit="MW")


CAPACITY = dataset("capacity", CapacityRow)
DEMAND_RESPONSE = dataset("demand_response", DemandResponseRow)
