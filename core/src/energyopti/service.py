"""The unified service: any market's data, by name and time."""

from __future__ import annotations

import functools
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Never, Self

import anyio

import energyopti.installed  # noqa: F401 - markets and feeds are pickled by name
from energyopti.answer.answering import answer
from energyopti.answer.kept import KeptAnswers
from energyopti.answer.merge import merged
from energyopti.answer.newest import newest
from energyopti.answer.result import MarketData
from energyopti.answer.streaming import parts_in_order
from energyopti.comparing import Comparing
from energyopti.concurrency.deadline import Deadline
from energyopti.errors import SourceUnavailable, UnsupportedQuery
from energyopti.events import Listeners, Observer
from energyopti.fetch.announce import found
from energyopti.fetch.chunks import Chunks
from energyopti.fetch.context import FetchContext
from energyopti.fetch.querying import outcomes_of
from energyopti.forking import check_forked
from energyopti.network import Network
from energyopti.query import AsOf, Bound, Instant, Names, NamesByMarket, Query, ResolvedQuery, said_bound
from energyopti.query.locations import LocationResolver
from energyopti.query.resolving import check_history, resolve, resolve_watches
from energyopti.query.strays import naming_places
from energyopti.registry import Registry
from energyopti.settings import Settings
from energyopti.store import Memory, Store
from energyopti.store.opening import store_of
from energyopti.telemetry import span
from energyopti.tuning.chunks import ANSWERS_SHARE
from energyopti.tuning.watching import CORRECTIONS
from energyopti.watches import Handler, Where, watch_markets

if TYPE_CHECKING:
    import httpx
    import polars as pl


