"""``plugins``, ``markets``, ``feeds`` and ``describe``: for people, and as JSON for programs."""

from __future__ import annotations

import functools
import json
from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from builders import FEED, changed, feed, feed_source
from cli_runs import MARKET, Brings, registry, run
from collecting_builders import Plugin
from energyopti import Days, Registry, Run, Unconfirmed, hookimpl
from energyopti.cli.listings import step
from energyopti.datasets import LMP
from energyopti.layouts import Absolute, CsvLayout, Number, Text
from energyopti.market import ChunkSize

PRICES = CsvLayout(
    dataset=LMP,
    zone="America/New_York",
    time=Absolute(names=("Start",)),
    columns=(Text("Area", to="location"), Number("Price", to="lmp")),
)
BIG = attrs.evolve(
    MARKET,
    feeds=(
        FEED,
        feed(
            name="prices",
            dataset=LMP,
            layout=PRICES,
            run=Run.DAY_AHEAD,
            title="Prices [by area]",
            step=timedelta(minutes=5),
            irregular=True,
            derived=("energy",),
            locations=("NORTH", "SOUTH"),
            forecast_days=6,
            unconfirmed=Unconfirmed.noted(date(2026, 11, 1), "the first day"),
            sources=(
                feed_source(available=Days(end=FEED.history.since)),
                feed_source(name="new", preferred=Days(first=FEED.history.since)),
            ),
        ),
    ),
)


def nothing() -> Registry:
    """A registry without plugins."""
    return Registry(discover=False)


def refused() -> Registry:
    """A registry with a plugin that fails."""
    return Registry({"broken": Brings(None), "works": Brings(MARKET)}, discover=False)  # type: ignore[arg-type]


def test_plugins_lists_what_each_brings() -> None:
    """Each plugin is listed with its markets, or with why it was left out."""
    lines = run("plugins", over=refused()).stdout.splitlines()
    assert lines[0].split() == ["distribution", "version", "API", "markets", "brings", "state"]
    assert "cannot list its markets" in next(line for line in lines if line.startswith("broken"))
    works = next(line for line in lines if line.startswith("works"))
    assert works.split(maxsplit=2) == ["works", "testiso", "1 feed, 1 host, 1 credential  ok"]


def test_plugins_as_json() -> None:
    """Programs read the plugins as JSON."""
    broken, works = json.loads(run("plugins", "--json", over=refused()).stdout)
    assert works == {
        "plugin": "works",
        "distribution": "works",
        "version": "",
        "api": None,
        "markets": ["testiso"],
        "feeds": ["testiso/hourly_load"],
        "hosts": ["testiso/main"],
        "credentials": ["testiso/key"],
        "datasets": [],
        "checks": [],
        "observes": False,
        "sandbox": [],
        "commands": [],
        "formats": [],
        "error": None,
    }
    assert broken["error"].startswith("plugin broken cannot list its markets: ")


class Everything(Brings):
    """A plugin that brings a sandbox and two checks too, and listens."""

    @hookimpl
    def energyopti_sandbox(self) -> dict[str, object]:
        """Something for its one host."""
        return {"main": None}

    @hookimpl
    def energyopti_checks(self, dataset: str) -> list[object]:
        """Something that can be called, and has no name."""
        return [functools.partial(print)] * 2 if dataset == "load" else []

    @hookimpl
    def energyopti_observe(self) -> None:
        """Nothing."""


def test_plugins_counts_what_each_brings() -> None:
    """In words, one or several."""
    shown = run("plugins", over=Registry({"all": Everything(BIG)}, discover=False)).stdout
    assert "2 feeds, 1 host, 1 credential, 2 checks, a sandbox of 1 host, an observer  ok" in shown


def test_plugins_names_what_each_brings() -> None:
    """Instead of counting; of a plugin that was left out, why."""
    both = Registry({"all": Everything(BIG), "broken": Brings(None)}, discover=False)  # type: ignore[arg-type]
    lines = [line.split(maxsplit=1) for line in run("plugins", "--names", over=both).stdout.splitlines()]
    assert lines[:-1] == [
        ["all"],
        ["state", "ok"],
        ["markets", "testiso"],
        ["feeds", "testiso/hourly_load, testiso/prices"],
        ["hosts", "testiso/main"],
        ["credentials", "testiso/key"],
        ["checks", "load/partial, load/partial"],
        ["sandbox", "testiso/main"],
        ["observer", "yes"],
        ["broken"],
    ]
    assert lines[-1][1].startswith("plugin broken cannot list its markets: ")


@pytest.mark.parametrize("command", ["plugins", "markets", "feeds"])
def test_without_plugins_the_next_step_is_said(command: str) -> None:
    """Where nothing is installed, standard error says what to install."""
    result = run(command, over=nothing())
    assert (result.exit_code, result.stdout) == (0, "")
    assert "energyopti-nyiso" in result.stderr


