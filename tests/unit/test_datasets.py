"""The datasets of the design: names, columns, units, keys and vocabularies."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import cast

import pytest

from energyopti.datasets import DATASETS, find_dataset
from energyopti.errors import UnknownDataset
from energyopti.schema import ColumnType, Dataset

EVERY_ROW = {"market": None, "feed": None, "interval_start": "UTC", "interval_end": "UTC"}
FORECAST = {"publish_time": "UTC"}

# Each dataset's own columns in order, with their units.
OWN_COLUMNS: dict[str, dict[str, str | None]] = {
    "lmp": {
        "run": None,
        "location": None,
        "location_name": None,
        "location_type": None,
        "lmp": "USD/MWh",
        "energy": "USD/MWh",
        "congestion": "USD/MWh",
        "loss": "USD/MWh",
        "ghg": "USD/MWh",
        "status": None,
        "version": None,
    },
    "load": {"location": None, "location_type": None, "load": "MW", "net_load": "MW", "status": None},
    "load_forecast": {
        **FORECAST,
        "location": None,
        "location_type": None,
        "model": None,
        "load": "MW",
        "net_load": "MW",
    },
    "fuel_mix": {"fuel": None, "fuel_native": None, "generation": "MW"},
    "renewables": {
        "fuel": None,
        "location": None,
        "location_type": None,
        "metering": None,
        "generation": "MW",
        "potential": "MW",
        "curtailed": "MW",
    },
    "renewables_forecast": {
        **FORECAST,
        "fuel": None,
        "location": None,
        "location_type": None,
        "metering": None,
        "generation": "MW",
    },
    "ancillary_prices": {
        "run": None,
        "product": None,
        "response_minutes": "minutes",
        "product_native": None,
        "location": None,
        "basis": None,
        "price": "USD/MW per hour",
        "status": None,
    },
    "ancillary_quantities": {
        "run": None,
        "product": None,
        "response_minutes": "minutes",
        "product_native": None,
        "location": None,
        "requirement": "MW",
        "procured": "MW",
    },
    "reserve_prices_nodal": {
        "run": None,
        "product": None,
        "product_native": None,
        "location": None,
        **dict.fromkeys(("price", "capacity", "congestion", "loss"), "USD/MW per hour"),
    },
    "capacity": {
        "auction": None,
        "location": None,
        "product": None,
        "price": "USD/MW-day",
        "price_native": "price_native_unit",
        "price_native_unit": None,
        "cleared": "MW",
        "basis": None,
    },
    "ftr": {
        "auction": None,
        "kind": None,
        "source": None,
        "sink": None,
        "hedge": None,
        "block": None,
        "hours": "h",
        "trade": None,
        "quantity": "MW",
        "price": "price_unit",
        "price_unit": None,
        "participant": None,
        "ordinal": None,
        "publish_time": "UTC",
    },
    "constraints": {
        "run": None,
        "constraint": None,
        "contingency": None,
        "shadow_price": "USD/MWh",
        "limit": "MW",
        "flow": "MW",
    },
    "schedules": {
        "run": None,
        "kind": None,
        "component": None,
        "location": None,
        "scheduled": "MW",
        "actual": "MW",
    },
    "demand_response": {
        "program": None,
        "resource_type": None,
        "location": None,
        "capacity": "MW",
        "maximum": "MW",
        "minimum": "MW",
        "deployed": "MW",
    },
    "flexible_ramp": {
        "run": None,
        "direction": None,
        "component": None,
        "location": None,
        "requirement": "MW",
        "procured": "MW",
        "price": "USD/MWh",
    },
    "outages": {
        **FORECAST,
        "resource_type": None,
        "location": None,
        "location_type": None,
        "outage": "MW",
    },
    "storage": {
        "location": None,
        "configuration": None,
        "output": "MW",
        "charging": "MW",
        "state_of_charge": "MWh",
    },
    "index_prices": {"commodity": None, "location": None, "price": "price_unit", "price_unit": None},
    "price_corrections": {
        **FORECAST,
        "run": None,
        "location": None,
        "method": None,
        "price_type": None,
        "reason": None,
        "count": None,
    },
    "emissions": {
        "location": None,
        "fuel": None,
        "fuel_native": None,
        "rate": "kg CO2/MWh",
        "rate_basis": None,
        "total": "t CO2",
    },
    "price_adders": {
        "run": None,
        "adder": None,
        "adder_native": None,
        "product": None,
        "location": None,
        "price": "USD/MWh",
    },
    "locations": {
        "location": None,
        "location_name": None,
        "code": None,
        "location_type": None,
        "zone": None,
        "latitude": "degrees north",
        "longitude": "degrees east",
        "valid_from": "UTC",
        "valid_to": "UTC",
    },
}

# What names a row within one feed, beside interval_start.
OWN_KEYS: dict[str, set[str]] = {
    "lmp": {"run", "location", "location_type", "version"},
    "load": {"location"},
    "load_forecast": {"publish_time", "location", "model"},
    "fuel_mix": {"fuel_native"},
    "renewables": {"fuel", "location", "metering"},
    "renewables_forecast": {"publish_time", "fuel", "location", "metering"},
    "ancillary_prices": {"run", "product_native", "location", "basis"},
    "ancillary_quantities": {"run", "product_native", "location"},
    "reserve_prices_nodal": {"run", "product_native", "location"},
    "capacity": {"auction", "location", "product", "basis"},
    "ftr": {
        "auction",
        "kind",
        "source",
        "sink",
        "hedge",
        "block",
        "trade",
        "participant",
        "ordinal",
    },
    "constraints": {"run", "constraint", "contingency"},
    "schedules": {"run", "kind", "component", "location"},
    "demand_response": {"program", "resource_type", "location"},
    "flexible_ramp": {"run", "direction", "component", "location"},
    "outages": {"publish_time", "resource_type", "location"},
    "storage": {"location", "configuration"},
    "index_prices": {"commodity", "location"},
    "emissions": {"location", "fuel_native", "rate_basis"},
    "price_corrections": {"publish_time", "run", "location", "method", "price_type"},
    "price_adders": {"run", "adder_native", "location"},
    "locations": {"location", "location_type", "valid_from"},
}

STATUSES = {"preliminary", "verified", "settlement", "corrected"}
RUNS = {
    "three_days_ahead",
    "two_days_ahead",
    "day_ahead",
    "residual_unit_commitment",
    "hour_ahead",
    "real_time_15min",
    "real_time_5min",
    "real_time_hourly",
}
PLACES = {"hub", "zone", "node", "aggregate", "interface", "bus", "reserve_zone", "system", "region"}
VOCABULARIES: dict[tuple[str, str], set[str]] = {
    ("lmp", "run"): RUNS,
    **{(each, "status"): STATUSES for each in ("lmp", "load", "ancillary_prices")},
    ("lmp", "location_type"): PLACES,
    ("locations", "location_type"): PLACES,
    ("renewables", "fuel"): {"wind", "solar"},
    ("renewables_forecast", "fuel"): {"wind", "solar"},
    ("renewables", "metering"): {"front_of_meter", "behind_the_meter"},
    ("renewables_forecast", "metering"): {"front_of_meter", "behind_the_meter"},
    ("ancillary_prices", "basis"): {"clearing", "regional_shadow"},
    ("capacity", "basis"): {"icap", "ucap"},
    ("ftr", "kind"): {"bid", "award", "clearing_price", "credit_reference"},
    ("ftr", "hedge"): {"obligation", "option"},
    ("schedules", "kind"): {
        *("generation", "load", "import", "export", "interchange", "dispatch"),
        *("internal_flow", "loop_flow", "offered_capacity", "committed_capacity"),
    },
    **{
        (each, "location_type"): PLACES
        for each in ("load", "load_forecast", "renewables", "renewables_forecast", "outages")
    },
    ("storage", "configuration"): {"all", "stand_alone", "hybrid"},
    ("emissions", "rate_basis"): {"average", "marginal"},
    ("flexible_ramp", "direction"): {"up", "down"},
    ("index_prices", "commodity"): {"gas", "ghg"},
    ("price_adders", "run"): RUNS,
    ("price_adders", "adder"): {"online_reserve", "offline_reserve", "reliability_deployment"},
}

every_dataset = pytest.mark.parametrize("dataset", DATASETS.values(), ids=str)


def test_the_datasets_are_those_of_the_design() -> None:
    """Twenty-two datasets, under these names."""
    assert set(DATASETS) == set(OWN_COLUMNS)


@pytest.mark.parametrize(("name", "own"), OWN_COLUMNS.items())
def test_columns_and_units_are_those_of_the_design(name: str, own: dict[str, str | None]) -> None:
    """Each dataset has the common columns, then its own, in order and in these units."""
    found = [(column.name, column.unit) for column in DATASETS[name].columns]
    assert found == [*EVERY_ROW.items(), *own.items()]


@pytest.mark.parametrize(("name", "own"), OWN_KEYS.items())
def test_key_names_a_row_within_one_feed(name: str, own: set[str]) -> None:
    """A row is named by its interval's start and by these columns."""
    assert set(DATASETS[name].key) == {"interval_start", *own}


