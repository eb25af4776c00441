"""What there is, as tables: markets, datasets, feeds, and the places of a market from all of its lists."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

import energyopti
from collecting_builders import run
from energyopti import (
    Settings,
    UnifiedMarketService,
    UnknownDataset,
    UnknownLocation,
    UnknownMarket,
    UnsupportedQuery,
    catalog,
    records,
)
from energyopti.cli.app import app
from energyopti.cli.installation import Installation
from installed import installed


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_markets_are_a_table() -> None:
    """One a row, with what a reader looks for first."""
    found = catalog.markets(installed())
    nyiso = found.row(by_predicate=pl.col("market") == "nyiso", named=True)
    assert nyiso["title"] == "New York ISO"
    assert nyiso["zone"] == "America/New_York"
    assert nyiso["hub"] == "N.Y.C."
    assert nyiso["feeds"] == len(installed().market("nyiso").feeds)
    assert "lmp" in nyiso["datasets"].split(", ")


def test_datasets_say_who_fills_them() -> None:
    """And their columns."""
    found = catalog.datasets(installed())
    lmp = found.row(by_predicate=pl.col("dataset") == "lmp", named=True)
    assert lmp["markets"] == "caiso, ercot, nyiso, pjm"
    assert "congestion" in lmp["columns"].split(", ")
    assert found.filter(forecast=True)["dataset"].to_list()


def test_package_of_the_datasets_is_the_function_that_lists_them_too() -> None:
    """Nobody has to import anything but energyopti for either."""
    code = "import energyopti; print(energyopti.datasets.LMP.name in energyopti.datasets()['dataset'])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "True\n"
    with pytest.raises(TypeError, match="datasets"):
        energyopti.datasets("lmp")  # type: ignore[operator]


def test_feeds_are_those_of_a_market_or_of_all() -> None:
    """With interval, history and what rows are due."""
    found = catalog.feeds(installed(), "NYISO")
    zonal = found.row(by_predicate=pl.col("feed") == "damlbmp_zone", named=True)
    assert (zonal["dataset"], zonal["run"], zonal["step"]) == ("lmp", "day_ahead", timedelta(hours=1))
    assert zonal["history_from"] == date(1999, 11, 18)
    assert {*catalog.feeds(installed())["market"]} == {"caiso", "ercot", "nyiso", "pjm"}
    with pytest.raises(UnknownMarket):
        catalog.feeds(installed(), "atlantis")


def test_description_is_of_a_dataset_or_of_a_feed() -> None:
    """A market alone does not say which."""
    assert records.described(installed(), "lmp")["columns"][0]["name"] == "market"
    assert records.described(installed(), "nyiso", "pal")["dataset"] == "load"
    with pytest.raises(UnsupportedQuery, match="nyiso is a market; add a feed"):
        records.described(installed(), "nyiso")
    with pytest.raises(UnknownDataset):
        records.described(installed(), "lpm")


def places(market: str, match: str | None = None, *, kind: str | None = None, home: Path) -> pl.DataFrame:
    """The places of a market, from its sandbox."""

    async def ask() -> pl.DataFrame:
        settings = Settings(home=home, sandbox="1")
        async with UnifiedMarketService(installed(), settings) as service:
            return await catalog.locations(service, market, match, type=kind)

    return run(ask())


@pytest.mark.parametrize(
    ("market", "match", "kind", "found"),
    [
        ("nyiso", "zone j", None, ["N.Y.C."]),  # a common name
        ("nyiso", "61761", None, ["N.Y.C."]),  # its PTID
        ("nyiso", "hud", "zone", ["HUD VL"]),
        ("pjm", "Western", "hub", ["51288"]),  # by its name
        ("ercot", "houston", None, ["HB_HOUSTON", "LZ_HOUSTON"]),
        ("caiso", "sp15", "hub", ["TH_SP15_GEN-APND"]),
    ],
)
def test_places_are_found_by_any_of_their_names(
    tmp_path: Path, market: str, match: str, kind: str | None, found: list[str]
) -> None:
    """Identifier, name, number or common name, in any case, in part."""
    assert places(market, match, kind=kind, home=tmp_path)["location"].to_list() == found


def test_places_are_those_of_every_list(tmp_path: Path) -> None:
    """Each once for each of its types, zones as well as generators; which list has it is said."""
    every = places("nyiso", home=tmp_path)
    assert not every.select("location", "location_type").is_duplicated().any()
    assert {"zone", "node", "interface"} <= {*every["location_type"].drop_nulls()}
    zone = every.row(by_predicate=pl.col("location") == "WEST", named=True)
    assert (zone["feed"], zone["code"], zone["also"]) == ("zones", "61752", "Zone A, A")
    assert every.columns == list(catalog.PLACES)


def test_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    """With near misses; an unknown type with the types there are."""
    with pytest.raises(UnknownLocation, match=r"^nyiso: no place 'N\.Y\.S\.'. Did you mean 'N\.Y\.C\.'"):
        places("nyiso", "N.Y.S.", home=tmp_path)
    with pytest.raises(UnknownLocation, match="no place hub 'west'"):
        places("nyiso", "west", kind="hub", home=tmp_path)
    with pytest.raises(UnsupportedQuery, match=r"no location type 'zones'\. Did you mean 'zone'"):
        places("nyiso", kind="zones", home=tmp_path)


def told(*words: str) -> Result:
    """What a command says of the sandbox."""
    here = Installation(given_registry=installed())
    return CliRunner().invoke(
        app, [*words, "--sandbox"], obj=here, env={"COLUMNS": "200"}, catch_exceptions=False
    )


def test_command_lists_places_for_people_and_programs() -> None:
    """A table of the columns that say anything; JSON has all."""
    shown = told("locations", "nyiso", "hud")
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[0].split() == [
        "location",
        "location_name",
        "location_type",
        "code",
        "also",
    ]
    assert "HUD VL" in shown.stdout
    listed = json.loads(told("locations", "nyiso", "hud", "--json").stdout)
    assert [each["code"] for each in listed] == ["61758"]


def test_command_that_finds_very_many_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first are shown."""
    monkeypatch.setattr("energyopti.tuning.output.PLACES_SHOWN", 3)
    shown = told("locations", "nyiso")
    assert len(shown.stdout.splitlines()) == 2 + 3
    assert "the first 3 are shown" in shown.stderr


