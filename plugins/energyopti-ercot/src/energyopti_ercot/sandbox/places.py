"""A small ERCOT: its hubs, load zones and ties by their real names, and a few made-up nodes and buses."""

from __future__ import annotations

import polars as pl

from energyopti.vocabulary import LocationType
from energyopti_ercot.locations import HUBS, LOAD_ZONES, SYSTEM, TIES

NODES = ("ALPHA_RN", "BRAVO_CC1", "CHARLIE_WIND", "DELTA_SOLAR", "ECHO_ESS")
_BUSES = ("0001", "ALPHA_138A", "BRAVO_345B", "CHARLIE_69")


def _placed(names: tuple[str, ...], kind: LocationType) -> list[dict[str, str]]:
    return [{"location": name, "location_type": kind.value} for name in names]


POINTS = pl.DataFrame(
    [
        *_placed(HUBS, LocationType.HUB),
        *_placed(LOAD_ZONES, LocationType.ZONE),
        *_placed(TIES, LocationType.INTERFACE),
        *_placed(NODES, LocationType.NODE),
    ]
)
"""Every settlement point once, as in the reports that do not give its type."""

TYPED_POINTS = pl.concat([POINTS, pl.DataFrame(_placed(LOAD_ZONES, LocationType.AGGREGATE))])
"""The same, plus the energy-weighted prices of the load zones."""

BUSES = pl.DataFrame(_placed(_BUSES, LocationType.BUS))
WHOLE = pl.DataFrame(_placed((SYSTEM,), LocationType.SYSTEM))
