"""``backfill``: fill the lake, on this machine or on a cluster."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TYPE_CHECKING, Protocol

import attrs
import click

from energyopti.cli.installation import Installation, installation
from energyopti.cli.logs import logs, with_logs
from energyopti.cli.options import with_lake_at, with_run, with_sandbox, with_tz
from energyopti.cli.output import emit, say
from energyopti.concurrency.gather import gather
from energyopti.errors import UnsupportedQuery
from energyopti.lazy import extra
from energyopti.progress import Doing

if TYPE_CHECKING:
    from energyopti.backfill import Filled, FillPlan
    from energyopti.query import Query
    from energyopti.settings import Settings

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ROOM_FOR_RATES = 90
FAILURES_SHOWN = 5

with_jobs = click.option(
    "--jobs",
    default=8,
    show_default=True,
    type=click.IntRange(min=1, max=256),
    help="How many chunks at once, within the hosts' limits.",
)
with_max_time = click.option("--max-time", help="Stop after this long: 90s, 20m, 2h.", metavar="TIME")
with_archive_too = click.option(
    "--archive", is_flag=True, help="Keep what the hosts answer, as it came, too."
)
with_dask = click.option(
    "--dask",
    metavar="ADDRESS",
    help="Let the workers of this Dask scheduler do it; --lake is then a folder that all of them see.",
)
with_json = click.option(
    "--json", "as_json", is_flag=True, help="The summary as one line of JSON on standard output."
)


@click.command("backfill")
@click.argument("market", metavar="MARKET", help="A market, such as nyiso.")
@click.argument(
    "data", nargs=-1, required=True, metavar="DATASET|FEED...", help="Datasets or feeds of the market."
)
@click.option("--start", required=True, help="Start: 2019-01-01.")
@click.option("--end", required=True, help="End, excluded; on the market's clock if naive.")
@with_run
@click.option("--location", multiple=True, help="Only this location; repeatable.")
@with_tz
@with_lake_at
@with_archive_too
@with_jobs
@with_max_time
@with_dask
@click.option("--plan", "only_plan", is_flag=True, help="Only say what it takes.")
@with_json
@with_logs
@with_sandbox
@click.pass_context
def backfill(
    context: click.Context,
    market: str,
    data: tuple[str, ...],
    *,
    start: str,
    end: str,
    run: str | None,
    location: tuple[str, ...],
    tz: str | None,
    lake: str | None,
    archive: bool,
    jobs: int,
    max_time: str | None,
    dask: str | None,
    only_plan: bool,
    as_json: bool,
    sandbox: bool,
) -> None:
    """Fill the lake with history.

    What is there already is not fetched again, so an interrupted backfill goes on where it was when you run it again. Hosts' limits are
    kept. Later answers come from the lake.
    """
    from energyopti.query import Query

    queries = [
        Query.of(market, each, start, end, run=run, locations=location, tz=tz, partial=True) for each in data
    ]
    here = installation(context)
    settings = with_lake(here.settings(sandbox=sandbox), lake)
    if archive:
        settings = with_archive(settings)
    if archive and dask is not None:
        raise UnsupportedQuery(
            "--archive does not reach the workers of a cluster", do="set ENERGYOPTI_ARCHIVE where they run"
        )
    if dask is None:
        filler = on_this_machine(here, settings)
    else:
        filler = _on_cluster(dask, lake, sandbox=settings.sandbox == "1")
    fill(filler, queries, jobs=jobs, max_time=max_time, only_plan=only_plan, as_json=as_json)


def with_lake(settings: Settings, at: str | None) -> Settings:
    """Settings with a lake: the one of an option, or that of the settings, even if there is none yet."""
    from energyopti.lake_address import LakeAddress
    from energyopti.settings import LAKE_OFF

    if at is not None:
        return attrs.evolve(settings, lake=LakeAddress.of(at, "--lake"))
    if settings.lake in {None, LAKE_OFF}:
        return attrs.evolve(settings, lake=settings.home / "lake")
    return settings


def with_archive(settings: Settings) -> Settings:
    """Settings with an archive: the one that they name, or the one at the usual place."""
    return attrs.evolve(settings, archive=settings.archive or settings.home / "archive")


class Filler(Protocol):
    """Plans and fills: `Backfill` on this machine, `DaskBackfill` on a cluster."""

    async def plan(self, query: Query) -> list[FillPlan]:
        """What a query takes."""

    async def fill(
        self, plan: FillPlan, *, jobs: int, seconds: float | None, seen: Callable[[Filled], None]
    ) -> Filled:
        """Fill by a plan."""


@attrs.frozen
class Filling:
    """How to open what fills, how many plans it fills at once, and what its requests wait for."""

    opened: Callable[[], AbstractAsyncContextManager[Filler]]
    at_once: int
    doing: Doing


def on_this_machine(here: Installation, settings: Settings) -> Filling:
    """This machine, one plan at a time."""
    from energyopti.backfill import Backfill
    from energyopti.cli.event_log import event_log
    from energyopti.store.opening import open_lake

    lake, doing = open_lake(settings.lake_address), Doing()
    written = event_log(logs()) or doing

    def opened() -> Backfill:
        return Backfill(
            lake, here.registry, settings, transport=here.transport, now=here.now, observe=written
        )

    return Filling(opened, 1, doing)


def _on_cluster(address: str, lake: str | None, *, sandbox: bool) -> Filling:
    """A cluster, all plans at once; raises `InvalidSettings` if the packages for it are not installed."""
    from energyopti.tuning.cluster import CLUSTER_PLANS

    with extra("dask", "--dask"):
        from energyopti.cluster import DaskBackfill
    return Filling(lambda: DaskBackfill(address, lake=lake, sandbox=sandbox), CLUSTER_PLANS, Doing())


def fill(
    filler: Filling,
    queries: Sequence[Query],
    *,
    jobs: int,
    max_time: str | None,
    only_plan: bool,
    as_json: bool,
) -> None:
    """Plan and fill; exits with the code of the first failure."""
    import anyio

    from energyopti.backfill import total

    limit = None if max_time is None else seconds_of(max_time)
    began = time.monotonic()
    filled: dict[int, Filled] = {}

    async def go() -> None:
        async with filler.opened() as service:
            plans = [plan for query in queries for plan in await service.plan(query)]
            for plan in plans:
                say(_planned(plan))
            if only_plan:
                return
            turns = anyio.CapacityLimiter(filler.at_once)

            async def one(number: int, plan: FillPlan) -> None:
                async with turns:
                    rest = None if limit is None else max(0.0, limit - (time.monotonic() - began))
                    with drawn(plan) as seen:
                        filled[number] = await service.fill(plan, jobs=jobs, seconds=rest, seen=seen)

            with _drawing(plans, filler.doing) as drawn:
                await gather([functools.partial(one, number, plan) for number, plan in enumerate(plans)])

    anyio.run(go)
    done = [filled[number] for number in sorted(filled)]
    for each in done:
        _report(each)
    if as_json and not only_plan:
        took = round(time.monotonic() - began, 1)
        emit([f"{json.dumps({**total(done), 'seconds': took})}\n".encode()])
    failures = [error for each in done for error in each.failures.values()]
    if failures:
        raise click.exceptions.Exit(failures[0].exit_code)


def _planned(plan: FillPlan) -> str:
    """What a plan takes, in words."""
    there = plan.chunks - len(plan.missing)
    words = [f"{plan.name}: {len(plan.missing):,} of {plan.chunks:,} chunks to fetch"]
    if there:
        words.append(f"{there:,} are in the lake or not published")
    if plan.bytes:
        words.append(f"about {plan.bytes / 1e6:,.1f} MB")
    if plan.wait.seconds:
        words.append(str(plan.wait))
    return "; ".join(words)


def _report(filled: Filled) -> None:
    """What became of a plan, in words."""
    words = [f"{filled.plan.name}: {filled.rows:,} rows of {filled.fetched:,} chunks"]
    for count, said in (
        (filled.absent, "not published or not there"),
        (filled.stale, "not answered now: what the lake has stays"),
        (len(filled.failures), "failed"),
        (filled.left, "left; run it again to go on"),
    ):
        if count:
            words.append(f"{count:,} {said}")
    say("; ".join(words))
    for error in list(filled.failures.values())[:FAILURES_SHOWN]:
        say(f"  {error.line}")


Drawn = Callable[["FillPlan"], AbstractContextManager[Callable[["Filled"], None]]]


@contextlib.contextmanager
def _drawing(plans: Sequence[FillPlan], doing: Doing) -> Iterator[Drawn]:
    """What draws how far each plan is, and what goes on: on a terminal only, while it is under way."""
    if not sys.stderr.isatty() or not logs().quiet or not any(plan.missing for plan in plans):
        yield lambda _: contextlib.nullcontext(lambda _: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    from energyopti.progress import bar_width, with_doing

    console = Console(stderr=True)
    counts = "chunks, {task.fields[rows]:,} rows, {task.fields[rate]:,.0f} rows/s"
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width(console)),
        MofNCompleteColumn(),
        TextColumn(counts if console.width >= _ROOM_FOR_RATES else "chunks"),
        TimeRemainingColumn(),
    )
    with with_doing(columns, console, doing) as bar:

        @contextlib.contextmanager
        def drawn(plan: FillPlan) -> Iterator[Callable[[Filled], None]]:
            began = time.monotonic()
            task = bar.add_task(plan.name, total=len(plan.missing), rows=0, rate=0.0)

            def seen(filled: Filled) -> None:
                done = len(plan.missing) - filled.left
                rate = filled.rows / max(time.monotonic() - began, 1e-3)
                bar.update(task, completed=done, rows=filled.rows, rate=rate)

            yield seen
            bar.remove_task(task)

        yield drawn


def seconds_of(text: str) -> float:
    """``20m`` as seconds; raises `UnsupportedQuery` for anything else."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text.strip())
    if found is None or not float(found[1]):
        raise UnsupportedQuery(f"{text!r} is not a length of time", do="write 90s, 20m or 2h")
    return float(found[1]) * _UNITS[found[2]]
