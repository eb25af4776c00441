"""Answers that were given, to be given again while nothing about them can have changed."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence

import attrs

from energyopti.answer.result import MarketData
from energyopti.concurrency.cache import Cache
from energyopti.fetch.outcome import Outcome
from energyopti.findings import Finding
from energyopti.query import ResolvedQuery
from energyopti.store import ChunkData, ChunkProvenance
from energyopti.tuning.chunks import ANSWERS_KEPT, LARGEST_ANSWER


@attrs.frozen(eq=False)
class _Kept:
    """An answer, the chunks' data that it was made of with their bytes, and what comparing them found."""

    data: MarketData
    made_of: tuple[ChunkData, ...]
    compared: tuple[Finding, ...]
    bytes: int


class KeptAnswers:
    """The last complete answers, within a budget of bytes.

    An answer is given again if the query is the same and every chunk is the same object as then. Whether a chunk may be
    answered from is decided before. Only complete answers out of memory are kept: what an incomplete one says of its
    missing parts depends on the time, and so does what is still to be published.
    """

    def __init__(self, budget: int) -> None:
        self._kept: Cache[Hashable, _Kept] = Cache(ANSWERS_KEPT, budget=budget, size=lambda kept: kept.bytes)

    def get(
        self,
        query: ResolvedQuery,
        outcomes: Sequence[Outcome],
        compared: tuple[Finding, ...],
        make: Callable[[], MarketData],
    ) -> MarketData:
        """The answer to a query: a kept one, with a frame of its own, or the one that is made now."""
        made_of = tuple(outcome.data for outcome in outcomes if outcome.data is not None)
        if len(made_of) < len(outcomes) or not _depends_on_chunks_alone(query):
            return make()
        key = _identity(query)
        kept = self._kept.find(key)
        if kept is not None:
            same = kept.value
            alike = len(same.made_of) == len(made_of) and all(map(operator.is_, same.made_of, made_of))
            if alike and same.compared == compared:
                return attrs.evolve(same.data, frame=same.data.frame.clone())
        data = make()
        if data.coverage.complete and all(_out_of_memory(each.provenance) for each in made_of):
            held = sum(each.bytes for each in made_of)  # its frame can be a part of theirs
            if held <= LARGEST_ANSWER:
                own = attrs.evolve(data, frame=data.frame.clone())  # nobody else can change this one
                self._kept.put(key, _Kept(own, made_of, compared, held))
        return data


def _depends_on_chunks_alone(query: ResolvedQuery) -> bool:
    """Whether the time has no say in a complete answer: no more publications of its range are to come."""
    latest = query.vintages == "latest" and query.as_of is None
    return latest and not query.feed.publication.by_publication and not query.findings


def _out_of_memory(provenance: ChunkProvenance) -> bool:
    return provenance.kept_in == "memory" and not provenance.stale


def _identity(query: ResolvedQuery) -> Hashable:
    """All that tells a query from another one."""
    return (
        query.market.id,
        query.feed.name,
        query.time,
        query.locations,
        tuple(query.filters.items()),
        query.partial,
        query.vintages,
        query.places,
        query.revisions,
        query.with_earlier_publications,
    )
