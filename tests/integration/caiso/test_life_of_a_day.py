"""What a day of California's is before it is out, in pieces, whole, withheld and corrected."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from caiso_hosts import (
    COMPONENTS,
    NOTHING,
    Hosts,
    Span,
    hours,
    price_file,
    price_rows,
    span_of,
    statuses,
    table,
)
from energyopti import FindingKind, MarketData, NoData
from energyopti_caiso.locations import HUBS, USUAL
from serving import Clock

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

JULY_2 = ("2026-07-02", "2026-07-03")
FIRST = utc("2026-07-02T07:00")
"""Midnight in California."""

BEFORE, OUT, LATE = utc("2026-07-01T15:00"), utc("2026-07-01T19:50"), utc("2026-07-01T21:00")
"""08:00, 12:50 and 14:00 on the day before: day-ahead prices are due at 13:00."""


def asked_of(rows: Sequence[str], span: Span) -> Iterable[str]:
    """The rows that begin in a span."""
    low, high = (span_of(at).partition(",")[0] for at in span)
    return (row for row in rows if low <= row.partition(",")[0] < high)


def prices(*groups: list[str]) -> Hosts:
    """OASIS with day-ahead prices of those hours, and of no others."""
    rows = [row for group in groups for row in group]

    def served(span: Span) -> bytes:
        found = list(asked_of(rows, span))
        return price_file(found) if found else NOTHING

    return Hosts({"PRC_LMP": served})


def whole(count: int = 24, start: datetime = FIRST, *, lmp: float = 40.0) -> list[str]:
    """Prices of a day at the usual nodes."""
    return price_rows(hours(start, count), USUAL, lmp=lmp)


def gaps(data: MarketData) -> str:
    """What is found to lack, in words."""
    return "; ".join(each.message for each in data.findings if each.kind is FindingKind.GAP)


# Day-ahead prices


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-07-30T15:00", "not_published"),
        ("2026-07-31T15:00", "not_published"),
        ("2026-07-31T19:59", "not_published"),
        ("2026-07-31T20:00", "missing"),
        ("2026-08-01T20:00", "missing"),
        ("2026-09-10T20:00", "missing"),
    ],
)
@pytest.mark.parametrize("answer", [NOTHING, price_file([])])
def test_day_that_is_not_out_is_not_published_until_it_is_due(
    now: str, status: str, answer: bytes, tmp_path: Path
) -> None:
    """Whether OASIS has no data of August, or a file with a header alone; the last day of July is there."""
    august = utc("2026-08-01T07:00")
    july = price_file(whole(start=august - timedelta(days=1)))
    hosts = Hosts({"PRC_LMP": lambda span: answer if span[0] == august else july})
    found = hosts.state(tmp_path, utc(now), "PRC_LMP", "2026-07-31", "2026-08-02")
    assert found == (["complete", status], 24 * 7)


def test_strict_query_of_tomorrow_raises_before_prices_are_out(tmp_path: Path) -> None:
    """Nothing is no answer."""

    async def go() -> MarketData:
        async with prices(whole(start=FIRST - timedelta(days=1))).service(tmp_path, Clock(BEFORE)) as service:
            return await service.get_market_data("caiso", "PRC_LMP", *JULY_2)

    with pytest.raises(NoData, match="not published yet"):
        asyncio.run(go())


def test_day_before_is_complete_beside_a_morrow_that_is_not_out(tmp_path: Path) -> None:
    """Both lie in one month, which is one request."""
    hosts = prices(whole(start=FIRST - timedelta(days=1)))
    data = hosts.get(tmp_path, BEFORE, "PRC_LMP", "2026-07-01", "2026-07-03")
    assert (statuses(data), len(data)) == (["complete", "not_published"], 24 * 7)
    assert len(hosts.asked) == 1


@pytest.mark.parametrize("now", [OUT, LATE, utc("2026-07-03T20:00"), utc("2026-08-11T20:00")])
def test_day_is_complete_once_all_of_it_is_there(now: datetime, tmp_path: Path) -> None:
    """Also ten minutes before it is due."""
    data = prices(whole()).get(tmp_path, now, "PRC_LMP", *JULY_2)
    assert (statuses(data), len(data), gaps(data)) == (["complete"], 24 * 7, "")


@pytest.mark.parametrize("now", [OUT, LATE, utc("2026-08-11T20:00")])
def test_prices_without_a_component_are_incomplete(now: datetime, tmp_path: Path) -> None:
    """Three files of four are there: the price stands, its congestion is null, and the answer is not whole."""
    rows = price_rows(hours(FIRST, 24), USUAL, ("LMP", "MCE", "MCL"))
    data = prices(rows).get(tmp_path, now, "PRC_LMP", *JULY_2)
    assert statuses(data) == ["incomplete"]
    assert set(data.frame["lmp"]) == {40.0}
    assert data.frame["congestion"].null_count() == len(data) == 24 * 7
    assert not any(each.final for each in data.provenance)


def test_components_without_their_price_are_incomplete(tmp_path: Path) -> None:
    """A price is not made of them."""
    data = prices(price_rows(hours(FIRST, 24), USUAL, ("MCE", "MCC", "MCL"))).get(
        tmp_path, OUT, "PRC_LMP", *JULY_2
    )
    assert statuses(data) == ["incomplete"]
    assert data.frame["lmp"].null_count() == len(data)


@pytest.mark.parametrize("now", [OUT, LATE, utc("2026-08-11T20:00")])
def test_prices_of_some_nodes_are_incomplete(now: datetime, tmp_path: Path) -> None:
    """Of hubs and load zones the hubs are there: what is asked of them alone is complete."""
    hosts = prices(price_rows(hours(FIRST, 24), HUBS.values()))
    assert hosts.state(tmp_path, now, "PRC_LMP", *JULY_2)[0] == ["incomplete"]
    assert hosts.state(tmp_path, now, "PRC_LMP", *JULY_2, locations=["SP15", "NP15"])[0] == ["complete"]
    some = hosts.get(tmp_path, now, "PRC_LMP", *JULY_2, locations=["SP15", "SCE"])
    assert (statuses(some), set(some.frame["location"])) == (["incomplete"], {HUBS["SP15"]})


def test_nodes_that_lack_tomorrow_alone_make_tomorrow_incomplete(tmp_path: Path) -> None:
    """Today has all seven, tomorrow three: today is complete all the same, in the same month."""
    hosts = prices(whole(start=FIRST - timedelta(days=1)), price_rows(hours(FIRST, 24), HUBS.values()))
    for now in (OUT, LATE):
        today = hosts.state(tmp_path, now, "PRC_LMP", "2026-07-01", "2026-07-02")
        assert today == (["complete"], 24 * 7)
        assert hosts.state(tmp_path, now, "PRC_LMP", *JULY_2) == (["incomplete"], 24 * 3)


def test_day_with_a_withheld_hour_is_incomplete(tmp_path: Path) -> None:
    """Forty days later as on the day."""
    rows = price_rows([*hours(FIRST, 9), *hours(FIRST + timedelta(hours=10), 14)], USUAL)
    for now in (OUT, LATE, utc("2026-07-03T20:00"), utc("2026-08-11T20:00")):
        data = prices(rows).get(tmp_path, now, "PRC_LMP", *JULY_2)
        assert (statuses(data), len(data)) == (["incomplete"], 23 * 7)
        assert not any(each.final for each in data.provenance)


@pytest.mark.parametrize(
    ("day", "start", "count"),
    [
        (("2026-03-08", "2026-03-09"), "2026-03-08T08:00", 23),
        (("2026-11-01", "2026-11-02"), "2026-11-01T07:00", 25),
    ],
)
def test_days_of_clock_changes_are_whole_with_their_own_hours(
    day: tuple[str, str], start: str, count: int, tmp_path: Path
) -> None:
    """Twenty-three and twenty-five; one fewer is a hole."""
    first = utc(start)
    for now in (first - timedelta(hours=10), first + timedelta(hours=12), first + timedelta(days=40)):
        data = prices(whole(count, first)).get(tmp_path, now, "PRC_LMP", *day)
        assert (statuses(data), len(data)) == (["complete"], count * 7)
        less = prices(whole(count - 1, first)).get(tmp_path, now, "PRC_LMP", *day)
        assert (statuses(less), len(less)) == (["incomplete"], (count - 1) * 7)


@settings(max_examples=25, deadline=None)
@given(
    lacking=st.sets(
        st.tuples(st.integers(0, 23), st.sampled_from(USUAL), st.sampled_from(COMPONENTS)), max_size=6
    ),
    now=st.sampled_from([OUT, LATE, utc("2026-07-03T20:00"), utc("2026-08-11T20:00")]),
)
def test_complete_is_what_has_every_figure(
    lacking: set[tuple[int, str, str]], now: datetime, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever lacks of a day at whatever time: every figure that is there is right, and complete means all."""
    rows = [
        row
        for hour, at in enumerate(hours(FIRST, 24))
        for node in USUAL
        for word in COMPONENTS
        if (hour, node, word) not in lacking
        for row in price_rows([at], [node], [word])
    ]
    data = prices(rows).get(tmp_path_factory.mktemp("home"), now, "PRC_LMP", *JULY_2)
    assert (statuses(data) == ["complete"]) == (not lacking)
    figures = data.frame.select("lmp", "energy", "congestion", "loss")
    assert sum(figures.null_count().row(0)) == 4 * len(data) - len(rows)
    assert [each.drop_nulls().unique().to_list() for each in figures] == [[40.0], [39.0], [0.75], [0.25]]


