"""Filling a lake on a Dask cluster: as a local backfill, whatever becomes of its workers, within the hosts' limits."""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
import logging
import os
import pickle
import signal
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import anyio
import attrs
import dask
import distributed
import polars as pl
import pytest
from click.testing import CliRunner, Result
from deltalake import DeltaTable

from collecting_builders import SECRET
from energyopti.backfill import Backfill, Filled, total
from energyopti.cli.app import app
from energyopti.cluster import DaskBackfill, others, tasks
from energyopti.cluster import backfill as starting
from energyopti.cluster.others import ReadElsewhere, bytes_in, portable, written
from energyopti.cluster.tasks import Progress
from energyopti.cluster.turns import Turn, limits_of
from energyopti.cluster.where import Where
from energyopti.errors import (
    AuthenticationFailed,
    EnergyOptiError,
    InvalidSettings,
    LakeError,
    SchemaDrift,
    SourceUnavailable,
    UnknownDataset,
)
from energyopti.query import Query, ResolvedQuery, plan
from energyopti.registry import Registry
from energyopti.sandbox import sandbox_app
from energyopti.service import UnifiedMarketService
from energyopti.settings import HostSettings, Settings
from energyopti.source import Payload
from energyopti.store import ChunkData
from energyopti.store.lake import Lake
from energyopti.tuning.cluster import CLUSTER_SPREAD
from servers import Answer, serving
from serving import on_loopback

T = TypeVar("T")
JULY = ("2024-07-01", "2024-07-05")
QUERY = Query.of("nyiso", "lmp", *JULY, run="day_ahead", partial=True)
TABLE = "nyiso/damlbmp_zone"


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, which must not take long; on a busy machine processes start slowly."""

    async def bounded() -> T:
        return await asyncio.wait_for(work, 60)

    return asyncio.run(bounded())


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a cluster of two workers in this process."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=False, dashboard_address=":0"
    ) as running:
        yield running.scheduler_address


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of this process, and of the workers in it: generated data, and an empty home."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "1")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "home"


def local(folder: Path, query: Query = QUERY, **options: Any) -> list[Filled]:
    """A backfill by this process."""

    async def go() -> list[Filled]:
        async with Backfill(Lake(folder), **options) as service:
            return [await service.fill(plan) for plan in await service.plan(query)]

    return run(go())


def spread(address: str, folder: Path | None = None, query: Query = QUERY, **options: Any) -> list[Filled]:
    """The same by a cluster, all plans at once."""

    async def go() -> list[Filled]:
        async with DaskBackfill(address, lake=folder) as service:
            plans = await service.plan(query)
            return list(await asyncio.gather(*(service.fill(plan, **options) for plan in plans)))

    return run(go())


def content(folder: Path, table: str = TABLE) -> str:
    """The hash of a table's rows, as readers of Delta see them."""
    frame = pl.read_delta(str(folder / table)).drop("fetched_at")
    rows = frame.select(sorted(frame.columns)).sort(pl.all())
    return f"{rows.height} {rows.hash_rows().sort().hash().sum()}"


def answer(folder: Path, query: Query = QUERY) -> tuple[Any, ...]:
    """What a lake answers: rows, coverage, and what the checks found."""

    async def go() -> tuple[Any, ...]:
        async with UnifiedMarketService(store=Lake(folder)) as service:
            data = await service.get_market_data(query)
            return data.frame.hash_rows().sum(), data.coverage, data.findings, data.raw().hash_rows().sum()

    return run(go())


def kept_in(lake: Lake) -> list[ChunkData]:
    """The chunks of the query that a lake has."""

    async def planned() -> ResolvedQuery:
        async with Backfill(lake) as service:
            return (await service.plan(QUERY))[0].query

    query = run(planned())
    return list(lake.read(plan(query.market, query.feed, query.time)).values())


