"""PJM's energy prices: day-ahead, real-time hourly and five-minute LMP, verified and, until then, unverified."""

from __future__ import annotations

import functools
from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, History, Locations, Run, Unconfirmed
from energyopti.datasets import LMP
from energyopti.layouts import Layout, Number, Residual, Superseded, Text
from energyopti.timezones import HOUR
from energyopti.vocabulary import LocationType, Status
from energyopti_pjm import examples, timing
from energyopti_pjm.feeds.reference import PNODES
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.dataminer import DOCUMENTED, data_miner
from energyopti_pjm.protocol.pages import UNCONFIRMED, Form
from energyopti_pjm.protocol.ranges import Archive, narrowing
from energyopti_pjm.protocol.rows import FIVE_MINUTES, beginning, optional, rows
from energyopti_pjm.protocol.settled import settled_first
from energyopti_pjm.protocol.unverified import by_name, verified_first
from energyopti_pjm.vocabulary import SUBTYPES

TYPE = Text("type", to="location_type", words=SUBTYPES, default=LocationType.NODE.value)
"""PJM's pricing node subtypes as location types."""

HOURLY_ARCHIVE = Archive(after=timedelta(days=731))
FIVE_MINUTE_ARCHIVE = Archive(after=timedelta(days=186), by_type=False)
_EDGE = Unconfirmed.noted(
    date(2026, 11, 29),
    ("at what time of the day rows move to the archive", "midnight in UTC is assumed"),
    "where archiveCutoffDays is in the feed's definition",
)
_KEPT = timedelta(days=30)
_KEPT_FIVE_MINUTES = timedelta(days=15)
_of_nodes = functools.partial(dataminer.rows, place="pnode_id", form=Form.CSV)
"""Prices of all nodes: 300,000 rows a day hourly, and millions five-minute. They are requested as CSV."""


_REPEATED = ("datetime_beginning_utc", "datetime_beginning_ept", "type", "row_is_current")
"""Columns with few distinct words in 300,000 rows, if the words are long or filtered; other short ones stay text."""


_COMPONENTS = (
    "total_lmp_{}",
    "system_energy_price_{}",
    "congestion_price_{}",
    "marginal_loss_price_{}",
)


def verified(suffix: str, step: timedelta, *, status: Status = Status.VERIFIED, others: str = "") -> Layout:
    """Prices once they are verified; ``suffix`` is ``da`` or ``rt``, ``others`` the suffix of prices of the other run beside them.

    Energy, congestion and losses add up to the published price; in real time, to the cent.
    """
    version = Number("version_nbr", to="version", required=False)
    return rows(
        LMP,
        beginning(step),
        Text("pnode_id", to="location"),
        Text("pnode_name", to="location_name", required=False),
        *(optional(name) for name in ("voltage", "equipment", "zone", "row_is_current")),
        TYPE,
        Number(f"total_lmp_{suffix}", to="lmp"),
        Number(f"system_energy_price_{suffix}", to="energy", required=False),
        Number(f"congestion_price_{suffix}", to="congestion", required=False),
        Number(f"marginal_loss_price_{suffix}", to="loss", required=False),
        version if status is Status.VERIFIED else optional("version_nbr"),
        constants={"status": status.value},
        ignored=tuple(name.format(others) for name in _COMPONENTS) if others else (),
        superseded=Superseded("row_is_current"),
        packed=_REPEATED,
    )


def unverified(step: timedelta, *identifiers: str) -> Layout:
    """Prices before they are verified: energy is not published and is derived from the other columns."""
    return rows(
        LMP,
        beginning(step),
        Text(identifiers, to="location"),
        Text("pnode_name", to="location_name", required=False),
        TYPE,
        Number("total_lmp_rt", to="lmp"),
        Number("congestion_price_rt", to="congestion"),
        Number("marginal_loss_price_rt", to="loss"),
        derived=(Residual(to="energy", of="lmp", minus=("congestion", "loss"), digits=6),),
        constants={"status": Status.PRELIMINARY.value},
        ignored=("occ_check", "ref_caseid", "ref_caseid_used_multi_interval"),
        packed=_REPEATED,
    )


DAY_AHEAD = verified("da", HOUR)
REAL_TIME = verified("rt", HOUR)
FIVE_MINUTE = verified("rt", FIVE_MINUTES)
SETTLEMENT = verified("rt", HOUR, status=Status.SETTLEMENT, others="da")
DAY_AHEAD_SETTLEMENT = verified("da", HOUR, status=Status.SETTLEMENT, others="rt")
FIVE_MINUTE_SETTLEMENT = verified("rt", FIVE_MINUTES, status=Status.SETTLEMENT)

