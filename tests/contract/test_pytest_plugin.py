"""``pytest --energyopti-market``: an installed market held to the contract without a test file, with real payloads too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import attrs
import pytest

from contract import wrong_plugins
from contract.wrong_plugins import PAYLOAD, Plugin
from energyopti import (
    Feed,
    InvalidTimeRange,
    Registry,
    UnknownDataset,
    UnknownMarket,
    UnsupportedQuery,
    hookimpl,
)
from energyopti.datasets import LMP
from energyopti.layouts import CsvLayout, Wide, WideColumn
from energyopti.testing import PluginContract
from energyopti.testing.asking import Asked
from energyopti.testing.payload import PayloadLaws
from energyopti.testing.summary import FeedSummary
from installed import installed, unmeasured


def kit(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What ``pytest --energyopti-market`` says in an empty folder."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--energyopti-market", *words],
        cwd=folder,
        env=unmeasured() | {"POLARS_MAX_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_one_feed_and_its_payload_are_held_to_the_laws(tmp_path: Path) -> None:
    """A line for the feed: laws, examples and seconds; no other feed is tested."""
    payload = tmp_path / "saved.csv"
    payload.write_bytes(installed().market("nyiso").feed("loads").example.payload)
    done = kit("nyiso", "--feed", "loads", "--payload", str(payload), "--zone", "US/Eastern", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "energyopti: nyiso, 1 feed " in done.stdout
    found = re.search(r"^loads +(\d+) held +(\d+) +\d+\.\d\d$", done.stdout, re.MULTILINE)
    assert found is not None, done.stdout
    laws, examples = map(int, found.groups())
    assert laws > 20
    assert examples > 50


def test_clock_that_is_said_is_held_against_the_market(tmp_path: Path) -> None:
    """Where all stamps are in UTC nothing else could; any other clock is wrong."""
    words = ("nyiso", "--feed", "loads", "--zone", "America/Chicago", "-k", "clock_of_the_market")
    done = kit(*words, folder=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "its test class says America/Chicago" in done.stdout


def test_what_fails_is_named_in_its_feeds_line(tmp_path: Path) -> None:
    """A payload of another feed: which laws it breaks, in several processes too; the exit status is pytest's."""
    payload = tmp_path / "other.csv"
    payload.write_bytes(installed().market("nyiso").feed("generators").example.payload)
    words = ("nyiso", "--feed", "loads", "--payload", str(payload), "-k", "Payload", "-n", "1")
    done = kit(*words, folder=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = re.findall(r"^loads .*$", done.stdout, re.MULTILINE)
    assert "failed" in line
    assert "test_payload_is_read_without_doubt" in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("atlantis",), "no installed plugin brings market 'atlantis'"),
        (
            ("nyiso", "tests/test_mine.py"),
            "--energyopti-market runs the contract itself: leave out tests/test_mine.py",
        ),
    ],
)
def test_what_cannot_be_run_is_one_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """The exit status of wrong usage, and no traceback."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_mine.py").touch()
    done = kit(*words, folder=tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert f"ERROR: {said}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_names_of_feeds_payloads_and_distributions_are_checked(tmp_path: Path) -> None:
    """Each that is not there is said, with what is; a payload needs the one feed that it is of."""
    file = tmp_path / "x.csv"
    file.touch()
    with pytest.raises(UnknownMarket):
        Asked.of("atlantis")
    with pytest.raises(UnknownDataset, match="no feed 'lods'"):
        Asked.of("nyiso", feeds=["lods"])
    for feeds in ([], ["loads", "zones"]):
        with pytest.raises(UnsupportedQuery, match="a payload is of one feed") as caught:
            Asked.of("nyiso", feeds=feeds, payloads=[file])
        assert caught.value.do == "name it: --feed NAME"
    with pytest.raises(UnsupportedQuery, match="there is no file"):
        Asked.of("nyiso", feeds=["loads"], payloads=[tmp_path / "absent.csv"])
    with pytest.raises(UnsupportedQuery, match="energyopti-pjn brings no feed of pjm") as caught:
        Asked.of("pjm", brought_by="energyopti-pjn")
    assert "energyopti-pjm" in str(caught.value.do)
    with pytest.raises(InvalidTimeRange, match="'Chicago' is not a time zone"):
        Asked.of("nyiso", zone="Chicago")


def test_many_feeds_share_days_on_which_the_clock_changes() -> None:
    """One of a kind stands for others only where there are many."""
    assert Asked.of("nyiso").clock_changes == "one of a kind"
    assert Asked.of("NYISO", feeds=["loads"]) == Asked(market="nyiso", feeds=("loads",))


class More:
    """A plugin that adds a feed to the market of another."""

    @hookimpl
    def energyopti_feeds(self, market: str) -> list[Feed]:
        """The other plugin's feed again, under a name of its own."""
        if market != "testiso":
            return []
        (feed,) = Registry({"testiso": Plugin()}, discover=False).market("testiso").feeds
        return [attrs.evolve(feed, name="more_prices")]


