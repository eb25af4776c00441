"""PJM's generation: every form of its feeds, its fuels, its wide tables, and pounds that become kilograms."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from energyopti import FindingKind, MarketData, SchemaDrift, Settings, UnifiedMarketService
from energyopti.layouts import Layout
from energyopti_pjm.feeds import generation
from installed import installed

Row = tuple[Any, ...]

BY_FUEL_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,fuel_type,mw,fuel_percentage_of_total,is_renewable\r\n"
    b"11/3/2024 5:00:00 AM,11/3/2024 1:00:00 AM,Coal,17000.0,0.18,False\r\n"
    b"11/3/2024 6:00:00 AM,11/3/2024 1:00:00 AM,Coal,16900.0,0.17,False\r\n"
    b"11/3/2024 6:00:00 AM,11/3/2024 1:00:00 AM,Storage,-35.5,0.00,False\r\n"
)
WIND_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,area,wind_generation_mw\r\n"
    b"3/10/2024 7:00:00 AM,3/10/2024 3:00:00 AM,MIDATL,-1.250\r\n"
    b"3/10/2024 6:00:00 AM,3/10/2024 1:00:00 AM,RTO,3456.789\r\n"
)
SOLAR_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,area,solar_generation_mw\r\n"
    b"7/1/2024 4:00:00 PM,7/1/2024 12:00:00 PM,RFC,6000.500\r\n"
    b"7/1/2024 4:00:00 PM,7/1/2024 12:00:00 PM,OTHER,\r\n"
)
_STAMPS = (
    b"evaluated_at_utc,evaluated_at_ept,datetime_beginning_utc,datetime_beginning_ept,datetime_ending_utc,"
    b"datetime_ending_ept,"
)
_ONE_HOUR = (
    b"7/1/2026 1:00:00 PM,7/1/2026 9:00:00 AM,7/2/2026 5:00:00 PM,7/2/2026 1:00:00 PM,"
    b"7/2/2026 6:00:00 PM,7/2/2026 2:00:00 PM,"
)
WIND_EXPECTED_CSV = _STAMPS + b"wind_forecast_mwh\r\n" + _ONE_HOUR + b"2222.250\r\n"
SOLAR_EXPECTED_CSV = (
    _STAMPS + b"solar_forecast_mwh,solar_forecast_btm_mwh\r\n" + _ONE_HOUR + b"7000.125,3900.500\r\n"
)
BY_TYPE_CSV = (
    b"forecast_execution_date_ept,forecast_date,region,total_outages_mw,planned_outages_mw,"
    b"maintenance_outages_mw,forced_outages_mw\r\n"
    b"11/1/2026 12:00:00 AM,11/1/2026 12:00:00 AM,PJM RTO,9000,5000,,1000\r\n"
)
EXPECTED_CSV = (
    b"forecast_execution_date_ept,forecast_date,forecast_gen_outage_mw_rto,forecast_gen_outage_mw_west,"
    b"forecast_gen_outage_mw_other\r\n"
    b"7/1/2024 12:00:00 AM,7/2/2024 12:00:00 AM,20000,12000,8000\r\n"
)
EMISSIONS_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,pnode_name,pnode_id,marginal_co2_rate,marginal_so2_rate,"
    b"marginal_nox_rate\r\n"
    b"7/1/2026 4:00:00 AM,7/1/2026 12:00:00 AM,WESTERN HUB,51288,2000.000,1.5,0.5\r\n"
    b"7/1/2026 4:05:00 AM,7/1/2026 12:05:00 AM,WESTERN HUB,51288,0.000,,\r\n"
)

HOUR_OF_SOLAR = (utc("2026-07-01T13:00"), utc("2026-07-02T17:00"), utc("2026-07-02T18:00"))
LONG_DAY = (utc("2026-11-01T04:00"), utc("2026-11-01T04:00"), utc("2026-11-02T05:00"))
JULY = (utc("2024-07-01T04:00"), utc("2024-07-02T04:00"), utc("2024-07-03T04:00"))
FORECAST = ("publish_time", "interval_start", "interval_end")
FORMS: list[tuple[Layout, bytes, tuple[str, ...], list[Row]]] = [
    (
        generation.BY_FUEL,
        BY_FUEL_CSV,
        ("interval_start", "interval_end", "fuel", "fuel_native", "generation"),
        [
            (utc("2024-11-03T05:00"), utc("2024-11-03T06:00"), "coal", "Coal", 17000.0),
            (utc("2024-11-03T06:00"), utc("2024-11-03T07:00"), "coal", "Coal", 16900.0),
            (utc("2024-11-03T06:00"), utc("2024-11-03T07:00"), "storage", "Storage", -35.5),
        ],
    ),
    (
        generation.WIND,
        WIND_CSV,
        ("interval_start", "interval_end", "fuel", "location", "generation"),
        [
            (utc("2024-03-10T07:00"), utc("2024-03-10T08:00"), "wind", "MIDATL", -1.25),
            (utc("2024-03-10T06:00"), utc("2024-03-10T07:00"), "wind", "RTO", 3456.789),
        ],
    ),
    (
        generation.SOLAR,
        SOLAR_CSV,
        ("interval_start", "fuel", "location", "generation"),
        [
            (utc("2024-07-01T16:00"), "solar", "RFC", 6000.5),
            (utc("2024-07-01T16:00"), "solar", "OTHER", None),
        ],
    ),
    (
        generation.WIND_EXPECTED,
        WIND_EXPECTED_CSV,
        (*FORECAST, "fuel", "location", "generation"),
        [(*HOUR_OF_SOLAR, "wind", "RTO", 2222.25)],
    ),
    (
        generation.SOLAR_EXPECTED,
        SOLAR_EXPECTED_CSV,
        (*FORECAST, "fuel", "location", "metering", "generation"),
        [
            (*HOUR_OF_SOLAR, "solar", "RTO", "front_of_meter", 7000.125),
            (*HOUR_OF_SOLAR, "solar", "RTO", "behind_the_meter", 3900.5),
        ],
    ),
    (
        generation.OUTAGES_BY_TYPE,
        BY_TYPE_CSV,
        (*FORECAST, "location", "resource_type", "outage"),
        [
            (*LONG_DAY, "PJM RTO", "total", 9000.0),
            (*LONG_DAY, "PJM RTO", "planned", 5000.0),
            (*LONG_DAY, "PJM RTO", "maintenance", None),
            (*LONG_DAY, "PJM RTO", "forced", 1000.0),
        ],
    ),
    (
        generation.OUTAGES_EXPECTED,
        EXPECTED_CSV,
        (*FORECAST, "location", "resource_type", "outage"),
        [
            (*JULY, "RTO", "total", 20000.0),
            (*JULY, "West", "total", 12000.0),
            (*JULY, "Other", "total", 8000.0),
        ],
    ),
    (
        generation.MARGINAL_EMISSIONS,
        EMISSIONS_CSV,
        ("interval_start", "interval_end", "location", "rate"),
        [
            (utc("2026-07-01T04:00"), utc("2026-07-01T04:05"), "51288", 907.18474),
            (utc("2026-07-01T04:05"), utc("2026-07-01T04:10"), "51288", 0.0),
        ],
    ),
]
NAMES = ["fuels", "wind", "solar", "wind to come", "solar to come", "outages", "outages to come", "emissions"]


@pytest.mark.parametrize(("layout", "payload", "columns", "rows"), FORMS, ids=NAMES)
def test_export_of_the_page_is_read(
    layout: Layout, payload: bytes, columns: tuple[str, ...], rows: list[Row]
) -> None:
    """UTC stamps, eastern days, megawatts with their signs; every column is known and every row accounted for."""
    reading = layout.read(payload)
    assert reading.frame.select(*columns).rows() == rows
    assert {finding.kind for finding in reading.findings} <= {FindingKind.MISSING_VALUE}
    assert reading.payload_rows == reading.accounted_rows == len(rows)


@pytest.mark.parametrize(
    ("native", "fuel"),
    [
        ("Coal", "coal"),
        ("Flywheel", "storage"),
        ("Gas", "natural_gas"),
        ("Hydro", "hydro"),
        ("Multiple Fuels", "multiple_fuels"),
        ("Nuclear", "nuclear"),
        ("Oil", "oil"),
        ("Other", "other"),
        ("Other Renewables", "other_renewables"),
        ("Solar", "solar"),
        ("Storage", "storage"),
        ("Wind", "wind"),
    ],
)
def test_fuels_are_translated(native: str, fuel: str) -> None:
    """Each of PJM's fuels has its word in the unified vocabulary, and keeps its own."""
    item = {"datetime_beginning_utc": "2024-07-01T04:00:00", "fuel_type": native, "mw": 1}
    reading = generation.BY_FUEL.read(json.dumps([item]).encode())
    assert reading.frame.select("fuel", "fuel_native", "generation").rows() == [(fuel, native, 1.0)]
    assert reading.findings == ()


