"""What the contract kit says where a law does not hold, how it damages documents, and which exemptions it takes."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime

import polars as pl
import pytest

from builders import feed, market, utc
from energyopti import TimeRange
from energyopti.datasets import LOAD
from energyopti.errors import PluginError
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import Absolute, CsvLayout, Text
from energyopti.query import plan
from energyopti.testing import Exempt
from energyopti.testing.damage import WAYS, _spoilt
from energyopti.testing.exemptions import faults
from energyopti.testing.grids import clock_change
from energyopti.testing.report import BrokenLaw, few_names, hold, in_words, law, lines_of, row, shown
from energyopti.timezones import HOUR, midnight

FRAME = pl.DataFrame({"location": ["HUB", "N.Y.C.", "A B", "C"], "load": [1.5, None, 2.0, 3.0]})


class Kit:
    """A kit of two laws."""

    market = "lake"

    @law
    def test_of_a_feed(self, feed: str) -> None:
        """A feed is right.

        Always.
        """
        hold(feed == "right", "it is not", rows=FRAME)

    @law
    def test_of_the_market(self) -> None:
        """A market is right."""
        raise KeyError("hub")


def test_law_that_holds_is_silent() -> None:
    """Nothing is raised, and nothing looked at."""
    Kit().test_of_a_feed("right")
    hold(holds=True, what="nothing", raw=lambda: pl.DataFrame({"at": [1 / 0]}))


def test_broken_law_names_feed_and_law() -> None:
    """What is wrong, and the first rows that it is about, each on a line."""
    with pytest.raises(BrokenLaw) as caught:
        Kit().test_of_a_feed(feed="wrong")
    assert str(caught.value).splitlines() == [
        "lake/wrong breaks test_of_a_feed",
        "  law: A feed is right.",
        "  it is not",
        "  rows: location=HUB load=1.5",
        "  rows: location=N.Y.C.",
        "  rows: location='A B' load=2.0",
    ]


def test_error_of_a_plugin_says_where_it_came_from() -> None:
    """The error, and the last line outside the core."""
    with pytest.raises(BrokenLaw, match=r"lake breaks test_of_the_market") as caught:
        Kit().test_of_the_market()
    first, second, third, place = str(caught.value).splitlines()
    assert (first, second) == ("lake breaks test_of_the_market", "  law: A market is right.")
    assert third == "  KeyError: 'hub'"
    assert place.startswith(f"  at {__name__}:")


def test_cause_and_group_are_looked_into() -> None:
    """Of several errors the first; of an error of the core, the place of what caused it."""
    try:
        try:
            json.loads("{")
        except ValueError as error:
            raise PluginError("the plugin failed") from error
    except PluginError as error:
        said = in_words(ExceptionGroup("several", [error, ValueError("another")]))
    assert said.startswith("PluginError: the plugin failed")
    assert f"at {__name__}:" in said
    assert in_words(ValueError()) == "ValueError: "


def test_payload_chunk_and_findings_are_a_few_short_lines() -> None:
    """However long they are."""
    (chunk,) = plan(market(), feed(), TimeRange(utc("2024-07-01T12:00"), utc("2024-07-01T13:00")))
    finding = Finding(kind=FindingKind.GAP, message="3 intervals are missing")
    with pytest.raises(BrokenLaw) as caught:
        hold(
            holds=False,
            what="it is wrong",
            chunk=chunk,
            payload=b"a" * 500 + b"\n2\n3\n4",
            raw=lambda: FRAME,
            rows=FRAME.clear(),
            findings=[finding] * 5,
        )
    lines = str(caught.value).splitlines()
    assert lines[1].startswith(f"chunk: {chunk} (24 hours from ")
    assert lines[2] == f"payload: {'a' * 157}..."
    assert [line.partition(":")[0] for line in lines[3:]] == [*["payload"] * 5, "rows", *["findings"] * 3]
    with pytest.raises(BrokenLaw, match=r"payload: .empty."):
        hold(holds=False, what="it is wrong", payload=b"")


def test_values_are_shown_as_people_write_them() -> None:
    """Instants to the minute if they are whole ones, words without quotes in a row."""
    assert shown(datetime(2026, 11, 10, 5, tzinfo=UTC)) == "2026-11-10 05:00Z"
    assert shown(datetime(2026, 11, 10, 5, 0, 13, tzinfo=UTC)) == "2026-11-10 05:00:13Z"
    assert shown(datetime(2026, 11, 10, 5)) == "2026-11-10 05:00 without a zone"  # noqa: DTZ001 - naive
    assert row({"location": "HUB", "name": "A B", "lmp": None, "n": 1}) == "location=HUB name='A B' n=1"
    assert len(lines_of(FRAME)) == 3
    assert few_names({"b", "a"}) == "a, b"
    assert few_names("edcba") == "a, b, c and 2 more"


def test_layout_is_shown_in_a_line() -> None:
    """Its kind, its dataset, and how many columns it has."""
    layout = CsvLayout(
        dataset=LOAD, zone="UTC", time=Absolute(names="At"), columns=(Text("Name", to="location"),)
    )
    assert repr(layout) == "<CsvLayout of load: 2 columns, UTC>"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("content", [b"", b"At,Name,Price\n2024-07-01,HUB,1.50\n"])
def test_document_is_damaged_in_each_way(way: str, content: bytes) -> None:
    """Whatever is in it, and differently from before if something is."""
    assert (_spoilt(content, WAYS[way]) != content) or not content


def test_members_of_an_archive_are_damaged() -> None:
    """The archive itself stays readable: the core looks into it before a plugin does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "1\n2\n")
    with zipfile.ZipFile(io.BytesIO(_spoilt(buffer.getvalue(), WAYS["only its first line"]))) as archive:
        assert archive.read("a.csv") == b"1"


@pytest.mark.parametrize(
    ("day", "hours"), [("2024-11-03", 2), ("2024-03-10", 2), ("2024-07-01", None)], ids=["25", "23", "24"]
)
def test_clock_changes_at_an_hour_of_a_day(day: str, hours: int | None) -> None:
    """The first hour of another offset: the repeated one's second pass, or the one after the missing one."""
    at = clock_change(date.fromisoformat(day), "America/Chicago")
    start = midnight(date.fromisoformat(day), "America/Chicago")
    assert (None if at is None else round((at - start) / HOUR)) == hours


@pytest.mark.parametrize(
    ("exempt", "says"),
    [
        ({"prices:test_a"}, ""),
        ({"price:test_a"}, "'price:test_a' exempts a feed that the market does not have"),
        ({"prices:test_c"}, "'prices:test_c' exempts from a test that the kit does not have for each feed"),
        ({"prices:test_a", "prices:test_b"}, "feed prices is exempt from every test"),
        ({"prices:test_a", "load:test_a"}, "every feed is exempt from test_a"),
    ],
)
def test_exemption_is_of_a_feed_and_a_test(exempt: set[str], says: str) -> None:
    """Never of all tests of a feed, nor of all feeds."""
    reason = Exempt("not_yet", "the market begins next year")
    found = faults(dict.fromkeys(sorted(exempt), reason), ("prices", "load"), ("test_a", "test_b"))
    assert "; ".join(found) == says