@pytest.mark.parametrize("command", ["markets", "feeds"])
def test_without_markets_it_is_said_why_a_plugin_was_left_out(command: str) -> None:
    """Installing another one is not all that can be done."""
    broken = Registry({"broken": Brings(None), "idle": Plugin()}, discover=False)  # type: ignore[arg-type]
    first, last = run(command, over=broken).stderr.splitlines()
    assert first.startswith("plugin broken cannot list its markets: ")
    assert last.startswith("no market is installed")


def test_markets_lists_the_datasets() -> None:
    """Each market is listed with its clock, its feeds' number and its datasets."""
    line = run("markets", over=registry(BIG)).stdout.splitlines()[-1]
    assert line.split() == ["testiso", "Test", "ISO", "America/New_York", "2", "load,", "lmp"]


def test_markets_as_json() -> None:
    """Programs read the markets as JSON."""
    assert json.loads(run("markets", "--json", over=registry(BIG)).stdout) == [
        {
            "market": "testiso",
            "title": "Test ISO",
            "zone": "America/New_York",
            "feeds": 2,
            "datasets": ["load", "lmp"],
        }
    ]


@pytest.mark.parametrize("market", ["testiso", "TestISO"])
def test_feeds_lists_what_can_be_asked(market: str) -> None:
    """Each of a market's feeds is listed with its dataset, run, step and first day."""
    lines = run("feeds", market, over=registry(BIG)).stdout.splitlines()
    assert lines[2].split()[:6] == ["testiso", "hourly_load", "load", "1", "h", "2000-01-01"]
    assert lines[3].split()[:7] == ["testiso", "prices", "lmp", "day_ahead", "5", "min", "2000-01-01"]
    assert lines[3].endswith("Prices [by area]")


def test_a_narrow_page_has_no_titles() -> None:
    """Where titles would be folded into slivers, the rows keep to one line each without them."""
    shown = run("feeds", "testiso", over=registry(BIG), width=80).stdout
    assert "Prices" not in shown
    assert len(shown.splitlines()) == 4
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_feeds_of_all_markets_are_a_matrix() -> None:
    """Without a market, the number of feeds for each dataset and run stands by market."""
    result = run("feeds", over=registry(BIG))
    assert [line.split() for line in result.stdout.splitlines() if not line.startswith("─")] == [
        ["dataset", "run", "testiso"],
        ["lmp", "day_ahead", "1"],
        ["load", "1"],
    ]
    assert result.stderr == "the numbers count feeds; energyopti feeds MARKET lists them\n"


def test_feeds_as_json() -> None:
    """Programs read the feeds as JSON, steps in seconds."""
    load, prices = json.loads(run("feeds", "--json", over=registry(BIG)).stdout)
    assert (load["run"], load["step_seconds"]) == (None, 3600)
    assert prices == {
        "market": "testiso",
        "feed": "prices",
        "dataset": "lmp",
        "run": "day_ahead",
        "step_seconds": 300,
        "history_from": "2000-01-01",
        "title": "Prices [by area]",
    }


def test_feeds_of_an_unknown_market_exit_with_2() -> None:
    """A market that nobody brings is a wrong question."""
    assert run("feeds", "testios").exit_code == 2


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=1), "1 d"),
        (timedelta(hours=1), "1 h"),
        (timedelta(minutes=90), "90 min"),
        (timedelta(seconds=4), "4 s"),
    ],
)
def test_steps_in_words(length: timedelta, words: str) -> None:
    """A step is said in the largest unit that it is a whole number of."""
    assert step(length) == words


def test_a_dataset_is_described_by_its_columns() -> None:
    """Each column has its type, unit, whether it is in the key or may be null, and its vocabulary."""
    lines = run("describe", "lmp").stdout.splitlines()
    assert lines[0] == "lmp: Locational marginal prices"
    named = {line.split()[0]: line for line in lines if line}
    assert named["interval_start"].split()[:4] == ["interval_start", "timestamp", "UTC", "key"]
    assert named["loss"].split()[:4] == ["loss", "float", "USD/MWh", "null"]
    assert named["location_type"].endswith(
        ": hub, zone, node, aggregate, interface, bus, reserve_zone, region, system"
    )


def test_a_dataset_as_json() -> None:
    """Programs read a dataset's columns as JSON."""
    record = json.loads(run("describe", "load", "--json").stdout)
    assert (record["dataset"], record["forecast"]) == ("load", False)
    assert record["columns"][-3] == {
        "name": "load",
        "type": "float",
        "unit": "MW",
        "key": False,
        "nullable": True,
        "description": "actual load; null where the source leaves the cell empty",
        "choices": [],
    }


