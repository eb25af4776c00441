"""What the workers of a cluster do: plan, fill as a local backfill does, and write for one another.

No task has a setting or a credential among its arguments: each worker loads its own.
"""

from __future__ import annotations

import contextlib
import math
import pickle
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import attrs
from distributed import Status, get_worker, worker_client
from distributed.worker import thread_state

from energyopti.backfill import Backfill, Filled, FillPlan
from energyopti.cluster.others import ReadElsewhere, WrittenElsewhere
from energyopti.cluster.turns import Turn
from energyopti.cluster.where import Where, installed, without_past
from energyopti.errors import EnergyOptiError, LakeError
from energyopti.query import Query
from energyopti.registry import Registry
from energyopti.settings import Settings
from energyopti.store.opening import open_lake
from energyopti.tuning.cluster import CLUSTER_LOOKED_EVERY, CLUSTER_TOLD_EVERY

if TYPE_CHECKING:
    from distributed import Client


@attrs.frozen
class Progress:
    """How far a plan is: what `Filled` counts, without the plan."""

    fetched: int
    rows: int
    absent: int
    stale: int
    failures: dict[str, EnergyOptiError] = attrs.field(repr=False)

    @classmethod
    def of(cls, filled: Filled) -> Progress:
        """What became of a plan so far."""
        failures = {key: without_past(error) for key, error in filled.failures.items()}
        return cls(filled.fetched, filled.rows, filled.absent, filled.stale, failures)

    def filled(self, plan: FillPlan) -> Filled:
        """The same for those who know the plan."""
        return Filled(plan=plan, **attrs.asdict(self, recurse=False))


def marked(where: Where, word: str) -> str:
    """Leave a mark in the lake: the name of its file; nothing in an object store, which all see alike."""
    file = where.mark(word)
    if file is None:
        return ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    except OSError as error:
        raise LakeError(f"the lake {file.parent.parent} cannot be written: {error.strerror}") from None
    return str(file)


def unmarked(file: str) -> None:
    """Take the mark out of the lake."""
    if file:
        Path(file).unlink(missing_ok=True)


def sees(where: Where, word: str) -> tuple[str, bool, frozenset[str]]:
    """Where this worker's lake is, whether the mark is in it, and the markets that are installed here."""
    file = where.mark(word)
    at = str(where.settings().lake_address)
    return at, file is None or file.exists(), frozenset(installed().markets)


def planned(query: Query, where: Where) -> list[FillPlan]:
    """The plans for a query.

    If a list of locations has to be fetched for them, only in the market's turn.
    """

    async def go(client: Client) -> list[FillPlan]:
        registry = installed()
        settings = where.settings()
        async with _InTurn(open_lake(settings.lake_address), registry, settings, client=client) as service:
            return await service.plan(query)

    with worker_client() as client:
        return anyio.run(go, client)


class _InTurn(Backfill):
    """A service that asks for lists of locations in turn only."""

    def __init__(self, *arguments: Any, client: Client) -> None:
        super().__init__(*arguments)
        self._cluster = client

    async def _list(self, market: str, feed: str) -> Any:
        async with Turn(self.registry.market(market), self.settings, self._cluster):
            return await super()._list(market, feed)


def filled(plan: FillPlan, where: Where, topic: str, jobs: int, seconds: float | None) -> Progress:
    """Fill the lake by a plan, in the market's turn, for so many ``seconds`` at the most; tells a topic how far it is.

    Ends early if nobody wants it any longer. Run again after its worker was lost, it finds in the lake what was written.
    """
    worker, key, told = get_worker(), thread_state.key, [0.0]

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        runs = task is not None and task.state in {"executing", "long-running"}
        return runs and worker.status is Status.running

    def tell(progress: Progress) -> None:
        if time.monotonic() - told[0] >= CLUSTER_TOLD_EVERY:
            told[0] = time.monotonic()
            worker.loop.add_callback(worker.log_event, topic, pickle.dumps(progress))

    with worker_client() as client:
        registry = installed()
        settings = where.settings()
        store = WrittenElsewhere(where, open_lake(settings.lake_address), client, besides=worker.address)
        job = _Filling(plan, registry, settings, store, jobs=jobs, tell=tell, wanted=wanted)
        return anyio.run(job.run, client, seconds)


class _Filling:
    """A plan that is filled: by the code of a local backfill, watched over."""

    def __init__(
        self,
        plan: FillPlan,
        registry: Registry,
        settings: Settings,
        store: WrittenElsewhere,
        *,
        jobs: int,
        tell: Callable[[Progress], None],
        wanted: Callable[[], bool],
    ) -> None:
        self._plan, self._registry, self._settings, self._store = plan, registry, settings, store
        self._jobs, self._tell, self._wanted = jobs, tell, wanted
        self._progress = Progress.of(Filled(plan=plan))

    async def run(self, client: Client, seconds: float | None) -> Progress:
        """Fill until nothing is left, time is up or nobody wants it; a turn that was lost is taken again."""
        ends = anyio.current_time() + (math.inf if seconds is None else seconds)
        done = False
        while not done and self._wanted() and anyio.current_time() < ends:
            async with _while(self._is_wanted) as scope:
                scope.deadline = ends
                async with Turn(self._plan.query.market, self._settings, client) as turn:
                    scope.deadline = math.inf  # from here on the plan keeps time, and what came is written
                    async with (
                        Backfill(self._store, self._registry, self._settings) as service,
                        _while(turn.lasts),
                    ):
                        service.read_in(ReadElsewhere(client, besides=self._store.besides))
                        left = None if seconds is None else max(0.0, ends - anyio.current_time())
                        filled = await service.fill(
                            self._plan, jobs=self._jobs, seconds=left, seen=self._seen
                        )
                        self._progress = Progress.of(filled)
                        done = True
        return self._progress

    def _seen(self, filled: Filled) -> None:
        self._progress = Progress.of(filled)
        self._tell(self._progress)

    async def _is_wanted(self) -> bool:
        return self._wanted()


@contextlib.asynccontextmanager
async def _while(lasts: Callable[[], Awaitable[bool]]) -> AsyncIterator[anyio.CancelScope]:
    """Work that is cancelled when something does not last any longer; its error is raised as it is."""
    failed: Exception | None = None

    async def watch(scope: anyio.CancelScope) -> None:
        while await lasts():  # noqa: ASYNC110 - asked of others
            await anyio.sleep(CLUSTER_LOOKED_EVERY)
        scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(watch, group.cancel_scope)
        try:
            yield group.cancel_scope
        except Exception as error:  # noqa: BLE001 - raised below, where no group is made of it
            failed = error
        group.cancel_scope.cancel()
    if failed is not None:
        raise failed
