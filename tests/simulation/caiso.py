"""California: OASIS, whose sandbox answers from what is published here, and the charts of Today's Outlook."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import attrs
import polars as pl

from energyopti.sandbox import Answer, Ask, Responder
from energyopti.timezones import DAY, local_date
from energyopti_caiso.sandbox.reports import TABLES
from simulation.borrowed import Borrowed
from simulation.papers import Papers
from simulation.schedules import FORECAST, GROWING, USUAL, EachInterval, Published, WholeDay
from simulation.truth import NEVER, Truth, local_midnight

ZONE = "America/Los_Angeles"
_FIVE, _QUARTER, _HOUR = timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)
_PRICED: Mapping[str, Mapping[str, str]] = {
    name: {}
    for name in (
        "TH_NP15_GEN-APND",
        "TH_SP15_GEN-APND",
        "TH_ZP26_GEN-APND",
        "DLAP_PGAE-APND",
        "DLAP_SCE-APND",
        "DLAP_SDGE-APND",
        "DLAP_VEA-APND",
    )
}
_AREAS: Mapping[str, Mapping[str, str]] = {
    name: {} for name in ("CA ISO-TAC", "PGE-TAC", "SCE-TAC", "SDGE-TAC")
}

PUBLISHED = (
    Published(
        feed="PRC_LMP",
        step=_HOUR,
        locations=_PRICED,
        release=WholeDay(at=time(12, 30), jitter=timedelta(minutes=28)),
        troubles=USUAL,
        watched=True,
        history=68,
    ),
    Published(
        feed="PRC_INTVL_LMP",
        step=_FIVE,
        locations=_PRICED,
        release=EachInterval(after=timedelta(seconds=150), jitter=timedelta(seconds=100)),
        troubles=GROWING,
        watched=True,
    ),
    Published(
        feed="PRC_RTPD_LMP",
        step=_QUARTER,
        locations=_PRICED,
        release=EachInterval(after=timedelta(minutes=2), jitter=timedelta(minutes=3)),
        troubles=GROWING,
    ),
    Published(
        feed="SLD_FCST_ACTUAL",
        step=_HOUR,
        locations=_AREAS,
        release=EachInterval(after=timedelta(minutes=25), jitter=timedelta(minutes=20)),
        troubles=GROWING,
        history=68,
    ),
    Published(
        feed="SLD_FCST_DAM",
        step=_HOUR,
        locations=_AREAS,
        release=WholeDay(at=time(8, 45), jitter=timedelta(minutes=20)),
        troubles=FORECAST,
        history=68,
    ),
    Published(
        feed="demand",
        step=_FIVE,
        locations={"CAISO": {}},
        release=EachInterval(after=timedelta(seconds=60), jitter=timedelta(seconds=90), reading=True),
        troubles=GROWING,
    ),
)
REQUESTS_A_POLL = {"PRC_LMP": 2, "PRC_INTVL_LMP": 1}
"""A request for each month that today and tomorrow lie in; one for the running day."""

_REPORTS = {
    "PRC_LMP": ("PRC_LMP", "DAM", ""),
    "PRC_INTVL_LMP": ("PRC_INTVL_LMP", "RTM", ""),
    "PRC_RTPD_LMP": ("PRC_RTPD_LMP", "RTPD", ""),
    "SLD_FCST_ACTUAL": ("SLD_FCST", "ACTUAL", ""),
    "SLD_FCST_DAM": ("SLD_FCST", "DAM", ""),
}
_CHART = re.compile(r"(?:history/(?P<day>\d{8})|current)/demand\.csv")
_PAGE = b"<!DOCTYPE html><html><body>CAISO</body></html>"
_TURNED_AT, _KEPT_AT = timedelta(minutes=6), timedelta(minutes=12)


@attrs.frozen(eq=False)
class Rows:
    """The rows of a truth, as a table of OASIS has them."""

    truth: Truth

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Every version, in the order of time; prices have no share of greenhouse gas."""
        more = [pl.lit(None, dtype=pl.Float64).alias("ghg")] if self.truth.dataset == "lmp" else []
        return self.truth.frame.drop("version").with_columns(more)

    @cached_property
    def changes(self) -> list[datetime]:
        """When anything changes."""
        return sorted(self.frame["out"].filter(self.frame["out"] < NEVER).unique().to_list())

    def state(self, now: datetime) -> int:
        """How often it changed by an instant."""
        return bisect.bisect_right(self.changes, now)

    def between(self, start: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        """What is there of a time at an instant."""
        starts = self.frame["interval_start"]
        rows = self.frame[starts.search_sorted(start) : starts.search_sorted(end)]
        return rows.filter(pl.col("out") <= now).unique(self.truth.key, keep="last", maintain_order=True)


class Hosts:
    """OASIS and the charts, over what is published."""

    def __init__(self, papers: Mapping[str, Papers]) -> None:
        self._rows = {_REPORTS[name]: Rows(each.truth) for name, each in papers.items() if name in _REPORTS}
        tables = {key: attrs.evolve(TABLES[key], rows=rows.between) for key, rows in self._rows.items()}
        self._oasis = Borrowed("energyopti_caiso.sandbox.oasis", "oasis", "TABLES", tables, self._state)
        self._demand = papers.get("demand")

    def hosts(self) -> Mapping[str, Responder]:
        """The servers by the names of their hosts."""
        return {"oasis": self._oasis, "outlook": self.outlook}

    def _state(self, ask: Ask) -> int | None:
        words = ("queryname", "market_run_id", "execution_type")
        name, run, kind = (ask.params.get(word, "") for word in words)
        rows = self._rows.get((name, run, kind))
        return None if rows is None else rows.state(ask.now)

    def outlook(self, ask: Ask) -> Answer:
        """A day's chart: the running one turns to the next day some minutes after midnight, and is then kept."""
        found = _CHART.fullmatch(ask.path)
        if found is None or self._demand is None:
            return Answer(body=_PAGE, content_type="text/html")
        if found["day"] is None:
            day = local_date(ask.now - _TURNED_AT, ZONE)
        else:
            day = datetime.strptime(found["day"], "%Y%m%d").replace(tzinfo=UTC).date()
            if ask.now < local_midnight(day + DAY, ZONE) + _KEPT_AT:
                return Answer(body=_PAGE, content_type="text/html")
        page = self._demand.page(day)
        if page is None:
            return Answer(body=_PAGE, content_type="text/html")
        there = page.without_superseded(ask.now)
        loads = dict(zip(there["interval_start"], there["load"], strict=True))
        lines = ["Time,Day-ahead forecast,Hour-ahead forecast,Current demand"]
        for at in page.frame["interval_start"].unique(maintain_order=True):
            load = loads.get(at)
            said = "" if load is None else f"{load:.0f}"
            lines.append(f"{at.astimezone(ZoneInfo(ZONE)):%H:%M},20000,21000,{said}")
        return Answer(
            body="\n".join(lines).encode() + b"\n",
            content_type="text/csv",
            modified=page.modified(ask.now) if page.state(ask.now) else ask.now,
        )
