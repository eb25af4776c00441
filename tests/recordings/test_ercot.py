"""Recorded documents and lists of ERCOT, row by row."""

from __future__ import annotations

import csv
import io
import itertools
import json
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from energyopti import FindingKind
from energyopti.layouts import Layout, Reading
from energyopti_ercot.feeds import adders, load, prices, renewables
from energyopti_ercot.protocol.documents import read_documents
from energyopti_ercot.protocol.hourly_output import over
from energyopti_ercot.protocol.listing import listed
from recordings.where import recordings_of

CENTRAL = ZoneInfo("America/Chicago")
HOUR = timedelta(hours=1)
FORECAST = "cdr.00012311.0000000000000000.20250313.123000586.LFCCONGESTNP3560_csv.zip"
WIND = "cdr.00013028.0000000000000000.20250313.135509.WPPHRLYAVGACTNP4732_csv.zip"
DISPATCH = "cdr.00012300.0000000000000000.20260625.004020.LMPSROSNODENP6788_20260625_004018.csv"


@pytest.fixture(scope="module")
def folder() -> Path:
    """ERCOT's recordings; the tests are skipped where there are none."""
    return recordings_of("ercot")


def published(content: bytes) -> list[dict[str, str]]:
    """The rows of a document, read without the library; blanks around words are gone."""
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return [{name.strip(): cell.strip() for name, cell in row.items()} for row in rows]


def unzipped(path: Path) -> bytes:
    """The one file of a document."""
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        return archive.read(name)


def hour(day: str, label: str) -> datetime:
    """When the hour begins that ends at a label; none of the recorded days has a repeated hour."""
    midnight = datetime.strptime(day, "%m/%d/%Y").replace(tzinfo=CENTRAL)
    return (midnight + (int(label.split(":", maxsplit=1)[0]) - 1) * HOUR).astimezone(UTC)


def cells(reading: Reading, *columns: str) -> set[tuple[object, ...]]:
    """Some columns of a reading, row by row."""
    return set(reading.frame.select(*columns).iter_rows())


def test_load_forecast_by_forecast_zone(folder: Path) -> None:
    """192 hours of March 13 to 20, 2025, in four zones and in all."""
    rows = published(unzipped(folder / FORECAST))
    zones = {
        "North": "NORTH",
        "South": "SOUTH",
        "West": "WEST",
        "Houston": "HOUSTON",
        "SystemTotal": "SYSTEM",
    }
    expected = {
        (start := hour(row["DeliveryDate"], row["HourEnding"]), start + HOUR, name, float(row[zone]))
        for row in rows
        for zone, name in zones.items()
    }
    reading = read_documents(load.EXPECTED_BY_FORECAST_ZONE, [(folder / FORECAST).read_bytes()])
    assert cells(reading, "interval_start", "interval_end", "location", "load") == expected
    assert reading.frame.height == 5 * len(rows) == 5 * 192
    assert reading.findings == ()


def wind_column(word: str, place: str) -> str:
    """What a figure of a zone is called in the document of wind."""
    if place == "SYSTEM":
        return "SYSTEM_WIDE_GEN" if word == "GEN" else f"{word}_SYSTEM_WIDE"
    return f"{word}_LZ_{place}"


@pytest.mark.parametrize(
    ("layout", "word"), [(renewables.WIND_GENERATED, "GEN"), (renewables.WIND_EXPECTED, "STWPF")]
)
def test_wind_document(folder: Path, layout: Layout, word: str) -> None:
    """216 hours from March 11 to 20, 2025: output of those that are over, forecasts of all."""
    rows = published(unzipped(folder / WIND))
    expected = set()
    for row in rows:
        start = hour(row["DELIVERY_DATE"], row["HOUR_ENDING"])
        for place in ("SYSTEM", "SOUTH_HOUSTON", "WEST", "NORTH"):
            cell = row[wind_column(word, place)]
            expected.add((start, place, float(cell) if cell else None))
    reading = read_documents(layout, [(folder / WIND).read_bytes()])
    assert cells(reading, "interval_start", "location", "generation") == expected
    assert reading.frame.height == 4 * len(rows) == 4 * 216
    assert not [each for each in reading.findings if each.kind is not FindingKind.MISSING_VALUE]


def test_wind_output_is_that_of_hours_which_were_over(folder: Path) -> None:
    """At 13:55 of March 13 the hour ending 13:00 is the last one, and none before it is empty."""
    reading = read_documents(renewables.WIND_GENERATED, [(folder / WIND).read_bytes()])
    known = over(reading, datetime(2025, 3, 13, 18, 55, 9, tzinfo=UTC))
    assert known.frame["interval_end"].max() == datetime(2025, 3, 13, 18, tzinfo=UTC)
    assert known.frame["generation"].null_count() == 0
    assert known.frame.height == reading.frame["generation"].count() == 4 * 48
    assert known.accounted_rows == known.payload_rows


