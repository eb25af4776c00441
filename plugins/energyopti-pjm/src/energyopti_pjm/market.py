"""PJM: its clock, its hosts, its key, and common names of its locations."""

from __future__ import annotations

from datetime import timedelta

from energyopti import Block, Credential, Host, Market, PeakRule, RateLimit
from energyopti_pjm.feeds import FEEDS
from energyopti_pjm.protocol.rows import ZONE

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
)
