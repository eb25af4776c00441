"""ERCOT's words in the unified vocabularies, and common names of its locations."""

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
"""The location of values that apply to all of ERCOT."""

NAMED_TYPES = {
    **dict.fromkeys(HUBS, LocationType.HUB.value),
    **dict.fromkeys(LOAD_ZONES, LocationType.ZONE.value),
    **dict.fromkeys(TIES, LocationType.INTERFACE.value),
}
"""The location type of a name, for reports that do not say; any other name is a resource node."""

POINT_TYPES = {
    "HU": LocationType.HUB.value,
    "SH": LocationType.HUB.value,
    "AH": LocationType.HUB.value,
    "LZ": LocationType.ZONE.value,
    "LZ_DC": LocationType.INTERFACE.value,
    "LZEW": LocationType.AGGREGATE.value,
    "LZ_DCEW": LocationType.AGGREGATE.value,
    "RN": LocationType.NODE.value,
    "PCCRN": LocationType.NODE.value,
    "LCCRN": LocationType.NODE.value,
    "PUN": LocationType.NODE.value,
}
"""The settlement point types as location types.

A load zone has two prices: LZ, and the energy-weighted LZEW. They have the same name; only the location type
distinguishes their rows: the energy-weighted one is an aggregate. In real time LZ (RTSPP) settles self-schedules, day-ahead
positions and trades at the zone, and LZEW (RTSPPEW) adjusted metered load less generation that is not modeled. A DC tie,
which ERCOT settles as a load zone, is an interface as in other markets.
"""
