"""The unified service: any market's data, asked for by name and time."""

from __future__ import annotations

import functools
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Never, Self

import anyio
import httpx

import energyopti.installed  # noqa: F401 - markets and feeds are pickled by name
from energyopti.answer.answering import answer
from energyopti.answer.kept import KeptAnswers
from energyopti.answer.merge import merged
from energyopti.answer.result import MarketData
from energyopti.concurrency.deadline import Deadline
from energyopti.errors import SourceUnavailable, UnsupportedQuery
from energyopti.events import Event, Observer
from energyopti.fetch.announce import found, planned
from energyopti.fetch.chunks import Chunks, FetchContext
from energyopti.query import Instant, Names, NamesByMarket, Query, ResolvedQuery
from energyopti.query.locations import LocationResolver
from energyopti.query.ranges import bound
from energyopti.query.resolving import check_history, resolve, resolve_watch
from energyopti.registry import Registry
from energyopti.settings import Settings
from energyopti.source import Client
from energyopti.store import Memory, Store
from energyopti.telemetry import span
from energyopti.tuning import ANSWERS_SHARE, CORRECTIONS
from energyopti.watching import watch

if TYPE_CHECKING:
    import polars as pl

    from energyopti.analysis import CrossMarketAnalysis


class UnifiedMarketService:
    """The one way to the markets. Use it as an async context manager.

    ``registry`` and ``settings`` default to what is installed and set on this machine. ``transport``
    replaces the network; ``now`` is the clock that tells the time, and ``monotonic`` the one that measures how much of it
    passed, in seconds; ``observe`` is told of every event. ``store`` keeps chunks below memory, for other processes and
    days: what it has is not asked of a source again, and what a source says is put into it. Closing the service leaves it
    open.

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
        self._observers = (observe,) if observe else ()
        self._now = now
        self._transport = transport
        self._client = Client(
            self.settings,
            transports=self._transport_for,
            observe=self._emit,
            now=self._now,
            monotonic=monotonic,
        )
        memory = Memory(self.settings.memory_bytes)
        self._chunks = Chunks(self.registry, self._client, memory, store, now=self._now)
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
        """Cancel what is under way, wait for its threads, and give every connection back.

        Who closes may have been cancelled: that does not interrupt it.
        """
        self._closing.set()
        with anyio.CancelScope(shield=True):
            try:
                await self._chunks.aclose()
            finally:
                await self._client.aclose()

    async def get_market_data(
        self,
        /,
        market: Query | str | Sequence[str],
        data_type: str | None = None,
        start_time: Instant | None = None,
        end_time: Instant | None = None,
        *,
        start: Instant | None = None,
        end: Instant | None = None,
        location: NamesByMarket = None,
        locations: NamesByMarket = None,
        run: str | None = None,
        feed: str | None = None,
        filters: Mapping[str, Names] | None = None,
        tz: str | None = None,
        vintages: str = "latest",
        revisions: bool = False,
        partial: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 - a deadline whose remains are answered, no alarm
        observe: Observer | None = None,
        **misspelled: Never,
    ) -> MarketData:
        """One market's data for a half-open time range, or that of several markets as one table.

        ``market`` is one market, a list of them, or ``"all"``: every installed one that has the dataset (in the
        ``run``, where one is given). ``data_type`` is a dataset (``lmp``, ``load``, ...) or one feed of the market.
        A whole `Query` may stand in their place. Aware bounds are taken as they are; naive ones and plain dates are read
        on the clock of ``tz``, unless given each market's own; feeds that keep only what is current, such as lists of
        locations, need none. They are called ``start`` and ``end`` too, and ``locations`` ``location``. ``locations`` (of
        several markets also by market, ``{"nyiso": "N.Y.C."}``) and ``filters`` (``{"fuel": "wind"}``: any text column of
        the dataset, one value or several) narrow the answer. Of forecasts,
        ``vintages="latest"`` gives for each interval the last publication, ``"all"`` every one. ``revisions=True``
        keeps rows that the source has superseded since, with their ``version``. ``timeout`` is the time in seconds
        after which what is there is the answer; what is not there by then is missing, or what memory has of it,
        marked stale.

        Strict by default: a part that is missing raises, with what did arrive in the error's ``finished``.
        With ``partial=True`` it becomes a finding, and ``coverage`` says what is missing and why. Raises the
        errors of `energyopti.errors`, before any request for what no source could answer.
        """
        query = Query.of(
            market,
            data_type,
            start_time,
            end_time,
            start=start,
            end=end,
            location=location,
            locations=locations,
            run=run,
            feed=feed,
            filters=filters,
            tz=tz,
            vintages=vintages,
            revisions=revisions,
            partial=partial,
            **misspelled,
        )
        resolved, missing = resolve(self.registry, query, self._now())
        return await merged(
            functools.partial(self.answer, timeout=timeout, observe=observe), resolved, missing
        )

    def watch(
        self,
        /,
        market: str,
        data_type: str,
        *,
        since: Instant | None = None,
        location: Names = None,
        locations: Names = None,
        run: str | None = None,
        feed: str | None = None,
        filters: Mapping[str, Names] | None = None,
        tz: str | None = None,
        vintages: str = "latest",
        corrections: timedelta = CORRECTIONS,
        versions: bool = False,
        observe: Observer | None = None,
        **misspelled: Never,
    ) -> AsyncGenerator[MarketData]:
        """New rows of a market as they are published, and rows that were changed, as long as it is iterated over.

            async for update in service.watch("nyiso", "lmp", run="real_time_5min"):
                print(update.frame)

        The first update has what there is ``since`` an instant, or of the market's running day; each later one only
        rows that are new or are not as they were; nothing from before is told. The source is asked when something is
        due, by what the feed declares and by how late the last few rows came. A failure ends nothing: it is an event
        (``poll_failed``), and what was missed meanwhile comes once the source answers. A day that lacks something is
        asked for again until it has settled, which is an event too (``gap_given_up``). What is whole is looked through
        for ``corrections`` so long after its end: at intervals that grow from an hour to a day, and one or two chunks an hour
        in all. A row whose ``version`` or ``status`` alone is another is told again only with ``versions``. The
        iteration ends when the service is closed, with its task, or with what no waiting mends: a query that cannot be
        answered, a credential that is missing or refused. ``raw()`` of an update is empty.
        """
        if corrections < timedelta():
            raise UnsupportedQuery(
                "corrections: give how long after their end days are looked through, or zero"
            )
        query = Query.of(
            market,
            data_type,
            None if since is None else bound("since", since),
            location=location,
            locations=locations,
            run=run,
            feed=feed,
            filters=filters,
            tz=tz,
            vintages=vintages,
            **misspelled,
        )
        resolved = resolve_watch(self.registry, query, self._now())
        return watch(
            resolved,
            functools.partial(self.answer, max_age=timedelta(), observe=observe),
            now=self._now,
            emit=functools.partial(self._emit, watchers=[observe] if observe else []),
            pause=self._pause,
            corrections=corrections,
            versions=versions,
        )

    async def _list(self, market: str, feed: str) -> pl.DataFrame:
        """A market's list of locations."""
        return (await self.get_market_data(market, feed)).frame

    async def _pause(self, seconds: float) -> bool:
        """Wait; say whether the service is still open."""
        with anyio.move_on_after(seconds):
            await self._closing.wait()
        return not self._closing.is_set()

    async def get_cross_market_analysis(
        self,
        start_time: Instant,
        end_time: Instant,
        *,
        markets: Sequence[str] | str | None = None,
        run: str | None = None,
        locations: Mapping[str, str] | None = None,
        tz: str = "UTC",
        partial: bool = False,
        dart: bool = True,
        observe: Observer | None = None,
    ) -> CrossMarketAnalysis:
        """Hourly prices of several markets side by side in UTC, and what they say.

        All installed markets that have prices unless ``markets`` names some, each at its reference hub unless
        ``locations`` maps it to another location (``LOCATION``, or ``LOCATION:TYPE`` where a name means several), in
        the ``run`` given, day-ahead if none is. Naive bounds are read on the clock of ``tz``; they must lie on full
        hours of UTC. Shorter intervals are averaged by their seconds; an hour of which a part is missing is null, and
        counted by a finding. ``dart`` asks for day-ahead and real-time prices beside the run, to compare them; where
        a market has no such prices a finding says so.

        Strict by default: a market that cannot answer raises. With ``partial=True`` it becomes a finding, unless
        none can answer. Raises the errors of `energyopti.errors`, before any request for what cannot be compared.
        """
        from energyopti.analysis.comparison import compare

        return await compare(
            self,
            start_time,
            end_time,
            markets=markets,
            run=run,
            locations=locations,
            tz=tz,
            partial=partial,
            with_dart=dart,
            observe=observe,
        )

    def capabilities(self) -> pl.DataFrame:
        """What exists where: a row for each dataset and run, a column for each market with its usual feed."""
        return self.registry.matrix()

    async def answer(
        self,
        query: ResolvedQuery,
        *,
        timeout: float | None = None,  # noqa: ASYNC109
        max_age: timedelta | None = None,
        observe: Observer | None = None,
    ) -> MarketData:
        """The answer to a query that is already resolved; ``max_age`` is how old what memory has may be."""
        with span("energyopti.query", market=query.market.id, feed=query.feed.name):
            return await self._answer(query, Deadline.of_call(timeout), max_age, [observe] if observe else [])

    async def _answer(
        self,
        query: ResolvedQuery,
        deadline: Deadline,
        max_age: timedelta | None,
        watchers: Sequence[Observer],
    ) -> MarketData:
        if self._closing.is_set():
            raise SourceUnavailable("this service is closed; open another")
        check_history(query, self._now())
        query = await deadline.hold(lambda: self._locations.place(query), "the market's list of locations")
        emit = self._emitter(watchers)
        newer_than = None if max_age is None else self._now() - max_age
        context = FetchContext(
            deadline=deadline, observer=emit, max_age=max_age, time=query.time, newer_than=newer_than
        )
        known = self._chunks.known(self._chunks.plan(query), context)
        event = planned(query, known, self.settings) if emit or None in known.values() else None
        if emit and event:
            emit(event)
        outcomes = await self._chunks.outcomes(known, context)
        if query.feed.publication.forecast_days and query.with_earlier_publications:
            outcomes = await self._chunks.with_earlier_publications(query, outcomes, context)
        compared = self._chunks.compared(outcomes)
        make = functools.partial(answer, query, outcomes, now=self._now(), compared=compared)
        data = self._answers.get(query, outcomes, compared, make)
        if emit:
            for finding in data.findings:
                emit(found(query, finding))
        return data

    def _emitter(self, watchers: Sequence[Observer]) -> Observer | None:
        """What tells all who listen of an event; None where nobody does, so that none has to be made."""
        listened = self._observers or watchers or self.registry.observed
        return functools.partial(self._emit, watchers=watchers) if listened else None

    def _emit(self, event: Event, watchers: Sequence[Observer] = ()) -> None:
        for observer in (self.registry.observe, *self._observers, *watchers):
            observer(event)

    def _transport_for(self, _market: str) -> httpx.AsyncBaseTransport | None:
        """What replaces the network for a market: a given transport, or the sandbox in process."""
        if self._transport is not None or self.settings.sandbox != "1":
            return self._transport
        from energyopti.sandbox import sandbox_transport

        return sandbox_transport(self.registry, now=self._now)


__all__ = ["UnifiedMarketService"]
