"""The side of a backfill on a cluster that starts it: it holds no data, no settings of the workers, and no credential."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import pickle
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import anyio
from distributed import Client, KilledWorker
from distributed.client import FutureCancelledError
from distributed.comm import CommClosedError

from energyopti.backfill import Filled, FillPlan
from energyopti.cluster import tasks
from energyopti.cluster.tasks import Progress
from energyopti.cluster.where import Where
from energyopti.errors import EnergyOptiError, InvalidSettings, LakeError
from energyopti.query import Query
from energyopti.tuning.cluster import CLUSTER_GRACE, CLUSTER_PATIENCE

_NEEDED = {"energyopti": "energyopti[dask]", "deltalake": "energyopti[dask]"}
_UNLOADABLE = "Error during deserialization"


class DaskBackfill:
    """A `Backfill` whose work is done by a Dask cluster. Use it as an async context manager.

    ``address`` is the scheduler's. ``lake`` is a folder that every worker sees under this name; without it, the one of the
    workers' own settings. Each worker loads its own settings and credentials. One worker at a time asks a market's hosts; others
    write what it fetched. Plans of several markets run at once.

        async with DaskBackfill("tcp://10.0.0.5:8786", lake="/shared/lake") as backfill:
            for plan in await backfill.plan(Query.of("nyiso", "lmp", "2019-01-01", "2024-01-01", run="day_ahead")):
                print(await backfill.fill(plan))

    Raises `InvalidSettings` if the cluster cannot be reached or used, and `LakeError` if it is lost on the way: what was
    written stays, and the same call goes on from there.
    """

    def __init__(self, address: str, *, lake: str | Path | None = None, sandbox: bool = False) -> None:
        self.address = address
        self._where = Where(lake=None if lake is None else str(lake), sandbox=sandbox)
        self._markets: Mapping[str, frozenset[str]] = {}
        self._client: Client | None = None

    def __repr__(self) -> str:
        return f"<DaskBackfill {self.address}>"

    async def __aenter__(self) -> Self:
        self._client = await _connected(self.address)
        try:
            with self._losses():
                await self._check()
        except BaseException:
            await self.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Leave the cluster; what it still does for this backfill ends."""
        if self._client is not None:
            with anyio.CancelScope(shield=True):
                await self._client.close()
            self._client = None

    async def plan(self, query: Query) -> list[FillPlan]:
        """What filling the lake for a query takes, for each of its markets. Raises the errors of a query."""
        plans: list[FillPlan] = await self._result(tasks.planned, query, self._where)
        for market in {plan.query.market.id for plan in plans}:
            lacking = [worker for worker, has in self._markets.items() if market not in has]
            if lacking:
                raise InvalidSettings(
                    f"market {market} is not installed on worker {lacking[0]}", do="install its plugin there"
                )
        return plans

    async def fill(
        self,
        plan: FillPlan,
        *,
        jobs: int = 8,
        seconds: float | None = None,
        seen: Callable[[Filled], None] = lambda _: None,
    ) -> Filled:
        """Fetch what is missing, for so many ``seconds`` at the most; ``seen`` follows it, at intervals.

        Counts and failures are those of a local backfill. Time that the plan waits for another one of its market counts too.
        """
        topic = f"energyopti-{uuid.uuid4().hex}"
        latest = [Filled(plan=plan)]

        def told(event: tuple[float, bytes]) -> None:
            latest[0] = pickle.loads(event[1]).filled(plan)  # noqa: S301 - all of a cluster's messages are pickles
            seen(latest[0])

        async with self._listening(topic, told):
            with anyio.move_on_after(None if seconds is None else seconds + CLUSTER_GRACE):
                progress: Progress = await self._result(tasks.filled, plan, self._where, topic, jobs, seconds)
                latest[0] = progress.filled(plan)
                seen(latest[0])
        return latest[0]

    async def _result(self, work: Callable[..., Any], *arguments: object) -> Any:
        """What a worker makes of it; what is not waited for any longer is called off."""
        with self._losses():
            future = self._connection.submit(work, *arguments, pure=False)
            try:
                return await future
            finally:
                with anyio.CancelScope(shield=True):
                    if not future.done():
                        await self._connection.cancel([future])
                    future.release()

    @property
    def _connection(self) -> Client:
        if self._client is None:
            raise InvalidSettings("this backfill is not open", do="use it with `async with`")
        return self._client

    @contextlib.asynccontextmanager
    async def _listening(
        self, topic: str, told: Callable[[tuple[float, bytes]], None]
    ) -> AsyncIterator[None]:
        self._connection.subscribe_topic(topic, told)
        try:
            yield
        finally:
            with contextlib.suppress(CommClosedError, ValueError):
                self._connection.unsubscribe_topic(topic)

    @contextlib.contextmanager
    def _losses(self) -> Any:
        """What may become of a cluster, in words."""
        try:
            yield
        except EnergyOptiError:
            raise
        except (FutureCancelledError, CommClosedError, KilledWorker) as error:
            raise LakeError(
                f"the cluster at {self.address} was lost ({type(error).__name__}); what was written stays",
                do="run it again to go on",
            ) from None
        except ModuleNotFoundError as error:
            raise InvalidSettings(
                f"a process of the cluster at {self.address} lacks {error.name}",
                do="install on every machine what is installed here",
            ) from None
        except RuntimeError as error:
            if not str(error).startswith(_UNLOADABLE):
                raise
            raise InvalidSettings(
                f"the scheduler at {self.address} cannot load energyopti",
                do="install there what is installed here",
            ) from None

    async def _check(self) -> None:
        """Whether all workers have what they need and see one lake; raises `InvalidSettings`."""
        run = functools.partial(self._connection.run, on_error="return")
        for package, extra in _NEEDED.items():
            found = await run(importlib.metadata.version, package)
            if not found:
                raise InvalidSettings(f"the cluster at {self.address} has no worker", do="start some")
            for worker, version in found.items():
                if isinstance(version, Exception):
                    raise InvalidSettings(
                        f"worker {worker} lacks {package}", do=f"run there: pip install '{extra}'"
                    )
        word = uuid.uuid4().hex
        first = next(iter(found))
        marked = await run(tasks.marked, self._where, word, workers=[first])
        _raised(marked)
        seen = await run(tasks.sees, self._where, word)
        await run(tasks.unmarked, marked[first], workers=[first])
        _raised(seen)
        for worker, (folder, there, _) in seen.items():
            if not there or ("://" in folder and folder != seen[first][0]):
                raise InvalidSettings(
                    f"worker {worker} has another lake ({folder}) than worker {first}",
                    do="name one folder or address that all workers see",
                )
        self._markets = {worker: markets for worker, (_, _, markets) in seen.items()}


def _raised(answers: Mapping[str, object]) -> None:
    """Raise the first error of some workers."""
    for worker, answer in answers.items():
        if isinstance(answer, EnergyOptiError):
            answer.what = f"worker {worker}: {answer.what}"
        if isinstance(answer, Exception):
            raise answer


async def _connected(address: str) -> Client:
    """A client of the scheduler at an address; raises `InvalidSettings` if none answers there."""
    client = None
    try:
        client = Client(address, asynchronous=True, timeout=CLUSTER_PATIENCE, set_as_default=False)
        return await client
    except (OSError, ValueError, TypeError) as error:
        if client is not None:
            await client.close()
        raise InvalidSettings(
            f"no Dask scheduler answers at {address} ({type(error).__name__})",
            do="give the address that it prints, such as tcp://10.0.0.5:8786",
        ) from None
