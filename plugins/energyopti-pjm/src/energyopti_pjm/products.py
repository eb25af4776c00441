"""PJM's words for reserves and regulation, and the products and places that they mean."""

from __future__ import annotations

from energyopti.vocabulary import AncillaryProduct

WHOLE, MAD = "PJM_RTO", "MAD"
"""PJM's locales: all of it, and the Mid-Atlantic and Dominion within it."""

SERVICES = {
    "REG": AncillaryProduct.REGULATION.value,
    "SR": AncillaryProduct.SPINNING_RESERVE.value,
    "PR": AncillaryProduct.PRIMARY_RESERVE.value,
    "30MIN": AncillaryProduct.OPERATING_RESERVE.value,
}
"""PJM's services as unified products."""

SETTLED_SERVICES = {
    "Regulation Capability": AncillaryProduct.REGULATION.value,
    "Regulation Mileage": AncillaryProduct.REGULATION_MOVEMENT.value,
    "Regulation Performance": AncillaryProduct.REGULATION_MOVEMENT.value,
    "Mileage Ratio": AncillaryProduct.REGULATION_MOVEMENT.value,  # no price: its unit leaves it out
    "Synchronized Reserve": AncillaryProduct.SPINNING_RESERVE.value,
    "Non-Synchronized Reserve": AncillaryProduct.NON_SPINNING_RESERVE.value,
    "Secondary Reserve": AncillaryProduct.SECONDARY_RESERVE.value,
}
_PLACES = {"RTO": WHOLE, "MAD": MAD}
NAMES = {
    f"{place} {service}": (where, product)
    for place, where in _PLACES.items()
    for service, product in SETTLED_SERVICES.items()
}
"""The names under which settled prices stand, with the place and the product that each means."""

SOMEWHERE = "PJM"
"""Where a price holds whose name says no place that is known."""
