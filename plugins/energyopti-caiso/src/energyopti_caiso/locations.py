"""California's locations: hubs, load zones, and the location types that node names imply."""

from __future__ import annotations

from energyopti.vocabulary import LocationType

HUBS = {name: f"TH_{name}_GEN-APND" for name in ("NP15", "SP15", "ZP26")}
"""The trading hubs by the names that people use."""

LOAD_ZONES = {name: f"DLAP_{name}-APND" for name in ("PGAE", "SCE", "SDGE", "VEA")}
"""The default load aggregation points (DLAPs) by the utilities' names."""

USUAL = (*HUBS.values(), *LOAD_ZONES.values())
"""The locations of a price query that names none: there are 16,000 nodes, and OASIS takes one request per five seconds."""

EVERY = ("ALL", "ALL_APNODES")
"""The words that OASIS accepts for all nodes, and for all aggregated nodes."""

KINDS = {
    "^TH_": LocationType.HUB.value,
    "^DLAP_": LocationType.ZONE.value,
    "-APND$": LocationType.AGGREGATE.value,
}
"""The forms of names that imply a location type; any other name is a node."""
