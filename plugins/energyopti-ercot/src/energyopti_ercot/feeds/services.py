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
    default=None,
    report=True,
)
"""The unified product of a service."""

WHOLE = {"location": SYSTEM}
"""A value applies to all of ERCOT."""

BASIS = {**WHOLE, "basis": PriceBasis.CLEARING.value}
"""A price is what a resource is paid."""