def test_unknown_fuel_is_other_and_told() -> None:
    """A fuel that nobody has seen is kept with its megawatts."""
    item = {"datetime_beginning_utc": "2024-07-01T04:00:00", "fuel_type": "Fusion", "mw": 12.5}
    reading = generation.BY_FUEL.read(json.dumps([item]).encode())
    assert reading.frame.select("fuel", "fuel_native", "generation").rows() == [("other", "Fusion", 12.5)]
    assert [finding.kind for finding in reading.findings] == [FindingKind.UNKNOWN_WORD]


def test_solar_forecast_without_what_is_behind_the_meters_is_read() -> None:
    """Who asks for some fields gets the rows of those."""
    item = {
        "evaluated_at_utc": "2026-07-01T13:00:00",
        "datetime_beginning_utc": "2026-07-02T17:00:00",
        "solar_forecast_mwh": 7000,
    }
    reading = generation.SOLAR_EXPECTED.read(json.dumps([item]).encode())
    assert reading.frame.select("location", "generation").rows() == [("RTO", 7000.0)]
    assert reading.payload_rows == 1


@pytest.mark.parametrize(
    "lacking",
    ["total_outages_mw", "planned_outages_mw", "maintenance_outages_mw", "forced_outages_mw", "region"],
)
def test_outages_without_a_kind_are_drift(lacking: str) -> None:
    """A kind of outage that is gone is not passed over in silence."""
    item: dict[str, Any] = {
        "forecast_execution_date_ept": "2026-11-01T00:00:00",
        "forecast_date": "2026-11-01T00:00:00",
        "region": "Western",
        "total_outages_mw": 3,
        "planned_outages_mw": 1,
        "maintenance_outages_mw": 1,
        "forced_outages_mw": 1,
    }
    assert generation.OUTAGES_BY_TYPE.read(json.dumps({"items": [item]}).encode()).frame.height == 4
    del item[lacking]
    with pytest.raises(SchemaDrift) as caught:
        generation.OUTAGES_BY_TYPE.read(json.dumps({"items": [item]}).encode())
    assert caught.value.column == lacking


