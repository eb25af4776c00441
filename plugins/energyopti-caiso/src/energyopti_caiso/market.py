"""The California ISO: its clock, its hosts, its names."""

from __future__ import annotations

from datetime import timedelta

from energyopti import Host, Market, RateLimit
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
    feeds=FEEDS,
    reference_hub=HUBS["SP15"],
    aliases={**HUBS, **LOAD_ZONES},
    unavailable={
        "capacity": "CAISO runs no capacity auction: resource adequacy is contracted between two parties",
    },
)
"""Redirects count against the limit of OASIS: it is asked over https, to which http leads."""
