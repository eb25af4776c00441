"""ISO New England: its clock, its hosts, and its feeds."""

from __future__ import annotations

from datetime import timedelta

from energyopti import Block, Host, Market, RateLimit, Terms
from energyopti.vocabulary import LocationType

from energyopti_isone.feeds import FEEDS
from energyopti_isone.locations import ALIASES, HUB, SYSTEM
from energyopti_isone.protocol.stamps import ZONE

_SITE = "https://www.iso-ne.com"

# No limit is published: one request in ten seconds is what a careful client of the stored files keeps to.
_SLOWLY = RateLimit(6, timedelta(minutes=1))

ISONE = Market(
    id="isone",
    title="ISO New England",
    zone=ZONE,
    website=f"{_SITE}/isoexpress",
    hosts=(
        Host(name="files", url=_SITE, rate=_SLOWLY, concurrency=2),
        # one connection: what it keeps of the cookie is its own
        Host(name="reports", url=_SITE, rate=_SLOWLY, concurrency=1),
    ),
    feeds=FEEDS,
    reference_hub=HUB,
    aliases=ALIASES,
    blocks=Block.traded("5x16", first=8, last=23),
    wholes={SYSTEM: LocationType.SYSTEM},
    terms=Terms(
        url=_SITE,
        note="the website has a copyright notice; whether its data may be passed on is not clear: ask before you do",
    ),
)