@pytest.mark.parametrize("name", ["emissions", "outages"])
def test_a_dataset_is_described_whatever_its_docstring(name: str) -> None:
    """Every dataset has a page that begins with its name."""
    assert run("describe", name).stdout.startswith(f"{name}: ")


def test_a_feed_is_described_with_its_sources_in_order() -> None:
    """A feed's page says all that is declared of it, and shows how it is published."""
    shown = run("describe", "testiso", "prices", over=registry(BIG)).stdout
    facts = dict(line.split("  ", 1) for line in shown.splitlines() if "  " in line)
    assert shown.startswith("testiso/prices: Prices [by area]\n")
    assert facts["step"].strip() == "5 min, with extra ones between"
    assert facts["chunk"].strip() == "day (America/New_York)"
    assert facts["reaches"].strip() == "6 days ahead"
    assert facts["derived"].strip() == "energy"
    assert facts["unconfirmed"].strip() == "the first day"
    assert facts["locations"].strip() == "NORTH, SOUTH"
    assert facts["archive"].split() == ["main", "all", "days", "before", "2000-01-01"]
    assert facts["new"].split() == ["main", "from", "2000-01-01", "all", "days"]
    assert shown.index("\narchive") < shown.index("\nnew")
    assert "\nStart,Area,MW\n2024-07-01T04:00:00,NORTH,1234.5\n" in shown


def test_a_plain_feed_says_nothing_that_it_has_not() -> None:
    """What a feed does not declare takes no line."""
    shown = run("describe", "testiso", "hourly_load").stdout
    assert not any(word in shown for word in ("unconfirmed", "derived", "locations", "reaches", "run "))


def test_a_feed_as_json() -> None:
    """Programs read a feed as JSON: sources in order, locations null where the list is open."""
    prices = json.loads(run("describe", "testiso", "prices", "--json", over=registry(BIG)).stdout)
    assert prices["sources"] == [
        {"name": "archive", "host": "main", "preferred": "all days", "available": "before 2000-01-01"},
        {"name": "new", "host": "main", "preferred": "from 2000-01-01", "available": "all days"},
    ]
    assert prices["run"] == "day_ahead"
    assert prices["locations"] == ["NORTH", "SOUTH"]
    assert prices["example"] == ["Start,Area,MW", "2024-07-01T04:00:00,NORTH,1234.5"]
    load = json.loads(run("describe", "testiso", "hourly_load", "--json", over=registry(BIG)).stdout)
    assert (load["run"], load["locations"], load["unconfirmed"]) == (None, None, [])


def test_a_market_alone_is_no_dataset() -> None:
    """``describe testiso`` says that a feed is wanted, and how to list them."""
    result = run("describe", "testiso")
    assert result.exit_code == 2
    assert "energyopti feeds testiso" in result.stderr


def test_a_near_miss_of_a_feed_is_suggested() -> None:
    """A feed's name that is nearly right is suggested."""
    result = run("describe", "testiso", "hourly_lod")
    assert result.exit_code == 2
    assert "Did you mean 'hourly_load'?" in result.stderr


def test_describe_says_what_stands_for_every_location() -> None:
    """A source that is asked for some locations may take a word for all of them."""
    narrow = changed(FEED, per_location=ChunkSize.MONTH, all_locations_keywords=("ALL", "ALL_HUBS"))
    market = attrs.evolve(MARKET, feeds=(narrow,))
    page = run("describe", "testiso", "hourly_load", over=registry(market)).stdout
    assert "for all of them  ALL or ALL_HUBS" in page
    record = json.loads(run("describe", "testiso", "hourly_load", "--json", over=registry(market)).stdout)
    assert record["all_locations_keywords"] == ["ALL", "ALL_HUBS"]


@pytest.mark.parametrize(
    ("changes", "line", "current", "seconds"),
    [
        (
            {"retention": timedelta(days=1188)},
            "kept           only the last 1188 days",
            False,
            1188 * 86_400.0,
        ),
        ({"retention": timedelta(hours=12)}, "kept           only the last 12 hours", False, 12 * 3_600.0),
        ({"snapshot_only": True}, "kept           only current data", True, None),
        ({}, None, False, None),
    ],
)
def test_describe_says_what_a_source_keeps(
    changes: dict[str, Any], line: str | None, current: bool, seconds: float | None
) -> None:
    """History that begins long ago may be gone: what is left is said beside it."""
    market = attrs.evolve(MARKET, feeds=(changed(FEED, **changes),))
    page = run("describe", "testiso", "hourly_load", over=registry(market)).stdout
    assert (line in page) if line else ("kept" not in page)
    record = json.loads(run("describe", "testiso", "hourly_load", "--json", over=registry(market)).stdout)
    assert (record["snapshot_only"], record["retention_seconds"]) == (current, seconds)
