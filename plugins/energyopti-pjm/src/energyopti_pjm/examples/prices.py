"""Rows of the LMP feeds."""

from __future__ import annotations

from typing import Any

from energyopti_pjm.examples import envelope, utc


def _verified(suffix: str, utc_stamp: str, eastern: str, **more: Any) -> dict[str, Any]:
    """A verified row, of the western hub unless it says otherwise."""
    prices = {
        f"system_energy_price_{suffix}": 30.0,
        f"total_lmp_{suffix}": 28.5,
        f"congestion_price_{suffix}": -2.25,
        f"marginal_loss_price_{suffix}": 0.75,
    }
    place = {
        "pnode_id": 51288,
        "pnode_name": "WESTERN HUB",
        "voltage": None,
        "equipment": None,
        "type": "HUB",
        "zone": None,
    }
    stamps = {"datetime_beginning_utc": utc_stamp, "datetime_beginning_ept": eastern}
    return {**stamps, **place, **prices, "row_is_current": True, "version_nbr": 1, **more}


_ALDENE = {
    "pnode_id": 48592,
    "pnode_name": "ALDENE",
    "voltage": "230 KV",
    "equipment": "T-10",
    "type": "LOAD",
    "zone": "PSEG",
}

DAY_AHEAD = envelope(
    _verified("da", "2024-11-03T05:00:00", "2024-11-03T01:00:00"),
    _verified(
        "da", "2024-11-03T06:00:00", "2024-11-03T01:00:00", total_lmp_da=29.0, congestion_price_da=-1.75
    ),
    _verified("da", "2024-11-03T06:00:00", "2024-11-03T01:00:00", **_ALDENE),
)
DAY_AHEAD_ROWS = (
    {
        "interval_start": utc("2024-11-03T05:00"),
        "interval_end": utc("2024-11-03T06:00"),
        "location": "51288",
        "location_name": "WESTERN HUB",
        "location_type": "hub",
        "lmp": 28.5,
        "energy": 30.0,
        "congestion": -2.25,
        "loss": 0.75,
        "ghg": None,
        "version": 1,
    },
    {"interval_start": utc("2024-11-03T06:00"), "lmp": 29.0, "congestion": -1.75},
    {"location": "48592", "location_name": "ALDENE", "location_type": "node"},
)

REAL_TIME = envelope(_verified("rt", "2024-07-01T04:00:00", "2024-07-01T00:00:00", version_nbr=2))
REAL_TIME_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "lmp": 28.5,
        "energy": 30.0,
        "congestion": -2.25,
        "loss": 0.75,
        "version": 2,
    },
)

FIVE_MINUTE = REAL_TIME
FIVE_MINUTE_ROWS = (
    {"interval_start": utc("2024-07-01T04:00"), "interval_end": utc("2024-07-01T04:05"), "lmp": 28.5},
)

_UNVERIFIED = {
    "datetime_beginning_utc": "2024-07-01T04:00:00",
    "datetime_beginning_ept": "2024-07-01T00:00:00",
    "pnode_name": "WESTERN HUB",
    "type": "HUB",
    "total_lmp_rt": 28.5,
    "congestion_price_rt": -2.25,
    "marginal_loss_price_rt": 0.75,
}
UNVERIFIED = envelope(_UNVERIFIED)
UNVERIFIED_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "location": "WESTERN HUB",
        "location_name": "WESTERN HUB",
        "lmp": 28.5,
        "energy": 30.0,
        "congestion": -2.25,
        "loss": 0.75,
        "version": None,
    },
)
UNVERIFIED_FIVE_MINUTE = envelope({"pnode_id": 51288, **_UNVERIFIED})
UNVERIFIED_FIVE_MINUTE_ROWS = (
    {
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T04:05"),
        "location": "51288",
        "energy": 30.0,
    },
)
