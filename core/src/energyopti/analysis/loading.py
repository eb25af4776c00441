"""The prices that a comparison needs, loaded for all markets and runs at once."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import attrs
import polars as pl

from energyopti.analysis.hours import hourly, incomplete, on_the_clock, slack
from energyopti.analysis.subjects import Subject
from energyopti.answer.result import MarketData
from energyopti.concurrency.gather import gather
from energyopti.errors import EnergyOptiError, InvalidTimeRange, NoData, UnknownLocation, UnsupportedQuery
from energyopti.findings import Finding, FindingKind
from energyopti.query import Query, TimeRange
from energyopti.timezones import HOUR
from energyopti.vocabulary import Run

if TYPE_CHECKING:
    from energyopti.events import Observer
    from energyopti.market import Feed
    from energyopti.registry import Registry

REAL_TIME = (Run.REAL_TIME_HOURLY, Run.REAL_TIME_15MIN, Run.REAL_TIME_5MIN)
"""The runs that day-ahead can be compared with, smallest download first."""

_ABSENT = (NoData, UnsupportedQuery, UnknownLocation, InvalidTimeRange)


class PriceService(Protocol):
    """Answers queries: the unified service."""

    @property
    def registry(self) -> Registry:
        """The installed markets."""

    async def get_market_data(self, /, market: Query, *, observe: Observer | None = None) -> MarketData:
        """The answer to a query."""


@attrs.frozen(kw_only=True, eq=False)
class Leg:
    """Hourly prices of one run at one market's location (a table `hours`), and the data they came from."""

    data: MarketData
    hours: pl.DataFrame
    findings: tuple[Finding, ...]

    @property
    def feed(self) -> Feed:
        """The feed that answered."""
        return self.data.query.feed


