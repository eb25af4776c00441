"""PJM: its clock, its hosts, its key, and common names of its locations."""

from __future__ import annotations

from datetime import timedelta

from energyopti import Block, Credential, Host, Market, PeakRule, RateLimit, Terms
from energyopti.vocabulary import LocationType
from energyopti_pjm.feeds import FEEDS
from energyopti_pjm.protocol.rows import ZONE

_REGIONS = (
    *("3", "MIDATL", "MID_ATLANTIC_REGION", "PJM MID ATLANTIC REGION", "Mid Atlantic - Dominion"),
    *("WEST", "WESTERN_REGION", "PJM WESTERN REGION", "Western", "West", "RFC", "Other"),
    *("SOUTH", "SOUTHERN_REGION", "PJM SOUTHERN REGION"),
)
"""Parts of PJM that hold several zones, by their names in the feeds of load, output and outages."""

PJM = Market(
    id="pjm",
    title="PJM Interconnection",
    zone=ZONE,
    website="https://dataminer2.pjm.com",
    hosts=(
        Host(
            name="dataminer",
            url="https://api.pjm.com/api/v1",
            rate=RateLimit(6, timedelta(minutes=1)),
            headers={"Ocp-Apim-Subscription-Key": "api_key"},
        ),
        Host(name="files", url="https://www.pjm.com"),
    ),
    credentials=(
        Credential(
            name="api_key",
            title="a Data Miner 2 subscription key",
            obtain="https://apiportal.pjm.com (a free account; non-members have 6 requests per minute)",
        ),
    ),
    # ICE 53169017, PJM Western Hub peak: Mon-Fri without NERC holidays, HE0800-2300 EPT
    blocks=Block.traded("5x16", first=8, last=23),
    # five coincident peaks: the highest hourly loads of five different days from June to September
    peaks=(
        PeakRule(
            name="5CP",
            feed="hrl_load_metered",
            locations=("RTO",),
            months=(6, 7, 8, 9),
            count=5,
            distinct_days=True,
        ),
    ),
    feeds=FEEDS,
    reference_hub="51288",
    aliases={"Western Hub": "51288", "PJM West": "51288", "AD Hub": "34497127", "NI Hub": "33092315"},
    directory="pnode",
    terms=Terms(
        url="https://www.pjm.com/-/media/DotCom/etools/data-miner-2/data-miner-2-api-guide.ashx",
        note="keys of non-members are for internal use; publishing or commercial use needs a PJM membership",
    ),
    # 1 and 3 are the nodes PJM-RTO and MID-ATL/APS; the others are names of areas
    wholes={
        **dict.fromkeys(("1", "RTO", "PJM RTO", "PJM_RTO", "RTO_COMBINED"), LocationType.SYSTEM),
        **dict.fromkeys(_REGIONS, LocationType.REGION),
    },
)
