"""PJM's words for pricing nodes, reserves and regulation, and the locations and products they mean."""

from __future__ import annotations

from energyopti.vocabulary import AncillaryProduct, LocationType

SUBTYPES = {
    "HUB": LocationType.HUB.value,
    "ZONE": LocationType.ZONE.value,
    "AGGREGATE": LocationType.AGGREGATE.value,
    "RESIDUAL_METERED_EDC": LocationType.AGGREGATE.value,
    "INTERFACE": LocationType.INTERFACE.value,
    **dict.fromkeys(("LOAD", "GEN", "EHV", "EXT", "TIE"), LocationType.NODE.value),
}
"""Pricing node subtypes as location types."""

WHOLE, MAD = "PJM_RTO", "MAD"
"""PJM's reserve locales: all of PJM, and the Mid-Atlantic and Dominion subzone within it."""

SERVICES = {
    "REG": AncillaryProduct.REGULATION_TOTAL.value,
    "SR": AncillaryProduct.SPINNING_RESERVE.value,
    "PR": AncillaryProduct.PRIMARY_RESERVE.value,
    "30MIN": AncillaryProduct.OPERATING_RESERVE.value,
}
"""PJM's ancillary services as unified products; the price of ``REG`` is capability and performance together."""

SERVICES_BOUGHT = {**SERVICES, "REG": AncillaryProduct.REGULATION.value}
"""The same for quantities: what is bought is regulation, not a part of its price."""

SETTLED_SERVICES = {
    "Regulation Capability": AncillaryProduct.REGULATION_CAPABILITY.value,
    "Regulation Mileage": AncillaryProduct.REGULATION_PERFORMANCE.value,
    "Regulation Performance": AncillaryProduct.REGULATION_PERFORMANCE.value,
    "Mileage Ratio": AncillaryProduct.REGULATION_PERFORMANCE.value,  # no price: its unit leaves it out
    "Synchronized Reserve": AncillaryProduct.SPINNING_RESERVE.value,
    "Non-Synchronized Reserve": AncillaryProduct.NON_SPINNING_RESERVE.value,
    "Secondary Reserve": AncillaryProduct.SECONDARY_RESERVE.value,
}
NAMES = {
    f"{place} {service}": (where, product)
    for place, where in (("RTO", WHOLE), ("MAD", MAD))
    for service, product in SETTLED_SERVICES.items()
}
"""The names of settled prices, with the locale and the product that each means."""

SOMEWHERE = "PJM"
"""The location of a price whose name has no known locale."""
