"""What a market says of itself, serves and remembers: each planted fault fails a law of the kit, whose message says which."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import attrs
import pytest

from contract import wrong_plugins
from contract.test_planted_faults import broken, failures
from contract.wrong_markets import (
    Changed,
    Collecting,
    a_day_early,
    above_zero,
    as_of_now,
    asleep,
    collected_by,
    counting,
    daily,
    every_third,
    hourly,
    impatient,
    in_utc,
    kept_for,
    serve_any_day,
    serve_hours,
    serving_until,
    standing_in,
    stating,
    twice,
    without,
)
from energyopti import Publication
from energyopti.market import Locations
from energyopti.testing import Exempt, PluginContract

HOUR = timedelta(hours=1)
STATED = "test_example_states_every_field"
WHOLE = "test_sandbox_days_are_whole"
RUNNING = "test_current_chunk_ends_where_publication_does"
DAMAGED = "test_damaged_document_is_refused_while_collecting"
EACH = "test_each_source_gives_rows_of_its_chunks"
TOUCHES = "test_collecting_touches_nothing_but_its_source"
AGAIN = "test_collecting_again_gives_the_same"
LOCATIONS = "test_locations_are_those_that_are_declared"
AHEAD = "test_rows_due_ahead_may_be_asked_for_ahead"
NAMES = "test_market_names_what_it_has"
CLOCK = "test_clock_of_the_market_is_stated_twice"
SANDBOX = "test_market_has_a_sandbox"


class Central(PluginContract):
    """The kit of a market on the clock of Chicago, as somebody read it up."""

    zone: ClassVar[str | None] = "America/Chicago"


@pytest.mark.parametrize(
    "plugin",
    [
        Changed(change=as_of_now, served=serving_until(timedelta())),
        Changed(change=kept_for(timedelta(hours=20)), served=serving_until(timedelta())),
        Changed(change=hourly(tells_passes=True), served=serve_hours),
    ],
    ids=["actual figures", "kept for less than a day", "a file an hour"],
)
def test_other_right_markets_pass_the_whole_kit(plugin: Changed) -> None:
    """Whatever is planted below is the only fault of its market."""
    assert failures(plugin, kit=Central) == set()


@pytest.mark.parametrize(
    ("plugin", "law", "says"),
    [
        (
            Changed(change=without("lmp", "congestion")),
            STATED,
            "no row of its example states lmp, congestion",
        ),
        (Changed(change=without("location_type")), STATED, "states location_type"),
        (Changed(change=without("interval_start")), STATED, "states interval_start"),
        (Changed(change=stating({}, {}, {})), STATED, "states interval_start, location, lmp, energy"),
        (Changed(change=hourly(tells_passes=False), served=serve_hours), WHOLE, "for other times"),
        (Changed(change=as_of_now), RUNNING, "rows are published before their time"),
        (Changed(change=as_of_now, served=serving_until(3 * HOUR)), RUNNING, "is missing"),
        (Changed(change=collected_by(impatient)), DAMAGED, "other words in it: ValueError"),
        (Changed(change=collected_by(counting())), AGAIN, "asked again, its rows differ: column lmp"),
        (
            Changed(change=lambda feed: attrs.evolve(feed, locations=Locations(closed=("NODE 7", "HUB 2")))),
            LOCATIONS,
            "the example states locations that are not in Locations.closed: HUB",
        ),
        (
            Changed(change=lambda feed: attrs.evolve(feed, locations=Locations(closed=("NODE 7",)))),
            LOCATIONS,
            "HUB",
        ),
        (
            Changed(
                change=lambda feed: attrs.evolve(
                    feed, publication=attrs.evolve(feed.publication, published_ahead=timedelta())
                )
            ),
            AHEAD,
            "but published_ahead is 0:00:00",
        ),
        (Changed(declares={"reference_hub": "HUB 9"}), NAMES, "the reference hub, 'HUB 9', is no location"),
        (
            Changed(declares={"aliases": {"The Hub": "HUBB"}}),
            NAMES,
            "what alias 'The Hub' stands for, 'HUBB'",
        ),
        (Changed(declares={"unavailable": {"lmp": "there is none"}}), NAMES, "feed hourly_prices fills"),
        (Changed(declares={"unavailable": {"lpm": "there is none"}}), NAMES, "'lpm', which is no dataset"),
        (
            Changed(change=kept_for(timedelta(hours=20), every_third), served=serving_until(timedelta())),
            WHOLE,
            "intervals are missing",
        ),
        (
            Changed(change=in_utc("America/New_York"), declares={"zone": "America/New_York"}),
            CLOCK,
            "the market's zone is America/New_York, and its test class says America/Chicago",
        ),
        (Changed(served=None), SANDBOX, "implement energyopti_sandbox, or say why not"),
        (Changed(served=None), WHOLE, "implement energyopti_sandbox, or say why not"),
    ],
)
def test_planted_fault_is_named(plugin: Changed, law: str, says: str) -> None:
    """The law fails, and says in a few lines of which feed and why."""
    message = broken(plugin, law, kit=Central)
    assert says in message
    assert message.startswith("testiso")
    assert f" breaks {law}\n" in message


def test_zone_that_nothing_confirms_is_not_believed() -> None:
    """Stamps in UTC do not tell a clock: somebody has to read it up. Those of a wall clock do, as their author states them."""
    utc = Changed(change=in_utc("America/New_York"), declares={"zone": "America/New_York"})
    assert 'state it in the test class: zone = "America/New_York"' in broken(utc, CLOCK)
    assert failures(Changed(), CLOCK) == set()


def test_other_name_of_a_clock_is_as_good() -> None:
    """Zones are compared by their offsets."""

    class Kit(PluginContract):
        zone = "US/Central"

    assert failures(Changed(), CLOCK, kit=Kit) == set()


def test_missing_sandbox_can_be_explained() -> None:
    """Laws that need one are then skipped, visibly."""

    class Kit(PluginContract):
        without_sandbox = Exempt("not_yet", "the documents are behind a login")

    with pytest.raises(pytest.skip.Exception, match="not_yet: the documents are behind a login"):
        failures(Changed(served=None), WHOLE, kit=Kit)


def test_refreshing_all_the_time_is_refused() -> None:
    """A cadence of nothing would ask the source without pause."""
    with pytest.raises(ValueError, match="refresh_every"):
        Publication(refresh_every=timedelta())


def test_exemption_of_nothing_fails_the_kit() -> None:
    """A misspelt feed is found by the market's own test."""

    class Kit(PluginContract):
        exempt: ClassVar = {f"hourly_price:{WHOLE}": Exempt("not_yet", "the market begins next year")}

    assert "does not have" in broken(Changed(), "test_exemptions_are_needed", kit=Kit)


