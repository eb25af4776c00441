"""Rows of the list of pricing nodes."""

from __future__ import annotations

from energyopti_pjm.examples import envelope, utc

NODES = envelope(
    {
        "pnode_id": 51288,
        "pnode_name": "WESTERN HUB",
        "pnode_type": "AGGREGATE",
        "pnode_subtype": "HUB",
        "zone": None,
        "voltage_level": None,
        "effective_date": "2017-09-08T00:00:00",
        "termination_date": "9999-12-31T00:00:00",
    },
    {
        "pnode_id": 99,
        "pnode_name": "OLDTOWN 69 KV  TR1",
        "pnode_type": "BUS",
        "pnode_subtype": "LOAD",
        "zone": "PSEG",
        "voltage_level": "69 KV",
        "effective_date": "2005-06-01T00:00:00",
        "termination_date": "2012-01-01T00:00:00",
    },
)
NODE_ROWS = (
    {
        "location": "51288",
        "location_name": "WESTERN HUB",
        "location_type": "hub",
        "zone": None,
        "valid_from": utc("2017-09-08T04:00"),
        "valid_to": None,
        "latitude": None,
    },
    {
        "location": "99",
        "location_name": "OLDTOWN 69 KV  TR1",
        "location_type": "node",
        "zone": "PSEG",
        "valid_from": utc("2005-06-01T04:00"),
        "valid_to": utc("2012-01-01T05:00"),
    },
)
