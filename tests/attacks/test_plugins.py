"""Plugins that break: at import, in their hooks, in their checks, and on payloads that are damaged."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bounded import bounded
from builders import feed_source
from collecting_builders import (
    NOW,
    Plugin,
    daily,
    load_csv,
    load_feed,
    registry,
    run,
    served_market,
    settings,
)
from energyopti import hookimpl
from energyopti.answer.result import MarketData
from energyopti.checks import Check
from energyopti.errors import PluginError, SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import Reading
from energyopti.query import Chunk
from energyopti.service import UnifiedMarketService
from energyopti.source import Source
from servers import Answer, Server, serving

DAY = "/load/2024-07-01.csv"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with a day of load."""
    with serving() as running:
        running.on(DAY, load_csv("2024-07-01"))
        yield running


@pytest.mark.parametrize(
    "source",
    ["import sys\nsys.exit(7)", "raise SystemExit"],
    ids=["with a code", "without a word"],
)
def test_plugin_that_exits_at_import_is_left_out(tmp_path: Path, source: str) -> None:
    """It is reported by its distribution's name, and another one's market is there."""
    good = "from builders import market\nfrom energyopti import hookimpl\nENERGYOPTI_API = '1.0'\n"
    good += "@hookimpl\ndef energyopti_markets():\n    return [market(id='goodiso')]\n"
    for name, text in {"bad": source, "good": good}.items():
        info = tmp_path / f"energyopti_{name}-1.0.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(
            f"Metadata-Version: 2.1\nName: energyopti-{name}\nVersion: 1.0\n"
        )
        info.joinpath("entry_points.txt").write_text(f"[energyopti]\n{name} = energyopti_{name}_x\n")
        tmp_path.joinpath(f"energyopti_{name}_x.py").write_text(text)
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    ran = bounded(
        """
        from energyopti.registry import Registry
        registry = Registry()
        print([each.error for each in registry.reports if each.name == "bad"], "goodiso" in registry.markets)
        """,
        env={"PYTHONPATH": path},
    )
    assert ran.code == 0, ran.err
    assert "plugin energyopti-bad cannot be imported" in ran.last
    assert ran.last.endswith("True")


def ask(server: Server, home: Path, plugin: object | None = None, *more: object) -> MarketData:
    """A day of load."""

    async def go() -> MarketData:
        plugins = registry(plugin or Plugin(served_market(server.url)), *more)
        async with UnifiedMarketService(plugins, settings(home), now=lambda: NOW) as service:
            return await service.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    return run(go())


