"""ERCOT's ancillary services: their names in its reports and in the unified vocabulary."""

from __future__ import annotations

from energyopti.layouts import Lookup
from energyopti.vocabulary import AncillaryProduct, PriceBasis
from energyopti_ercot.locations import SYSTEM

SERVICES = {
    "REGUP": AncillaryProduct.REGULATION_UP.value,
    "REGDN": AncillaryProduct.REGULATION_DOWN.value,
    "RRS": AncillaryProduct.RESPONSIVE_RESERVE.value,
    "NSPIN": AncillaryProduct.NON_SPINNING_RESERVE.value,
    "ECRS": AncillaryProduct.CONTINGENCY_RESERVE.value,
}
"""ERCOT's services as unified products."""

PRODUCT_OF_SERVICE = Lookup(
    to="product",
    of="product_native",
    values=SERVICES,
    default=AncillaryProduct.UNKNOWN.value,
    report=True,
)
"""The unified product of a service."""

RESPONSE_MINUTES = {"NSPIN": 30, "ECRS": 10}
"""Within how many minutes a service must be there; the others respond to frequency or to a signal.

No report of prices says so: the figures are those of ERCOT's methodology for its services of December 2023, as reported.
"""

OF_SERVICE = (
    PRODUCT_OF_SERVICE,
    Lookup(to="response_minutes", of="product_native", values=RESPONSE_MINUTES, default=None),
)
"""What is derived from the name of a service."""

WHOLE = {"location": SYSTEM}
"""A value applies to all of ERCOT."""

BASIS = {**WHOLE, "basis": PriceBasis.CLEARING.value}
"""A price is what a resource is paid."""