def test_same_as_a_local_backfill(cluster: str, tmp_path: Path) -> None:
    """Rows, the source's own columns, coverage, findings and the summary; told on the way how far it is."""
    left: list[int] = []
    here = local(tmp_path / "here")
    there = spread(cluster, tmp_path / "there", seen=lambda f: left.append(f.left))
    folder = tmp_path / "there-sandbox"
    assert total(there) == total(here)
    assert there[0].rows == 4 * 24 * 15
    assert content(folder) == content(tmp_path / "here")
    assert answer(folder) == answer(tmp_path / "here")
    spans = [
        [(each.time, each.places, each.final) for each in Lake(where).covered("nyiso", "damlbmp_zone")]
        for where in (folder, tmp_path / "here")
    ]
    assert spans[0] == spans[1]
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    assert spread(cluster, tmp_path / "there")[0].plan.missing == ()


def test_markets_are_filled_at_once(cluster: str, home: Path) -> None:
    """Into the lake of the workers' settings: a table for each."""
    found = spread(
        cluster,
        query=Query.of(["nyiso", "pjm"], "lmp", "2024-07-01", "2024-07-02", run="day_ahead", partial=True),
    )
    assert [(each.plan.name, each.fetched, each.left) for each in found] == [
        (TABLE, 1, 0),
        ("pjm/da_hrl_lmps", 1, 0),
    ]
    assert {name for name, _ in Lake(home / "lake-sandbox").tables()} >= {TABLE, "pjm/da_hrl_lmps"}


def test_list_of_locations_is_fetched_on_the_cluster(cluster: str, home: Path) -> None:
    """Where a source is asked for single locations, the plan needs it."""
    query = Query.of(
        "pjm", "lmp", "2024-07-01", "2024-07-02", run="day_ahead", locations="WESTERN HUB", partial=True
    )
    (found,) = spread(cluster, query=query)
    assert found.failures == {}
    assert found.rows > 0


def test_chunk_that_is_written_twice_is_there_once(tmp_path: Path) -> None:
    """A worker that dies after its commit has the task run again: the same fetch changes nothing."""
    local(tmp_path / "lake-sandbox")
    lake = Lake(tmp_path / "lake-sandbox")

    kept = kept_in(lake)
    before, version = content(lake.folder), DeltaTable(lake.folder / TABLE).version()
    older = [
        attrs.evolve(
            each,
            provenance=attrs.evolve(each.provenance, fetched_at=each.provenance.fetched_at - timedelta(1)),
        )
        for each in kept
    ]
    for again in (kept, older):
        written(Where(lake=str(tmp_path / "lake")), again)
    assert (content(lake.folder), DeltaTable(lake.folder / TABLE).version()) == (before, version)


def reads_of(address: str) -> int:
    """How many payloads workers have read for others so far."""

    def counted(dask_scheduler: distributed.Scheduler) -> int:
        reading = dask_scheduler.task_prefixes.get("read")
        return 0 if reading is None else reading.state_counts["memory"]

    with distributed.Client(address, set_as_default=False) as client:
        return int(client.run_on_scheduler(counted))


