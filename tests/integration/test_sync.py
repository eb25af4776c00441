"""The blocking face, in scripts, notebooks and threads."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import itertools
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import energyopti
from collecting_builders import load_csv
from energyopti import sync
from energyopti.errors import InvalidSettings, LakeError, NoData, UnknownMarket, UnsupportedQuery
from energyopti.events import Event, EventKind
from energyopti.service import UnifiedMarketService
from energyopti.timezones import local_date
from servers import Answer, Server, serving

DAY = ("testiso", "load", "2024-07-01", "2024-07-02")


PLUGIN = """
from collecting_builders import served_market
from energyopti import hookimpl

ENERGYOPTI_API = "1.0"

@hookimpl
def energyopti_markets():
    return [served_market("http://127.0.0.1:9")]
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A served market, really installed: a distribution on the path, an address in the environment."""
    info = tmp_path / "energyopti_testiso-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: energyopti-testiso\nVersion: 1.0\n")
    info.joinpath("entry_points.txt").write_text("[energyopti]\ntestiso = energyopti_testiso_plugin\n")
    tmp_path.joinpath("energyopti_testiso_plugin.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(tmp_path))
    with serving() as running:
        monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("ENERGYOPTI_TESTISO_MAIN_URL", running.url)
        running.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
        sync.reset()
        yield running
        sync.reset()


def test_call_blocks_and_answers(server: Server) -> None:
    """One line in a script."""
    data = energyopti.get(*DAY)
    assert (len(data), data.coverage.complete) == (24, True)


def test_second_call_is_answered_from_memory(server: Server) -> None:
    """Calls share one service: connections, limits and memory."""
    energyopti.get(*DAY)
    again = energyopti.get(*DAY)
    assert again.provenance[0].kept_in == "memory"
    assert len(server.asked) == 1


def test_call_works_inside_a_running_loop(server: Server) -> None:
    """A notebook runs its cells in a loop of its own."""

    async def cell() -> int:
        return len(energyopti.get(*DAY))

    assert asyncio.run(cell()) == 24


def test_threads_share_one_fetch(server: Server) -> None:
    """Eight threads that ask for one day at once make one request."""
    server.on("/load/2024-07-01.csv", Answer(body=load_csv("2024-07-01"), delay=0.2))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: energyopti.get(*DAY), range(8)))
    assert [len(data) for data in answers] == [24] * 8
    assert len(server.asked) == 1


def test_errors_come_as_they_are(server: Server) -> None:
    """No wrapping on the way out of the background."""
    with pytest.raises(UnknownMarket, match="Did you mean 'testiso'"):
        energyopti.get("tesiso", "load", "2024-07-01", "2024-07-02")


def test_an_error_ends_at_the_callers_line(server: Server) -> None:
    """No frame of the thread that asked; what was behind it is still there for who looks."""
    for call in (
        lambda: sync.get("testiso", "load", "2024-07-05", "2024-07-06"),
        lambda: list(sync.stream("testiso", "load", "2024-07-05", "2024-07-06")),
    ):
        with pytest.raises(NoData) as caught:
            call()
        modules = [Path(frame.filename).name for frame in traceback.extract_tb(caught.value.__traceback__)]
        assert set(modules) <= {"test_sync.py", "sync.py"}
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__
        shown = "".join(traceback.format_exception(caught.value))
        assert "anyio" not in shown
        assert shown.count("Traceback") == 1


def test_filters_and_options_are_passed_on(server: Server) -> None:
    """All that the service takes."""
    assert len(energyopti.get(*DAY, locations="north", partial=True, vintages="latest")) == 24


def test_own_observer_is_told(server: Server) -> None:
    """In place of the progress bar."""
    events: list[Event] = []
    energyopti.get(*DAY, observe=events.append)
    assert events[0].kind is EventKind.QUERY_PLANNED


@pytest.mark.parametrize(
    ("face", "method"),
    [
        (energyopti.get, UnifiedMarketService.get_market_data),
        (energyopti.compare, UnifiedMarketService.get_cross_market_analysis),
    ],
)
def test_signature_is_that_of_the_service(face: Callable[..., Any], method: Callable[..., Any]) -> None:
    """Both faces take the same arguments; a caller of the blocking one passes no service."""
    wanted = inspect.signature(method)
    parameters = [each for each in wanted.parameters.values() if each.name != "self"]
    assert list(inspect.signature(face).parameters.values()) == parameters
    assert inspect.signature(face).return_annotation == wanted.return_annotation
    assert face.__doc__ == method.__doc__


def test_watch_has_the_signature_of_the_service() -> None:
    """But for what it returns: it is iterated by a plain ``for``."""
    mine, wanted = inspect.signature(energyopti.watch), inspect.signature(UnifiedMarketService.watch)
    assert list(mine.parameters.values()) == [*wanted.parameters.values()][1:]
    assert (mine.return_annotation, wanted.return_annotation) == (
        "Generator[MarketData]",
        "AsyncGenerator[MarketData]",
    )


@pytest.mark.parametrize("left", ["break", "error", "close"])
def test_watch_ends_with_its_loop(server: Server, tmp_path: Path, left: str) -> None:
    """However it is left, nothing is asked any more, and another watch may write to the same place at once."""

    yesterday = local_date(datetime.now(UTC), "America/New_York") - timedelta(days=1)
    path, rows = f"/load/{yesterday}.csv", load_csv(str(yesterday))
    server.on(path, rows)

    def first(number: int) -> int:
        updates = energyopti.watch("testiso", "load", since=yesterday, to=tmp_path / "rows.csv")
        for update in updates:
            if left == "error":
                raise ZeroDivisionError
            if left == "close":
                updates.close()
            else:
                return len(update)
        return number

    assert not inspect.isasyncgen(energyopti.watch("testiso", "load"))
    with pytest.raises(ZeroDivisionError) if left == "error" else contextlib.nullcontext():
        first(24)
    asked = len(server.asked)
    changed = rows.splitlines(keepends=True)
    changed[2] = changed[2].replace(b"1.5\r\n", b"2.5\r\n")
    server.on(path, b"".join(changed))
    (again,) = itertools.islice(energyopti.watch("testiso", "load", to=tmp_path / "rows.csv"), 1)
    assert len(again) == 1
    assert asked > 0


def test_watch_says_what_is_wrong_at_once() -> None:
    """Not at the first update."""
    with pytest.raises(UnknownMarket):
        energyopti.watch("tesiso", "load")
    with pytest.raises(UnsupportedQuery, match="corrections is negative"):
        energyopti.watch("nyiso", "load", corrections=timedelta(-1))


def test_reset_ends_the_thread_and_the_next_call_begins_another(server: Server) -> None:
    """With an empty memory."""
    energyopti.get(*DAY)
    before = threading.active_count()
    sync.reset()
    assert threading.active_count() < before
    assert energyopti.get(*DAY).provenance[0].kept_in == "source"


def test_reset_without_a_call_is_nothing() -> None:
    """There is nothing to end."""
    sync.reset()
    sync.reset()


def test_failed_start_leaves_no_thread_behind(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that cannot be used raise each time, and nothing piles up."""
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "perhaps")
    before = threading.active_count()
    for _ in range(3):
        with pytest.raises(InvalidSettings, match="ENERGYOPTI_SANDBOX"):
            energyopti.get(*DAY)
    assert threading.active_count() <= before


def test_call_after_a_failed_start_works(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the setting is mended."""
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "perhaps")
    with pytest.raises(InvalidSettings):
        energyopti.get(*DAY)
    monkeypatch.delenv("ENERGYOPTI_SANDBOX")
    assert len(energyopti.get(*DAY)) == 24


def test_lake_is_asked_in_sql(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `get` kept in the lake of the settings, or in that of another folder; a frame of polars."""
    monkeypatch.setenv("ENERGYOPTI_LAKE", str(tmp_path / "history"))
    energyopti.get(*DAY)
    sync.reset()
    count = "select market, count(*) as rows, max(load) as load from load group by all"
    frame = energyopti.sql(count)
    assert frame.rows() == [("testiso", 24, energyopti.get(*DAY).frame["load"].max())]
    monkeypatch.setenv("ENERGYOPTI_LAKE", "off")
    assert energyopti.sql(count, lake=str(tmp_path / "history")).equals(frame)
    with pytest.raises(LakeError, match="there is no lake"):
        energyopti.sql(count)
