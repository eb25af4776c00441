"""The California ISO: its clock, its hosts, and common names of its locations."""

from __future__ import annotations

from datetime import timedelta

from energyopti import Block, Host, Market, RateLimit, Terms
from energyopti.vocabulary import LocationType
from energyopti_caiso.feeds import FEEDS
from energyopti_caiso.locations import HUBS, LOAD_ZONES
from energyopti_caiso.protocol.layouts import ZONE

CAISO = Market(
    id="caiso",
    title="California Independent System Operator",
    zone=ZONE,
    website="https://oasis.caiso.com",
    hosts=(
        Host(
            name="oasis",
            url="https://oasis.caiso.com/oasisapi",
            rate=RateLimit(1, timedelta(seconds=5)),
            concurrency=4,
        ),
        Host(name="outlook", url="https://www.caiso.com/outlook"),
    ),
    # CME 1Z, SP15 peak: Mon-Sat without NERC holidays, HE0700-2200 PPT
    blocks=Block.traded("6x16", first=7, last=22),
    feeds=FEEDS,
    reference_hub=HUBS["SP15"],
    aliases={**HUBS, **LOAD_ZONES},
    terms=Terms(url="https://www.caiso.com/privacy-terms-of-use"),
    wholes=dict.fromkeys(("CA ISO-TAC", "CAISO"), LocationType.SYSTEM),
    unavailable={
        "capacity": "CAISO has no capacity auction: resource adequacy is traded bilaterally",
    },
)
"""https, since http redirects to it and redirects count against the rate limit of OASIS."""
