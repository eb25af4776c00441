"""The archive keeps payloads as they came, and the lake's tables can be made again from it without the network."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest

from builders import FEED, utc
from cli_runs import Network, day
from cli_runs import run as command
from collecting_builders import (
    SECRET,
    Plugin,
    load_csv,
    load_feed,
    registry,
    run,
    served_market,
    settings,
)
from energyopti.backfill import Backfill
from energyopti.errors import LakeError, SourceUnavailable
from energyopti.layouts import Number, Text
from energyopti.market import Feed
from energyopti.query import Query
from energyopti.rebuilding import Rebuilder, Rebuilt
from energyopti.source import Payload, Request
from energyopti.source.archive import Archive
from energyopti.store import Covered
from energyopti.store.lake import Lake
from servers import Server, serving

FIRST, SECOND = utc("2024-07-10T12:00"), utc("2024-07-20T12:00")
DAYS = ("2024-07-01", "2024-07-02", "2024-07-03")
MENDED = load_feed(
    layout=attrs.evolve(
        FEED.layout, columns=(Text("Area", to="location"), Number("MW", to="load", scale=1000.0))
    )
)
"""A feed whose plugin learned that its figures are in GW."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with three days."""
    with serving() as running:
        for each in DAYS:
            running.on(f"/load/{each}.csv", load_csv(each))
        yield running


class Desk:
    """A lake with an archive beside it."""

    def __init__(self, server: Server, home: Path) -> None:
        self.server = server
        self.home = home
        self.lake = Lake(home / "lake")
        self.settings = settings(home, archive=home / "archive", credentials={("testiso", "api_key"): SECRET})

    def plugin(self, feed: Feed) -> Plugin:
        """The market with a feed."""
        return Plugin(served_market(self.server.url, feed, guarded=True))

    def fill(self, now: datetime, end: str = "2024-07-04") -> None:
        """Fill the lake."""

        async def go() -> None:
            async with Backfill(
                self.lake, registry(self.plugin(load_feed())), self.settings, now=lambda: now
            ) as service:
                (plan,) = await service.plan(Query.of("testiso", "load", DAYS[0], end))
                await service.fill(plan)

        run(go())

    def rebuild(self, feed: Feed | None = None) -> Rebuilt:
        """Make the table again, with the plugin of now."""

        async def go() -> Rebuilt:
            rebuilder = Rebuilder(
                lake=Lake(self.home / "lake"),
                archive=Archive(self.home / "archive"),
                registry=registry(self.plugin(feed or load_feed())),
                settings=self.settings,
            )
            (rebuilt,) = [each async for each in rebuilder.run()]
            return rebuilt

        return run(go())

    @property
    def tables(self) -> list[pl.DataFrame]:
        """Every row of the table and of its history."""
        names = [self.home / "lake" / "testiso" / name for name in ("hourly_load", "hourly_load.history")]
        return [pl.read_delta(str(each)).sort("interval_start", "load") for each in names if each.exists()]

    @property
    def coverage(self) -> tuple[Covered, ...]:
        """What is covered."""
        return Lake(self.home / "lake").covered("testiso", "hourly_load")


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Desk:
    """Three days, of which one was revised before they were asked for again."""
    desk = Desk(server, tmp_path)
    desk.fill(FIRST)
    server.on("/load/2024-07-02.csv", load_csv("2024-07-02").replace(b"1205.5", b"900.0"))
    desk.fill(SECOND)
    server.asked.clear()
    return desk


def test_tables_are_what_they_were(server: Server, desk: Desk) -> None:
    """Rows, the times of their fetches, history and coverage; nobody is asked."""
    before, covered = desk.tables, desk.coverage
    rebuilt = desk.rebuild()
    assert (rebuilt.chunks, rebuilt.again, rebuilt.kept) == (3, 3, {})
    assert [each.equals(other) for each, other in zip(desk.tables, before, strict=True)] == [True, True]
    assert desk.coverage == covered
    assert server.asked == []


def test_mended_parser_mends_history(server: Server, desk: Desk) -> None:
    """Every version of every row is read as the plugin reads now; what was read before is nowhere."""
    before = desk.tables
    desk.rebuild(MENDED)
    for then, now in zip(before, desk.tables, strict=True):
        assert now["load"].to_list() == [1000 * value for value in then["load"]]
        assert now["fetched_at"].equals(then["fetched_at"])
    (chunk,) = [each for each in desk.coverage if each.time.start == utc("2024-07-02T04:00")]
    assert chunk.fetched_at == SECOND
    assert server.asked == []