_SETTLEMENT = Unconfirmed.noted(
    date(2026, 11, 30),
    "its first day",
    ("which locations it has", "zones, hubs and aggregates in the five-minute feed, by one client"),
    ("whether it has versions", "they are read if it does"),
)
_SETTLED_SINCE = date(2018, 4, 1)
_settled = functools.partial(settled_first, since=_SETTLED_SINCE, after=timing.FINAL_AFTER)
"""Settlement prices of a month, and the others until they are final."""


UNVERIFIED = unverified(HOUR, "pnode_id", "pnode_name")
"""Hourly rows have a node's name but no id: the name is used as the id until it is looked up."""

UNVERIFIED_FIVE_MINUTE = unverified(FIVE_MINUTES, "pnode_id")

DAY_AHEAD_LMP = Feed(
    name="da_hrl_lmps",
    dataset=LMP,
    run=Run.DAY_AHEAD,
    title="Day-ahead hourly LMP",
    documented_at=DOCUMENTED.format("da_hrl_lmps"),
    history=History(since=date(2000, 6, 1)),
    publication=attrs.evolve(timing.DAY_AHEAD_PRICES, published_ahead=timedelta(days=2)),
    locations=Locations(per_location=narrowing(HOURLY_ARCHIVE, ChunkSize.YEAR)),
    layout=DAY_AHEAD,
    example=examples.of("da_hrl_lmps.json"),
    sources=data_miner(
        _settled(
            functools.partial(_of_nodes, "rt_da_monthly_lmps", DAY_AHEAD_SETTLEMENT),
            _of_nodes(archive=HOURLY_ARCHIVE),
        ),
        in_stages=True,
    ),
    unconfirmed=(*_EDGE, *_SETTLEMENT, *UNCONFIRMED),
)

REAL_TIME_LMP = attrs.evolve(
    DAY_AHEAD_LMP,
    name="rt_hrl_lmps",
    run=Run.REAL_TIME_HOURLY,
    title="Real-time hourly LMP, unverified until it is verified",
    documented_at=DOCUMENTED.format("rt_hrl_lmps"),
    history=attrs.evolve(DAY_AHEAD_LMP.history, since=date(1998, 4, 1)),
    publication=timing.VERIFIED_HOURLY,
    layout=REAL_TIME,
    example=examples.of("rt_hrl_lmps.json"),
    sources=data_miner(
        _settled(
            functools.partial(_of_nodes, "rt_da_monthly_lmps", SETTLEMENT),
            verified_first(
                _of_nodes(archive=HOURLY_ARCHIVE),
                by_name(PNODES, feed="rt_unverified_hrl_lmps", layout=UNVERIFIED),
                kept=_KEPT,
            ),
        ),
        fills_when_doubted=True,
        in_stages=True,
    ),
    unconfirmed=(
        *_EDGE,
        *Unconfirmed.noted(
            date(2026, 11, 24),
            ("how long unverified hourly prices are kept", "about 30 days"),
            "that they have a node's name but no id",
        ),
        *UNCONFIRMED,
    ),
)

FIVE_MINUTE_LMP = attrs.evolve(
    REAL_TIME_LMP,
    name="rt_fivemin_hrl_lmps",
    run=Run.REAL_TIME_5MIN,
    title="Real-time five-minute LMP, unverified until it is verified",
    documented_at=DOCUMENTED.format("rt_fivemin_hrl_lmps"),
    history=attrs.evolve(REAL_TIME_LMP.history, since=date(2018, 4, 1)),
    publication=timing.VERIFIED_FIVE_MINUTES,
    locations=attrs.evolve(
        REAL_TIME_LMP.locations, per_location=narrowing(FIVE_MINUTE_ARCHIVE, ChunkSize.MONTH)
    ),
    layout=FIVE_MINUTE,
    example=examples.of("rt_hrl_lmps.json", rows="rt_fivemin_hrl_lmps.rows.json"),
    sources=data_miner(
        _settled(
            functools.partial(_of_nodes, "rt_fivemin_mnt_lmps", FIVE_MINUTE_SETTLEMENT),
            verified_first(
                _of_nodes(archive=FIVE_MINUTE_ARCHIVE),
                _of_nodes("rt_unverified_fivemin_lmps", UNVERIFIED_FIVE_MINUTE),
                kept=_KEPT_FIVE_MINUTES,
            ),
        ),
        fills_when_doubted=True,
        in_stages=True,
    ),
    unconfirmed=(
        *Unconfirmed.noted(
            date(2026, 11, 25),
            "its first day",
        ),
        *_EDGE,
        *UNCONFIRMED,
    ),
)

