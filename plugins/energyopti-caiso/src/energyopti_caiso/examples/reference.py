"""Rows of the lists of nodes."""

from __future__ import annotations

from energyopti_caiso.examples import csv, utc

_TIMES = "EFF_START_DT,EFF_END_DT,EFF_START_DT_GMT,EFF_END_DT_GMT"
_OPEN = "2009-04-01T00:00:00,,2009-04-01T07:00:00-00:00,"

AGGREGATED = csv(
    f"APNODE_ID,APNODE_TYPE,DESCRIPTION,COMMENTS,{_TIMES}",
    f"TH_SP15_GEN-APND,TH,South trading hub,,{_OPEN}",
    f"DLAP_SCE-APND,DLAP,SCE load zone,,{_OPEN}",
    f"ELAP_PACE-APND,DEPZ,,,{_OPEN}",
)
AGGREGATED_ROWS = (
    {
        "location": "TH_SP15_GEN-APND",
        "location_name": "South trading hub",
        "location_type": "hub",
        "valid_from": utc("2009-04-01T07:00"),
        "valid_to": None,
    },
    {"location": "DLAP_SCE-APND", "location_type": "zone"},
    {"location": "ELAP_PACE-APND", "location_name": None, "location_type": "aggregate"},
)

NODES = csv(
    f"PNODE_ID,PNODE_TYPE,DESCRIPTION,COMMENTS,{_TIMES}",
    f"NODE01_7_N001,N,,,{_OPEN}",
    "OLD01_7_N002,N,,,2009-04-01T00:00:00,2020-01-01T00:00:00,2009-04-01T07:00:00-00:00,2020-01-01T08:00:00-00:00",
)
NODE_ROWS = (
    {"location": "NODE01_7_N001", "location_type": "node", "valid_to": None},
    {"location": "OLD01_7_N002", "location_type": "node", "valid_to": utc("2020-01-01T08:00")},
)
