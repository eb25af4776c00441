"""Texas: lists of documents that are kept for days, and the Public API, which has all of it, for those with an account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

import attrs
import polars as pl

from energyopti.sandbox import Answer, Ask, Responder
from energyopti.timezones import DAY
from energyopti_ercot.sandbox.catalogue import BY_PATH
from energyopti_ercot.sandbox.login import login
from energyopti_ercot.sandbox.tables import Table
from simulation.borrowed import Borrowed
from simulation.issues import Issues
from simulation.papers import Papers
from simulation.schedules import (
    GROWING,
    Corrected,
    Cut,
    EachInterval,
    Late,
    Lost,
    PostedEmpty,
    Published,
    Runs,
    WholeDay,
)

_FIVE, _QUARTER, _HOUR = timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)
_POINTS = {
    "HB_NORTH": {"location_type": "hub"},
    "HB_HOUSTON": {"location_type": "hub"},
    "LZ_NORTH": {"location_type": "zone"},
    "ALPHA_RN": {"location_type": "node"},
}
_ZONES: Mapping[str, Mapping[str, str]] = {
    name: {} for name in ("NORTH", "SOUTH", "WEST", "HOUSTON", "SYSTEM")
}
_A_DAY = (
    Late(by=3 * _HOUR),
    PostedEmpty(until=2 * _HOUR),
    Cut(until=4 * _HOUR),
    Corrected(after=-33 * _HOUR, share=0.3),
    Late(by=8 * _HOUR),
    Cut(until=3 * _HOUR, by="place"),
)
_GROWING = tuple(each for each in GROWING if not isinstance(each, Lost | PostedEmpty))
"""An interval that is never published, or a document of a header alone, is none of a report with a document an interval."""

PUBLISHED = (
    Published(
        feed="dam_stlmnt_pnt_prices",
        closed=False,
        values=("lmp",),
        step=_HOUR,
        locations=_POINTS,
        release=WholeDay(at=time(12, 35), jitter=timedelta(minutes=40)),
        troubles=_A_DAY,
        watched=True,
    ),
    Published(
        feed="spp_node_zone_hub",
        closed=False,
        values=("lmp",),
        step=_QUARTER,
        locations=_POINTS,
        release=EachInterval(after=timedelta(seconds=60), jitter=timedelta(seconds=120)),
        troubles=_GROWING,
        watched=True,
    ),
    Published(
        feed="lmp_node_zone_hub",
        closed=False,
        values=("lmp",),
        step=_FIVE,
        offset=timedelta(seconds=17),
        locations=dict(list(_POINTS.items())[:2]),
        release=EachInterval(after=timedelta(seconds=12), jitter=timedelta(seconds=20), reading=True),
        troubles=(),
        history=8,
        kept=4 * DAY,
    ),
    Published(
        feed="act_sys_load_by_fzn",
        step=_HOUR,
        locations=_ZONES,
        release=WholeDay(at=time(0, 50), days=1, jitter=timedelta(minutes=5)),
        troubles=(Late(by=3 * _HOUR), PostedEmpty(until=2 * _HOUR), Cut(until=4 * _HOUR)),
    ),
    Published(
        feed="7d_load_fcast_by_fzn",
        step=_HOUR,
        locations=_ZONES,
        release=Runs(every=_HOUR, past=timedelta(minutes=30), reach=3 * DAY),
        troubles=(),
        history=12,
        kept=6 * DAY,
    ),
)
DOCUMENTS_ALONE = tuple(
    attrs.evolve(
        each,
        kept=kept,
        troubles=tuple(t for t in each.troubles if not isinstance(t, Corrected) or t.after < 3 * DAY),
    )
    for each, kept in zip(PUBLISHED, (29 * DAY, 4 * DAY, 4 * DAY, 4 * DAY, 6 * DAY), strict=True)
)
"""What is published for those without an account: lists go back days to weeks, and what is corrected later is not in them."""

REQUESTS_A_POLL = {"dam_stlmnt_pnt_prices": 2, "spp_node_zone_hub": 2}
"""The list, and the API where the list lacks something; documents are counted by themselves, since they never change."""

CREDENTIALS = {("ercot", name): "simulated" for name in ("username", "password", "subscription_key")}
LIST, DOWNLOAD = "misapp/servlets/IceDocListJsonWS", "misdownload/servlets/mirDownload"


@attrs.frozen(kw_only=True)
class Delivered(Table):
    """A table of the API over what is published."""

    truth: Issues

    def published(self, first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        """What a range asks for."""
        return self.truth.between(first, last, now)


def _delivered(issues: Issues) -> Delivered:
    """What the API has of a report."""
    given = {field.name: getattr(issues.table, field.name) for field in attrs.fields(Table)}
    return Delivered(**(given | {"posted": False, "reach": None}), truth=issues)


class Hosts:
    """The lists with their documents, the API and the login."""

    def __init__(self, papers: Mapping[str, Papers]) -> None:
        tables = {each.path.partition("/")[2]: each for each in BY_PATH.values()}
        self._issues = {tables[name].number: Issues(each, tables[name]) for name, each in papers.items()}
        tables = {each.table.path: _delivered(each) for each in self._issues.values()}
        self._sandbox = Borrowed("energyopti_ercot.sandbox.api", "api", "BY_PATH", tables)

    def hosts(self) -> Mapping[str, Responder]:
        """The servers by the names of their hosts."""
        return {"mis": self.documents, "api": self.api, "login": login}

    def documents(self, ask: Ask) -> Answer:
        """A list, or a document."""
        if ask.path == LIST:
            issues = self._issues.get(ask.params.get("reportTypeId", ""))
            body = b'{"ListDocsByRptTypeRes":{}}' if issues is None else issues.listed(ask.now)
            return Answer(body=body, content_type="application/json")
        number = ask.params.get("doclookupId", "") if ask.path == DOWNLOAD else ""
        issues = self._issues.get(number[-5:])
        body_ = issues.document(number, ask.now) if issues is not None else None
        return Answer.missing() if body_ is None else Answer(body=body_, content_type="application/zip")

    def api(self, ask: Ask) -> Answer:
        """One request of the API; the archive of documents is not there."""
        return Answer.missing() if ask.path.startswith("archive/") else self._sandbox(ask)
