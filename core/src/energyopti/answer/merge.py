"""The answers of several markets as one."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping, Sequence

import attrs
import polars as pl

from energyopti.answer.result import Coverage, CoveragePart, CoverageStatus, MarketData
from energyopti.concurrency.gather import gather
from energyopti.errors import EnergyOptiError
from energyopti.findings import Finding, FindingKind
from energyopti.frames import sort_order
from energyopti.query import ResolvedQuery


async def merged(
    ask: Callable[[ResolvedQuery], Awaitable[MarketData]],
    queries: Sequence[ResolvedQuery],
    missing: Mapping[str, EnergyOptiError],
) -> MarketData:
    """The answer to one market's query, or to several, asked at the same time; ``missing`` are markets that cannot be."""
    if len(queries) == 1 and not missing:
        return await ask(queries[0])

    async def one(query: ResolvedQuery) -> MarketData | EnergyOptiError:
        try:
            return await ask(query)
        except EnergyOptiError as error:
            return error

    answers = await gather([functools.partial(one, query) for query in queries]) if queries else []
    lacking = dict(missing)
    for query, answer in zip(queries, answers, strict=True):
        if isinstance(answer, EnergyOptiError):
            lacking[query.market.id] = answer
    return merge(queries, [each for each in answers if isinstance(each, MarketData)], lacking)


def merge(
    queries: Sequence[ResolvedQuery], answers: Sequence[MarketData], missing: Mapping[str, EnergyOptiError]
) -> MarketData:
    """The markets' answers as one table; raises the first error of a missing market.

    The other markets' rows are attached to the error. If partial answers are allowed and at least one market
    answered, a missing market is a finding instead.
    """
    partial = bool(answers) and all(query.partial for query in queries)
    if not answers:
        raise next(iter(missing.values()))
    whole = _merged(queries, answers, missing)
    if missing and not partial:
        error = next(iter(missing.values()))
        error.finished = whole if len(whole) else None
        raise error
    return whole


def _merged(
    queries: Sequence[ResolvedQuery], answers: Sequence[MarketData], missing: Mapping[str, EnergyOptiError]
) -> MarketData:
    dataset = answers[0].dataset
    first, *rest = sort_order(dataset)
    parts = [
        attrs.evolve(part, market=answer.query.market.id)
        for answer in answers
        for part in answer.coverage.parts
    ]
    start = min(answer.coverage.start for answer in answers)
    end = max(answer.coverage.end for answer in answers)
    parts += [
        CoveragePart(market=market, start=start, end=end, status=CoverageStatus.FAILED, reason=error.line)
        for market, error in missing.items()
    ]
    findings = [finding for answer in answers for finding in answer.findings]
    findings += [
        Finding(kind=FindingKind.MISSING_PART, message=f"market {market} is missing: {error.line}")
        for market, error in missing.items()
    ]
    return MarketData(
        queries=tuple(queries),
        frame=pl.concat([answer.frame for answer in answers]).sort(
            first, "market", *rest, maintain_order=True
        ),
        findings=tuple(findings),
        provenance=tuple(each for answer in answers for each in answer.provenance),
        coverage=Coverage(start=start, end=end, parts=tuple(parts)),
        parts=tuple(answers),
    )