def test_place_of_another_market_is_said_to_be_its() -> None:
    """Where a feed has a complete list of its own."""
    result = told("get", "nyiso", "load", "--location", "HB_HOUSTON", "--period", "2024-07-01")
    assert result.exit_code == 2
    assert "no location 'HB_HOUSTON'; it is a place of ercot" in result.stderr


@pytest.mark.parametrize(
    ("market", "run", "place", "code", "hint"),
    [
        ("nyiso", "DA", "SP-15", 2, "no location 'SP-15'; it is a place of caiso, called SP15"),
        ("nyiso", "DA", "N.Y.C", 2, "no location 'N.Y.C'. Did you mean 'NYC' or 'N.Y.C.'?"),
        ("pjm", "DA", "sp 15", 2, "no location 'sp 15'; it is a place of caiso, called SP15"),
        ("caiso", "DA", "SP-15", 3, "Did you mean 'SP15' or 'TH_SP15_GEN-APND' or 'NP15'?"),
        ("caiso", "DA", "HB_NORTH", 3, "it is a place of ercot"),
    ],
)
def test_place_that_is_almost_known_is_named(market: str, run: str, place: str, code: int, hint: str) -> None:
    """Whichever way its market says that it has none: by a list, by its rows, or by an empty answer."""
    result = told("get", market, "lmp", "--run", run, "--location", place, "--period", "2024-07-01")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.rstrip().endswith(hint)


def test_zones_of_new_york_have_letters() -> None:
    """Desks say J."""
    result = told(
        "get", "nyiso", "lmp", "--run", "DA", "--location", "J", "--period", "2024-07-01", "-f", "csv"
    )
    assert result.exit_code == 0
    assert {line.split(",")[5] for line in result.stdout.splitlines()[1:]} == {"N.Y.C."}
