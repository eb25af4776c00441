"""The sandbox's charts, and the hooks by which California is found."""

from __future__ import annotations

import pytest

import energyopti_caiso
from builders import utc
from energyopti import PluginError
from energyopti.sandbox import Ask
from energyopti_caiso.market import CAISO
from energyopti_caiso.protocol.layouts import figures, report
from energyopti_caiso.sandbox import responders
from energyopti_caiso.sandbox.outlook import outlook

NOW = utc("2026-11-20T20:00")


def test_only_california_is_served() -> None:
    """Other markets are other plugins'."""
    assert energyopti_caiso.energyopti_sandbox("pjm") is None
    served = energyopti_caiso.energyopti_sandbox("caiso")
    assert served is not None
    assert set(served) == {host.name for host in CAISO.hosts} == set(responders())


def test_running_chart_is_empty_after_now() -> None:
    """At noon the last filled row is noon's; the file has a time of the clock and no date."""
    lines = outlook(Ask(path="current/storage.csv", now=NOW)).body.decode().splitlines()
    filled = [line for line in lines[1:] if not line.endswith(",,,")]
    assert lines[1].startswith("00:00,")
    assert filled[-1].startswith("12:00,")
    assert len(lines) == 1 + 288


@pytest.mark.parametrize(
    "path", ["history/20261120/storage.csv", "history/20261301/storage.csv", "current/nothing.csv"]
)
def test_chart_that_is_not_there_is_a_page(path: str) -> None:
    """With status 200: a day that is not over, one that no calendar has, a file that nobody makes."""
    answer = outlook(Ask(path=path, now=NOW))
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert answer.body.startswith(b"<!DOCTYPE html>")


def test_other_paths_are_missing() -> None:
    """What is no chart at all is 404."""
    assert outlook(Ask(path="robots.txt", now=NOW)).status == 404


def test_requirement_of_ramping_may_be_a_column() -> None:
    """One client reads it from a column that is spelt so; the right spelling is known too."""
    times = "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,BAA_GRP_ID,MARKET_RUN_ID,RAMP_TYPE"
    row = "2026-07-01T07:15:00-00:00,2026-07-01T07:30:00-00:00,CISO,RTPD,DOWN,12.5"
    for spelling in ("UNCERTAINITY", "UNCERTAINTY"):
        reading = CAISO.feed("ENE_FLEX_RAMP_REQT_RTPD").layout.read(f"{times},{spelling}\n{row}\n".encode())
        assert reading.frame.select("direction", "location", "requirement").rows() == [("down", "CISO", 12.5)]


def test_every_feed_has_xml_beside_csv() -> None:
    """Reports of OASIS are read in both forms, but for one that comes as XML alone; charts have one."""
    for feed in CAISO.feeds:
        if feed.name == "EDAM_WND_SLR_FORECAST_GRP":
            assert [type(form).__name__ for form in feed.layout.forms] == ["XmlLayout"]
            continue
        forms = [type(form).__name__ for form in (feed.layout, *feed.layout.others)]
        by_oasis = feed.sources[0].host == "oasis"
        assert forms[:2] == (["CsvLayout", "XmlLayout"] if by_oasis else ["CsvLayout"]), feed.name


def test_feeds_say_what_is_not_confirmed() -> None:
    """Real-time prices, the constraints and the load of the specification are confirmed; most others say what is not."""
    confirmed = {feed.name for feed in CAISO.feeds if not feed.unconfirmed}
    assert {"PRC_INTVL_LMP", "PRC_RTPD_LMP", "PRC_HASP_LMP", "SLD_FCST_ACTUAL"} <= confirmed
    assert not any(
        name.startswith(("ENE_FLEX", "CRR_INVENTORY", "AGGR", "DAM_CAP", "PRC_CORR", "EDAM"))
        for name in confirmed
    )


def test_report_of_unknown_figures_is_declared_wrongly() -> None:
    """A figure that fills nothing at all is no report."""
    with pytest.raises(PluginError, match="name a field each"):
        report(CAISO.feed("PRC_LMP").dataset, long=figures({"X": None}, same=()))