def test_wind_potential_is_of_the_whole_system(folder: Path) -> None:
    """The limit is in the system's row alone; curtailed is what is missing to it, null where output is above it."""
    expected: set[tuple[datetime, str, float | None, float | None]] = set()
    above = 0
    for row in published(unzipped(folder / WIND)):
        start = hour(row["DELIVERY_DATE"], row["HOUR_ENDING"])
        limit, output = row["SYSTEM_WIDE_HSL"], row["SYSTEM_WIDE_GEN"]
        rest = Decimal(limit) - Decimal(output) if limit and output else None
        above += rest is not None and rest < 0
        curtailed = float(rest) if rest is not None and rest >= 0 else None
        expected.add((start, "SYSTEM", float(limit) if limit else None, curtailed))
        expected |= {(start, place, None, None) for place in ("SOUTH_HOUSTON", "WEST", "NORTH")}
    reading = read_documents(renewables.WIND_GENERATED, [(folder / WIND).read_bytes()])
    assert cells(reading, "interval_start", "location", "potential", "curtailed") == expected
    assert above == 2


def test_dispatch_prices(folder: Path) -> None:
    """The points of one run on June 25, 2026, whose prices are padded with blanks."""
    content = (folder / DISPATCH).read_bytes()
    expected = set()
    for row in published(content):
        wall = datetime.strptime(row["SCEDTimestamp"], "%m/%d/%Y %H:%M:%S").replace(tzinfo=CENTRAL)
        expected.add((wall.astimezone(UTC), row["SettlementPoint"], float(row["LMP"])))
    reading = prices.DISPATCH_POINTS.read(content)
    assert cells(reading, "interval_start", "location", "lmp") == expected
    assert reading.frame.height == len(expected)
    assert reading.findings == ()


@pytest.mark.parametrize("number", ["12311", "13028"])
def test_list_has_every_document_of_its_days(folder: Path, number: str) -> None:
    """180 CSV documents, about one an hour over a clock change: 2025-03-09 has 23 hours.

    The names say the wall clock; the list's offset would put those before the change an hour late.
    """
    content = (folder / f"IceDocListJsonWS_{number}.json").read_bytes()
    entries = [each["Document"] for each in json.loads(content)["ListDocsByRptTypeRes"]["DocumentList"]]
    expected = {}
    for each in entries:
        if each["FriendlyName"].endswith("_csv"):
            day, moment = each["ConstructedName"].split(".")[3:5]
            wall = datetime.strptime(day + moment[:6], "%Y%m%d%H%M%S").replace(tzinfo=CENTRAL)
            expected[each["DocID"]] = wall.astimezone(UTC)
    found = {each.number: each.published for each in listed(content)}
    assert found.keys() == expected.keys()
    assert len(found) == 180
    assert max(abs(found[each] - expected[each]) for each in found) < timedelta(seconds=3)
    times = sorted(found.values())
    steps = [after - before for before, after in itertools.pairwise(times)]
    assert max(steps) < timedelta(minutes=62)
    assert min(steps) > timedelta(minutes=58)


@pytest.mark.parametrize(
    ("day", "start", "expected"),
    [
        ("20140601", datetime(2014, 6, 1, 5, 1, 6, tzinfo=UTC), {"RTORPA": 0.0033, "RTOFFPA": 0.0005}),
        ("20260907", datetime(2026, 9, 7, 17, 20, 19, tzinfo=UTC), dict.fromkeys(adders.SINCE, 0.0)),
    ],
)
def test_price_adders_of_both_times(
    folder: Path, day: str, start: datetime, expected: dict[str, float]
) -> None:
    """One run each: 2014-06-01 00:01:06 and 2026-09-07 12:20:19 on Texas' clock; every other column is known."""
    reading = adders.ADDERS.read((folder / f"price_adders_NP6323_{day}.csv").read_bytes())
    assert cells(reading, "interval_start", "adder_native", "price") == {
        (start, name, price) for name, price in expected.items()
    }
    assert (reading.findings, reading.payload_rows) == ((), len(expected))


def test_bus_prices_since_they_are_capped(folder: Path) -> None:
    """The first three buses of the run of 2026-09-07 11:40:17: the capped price is the price."""
    reading = prices.DISPATCH_BUSES.read(
        (folder / "lmp_by_bus_NP6787_capped_20260907.excerpt.csv").read_bytes()
    )
    start = datetime(2026, 9, 7, 16, 40, 17, tzinfo=UTC)
    assert cells(reading, "interval_start", "location", "lmp") == {
        (start, "0001", 22.87),
        (start, "0001DUPV1_", 23.82),
        (start, "0001HWFG1", 22.17),
    }
    assert (reading.findings, reading.payload_rows) == ((), 3)