@pytest.mark.parametrize("days", [2, 6, 20])
def test_correction_reaches_who_asks_after_it(days: int, tmp_path: Path) -> None:
    """A service that has the day in memory asks again: two days later after half an hour, twenty days later after one."""
    hosts, clock = prices(whole()), Clock(utc("2026-07-03T20:00"))

    async def go() -> list[float]:
        found = []
        async with hosts.service(tmp_path, clock) as service:
            for after in (timedelta(), timedelta(days=days), timedelta(days=days + 1)):
                if after == timedelta(days=days):
                    hosts.reports = prices(whole(lmp=55.0)).reports
                clock.at = utc("2026-07-03T20:00") + after
                data = await service.get_market_data("caiso", "PRC_LMP", *JULY_2)
                assert statuses(data) == ["complete"]
                found.append(data.frame["lmp"][0])
        return found

    assert asyncio.run(go()) == [40.0, 55.0, 55.0]


# What binds: rows only where something happened

_NOMOGRAM = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,OPR_TYPE,MARKET_RUN_ID,NOMOGRAM_ID_XML,"
    "NOMOGRAM_ID,CONSTRAINT_CAUSE,PRC,GROUP"
)


@pytest.mark.parametrize(
    ("now", "status"), [(BEFORE, "not_published"), (LATE, "complete"), (utc("2026-08-11T20:00"), "complete")]
)
def test_day_on_which_nothing_binds_is_complete_once_it_is_due(
    now: datetime, status: str, tmp_path: Path
) -> None:
    """Its file has a header alone; before it is due that says nothing."""
    hosts = Hosts({"PRC_NOMOGRAM": table(_NOMOGRAM, [])})
    found = hosts.state(tmp_path, now, "PRC_NOMOGRAM", "2026-07-01", "2026-07-03")
    assert found == ((["complete"] if status == "complete" else ["complete", status]), 0)