UNVERIFIED_LMP = attrs.evolve(
    REAL_TIME_LMP,
    name="rt_unverified_hrl_lmps",
    title="Real-time hourly LMP as first published",
    documented_at=DOCUMENTED.format("rt_unverified_hrl_lmps"),
    history=attrs.evolve(REAL_TIME_LMP.history, since=date(2018, 4, 1), retention=_KEPT),
    locations=attrs.evolve(REAL_TIME_LMP.locations, per_location=ChunkSize.MONTH),
    derived=("energy",),
    publication=timing.UNVERIFIED_HOURLY,
    layout=UNVERIFIED,
    example=examples.of("rt_unverified_hrl_lmps.json"),
    sources=data_miner(by_name(PNODES)),
    unconfirmed=(
        *Unconfirmed.noted(
            date(2026, 11, 24),
            ("how many days are kept", "about 30"),
            "that rows have a node's name but no id, and can be requested by kind only",
        ),
        *UNCONFIRMED,
    ),
)

UNVERIFIED_FIVE_MINUTE_LMP = attrs.evolve(
    UNVERIFIED_LMP,
    name="rt_unverified_fivemin_lmps",
    run=Run.REAL_TIME_5MIN,
    title="Real-time five-minute LMP as first published",
    documented_at=DOCUMENTED.format("rt_unverified_fivemin_lmps"),
    publication=timing.REAL_TIME,
    history=attrs.evolve(UNVERIFIED_LMP.history, retention=_KEPT_FIVE_MINUTES),
    layout=UNVERIFIED_FIVE_MINUTE,
    example=examples.of("rt_unverified_fivemin_lmps.json"),
    sources=data_miner(_of_nodes()),
    unconfirmed=(
        *Unconfirmed.noted(
            date(2026, 11, 25),
            ("how many days are kept", "about 15"),
            "whether locations can be requested",
        ),
        *UNCONFIRMED,
    ),
)

SETTLEMENT_LMP = attrs.evolve(
    REAL_TIME_LMP,
    name="rt_da_monthly_lmps",
    title="Real-time hourly LMP for settlement, final after the month",
    documented_at=DOCUMENTED.format("rt_da_monthly_lmps"),
    history=attrs.evolve(REAL_TIME_LMP.history, since=_SETTLED_SINCE),
    locations=attrs.evolve(REAL_TIME_LMP.locations, per_location=ChunkSize.MONTH),
    publication=timing.SETTLEMENT,
    layout=SETTLEMENT,
    example=examples.of("rt_da_monthly_lmps.json"),
    sources=data_miner(_of_nodes()),
    unconfirmed=(*_SETTLEMENT, *UNCONFIRMED),
)
"""The prices that settle hourly energy in real time.

Those of zones and residual aggregates in the daily feeds are estimates until this feed is final.
"""

DAY_AHEAD_SETTLEMENT_LMP = attrs.evolve(
    SETTLEMENT_LMP,
    name="rt_da_monthly_lmps_da",
    run=Run.DAY_AHEAD,
    title="Day-ahead hourly LMP for settlement, final after the month",
    layout=DAY_AHEAD_SETTLEMENT,
    example=examples.of("rt_da_monthly_lmps.json", rows="rt_da_monthly_lmps_da.rows.json"),
    sources=data_miner(_of_nodes("rt_da_monthly_lmps", DAY_AHEAD_SETTLEMENT)),
)
"""The day-ahead half of the same rows."""

FIVE_MINUTE_SETTLEMENT_LMP = attrs.evolve(
    SETTLEMENT_LMP,
    name="rt_fivemin_mnt_lmps",
    run=Run.REAL_TIME_5MIN,
    title="Real-time five-minute LMP for settlement, final after the month",
    documented_at=DOCUMENTED.format("rt_fivemin_mnt_lmps"),
    layout=FIVE_MINUTE_SETTLEMENT,
    example=examples.of("rt_hrl_lmps.json", rows="rt_fivemin_mnt_lmps.rows.json"),
)

PRICES = (
    DAY_AHEAD_LMP,
    REAL_TIME_LMP,
    FIVE_MINUTE_LMP,
    UNVERIFIED_LMP,
    UNVERIFIED_FIVE_MINUTE_LMP,
    SETTLEMENT_LMP,
    DAY_AHEAD_SETTLEMENT_LMP,
    FIVE_MINUTE_SETTLEMENT_LMP,
)
