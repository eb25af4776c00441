"""ERCOT's day-ahead prices of ancillary services: one price for all of ERCOT."""

from __future__ import annotations

from datetime import timedelta

from energyopti import Example, Feed, Run
from energyopti.datasets import ANCILLARY_PRICES
from energyopti.layouts import Lookup, Number, Text
from energyopti.vocabulary import AncillaryProduct, PriceBasis
from energyopti_ercot.documents import Report
from energyopti_ercot.examples import ancillary as examples
from energyopti_ercot.layouts import HOUR, api_report, hours, of_api, report
from energyopti_ercot.sources import API_FROM, API_UNCONFIRMED, PRODUCT, EndPoint, eras
from energyopti_ercot.vocabulary import SYSTEM

SERVICES = {
    "REGUP": AncillaryProduct.REGULATION_UP.value,
    "REGDN": AncillaryProduct.REGULATION_DOWN.value,
    "RRS": AncillaryProduct.RESPONSIVE_RESERVE.value,
    "NSPIN": AncillaryProduct.NON_SPINNING_RESERVE.value,
    "ECRS": AncillaryProduct.CONTINGENCY_RESERVE.value,
}
"""ERCOT's services as unified products."""

_COLUMNS = (Text("AncillaryType", to="product_native"), Number("MCPC", to="price"))
_PRODUCT = Lookup(
    to="product",
    of="product_native",
    values=SERVICES,
    default=AncillaryProduct.OPERATING_RESERVE.value,
    report=True,
)
_FIXED = {"location": SYSTEM, "basis": PriceBasis.CLEARING.value}
_HOURS = hours()
CLEARING_PRICES = report(
    ANCILLARY_PRICES,
    _HOURS,
    columns=_COLUMNS,
    derived=(_PRODUCT,),
    constants=_FIXED,
    api=api_report(ANCILLARY_PRICES, of_api(_HOURS), columns=_COLUMNS, derived=(_PRODUCT,), constants=_FIXED),
)

DAY_AHEAD_CLEARING_PRICES = Feed(
    name="dam_clear_price_for_cap",
    dataset=ANCILLARY_PRICES,
    run=Run.DAY_AHEAD,
    title="Day-ahead clearing prices of regulation and reserves, hourly",
    documented_at=PRODUCT.format("NP4-188-CD"),
    history_from=API_FROM,
    step=HOUR,
    ahead=timedelta(days=2),
    cadence=timedelta(minutes=30),
    layout=CLEARING_PRICES,
    example=Example(payload=examples.DAY_AHEAD, rows=examples.DAY_AHEAD_ROWS),
    eras=eras(
        Report(number="12329", first=-1, last=-1),
        CLEARING_PRICES,
        EndPoint(path="np4-188-cd/dam_clear_price_for_cap"),
    ),
    unconfirmed=API_UNCONFIRMED,
)

ANCILLARY = (DAY_AHEAD_CLEARING_PRICES,)
