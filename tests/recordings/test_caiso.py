"""Recorded answers of OASIS and Today's Outlook, row by row: CSV, XML and zips, a long day, rows in no order."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from energyopti import FindingKind, MarketData, SchemaDrift
from energyopti.files import read_file
from energyopti.layouts import Reading
from energyopti_caiso.feeds import outlook as charts
from energyopti_caiso.market import CAISO
from recordings.where import recordings_of

CALIFORNIA = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PRICES = "PRC_HASP_LMP_2009_11_01.csv"
SEVEN_DAYS_AHEAD = "20250219_20250227_SLD_FCST_7DA_20250221_01_09_58_v1.zip"
WIND_AND_SUN = "20250204_20250211_SLD_REN_FCST_DAM_20250214_04_52_10_v1.zip"
OUTLOOK = "20260311_rtm_forecast_7day.csv"
SPACE = "{http://www.caiso.com/soa/OASISReport_v1.xsd}"
KINDS = {"GEN": "generation", "LOAD": "load", "IMP": "import", "EXP": "export"}

Published = dict[str, str]
Row = tuple[Any, ...]


@pytest.fixture(scope="module")
def folder() -> Path:
    """CAISO's recordings; the tests are skipped where there are none."""
    return recordings_of("caiso")


def contents(path: Path) -> Iterator[bytes]:
    """The files of a recording: itself, or what its zip holds."""
    if path.suffix != ".zip":
        yield path.read_bytes()
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield archive.read(name)


def csv_rows(path: Path) -> list[Published]:
    """The rows of a recording in CSV, read without the library."""
    return [
        row for content in contents(path) for row in csv.DictReader(io.StringIO(content.decode(), newline=""))
    ]


def xml_rows(path: Path) -> list[Published]:
    """The records of a recording in XML, with the header of their item; read without the library."""
    found = []
    for content in contents(path):
        for item in ET.fromstring(content).iter(f"{SPACE}REPORT_ITEM"):
            head = item.find(f"{SPACE}REPORT_HEADER")
            assert head is not None
            for record in item.iter(f"{SPACE}REPORT_DATA"):
                cells = [*head, *record]
                found.append({cell.tag.removeprefix(SPACE): cell.text or "" for cell in cells})
    return found


def stamp(text: str) -> datetime:
    """A stamp in GMT: ``2025-02-04T18:00:00-00:00``."""
    return datetime.strptime(text.removesuffix("-00:00"), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)


def span(row: Published) -> tuple[datetime, datetime]:
    """The interval of a row in either form."""
    start = row.get("INTERVALSTARTTIME_GMT") or row["INTERVAL_START_GMT"]
    end = row.get("INTERVALENDTIME_GMT") or row["INTERVAL_END_GMT"]
    return stamp(start), stamp(end)


def figure(text: str) -> float | None:
    """A published figure; an empty cell is none."""
    return float(Decimal(text)) if text.strip() else None


def read(feed: str, path: Path) -> MarketData:
    """A recording as the library reads it."""
    return read_file(CAISO, CAISO.feed(feed), path, now=NOW)


def reading(feed: str, path: Path) -> Reading:
    """The same before it is unified, where every row is accounted for."""
    return CAISO.feed(feed).layout.read_all(list(contents(path)))


def rows(data: MarketData, *columns: str) -> list[Row]:
    """Some columns of an answer, sorted."""
    return sorted(data.frame.select(columns).rows(), key=repr)


def ordered(found: list[Row]) -> list[Row]:
    """The oracle's rows, sorted in the same way."""
    return sorted(found, key=repr)


# Prices: CSV, unsorted, a component a row, the long day of 2009


def published_prices(folder: Path) -> list[Row]:
    """Each quarter's price and components, put together by a dictionary."""
    found: dict[Row, dict[str, float | None]] = {}
    for row in csv_rows(folder / PRICES):
        found.setdefault((*span(row), row["NODE_ID"]), {})[row["LMP_TYPE"]] = figure(row["MW"])
    return [
        (*key, *(parts.get(name) for name in ("LMP", "MCE", "MCC", "MCL"))) for key, parts in found.items()
    ]


PRICE_COLUMNS = ("interval_start", "interval_end", "location", "lmp", "energy", "congestion", "loss")


def test_prices_are_as_published(folder: Path) -> None:
    """956 quarters of one node: the price and its three components, to the last digit; none has a fourth."""
    data = read("PRC_HASP_LMP", folder / PRICES)
    expected = published_prices(folder)
    assert len(expected) == 956
    assert rows(data, *PRICE_COLUMNS) == ordered(expected)
    assert data.frame["ghg"].null_count() == 956
    assert set(data.frame["location_type"]) == {"node"}


