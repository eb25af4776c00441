"""A small PJM: its hubs, zones and interfaces by their real ids, and a few made-up nodes."""

from __future__ import annotations

from datetime import datetime

import polars as pl

_HUBS = {
    "51217": "EASTERN HUB",
    "51287": "WEST INT HUB",
    "51288": "WESTERN HUB",
    "4669664": "NEW JERSEY HUB",
    "33092313": "CHICAGO HUB",
    "33092315": "N ILLINOIS HUB",
    "34497125": "AEP GEN HUB",
    "34497127": "AEP-DAYTON HUB",
    "34497151": "OHIO HUB",
    "35010337": "DOMINION HUB",
}
_ZONES = {
    "1": "PJM-RTO",
    "51291": "AECO",
    "51292": "BGE",
    "51297": "PECO",
    "51299": "PPL",
    "51301": "PSEG",
    "8394954": "APS",
    "8445784": "AEP",
    "33092371": "COMED",
    "34964545": "DOM",
}
_INTERFACES = {"5413134": "NYIS", "40523629": "MISO"}
_AGGREGATES = {"32406211": "AEC RESID AGG"}
_RESIDUALS = {"116472927": "AECO_RESID_AGG"}
_NODES = {
    str(48_592 + number): f"STATION{number:02d} {'230' if number % 2 else '69'} KV  T-{number}"
    for number in range(12)
}
_SAME_NAME = {"2000001": "TWIN 138 KV  TR1", "2000002": "TWIN 138 KV  TR1"}
_RETIRED = {"2000003": "OLDTOWN 69 KV  TR1"}


def _rows(places: dict[str, str], subtype: str, kind: str, **more: str) -> list[dict[str, str | None]]:
    defaults: dict[str, str | None] = {"zone": None, "voltage": None, "equipment": None}
    return [
        {
            "location": number,
            "location_name": name,
            "type": subtype,
            "location_type": kind,
            **defaults,
            **more,
        }
        for number, name in places.items()
    ]


PLACES = pl.DataFrame(
    [
        *_rows(_HUBS, "HUB", "hub"),
        *_rows(_ZONES, "ZONE", "zone"),
        *_rows(_INTERFACES, "INTERFACE", "interface"),
        *_rows(_AGGREGATES, "AGGREGATE", "aggregate"),
        *_rows(_RESIDUALS, "RESIDUAL_METERED_EDC", "aggregate"),
        *_rows(_NODES | _SAME_NAME, "LOAD", "node", zone="PSEG", voltage="230 KV", equipment="T-1"),
    ],
    infer_schema_length=None,
)
"""The places that have prices today; two nodes share a name."""


def nodes(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """The list of pricing nodes, including a retired one."""
    del first, last, now
    retired = pl.DataFrame(
        _rows(_RETIRED, "LOAD", "node", zone="PSEG", voltage="69 KV", equipment="TR1"),
        infer_schema_length=None,
    )
    every = pl.concat([PLACES, retired], how="vertical_relaxed")
    gone = pl.col("location").is_in(list(_RETIRED))
    return every.with_columns(
        valid_from=pl.datetime(2005, 6, 1, 4, time_zone="UTC"),
        valid_to=pl.when(gone).then(pl.datetime(2012, 1, 1, 5, time_zone="UTC")),
        pnode_type=pl.when(pl.col("location_type") == "node")
        .then(pl.lit("BUS"))
        .otherwise(pl.lit("AGGREGATE")),
        voltage_level=pl.col("voltage"),
    )