@pytest.mark.parametrize(("now", "status"), [(BEFORE, "not_published"), (LATE, "missing")])
def test_no_data_of_what_binds_is_missing_once_it_is_due(now: datetime, status: str, tmp_path: Path) -> None:
    """OASIS says so of a day that it has not: nobody can tell it from one on which nothing binds."""
    nothing_bound = table(_NOMOGRAM, [])
    hosts = Hosts({"PRC_NOMOGRAM": lambda span: NOTHING if span[0] == FIRST else nothing_bound})
    found = hosts.state(tmp_path, now, "PRC_NOMOGRAM", "2026-07-01", "2026-07-03")
    assert found == (["complete", status], 0)


# Reserves

_RESERVES = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,OPR_TYPE,ANC_TYPE,ANC_REGION,MARKET_RUN_ID,"
    "XML_DATA_ITEM,MW,GROUP"
)
_REGIONS = ("AS_CAISO_EXP", "AS_CAISO", "AS_NP26_EXP", "AS_NP26", "AS_SP26_EXP", "AS_SP26")


def reserves(regions: Iterable[str], services: Iterable[str] = ("NR", "SR", "RU", "RD")) -> Hosts:
    """Prices of reserves of July 2: one dollar in each region."""
    services = tuple(services)
    rows = [
        f"{span_of(at)},x,1,0,R,{service},{region},DAM,X,1,1"
        for service in services
        for region in regions
        for at in hours(FIRST, 24)
    ]
    return Hosts({"PRC_AS": table(_RESERVES, rows)})