def _raises(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
    raise KeyError("a check's own mistake")


def _exits(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
    raise SystemExit(3)


def _raises_late(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
    yield Finding(kind=FindingKind.BOUNDS, message="first")
    raise ValueError("second")


def _says_none(frame: pl.DataFrame, chunk: Chunk) -> Any:
    return None


def _says_a_number(frame: pl.DataFrame, chunk: Chunk) -> Any:
    return 5


def _says_words(frame: pl.DataFrame, chunk: Chunk) -> Any:
    return ["odd", "odder"]


def _says_no_words(frame: pl.DataFrame, chunk: Chunk) -> Any:
    return [Finding(kind=FindingKind.BOUNDS, message=5)]  # type: ignore[arg-type]


def _says_another_kind(frame: pl.DataFrame, chunk: Chunk) -> Any:
    return [Finding(kind="odd", message="odd")]  # type: ignore[arg-type]


def _never_ends(frame: pl.DataFrame, chunk: Chunk) -> Any:
    return itertools.repeat(Finding(kind=FindingKind.BOUNDS, message="again"))


def _panics(frame: pl.DataFrame, chunk: Chunk) -> Any:
    raise pl.exceptions.PanicException("polars gave up")


@pytest.mark.parametrize(
    "check",
    [
        _raises,
        _exits,
        _raises_late,
        _says_none,
        _says_a_number,
        _says_words,
        _says_no_words,
        _says_another_kind,
        _never_ends,
        _panics,
    ],
)
def test_check_that_fails_or_finds_nonsense_is_left_out(server: Server, tmp_path: Path, check: Check) -> None:
    """The day is there; one finding names the check, and what another one found is there too."""

    def good(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
        yield Finding(kind=FindingKind.BOUNDS, message="fine")

    data = ask(server, tmp_path, Plugin(served_market(server.url), checks=(check, good)))
    assert len(data) == 24
    failed, other = data.findings
    assert (failed.kind, other.message) == (FindingKind.CHECK_FAILED, "fine")
    assert f"{__name__}.{check.__name__} failed with " in failed.message


def test_check_that_changes_the_frame_changes_a_copy(server: Server, tmp_path: Path) -> None:
    """Checks read; the rows stay what the source sent."""

    def spoils(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
        frame[0, "load"] = -1.0
        frame.drop_in_place("location")
        return ()

    data = ask(server, tmp_path, Plugin(served_market(server.url), checks=(spoils,)))
    assert data.frame["load"][0] == 1100.5
    assert "location" in data.frame.columns


class Broken:
    """A plugin whose hooks fail in one way."""

    def __init__(self, fails: Callable[[], Any]) -> None:
        self._fails = fails

    @hookimpl
    def energyopti_checks(self) -> Any:
        """Whatever it does."""
        return self._fails()

    @hookimpl
    def energyopti_observe(self) -> None:
        """Whatever it does."""
        self._fails()


def _fail() -> Any:
    raise SystemExit("no")


@pytest.mark.parametrize("fails", [_fail, lambda: 5, lambda: ["no check"], lambda: int("no")])
def test_hook_that_fails_costs_no_data(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture, fails: Callable[[], Any]
) -> None:
    """Its plugin is named in the log, and its checks are left out."""
    data = ask(server, tmp_path, Plugin(served_market(server.url)), Broken(fails))
    assert (len(data), data.findings) == (24, ())
    assert "plugin plugin1 cannot list its checks of load" in caplog.text


async def _collect_exits(chunk: Chunk, source: Source) -> Reading:
    await source.get("load/2024-07-01.csv")
    raise SystemExit(1)


async def _collect_exits_in_a_thread(chunk: Chunk, source: Source) -> Reading:
    def leave() -> Reading:
        raise SystemExit(1)

    return await source.run(leave)


async def _collect_panics(chunk: Chunk, source: Source) -> Reading:
    raise pl.exceptions.PanicException("polars gave up")


@pytest.mark.parametrize("collect", [_collect_exits, _collect_exits_in_a_thread, _collect_panics])
def test_plugin_that_exits_while_it_collects_is_an_error(
    server: Server, tmp_path: Path, collect: Any
) -> None:
    """It ends neither the process nor the loop that other calls are on."""
    there = served_market(server.url, load_feed(sources=(feed_source(name="odd", collect=collect),)))
    with pytest.raises(PluginError, match="from odd: the plugin failed with"):
        ask(server, tmp_path, Plugin(there))


def test_sandbox_that_exits_is_a_broken_plugin(server: Server) -> None:
    """The error names the plugin."""

    class Exiting(Plugin):
        @hookimpl
        def energyopti_sandbox(self) -> Any:
            raise SystemExit(1)

    with pytest.raises(PluginError, match="plugin plugin0 cannot serve testiso in the sandbox"):
        registry(Exiting(served_market(server.url))).sandbox("testiso")


DAMAGES = {
    "other columns": b"Start,Price\n2024-07-01 00:00,5\n",
    "no table": b"\x00\x01\x02" * 50,
    "wide text of half a letter": "Start,Load".encode("utf-16")[:-1],
    "words for numbers": load_csv("2024-07-01").replace(b".5", b".x"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("kept", ["memory", "lake"])
def test_damaged_payload_leaves_the_good_copy(
    server: Server, tmp_path: Path, damage: bytes, kept: str
) -> None:
    """It is given, marked stale, with a finding of what is wrong now; and the next good payload replaces it."""
    plugins = registry(Plugin(served_market(server.url)))
    chosen = settings(tmp_path, attempts=1, **({"lake": tmp_path / "lake"} if kept == "lake" else {}))
    moment = datetime.fromisoformat("2024-07-01T18:00:00+00:00")

    async def go() -> tuple[MarketData, MarketData, MarketData]:
        answers: list[MarketData] = []

        def now() -> datetime:
            return moment + timedelta(hours=len(answers))

        service = UnifiedMarketService(plugins, chosen, now=now)
        for body in (
            load_csv("2024-07-01", hours=range(10)),
            damage,
            load_csv("2024-07-01", hours=range(12)),
        ):
            server.on(DAY, Answer(body=body))
            if kept == "lake" and answers:
                await service.aclose()
                service = UnifiedMarketService(plugins, chosen, now=now)
            answers.append(
                await service.get_market_data("testiso", "load", "2024-07-01", "2024-07-02", partial=True)
            )
        await service.aclose()
        return answers[0], answers[1], answers[2]

    before, during, after = asyncio.run(go())
    assert (before.stale, during.stale, after.stale) == (False, True, False)
    assert during.frame.equals(before.frame)
    assert len(after) == 12
    said = [each.message for each in during.findings if each.kind is FindingKind.DAMAGED]
    assert [each.startswith("what the source has now cannot be read: ") for each in said] == [True]
    assert FindingKind.DAMAGED not in {each.kind for each in after.findings}


def test_damaged_payload_without_a_copy_is_an_error(server: Server, tmp_path: Path) -> None:
    """There is nothing to give."""
    server.on(DAY, DAMAGES["other columns"])
    there = served_market(
        server.url,
        load_feed(sources=(feed_source(name="daily file", collect=daily("load/2024-07-01.csv")),)),
    )
    with pytest.raises(SchemaDrift):
        ask(server, tmp_path, Plugin(there))