def test_large_payloads_are_read_by_others(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month's archive is read by another worker; rows, coverage and findings are those of a local backfill."""
    monkeypatch.setattr(others, "CLUSTER_SPREAD", 0)
    before = reads_of(cluster)
    there = spread(cluster, tmp_path / "there")
    assert reads_of(cluster) - before == 1
    here = local(tmp_path / "here")
    assert total(there) == total(here)
    assert answer(tmp_path / "there-sandbox") == answer(tmp_path / "here")


def test_small_payloads_are_read_where_they_came(cluster: str, tmp_path: Path) -> None:
    """Sending them would cost more than reading."""
    before = reads_of(cluster)
    spread(cluster, tmp_path / "there")
    assert reads_of(cluster) == before


def _drifted(_: bytes) -> None:
    raise SchemaDrift("no column of prices", column="LBMP")


def test_what_becomes_of_work_left_to_others(cluster: str) -> None:
    """Its result, its error with its parts, and what cannot be sent is done here."""
    lock, market = threading.Lock(), Registry().market("nyiso")
    payload = b"x" * (CLUSTER_SPREAD + 1)

    async def go(client: distributed.Client) -> None:
        threads = ReadElsewhere(client, besides="")
        assert await threads.run(market, len, payload) == CLUSTER_SPREAD + 1
        assert await threads.run(market, lambda _, __: lock.locked(), payload, lock) is False
        with pytest.raises(SchemaDrift) as error:
            await threads.run(market, _drifted, payload)
        assert (error.value.what, error.value.column) == ("no column of prices", "LBMP")

    before = reads_of(cluster)
    with distributed.Client(cluster, set_as_default=False) as client:
        run(go(client))
    assert reads_of(cluster) - before == 2


def test_bytes_of_payloads_are_counted() -> None:
    """Alone, in a list, and inside what came with them; nothing else counts."""
    payload = Payload(content=b"12345", url="", fetched_at=datetime(2024, 7, 1, tzinfo=UTC))
    assert bytes_in((b"123", [b"12", payload], 7, "words", [1, "x"])) == 10


def command(*arguments: str) -> Result:
    """``energyopti backfill nyiso lmp`` over July's first days."""
    given = ["backfill", "nyiso", "lmp", "--run", "day_ahead", "--start", JULY[0], "--end", JULY[1]]
    return CliRunner().invoke(app, [*given, *arguments], env={"COLUMNS": "200"}, catch_exceptions=False)


def test_command_says_what_a_local_one_says(cluster: str, tmp_path: Path) -> None:
    """The plan, the summary, the line of JSON; the second time there is nothing to do."""
    said = [
        command("--json", "--lake", str(tmp_path / name), *dask)
        for name, dask in (("a", ()), ("b", ("--dask", cluster)), ("b", ("--dask", cluster)))
    ]
    assert [each.exit_code for each in said] == [0, 0, 0]
    assert said[1].stderr == said[0].stderr
    figures = [{**json.loads(each.stdout), "seconds": 0} for each in said]
    assert figures[1] == figures[0]
    assert figures[2]["fetched"] == 0
    assert command("--plan", "--lake", str(tmp_path / "c"), "--dask", cluster).stderr == (
        f"{TABLE}: 4 of 4 chunks to fetch\n"
    )


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "http://127.0.0.1:9", ""], ids=str)
def test_address_where_nobody_answers(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, soon, with the exit code of wrong usage."""
    monkeypatch.setattr(starting, "CLUSTER_PATIENCE", 0.5)
    began = time.monotonic()
    said = command("--dask", address)
    assert said.exit_code == 2
    assert said.stderr.count("\n") == 1
    assert f"no Dask scheduler answers at {address}" in said.stderr
    assert time.monotonic() - began < 4


def test_extra_that_is_not_installed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(__import__("sys").modules, "energyopti.cluster", None)
    said = command("--dask", "tcp://127.0.0.1:9")
    assert said.exit_code == 2
    assert "run: pip install 'energyopti[dask]'" in said.stderr


def test_worker_without_a_package(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, and what to install."""
    monkeypatch.setattr(starting, "_NEEDED", {"no-such-thing": "energyopti[dask]"})
    with pytest.raises(
        InvalidSettings, match=r"worker \S+ lacks no-such-thing.*pip install 'energyopti\[dask\]'"
    ):
        spread(cluster)


def test_worker_without_the_market(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named before anything is asked for."""
    real = tasks.sees

    def sees(where: Where, word: str) -> Any:
        folder, there, _ = real(where, word)
        return folder, there, frozenset({"pjm"})

    monkeypatch.setattr(tasks, "sees", sees)
    with pytest.raises(InvalidSettings, match=r"market nyiso is not installed on worker \S+"):
        spread(cluster)


def test_workers_that_see_different_lakes(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of one machine is no lake for two."""
    monkeypatch.setattr(tasks, "marked", lambda *_: "no such file")
    with pytest.raises(
        InvalidSettings, match=r"has another lake .* name one folder or address that all workers see"
    ):
        spread(cluster)


def test_lake_that_cannot_be_written(cluster: str, tmp_path: Path) -> None:
    """It is said of the worker that tried."""
    (tmp_path / "file-sandbox").write_text("")
    with pytest.raises(LakeError, match=r"worker .*: the lake .* cannot be written"):
        spread(cluster, tmp_path / "file")


def test_errors_of_a_query_are_those_of_a_local_one(cluster: str) -> None:
    """A dataset that nobody has."""
    with pytest.raises(UnknownDataset):
        spread(cluster, query=Query.of("nyiso", "lmpp", *JULY))


def test_cluster_without_a_worker() -> None:
    """Nobody would ever do it."""
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty,
        pytest.raises(InvalidSettings, match="has no worker"),
    ):
        spread(empty.scheduler_address)


def test_cluster_that_was_not_opened() -> None:
    """Said, not hidden in an attribute error."""
    with pytest.raises(InvalidSettings, match="not open"):
        run(DaskBackfill("tcp://127.0.0.1:9").plan(QUERY))


def test_unloadable_and_lost_are_one_line_each() -> None:
    """What Dask raises is not for people."""
    service = DaskBackfill("tcp://x:1")
    cases = [
        (RuntimeError("Error during deserialization of the task graph."), InvalidSettings, "cannot load"),
        (ModuleNotFoundError("no", name="energyopti"), InvalidSettings, "lacks energyopti"),
        (distributed.comm.CommClosedError("gone"), LakeError, "was lost"),
        (RuntimeError("another"), RuntimeError, "another"),
    ]
    for raised, kind, said in cases:
        with pytest.raises(kind, match=said), service._losses():
            raise raised


PJM = Query.of("pjm", "lmp", "2024-07-01", "2024-07-05", run="day_ahead", partial=True)
PRICES = "pjm/da_hrl_lmps"


class Timed:
    """The sandbox as a server, which notes when it was asked."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._app = sandbox_app(Registry())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Note the time, and answer."""
        if scope["type"] == "http":
            self.asked.append(time.monotonic())
        await self._app(scope, receive, send)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Timed]:
    """A sandbox on loopback, and settings that name it."""
    app = Timed()
    with on_loopback(app) as url:
        monkeypatch.setenv("ENERGYOPTI_SANDBOX", url)
        yield app