def paid(data: MarketData) -> dict[str, set[float | None]]:
    """What is paid at each place."""
    rows = data.frame.filter(data.frame["basis"] == "clearing").select("location", "price").unique().rows()
    return {place: {price for at, price in rows if at == place} for place, _ in rows}


def test_reserves_of_all_regions_are_complete(tmp_path: Path) -> None:
    """Two regions contain the system, four each half."""
    data = reserves(_REGIONS).get(tmp_path, LATE, "PRC_AS", *JULY_2)
    assert statuses(data) == ["complete"]
    assert paid(data) == {"CAISO": {2.0}, "NP26": {4.0}, "SP26": {4.0}}


@pytest.mark.parametrize(
    ("lacking", "unknown"),
    [
        ("AS_NP26", {"NP26"}),
        ("AS_SP26_EXP", {"SP26"}),
        ("AS_CAISO", {"CAISO", "NP26", "SP26"}),
        ("AS_CAISO_EXP", {"CAISO", "NP26", "SP26"}),
    ],
)
def test_reserves_without_a_region_are_no_smaller_sum(
    lacking: str, unknown: set[str], tmp_path: Path
) -> None:
    """The places that it contains have no price as paid, and the answer is not whole."""
    for now in (OUT, LATE, utc("2026-08-11T20:00")):
        data = reserves(region for region in _REGIONS if region != lacking).get(
            tmp_path, now, "PRC_AS", *JULY_2
        )
        assert statuses(data) == ["incomplete"]
        whole_sums = {"CAISO": 2.0, "NP26": 4.0, "SP26": 4.0}
        assert paid(data) == {
            place: {None if place in unknown else price} for place, price in whole_sums.items()
        }


def test_reserves_without_a_service_are_incomplete(tmp_path: Path) -> None:
    """Regulation down is not there yet."""
    data = reserves(_REGIONS, ("NR", "SR", "RU")).get(tmp_path, LATE, "PRC_AS", *JULY_2)
    assert statuses(data) == ["incomplete"]
    assert "regulation_down" in gaps(data)


# Forecasts of load

_LOAD = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,LOAD_TYPE,OPR_DT,OPR_HR,OPR_INTERVAL,MARKET_RUN_ID,TAC_AREA_NAME,LABEL,"
    "XML_DATA_ITEM,POS,MW,EXECUTION_TYPE,GROUP"
)
_AREAS = ("CA ISO-TAC", "PGE-TAC", "SCE-TAC")


def load_rows(
    starts: Iterable[datetime],
    areas: Iterable[str] = _AREAS,
    *,
    item: str = "SYS_FCST_DA_MW",
    run: str = "DAM",
    step: timedelta = timedelta(hours=1),
    load: float = 1000.0,
) -> list[str]:
    """Loads of some intervals by area."""
    areas = tuple(areas)
    return [
        f"{span_of(at, step)},0,x,1,0,{run},{area},x,{item},1,{load},{run},1"
        for at in starts
        for area in areas
    ]


def loads(*groups: list[str]) -> Hosts:
    """OASIS with those loads and no others."""
    rows = [row for group in groups for row in group]

    def served(span: Span) -> bytes:
        found = list(asked_of(rows, span))
        return table(_LOAD, found) if found else NOTHING

    return Hosts({"SLD_FCST": served})


TODAY = load_rows(hours(FIRST - timedelta(days=1), 24))


@pytest.mark.parametrize(
    ("now", "status"), [("2026-07-01T16:09", "not_published"), ("2026-07-01T16:10", "missing")]
)
def test_forecast_of_tomorrow_is_not_published_until_it_is_due(now: str, status: str, tmp_path: Path) -> None:
    """Of today it is there: both lie in one month."""
    hosts, at = loads(TODAY), utc(now)
    assert hosts.state(tmp_path, at, "SLD_FCST_DAM", "2026-07-01", "2026-07-02") == (["complete"], 24 * 3)
    with pytest.raises(NoData, match="not published yet" if status == "not_published" else "it was due"):
        hosts.get(tmp_path, at, "SLD_FCST_DAM", *JULY_2)
    assert hosts.state(tmp_path, at, "SLD_FCST_DAM", "2026-07-01", "2026-07-03") == (["incomplete"], 24 * 3)


