"""The locations that every report of prices has: by their numbers, which are their identifiers here."""

from __future__ import annotations

from energyopti.vocabulary import LocationType

HUB = "4000"
ZONES = {
    "4001": ".Z.MAINE",
    "4002": ".Z.NEWHAMPSHIRE",
    "4003": ".Z.VERMONT",
    "4004": ".Z.CONNECTICUT",
    "4005": ".Z.RHODEISLAND",
    "4006": ".Z.SEMASS",
    "4007": ".Z.WCMASS",
    "4008": ".Z.NEMASSBOST",
}
INTERFACES = {
    "4010": ".I.SALBRYNB345 1",
    "4011": ".I.ROSETON 345 1",
    "4012": ".I.HQ_P1_P2345 5",
    "4013": ".I.HQHIGATE120 2",
    "4014": ".I.SHOREHAM138 99",
    "4017": ".I.NRTHPORT138 5",
}
"""The external nodes. Their names hold blanks, which belong to them."""

NAMES = {HUB: ".H.INTERNAL_HUB", **ZONES, **INTERFACES}
"""Names by number, for reports that have numbers alone."""

TYPES = {
    HUB: LocationType.HUB.value,
    **dict.fromkeys(ZONES, LocationType.ZONE.value),
    **dict.fromkeys(INTERFACES, LocationType.INTERFACE.value),
}
"""Types by number; any other number is taken for a node's."""

TYPE_WORDS = {
    "NETWORK NODE": LocationType.NODE.value,
    "HUB": LocationType.HUB.value,
    "LOAD ZONE": LocationType.ZONE.value,
    "EXT. NODE": LocationType.INTERFACE.value,
    "DRR AGGREGATION ZONE": LocationType.AGGREGATE.value,
}
"""ISO New England's words for types."""

SYSTEM = "ISONE"
"""What the load of all of New England is called here: the reports name no location."""

ALIASES = {
    "Internal Hub": HUB,
    "Mass Hub": HUB,
    "Maine": "4001",
    "New Hampshire": "4002",
    "Vermont": "4003",
    "Connecticut": "4004",
    "Rhode Island": "4005",
    "SEMA": "4006",
    "WCMA": "4007",
    "NEMA": "4008",
    **{name: number for number, name in NAMES.items()},
}
"""Common names, and the names that reports print beside the numbers."""
