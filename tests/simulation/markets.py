"""The markets that can be lived through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs

from energyopti.sandbox import Responder
from simulation import caiso, ercot, issues, nyiso, pjm
from simulation.papers import Papers
from simulation.schedules import Published


@attrs.frozen(kw_only=True)
class Simulated:
    """One market: its clock, what it publishes, and how its hosts serve that.

    ``troubled`` are hosts that are down at times; ``requests_a_poll`` says of a watched feed how many documents it takes to know
    what is new. Answers of hosts that are ``tagged`` have an entity tag.
    A request that holds the word ``once`` is of a document that never changes.
    """

    id: str
    name: str = attrs.field(default=attrs.Factory(lambda self: self.id, takes_self=True))
    zone: str
    published: Sequence[Published]
    hosts: Callable[[Mapping[str, Papers]], Mapping[str, Responder]]
    troubled: Sequence[str]
    requests_a_poll: Mapping[str, int]
    tagged: bool = False
    once: str = ""
    credentials: Mapping[tuple[str, str], str] = attrs.field(factory=dict)


MARKETS = {
    each.name: each
    for each in (
        Simulated(
            id="nyiso",
            zone=nyiso.ZONE,
            published=nyiso.PUBLISHED,
            hosts=lambda papers: nyiso.Servers(papers).hosts(),
            troubled=("mis", "postings"),
            requests_a_poll=nyiso.REQUESTS_A_POLL,
            tagged=True,
        ),
        Simulated(
            id="caiso",
            zone=caiso.ZONE,
            published=caiso.PUBLISHED,
            hosts=lambda papers: caiso.Hosts(papers).hosts(),
            troubled=("oasis", "outlook"),
            requests_a_poll=caiso.REQUESTS_A_POLL,
        ),
        Simulated(
            id="ercot",
            zone=issues.ZONE,
            published=ercot.PUBLISHED,
            hosts=lambda papers: ercot.Hosts(papers).hosts(),
            troubled=("mis", "api"),
            requests_a_poll=ercot.REQUESTS_A_POLL,
            once="doclookupId",
            credentials=ercot.CREDENTIALS,
        ),
        Simulated(
            id="ercot",
            name="ercot-documents",
            zone=issues.ZONE,
            published=ercot.DOCUMENTS_ALONE,
            hosts=lambda papers: ercot.Hosts(papers).hosts(),
            troubled=("mis",),
            requests_a_poll=ercot.REQUESTS_A_POLL,
            once="doclookupId",
        ),
        Simulated(
            id="pjm",
            zone=pjm.ZONE,
            published=pjm.PUBLISHED,
            hosts=lambda papers: pjm.DataMiner(papers).hosts(),
            troubled=("dataminer",),
            requests_a_poll=pjm.REQUESTS_A_POLL,
            credentials={("pjm", "api_key"): "simulated"},
        ),
    )
}
