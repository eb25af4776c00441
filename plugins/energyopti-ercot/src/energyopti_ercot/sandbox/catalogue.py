"""Everything the sandbox serves, and where to find it: by report number, by archive, by API path."""

from __future__ import annotations

from collections.abc import Mapping

from energyopti_ercot.sandbox.adders import ADDER_TABLES
from energyopti_ercot.sandbox.demand import DISCLOSURES
from energyopti_ercot.sandbox.five_minutes import FIVE_MINUTE_TABLES
from energyopti_ercot.sandbox.load import LOAD_TABLES
from energyopti_ercot.sandbox.outages import OUTAGE_TABLES
from energyopti_ercot.sandbox.prices import PRICE_TABLES
from energyopti_ercot.sandbox.reference import PLACES
from energyopti_ercot.sandbox.renewables import RENEWABLE_TABLES
from energyopti_ercot.sandbox.reserves import RESERVE_TABLES
from energyopti_ercot.sandbox.rights import AUCTIONS
from energyopti_ercot.sandbox.system import SYSTEM_TABLES
from energyopti_ercot.sandbox.tables import Bundle, Documents, Table

TABLES: tuple[Table, ...] = (
    *PRICE_TABLES,
    *ADDER_TABLES,
    *LOAD_TABLES,
    *RENEWABLE_TABLES,
    *FIVE_MINUTE_TABLES,
    *OUTAGE_TABLES,
    *RESERVE_TABLES,
    *SYSTEM_TABLES,
)
BUNDLES: tuple[Bundle, ...] = (*DISCLOSURES, AUCTIONS, PLACES)

_DOCUMENTS: tuple[Documents, ...] = (*TABLES, *BUNDLES)
_ALL_TABLES = (*TABLES, *(table for bundle in BUNDLES for table in bundle.tables))
BY_NUMBER: Mapping[str, Documents] = {each.number: each for each in _DOCUMENTS}
BY_EMIL_ID: Mapping[str, Documents] = {each.archived_as: each for each in _DOCUMENTS if each.archived_as}
BY_PATH: Mapping[str, Table] = {table.path: table for table in _ALL_TABLES if table.path}
