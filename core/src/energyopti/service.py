"""The unified service: any market's data, asked for by name and time."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import anyio
import attrs
import httpx

from energyopti.answering import Outcome, answer
from energyopti.checks import Check
from energyopti.collecting import collect_chunk
from energyopti.directory import KEPT, Directory
from energyopti.errors import EnergyOptiError, InvalidTimeRange, NoData, SourceUnavailable
from energyopti.events import Event, EventKind, Observer
from energyopti.flights import Flights
from energyopti.market import Market
from energyopti.planning import Filter, fold_location, resolve
from energyopti.query import Chunk, Instant, Place, Query, plan
from energyopti.registry import Registry
from energyopti.result import MarketData
from energyopti.settings import Settings
from energyopti.source import Client
from energyopti.store import ChunkData, Memory
from energyopti.timezones import HOUR, midnight
from energyopti.together import together
from energyopti.waiting import Wait

_AT_ONCE = 32
_LONG_WAIT = 60.0
_log = logging.getLogger("energyopti")


class UnifiedMarketService:
    """The one way to the markets. Use it as an async context manager.

    ``registry`` and ``settings`` default to what is installed and set on this machine. ``transport``
    replaces the network; ``now`` is the clock; ``observe`` is told of every event.

        async with UnifiedMarketService() as service:
            prices = await service.get_market_data("nyiso", "lmp", "2024-07-01", "2024-07-02", run="day_ahead")
    """

    def __init__(
        self,
        registry: Registry | None = None,
        settings: Settings | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        observe: Observer | None = None,
    ) -> None:
        self.registry = registry or Registry()
        self.settings = settings or Settings.load(self.registry.markets.values())
        self._observers: list[Observer] = [self.registry.observe, *([observe] if observe else [])]
        self._now = now
        self._transport = transport
        self._client = Client(
            self.settings, transports=self._transport_for, observe=self._tell, now=self._now
        )
        self._memory = Memory(self.settings.memory_bytes)
        self._flights: Flights[ChunkData] = Flights()
        self._checks: dict[str, tuple[Check, ...]] = {}
        self._directories: dict[str, Directory] = {}
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Cancel what is under way and give every connection back."""
        self._closed = True
        await self._flights.close()
        await self._client.aclose()

    async def get_market_data(
        self,
        /,
        market: str,
        data_type: str,
        start_time: Instant | None = None,
        end_time: Instant | None = None,
        *,
        locations: Sequence[str] | str | None = None,
        run: str | None = None,
        feed: str | None = None,
        tz: str | None = None,
        partial: bool = False,
        vintages: str = "latest",
        revisions: bool = False,
        observe: Observer | None = None,
        **filters: Filter,
    ) -> MarketData:
        """One market's data for a half-open time range.

        ``data_type`` is a dataset (``lmp``, ``load``, ...) or one feed of the market. Aware bounds are taken
        as they are; naive ones and plain dates are read on the clock of ``tz``, the market's own unless
        given; feeds that keep only what is current, such as lists of locations, need none. ``locations`` and ``filters`` (any text column of the dataset, one value or several) narrow
        the answer. Of forecasts, ``vintages="latest"`` gives for each interval the last publication,
        ``"all"`` every one. ``revisions=True`` keeps rows that the source has superseded since, with their
        ``version``.

        Strict by default: a part that is missing raises, with what did arrive in the error's ``finished``.
        With ``partial=True`` it becomes a finding, and ``coverage`` says what is missing and why. Raises the
        errors of `energyopti.errors`, before any request for what no source could answer.
        """
        query = resolve(
            self.registry,
            market=market,
            data_type=data_type,
            bounds=(start_time, end_time),
            now=self._now(),
            locations=locations,
            run=run,
            feed=feed,
            tz=tz,
            partial=partial,
            vintages=vintages,
            revisions=revisions,
            filters=filters,
        )
        return await self.answer(query, observe=observe)

    async def answer(self, query: Query, *, observe: Observer | None = None) -> MarketData:
        """The answer to a query that is already resolved."""
        if self._closed:
            raise SourceUnavailable("this service is closed; open another")
        watchers = [observe] if observe else []
        self._check_history(query)
        query = await self._placed(query)
        chunks = plan(
            query.market,
            query.feed,
            query.time,
            places=query.places,
            revisions=query.revisions,
            now=self._now(),
        )
        self._announce(query, chunks, watchers)
        outcomes = await self._outcomes(chunks, watchers)
        if query.feed.horizon:
            outcomes = await self._reach_back(query, outcomes, watchers)
        data = answer(query, outcomes, now=self._now())
        for finding in data.findings:
            self._tell(
                Event(
                    kind=EventKind.FINDING,
                    market=query.market.id,
                    subject=finding.chunk or query.feed.name,
                    detail=finding.message,
                    count=finding.rows,
                )
            )
        return data

    def _announce(self, query: Query, chunks: Sequence[Chunk], watchers: Sequence[Observer]) -> None:
        """Tell how much is to be done; where it takes long at the host's limit, in words and in the log too."""
        market, feed = query.market, query.feed
        missing = [
            chunk for chunk in chunks if self._memory.get(chunk.key) is None and not self._lies_ahead(chunk)
        ]
        wait = Wait.of(market, [feed.eras_for(chunk.day) for chunk in missing], self.settings)
        event = Event(
            kind=EventKind.QUERY_PLANNED,
            market=market.id,
            subject=feed.name,
            count=len(chunks),
            seconds=wait.seconds,
            detail=str(wait) if wait.seconds >= _LONG_WAIT else "",
        )
        if event.detail:
            _log.warning("%s/%s: %s", market.id, feed.name, event.detail)
        self._tell(event, watchers)

    async def _placed(self, query: Query) -> Query:
        """The query with its locations looked up, where its source can be asked for them alone."""
        market = query.market
        if not query.locations or query.feed.narrowed is None:
            return query
        asked_for = {fold_location(name) for name in query.locations}
        every = next((word for word in query.feed.everything if fold_location(word) in asked_for), None)
        if every is not None:
            return attrs.evolve(query, places=(Place(every),), locations=())
        if market.directory is None:
            asked: dict[str, Place] = {}
            for name in query.locations:
                asked.setdefault(fold_location(name), Place(name))
            return attrs.evolve(query, places=tuple(asked.values()))
        directory = await self._directory(market, market.directory)
        places = directory.find(query.locations, now=self._now())
        return attrs.evolve(query, places=places, locations=tuple(place.location for place in places))

    async def _directory(self, market: Market, feed: str) -> Directory:
        """A market's list of locations: of the last day, or as old as it may be where it cannot be fetched."""
        folder = self.settings.home / ("directories-sandbox" if self.settings.sandbox else "directories")
        kept = self._directories.get(market.id) or Directory.load(market.id, folder)
        if kept is None or kept.fetched_at + KEPT < self._now():
            try:
                listed = await self.get_market_data(market.id, feed)
            except EnergyOptiError:
                if kept is None:
                    raise
            else:
                kept = Directory.of(market.id, self._now(), listed.frame)
                kept.save(folder)
        self._directories[market.id] = kept
        return kept

    def _check_history(self, query: Query) -> None:
        """Raise for a range that no source can have, before any request."""
        feed, market = query.feed, query.market
        first = midnight(feed.history_from, market.zone)
        if query.time.start < first:
            raise InvalidTimeRange(
                f"{market.id}/{feed.name} begins on {feed.history_from} ({market.zone}); "
                f"{query.time} starts before it"
            )
        if query.time.start >= self._horizon(query) and not (query.feed.current and not query.feed.horizon):
            raise NoData(f"{market.id}/{feed.name}: {query.time} is in the future and not published yet")

    def _horizon(self, query: Query) -> datetime:
        """The instant up to which anything can be published already."""
        return self._now() + query.feed.ahead + timedelta(days=query.feed.horizon)

    async def _outcomes(self, chunks: Sequence[Chunk], watchers: Sequence[Observer]) -> list[Outcome]:
        """What became of each chunk; several are under way at once."""
        limit = anyio.CapacityLimiter(_AT_ONCE)

        async def one(chunk: Chunk) -> Outcome:
            async with limit:
                outcome = await self._outcome(chunk)
            done = Event(kind=EventKind.CHUNK_FINISHED, market=chunk.market.id, subject=chunk.key)
            self._tell(done, watchers)
            return outcome

        return await together([functools.partial(one, chunk) for chunk in chunks])

    async def _outcome(self, chunk: Chunk) -> Outcome:
        """A chunk's data, or the foreseen error that stands in its place."""
        if self._closed:
            return Outcome(chunk=chunk, error=SourceUnavailable(f"{chunk}: the service was closed"))
        if self._lies_ahead(chunk):
            return Outcome(chunk=chunk, error=NoData(f"{chunk} is in the future and not published yet"))
        if chunk.feed.keeps is not None and chunk.end <= self._now() - chunk.feed.keeps:
            days, hours = chunk.feed.keeps.days, chunk.feed.keeps // HOUR
            kept = f"the source keeps only the last {f'{days} days' if days else f'{hours} hours'}"
            return Outcome(chunk=chunk, error=NoData(f"{chunk} is too old: {kept}"))
        if chunk.feed.current and chunk.end <= self._now():
            return Outcome(chunk=chunk, error=NoData(f"{chunk}: the source keeps only what is current"))
        try:
            return Outcome(chunk=chunk, data=await self._chunk(chunk))
        except EnergyOptiError as error:
            return Outcome(chunk=chunk, error=error)

    def _lies_ahead(self, chunk: Chunk) -> bool:
        """Whether nothing of a chunk can be there yet; what is current is there from the day's first instant."""
        reach = self._now() + chunk.feed.ahead
        return chunk.start > reach if chunk.feed.current else chunk.start >= reach

    async def _chunk(self, chunk: Chunk) -> ChunkData:
        """A chunk from memory, or from its source; from memory too, marked stale, if the source fails."""
        kept = self._memory.get(chunk.key)
        if kept is not None and kept.fresh(self._now()):
            self._tell(Event(kind=EventKind.MEMORY_HIT, market=chunk.market.id, subject=chunk.key))
            return kept.out_of("memory")
        try:
            return await self._flights.join(chunk.key, lambda: self._fetch(chunk))
        except SourceUnavailable:
            if kept is None:
                raise
            return kept.out_of("memory", stale=True)

    async def _fetch(self, chunk: Chunk) -> ChunkData:
        dataset = chunk.feed.dataset.name
        if dataset not in self._checks:
            self._checks[dataset] = self.registry.checks(dataset)
        data = await collect_chunk(chunk, self._client, self._checks[dataset])
        self._memory.put(data)
        return data

    async def _reach_back(
        self, query: Query, outcomes: list[Outcome], watchers: Sequence[Observer]
    ) -> list[Outcome]:
        """The publications before the first one that is missing, which reach into the range.

        With all vintages, every publication that reaches into the range; with the latest, back from the first
        hole until one answers. The first publication of a day may come too late to speak of its first hours.
        """
        everything = query.vintages == "all"
        if not everything and not _begins_late(query, outcomes[0]):
            return outcomes
        earlier: list[Outcome] = []
        chunk, reach = outcomes[0].chunk, timedelta(days=query.feed.horizon)
        for _ in range(query.feed.horizon - 1):
            chunk = chunk.previous()
            too_early = chunk.end + reach <= query.time.start
            if too_early or chunk.start < midnight(query.feed.history_from, query.market.zone):
                break
            (outcome,) = await self._outcomes([chunk], watchers)
            earlier.insert(0, outcome)
            if outcome.data is not None and not everything:
                break
        return [*(each for each in earlier if not isinstance(each.error, NoData)), *outcomes]

    def _tell(self, event: Event, watchers: Sequence[Observer] = ()) -> None:
        for observer in (*self._observers, *watchers):
            observer(event)

    def _transport_for(self, _market: str) -> httpx.AsyncBaseTransport | None:
        """What replaces the network for a market: a given transport, or the sandbox in process."""
        if self._transport is not None or self.settings.sandbox != "1":
            return self._transport
        from energyopti.sandbox import sandbox_transport

        return sandbox_transport(self.registry, now=self._now)


def _begins_late(query: Query, first: Outcome) -> bool:
    """Whether the first publications of a range say nothing of its beginning: none came, or all came later."""
    if first.data is None:
        return isinstance(first.error, NoData)
    start = first.data.frame["interval_start"]
    earliest = start.filter(start >= query.time.start).min()
    return not isinstance(earliest, datetime) or earliest - query.time.start >= query.feed.step


__all__ = ["UnifiedMarketService"]
