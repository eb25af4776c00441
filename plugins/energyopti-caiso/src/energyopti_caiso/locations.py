"""The places of California: hubs, load zones, and what a node's name says of its kind."""

from __future__ import annotations

from energyopti.vocabulary import LocationType

HUBS = {name: f"TH_{name}_GEN-APND" for name in ("NP15", "SP15", "ZP26")}
"""The trading hubs by the names that people use."""

LOAD_ZONES = {name: f"DLAP_{name}-APND" for name in ("PGAE", "SCE", "SDGE", "VEA")}
"""The default load aggregation points by the utilities' names."""

USUAL = (*HUBS.values(), *LOAD_ZONES.values())
"""What a query of prices without locations gets: there are 16,000 nodes, at a request in five seconds."""

EVERY = ("ALL", "ALL_APNODES")
"""What OASIS takes for every node, and for every aggregated one."""

KINDS = {
    "^TH_": LocationType.HUB.value,
    "^DLAP_": LocationType.ZONE.value,
    "-APND$": LocationType.AGGREGATE.value,
}
"""The forms of names that say a kind; all other names are nodes'."""
