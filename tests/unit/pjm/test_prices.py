"""PJM's prices and nodes: every form they come in, the words for places, and rows that no longer stand."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from builders import utc
from energyopti import FindingKind, SchemaDrift
from energyopti.market import RateLimit
from energyopti.settings import HostSettings, Settings
from energyopti_pjm.feeds.prices import (
    DAY_AHEAD,
    FIVE_MINUTE,
    REAL_TIME,
    UNVERIFIED,
    UNVERIFIED_FIVE_MINUTE,
)
from energyopti_pjm.feeds.reference import PNODES
from energyopti_pjm.market import PJM

CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,pnode_id,pnode_name,voltage,equipment,type,zone,"
    b"system_energy_price_da,total_lmp_da,congestion_price_da,marginal_loss_price_da,row_is_current,version_nbr\r\n"
    b"11/3/2024 5:00:00 AM,11/3/2024 1:00:00 AM,48592,ALDENE,230 KV,T-10,LOAD,PSEG,"
    b"50.12,41.620000,-7.750000,-0.750000,True,1\r\n"
    b"11/3/2024 6:00:00 AM,11/3/2024 1:00:00 AM,48592,ALDENE,230 KV,T-10,LOAD,PSEG,"
    b"20.00,-1.500000,-21.000000,-0.500000,True,2\r\n"
    b"11/3/2024 6:00:00 PM,11/3/2024 1:00:00 PM,51288,WESTERN HUB,,,HUB,,"
    b"30.00,,-2.250000,0.750000,True,1\r\n"
)

ITEMS: list[dict[str, Any]] = [
    {
        "datetime_beginning_utc": "2024-11-03T05:00:00",
        "datetime_beginning_ept": "2024-11-03T01:00:00",
        "pnode_id": 48592,
        "pnode_name": "ALDENE",
        "voltage": "230 KV",
        "equipment": "T-10",
        "type": "LOAD",
        "zone": "PSEG",
        "system_energy_price_da": 50.12,
        "total_lmp_da": 41.62,
        "congestion_price_da": -7.75,
        "marginal_loss_price_da": -0.75,
        "row_is_current": True,
        "version_nbr": 1,
    },
    {
        "datetime_beginning_utc": "2024-11-03T06:00:00.000",
        "datetime_beginning_ept": "2024-11-03T01:00:00.000",
        "pnode_id": 48592,
        "pnode_name": "ALDENE",
        "voltage": "230 KV",
        "equipment": "T-10",
        "type": "LOAD",
        "zone": "PSEG",
        "system_energy_price_da": 20,
        "total_lmp_da": -1.5,
        "congestion_price_da": -21,
        "marginal_loss_price_da": -0.5,
        "row_is_current": True,
        "version_nbr": 2,
    },
    {
        "datetime_beginning_utc": "2024-11-03T18:00:00",
        "datetime_beginning_ept": "2024-11-03T13:00:00",
        "pnode_id": 51288,
        "pnode_name": "WESTERN HUB",
        "voltage": None,
        "equipment": None,
        "type": "HUB",
        "zone": None,
        "system_energy_price_da": 30.0,
        "total_lmp_da": None,
        "congestion_price_da": -2.25,
        "marginal_loss_price_da": 0.75,
        "row_is_current": True,
        "version_nbr": 1,
    },
]

ROWS = [
    (
        utc("2024-11-03T05:00"),
        utc("2024-11-03T06:00"),
        "48592",
        "ALDENE",
        "node",
        41.62,
        50.12,
        -7.75,
        -0.75,
        1,
    ),
    (utc("2024-11-03T06:00"), utc("2024-11-03T07:00"), "48592", "ALDENE", "node", -1.5, 20.0, -21.0, -0.5, 2),
    (
        utc("2024-11-03T18:00"),
        utc("2024-11-03T19:00"),
        "51288",
        "WESTERN HUB",
        "hub",
        None,
        30.0,
        -2.25,
        0.75,
        1,
    ),
]
COLUMNS = ("interval_start", "interval_end", "location", "location_name", "location_type")
PRICES = ("lmp", "energy", "congestion", "loss", "version")


def envelope(items: list[dict[str, Any]]) -> bytes:
    """Rows as a page of the API."""
    return json.dumps({"links": [], "items": items, "totalRows": len(items)}).encode()


@pytest.mark.parametrize(
    "payload",
    [envelope(ITEMS), json.dumps(ITEMS).encode(), CSV, b"\xef\xbb\xbf" + CSV, CSV.replace(b"\r\n", b"\n")],
    ids=["envelope", "bare array", "export", "export with a mark", "export with bare line ends"],
)
def test_every_form_means_the_same_rows(payload: bytes) -> None:
    """Both passes of the repeated hour, a negative price, an empty cell that is null and told."""
    reading = DAY_AHEAD.read(payload)
    assert reading.frame.select(*COLUMNS, *PRICES).rows() == ROWS
    (missing,) = reading.findings
    assert (missing.kind, missing.column, missing.rows) == (FindingKind.MISSING_VALUE, "lmp", 1)
    assert reading.payload_rows == reading.accounted_rows == 3


def test_answer_with_chosen_fields_is_read() -> None:
    """Who asks for some fields gets those; the others are null."""
    fields = ("datetime_beginning_utc", "pnode_id", "type", "total_lmp_da")
    reading = DAY_AHEAD.read(envelope([{name: each[name] for name in fields} for each in ITEMS[:2]]))
    assert reading.frame["lmp"].to_list() == [41.62, -1.5]
    for name in ("location_name", "energy", "congestion", "loss", "version"):
        assert reading.frame[name].null_count() == 2


@pytest.mark.parametrize("lacking", ["datetime_beginning_utc", "pnode_id", "type", "total_lmp_da"])
def test_answer_without_an_essential_column_is_drift(lacking: str) -> None:
    """The time, the place and the price must be there."""
    items = [{name: value for name, value in each.items() if name != lacking} for each in ITEMS]
    with pytest.raises(SchemaDrift) as caught:
        DAY_AHEAD.read(envelope(items))
    assert caught.value.column == lacking


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("HUB", "hub"),
        ("ZONE", "zone"),
        ("AGGREGATE", "aggregate"),
        ("RESIDUAL_METERED_EDC", "aggregate"),
        ("INTERFACE", "interface"),
        ("LOAD", "node"),
        ("GEN", "node"),
        ("EHV", "node"),
        ("EXT", "node"),
        ("TIE", "node"),
    ],
)
def test_types_of_places_are_translated(word: str, kind: str) -> None:
    """Every subtype that PJM documents, without a finding."""
    reading = DAY_AHEAD.read(envelope([ITEMS[0] | {"type": word}]))
    assert reading.frame["location_type"].to_list() == [kind]
    assert reading.findings == ()


def test_unknown_type_is_a_node_and_told() -> None:
    """A word that the layout does not know loses no row."""
    reading = DAY_AHEAD.read(envelope([ITEMS[0], ITEMS[1] | {"type": "BATTERY"}]))
    assert reading.frame["location_type"].to_list() == ["node", "node"]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.column) == (FindingKind.UNKNOWN_WORD, 1, "type")
    assert "'BATTERY'" in finding.message


def test_row_without_a_place_or_a_time_is_counted() -> None:
    """A row that cannot be placed is left out, and a finding counts it."""
    items = [ITEMS[0], ITEMS[0] | {"pnode_id": None}, ITEMS[1] | {"datetime_beginning_utc": "soon"}]
    reading = DAY_AHEAD.read(envelope(items))
    assert reading.frame.height == 1
    assert reading.payload_rows == reading.accounted_rows == 3


@pytest.mark.parametrize("word", [False, "False", "FALSE", "false"])
def test_superseded_rows_are_left_out_and_counted(word: Any) -> None:
    """A restated price comes together with the old one; only the new one stands."""
    old = ITEMS[0] | {"row_is_current": word, "version_nbr": 1, "total_lmp_da": 99.0}
    new = ITEMS[0] | {"row_is_current": not word if isinstance(word, bool) else "True", "version_nbr": 2}
    reading = DAY_AHEAD.read(envelope([old, new]))
    standing = reading.without_superseded()
    assert standing.frame.select("lmp", "version").rows() == [(41.62, 2)]
    (finding,) = standing.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.SUPERSEDED_ROW, 1, True)
    assert standing.payload_rows == standing.accounted_rows == 2
    assert reading.frame.select("lmp", "version").rows() == [(99.0, 1), (41.62, 2)]


@pytest.mark.parametrize(("layout", "minutes"), [(REAL_TIME, 60), (FIVE_MINUTE, 5)])
def test_real_time_prices_have_columns_and_steps_of_their_own(layout: Any, minutes: int) -> None:
    """The same columns with ``_rt``; the stamp begins an hour, or five minutes."""
    row = {
        name.replace("_da", "_rt") if "lmp" in name or "price" in name else name: value
        for name, value in ITEMS[0].items()
    }
    reading = layout.read(envelope([row]))
    assert reading.frame.select("interval_start", *PRICES).rows() == [
        (utc("2024-11-03T05:00"), 41.62, 50.12, -7.75, -0.75, 1)
    ]
    lasts = reading.frame["interval_end"][0] - reading.frame["interval_start"][0]
    assert lasts == timedelta(minutes=minutes)


@pytest.mark.parametrize(("layout", "minutes"), [(UNVERIFIED, 60), (UNVERIFIED_FIVE_MINUTE, 5)])
def test_energy_of_unverified_prices_follows_from_the_others(layout: Any, minutes: int) -> None:
    """41.620001 - (-7.75) - (-0.75) is 50.120001, to six digits; no energy where the price is empty."""
    row = {
        "datetime_beginning_utc": "2024-11-03T05:00:00",
        "datetime_beginning_ept": "2024-11-03T01:00:00",
        "pnode_id": 48592,
        "pnode_name": "ALDENE",
        "type": "LOAD",
        "total_lmp_rt": 41.620001,
        "congestion_price_rt": -7.75,
        "marginal_loss_price_rt": -0.75,
        "occ_check": True,
        "ref_caseid": "x",
    }
    reading = layout.read(envelope([row, row | {"pnode_id": 1, "total_lmp_rt": None}]))
    assert reading.frame["energy"].to_list() == [50.120001, None]
    assert (reading.frame["interval_end"][0] - reading.frame["interval_start"][0]).seconds == minutes * 60
    assert [each.kind for each in reading.findings] == [FindingKind.MISSING_VALUE]


@pytest.mark.parametrize("end", ["9999-12-31T00:00:00", "12/31/9999 12:00:00 AM", "12/31/9999"])
def test_node_without_an_end_is_valid(end: str) -> None:
    """The year 9999 stands for no end."""
    node = {
        "pnode_id": 48592,
        "pnode_name": "ALDENE230 KV  T-10",
        "pnode_type": "BUS",
        "pnode_subtype": "LOAD",
        "zone": "PSEG",
        "voltage_level": "230 KV",
        "effective_date": "2005-06-01T00:00:00",
        "termination_date": end,
    }
    retired = node | {"pnode_id": 7, "termination_date": "2012-01-01T00:00:00", "pnode_subtype": "AGGREGATE"}
    frame = PNODES.read(envelope([node, retired])).frame
    assert frame.select("location", "location_type", "zone", "valid_from", "valid_to").rows() == [
        ("48592", "node", "PSEG", utc("2005-06-01T04:00"), None),
        ("7", "aggregate", "PSEG", utc("2005-06-01T04:00"), utc("2012-01-01T05:00")),
    ]


def test_limit_is_six_a_minute_unless_a_member_says_otherwise(tmp_path: Any) -> None:
    """Non-members have 6 requests a minute, members 600: a setting says so."""
    host = PJM.host("dataminer")
    assert Settings(home=tmp_path).rate("pjm", host) == RateLimit(6, timedelta(minutes=1))
    member = Settings(home=tmp_path, hosts={("pjm", "dataminer"): HostSettings(rate="600/60")})
    assert member.rate("pjm", host) == RateLimit(600, timedelta(minutes=1))


BOTH_RUNS = (
    "datetime_beginning_utc,datetime_beginning_ept,pnode_id,pnode_name,voltage,equipment,type,zone,"
    "system_energy_price_rt,total_lmp_rt,congestion_price_rt,marginal_loss_price_rt,"
    "system_energy_price_da,total_lmp_da,congestion_price_da,marginal_loss_price_da\r\n"
    "7/1/2024 4:00:00 AM,7/1/2024 12:00:00 AM,51291,AECO,,,ZONE,AECO,24,22.75,-1.5,0.25,26,27.25,1,0.25\r\n"
)


@pytest.mark.parametrize(("name", "lmp"), [("rt_da_monthly_lmps", 22.75), ("rt_da_monthly_lmps_da", 27.25)])
def test_a_settlement_row_is_a_price_of_each_run(name: str, lmp: float) -> None:
    """The monthly feed has both runs in one row: each of our feeds reads its own, and no column is unknown."""
    found = PJM.feed(name).layout.read(BOTH_RUNS.encode())
    assert found.frame.select("location", "lmp", "status").rows() == [("51291", lmp, "settlement")]
    assert found.findings == ()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("da_hrl_lmps", "verified"),
        ("rt_hrl_lmps", "verified"),
        ("rt_fivemin_hrl_lmps", "verified"),
        ("rt_unverified_hrl_lmps", "preliminary"),
        ("rt_unverified_fivemin_lmps", "preliminary"),
        ("rt_da_monthly_lmps", "settlement"),
        ("rt_fivemin_mnt_lmps", "settlement"),
    ],
)
def test_a_price_says_how_final_it_is(name: str, status: str) -> None:
    """Each feed's rows are of one status; what fills in for another feed keeps its own."""
    feed = PJM.feed(name)
    assert set(feed.layout.read(feed.example.payload).frame["status"]) == {status}
