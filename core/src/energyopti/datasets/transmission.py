"""Transmission rights, binding constraints, and schedules."""

from __future__ import annotations

from datetime import datetime

from energyopti.datasets.base import Row
from energyopti.schema import dataset, field, record
from energyopti.vocabulary import FtrKind, Hedge, Run, ScheduleKind, Trade


@record
class FtrRow(Row):
    """Financial transmission rights (FTR, CRR, TCC).

    The interval is the period that the right covers. Auctions repeat rows on purpose (several awards of
    one path): `ordinal` numbers them, so that none is lost.

    The block is the hours that a right covers, as they are traded and as its market defines its class. `5x16` is the
    sixteen daytime hours of weekdays, `2x16` those of weekends and NERC holidays, `7x8` the other hours of every day,
    `7x24` all hours. PJM's off-peak is `5x8+2x24` and its daily off-peak `7x8`; ERCOT's off-peak is `7x8`. CAISO's on-peak
    is `6x16`, Monday to Saturday, and its off-peak all other hours, `6x8+1x24`. NYISO's contracts are `7x24`.
    """

    auction: str = field("the auction and round as the market writes it", key=True)
    kind: FtrKind = field("what the row is about", key=True)
    source: str = field("where the right begins", key=True)
    sink: str = field("where it ends", key=True)
    hedge: Hedge = field("obligation or option", key=True)
    block: str = field("the hours it covers, as traded: `5x16`, `7x8`, `7x24`, ...", key=True)
    hours: int | None = field(
        "hours of the block in the interval, without NERC holidays; null where the period is not known",
        unit="h",
    )
    trade: Trade | None = field("bought, sold or self-scheduled", key=True)
    quantity: float | None = field("size of the right", unit="MW")
    price: float | None = field("the price, in `price_unit`", unit="price_unit")
    price_unit: str = field("`USD/MW` for the whole period, or `USD/MWh` of it, as for `credit_reference`")
    participant: str | None = field("the holder or bidder, where published", key=True)
    ordinal: int = field("0 for the first of identical rows, 1 for the next, ...", key=True)
    publish_time: datetime | None = field("when the result was posted; null where unknown", unit="UTC")


@record
class ConstraintRow(Row):
    """Binding transmission constraints.

    A shadow price keeps the sign that its market publishes: CAISO and NYISO publish both signs, and a filter on positive
    values loses constraints that bind. Filter on values other than zero, and rank by the absolute value. PJM publishes
    zero or less; there the sign is turned, so that the value of a binding constraint is positive. ERCOT's are positive
    wherever they were seen.
    """

    run: Run = field("the market run", key=True)
    constraint: str = field("the limiting facility or interface", key=True)
    contingency: str | None = field("the contingency it is secured against; null: base case", key=True)
    shadow_price: float | None = field(
        "marginal value of the constraint, with its market's sign; any value other than zero binds",
        unit="USD/MWh",
    )
    limit: float | None = field("the limit in force", unit="MW")
    flow: float | None = field("the flow", unit="MW")


@record
class ScheduleRow(Row):
    """Schedules of generation, load and interchange, and what flowed or ran.

    Imports, and interchange into the market, are positive; flows over interfaces within the market (`internal_flow`) are
    positive in the interface's own direction. Capacity (`offered_capacity`, `committed_capacity`) is the most that could
    run: never add it to schedules. Where a source splits a kind, such as load bids into
    fixed, price-capped and virtual, `component` names the part.
    """

    run: Run | None = field("the market run; null for actuals only", key=True)
    kind: ScheduleKind = field("what is scheduled", key=True)
    component: str | None = field("the part of it, in the source's own word; null: all of it", key=True)
    location: str = field("interface, zone, tie or system", key=True)
    scheduled: float | None = field("the schedule; of capacity kinds, the offer or commitment", unit="MW")
    actual: float | None = field("what flowed or ran", unit="MW")


FTR = dataset("ftr", FtrRow)
CONSTRAINTS = dataset("constraints", ConstraintRow)
SCHEDULES = dataset("schedules", ScheduleRow)
