"""The New York ISO: its clock, its hosts, and common names of its locations."""

from __future__ import annotations

from energyopti import Block, Host, Market, PeakRule, Terms
from energyopti.vocabulary import LocationType
from energyopti_nyiso.feeds import FEEDS
from energyopti_nyiso.locations import LETTERS, ZONES
from energyopti_nyiso.protocol.stamps import ZONE

NYISO = Market(
    id="nyiso",
    title="New York ISO",
    zone=ZONE,
    website="https://www.nyiso.com/energy-market-operational-data",
    hosts=(
        Host(name="mis", url="http://mis.nyiso.com/public"),
        Host(name="postings", url="https://oasis-postings.prod.nysdi.com"),
        Host(name="documents", url="https://www.nyiso.com"),
        Host(name="oasis_postings", url="https://oasis-postings.nyiso.com"),
        Host(name="tcc", url="https://tcc.nyiso.com/tcc/public"),
    ),
    # CME D3, NYISO Zone J peak: Mon-Fri without NERC holidays, HE0800-2300 EPT
    blocks=Block.traded("5x16", first=8, last=23),
    # the hour that sets a load's installed-capacity requirement: the highest of the control area in the year
    peaks=(PeakRule(name="NYCA peak", feed="palIntegrated", locations=tuple(ZONES)),),
    feeds=FEEDS,
    reference_hub="N.Y.C.",
    aliases={
        **{f"Zone {letter}": name for letter, name in LETTERS.items()},
        "NYC": "N.Y.C.",
        "Hudson Valley": "HUD VL",
        "Long Island": "LONGIL",
        **LETTERS,
    },
    terms=Terms(url="https://www.nyiso.com/legal-notice"),
    wholes=dict.fromkeys(("NYISO", "SYSTEM"), LocationType.SYSTEM),
)
