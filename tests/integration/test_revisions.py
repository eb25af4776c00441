"""Rows that a source has superseded since: left out and counted, or kept with their version."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import feed, feed_source, utc
from collecting_builders import NOW, Plugin, daily, registry, run, served_market, service
from energyopti.answer.result import MarketData
from energyopti.cli.app import app
from energyopti.cli.installation import Installation
from energyopti.datasets import LMP
from energyopti.errors import PluginError
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, CsvLayout, Number, Reading, Superseded, Text
from energyopti.market import Feed
from energyopti.vocabulary import Run
from servers import Server, serving

HEADER = "Start,Node,Price,Version,Current\n"
REVISED = (
    "2024-07-01T05:00:00,A,21,2,true\n"
    "2024-07-01T04:00:00,A,10,1,false\n"
    "2024-07-01T04:00:00,A,12,3,TRUE\n"
    "2024-07-01T04:00:00,A,11,2, False \n"
    "2024-07-01T05:00:00,A,20,1,false\n"
)
SPAN = ("2024-07-01T00:00", "2024-07-01T02:00")


def layout(**changes: Any) -> CsvLayout:
    """Prices of nodes, with a column that says whether a row still stands."""
    given: dict[str, Any] = {
        "dataset": LMP,
        "zone": "America/New_York",
        "time": Absolute(names=("Start",)),
        "columns": (
            Text("Node", to="location"),
            Number("Price", to="lmp"),
            Number("Version", to="version"),
            Text(("Current", "Is current"), required=False),
        ),
        "constants": {"location_type": "node"},
        "superseded": Superseded("Current"),
    }
    return CsvLayout(**{**given, **changes})


def prices(**changes: Any) -> Feed:
    """A day's prices of all revisions in one document."""
    given: dict[str, Any] = {
        "name": "prices",
        "dataset": LMP,
        "run": Run.DAY_AHEAD,
        "layout": layout(),
        "sources": (feed_source(collect=daily("prices/{day}.csv")),),
    }
    return feed(**{**given, **changes})