@attrs.frozen(kw_only=True, eq=False)
class Answer:
    """One market's answer: its prices, and the day-ahead and real-time prices that DART needs."""

    subject: Subject
    price: Leg
    day_ahead: Leg | None = None
    real_time: Leg | None = None
    remarks: tuple[Finding, ...] = ()

    @property
    def both(self) -> tuple[Leg, Leg] | None:
        """Day-ahead and real-time, if there are both."""
        if self.day_ahead is None or self.real_time is None:
            return None
        return self.day_ahead, self.real_time

    @property
    def legs(self) -> tuple[Leg, ...]:
        """Everything that was fetched, each once."""
        legs = dict.fromkeys((self.price, self.day_ahead, self.real_time))
        return tuple(leg for leg in legs if leg is not None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings along the way."""
        calendar = self.subject.calendar.findings(self.subject.name)
        return (*calendar, *self.remarks, *(finding for leg in self.legs for finding in leg.findings))


@attrs.frozen(kw_only=True, eq=False)
class Refusal:
    """Why one market is not compared."""

    subject: Subject
    error: EnergyOptiError

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The error as a finding."""
        message = f"{self.subject.name} is left out: {self.error.line}"
        return (Finding(kind=FindingKind.MISSING_MARKET, message=message),)


@attrs.frozen(kw_only=True)
class PriceLoader:
    """Loads the prices of each subject's range from a service.

    In strict mode the first market that cannot answer raises. With ``partial`` its `Refusal` takes its place. With
    ``dart`` the day-ahead and the real-time run are fetched as well as the compared one; anything missing from them
    is a finding in both modes, since the comparison works without it.
    """

    service: PriceService
    dart: bool
    partial: bool
    observe: Observer | None

    async def all(self, asked: Sequence[Subject]) -> tuple[list[Answer], list[Refusal]]:
        """Each market's answer; raises the first error if none can answer."""
        replies = await gather([functools.partial(self.market, subject) for subject in asked])
        answers = [each for each in replies if isinstance(each, Answer)]
        refusals = [each for each in replies if isinstance(each, Refusal)]
        if not answers:
            raise refusals[0].error
        return answers, refusals

    async def market(self, subject: Subject) -> Answer | Refusal:
        """One market's answer."""
        try:
            price = await self._leg(subject, subject.run)
        except EnergyOptiError as error:
            if not self.partial:
                raise
            return Refusal(subject=subject, error=error)
        if not self.dart:
            return Answer(subject=subject, price=price)
        real_time = self._real_time(subject, price)
        if real_time is None:
            remark = _without_dart(subject, "it has no real-time prices")
            return Answer(subject=subject, price=price, remarks=(remark,))
        (first, one), (second, other) = await gather(
            [functools.partial(self._beside, subject, price, run) for run in (Run.DAY_AHEAD, real_time)]
        )
        return Answer(subject=subject, price=price, day_ahead=first, real_time=second, remarks=(*one, *other))

    def _real_time(self, subject: Subject, price: Leg) -> Run | None:
        """The market's real-time run: the compared one if it is real-time, else the smallest download."""
        if price.feed.run in REAL_TIME:
            return price.feed.run
        filling = self.service.registry.filling
        return next((run for run in REAL_TIME if subject.market.id in filling("lmp", run)), None)

    async def _beside(self, subject: Subject, price: Leg, run: Run) -> tuple[Leg | None, tuple[Finding, ...]]:
        """A run besides the compared one, or why it is not there."""
        if price.feed.run is run:
            return price, ()
        try:
            return await self._leg(subject, run.value), ()
        except EnergyOptiError as error:
            if not (self.partial or isinstance(error, _ABSENT)):
                raise
            came = error.finished
            arrived = self._hourly(subject, came, came.frame) if isinstance(came, MarketData) else None
            return arrived, (() if arrived else (_without_dart(subject, error.line),))

    async def _leg(self, subject: Subject, run: str) -> Leg:
        """One run's hourly prices."""
        data = await self._ask(subject, run, subject.span, partial=self.partial)
        before = await self._before(subject, run, data)
        return self._hourly(subject, data, pl.concat([*before, data.frame]))

    async def _before(self, subject: Subject, run: str, data: MarketData) -> list[pl.DataFrame]:
        """The hour before the range, if the first interval begins late: the one before it may reach into the range."""
        feed, starts = data.query.feed, data.frame["interval_start"]
        if not feed.irregular or starts.is_empty() or starts[0] - subject.span.start <= slack(feed):
            return []
        earlier = TimeRange(subject.span.start - HOUR, subject.span.start)
        try:
            return [(await self._ask(subject, run, earlier, partial=True)).frame]
        except EnergyOptiError:  # then the hour stays incomplete and is counted
            return []

    async def _ask(self, subject: Subject, run: str, span: TimeRange, *, partial: bool) -> MarketData:
        query = Query.of(
            subject.market.id,
            "lmp",
            span.start,
            span.end,
            run=run,
            locations=subject.location,
            filters={"location_type": subject.location_type},
            partial=partial,
        )
        return await self.service.get_market_data(query, observe=self.observe)

    def _hourly(self, subject: Subject, data: MarketData, rows: pl.DataFrame) -> Leg:
        """Rows as a table `hours`; components that the feed derives count as unpublished: null."""
        market, feed = data.query.market, data.query.feed
        _check_one_series(rows, f"{market.id}/{feed.name}")
        derived = [
            pl.lit(None, dtype=pl.Float64).alias(name) for name in feed.derived if name in rows.columns
        ]
        hours = hourly(rows.with_columns(derived), subject.span, slack=slack(feed))
        return Leg(
            data=data,
            hours=on_the_clock(hours, market=subject.name, calendar=subject.calendar),
            findings=(*data.findings, *incomplete(hours, feed, subject.name)),
        )


def _check_one_series(rows: pl.DataFrame, feed: str) -> None:
    """Raise `UnsupportedQuery` if a location's name means several series: an ERCOT load zone has two."""
    series = rows.select("location", "location_type").unique(maintain_order=True)
    if series.height > 1:
        choices = " or ".join(
            f"{location}:{kind}" for location, kind in series.sort("location_type").iter_rows()
        )
        raise UnsupportedQuery(f"{feed} has several prices of that location", do=f"pick one: {choices}")


def _without_dart(subject: Subject, why: str) -> Finding:
    return Finding(
        kind=FindingKind.MISSING_PART,
        message=f"{subject.name} has no spread of day-ahead against real-time: {why}",
    )
