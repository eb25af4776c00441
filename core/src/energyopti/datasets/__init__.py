"""The datasets: one unified schema for each kind of market data, one module per family.

`DATASETS` maps every dataset's name to its `Dataset`; the frames, the documentation, the command line's
help, the JSON schemas and the contract tests derive from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from energyopti.datasets.ancillary import (
    ANCILLARY_PRICES,
    ANCILLARY_QUANTITIES,
    FLEXIBLE_RAMP,
    RESERVE_PRICES_NODAL,
)
from energyopti.datasets.base import Row
from energyopti.datasets.capacity import CAPACITY, DEMAND_RESPONSE
from energyopti.datasets.generation import (
    EMISSIONS,
    FUEL_MIX,
    OUTAGES,
    RENEWABLES,
    RENEWABLES_FORECAST,
    STORAGE,
)
from energyopti.datasets.load import LOAD, LOAD_FORECAST
from energyopti.datasets.prices import INDEX_PRICES, LMP, PRICE_ADDERS, PRICE_CORRECTIONS
from energyopti.datasets.reference import LOCATIONS
from energyopti.datasets.transmission import CONSTRAINTS, FTR, SCHEDULES
from energyopti.errors import UnknownDataset, suggest
from energyopti.lazy import callable_by
from energyopti.schema import Dataset, dataset, field, record

DATASETS: Mapping[str, Dataset] = MappingProxyType(
    {
        each.name: each
        for each in (
            LMP,
            LOAD,
            LOAD_FORECAST,
            FUEL_MIX,
            RENEWABLES,
            RENEWABLES_FORECAST,
            ANCILLARY_PRICES,
            ANCILLARY_QUANTITIES,
            RESERVE_PRICES_NODAL,
            CAPACITY,
            FTR,
            CONSTRAINTS,
            SCHEDULES,
            DEMAND_RESPONSE,
            FLEXIBLE_RAMP,
            OUTAGES,
            STORAGE,
            INDEX_PRICES,
            PRICE_ADDERS,
            PRICE_CORRECTIONS,
            EMISSIONS,
            LOCATIONS,
        )
    }
)


callable_by(__name__, "energyopti.sync")  # energyopti.datasets() lists them


def find_dataset(name: str) -> Dataset:
    """The dataset of that name; raises `UnknownDataset` with a suggestion."""
    found = DATASETS.get(name.strip().casefold())
    if found is None:
        raise UnknownDataset(f"no dataset {name!r}", do=suggest(name, DATASETS))
    return found


__all__ = [
    "ANCILLARY_PRICES",
    "ANCILLARY_QUANTITIES",
    "CAPACITY",
    "CONSTRAINTS",
    "DATASETS",
    "DEMAND_RESPONSE",
    "EMISSIONS",
    "FLEXIBLE_RAMP",
    "FTR",
    "FUEL_MIX",
    "INDEX_PRICES",
    "LMP",
    "LOAD",
    "LOAD_FORECAST",
    "LOCATIONS",
    "OUTAGES",
    "PRICE_ADDERS",
    "PRICE_CORRECTIONS",
    "RENEWABLES",
    "RENEWABLES_FORECAST",
    "RESERVE_PRICES_NODAL",
    "SCHEDULES",
    "STORAGE",
    "Dataset",
    "Row",
    "dataset",
    "field",
    "find_dataset",
    "record",
]
