"""ERCOT: its clock, its three hosts and their credentials, and common names of its locations."""

from __future__ import annotations

from datetime import timedelta

from energyopti import Block, Credential, Host, Market, PasswordGrant, PeakRule, RateLimit, Terms
from energyopti.vocabulary import LocationType
from energyopti_ercot.feeds import FEEDS
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.layouts import ZONE

_CLIENT = "fec253ea-0d06-4272-a5e6-b478baeecd70"
_OBTAIN = "https://apiexplorer.ercot.com (a free account)"

ERCOT = Market(
    id="ercot",
    title="Electric Reliability Council of Texas",
    zone=ZONE,
    website="https://www.ercot.com/mp/data-products",
    hosts=(
        Host(name="mis", url="https://www.ercot.com"),
        Host(
            name="api",
            url="https://api.ercot.com/api/public-reports",
            rate=RateLimit(30, timedelta(minutes=1)),
            headers={"Ocp-Apim-Subscription-Key": "subscription_key"},
            bearer=PasswordGrant(
                host="login",
                path="oauth2/v2.0/token",
                form={
                    "grant_type": "password",
                    "response_type": "id_token",
                    "scope": f"openid {_CLIENT} offline_access",
                    "client_id": _CLIENT,
                },
                credentials={"username": "username", "password": "password"},
                token="id_token",  # noqa: S106 - the name of a field
            ),
        ),
        Host(
            name="login", url="https://ercotb2c.b2clogin.com/ercotb2c.onmicrosoft.com/B2C_1_PUBAPI-ROPC-FLOW"
        ),
    ),
    credentials=(
        Credential(name="username", title="the username of an ERCOT API account", obtain=_OBTAIN),
        Credential(name="password", title="the password of an ERCOT API account", obtain=_OBTAIN),
        Credential(name="subscription_key", title="an ERCOT API subscription key", obtain=_OBTAIN),
    ),
    # ICE 83048725, ERCOT North peak: Mon-Fri without NERC holidays, HE0700-2200 CPT
    blocks=Block.traded("5x16", first=7, last=22),
    # four coincident peaks: the highest 15-minute system load of each month from June to September
    peaks=(
        PeakRule(
            name="4CP",
            feed="act_sys_load_by_wzn",
            locations=(SYSTEM,),
            months=(6, 7, 8, 9),
            by_month=True,
            step=timedelta(minutes=15),
        ),
    ),
    feeds=FEEDS,
    reference_hub="HB_NORTH",
    aliases={
        "North Hub": "HB_NORTH",
        "South Hub": "HB_SOUTH",
        "West Hub": "HB_WEST",
        "Houston Hub": "HB_HOUSTON",
    },
    terms=Terms(url="https://www.ercot.com/help/terms/data-portal"),
    wholes={SYSTEM: LocationType.SYSTEM},
    unavailable={
        "capacity": "ERCOT has no capacity market: it pays only for energy and reserves",
    },
)
"""The constants of the token request are from ERCOT's public documentation."""