def test_every_row_of_the_prices_is_accounted_for(folder: Path) -> None:
    """3,824 rows are 956 prices and the 2,868 that complete them."""
    found = reading("PRC_HASP_LMP", folder / PRICES)
    assert (found.payload_rows, found.frame.height, found.joined) == (3824, 956, 2868)
    assert found.accounted_rows == found.payload_rows == len(csv_rows(folder / PRICES))


def test_long_day_has_a_hundred_quarters(folder: Path) -> None:
    """2009-11-01 has 25 hours; OASIS calls the second pass of the repeated one 25, and GMT tells both apart."""
    data = read("PRC_HASP_LMP", folder / PRICES)
    local = [at.astimezone(CALIFORNIA) for at in data.frame["interval_start"]]
    quarters = [at for at in local if at.date().isoformat() == "2009-11-01"]
    assert len(quarters) == 100
    assert [at.strftime("%H:%M %Z") for at in quarters[4:14:3]] == [
        "01:00 PDT",
        "01:45 PDT",
        "01:30 PST",
        "02:15 PST",
    ]
    labels = {stamp(row["INTERVALSTARTTIME_GMT"]): int(row["OPR_HR"]) for row in csv_rows(folder / PRICES)}
    for at, wall in zip(data.frame["interval_start"], local, strict=True):
        assert labels[at] == (25 if wall.fold else wall.hour + 1)


def test_components_add_up_in_the_recording(folder: Path) -> None:
    """Energy, congestion and losses are the price, to a thousandth: no sign is turned."""
    for *_, lmp, energy, congestion, loss in published_prices(folder):
        assert abs(lmp - energy - congestion - loss) < 1e-3
    kinds = {finding.kind for finding in read("PRC_HASP_LMP", folder / PRICES).findings}
    assert FindingKind.COMPONENTS not in kinds
    assert FindingKind.DUPLICATE_KEY not in kinds


def test_missing_hour_of_the_recording_is_found(folder: Path) -> None:
    """Four of the 960 quarters between its ends are not in it: that gap, and nothing else, is found."""
    starts = {start for start, *_ in published_prices(folder)}
    first, quarter = min(starts), timedelta(minutes=15)
    missing = [at for at in (first + number * quarter for number in range(960)) if at not in starts]
    (finding,) = read("PRC_HASP_LMP", folder / PRICES).findings
    assert (finding.kind, finding.rows) == (FindingKind.GAP, len(missing))
    assert finding.spans == ((missing[0], missing[-1] + quarter),)


def test_prices_in_any_order_and_in_files_by_component_are_the_same(folder: Path) -> None:
    """A file for each component, each the other way round, is the same answer."""
    header, *lines = (folder / PRICES).read_bytes().splitlines(keepends=True)
    files = [
        header + b"".join(line for line in reversed(lines) if b",%b," % word in line)
        for word in (b"MCL", b"MCC", b"LMP", b"MCE")
    ]
    found = CAISO.feed("PRC_HASP_LMP").layout.read_all(files)
    whole = reading("PRC_HASP_LMP", folder / PRICES)
    columns = [name for name in PRICE_COLUMNS if name in found.frame.columns]
    assert (
        found.frame.select(columns)
        .sort("interval_start")
        .equals(whole.frame.select(columns).sort("interval_start"))
    )
    assert found.accounted_rows == found.payload_rows == 3824


# Load and renewables: zips of one CSV


def test_load_forecast_is_as_published(folder: Path) -> None:
    """6,432 hours and areas from a zip whose rows are in no order; nobody says when it was made."""
    expected = [
        (*span(row), row["TAC_AREA_NAME"], figure(row["MW"])) for row in csv_rows(folder / SEVEN_DAYS_AHEAD)
    ]
    data = read("SLD_FCST_7DA", folder / SEVEN_DAYS_AHEAD)
    assert len(expected) == 6432
    assert rows(data, "interval_start", "interval_end", "location", "load") == ordered(expected)
    assert data.frame["publish_time"].null_count() == 6432
    unknown, gap = data.findings
    assert (unknown.kind, gap.kind, gap.rows) == (FindingKind.UNKNOWN_TIME, FindingKind.GAP, 96)
    assert gap.message.endswith("2025-02-19T08:00:00Z to 2025-02-23T08:00:00Z of location=PACE")


