"""Every OASIS report in the sandbox, by query name, market run and execution type."""

from __future__ import annotations

from collections.abc import Mapping

from energyopti_caiso.sandbox.ancillary import ANCILLARY_TABLES
from energyopti_caiso.sandbox.grid import GRID_TABLES
from energyopti_caiso.sandbox.power import POWER_TABLES
from energyopti_caiso.sandbox.prices import PRICE_TABLES
from energyopti_caiso.sandbox.tables import Table

TABLES: Mapping[tuple[str, str, str], Table] = {
    **PRICE_TABLES,
    **POWER_TABLES,
    **ANCILLARY_TABLES,
    **GRID_TABLES,
}
