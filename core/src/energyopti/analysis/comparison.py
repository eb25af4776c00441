"""From a query about several markets to its analysis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from energyopti.analysis.block_tables import blocks, dart_blocks, months
from energyopti.analysis.hours import HoursAsked
from energyopti.analysis.loading import Answer, PriceLoader, PriceService, Refusal
from energyopti.analysis.result import CrossMarketAnalysis
from energyopti.analysis.spreads import dart, dart_hours, pairs, storage, storage_days
from energyopti.analysis.statistics import statistics
from energyopti.analysis.subjects import Places, subjects, versus
from energyopti.analysis.tables import DART_BLOCKS, DART_HOURS, HOURS, MARKETS, as_table
from energyopti.errors import UnsupportedQuery
from energyopti.frames import empty_frame, frame_schema
from energyopti.query import Bound, TimeRange

if TYPE_CHECKING:
    from energyopti.events import Observer


async def compare(
    service: PriceService,
    asked: tuple[Bound | None, Bound | None, str | None],
    *,
    markets: Sequence[str] | str | None,
    run: str | None,
    locations: Places | None,
    against: str | None,
    tz: str | None,
    block: str,
    round_trip_efficiency: float,
    partial: bool,
    with_dart: bool,
    observe: Observer | None,
    now: datetime,
) -> CrossMarketAnalysis:
    """The analysis behind `UnifiedMarketService.get_cross_market_analysis`; asked for are two bounds, or a period."""
    if not 0 < round_trip_efficiency <= 1:
        raise UnsupportedQuery(
            f"a round-trip efficiency cannot be {round_trip_efficiency:g}", do="give a share above 0, up to 1"
        )
    bounds = HoursAsked.of(*asked, now=now)
    compared = subjects(
        service.registry, bounds, markets=markets, locations=locations, run=run, block=block, tz=tz
    )
    other = None if against is None else versus(compared, against)
    asking = PriceLoader(service=service, dart=with_dart, partial=partial, observe=observe)
    answers, refusals = await asking.all(compared)
    return analysis(answers, refusals, tz=tz, round_trip_efficiency=round_trip_efficiency, against=other)


def analysis(
    answers: Sequence[Answer],
    refusals: Sequence[Refusal],
    *,
    tz: str | None,
    round_trip_efficiency: float,
    against: str | None = None,
) -> CrossMarketAnalysis:
    """The analysis tables, computed from the markets' answers."""
    hours = as_table(pl.concat([each.price.hours for each in answers]), HOURS)
    markets = pl.DataFrame([_market(each) for each in answers], schema=frame_schema(MARKETS))
    both = [
        (dart_hours(*(leg.hours for leg in each.both)), each.subject.calendar)
        for each in answers
        if each.both is not None
    ]
    darts = pl.concat([frame for frame, _ in both]) if both else empty_frame(DART_HOURS)
    priced = [(each.price.hours, each.subject.calendar) for each in answers]
    days = pl.concat(
        storage_days(frame, zone=calendar.zone, round_trip_efficiency=round_trip_efficiency)
        for frame, calendar in priced
    )
    return CrossMarketAnalysis(
        time=_hull([each.subject.span for each in answers]),
        tz=tz,
        markets=markets,
        hours=hours,
        statistics=statistics(hours, markets),
        blocks=pl.concat(blocks(*each) for each in priced),
        months=pl.concat(months(*each) for each in priced),
        pairs=pairs(hours, against),
        against=against,
        dart=dart(darts, markets),
        dart_blocks=pl.concat([empty_frame(DART_BLOCKS), *(dart_blocks(*each) for each in both)]),
        dart_hours=darts,
        storage=storage(days, round_trip_efficiency=round_trip_efficiency),
        storage_days=days,
        findings={
            **{each.subject.name: each.findings for each in answers},
            **{each.subject.name: each.findings for each in refusals},
        },
        provenance={
            each.subject.name: tuple(part for leg in each.legs for part in leg.data.provenance)
            for each in answers
        },
        terms={
            each.subject.market.id: each.subject.market.terms for each in answers if each.subject.market.terms
        },
    )


def _hull(spans: Sequence[TimeRange]) -> TimeRange:
    """From the first start to the last end."""
    return TimeRange(min(span.start for span in spans), max(span.end for span in spans))


def _market(answer: Answer) -> dict[str, str | datetime | None]:
    """One market's row of the table `markets`."""
    market, price = answer.subject.market, answer.price
    names = price.data.frame.head(1)
    day_ahead = real_time = run = None
    if answer.both is not None:
        day_ahead, real_time = (leg.feed.name for leg in answer.both)
        run = answer.both[1].feed.run
    return {
        "market": answer.subject.name,
        "zone": market.zone,
        "start": answer.subject.span.start,
        "end": answer.subject.span.end,
        "block": answer.subject.calendar.onpeak,
        "block_hours": answer.subject.calendar.onpeak_hours,
        "location": answer.subject.location if names.is_empty() else names["location"].item(),
        "location_name": None if names.is_empty() else names["location_name"].item(),
        "run": price.feed.run,
        "feed": price.feed.name,
        "day_ahead_feed": day_ahead,
        "real_time_run": run,
        "real_time_feed": real_time,
    }
