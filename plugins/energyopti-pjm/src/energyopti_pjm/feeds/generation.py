"""PJM's generation: by fuel, wind and solar, outages, and marginal emissions.

The areas of wind and solar overlap: RTO is all of PJM, and RFC overlaps the others. All are kept; never add them up.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, History, Locations, Unconfirmed
from energyopti.datasets import EMISSIONS, FUEL_MIX, OUTAGES, RENEWABLES, RENEWABLES_FORECAST
from energyopti.layouts import Layout, Lookup, Moment, Number, Text, Wide, WideColumn
from energyopti.timezones import HOUR
from energyopti.vocabulary import EmissionRate, Fuel, Metering, RenewableFuel
from energyopti_pjm import examples, timing
from energyopti_pjm.feeds.load import KEPT
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.dataminer import DOCUMENTED, MADE_AT, data_miner
from energyopti_pjm.protocol.minutes import to_the_end
from energyopti_pjm.protocol.pages import UNCONFIRMED, Form
from energyopti_pjm.protocol.ranges import Archive
from energyopti_pjm.protocol.rows import FIVE_MINUTES, STAMPS, beginning, day, evaluated, optional, rows
from energyopti_pjm.protocol.unreported import reported

KILOGRAMS_IN_A_POUND = 0.45359237
WHOLE = "RTO"
EXECUTED_AT = "forecast_execution_date_ept"
"""The column with the Eastern day on which outages were forecast."""

EMISSIONS_ARCHIVE = Archive(after=timedelta(days=186), by_type=False)

FUELS = {
    "Coal": Fuel.COAL.value,
    "Flywheel": Fuel.STORAGE.value,
    "Gas": Fuel.NATURAL_GAS.value,
    "Hydro": Fuel.HYDRO.value,
    "Multiple Fuels": Fuel.MULTIPLE_FUELS.value,
    "Nuclear": Fuel.NUCLEAR.value,
    "Oil": Fuel.OIL.value,
    "Other": Fuel.OTHER.value,
    "Other Renewables": Fuel.OTHER_RENEWABLES.value,
    "Solar": Fuel.SOLAR.value,
    "Storage": Fuel.STORAGE.value,
    "Wind": Fuel.WIND.value,
}
"""PJM's fuels in the unified vocabulary.