def test_exemption_needs_a_known_reason() -> None:
    """Three reasons are the market's; others are the plugin's."""
    with pytest.raises(ValueError, match="reason"):
        Exempt("no_time", "nobody has looked at it yet")  # type: ignore[arg-type] # a wrong word


KIT = """
from contract.wrong_plugins import Plugin
from energyopti import Registry
from energyopti.testing import Exempt, PluginContract


class TestExempted(PluginContract):
    market = "testiso"
    exempt = {"hourly_prices:test_rows_fit_the_dataset": Exempt("not_yet", "the market begins next year")}

    @classmethod
    def registry(cls):
        return Registry({"testiso": Plugin()}, discover=False)
"""


def test_exemption_that_is_not_needed_fails(tmp_path: Path) -> None:
    """A test that passes needs none: the exemption would hide the next fault."""
    (tmp_path / "test_it.py").write_text(KIT)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "fit_the_dataset"]
    tests = str(Path(__file__).parents[1])
    ran = subprocess.run(
        asked, cwd=tmp_path, env={"PYTHONPATH": tests}, capture_output=True, text=True, check=False
    )
    assert "[XPASS(strict)] not_yet: the market begins next year" in ran.stdout
    assert ran.returncode == 1


@pytest.mark.parametrize(
    ("plugin", "says"),
    [
        (wrong_plugins.Plugin(layout=wrong_plugins.SIGN_NOT_FLIPPED), "congestion should be 4.0"),
        (wrong_plugins.Plugin(layout=wrong_plugins.ENDING_READ_AS_BEGINNING), "2024-07-01 05:00Z"),
    ],
)
def test_wrong_reading_is_shown_beside_its_payload(plugin: wrong_plugins.Plugin, says: str) -> None:
    """The lines, the row that was read, and the first cell that is not as stated."""
    message = broken(plugin, "test_example_is_read_as_its_author_states")
    assert says in message
    assert "payload: Hour Ending,Node,Price" in message
    assert "rows: market=testiso" in message


def test_sandbox_that_serves_any_day_fails() -> None:
    """Also where nobody may ask the market for such a day."""
    said = broken(Changed(served=serve_any_day), RUNNING)
    assert "its source files has rows of 2026-11-2" in said
    assert "let the sandbox keep to ask.now" in said


def test_rows_below_zero_that_are_dropped_while_collecting_fail() -> None:
    """Though the sandbox has none."""
    said = broken(Changed(change=collected_by(above_zero)), DAMAGED)
    assert "its figures below zero" in said
    assert "the plugin accounts for 0 of its payloads' 24 rows" in said


def test_call_that_a_source_makes_for_a_plugin_fails() -> None:
    """In a thread of the source nothing tells whose it is."""
    assert "time.sleep at contract.wrong_markets:" in broken(Changed(change=collected_by(asleep)), TOUCHES)


@pytest.mark.parametrize(
    ("collect", "what"),
    [(a_day_early, "all 24 rows of the document are for other times"), (twice, "rows are there twice")],
)
def test_source_that_stands_in_wrongly_fails(collect: Collecting, what: str) -> None:
    """Nothing else asks it while the first one answers."""
    said = broken(Changed(change=standing_in(collect)), EACH)
    assert f"its source archive: {what}" in said
    assert failures(Changed(change=standing_in(daily))) == set()