def test_rows_of_the_recorded_forecast_are_in_no_order(folder: Path) -> None:
    """The recording is what it is kept for."""
    starts = [span(row)[0] for row in csv_rows(folder / SEVEN_DAYS_AHEAD)]
    assert starts != sorted(starts)
    assert read("SLD_FCST_7DA", folder / SEVEN_DAYS_AHEAD).frame["interval_start"].is_sorted()


OF_A_RUN = [
    ("PRC_HASP_LMP", PRICES, 0),
    ("PRC_HASP_LMP", "HASP_2012_3_11.csv", 0),
    ("PRC_LMP", "20191101_PRC_LMP_DAM.csv", 0),
    ("PRC_RTPD_LMP", "20230917_PRC_RTPD_LMP_a.csv", 0),
    ("PRC_AS", "PRC_AS_20140101_DAM.zip", 0),
    ("PRC_NOMOGRAM", "PRC_NOMOGRAM_DAM_20260327_20260401.csv", 0),
    ("ENE_SLRS_DAM", "20191010_20191011_ENE_SLRS_DAM_v1.csv", 0),
    ("ENE_SLRS_DAM", "ENE_SLRS.zip", 0),
    ("SLD_FCST_7DA", SEVEN_DAYS_AHEAD, 0),
    ("SLD_FCST_DAM", "SLD_FCST.zip", 0),
    ("SLD_FCST_RTPD", "sld_forecast.xml", 2),
    ("SLD_FCST_RTD", "sld_forecast.xml", 1),
    ("SLD_REN_FCST_DAM", WIND_AND_SUN, 0),
    ("SLD_REN_FCST_DAM", "sld_ren_forecast.xml", 0),
]


@pytest.mark.parametrize(("feed", "name", "others"), OF_A_RUN)
def test_recording_is_of_the_run_of_its_feed(folder: Path, feed: str, name: str, others: int) -> None:
    """Every row of the recordings says the run that the feed is of, but for the two runs in one shortened document."""
    found = reading(feed, folder / name)
    assert sum(each.rows for each in found.findings if each.kind is FindingKind.OTHER_RUN) == others
    assert found.payload_rows == found.accounted_rows > others


SIBLINGS = [
    (feed, other, name)
    for feed, name, others in OF_A_RUN
    if not others
    for other in dict.fromkeys(
        other for only in CAISO.feed(feed).layout.only for feeds in only.elsewhere.values() for other in feeds
    )
]


@pytest.mark.parametrize(("feed", "other", "name"), SIBLINGS)
def test_recording_of_another_run_is_refused_with_the_name_of_its_feed(
    folder: Path, feed: str, other: str, name: str
) -> None:
    """A forecast for seven days is no forecast of the day-ahead market, and so on: as what to read it is said."""
    with pytest.raises(SchemaDrift, match=rf"where \w+ was due: read it as .*\b{feed}\b"):
        read(other, folder / name)


def test_wind_and_solar_forecast_is_as_published(folder: Path) -> None:
    """1,008 hours of three hubs and two fuels."""
    expected = [
        (*span(row), row["TRADING_HUB"], row["RENEWABLE_TYPE"].lower(), figure(row["MW"]))
        for row in csv_rows(folder / WIND_AND_SUN)
    ]
    data = read("SLD_REN_FCST_DAM", folder / WIND_AND_SUN)
    assert len(expected) == 1008
    assert rows(data, "interval_start", "interval_end", "location", "fuel", "generation") == ordered(expected)


# The XML form, bare and in a zip


def test_schedules_in_xml_are_as_published(folder: Path) -> None:
    """Every record of the report: its area or the total, its kind by the figure's name, its megawatts."""
    expected = [
        (
            *span(row),
            row["RESOURCE_NAME"],
            KINDS[row["DATA_ITEM"].removeprefix("ISO_").split("_")[1]],
            figure(row["VALUE"]),
        )
        for row in xml_rows(folder / "ENE_SLRS.zip")
    ]
    data = read("ENE_SLRS_DAM", folder / "ENE_SLRS.zip")
    assert len(expected) == 408
    assert rows(data, "interval_start", "interval_end", "location", "kind", "scheduled") == ordered(expected)
    found = reading("ENE_SLRS_DAM", folder / "ENE_SLRS.zip")
    assert found.accounted_rows == found.payload_rows == len(expected)


def test_report_that_is_no_whole_xml_is_drift(folder: Path) -> None:
    """The collector that shortened this one cut an end tag off: it is refused, not read in part."""
    with pytest.raises(ET.ParseError, match="mismatched tag"):
        xml_rows(folder / "ene_slrs.xml")
    with pytest.raises(SchemaDrift, match="is XML"):
        read("ENE_SLRS_DAM", folder / "ene_slrs.xml")


