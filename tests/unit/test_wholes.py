"""Locations that hold others: their rows say so, whatever the feed published."""

from __future__ import annotations

import polars as pl
import pytest

from builders import market
from energyopti.errors import PluginError
from energyopti.frames import with_wholes
from energyopti.vocabulary import LocationType
from energyopti_caiso.market import CAISO
from energyopti_ercot.market import ERCOT
from energyopti_nyiso.market import NYISO
from energyopti_pjm.market import PJM

ALL, PART = LocationType.SYSTEM, LocationType.REGION


def test_rows_of_a_whole_carry_its_type_and_no_others_change() -> None:
    """The declared type stands in place of the published one; other rows keep theirs, null too."""
    there = market(wholes={"ALL": ALL, "EAST": PART})
    frame = pl.DataFrame(
        {"location": ["ALL", "EAST", "NORTH", "SOUTH"], "location_type": ["zone", None, "zone", None]}
    )
    assert with_wholes(frame, there)["location_type"].to_list() == ["system", "region", "zone", None]


def test_without_wholes_or_the_column_nothing_changes() -> None:
    """Fuel mixes have no location."""
    frame = pl.DataFrame({"location": ["ALL"], "load": [1.0]})
    assert with_wholes(frame, market(wholes={"ALL": ALL})) is frame
    typed = pl.DataFrame({"location": ["ALL"], "location_type": ["zone"]})
    assert with_wholes(typed, market()) is typed


@pytest.mark.parametrize("kind", [LocationType.ZONE, LocationType.HUB])
def test_whole_is_a_system_or_a_region(kind: LocationType) -> None:
    """Anything else fails when the market is declared."""
    with pytest.raises(PluginError, match=f"'ALL' holds other locations.*not a {kind}"):
        market(wholes={"ALL": kind})


def test_sums_of_each_market_are_declared() -> None:
    """All of each market by the names that its feeds have, PJM's regions, and its two nodes of several zones."""
    assert {name for name, kind in PJM.wholes.items() if kind is ALL} == {
        *("1", "RTO", "PJM RTO", "PJM_RTO", "RTO_COMBINED")
    }
    assert PJM.wholes["3"] is PJM.wholes["MIDATL"] is PJM.wholes["Western"] is PART
    assert ERCOT.wholes == {"SYSTEM": ALL}
    assert CAISO.wholes == {"CA ISO-TAC": ALL, "CAISO": ALL}
    assert NYISO.wholes == {"NYISO": ALL, "SYSTEM": ALL}