def test_what_is_not_in_the_archive_stays(desk: Desk) -> None:
    """A chunk whose payload is gone is as it was, its history too, and is named."""
    before = desk.tables
    for file in (desk.home / "archive" / "answers" / "testiso").iterdir():
        lines = [line for line in file.read_text().splitlines() if "2024-07-02" not in line]
        file.write_text("\n".join([*lines, '{"cut off', ""]))
    rebuilt = desk.rebuild(MENDED)
    assert rebuilt.again == 2
    (error,) = rebuilt.kept.values()
    assert isinstance(error, SourceUnavailable)
    assert "the archive has no answer to load/2024-07-02.csv" in error.line
    table, history = desk.tables
    stayed = pl.col("interval_start").is_between(utc("2024-07-02T04:00"), utc("2024-07-03T03:00"))
    assert table.filter(stayed).equals(before[0].filter(stayed))
    assert history.equals(before[1])


def test_bodies_are_kept_once_and_without_secrets(desk: Desk) -> None:
    """Four bodies for six answers; no file has the key that was sent with each request."""
    bodies = sorted((desk.home / "archive" / "payloads").rglob("*.gz"))
    assert len(bodies) == 4
    assert load_csv("2024-07-01") in [gzip.decompress(each.read_bytes()) for each in bodies]
    for file in (desk.home / "archive").rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes()
    lines = [
        line
        for file in (desk.home / "archive" / "answers").rglob("*.jsonl")
        for line in file.read_text().splitlines()
    ]
    assert len(lines) == 6


def payload(content: bytes, at: datetime, **changes: Any) -> Payload:
    """An answer."""
    return Payload(content=content, url="https://iso.example/x", fetched_at=at, **changes)


def test_answer_is_the_last_one_by_then(tmp_path: Path) -> None:
    """Before the first the first, with its headers that count; what was not there is not there."""
    archive, asked = Archive(tmp_path), Request(path="x", row_count_header="X-Rows")
    headers = {"X-Rows": "7", "Set-Cookie": "secret"}
    archive.keep("m", "h", asked, payload(b"a", FIRST, headers=headers, modified=FIRST), at=FIRST)
    archive.keep("m", "h", asked, payload(b"PK b", SECOND), at=SECOND)
    archive.keep("m", "h", asked, None, at=SECOND + timedelta(days=1))
    archive.close()
    later = Archive(tmp_path)
    first = later.find("m", "h", asked, FIRST - timedelta(days=1))
    assert first is not None
    assert (first.content, first.headers, first.modified) == (b"a", {"X-Rows": "7"}, FIRST)
    second = later.find("m", "h", asked, SECOND)
    assert second is not None
    assert second.content == b"PK b"
    assert later.find("m", "h", asked, SECOND + timedelta(days=2)) is None
    with pytest.raises(LookupError):
        later.find("m", "h", Request(path="y"), SECOND)


def test_damaged_body_is_said(tmp_path: Path) -> None:
    """With its hash, and what to do."""
    archive = Archive(tmp_path)
    archive.keep("m", "h", Request(path="x"), payload(b"abc" * 100, FIRST), at=FIRST)
    archive.close()
    (file,) = (tmp_path / "payloads").rglob("*.gz")
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(LakeError, match="has no readable payload"):
        Archive(tmp_path).find("m", "h", Request(path="x"), FIRST)


def test_archive_that_cannot_be_written_costs_no_answer(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said, and left out."""
    desk = Desk(server, tmp_path)
    (tmp_path / "archive").write_text("no folder")
    desk.fill(FIRST)
    assert len(desk.coverage) == 3
    assert "cannot be written" in caplog.text


def test_command_rebuilds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a backfill with --archive; without an archive it says how to keep one."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path))
    pages = {"2024-07-01.csv": day("2024-07-01"), "2024-07-02.csv": day("2024-07-02")}
    words = ("backfill", "testiso", "load", "--start", "2024-07-01", "--end", "2024-07-03")
    command(*words, pages=pages)
    refused = command("lake", "rebuild")
    assert refused.exit_code == LakeError.exit_code
    assert "there is no archive to rebuild from; keep one with ENERGYOPTI_ARCHIVE=1" in refused.stderr
    command(*words[:-1], "2024-07-04", "--archive", pages={**pages, "2024-07-03.csv": day("2024-07-03")})
    network = Network()
    result = command("lake", "rebuild", "--archive", str(tmp_path / "archive"), network=network)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == (
        "testiso/hourly_load: 1 of 3 chunks made again; 2 stay as they were"
    )
    assert network.asked == []