def limited(monkeypatch: pytest.MonkeyPatch, rate: str) -> None:
    """A limit of PJM's host; workers look after it often."""
    monkeypatch.setenv("ENERGYOPTI_PJM_DATAMINER_RATE", rate)
    monkeypatch.setattr(tasks, "CLUSTER_LOOKED_EVERY", 0.05)


@pytest.mark.exhaustive
def test_time_that_is_up_leaves_the_rest(
    cluster: str, server: Timed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came by then is in the lake; the next call asks only for what is left."""
    limited(monkeypatch, "6/1")
    (first,) = spread(cluster, tmp_path / "lake", PJM, seconds=2.0, jobs=1)
    assert 0 < first.fetched < 4
    assert first.left == 4 - first.fetched
    limited(monkeypatch, "off")
    asked = len(server.asked)
    (second,) = spread(cluster, tmp_path / "lake", PJM)
    assert second.fetched == first.left
    assert len(server.asked) - asked < 3 * 4


@pytest.mark.exhaustive
def test_time_that_is_up_before_its_turn(cluster: str, tmp_path: Path) -> None:
    """Waiting for another plan of the market counts: nothing is asked for, and all of it is left."""
    nyiso = Registry().market("nyiso")

    with distributed.Client(cluster, set_as_default=False) as client:

        async def held() -> Filled:
            async with DaskBackfill(cluster, lake=tmp_path / "lake") as service:
                (plan,) = await service.plan(QUERY)
                async with Turn(nyiso, Settings(home=tmp_path), client):
                    return await service.fill(plan, seconds=0.7)

        found = run(held())
    assert (found.fetched, found.left) == (0, 4)


@pytest.mark.exhaustive
def test_call_that_is_cancelled_ends_on_the_worker_too(
    cluster: str, server: Timed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by Ctrl-C: the host is left alone soon, and what came by then is in the lake."""
    limited(monkeypatch, "5/1")

    async def go() -> None:
        async with DaskBackfill(cluster, lake=tmp_path / "lake") as service:
            (plan,) = await service.plan(PJM)
            async with anyio.create_task_group() as group:
                group.start_soon(functools.partial(service.fill, plan, jobs=1))
                while len(server.asked) < 5:  # noqa: ASYNC110 - in another thread
                    await anyio.sleep(0.02)
                group.cancel_scope.cancel()

    run(go())
    lake = Lake(tmp_path / "lake-sandbox")
    deadline = time.monotonic() + 5
    while not lake.covered("pjm", "da_hrl_lmps") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(lake.covered("pjm", "da_hrl_lmps")) >= 1
    asked = len(server.asked)
    time.sleep(0.6)
    assert len(server.asked) == asked < 3 * 4


def test_refused_credential_is_a_failure_of_the_plan(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each worker has its own: it is in nothing that is sent, and in no log."""
    monkeypatch.delenv("ENERGYOPTI_SANDBOX")
    monkeypatch.setenv("ENERGYOPTI_PJM_API_KEY", SECRET)
    limited(monkeypatch, "off")
    caplog.set_level(logging.DEBUG)
    with serving() as there:
        monkeypatch.setenv("ENERGYOPTI_PJM_DATAMINER_URL", there.url)
        there.on("/da_hrl_lmps", Answer(status=401))
        (found,) = spread(cluster, tmp_path / "lake", PJM)
        assert there.asked[0].headers["ocp-apim-subscription-key"] == SECRET
    assert {type(each) for each in found.failures.values()} == {AuthenticationFailed}
    sent = pickle.dumps((found.plan, Where(lake="/lake"), Progress.of(found)))
    assert SECRET.encode() not in sent
    assert SECRET not in caplog.text + repr(found) + repr(Where(lake="/lake"))


@pytest.mark.exhaustive
def test_turn_is_one_at_a_time_and_waits_where_limits_are_kept_elsewhere(
    cluster: str, tmp_path: Path
) -> None:
    """A machine that takes it over waits for a period of the limit; the same one goes on at once."""
    nyiso = Registry().market("nyiso")
    homes = {
        name: Settings(home=tmp_path / name, hosts={("nyiso", "mis"): HostSettings(rate="5/1")})
        for name in "ab"
    }
    with distributed.Client(cluster, set_as_default=False) as client:
        client.set_metadata(["energyopti turns", "nyiso"], "another")
        spans: list[tuple[float, float]] = []

        async def one(name: str) -> None:
            async with Turn(nyiso, homes[name], client) as turn:
                spans.append((time.monotonic(), 0.0))
                assert await turn.lasts()
                await anyio.sleep(0.05)
                spans[-1] = (spans[-1][0], time.monotonic())

        async def go() -> float:
            began = time.monotonic()
            await one("a")
            first = time.monotonic() - began
            await asyncio.gather(one("a"), one("a"))
            await one("b")
            return first

        assert run(go()) > 1.0
        waits = [later[0] - earlier[1] for earlier, later in itertools.pairwise(spans)]
        assert all(wait > 0 for wait in waits)
        assert waits[1] < 1.0
        assert waits[2] > 1.0


@pytest.mark.exhaustive
def test_turn_that_was_lost_is_taken_again(
    cluster: str, server: Timed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stood still for long asks no more until it has its turn again."""
    limited(monkeypatch, "8/1")
    real, lost = Turn.lasts, list[Turn]()

    async def lasts(self: Turn) -> bool:
        if len(server.asked) >= 5 and not lost:
            lost.append(self)
            return False
        return await real(self)

    monkeypatch.setattr(Turn, "lasts", lasts)
    (found,) = spread(cluster, tmp_path / "lake", PJM)
    assert (found.fetched, found.rows, found.left, len(lost)) == (4, 4 * 912, 0, 1)
    assert Lake(tmp_path / "lake-sandbox").covered("pjm", "da_hrl_lmps")


def test_errors_are_sent_without_what_is_behind_them() -> None:
    """However many errors led to one: their tracebacks would not end."""
    error: EnergyOptiError = SourceUnavailable("down", chunk="x")
    for _ in range(2000):
        behind, error = error, SourceUnavailable("down", chunk="x")
        error.__context__ = behind
    filled: Any = SimpleNamespace(fetched=0, rows=0, absent=0, stale=0, failures={"x": error})
    found = pickle.loads(pickle.dumps(Progress.of(filled)))
    assert (found.failures["x"].line, found.failures["x"].__context__) == (error.line, None)


def test_what_is_sent_to_a_writer_can_be_sent(tmp_path: Path) -> None:
    """Rows of the source's own that are still in the lake are read first."""
    local(tmp_path / "lake")
    lake = Lake(tmp_path / "lake")

    for data in kept_in(lake):
        sent: ChunkData = pickle.loads(pickle.dumps(portable(data)))
        assert sent.frame.equals(data.frame)
        assert sent.raw_rows.loaded().raw.equals(data.raw_rows.loaded().raw)
        assert sent.chunk.feed is data.chunk.feed


def test_folder_of_limits_has_one_name(tmp_path: Path) -> None:
    """Whoever comes first gives it."""
    assert limits_of(tmp_path / "a") == limits_of(tmp_path / "a") != limits_of(tmp_path / "b")


_LEASE = {
    "DASK_DISTRIBUTED__SCHEDULER__LOCKS__LEASE_TIMEOUT": "1500ms",
    "DASK_DISTRIBUTED__SCHEDULER__LOCKS__LEASE_VALIDATION_INTERVAL": "300ms",
}
_DYING = """
import os, signal
import energyopti.store.pending as pending
from energyopti.cluster import others
others.CLUSTER_SPREAD = 0
pending.PENDING_ROWS = 700
others.real = getattr(others, "real", others.written)
def written(where, several):
    others.real(where, several)
    try:
        os.close(os.open({flag!r}, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
written.__module__ = others.__name__
others.written = written
"""
"""Reads elsewhere, writes often, and the first worker that has written anything dies before it can say so."""


class Mortal(distributed.Nanny):  # type: ignore[misc]
    """A worker's process that is not started again."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.auto_restart = False


MACHINES = ("one", "two", "three")


@contextmanager
def machines(tmp_path: Path) -> Iterator[distributed.SpecCluster]:
    """Three workers in processes of their own, each with a home of its own, like three machines."""
    preload = _DYING.format(flag=str(tmp_path / "died"))
    workers = {
        name: {
            "cls": Mortal,
            "options": {
                "nthreads": 2,
                "preload": preload,
                "env": {**_LEASE, "ENERGYOPTI_HOME": str(tmp_path / name)},
            },
        }
        for name in MACHINES
    }
    scheduler = {
        "cls": distributed.Scheduler,
        "options": {"dashboard": False, "host": "127.0.0.1", "dashboard_address": ":0"},
    }
    locks = "distributed.scheduler.locks"
    timings = {f"{locks}.lease-timeout": "1500ms", f"{locks}.lease-validation-interval": "300ms"}
    with (
        dask.config.set(timings),
        distributed.SpecCluster(scheduler=scheduler, workers=workers, silence_logs=50) as running,
    ):
        yield running


@pytest.mark.exhaustive
def test_killed_workers_lose_nothing_and_the_limit_holds(
    server: Timed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer dies after its commit, then the fetching one: same rows, each once, and never too many requests.

    Each has its limits in a file of its own, as machines do.
    """
    limited(monkeypatch, "6/1")
    killed: list[int] = []

    async def kill(cluster: distributed.SpecCluster, client: distributed.Client) -> None:
        while len(server.asked) < 7 or not (tmp_path / "died").exists():  # noqa: ASYNC110 - in other processes
            await anyio.sleep(0.02)
        holder = (await client.get_metadata(["energyopti turns", "pjm"])).partition(" ")[0]
        name = next(each for each in MACHINES if limits_of(tmp_path / each / "limits") == holder)
        killed.append(cluster.workers[name].process.process.pid)
        os.kill(killed[0], signal.SIGKILL)

    async def go(cluster: distributed.SpecCluster) -> Filled:
        async with DaskBackfill(cluster.scheduler_address, lake=tmp_path / "lake") as service:
            (plan,) = await service.plan(PJM)
            killing = asyncio.create_task(kill(cluster, service._connection))
            found = await service.fill(plan, jobs=2)
            await killing
            return found

    with machines(tmp_path) as cluster:
        found = run(go(cluster))
    assert len(killed) == 1
    assert (found.fetched, found.rows, found.left, found.failures) == (4, 4 * 912, 0, {})
    at = sorted(server.asked)
    monkeypatch.delenv("ENERGYOPTI_PJM_DATAMINER_RATE")
    local(tmp_path / "here", PJM)
    assert content(tmp_path / "lake-sandbox", PRICES) == content(tmp_path / "here", PRICES)
    assert not (tmp_path / "lake-sandbox" / f"{PRICES}.history").exists()
    closest = min(later - earlier for earlier, later in zip(at, at[6:], strict=False))
    assert closest > 0.9  # arrivals are noted by a busy process, up to some hundredths of a second late
    assert len(at) < 12 + 12
