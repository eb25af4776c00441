"""Generation, emissions, storage and outages."""

from __future__ import annotations

from energyopti.datasets.base import HOLDS_OTHERS, ForecastRow, Row
from energyopti.schema import dataset, field, record
from energyopti.vocabulary import (
    EmissionRate,
    Fuel,
    LocationType,
    Metering,
    RenewableFuel,
    StorageConfiguration,
)


@record
class FuelMixRow(Row):
    """Generation by fuel.

    The system's output by fuel. Imports and storage have rows of their own where the source publishes them.

    What stands under `other`: ERCOT's holds biomass and settlement-only distributed generators, and its natural gas may
    hold diesel and fuel oil. NYISO has no row of solar or storage: `other_renewables` and `other_fossil` are its
    own groups. PJM's and CAISO's `other` are not defined where the figures are published. A word that no list has is
    `other` too, with a finding.
    """

    fuel: Fuel = field("the fuel in the unified vocabulary")
    fuel_native: str = field("the source's own word for it", key=True)
    generation: float | None = field("output; storage discharging is positive", unit="MW")


@record
class RenewablesRow(Row):
    """Wind and solar output."""

    fuel: RenewableFuel = field("wind or solar", key=True)
    location: str = field("zone, hub, region or system", key=True)
    location_type: LocationType | None = field(HOLDS_OTHERS)
    metering: Metering | None = field(
        "the side of the meter; null where the market does not say: never add both sides up as grid output",
        key=True,
    )
    generation: float | None = field("output; small negatives are station use", unit="MW")
    potential: float | None = field("what the plants could have made, where published", unit="MW")
    curtailed: float | None = field("output curtailed: published, or potential less output", unit="MW")


@record
class RenewablesForecastRow(ForecastRow):
    """Wind and solar forecasts."""

    fuel: RenewableFuel = field("wind or solar", key=True)
    location: str = field("zone, hub, region or system", key=True)
    location_type: LocationType | None = field(HOLDS_OTHERS)
    metering: Metering | None = field(
        "the side of the meter; null where the market does not say: never add both sides up as grid output",
        key=True,
    )
    generation: float | None = field("expected output", unit="MW")


@record
class StorageRow(Row):
    """Batteries and other storage."""

    location: str = field("zone or system", key=True)
    configuration: StorageConfiguration = field("how it is connected; `all` holds the others", key=True)
    output: float | None = field("net output; discharging is positive", unit="MW")
    charging: float | None = field("charging, as a positive number", unit="MW")
    state_of_charge: float | None = field("energy held at the interval's start", unit="MWh")


@record
class OutageRow(ForecastRow):
    """Generation capacity out of service, as published at `publish_time`."""

    resource_type: str = field("fuel, cause or class, as the source distinguishes them", key=True)
    location: str = field("region or system", key=True)
    location_type: LocationType | None = field(HOLDS_OTHERS)
    outage: float | None = field("capacity out of service", unit="MW")


@record
class EmissionsRow(Row):
    """Carbon emissions of the grid."""

    location: str = field("node, area or system", key=True)
    fuel: Fuel | None = field("the fuel that emits; null: all of them")
    fuel_native: str | None = field("the source's own word for it", key=True)
    rate: float | None = field("emission rate", unit="kg CO2/MWh")
    rate_basis: EmissionRate | None = field("what the rate is of; null where there is no rate", key=True)
    total: float | None = field("emission in the interval", unit="t CO2")


FUEL_MIX = dataset("fuel_mix", FuelMixRow)
RENEWABLES = dataset("renewables", RenewablesRow)
RENEWABLES_FORECAST = dataset("renewables_forecast", RenewablesForecastRow, forecast=True)
STORAGE = dataset("storage", StorageRow)
OUTAGES = dataset("outages", OutageRow, forecast=True)
EMISSIONS = dataset("emissions", EmissionsRow)