def test_forecast_of_a_part_of_tomorrow_is_incomplete(tmp_path: Path) -> None:
    """Twelve hours of it, or two areas of three."""
    for part in (load_rows(hours(FIRST, 12)), load_rows(hours(FIRST, 24), _AREAS[:2])):
        for now in (utc("2026-07-01T16:05"), utc("2026-07-01T17:00"), utc("2026-07-20T17:00")):
            data = loads(TODAY, part).get(tmp_path, now, "SLD_FCST_DAM", *JULY_2)
            assert statuses(data) == ["incomplete"]
            assert len(data) == len(part)


def test_forecast_without_the_whole_of_caiso_is_incomplete(tmp_path: Path) -> None:
    """Its areas alone are no market."""
    rows = load_rows(hours(FIRST, 24), _AREAS[1:])
    data = loads(rows).get(tmp_path, LATE, "SLD_FCST_DAM", *JULY_2)
    assert statuses(data) == ["incomplete"]
    assert "CA ISO-TAC" in gaps(data)


def test_last_of_forecasts_that_overlap_stands(tmp_path: Path) -> None:
    """The dispatch forecasts the next hour every five minutes, and each time says more of the same intervals."""
    five = timedelta(minutes=5)
    starts = [FIRST + number * five for number in range(24)]
    said: dict[str, object] = {"item": "SYS_FCST_5MIN_MW", "run": "RTM", "step": five}
    first = load_rows(starts[:12], ("CA ISO-TAC",), load=1000.0, **said)  # type: ignore[arg-type]
    second = load_rows(starts[6:18], ("CA ISO-TAC",), load=2000.0, **said)  # type: ignore[arg-type]
    hosts = Hosts({"SLD_FCST": table(_LOAD, [*first, *second])})
    data = hosts.get(tmp_path, FIRST + timedelta(minutes=35), "SLD_FCST_RTD", *JULY_2)
    assert data.frame["load"].to_list() == [1000.0] * 6 + [2000.0] * 12
    assert statuses(data) == ["incomplete"]


def test_actual_load_of_a_running_day_is_there_in_part(tmp_path: Path) -> None:
    """Six hours of it; the two hours that every hour may take are not yet missing."""
    actual = load_rows(hours(FIRST, 6), item="SYS_FCST_ACT_MW", run="ACTUAL")
    hosts = loads(actual)
    early = hosts.get(tmp_path, FIRST + timedelta(hours=7), "SLD_FCST_ACTUAL", *JULY_2)
    assert statuses(early) == ["incomplete"]
    assert gaps(early) == ""
    stuck = hosts.get(tmp_path, FIRST + timedelta(hours=12), "SLD_FCST_ACTUAL", *JULY_2)
    assert statuses(stuck) == ["incomplete"]
    assert "12 intervals are due" in gaps(stuck)


# Wind and sun

_RENEWABLE = (
    "OPR_DT,OPR_HR,OPR_INTERVAL,INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,TRADING_HUB,RENEWABLE_TYPE,LABEL,XML_DATA_ITEM,"
    "MARKET_RUN_ID_POS,RENEW_POS,MW,MARKET_RUN_ID,GROUP"
)


@pytest.mark.parametrize(
    ("fuels", "hubs", "status"),
    [
        (("Solar", "Wind"), tuple(HUBS), "complete"),
        (("Solar",), tuple(HUBS), "incomplete"),
        (("Solar", "Wind"), ("NP15", "SP15"), "incomplete"),
    ],
)
def test_output_of_some_hubs_or_of_one_fuel_is_incomplete(
    fuels: tuple[str, ...], hubs: tuple[str, ...], status: str, tmp_path: Path
) -> None:
    """There are three hubs, wind and sun."""
    rows = [
        f"x,1,0,{span_of(at)},{hub},{fuel},x,RENEW_FCST_ACT_MW,1,1,5,ACTUAL,1"
        for at in hours(FIRST, 24)
        for hub in hubs
        for fuel in fuels
    ]
    hosts = Hosts({"SLD_REN_FCST": table(_RENEWABLE, rows)})
    data = hosts.get(tmp_path, utc("2026-07-05T20:00"), "SLD_REN_FCST_ACTUAL", *JULY_2)
    assert statuses(data) == [status]


# Charts

_CHART = "Time,Day ahead forecast,Hour ahead forecast,Current demand,Demand response"


def chart(until: str | None, *, load: float = 20000.0, blank: tuple[str, ...] = ()) -> str:
    """A day's file of load: readings up to a time, forecasts of all of it; some readings are blank."""
    clocks = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(0, 60, 5)]
    rows = [
        f"{clock},100,101,{load if until is not None and clock <= until and clock not in blank else ''},"
        for clock in clocks
    ]
    return "\n".join([_CHART, *rows, ""])