def rest_of_day(rows: str, **columns: Any) -> bytes:
    """The document with some rows, and the other hours of the day as they were first published."""
    hours = "".join(f"2024-07-01T{hour:02}:00:00,A,{hour},1,true\n" for hour in range(6, 24))
    next_day = "".join(f"2024-07-02T{hour:02}:00:00,A,{hour},1,true\n" for hour in range(4))
    return (HEADER + rows + hours + next_day).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with one day of prices."""
    with serving() as running:
        running.on("/prices/2024-07-01.csv", rest_of_day(REVISED))
        yield running


def ask(server: Server, home: Path, *wanted: bool, span: tuple[str, str] = SPAN) -> list[MarketData]:
    """The answers of one service, with revisions or without."""

    async def go() -> list[MarketData]:
        async with service(served_market(server.url, prices()), home) as opened:
            return [
                await opened.get_market_data("testiso", "lmp", *span, revisions=revisions)
                for revisions in wanted
            ]

    return run(go())


def test_superseded_rows_are_left_out_and_counted(server: Server, tmp_path: Path) -> None:
    """Each hour once, at the price that stands; the finding says how many were left out and how to get them."""
    (data,) = ask(server, tmp_path, False)
    assert data.frame.select("interval_start", "lmp", "version").rows() == [
        (utc("2024-07-01T04:00"), 12.0, 3),
        (utc("2024-07-01T05:00"), 21.0, 2),
    ]
    (finding,) = data.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.SUPERSEDED_ROW, 3, True)
    assert finding.chunk == "testiso/prices/2024-07-01"
    assert finding.message == (
        "3 rows were superseded by others and are left out; ask for revisions to keep them"
    )


def test_revisions_are_kept_where_they_are_asked_for(server: Server, tmp_path: Path) -> None:
    """In the order of time and of their versions; they are no duplicates and leave no gap."""
    (data,) = ask(server, tmp_path, True)
    assert data.frame.select("interval_start", "lmp", "version").rows() == [
        (utc("2024-07-01T04:00"), 10.0, 1),
        (utc("2024-07-01T04:00"), 11.0, 2),
        (utc("2024-07-01T04:00"), 12.0, 3),
        (utc("2024-07-01T05:00"), 20.0, 1),
        (utc("2024-07-01T05:00"), 21.0, 2),
    ]
    assert data.findings == ()
    assert data.coverage.complete
    assert data.frame.columns == list(LMP.column_names)


def test_raw_columns_are_those_of_the_rows_answered(server: Server, tmp_path: Path) -> None:
    """With revisions each of them; without, those that stand."""
    standing, every = ask(server, tmp_path, False, True)
    assert standing.raw(left_out=False)["Price"].to_list() == [12.0, 21.0]
    assert every.raw()["Current"].to_list() == ["false", " False ", "TRUE", "false", "true"]


def test_raw_columns_of_superseded_rows_follow_with_the_reason(server: Server, tmp_path: Path) -> None:
    """Behind those that were answered, marked; with revisions none is left out, and there is no such column."""
    standing, every = ask(server, tmp_path, False, True)
    reason = "superseded_row"
    assert standing.raw().select("Price", "left_out").rows() == [
        (12.0, None),
        (21.0, None),
        (10.0, reason),
        (11.0, reason),
        (20.0, reason),
    ]
    assert "left_out" not in every.raw().columns


def test_both_answers_are_kept_apart(server: Server, tmp_path: Path) -> None:
    """Two chunks, two requests; then none."""
    answers = ask(server, tmp_path, False, True, False, True)
    assert [len(data) for data in answers] == [2, 5, 2, 5]
    assert [data.provenance[0].chunk for data in answers[:2]] == [
        "testiso/prices/2024-07-01",
        "testiso/prices/2024-07-01/revisions",
    ]
    assert [data.provenance[0].kept_in for data in answers] == ["source", "source", "memory", "memory"]
    assert len(server.asked) == 2


def test_both_may_be_asked_for_at_once(server: Server, tmp_path: Path) -> None:
    """Neither gets the other's rows."""

    async def go() -> list[int]:
        async with service(served_market(server.url, prices()), tmp_path) as opened:
            calls = (
                opened.get_market_data("testiso", "lmp", *SPAN, revisions=number % 2 == 1)
                for number in range(6)
            )
            return [len(data) for data in await asyncio.gather(*calls)]

    assert run(go()) == [2, 5, 2, 5, 2, 5]


def test_day_of_superseded_rows_alone_has_a_gap(server: Server, tmp_path: Path) -> None:
    """An hour that nothing stands for any more is missing, and that is said."""
    server.on(
        "/prices/2024-07-01.csv",
        rest_of_day("2024-07-01T04:00:00,A,10,1,false\n2024-07-01T05:00:00,A,21,2,true\n"),
    )
    (data,) = ask(server, tmp_path, False)
    assert data.frame["lmp"].to_list() == [21.0]
    assert [finding.kind for finding in data.findings] == [FindingKind.SUPERSEDED_ROW, FindingKind.GAP]


def test_command_keeps_revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``energyopti get --revisions``."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    there = served_market("https://data.iso.example", prices())
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=rest_of_day(REVISED)))
    here = Installation(given_registry=registry(Plugin(there)), transport=transport, now=lambda: NOW)
    words = ["get", "testiso", "lmp", "--start", SPAN[0], "--end", SPAN[1], "--format", "csv"]
    usual = CliRunner().invoke(app, words, obj=here, catch_exceptions=False)
    every = CliRunner().invoke(app, [*words, "--revisions"], obj=here, catch_exceptions=False)
    assert [line.rpartition(",")[2] for line in usual.stdout.splitlines()] == ["version", "3", "2"]
    assert [line.rpartition(",")[2] for line in every.stdout.splitlines()] == [
        "version",
        *("1", "2", "3"),
        *("1", "2"),
    ]
    assert "3 rows were superseded" in usual.stderr
    assert "superseded" not in every.stderr


FLAGS = st.lists(st.sampled_from(["true", "false", "FALSE", "", "?", " false "]), max_size=30)