*Multiple Fuels* is not New York's dual fuel: PJM does not say which fuels. *Flywheel* is in exports of 2016.
"""

BY_FUEL = rows(
    FUEL_MIX,
    beginning(HOUR),
    Text("fuel_type", to="fuel_native"),
    Number("mw", to="generation"),
    optional("fuel_percentage_of_total"),
    optional("is_renewable"),
    derived=(Lookup(to="fuel", of="fuel_native", values=FUELS, default=Fuel.OTHER.value, report=True),),
)


def produced(fuel: RenewableFuel) -> Layout:
    """Hourly wind or solar output by area; small negative values are station use."""
    return rows(
        RENEWABLES,
        beginning(HOUR),
        Text("area", to="location"),
        Number(f"{fuel.value}_generation_mw", to="generation"),
        constants={"fuel": fuel.value},
    )


WIND = produced(RenewableFuel.WIND)
SOLAR = produced(RenewableFuel.SOLAR)

WIND_EXPECTED = rows(
    RENEWABLES_FORECAST,
    beginning(HOUR),
    evaluated(),
    Number("wind_forecast_mwh", to="generation"),
    constants={"fuel": RenewableFuel.WIND.value, "location": WHOLE},
)
SOLAR_EXPECTED = rows(
    RENEWABLES_FORECAST,
    beginning(HOUR),
    evaluated(),
    constants={"fuel": RenewableFuel.SOLAR.value},
    wide=Wide(
        to=("location", "metering"),
        value="generation",
        columns=(
            WideColumn("solar_forecast_mwh", words=(WHOLE, Metering.FRONT_OF_METER.value)),
            WideColumn(
                "solar_forecast_btm_mwh", words=(WHOLE, Metering.BEHIND_THE_METER.value), required=False
            ),
        ),
    ),
)
"""Solar forecast for all of PJM: in front of the meter, and behind it."""

EXECUTED = Moment(EXECUTED_AT, to="publish_time", formats=STAMPS)
"""The day on which outages were forecast, as its midnight, since the hour is not published."""

OUTAGES_BY_TYPE = rows(
    OUTAGES,
    day("forecast_date"),
    EXECUTED,
    Text("region", to="location"),
    wide=Wide(
        to="resource_type",
        value="outage",
        columns={
            "total_outages_mw": "total",
            "planned_outages_mw": "planned",
            "maintenance_outages_mw": "maintenance",
            "forced_outages_mw": "forced",
        },
    ),
)
"""Daily outages by region, in total and by kind."""

OUTAGES_EXPECTED = rows(
    OUTAGES,
    day("forecast_date"),
    EXECUTED,
    constants={"resource_type": "total"},
    wide=Wide(
        to="location",
        value="outage",
        columns={
            "forecast_gen_outage_mw_rto": "RTO",
            "forecast_gen_outage_mw_west": "West",
            "forecast_gen_outage_mw_other": "Other",
        },
    ),
)

MARGINAL_EMISSIONS = rows(
    EMISSIONS,
    beginning(FIVE_MINUTES),
    Text("pnode_id", to="location"),
    optional("pnode_name"),
    Number("marginal_co2_rate", to="rate", scale=KILOGRAMS_IN_A_POUND),
    optional("marginal_so2_rate"),
    optional("marginal_nox_rate"),
    constants={"rate_basis": EmissionRate.MARGINAL.value},
    packed=("datetime_beginning_utc", "datetime_beginning_ept"),
)
"""Marginal emissions at a node: published in pounds, in kilograms here; SO2 and NOx are in the raw columns."""

FUEL_MIXES = Feed(
    name="gen_by_fuel",
    dataset=FUEL_MIX,
    title="Generation by fuel, hourly",
    documented_at=DOCUMENTED.format("gen_by_fuel"),
    history=History(since=date(2016, 1, 1)),
    chunk=ChunkSize.MONTH,
    publication=timing.HOURLY,
    layout=BY_FUEL,
    example=examples.of("gen_by_fuel.json"),
    sources=data_miner(dataminer.rows()),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "its first day in 2016",
        "that charging storage is negative",
        "what Other, Other Renewables and Multiple Fuels hold",
    ),
)

WIND_OUTPUT = attrs.evolve(
    FUEL_MIXES,
    name="wind_gen",
    dataset=RENEWABLES,
    title="Wind output by area, hourly; RTO for all of PJM",
    documented_at=DOCUMENTED.format("wind_gen"),
    history=attrs.evolve(FUEL_MIXES.history, since=date(2011, 1, 1)),
    publication=timing.WIND_AND_SOLAR,
    layout=WIND,
    example=examples.of("wind_gen.json"),
    sources=data_miner(reported(dataminer.rows(), "generation")),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "its first day in 2011",
        "since when there are the areas SOUTH and OTHER",
    ),
)

SOLAR_OUTPUT = attrs.evolve(
    WIND_OUTPUT,
    name="solar_gen",
    title="Solar output by area, hourly; RTO for all of PJM",
    documented_at=DOCUMENTED.format("solar_gen"),
    history=attrs.evolve(WIND_OUTPUT.history, since=date(2019, 4, 2)),
    layout=SOLAR,
    example=examples.of("solar_gen.json"),
    unconfirmed=Unconfirmed.noted(date(2026, 11, 30), "whether all of it is in front of the meter"),
)

WIND_FORECAST = Feed(
    name="hourly_wind_power_forecast",
    dataset=RENEWABLES_FORECAST,
    title="Wind forecasts for the next two days, hourly, updated every ten minutes",
    documented_at=DOCUMENTED.format("hourly_wind_power_forecast"),
    history=History(since=date(2018, 4, 1), retention=KEPT),
    publication=attrs.evolve(timing.FORECAST_RUNS, forecast_days=3),
    layout=WIND_EXPECTED,
    example=examples.of("hourly_wind_power_forecast.json"),
    sources=data_miner(to_the_end(dataminer.rows(when=MADE_AT))),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        ("how many days are kept", "about 30"),
        "whether the times at which forecasts are made have seconds",
    ),
)

SOLAR_FORECAST = attrs.evolve(
    WIND_FORECAST,
    name="hourly_solar_power_forecast",
    title="Solar forecasts for the next two days, hourly, updated hourly, in front of the meter and behind it",
    documented_at=DOCUMENTED.format("hourly_solar_power_forecast"),
    layout=SOLAR_EXPECTED,
    example=examples.of("hourly_solar_power_forecast.json"),
    sources=data_miner(dataminer.rows(when=MADE_AT)),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        (
            "whether solar_forecast_mwh includes behind-the-meter solar",
            "it is taken as output in front of the meter",
        ),
        ("how many days are kept", "about 30"),
    ),
)

OUTAGES_BY_TYPE_FEED = Feed(
    name="gen_outages_by_type",
    dataset=OUTAGES,
    title="Generation outages for today and six more days by region and kind; PJM RTO and total include the others",
    documented_at=DOCUMENTED.format("gen_outages_by_type"),
    history=History(since=date(2015, 5, 26)),
    chunk=ChunkSize.MONTH,
    publication=attrs.evolve(timing.OUTAGES_BY_TYPE, forecast_days=7),
    layout=OUTAGES_BY_TYPE,
    example=examples.of("gen_outages_by_type.json"),
    sources=data_miner(dataminer.rows(when=EXECUTED_AT)),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        ("the hour at which it is made, about 06:00", "publish_time is the midnight before"),
    ),
)

OUTAGES_FORECAST = attrs.evolve(
    OUTAGES_BY_TYPE_FEED,
    name="frcstd_gen_outages",
    title="Generation outage forecast for the next 90 days: RTO, and its parts West and Other",
    documented_at=DOCUMENTED.format("frcstd_gen_outages"),
    history=attrs.evolve(OUTAGES_BY_TYPE_FEED.history, since=date(2014, 1, 1)),
    publication=attrs.evolve(timing.OUTAGES_EXPECTED, forecast_days=91),
    layout=OUTAGES_EXPECTED,
    example=examples.of("frcstd_gen_outages.json"),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 24),
        "its first day",
        "whether it begins with its own day or the next",
        "which kinds of outages it counts",
        ("the hour at which it is made, about 04:00", "publish_time is the midnight before"),
        "that the day column holds only the day",
    ),
)

EMISSION_RATES = Feed(
    name="fivemin_marginal_emissions",
    dataset=EMISSIONS,
    title="Marginal CO2 emissions by pricing node, five-minute",
    documented_at=DOCUMENTED.format("fivemin_marginal_emissions"),
    history=History(since=date(2021, 1, 1)),
    locations=Locations(per_location=ChunkSize.MONTH),
    publication=timing.EMISSIONS,
    layout=MARGINAL_EMISSIONS,
    example=examples.of("fivemin_marginal_emissions.json"),
    sources=data_miner(dataminer.rows(place="pnode_id", archive=EMISSIONS_ARCHIVE, form=Form.CSV)),
    unconfirmed=(
        *Unconfirmed.noted(
            date(2026, 11, 24),
            "that the rate is in pounds of CO2 per MWh",
            "its first day",
            "whether rows older than 186 days are archived, without a filter by node",
            "how many nodes it has",
        ),
        *UNCONFIRMED,
    ),
)

GENERATION = (
    FUEL_MIXES,
    WIND_OUTPUT,
    SOLAR_OUTPUT,
    WIND_FORECAST,
    SOLAR_FORECAST,
    OUTAGES_BY_TYPE_FEED,
    OUTAGES_FORECAST,
    EMISSION_RATES,
)
