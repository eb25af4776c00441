"""Settlement prices: once their month is final they take the place of verified ones, row by row, and are counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import (
    AuthenticationFailed,
    Chunk,
    EnergyOptiError,
    Finding,
    FindingKind,
    NoData,
    SchemaDrift,
    SourceUnavailable,
    UnsupportedQuery,
)
from energyopti.layouts import Reading
from energyopti.source import Collect
from energyopti.timezones import local_date, midnight
from energyopti_pjm.protocol.unverified import aligned, holes, lacking

if TYPE_CHECKING:
    from energyopti.source import Source

_REFUSALS = (SourceUnavailable, SchemaDrift, UnsupportedQuery, AuthenticationFailed)
"""Why one of the feeds may not answer though the other does."""


def settled_first(
    settlement: Callable[..., Collect],
    others: Collect,
    *,
    since: date,
    after: timedelta,
    key: Sequence[str] = ("location", "interval_start"),
    figure: str = "lmp",
) -> Collect:
    """Settlement prices of the days whose month is final, and the ``others`` where there are none.

    Only some locations have settlement prices, so the others are requested too, unless these have every interval of
    the requested locations. Settlement prices that cannot be had are replaced by the others, which a finding says.
    ``since`` is the first day that has any, ``after`` how long after it a day's month is final. ``settlement`` makes
    the reader of settlement prices; the final days of a chunk that is not over yet are ``immutable`` to it, so that
    each poll of the running days need not request them again. A row is known by its ``key``; without its ``figure`` it
    takes no other's place. With revisions, verified rows stay beside the settlement prices.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        final = _final(chunk, since, source.now - after)
        if final is None:
            return await others(chunk, source)
        try:
            settled = await settlement(immutable=final != chunk)(final, source)
        except NoData:
            return await others(chunk, source)
        except _REFUSALS as error:
            why = f"settlement prices cannot be had ({error.message}): verified ones are in their place"
            return _with(await others(chunk, source), why)
        settled = await source.run(_priced, settled, figure)
        rest, whole = chunk, final.start == chunk.start and bool(chunk.places)
        if whole and await source.run(_is_whole, settled, final):
            if final.end == chunk.end:
                return settled
            rest = attrs.evolve(chunk, start=final.end)
        try:
            reading = await others(rest, source)
        except NoData:
            return settled
        except _REFUSALS as error:
            if rest is chunk:  # nobody knows what the settlement feed lacks
                raise
            return _without(settled, rest, error)
        return await source.run(_joined, settled, reading, key, chunk.revisions)

    return collect


def _final(chunk: Chunk, since: date, until: datetime) -> Chunk | None:
    """The whole days of a chunk from a day on to an instant; None if there are none."""
    zone = chunk.market.zone
    start = max(chunk.start, midnight(since, zone))
    end = min(chunk.end, midnight(local_date(until, zone), zone))
    if end <= start:
        return None
    return chunk if (start, end) == (chunk.start, chunk.end) else attrs.evolve(chunk, start=start, end=end)


def _is_whole(settled: Reading, chunk: Chunk) -> bool:
    """Whether settlement prices have every interval of a chunk at its locations."""
    return holes(settled, chunk, chunk.end) is None


def _priced(settled: Reading, figure: str) -> Reading:
    """Settlement prices without the rows that have none; a finding counts those."""
    priced = settled.frame[figure].is_not_null()
    others = "settlement rows have no price: verified ones stand"
    return settled.where(priced, FindingKind.SUPERSEDED_ROW, others)


def _joined(settled: Reading, rest: Reading, key: Sequence[str], revisions: bool) -> Reading:
    """Settlement prices plus the other rows that they lack; with revisions, plus all of them."""
    if not revisions:
        rest = lacking(settled, rest, "verified rows have settlement prices in their place", key=key)
    if rest.frame.is_empty():
        return settled
    return Reading.concat([aligned(settled, rest), aligned(rest, settled)])


def _without(settled: Reading, rest: Chunk, error: EnergyOptiError) -> Reading:
    """Settlement prices, with a finding that the other days of their chunk could not be had."""
    finding = Finding(
        kind=FindingKind.UNAVAILABLE,
        message=f"only settlement prices are here: the other days cannot be had ({error.message})",
        spans=((rest.start, rest.end),),
        provisional=True,
    )
    return attrs.evolve(settled, findings=(*settled.findings, finding))


def _with(reading: Reading, why: str) -> Reading:
    """A reading with a finding that says what it lacks; it may yet come."""
    finding = Finding(
        kind=FindingKind.FALLBACK,
        message=why,
        rows=reading.frame.height,
        spans=reading.stretches,
        provisional=True,
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))
