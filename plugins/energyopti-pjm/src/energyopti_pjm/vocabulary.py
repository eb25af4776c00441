"""PJM's words in those of the unified vocabularies."""

from __future__ import annotations

from energyopti.vocabulary import LocationType

SUBTYPES = {
    "HUB": LocationType.HUB.value,
    "ZONE": LocationType.ZONE.value,
    "AGGREGATE": LocationType.AGGREGATE.value,
    "RESIDUAL_METERED_EDC": LocationType.AGGREGATE.value,
    "INTERFACE": LocationType.INTERFACE.value,
    "LOAD": LocationType.NODE.value,
    "GEN": LocationType.NODE.value,
    "EHV": LocationType.NODE.value,
    "EXT": LocationType.NODE.value,
    "TIE": LocationType.NODE.value,
}
"""The subtypes of pricing nodes as kinds of places."""

__all__ = ["SUBTYPES", "LocationType"]
