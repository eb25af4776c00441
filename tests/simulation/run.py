"""One market through some days: what is published, asked, watched and judged."""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from energyopti import EnergyOptiError, MarketData, Registry, Settings, UnifiedMarketService
from energyopti.settings import HostSettings
from energyopti.source.breaker import Breaker
from energyopti.source.documents import Documents
from simulation.clock import Clock
from simulation.judging import BAD, Outcome, Promise, Verdict, facts, judged
from simulation.markets import MARKETS, Simulated
from simulation.papers import Papers
from simulation.questions import Question, asked
from simulation.schedules import deal, outages
from simulation.storms import Storm, hours
from simulation.truth import DAY, Truth, local_midnight, made
from simulation.watched import Told, Watched, compared
from simulation.world import ASKER, BASE, World

AFTER = 8
"""How many days after the simulated ones are published too."""
ATTEMPTS = 3
CORRECTIONS = timedelta(hours=20)
_PASSED_ON = timedelta(hours=7)


class _Breakers(dict[tuple[str, str], Breaker]):
    """Breakers that cool down by the clock of the simulation."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def setdefault(self, key: tuple[str, str], default: Breaker | None = None) -> Breaker:
        """The breaker of a host."""
        if key not in self:
            self[key] = Breaker(clock=self._clock.seconds)
        return self[key]


class Service(UnifiedMarketService):
    """The service, which sleeps by the clock of the simulation."""

    def __init__(self, registry: Registry, settings: Settings, *, world: World, clock: Clock) -> None:
        super().__init__(registry, settings, transport=world, now=clock)
        self._clock = clock
        self._client._breakers = _Breakers(clock)
        self._client._documents = Documents(settings.document_bytes, clock=clock.seconds)

    async def _pause(self, seconds: float) -> bool:
        await self._clock.sleep(seconds)
        return not self._closing.is_set()


@attrs.frozen(kw_only=True)
class Report:
    """What came of one market's days."""

    market: str
    first: date
    days: int
    outcomes: Mapping[Outcome, int]
    bad: Sequence[Verdict]
    watched: Sequence[Watched]
    storms: Sequence[Storm]
    worst: Sequence[Storm]
    requests: Mapping[str, int]


@attrs.define
class Simulation:
    """One market's days, about to be lived through."""

    market: Simulated
    first: date
    days: int
    seed: int
    queries: int
    feeds: Sequence[str] = ()
    watching: bool = True
    verdicts: list[Verdict] = attrs.field(factory=list)

    async def live(self) -> Report:
        """Live through them."""
        chance = random.Random(f"{self.market.name} {self.seed} {self.first}")
        zone = self.market.zone
        start = local_midnight(self.first, zone) + timedelta(hours=6)
        end = local_midnight(self.first + self.days * DAY, zone)
        registry = Registry()
        truths = self._truths(registry, chance)
        papers = {name: Papers(registry.market(self.market.id).feed(name), truth) for name, truth in truths.items()}
        clock = Clock(start)
        world = World(self.market.hosts(papers), clock, outages(self.market.troubled, start, end, chance))
        questions = asked(truths, zone, start, end, self.queries, chance)
        told = {each.feed: Told(each.feed, start, each.watched_locations) for each in self.market.published if self.watching and each.watched and each.feed in truths}
        with tempfile.TemporaryDirectory() as home:
            settings = Settings(
                home=Path(home), hosts=self._hosts(registry), credentials=dict(self.market.credentials),
                attempts=ATTEMPTS, backoff=0.0, patience=60.0,
            )
            async with Service(registry, settings, world=world, clock=clock) as service:
                await self._run(service, clock, world, truths, questions, told, end)
        return self._report(registry, truths, world, told, start, end)

    def _truths(self, registry: Registry, chance: random.Random) -> dict[str, Truth]:
        truths = {}
        for published in self.market.published:
            if self.feeds and published.feed not in self.feeds:
                continue
            dealt = deal(published.troubles, self.first, self.first + (self.days - 1) * DAY, chance)
            first = self.first - published.history * DAY
            days = [first + number * DAY for number in range(published.history + self.days + AFTER)]
            dataset = registry.market(self.market.id).feed(published.feed).dataset.name
            truths[published.feed] = made(published, dataset, self.market.zone, days, dealt, self.seed)
        return truths

    def _hosts(self, registry: Registry) -> dict[tuple[str, str], HostSettings]:
        market = registry.market(self.market.id)
        return {
            (market.id, host.name): HostSettings(url=f"{BASE}/{host.name}", rate="off") for host in market.hosts
        }

    async def _run(
        self, service: Service, clock: Clock, world: World, truths: Mapping[str, Truth],
        questions: Sequence[Question], told: Mapping[str, Told], end: datetime,
    ) -> None:
        """Move the clock from event to event."""
        tasks = [await clock.start(self._follow(service, clock, each)) for each in told.values()]
        ahead = list(reversed(questions))
        while True:
            wake = clock.next
            question = ahead[-1].at if ahead else end
            if wake is not None and wake < min(question, end):
                await clock.wake()
            elif ahead:
                asked_now = ahead.pop()
                clock.at = max(clock.at, asked_now.at)
                await self._ask(service, world, truths[asked_now.feed], asked_now)
            else:
                break
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, service: Service, clock: Clock, told: Told) -> None:
        """One watch."""
        ASKER.set(told.feed)
        updates: AsyncGenerator[MarketData] = service.watch(
            self.market.id, told.feed, locations=list(told.locations) or None
        )
        async with contextlib.aclosing(updates):
            async for update in updates:
                told.add(clock(), update)

    async def _ask(self, service: Service, world: World, truth: Truth, question: Question) -> None:
        """One question, judged at once."""
        ASKER.set("query")
        asking: dict[str, Any] = {"locations": list(question.locations) or None, "partial": question.partial}
        answer: MarketData | EnergyOptiError
        try:
            answer = await service.get_market_data(
                self.market.id, question.feed, question.start, question.end, **asking
            )
        except EnergyOptiError as error:
            answer = error
        feed = service.registry.market(self.market.id).feed(question.feed)
        known = facts(truth, question, Promise(feed=feed), self.market.zone)
        down = world.is_down(question.at - feed.cadence - _PASSED_ON, question.at)
        self.verdicts.append(judged(question, answer, known, down=down))

    def _report(
        self, registry: Registry, truths: Mapping[str, Truth], world: World, told: Mapping[str, Told],
        start: datetime, end: datetime,
    ) -> Report:
        since = local_midnight(self.first, self.market.zone)
        market = registry.market(self.market.id)
        watches = {
            name: (truths[name], market.feed(name), self.market.requests_a_poll.get(name, 1)) for name in told
        }
        asked_for = hours(world.requests, watches, world.outages, ATTEMPTS)
        return Report(
            market=self.market.name,
            first=self.first,
            days=self.days,
            outcomes=Counter(each.outcome for each in self.verdicts),
            bad=[each for each in self.verdicts if each.outcome in BAD],
            watched=[compared(each, truths[name], since, end, CORRECTIONS) for name, each in told.items()],
            storms=[each for each in asked_for if each.is_one],
            worst=asked_for[:3],
            requests=Counter(f"{each.host} for {each.asker}" for each in world.requests),
        )


def simulate(
    market: str, first: date, days: int, *, seed: int = 1, queries: int = 1_500, feeds: Sequence[str] = (), watching: bool = True
) -> Report:
    """Live through some days of a market from a local day on."""
    simulation = Simulation(
        market=MARKETS[market], first=first, days=days, seed=seed, queries=queries, feeds=feeds, watching=watching
    )
    return asyncio.run(simulation.live())
