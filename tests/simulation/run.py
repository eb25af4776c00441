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
from energyopti.market import Market
from energyopti.settings import HostSettings
from simulation.clock import Clock
from simulation.judging import BAD, Outcome, Promise, Verdict, facts, judged
from simulation.markets import MARKETS, Simulated
from simulation.papers import Papers
from simulation.questions import Question, asked
from simulation.schedules import Published, deal, outages
from simulation.storms import Storm, hours
from simulation.truth import DAY, Truth, local_midnight, made
from simulation.watched import Delivered, Watched, compared
from simulation.world import ASKER, BASE, World

AFTER = 8
"""How many days after the simulated ones are published too."""
ATTEMPTS = 3
CORRECTIONS = timedelta(hours=20)
_LATELY = timedelta(minutes=6)
"""How long ago a host may have been down to excuse an answer."""


class Service(UnifiedMarketService):
    """The service, which sleeps by the clock of the simulation."""

    def __init__(self, registry: Registry, settings: Settings, *, world: World, clock: Clock) -> None:
        super().__init__(registry, settings, transport=world, now=clock, monotonic=clock.seconds)
        self._clock = clock

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


@attrs.frozen(kw_only=True)
class Stage:
    """All that a simulation plays on: what is published, by which hosts, at what time, and who asks them."""

    market: Simulated
    known: Market
    truths: Mapping[str, Truth]
    clock: Clock
    world: World
    start: datetime
    end: datetime
    verdicts: list[Verdict] = attrs.field(factory=list)
    told: dict[str, Delivered] = attrs.field(factory=dict)

    async def play(self, service: Service, questions: Sequence[Question]) -> None:
        """Move the clock from event to event: to the next question, or to when a watch wakes."""
        tasks = [await self.clock.start(self._follow(service, each)) for each in self.told.values()]
        ahead = list(reversed(questions))
        while ahead or (self.clock.next or self.end) < self.end:
            at = ahead[-1].at if ahead else self.end
            if (self.clock.next or self.end) < at:
                await self.clock.wake()
            else:
                self.clock.at = max(self.clock.at, at)
                await self._ask(service, ahead.pop())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, service: Service, told: Delivered) -> None:
        """One watch."""
        ASKER.set(told.feed)
        updates: AsyncGenerator[MarketData] = service.watch(
            self.known.id, told.feed, locations=list(told.locations) or None
        )
        async with contextlib.aclosing(updates):
            async for update in updates:
                told.add(self.clock(), update)

    async def _ask(self, service: Service, question: Question) -> None:
        """One question, judged at once."""
        ASKER.set("query")
        asking: dict[str, Any] = {"locations": list(question.locations) or None, "partial": question.partial}
        answer: MarketData | EnergyOptiError
        before = len(self.world.requests)
        try:
            answer = await service.get_market_data(
                self.known.id, question.feed, question.start, question.end, **asking
            )
        except EnergyOptiError as error:
            answer = error
        truth = self.truths[question.feed]
        promise = Promise(feed=self.known.feed(question.feed), doubtful=truth.published.doubtful)
        known = facts(truth, question, promise, self.market.zone)
        down = self.world.is_down(question.at - _LATELY, question.at)
        verdict = judged(question, answer, known, down=down)
        asked_for = [f"{each.host}/{each.path[-60:]} {each.status}" for each in self.world.requests[before:]]
        self.verdicts.append(attrs.evolve(verdict, requests=tuple(asked_for)))

    def report(self, first: date, days: int) -> Report:
        """What came of it."""
        a_poll = self.market.requests_a_poll
        watches = {
            name: (self.truths[name], self.known.feed(name), a_poll.get(name, 1)) for name in self.told
        }
        asked_for = hours(self.world.requests, watches, self.world.outages, ATTEMPTS, self.market.once)
        since = local_midnight(first, self.market.zone)
        return Report(
            market=self.market.name,
            first=first,
            days=days,
            outcomes=Counter(each.outcome for each in self.verdicts),
            bad=[each for each in self.verdicts if each.outcome in BAD],
            watched=[
                attrs.evolve(
                    compared(each, self.truths[name], since, self.end, CORRECTIONS),
                    requests=sum(request.asker == name for request in self.world.requests),
                )
                for name, each in self.told.items()
            ],
            storms=[each for each in asked_for if each.is_one],
            worst=asked_for[:3],
            requests=Counter(f"{each.host} for {each.asker}" for each in self.world.requests),
        )


@attrs.frozen(kw_only=True)
class Plan:
    """Which days of which market are to be lived through, what is asked meanwhile, and by which seed."""

    market: str
    first: date
    days: int
    seed: int = 1
    queries: int = 1_500
    feeds: Sequence[str] = ()
    watching: bool = True

    def stage(self, registry: Registry, chance: random.Random) -> Stage:
        """What it plays on."""
        market = MARKETS[self.market]
        known = registry.market(market.id)
        start = local_midnight(self.first, market.zone) + timedelta(hours=6)
        end = local_midnight(self.first + self.days * DAY, market.zone)
        chosen = [each for each in market.published if not self.feeds or each.feed in self.feeds]
        truths = {each.feed: self._truth(each, known, chance) for each in chosen if not each.newest_of}
        papers = {name: Papers(known.feed(name), truth) for name, truth in truths.items()}
        for each in chosen:
            if each.newest_of in truths:
                truths[each.feed] = attrs.evolve(truths[each.newest_of], published=each)
        clock = Clock(start)
        hosts = market.hosts(papers)
        return Stage(
            market=market,
            known=known,
            truths=truths,
            clock=clock,
            world=World(hosts, clock, outages(market.troubled, start, end, chance), tagged=market.tagged),
            start=start,
            end=end,
            told={
                each.feed: Delivered(each.feed, start, each.watched_locations)
                for each in chosen
                if self.watching and each.watched
            },
        )

    def _truth(self, published: Published, known: Market, chance: random.Random) -> Truth:
        dealt = deal(published.troubles, self.first, self.first + (self.days - 1) * DAY, chance)
        first = self.first - published.history * DAY
        days = [first + number * DAY for number in range(published.history + self.days + AFTER)]
        dataset = known.feed(published.feed).dataset.name
        return made(published, dataset, known.zone, days, dealt, self.seed)


async def _live(plan: Plan) -> Report:
    chance = random.Random(f"{plan.market} {plan.seed} {plan.first}")
    registry = Registry()
    stage = plan.stage(registry, chance)
    questions = asked(stage.truths, stage.market.zone, stage.start, stage.end, plan.queries, chance)
    hosts = {
        (stage.known.id, host.name): HostSettings(url=f"{BASE}/{host.name}", rate="off")
        for host in stage.known.hosts
    }
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(
            home=Path(home),
            hosts=hosts,
            credentials=dict(stage.market.credentials),
            attempts=ATTEMPTS,
            backoff=0.0,
            patience=60.0,
        )
        async with Service(registry, settings, world=stage.world, clock=stage.clock) as service:
            await stage.play(service, questions)
    return stage.report(plan.first, plan.days)


def simulate(plan: Plan) -> Report:
    """Live through some days of a market."""
    return asyncio.run(_live(plan))