def test_rates_of_other_gases_stay_in_the_raw_columns() -> None:
    """Sulphur and nitrogen have no field of their own."""
    raw = generation.MARGINAL_EMISSIONS.read(EMISSIONS_CSV).raw
    assert raw["marginal_so2_rate"].to_list() == ["1.5", None]
    assert raw["marginal_nox_rate"].to_list() == ["0.5", None]


def sandboxed(home: Path, *question: str, now: str = "2026-11-20T17:00", **more: Any) -> MarketData:
    """The answer to a query over the sandbox."""

    async def go() -> MarketData:
        settings = Settings(home=home, sandbox="1")
        async with UnifiedMarketService(installed(), settings, now=lambda: utc(now)) as service:
            return await service.get_market_data("pjm", *question, **more)

    return asyncio.run(go())


def test_latest_outages_of_a_day_are_its_own(tmp_path: Path) -> None:
    """Of seven forecasts of a day the one of its own morning stands, for three regions and four kinds."""
    frame = sandboxed(tmp_path, "gen_outages_by_type", "2026-11-10", "2026-11-11").frame
    assert frame["publish_time"].unique().to_list() == [utc("2026-11-10T05:00")]
    assert frame.select("location", "resource_type").n_unique() == frame.height == 12
    total = frame.filter(location="Western", resource_type="total")["outage"][0]
    parts = frame.filter(location="Western").filter(
        frame.filter(location="Western")["resource_type"] != "total"
    )
    assert total == pytest.approx(parts["outage"].sum())


def test_outages_to_come_are_from_the_newest_forecast(tmp_path: Path) -> None:
    """A day three days ahead is known from this morning."""
    frame = sandboxed(tmp_path, "gen_outages_by_type", "2026-11-23", "2026-11-24").frame
    assert frame["publish_time"].unique().to_list() == [utc("2026-11-20T05:00")]


def test_every_forecast_of_a_days_outages_is_kept(tmp_path: Path) -> None:
    """The first of the month was forecast in the month before as well: by seven mornings in all."""
    frame = sandboxed(
        tmp_path,
        "gen_outages_by_type",
        "2026-10-01",
        "2026-10-02",
        vintages="all",
        filters={"resource_type": "forced"},
    ).frame
    made = frame.filter(location="PJM RTO")["publish_time"].to_list()
    assert made == [utc(f"2026-09-{day}T04:00") for day in range(25, 31)] + [utc("2026-10-01T04:00")]


def test_day_is_forecast_for_ninety_days(tmp_path: Path) -> None:
    """With all vintages a day of October stands for each morning since July, and once for each part."""
    frame = sandboxed(
        tmp_path, "frcstd_gen_outages", "2026-10-20", "2026-10-21", vintages="all", locations="West"
    ).frame
    assert frame.height == 90
    assert frame["publish_time"].min() == utc("2026-07-23T04:00")


def test_emissions_of_a_node_are_asked_for_it_alone(tmp_path: Path) -> None:
    """A month of one hub by its name, in five-minute steps, kilograms a megawatt-hour."""
    data = sandboxed(
        tmp_path, "fivemin_marginal_emissions", "2026-11-10", "2026-11-11", locations="Western Hub"
    )
    assert (data.frame["location"].unique().to_list(), len(data)) == (["51288"], 288)
    assert 300 < float(str(data.frame["rate"].mean())) < 1000
    assert FindingKind.OUTSIDE_CHUNK not in {finding.kind for finding in data.findings}


@pytest.mark.exhaustive
def test_old_emissions_of_a_node_are_picked_from_all_nodes(tmp_path: Path) -> None:
    """The archive cannot be asked for a node: the others are counted."""
    data = sandboxed(tmp_path, "fivemin_marginal_emissions", "2026-02-10", "2026-02-11", locations="51288")
    assert (data.frame["location"].unique().to_list(), len(data)) == (["51288"], 288)
    assert FindingKind.OUTSIDE_CHUNK in {finding.kind for finding in data.findings}
