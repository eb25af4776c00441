"""From a query about several markets to its analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from energyopti.analysis.hours import hours_range
from energyopti.analysis.loading import Answer, PriceLoader, PriceService, Refusal
from energyopti.analysis.result import CrossMarketAnalysis
from energyopti.analysis.spreads import dart, dart_hours, pairs, storage, storage_days
from energyopti.analysis.statistics import statistics
from energyopti.analysis.subjects import subjects
from energyopti.analysis.tables import DART_HOURS, HOURS, MARKETS, as_table
from energyopti.frames import empty_frame, frame_schema
from energyopti.query import Instant, TimeRange

if TYPE_CHECKING:
    from energyopti.events import Observer


async def compare(
    service: PriceService,
    start_time: Instant,
    end_time: Instant,
    *,
    markets: Sequence[str] | str | None,
    run: str | None,
    locations: Mapping[str, str] | None,
    tz: str,
    partial: bool,
    with_dart: bool,
    observe: Observer | None,
) -> CrossMarketAnalysis:
    """The analysis behind `UnifiedMarketService.get_cross_market_analysis`."""
    span = hours_range(start_time, end_time, tz=tz)
    asked = subjects(service.registry, markets=markets, locations=locations, run=run)
    asking = PriceLoader(service=service, span=span, dart=with_dart, partial=partial, observe=observe)
    answers, refusals = await asking.all(asked)
    return analysis(answers, refusals, span, tz=tz)


def analysis(
    answers: Sequence[Answer], refusals: Sequence[Refusal], span: TimeRange, *, tz: str
) -> CrossMarketAnalysis:
    """The analysis tables, computed from the markets' answers."""
    hours = as_table(pl.concat([each.price.hours for each in answers]), HOURS)
    markets = pl.DataFrame([_market(each) for each in answers], schema=frame_schema(MARKETS))
    both = [dart_hours(*(leg.hours for leg in each.both)) for each in answers if each.both is not None]
    darts = pl.concat(both) if both else empty_frame(DART_HOURS)
    days = pl.concat([storage_days(each.price.hours, zone=each.subject.market.zone) for each in answers])
    return CrossMarketAnalysis(
        time=span,
        tz=tz,
        markets=markets,
        hours=hours,
        statistics=statistics(hours),
        pairs=pairs(hours),
        dart=dart(darts, markets),
        dart_hours=darts,
        storage=storage(days),
        storage_days=days,
        findings={
            **{each.subject.market.id: each.findings for each in answers},
            **{each.subject.market.id: each.findings for each in refusals},
        },
        provenance={
            each.subject.market.id: tuple(part for leg in each.legs for part in leg.data.provenance)
            for each in answers
        },
    )


def _market(answer: Answer) -> dict[str, str | None]:
    """One market's row of the table `markets`."""
    market, price = answer.subject.market, answer.price
    names = price.data.frame.head(1)
    day_ahead = real_time = run = None
    if answer.both is not None:
        day_ahead, real_time = (leg.feed.name for leg in answer.both)
        run = answer.both[1].feed.run
    return {
        "market": market.id,
        "zone": market.zone,
        "location": answer.subject.location if names.is_empty() else names["location"].item(),
        "location_name": None if names.is_empty() else names["location_name"].item(),
        "run": price.feed.run,
        "feed": price.feed.name,
        "day_ahead_feed": day_ahead,
        "real_time_run": run,
        "real_time_feed": real_time,
    }