@pytest.mark.parametrize(
    ("brought_by", "feeds", "tested"),
    [
        (None, (), ["hourly_prices", "more_prices"]),
        ("vendor", (), ["more_prices"]),
        ("testiso", (), ["hourly_prices"]),
        (None, ("more_prices",), ["more_prices"]),
    ],
)
def test_plugin_that_adds_feeds_tests_only_those(
    brought_by: str | None, feeds: tuple[str, ...], tested: list[str]
) -> None:
    """The kit looks at the feeds of a market that are asked for, by name or by who brings them."""

    class Kit(PluginContract):
        market = "testiso"

        @classmethod
        def registry(cls) -> Registry:
            return Registry({"testiso": Plugin(), "vendor": More()}, discover=False)

    Kit.brought_by, Kit.feeds = brought_by, feeds
    assert [feed.name for feed in Kit.chosen()] == tested


def broken(payload: Path, plugin: Plugin) -> dict[str, str]:
    """The laws that a payload breaks, with what they say."""

    class Payload(PayloadLaws):
        market = "testiso"
        feed_name = "hourly_prices"
        payloads: ClassVar = (payload,)

        @classmethod
        def registry(cls) -> Registry:
            return Registry({"testiso": plugin}, discover=False)

    laws, said = Payload(), {}
    for name in (name for name in dir(laws) if name.startswith("test_")):
        try:
            getattr(laws, name)(payload)
        except Exception as error:  # noqa: BLE001 - whatever a test raises is its failure
            said[name] = str(error)
    return said


def test_right_payload_breaks_no_law(tmp_path: Path) -> None:
    """The market's own lines."""
    payload = tmp_path / "real.csv"
    payload.write_bytes(PAYLOAD)
    assert broken(payload, Plugin()) == {}


WIDE = CsvLayout(
    dataset=LMP,
    zone=wrong_plugins.ZONE,
    time=wrong_plugins.TIME,
    wide=Wide(
        to="location",
        value="lmp",
        columns=[WideColumn("HUB", words="HUB"), WideColumn("NODE 7", words="NODE 7", required=False)],
    ),
    constants={"location_type": "node"},
)
"""An older form of the right market's document, one column a node."""


@pytest.mark.parametrize(
    "content",
    [
        b"Hour Ending,HUB,NODE 7\r\n2024-07-01 01:00,30.00,20.00\r\n2024-07-01 02:00,-3.00,\r\n",
        b"Hour Ending,HUB\r\n2024-07-01 01:00,30.00\r\n",
    ],
)
def test_payload_of_an_older_form_is_held_to_that_form(tmp_path: Path, content: bytes) -> None:
    """Its rows are counted and written by the form that reads it, with and without the columns that it may lack."""
    payload = tmp_path / "real.csv"
    payload.write_bytes(content)
    layout = attrs.evolve(wrong_plugins.RIGHT, others=(WIDE,))
    assert broken(payload, Plugin(layout=layout)) == {}


@pytest.mark.parametrize(
    ("content", "layout", "law", "said"),
    [
        (
            PAYLOAD,
            wrong_plugins.SIGN_NOT_FLIPPED,
            "test_payload_is_read_without_doubt",
            "not the sum of their components",
        ),
        (
            PAYLOAD + PAYLOAD.splitlines(keepends=True)[-1],
            wrong_plugins.RIGHT,
            "test_payload_is_read_without_doubt",
            "repeat a key",
        ),
        (
            PAYLOAD.replace(b",Losses", b",Losses,Note").replace(b"0.00\r", b"0.00,x\r"),
            wrong_plugins.RIGHT,
            "test_payload_is_read_without_doubt",
            "does not know a column",
        ),
        (
            PAYLOAD.splitlines(keepends=True)[0],
            wrong_plugins.RIGHT,
            "test_payload_is_read_without_doubt",
            "no rows",
        ),
    ],
)
def test_payload_that_breaks_a_law_says_which(
    tmp_path: Path, content: bytes, layout: CsvLayout, law: str, said: str
) -> None:
    """The feed, the file, and what it means for the layout."""
    payload = tmp_path / "real.csv"
    payload.write_bytes(content)
    found = broken(payload, Plugin(layout=layout))
    assert said in found[law]
    assert re.match(r"hourly_prices, real.csv: |testiso/hourly_prices: ", found[law])


def test_line_of_a_feed_says_what_failed_and_what_was_left_out() -> None:
    """All in one line, without trailing blanks where nothing failed."""
    summary = FeedSummary(held=3, examples=1_234, seconds=0.456, failed=["test_a"], exempt=["test_b"])
    assert summary.line == "3 held, 1 failed, 1 left out      1,234     0.46  test_a"
    assert FeedSummary(held=2).line == "2 held                                0     0.00"
