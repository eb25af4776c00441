"""ERCOT's words in those of the unified vocabularies, and its places by name."""

from __future__ import annotations

from energyopti.vocabulary import LocationType

HUBS = ("HB_NORTH", "HB_SOUTH", "HB_WEST", "HB_HOUSTON", "HB_PAN", "HB_HUBAVG", "HB_BUSAVG")
LOAD_ZONES = (
    "LZ_AEN",
    "LZ_CPS",
    "LZ_HOUSTON",
    "LZ_LCRA",
    "LZ_NORTH",
    "LZ_RAYBN",
    "LZ_SOUTH",
    "LZ_WEST",
)
TIES = ("DC_E", "DC_L", "DC_N", "DC_R", "DC_S")
SYSTEM = "SYSTEM"
"""The location of values that hold for all of ERCOT."""

NAMED_TYPES = {
    **dict.fromkeys(HUBS, LocationType.HUB.value),
    **dict.fromkeys((*LOAD_ZONES, *TIES), LocationType.ZONE.value),
}
"""The kind of place that a name is, for reports that do not say; any other is a resource node."""

POINT_TYPES = {
    "HU": LocationType.HUB.value,
    "SH": LocationType.HUB.value,
    "AH": LocationType.HUB.value,
    "LZ": LocationType.ZONE.value,
    "LZ_DC": LocationType.ZONE.value,
    "LZEW": LocationType.AGGREGATE.value,
    "LZ_DCEW": LocationType.AGGREGATE.value,
    "RN": LocationType.NODE.value,
    "PCCRN": LocationType.NODE.value,
    "LCCRN": LocationType.NODE.value,
    "PUN": LocationType.NODE.value,
}
"""The types of settlement points as kinds of places.

A load zone has two prices: LZ, and the energy-weighted LZEW. They share their name, and only the kind of place keeps
their rows apart: the energy-weighted one is an aggregate.
"""