MIDDAY = utc("2026-07-02T19:02")
"""12:02 in California."""


def test_running_day_is_there_up_to_its_last_reading(tmp_path: Path) -> None:
    """Up to noon at noon: no gap, and the rest is to come."""
    hosts = Hosts(charts={"current/demand.csv": (chart("12:00"), MIDDAY)})
    data = hosts.get(tmp_path, MIDDAY, "demand", *JULY_2)
    assert (statuses(data), len(data), gaps(data)) == (["incomplete"], 145, "")


def test_running_day_that_stopped_is_not_taken_for_zero_or_whole(tmp_path: Path) -> None:
    """A copy of ten o'clock at noon: two hours are missing, none of them a row."""
    hosts = Hosts(charts={"current/demand.csv": (chart("10:00"), utc("2026-07-02T17:00"))})
    data = hosts.get(tmp_path, MIDDAY, "demand", "2026-07-02T07:00Z", "2026-07-02T18:00Z")
    assert (statuses(data), len(data)) == (["incomplete"], 121)
    assert data.frame["load"].null_count() == 0


@pytest.mark.parametrize("written", [utc("2026-07-02T15:00"), None])
@pytest.mark.parametrize("feed", ["demand", "demand_day_ahead", "demand_hour_ahead"])
def test_file_of_yesterday_is_not_todays(feed: str, written: datetime | None, tmp_path: Path) -> None:
    """After midnight the running day's file is still yesterday's, whether the host says when it was written or not."""
    past = chart("23:55")
    hosts = Hosts(
        charts={"current/demand.csv": (past, written), "history/20260702/demand.csv": (past, written)}
    )
    found = hosts.state(tmp_path, utc("2026-07-03T07:03"), feed, "2026-07-02", "2026-07-04")
    assert found == (["complete", "not_published"], 288)


@pytest.mark.parametrize("feed", ["demand", "demand_day_ahead", "demand_hour_ahead"])
def test_copy_of_yesterday_morning_is_not_todays(feed: str, tmp_path: Path) -> None:
    """Its readings end at eight: only when it was written says that they are yesterday's."""
    hosts = Hosts(charts={"current/demand.csv": (chart("08:00"), utc("2026-07-01T15:00"))})
    with pytest.raises(NoData, match="before the day began"):
        hosts.get(tmp_path, MIDDAY, feed, *JULY_2)


@pytest.mark.parametrize("feed", ["demand_day_ahead", "demand_hour_ahead"])
def test_forecasts_of_the_running_day_are_all_there(feed: str, tmp_path: Path) -> None:
    """The file has them to its end."""
    hosts = Hosts(charts={"current/demand.csv": (chart("12:00"), MIDDAY)})
    data = hosts.get(tmp_path, MIDDAY, feed, *JULY_2)
    assert (statuses(data), len(data)) == (["complete"], 288)


def test_file_of_a_day_that_has_not_begun_is_not_there(tmp_path: Path) -> None:
    """The page in its place says that it is not published."""
    hosts = Hosts(charts={"current/demand.csv": (chart("12:00"), MIDDAY)})
    found = hosts.state(tmp_path, MIDDAY, "demand_day_ahead", "2026-07-02", "2026-07-04")
    assert found == (["complete", "not_published"], 288)


@pytest.mark.parametrize("now", [utc("2026-07-03T07:20"), utc("2026-07-04T19:00"), utc("2026-08-11T19:00")])
def test_day_that_is_over_is_complete_with_every_reading_alone(now: datetime, tmp_path: Path) -> None:
    """A file that was written before the day ended lacks its end, one with a blank reading lacks that."""
    path, written = "history/20260702/demand.csv", utc("2026-07-03T07:00")
    for content, status, rows in (
        (chart("23:55"), "complete", 288),
        (chart("22:30"), "incomplete", 271),
        (chart("23:55", blank=("10:00", "10:05")), "incomplete", 288),
    ):
        hosts = Hosts(charts={path: (content, written)})
        assert hosts.state(tmp_path, now, "demand", *JULY_2) == ([status], rows)
    hosts = Hosts(charts={"history/20260701/demand.csv": (chart("23:55"), written)})
    found = hosts.state(tmp_path, now, "demand", "2026-07-01", "2026-07-03")
    assert found == (["complete", "missing"], 288)
