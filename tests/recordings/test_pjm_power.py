"""Recorded load, generation, forecasts and outages of PJM, row by row."""

from __future__ import annotations

import csv
import functools
import gzip
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from energyopti import FindingKind, MarketData
from energyopti.files import read_file
from energyopti_pjm.market import PJM
from recordings.where import recordings_of

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, FIVE_MINUTES = timedelta(hours=1), timedelta(minutes=5)
FUELS = {
    "Coal": "coal",
    "Gas": "natural_gas",
    "Hydro": "hydro",
    "Multiple Fuels": "multiple_fuels",
    "Nuclear": "nuclear",
    "Oil": "oil",
    "Other Renewables": "other_renewables",
    "Solar": "solar",
    "Storage": "storage",
    "Wind": "wind",
}
KINDS = ("total", "planned", "maintenance", "forced")

Published = dict[str, Any]
Row = tuple[Any, ...]


@pytest.fixture(scope="module")
def folder() -> Path:
    """PJM's recordings; the tests are skipped where there are none."""
    return recordings_of("pjm")


def published(path: Path) -> list[Published]:
    """The rows of a recording, read without the library; figures of JSON are kept as they are written."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    if ".csv" in path.suffixes:
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    body = json.loads(content, parse_float=Decimal)
    found: list[Published] = body["items"] if isinstance(body, dict) else body
    return found


def instant(stamp: str) -> datetime:
    """A stamp in UTC, in either form."""
    return wall(stamp).replace(tzinfo=UTC)


def midnight(stamp: str, *, days: int = 0) -> datetime:
    """The beginning of an eastern day, or of one some days later."""
    local = wall(stamp) + timedelta(days=days)
    return local.replace(tzinfo=NEW_YORK).astimezone(UTC)


@functools.cache
def wall(stamp: str) -> datetime:
    """A stamp as it stands there: ISO, or with twelve hours."""
    pattern = "%Y-%m-%dT%H:%M:%S" if "T" in stamp else "%m/%d/%Y %I:%M:%S %p"
    return datetime.strptime(stamp, pattern)  # noqa: DTZ007 - the clock is the caller's to say


def figure(cell: Any) -> float | None:
    """A figure, through decimals; an empty cell is none."""
    return None if cell in {"", None} else float(Decimal(str(cell)))


def _begins(
    row: Published, step: timedelta = HOUR, name: str = "datetime_beginning_utc"
) -> tuple[datetime, datetime]:
    at = instant(row[name])
    return at, at + step


def _read(row: Published) -> Iterator[Row]:
    yield (*_begins(row, FIVE_MINUTES), row["area"], figure(row["instantaneous_load"]))


def _metered(row: Published) -> Iterator[Row]:
    yield (*_begins(row), row["load_area"], figure(row["mw"]))


def _week(row: Published) -> Iterator[Row]:
    times = _begins(row, name="forecast_datetime_beginning_utc")
    made = instant(row["evaluated_at_datetime_utc"])
    yield (made, *times, row["forecast_area"], figure(row["forecast_load_mw"]))


def _fuel(row: Published) -> Iterator[Row]:
    yield (*_begins(row), FUELS[row["fuel_type"]], row["fuel_type"], figure(row["mw"]))


def _wind(row: Published) -> Iterator[Row]:
    yield (*_begins(row), "wind", row["area"], figure(row["wind_generation_mw"]))


def _sun(row: Published) -> Iterator[Row]:
    yield (*_begins(row), "solar", row["area"], figure(row["solar_generation_mw"]))


def _sun_to_come(row: Published) -> Iterator[Row]:
    made = instant(row["evaluated_at_utc"])
    yield (made, *_begins(row), "solar", "RTO", "front_of_meter", figure(row["solar_forecast_mwh"]))
    yield (made, *_begins(row), "solar", "RTO", "behind_the_meter", figure(row["solar_forecast_btm_mwh"]))


def _outages(row: Published) -> Iterator[Row]:
    made, day = midnight(row["forecast_execution_date_ept"]), row["forecast_date"]
    for kind in KINDS:
        outage = figure(row[f"{kind}_outages_mw"])
        yield (made, midnight(day), midnight(day, days=1), row["region"], kind, outage)


_LOAD = ("interval_start", "interval_end", "location", "load")
_OUTPUT = ("interval_start", "interval_end", "fuel", "location", "generation")
RECORDINGS: dict[str, tuple[str, tuple[str, ...], Callable[[Published], Iterator[Row]]]] = {
    "inst_load.csv": ("inst_load", _LOAD, _read),
    "hrl_load_metered.csv": ("hrl_load_metered", _LOAD, _metered),
    "load_frcstd_7_day.json.gz": ("load_frcstd_7_day", ("publish_time", *_LOAD), _week),
    "gen_by_fuel.json": (
        "gen_by_fuel",
        ("interval_start", "interval_end", "fuel", "fuel_native", "generation"),
        _fuel,
    ),
    "wind_gen.csv": ("wind_gen", _OUTPUT, _wind),
    "solar_gen-20191215121639.csv": ("solar_gen", _OUTPUT, _sun),
    "hourly_solar_power_forecast.json": (
        "hourly_solar_power_forecast",
        ("publish_time", *_OUTPUT[:-1], "metering", "generation"),
        _sun_to_come,
    ),
    "gen_outages_by_type_2017-10_2018-11.csv": (
        "gen_outages_by_type",
        ("publish_time", "interval_start", "interval_end", "location", "resource_type", "outage"),
        _outages,
    ),
}


def recorded(folder: Path, name: str) -> MarketData:
    """A recording, read as the feed that it is of."""
    return read_file(PJM, PJM.feed(RECORDINGS[name][0]), folder / name, now=NOW)


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_row_is_as_published(folder: Path, name: str) -> None:
    """Each row of the file is in the frame, at its instant, with its figure; none is lost or doubled."""
    _, columns, rows = RECORDINGS[name]
    due = [row for wire in published(folder / name) for row in rows(wire)]
    found = recorded(folder, name).frame.select(*columns).rows()
    assert len(found) == len(due) > 0
    assert sorted(found, key=_key) == sorted(due, key=_key)


def _key(row: Row) -> Row:
    return row[:-1]


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_column_and_word_is_known(folder: Path, name: str) -> None:
    """Nothing in the file is strange, and no row is rejected or repeats another."""
    kinds = {finding.kind for finding in recorded(folder, name).findings}
    strange = {
        FindingKind.UNKNOWN_COLUMN,
        FindingKind.UNKNOWN_WORD,
        FindingKind.UNREADABLE_VALUE,
        FindingKind.REJECTED_ROW,
        FindingKind.DUPLICATE_KEY,
        FindingKind.BOUNDS,
    }
    assert not kinds & strange


@pytest.mark.parametrize("name", ["hrl_load_metered.csv", "wind_gen.csv"])
def test_year_of_hours_has_no_gap(folder: Path, name: str) -> None:
    """Days of 23 and of 25 hours lie in it: on the eastern clock hours are skipped and repeated, in UTC none."""
    data = recorded(folder, name)
    assert FindingKind.GAP not in {finding.kind for finding in data.findings}
    local = {row["datetime_beginning_ept"] for row in published(folder / name)}
    assert len(local) == len(data) - 1


def test_eastern_columns_say_the_same_instants(folder: Path) -> None:
    """What is not read agrees: the eastern column is New York's clock at the instant of the other."""
    for row in published(folder / "inst_load.csv"):
        eastern = instant(row["datetime_beginning_utc"]).astimezone(NEW_YORK).replace(tzinfo=None)
        assert wall(row["datetime_beginning_ept"]) == eastern


def test_readings_off_the_grid_leave_one_hole(folder: Path) -> None:
    """Stamps a second or two late are no gaps; the ten minutes without a reading are one."""
    data = recorded(folder, "inst_load.csv")
    (gap,) = (finding for finding in data.findings if finding.kind is FindingKind.GAP)
    assert gap.rows == 1
    assert {at.second for at in data.frame["interval_start"]} == {0, 1, 2}


def test_kinds_of_outages_add_up(folder: Path) -> None:
    """In each row of the file total is planned, maintenance and forced together, so that no kind is misread."""
    frame = recorded(folder, "gen_outages_by_type_2017-10_2018-11.csv").frame
    wide = frame.pivot("resource_type", index=["publish_time", "interval_start", "location"], values="outage")
    assert (wide["total"] == wide["planned"] + wide["maintenance"] + wide["forced"]).all()
    assert wide.height == 8316
