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
    "30MIN": AncillaryProduct.SECONDARY_RESERVE.value,
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
_PLACES = {"RTO": WHOLE, "MAD": MAD}
NAMES = {
    f"{place} {service}": (where, product)
    for place, where in _PLACES.items()
    for service, product in SETTLED_SERVICES.items()
}
"""The names of settled prices, with the locale and the product that each means."""

RESPONSE_MINUTES = {
    "SR": 10,
    "PR": 10,
    "30MIN": 30,
    **{
        f"{place} {service}": minutes
        for place in _PLACES
        for service, minutes in (
            ("Synchronized Reserve", 10),
            ("Non-Synchronized Reserve", 10),
            ("Secondary Reserve", 30),
        )
    },
}
"""Within how many minutes each reserve must be there, by PJM's words for it in all feeds.

As PJM announced its reserves of October 2022 (Inside Lines, "PJM Implements Reserve Price Formation Changes").
"""

SOMEWHERE = "PJM"
"""The location of a price whose name has no known locale."""