def read(flags: list[str], **changes: Any) -> Reading:
    """A payload with those flags, each row at a price of its own."""
    lines = [f"2024-07-01T04:00:00,A,{number},{number},{flag}" for number, flag in enumerate(flags)]
    return layout(**changes).read((HEADER + "\n".join([*lines, ""])).encode())


@settings(max_examples=30)
@given(FLAGS)
def test_every_row_stands_or_is_counted(flags: list[str]) -> None:
    """Only the word says that a row is superseded; the payload's rows always add up."""
    reading = read(flags)
    standing = reading.without_superseded()
    wanted = [float(number) for number, flag in enumerate(flags) if flag.strip().lower() != "false"]
    assert reading.frame.height == len(flags)
    assert standing.frame["lmp"].to_list() == wanted
    assert standing.accounted_rows == standing.payload_rows == len(flags)
    assert standing.raw["Price"].gather(standing.origin).to_list() == wanted
    assert len(standing.findings) - len(reading.findings) == (len(wanted) < len(flags))


@settings(max_examples=30)
@given(FLAGS)
def test_what_stands_stays(flags: list[str]) -> None:
    """Asked twice, nothing more is left out."""
    standing = read(flags).without_superseded()
    again = standing.without_superseded()
    assert again.frame.equals(standing.frame)
    assert again.findings == standing.findings


@settings(max_examples=30)
@given(FLAGS, FLAGS)
def test_readings_stand_together_as_one_by_one(first: list[str], second: list[str]) -> None:
    """Joined before or after."""
    both = Reading.concat([read(first), read(second)]).without_superseded()
    apart = Reading.concat([read(first).without_superseded(), read(second).without_superseded()])
    assert both.frame.equals(apart.frame)
    assert both.origin.equals(apart.origin)
    assert both.accounted_rows == both.payload_rows == apart.accounted_rows == len(first) + len(second)


@pytest.mark.parametrize("words", [("0", "gone"), ("GONE", "0")])
def test_words_of_superseded_rows_are_declared(words: tuple[str, ...]) -> None:
    """In any case; ``false`` means nothing then."""
    reading = read(["0", "Gone", "false", "1"], superseded=Superseded("Current", words=words))
    assert reading.without_superseded().frame["lmp"].to_list() == [2.0, 3.0]


def test_single_word_is_enough() -> None:
    """A declaration with one word."""
    reading = read(["no", "yes"], superseded=Superseded("Current", words="no"))
    assert reading.without_superseded().frame["lmp"].to_list() == [1.0]


def test_former_header_of_the_column_counts() -> None:
    """It is found under any name that it has had."""
    reading = layout().read(b"Start,Node,Price,Version,IS CURRENT\n2024-07-01T04:00:00,A,1,1,false\n")
    assert reading.without_superseded().frame.height == 0


def test_rows_stand_where_the_column_is_absent() -> None:
    """It is not in every document."""
    reading = layout().read(b"Start,Node,Price,Version\n2024-07-01T04:00:00,A,1,1\n")
    assert reading.without_superseded().frame["lmp"].to_list() == [1.0]
    assert reading.without_superseded().findings == ()


def test_rows_stand_where_a_layout_cannot_tell() -> None:
    """A reading without the flag is what it was."""
    reading = read(["false"], superseded=None)
    assert reading.without_superseded() is reading


def test_documents_with_and_without_the_flag_join() -> None:
    """Those without stand; not one of their rows is lost."""
    reading = Reading.concat([read(["false", "true"]), read(["false", "x"], superseded=None)])
    assert reading.without_superseded().frame["lmp"].to_list() == [1.0, 0.0, 1.0]
    assert reading.without_superseded().accounted_rows == reading.payload_rows == 4


def test_column_that_is_not_declared_is_a_wrong_layout() -> None:
    """Else every superseded row would stand beside the one that took its place."""
    with pytest.raises(PluginError, match="has no column 'Curent' to mark superseded rows"):
        layout(superseded=Superseded("Curent"))