@pytest.mark.parametrize(("where", "words"), VOCABULARIES.items())
def test_vocabularies_are_closed(where: tuple[str, str], words: set[str]) -> None:
    """These columns hold these words and no others."""
    name, column = where
    assert set(DATASETS[name].column(column).choices) == words


def test_trade_is_buying_and_selling_at_least() -> None:
    """A transmission right is bought or sold."""
    assert {"buy", "sell"} <= set(DATASETS["ftr"].column("trade").choices)


@pytest.mark.parametrize("name", ["ancillary_prices", "ancillary_quantities", "reserve_prices_nodal"])
def test_ancillary_products_are_unified(name: str) -> None:
    """All datasets of reserves name products in one vocabulary, and keep the source's word as free text."""
    prices, this = DATASETS["ancillary_prices"], DATASETS[name]
    assert this.column("product").choices == prices.column("product").choices != ()
    assert this.column("product_native").choices == ()


def test_forecasts_are_those_with_a_publication_time() -> None:
    """Load, renewables and outages are published ahead, again and again."""
    forecasts = {name for name, each in DATASETS.items() if each.forecast}
    assert forecasts == {"load_forecast", "renewables_forecast", "outages"}


@every_dataset
def test_measured_values_may_be_null(dataset: Dataset) -> None:
    """A figure that a source does not publish is null, never invented."""
    assert all(column.nullable for column in dataset.columns if column.type is ColumnType.FLOAT)