def test_load_forecast_in_xml_is_as_published(folder: Path) -> None:
    """128 hours and areas of a day-ahead forecast in a zip."""
    expected = [
        (*span(row), row["RESOURCE_NAME"], figure(row["VALUE"])) for row in xml_rows(folder / "SLD_FCST.zip")
    ]
    data = read("SLD_FCST_DAM", folder / "SLD_FCST.zip")
    assert len(expected) == 128
    assert rows(data, "interval_start", "interval_end", "location", "load") == ordered(expected)


@pytest.mark.parametrize(
    ("feed", "item"), [("SLD_FCST_RTPD", "SYS_FCST_15MIN_MW"), ("SLD_FCST_RTD", "SYS_FCST_5MIN_MW")]
)
def test_forecasts_of_two_runs_in_one_document_are_told_apart(folder: Path, feed: str, item: str) -> None:
    """The document has quarters and five minutes: each feed takes its own, and counts the others."""
    records = xml_rows(folder / "sld_forecast.xml")
    expected = [
        (*span(row), row["RESOURCE_NAME"], figure(row["VALUE"]))
        for row in records
        if row["DATA_ITEM"] == item
    ]
    data = read(feed, folder / "sld_forecast.xml")
    assert rows(data, "interval_start", "interval_end", "location", "load") == ordered(expected)
    found = reading(feed, folder / "sld_forecast.xml")
    assert found.accounted_rows == found.payload_rows == len(records) == 3


def test_wind_and_solar_in_xml_are_as_published(folder: Path) -> None:
    """Hub and fuel stand in the record, in two items of one report."""
    expected = [
        (*span(row), row["TRADING_HUB"], row["RENEWABLE_TYPE"].lower(), figure(row["VALUE"]))
        for row in xml_rows(folder / "sld_ren_forecast.xml")
    ]
    data = read("SLD_REN_FCST_DAM", folder / "sld_ren_forecast.xml")
    assert len(expected) == 4
    assert rows(data, "interval_start", "interval_end", "location", "fuel", "generation") == ordered(expected)


# Today's Outlook


def test_seven_day_forecast_is_as_published(folder: Path) -> None:
    """2,305 stamps on California's clock: the forecasts of load and of net load."""
    expected: list[Row] = []
    for row in csv_rows(folder / OUTLOOK):
        wall = datetime.strptime(row["Time"], "%m/%d/%Y %H:%M").replace(tzinfo=CALIFORNIA)
        start = wall.astimezone(UTC)
        figures = [
            figure(row[header]) for header in ("Day-ahead demand forecast", "Day-ahead net demand forecast")
        ]
        expected.append((start, start + timedelta(minutes=5), charts.WHOLE, *figures))
    data = read("rtm_forecast_7day", folder / OUTLOOK)
    assert len(expected) == 2305
    found = rows(data, "interval_start", "interval_end", "location", "load", "net_load")
    assert found == ordered(expected)
    assert set(data.frame["location_type"]) == {"system"}
    whole = reading("rtm_forecast_7day", folder / OUTLOOK)
    assert whole.accounted_rows == whole.payload_rows == 2305


def test_recorded_shadow_prices_keep_their_signs(folder: Path) -> None:
    """Of 504, 210 are negative: a filter on positive values would lose them, one on values other than zero does not."""
    name = "PRC_NOMOGRAM_DAM_20260327_20260401.csv"
    frame = read("PRC_NOMOGRAM", folder / name).frame
    expected = sorted(float(row["PRC"]) for row in csv_rows(folder / name))
    assert sorted(frame["shadow_price"]) == expected
    price = frame["shadow_price"]
    assert [(price < 0).sum(), (price == 0).sum(), (price > 0).sum()] == [210, 2, 292]


def test_recorded_constraints_have_one_sign_each(folder: Path) -> None:
    """Branches are positive, groups of them negative: the sign says nothing about how hard they bind."""
    frame = read("PRC_NOMOGRAM", folder / "PRC_NOMOGRAM_DAM_20260327_20260401.csv").frame
    binding = frame.filter(frame["shadow_price"] != 0)
    signs = {
        constraint: set(rows["shadow_price"].sign()) for (constraint,), rows in binding.group_by("constraint")
    }
    assert all(len(each) == 1 for each in signs.values())
    assert {name for name, sign in signs.items() if sign == {1.0}} == {
        name for name in signs if str(name).endswith(("_BR_1 _1", "_BR_2 _1", "_XF_4", "_XF_13"))
    }
