"""Energy prices and the indices that move them."""

from __future__ import annotations

from datetime import datetime

from energyopti.datasets.base import Row
from energyopti.schema import dataset, field, record
from energyopti.vocabulary import AdderKind, AncillaryProduct, Commodity, LocationType, Run, Status


@record
class LmpRow(Row):
    """Locational marginal prices.

    In every market `lmp = energy + congestion + loss + ghg`: signs are unified on the way in, so a positive
    congestion always raises the price. A component that a market does not publish is null.
    """

    run: Run = field("the market run that made the price", key=True)
    location: str = field("the ISO's own identifier", key=True)
    location_name: str | None = field("the ISO's name for the location")
    location_type: LocationType = field("what kind of location it is", key=True)
    lmp: float | None = field("the price", unit="USD/MWh")
    energy: float | None = field("system energy component", unit="USD/MWh")
    congestion: float | None = field("congestion component; positive raises the price", unit="USD/MWh")
    loss: float | None = field("marginal loss component", unit="USD/MWh")
    ghg: float | None = field("greenhouse-gas component", unit="USD/MWh")
    status: Status | None = field("how final the row is; null where the source does not say")
    version: int | None = field(
        "the revision of the price; null where the source does not number them", key=True
    )


@record
class IndexPriceRow(Row):
    """Index prices of fuels and allowances.

    The gas and greenhouse-gas prices that a market publishes as inputs to bids.
    """

    commodity: Commodity = field("what is priced", key=True)
    location: str = field("fuel region or program", key=True)
    price: float | None = field("the index price, in `price_unit`", unit="price_unit")
    price_unit: str = field("the unit of `price`, such as `USD/MMBtu`")


@record
class PriceCorrectionRow(Row):
    """Corrections of prices that were published.

    One row per correction of an interval, which is the interval whose prices were corrected. It says what was corrected,
    not by how much: the prices themselves are in the feeds of their run.
    """

    publish_time: datetime | None = field(
        "when the correction was published; null where the source does not say", unit="UTC", key=True
    )
    run: Run | None = field("the market run whose prices were corrected; null for an unknown one", key=True)
    location: str = field("the area affected, in the source's own word", key=True)
    method: str | None = field("how the prices were corrected, in the source's own word", key=True)
    price_type: str | None = field("which prices, in the source's own word", key=True)
    reason: str | None = field("why, in the source's own words")
    count: int | None = field("the source's own count of the correction")


@record
class PriceAdderRow(Row):
    """Adders to the prices of a market run.

    What a market adds to the prices that its dispatch makes. ERCOT's dispatch prices (LMP) have none of them; its
    settlement point prices include `online_reserve` until 2025-12-04, and `reliability_deployment` for energy before
    and since.
    """

    run: Run = field("the market run whose prices it is added to", key=True)
    adder: AdderKind = field("what it is for, in the unified vocabulary")
    adder_native: str = field("the source's own word for it", key=True)
    product: AncillaryProduct | None = field(
        "the service whose price it is added to; null: not a service, but energy or reserve off line"
    )
    location: str = field("zone, region or system", key=True)
    price: float | None = field("the adder; for a service in USD/MW per hour", unit="USD/MWh")


LMP = dataset("lmp", LmpRow)
INDEX_PRICES = dataset("index_prices", IndexPriceRow)
PRICE_CORRECTIONS = dataset("price_corrections", PriceCorrectionRow)
PRICE_ADDERS = dataset("price_adders", PriceAdderRow)
