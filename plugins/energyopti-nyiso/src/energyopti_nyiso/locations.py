"""The locations that NYISO prices: load zones, proxy buses of neighboring markets, and the reference bus."""

from __future__ import annotations

from energyopti.layouts import Lookup
from energyopti.vocabulary import LocationType

ZONES = {
    "CAPITL": 61757,
    "CENTRL": 61754,
    "DUNWOD": 61760,
    "GENESE": 61753,
    "HUD VL": 61758,
    "LONGIL": 61762,
    "MHK VL": 61756,
    "MILLWD": 61759,
    "N.Y.C.": 61761,
    "NORTH": 61755,
    "WEST": 61752,
}
"""The eleven load zones with their point ids (PTIDs)."""

LETTERS = dict(zip("ABCDEFGHIJK", sorted(ZONES, key=ZONES.__getitem__), strict=True))
"""The zones by the letters that people use for them, which follow the order of their point ids."""

PROXIES = {"H Q": 61844, "NPX": 61845, "O H": 61846, "PJM": 61847}
"""The external proxy buses: Hydro-Quebec, New England, Ontario and PJM."""

REFERENCE_BUS = "NYISO_LBMP_REFERENCE"
"""The reference bus (PTID 24008), which is listed among the generators."""

OF_ZONES = Lookup(
    to="location_type",
    of="location",
    values=dict.fromkeys(ZONES, LocationType.ZONE.value)
    | dict.fromkeys(PROXIES, LocationType.INTERFACE.value),
    default=LocationType.ZONE.value,
    report=True,
)
OF_GENERATORS = Lookup(
    to="location_type",
    of="location",
    values={REFERENCE_BUS: LocationType.BUS.value},
    default=LocationType.NODE.value,
)
"""The location type of a name, in documents by zone and in documents by generator."""