class UnifiedMarketService(Comparing):
    """Async access to the data of all installed markets. Use it as an async context manager.

    ``registry`` and ``settings`` default to what is installed and set on this machine. ``transport`` replaces the network, ``now`` the
    clock, and ``monotonic`` the timer (in seconds). ``observe`` is called with every event. ``store`` keeps chunks beyond memory, for
    other processes and later days, by default the lake that the settings name: the service takes from it what it has, and puts into it
    what it fetches. Closing the service does not close it.

        async with UnifiedMarketService() as service:
            prices = await service.get_market_data("nyiso", "lmp", "2024-07-01", "2024-07-02", run="day_ahead")
    """

    def __init__(
        self,
        registry: Registry | None = None,
        settings: Settings | None = None,
        *,
        store: Store | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        observe: Observer | None = None,
    ) -> None:
        self.registry = registry or Registry()
        self.settings = settings or Settings.load(self.registry.markets.values())
        own = (observe,) if observe else ()
        self._listeners = Listeners(self.registry.observe, own, listened=self.registry.observed)
        self._now = now
        self._network = Network(
            self.registry,
            self.settings,
            transport,
            observe=self._listeners.emit,
            now=now,
            monotonic=monotonic,
        )
        memory = Memory(self.settings.memory_bytes)
        self._store = store_of(self.settings) if store is None else store
        self._chunks = Chunks(self.registry, lambda: self._network.client, memory, self._store, now=now)
        self._answers = KeptAnswers(self.settings.memory_bytes // ANSWERS_SHARE)
        self._locations = LocationResolver(self.settings, self._list, now=self._now)
        self._closing = anyio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Cancel the calls in progress, wait for their threads, and close all connections.

        Runs to the end even if the caller is cancelled.
        """
        self._closing.set()
        with anyio.CancelScope(shield=True):
            try:
                await self._chunks.aclose()
            finally:
                await self._network.aclose()

    async def get_market_data(
        self,
        /,
        market: Query | str | Sequence[str],
        data_type: str | None = None,
        start_time: Bound | None = None,
        end_time: Bound | None = None,
        *,
        start: Bound | None = None,
        end: Bound | None = None,
        period: str | None = None,
        location: NamesByMarket = None,
        locations: NamesByMarket = None,
        run: str | None = None,
        feed: str | None = None,
        filters: Mapping[str, Names] | None = None,
        tz: str | None = None,
        vintages: str = "latest",
        revisions: bool = False,
        as_of: AsOf | Instant | None = None,
        raw: bool = False,
        partial: bool = False,
        system: bool = False,
        resample: str | None = None,
        where: str | None = None,
        columns: Names = None,
        timeout: float | None = None,  # noqa: ASYNC109 - a deadline whose remains are answered, no alarm
        observe: Observer | None = None,
        **misspelled: Never,
    ) -> MarketData:
        """One market's data for a time range, or that of several markets as one table.

        The range is half-open. Rows have the dataset's units and signs and half-open UTC intervals. Aware bounds are
        taken as they are; naive ones and plain dates are read on the clock of ``tz``, by default each market's own.
        Feeds that keep only the current state, such as lists of locations, need no bounds. A bound may be a `Spoken` word, such as
        ``yesterday``: the beginning of its time. A start without an end, or ``period``, is all of it; ``latest`` is the newest interval that is out. ``tz`` may be ``ET`` and the like.

        ``market`` is one market, a list of them, or ``"all"``: every installed market that has the dataset (in the ``run``, if given).
        ``data_type`` is a dataset (``lmp``, ``load``, ...) or a feed of the market. ``start``, ``end`` and ``location`` are short for
        ``start_time``, ``end_time`` and ``locations``. A `Query` may replace all of these.

        ``locations`` (for several markets also by market, ``{"nyiso": "N.Y.C."}``) and ``filters`` (any text column of the dataset, one
        value or several: ``{"fuel": "wind"}``) narrow the answer. For forecasts, ``vintages="latest"`` keeps the last publication for each
        interval, ``"all"`` keeps every one. ``revisions=True`` also returns rows that the source has since superseded, with their
        ``version``. ``as_of``, an instant or ``"1 day before 10:00"``, gives rows as they were known then: forecasts by when they were
        published, others by when the lake fetched them; what nobody fetched by then is unknown. `MarketData.raw` of over two months needs
        ``raw=True``, unless only some locations are asked for. After ``timeout`` seconds the answer is what has arrived; the rest comes
        from memory, marked stale, or is missing.

        ``system`` keeps one row for the whole system (`MarketData.system`). ``resample`` puts the answer at intervals of another length (`MarketData.resample`: ``1h``, ``1d``, ``on_peak``), ``where`` then
        keeps the rows that meet a condition in SQL (``"lmp > 200"``), and ``columns`` only these columns.

        Strict by default: a missing part raises, and the error's ``finished`` holds what arrived. With
        ``partial=True`` it becomes a finding, and ``coverage`` says what is missing and why. Raises the errors of
        `energyopti.errors`; if no source could answer the query, before any request is made.
        """
        query = Query.of(
            market,
            data_type,
            start_time,
            end_time,
            start=start,
            end=end,
            period=period,
            location=location,
            locations=locations,
            run=run,
            feed=feed,
            filters=filters,
            tz=tz,
            vintages=vintages,
            revisions=revisions,
            as_of=as_of,
            raw=raw,
            partial=partial,
            system=system,
            resample=resample,
            where=where,
            columns=columns,
            **misspelled,
        )
        resolved, missing = resolve(self.registry, query, self._now())
        ask = functools.partial(self.answer, timeout=timeout, observe=observe)
        how = functools.partial(newest, ask, now=self._now()) if query.newest else ask
        return (await merged(how, resolved, missing)).shaped(query)

    async def stream(self, query: Query, *, observe: Observer | None = None) -> AsyncGenerator[MarketData]:
        """The answer to a query in parts, in order of time, each small enough to hold: for ranges of any length.

            async for part in service.stream(Query.of("nyiso", "lmp", "2019-01-01", "2024-01-01", run="real_time_5min")):
                write(part.frame)

        Each part is an answer of its own. Raises the errors of `get_market_data`, those of a part after the parts before it.
        """
        if query.resample is not None or query.newest:
            what = "resampled" if query.resample is not None else "the newest interval"
            raise UnsupportedQuery(f"an answer in parts cannot be {what}", do="use get")
        resolved, missing = resolve(self.registry, query, self._now())
        ask = functools.partial(self.answer, observe=observe)
        async for part in parts_in_order(ask, resolved, missing, now=self._now()):
            yield part.shaped(query)

    def watch(
        self,
        /,
        market: str | Sequence[str],
        data_type: str,
        *,
        since: Bound | None = None,
        location: NamesByMarket = None,
        locations: NamesByMarket = None,
        run: str | None = None,
        feed: str | None = None,
        filters: Mapping[str, Names] | None = None,
        tz: str | None = None,
        vintages: str = "latest",
        corrections: timedelta = CORRECTIONS,
        versions: bool = False,
        where: str | None = None,
        to: Where = None,
        handle: Handler | None = None,
        observe: Observer | None = None,
        **misspelled: Never,
    ) -> AsyncGenerator[MarketData]:
        """New and changed rows of one market or several as they are published, for as long as you iterate.

            async for update in service.watch(["nyiso", "pjm"], "lmp", run="real_time_5min"):
                print(update.query.market.id, update.frame)

        The first update of a market has all rows ``since`` an instant, or of its current day; later ones only rows that are new or have
        changed (with ``versions`` also if only their ``version`` or ``status`` did). A failed poll is an event (``poll_failed``), and the
        missed rows come once the source answers. Incomplete days are asked for until they have settled (``gap_given_up``), complete ones
        until ``corrections`` after their end. ``where`` is a condition in SQL: ``"lmp > 200"``.

        ``to`` also writes the rows: to a file (``prices.csv``, ``.ndjson``), a folder of Parquet files, ``sqlite:///prices.db``,
        ``postgresql://host/database`` or a webhook. A restart writes and yields only rows that are not there yet. ``handle`` is called with
        each update before that, and awaited. It ends with the service, its task, or an error that waiting cannot fix: docs/watch.md.
        """
        query = Query.of(
            market,
            data_type,
            said_bound("since", since),
            location=location,
            locations=locations,
            run=run,
            feed=feed,
            filters=filters,
            tz=tz,
            vintages=vintages,
            **misspelled,
        )
        return watch_markets(
            resolve_watches(self.registry, query, self._now()),
            functools.partial(self.answer, max_age=timedelta(), observe=observe),
            self.settings,
            now=self._now,
            emit=functools.partial(self._listeners.emit, watchers=[observe] if observe else []),
            pause=self._pause,
            corrections=corrections,
            versions=versions,
            where=where,
            to=to,
            handle=handle,
        )

    async def _list(self, market: str, feed: str) -> pl.DataFrame:
        """A market's list of locations."""
        return (await self.get_market_data(market, feed)).frame

    async def _pause(self, seconds: float) -> bool:
        """Wait; say whether the service is still open."""
        with anyio.move_on_after(seconds):
            await self._closing.wait()
        return not self._closing.is_set()

    def capabilities(self) -> pl.DataFrame:
        """Which market has what: a row for each dataset and run, a column for each market with its default feed."""
        return self.registry.matrix()

    async def answer(
        self,
        query: ResolvedQuery,
        *,
        timeout: float | None = None,  # noqa: ASYNC109
        max_age: timedelta | None = None,
        observe: Observer | None = None,
    ) -> MarketData:
        """The answer to a query that is already resolved; ``max_age`` limits the age of data from memory."""
        of_query = span("energyopti.query", market=query.market.id, feed=query.feed.name)
        with of_query, naming_places(self.registry, query):
            return await self._answer(query, Deadline.of_call(timeout), max_age, [observe] if observe else [])

    async def _answer(
        self, query: ResolvedQuery, deadline: Deadline, max_age: timedelta | None, watchers: list[Observer]
    ) -> MarketData:
        if self._closing.is_set():
            raise SourceUnavailable("this service is closed; open another")
        check_forked()
        check_history(query, self._now())
        query = await deadline.hold(lambda: self._locations.place(query), "the market's list of locations")
        emit = self._listeners.of_call(watchers)
        context = FetchContext.of_query(query, deadline, observer=emit, max_age=max_age, now=self._now())
        outcomes = await outcomes_of(query, self._chunks, context, self.settings)
        compared = self._chunks.compared(outcomes)
        make = functools.partial(answer, query, outcomes, now=self._now(), compared=compared)
        data = self._answers.get(query, outcomes, compared, make)
        if emit:
            for finding in data.findings:
                emit(found(query, finding))
        return data


__all__ = ["UnifiedMarketService"]
