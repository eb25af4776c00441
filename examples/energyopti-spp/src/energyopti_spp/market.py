"""SPP: its clock, its host, and its feeds."""

from __future__ import annotations

from energyopti import Block, Host, Market, Terms
from energyopti.vocabulary import LocationType

from energyopti_spp.feeds import FEEDS
from energyopti_spp.protocol.files import HOST
from energyopti_spp.protocol.stamps import ZONE

SPP = Market(
    id="spp",
    title="SPP",
    zone=ZONE,
    website="https://www.spp.org",
    hosts=(Host(name=HOST, url="https://portal.spp.org", concurrency=4),),
    feeds=FEEDS,
    reference_hub="SPPSOUTH_HUB",
    aliases={"North Hub": "SPPNORTH_HUB", "South Hub": "SPPSOUTH_HUB", "West Hub": "SWPW_HUB"},
    blocks=Block.traded("5x16", first=7, last=22),
    wholes={"SPP": LocationType.REGION, "SWPW": LocationType.REGION},
    unavailable={"capacity": "SPP has no capacity market"},
    terms=Terms(
        url="https://www.spp.org",
        note="commercial use is said to need SPP's permission; nobody has read the terms for this plugin",
    ),
)