@every_dataset
def test_interval_and_origin_are_never_null(dataset: Dataset) -> None:
    """Every row says where it comes from and of which interval it speaks."""
    assert not any(dataset.column(name).nullable for name in EVERY_ROW)


@every_dataset
def test_every_figure_has_a_unit(dataset: Dataset) -> None:
    """No number is left without its unit."""
    assert all(column.unit for column in dataset.columns if column.type is ColumnType.FLOAT)


@every_dataset
def test_every_column_is_described(dataset: Dataset) -> None:
    """Each column says what it is, and each dataset has a title."""
    assert all(column.description.strip() for column in dataset.columns)
    assert dataset.title


@every_dataset
def test_json_schema_has_every_column(dataset: Dataset) -> None:
    """The JSON schema asks for the dataset's columns and allows no others."""
    schema = dataset.json_schema()
    names = [*EVERY_ROW, *OWN_COLUMNS[dataset.name]]
    assert (list(schema["properties"]), schema["required"]) == (names, names)
    assert schema["additionalProperties"] is False


def test_json_schema_of_load_is_as_documented() -> None:
    """A load is a number of MW or null; its location is part of the key."""
    properties = DATASETS["load"].json_schema()["properties"]
    assert properties["load"]["type"] == ["number", "null"]
    assert properties["load"]["x-unit"] == "MW"
    assert properties["location"]["x-key"] is True
    assert properties["interval_start"]["format"] == "date-time"


def test_a_dataset_is_found_by_name() -> None:
    """The name is enough."""
    assert find_dataset("fuel_mix").title == "Generation by fuel"


@pytest.mark.parametrize("name", ["LMP", " lmp ", "Lmp"])
def test_case_and_outer_blanks_do_not_matter(name: str) -> None:
    """A name is understood however it is typed."""
    assert find_dataset(name).name == "lmp"


def test_unknown_dataset_is_refused_with_a_suggestion() -> None:
    """The message repeats what was asked and proposes the near miss."""
    with pytest.raises(UnknownDataset, match=r"no dataset 'fuelmix'\. Did you mean 'fuel_mix'"):
        find_dataset("fuelmix")


def test_unknown_dataset_without_a_near_miss_lists_what_there_is() -> None:
    """Where nothing is near, the message lists the datasets."""
    with pytest.raises(UnknownDataset, match=r"Known: ancillary_prices, ancillary_quantities, capacity,"):
        find_dataset("weather")


def test_the_catalogue_of_datasets_cannot_be_changed() -> None:
    """A plugin fills datasets and adds none behind the core's back."""
    with pytest.raises(TypeError, match="does not support item assignment"):
        cast("MutableMapping[str, Dataset]", DATASETS)["weather"] = DATASETS["load"]
