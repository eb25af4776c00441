"""What a day of ERCOT's is before it is out, in part, whole, late, posted again, and once its list has lost it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti import EnergyOptiError, FindingKind, MissingCredential, NoData
from ercot_mis import TEXAS, Mis, Posted
from zips import zipped

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
JULY_2 = ("2026-07-02", "2026-07-03")
FIRST = utc("2026-07-02T05:00")
"""Midnight in Texas."""

# The day-ahead market

DAY_AHEAD = "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag"
POINTS = ("HB_NORTH", "LZ_WEST", "ALPHA_RN")


def day_ahead(
    mis: Mis,
    at: str,
    first: datetime = FIRST,
    *,
    hours: Iterable[int] = range(24),
    points: tuple[str, ...] = POINTS,
    price: float = 20.0,
) -> Mis:
    """Post a day's prices, or some hours of it."""
    day = first.astimezone(TEXAS)
    rows = [f"{day:%m/%d/%Y},{hour + 1:02}:00,{point},{price},N" for hour in hours for point in points]
    mis.post("12331", utc(at), "DAMSPNP4190", DAY_AHEAD, rows)
    return mis


def with_july_1() -> Mis:
    """A list that has the day before."""
    return day_ahead(Mis(), "2026-06-30T17:40", FIRST - DAY)


BOTH = ("2026-07-01", "2026-07-03")


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-06-30T18:00", "not_published"),
        ("2026-07-01T14:00", "not_published"),
        ("2026-07-01T18:29", "not_published"),
    ],
)
def test_day_that_is_not_due_is_not_published_and_wants_no_account(
    now: str, status: str, tmp_path: Path
) -> None:
    """Prices of the morrow are out at 13:30: before that nobody has them."""
    found = with_july_1().state(tmp_path, utc(now), "dam_stlmnt_pnt_prices", *BOTH)
    assert found == (["complete", status], 72)


def test_day_that_was_due_is_asked_of_the_other_sources(tmp_path: Path) -> None:
    """Which want an account: the answer says so, and is not complete."""
    found, rows = with_july_1().state(tmp_path, utc("2026-07-01T18:31"), "dam_stlmnt_pnt_prices", *BOTH)
    assert (found, rows) == (["complete", "failed"], 72)


@pytest.mark.parametrize("now", ["2026-07-01T18:00", "2026-07-02T12:00", "2026-07-15T12:00"])
def test_day_is_complete_with_every_hour_alone(now: str, tmp_path: Path) -> None:
    """Also before it is due; an hour less is a hole, at either end or between."""
    at = "2026-07-01T17:40"
    whole = day_ahead(Mis(), at).state(tmp_path, utc(now), "dam_stlmnt_pnt_prices", *JULY_2)
    assert whole == (["complete"], 72)
    for lacking in (0, 11, 23):
        hours = [hour for hour in range(24) if hour != lacking]
        part = day_ahead(Mis(), at, hours=hours)
        found = part.state(tmp_path, utc(now), "dam_stlmnt_pnt_prices", *JULY_2)
        assert found == (["incomplete"], 69)


def test_document_that_is_posted_again_wins(tmp_path: Path) -> None:
    """Half a day at first, then all of it with other prices: no row of the first is left."""
    mis = day_ahead(Mis(), "2026-07-01T17:40", hours=range(12))
    day_ahead(mis, "2026-07-01T20:10", price=31.0)
    data = mis.get(tmp_path, utc("2026-07-02T12:00"), "dam_stlmnt_pnt_prices", *JULY_2)
    assert data.coverage.complete
    assert data.frame["lmp"].to_list() == [31.0] * 72


@pytest.mark.parametrize("late", ["2026-07-02T06:00", "2026-07-02T23:45"])
def test_document_that_comes_a_day_late_is_found(late: str, tmp_path: Path) -> None:
    """Beside that of the day after, which is posted on the same day, before it or after it."""
    mis = day_ahead(with_july_1(), "2026-07-02T17:40", FIRST + DAY, price=40.0)
    early = mis.state(tmp_path, utc("2026-07-02T05:30"), "dam_stlmnt_pnt_prices", "2026-07-01", "2026-07-02")
    assert early == (["complete"], 72)
    day_ahead(mis, late)
    data = mis.get(tmp_path, utc("2026-07-03T00:10"), "dam_stlmnt_pnt_prices", "2026-07-01", "2026-07-04")
    assert data.coverage.complete
    assert data.frame["lmp"].to_list() == [20.0] * 144 + [40.0] * 72


# Prices every quarter of an hour

QUARTERLY = "DeliveryDate,DeliveryHour,DeliveryInterval,SettlementPointName,SettlementPointType,SettlementPointPrice,DSTFlag"


def quarter(mis: Mis, number: int, *, at: datetime | None = None, price: float = 25.0) -> None:
    """Post the document of a quarter of July 2, by its number: three minutes after its end, or later."""
    end = FIRST + (number + 1) * QUARTER
    wall = end.astimezone(TEXAS)
    row = f"07/02/2026,{number // 4 + 1},{number % 4 + 1},HB_NORTH,HU,{price},N"
    name = f"SPPHLZNP6905_{wall:%Y%m%d_%H%M}"
    mis.post("12301", at or end + timedelta(minutes=3), name, QUARTERLY, [row])


def quarters(numbers: Iterable[int]) -> Mis:
    """A list of some quarters of July 2, behind the last one of July 1."""
    mis = Mis()
    for number in (-1, *numbers):
        quarter(mis, number) if number >= 0 else _last_of_july_1(mis)
    return mis


def _last_of_july_1(mis: Mis) -> None:
    row = "07/01/2026,24,4,HB_NORTH,HU,1.0,N"
    mis.post("12301", FIRST + timedelta(minutes=3), "SPPHLZNP6905_20260702_0000", QUARTERLY, [row])


def test_running_day_is_there_up_to_its_last_quarter(tmp_path: Path) -> None:
    """At 10:07 the quarter of 10:00 is out: the rest is to come."""
    now = FIRST + 10 * HOUR + timedelta(minutes=7)
    data = quarters(range(40)).get(tmp_path, now, "spp_node_zone_hub", *JULY_2)
    assert [part.status for part in data.coverage.parts] == ["incomplete"]
    assert len(data) == 40
    assert not [each for each in data.findings if each.kind is FindingKind.GAP]
    so_far = quarters(range(40)).state(
        tmp_path, now, "spp_node_zone_hub", "2026-07-02T05:00Z", "2026-07-02T15:00Z"
    )
    assert so_far == (["complete"], 40)


@settings(max_examples=15, deadline=None)
@given(withheld=st.sets(st.integers(0, 95), max_size=4), days=st.sampled_from([0, 1, 4]))
def test_day_is_complete_with_every_document_alone(
    withheld: set[int], days: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whichever are withheld, and whenever it is asked for."""
    mis = quarters(number for number in range(96) if number not in withheld)
    now = FIRST + DAY + timedelta(minutes=20) + days * DAY
    status, rows = mis.state(tmp_path_factory.mktemp("home"), now, "spp_node_zone_hub", *JULY_2)
    assert rows == 96 - len(withheld)
    assert (status == ["complete"]) == (not withheld)


def test_quarter_that_is_posted_again_wins(tmp_path: Path) -> None:
    """Four days later under a new number: its price is the new one, and each quarter stands once."""
    mis = quarters(range(96))
    quarter(mis, 40, at=FIRST + 4 * DAY, price=99.0)
    data = mis.get(tmp_path, FIRST + 5 * DAY, "spp_node_zone_hub", *JULY_2)
    assert data.coverage.complete
    assert len(data) == 96
    assert data.frame["lmp"][40] == 99.0


def test_day_that_leaves_its_list_is_there_in_part(tmp_path: Path) -> None:
    """The list begins at ten in the morning: what is left is answered, and not taken for the day."""
    mis = Mis()
    for number in range(40, 96):
        quarter(mis, number)
    found = mis.state(tmp_path, FIRST + 6 * DAY, "spp_node_zone_hub", *JULY_2)
    assert found == (["incomplete"], 56)


# Every dispatch run

RUNS = "SCEDTimestamp,RepeatedHourFlag,SettlementPoint,LMP"


def runs(lacking: tuple[int, ...] = (), count: int = 288) -> Mis:
    """A list of the runs of July 2, some seconds beside every five minutes, behind the last one of July 1."""
    mis = Mis()
    for number in range(-1, count):
        if number in lacking:
            continue
        at = FIRST + number * timedelta(minutes=5) + timedelta(seconds=17)
        wall = at.astimezone(TEXAS)
        name = f"LMPSROSNODENP6788_{wall:%Y%m%d_%H%M%S}"
        mis.post(
            "12300", at + timedelta(seconds=3), name, RUNS, [f"{wall:%m/%d/%Y %H:%M:%S},N,HB_NORTH,22.5"]
        )
    return mis


def test_day_of_runs_is_complete_without_a_hole_alone(tmp_path: Path) -> None:
    """Three runs that lack in the morning, or the last hour of the day, leave no complete day."""
    now = FIRST + DAY + HOUR
    assert runs().state(tmp_path, now, "lmp_node_zone_hub", *JULY_2)[0] == ["complete"]
    assert runs((100, 101, 102)).state(tmp_path, now, "lmp_node_zone_hub", *JULY_2)[0] == ["incomplete"]
    assert runs(count=276).state(tmp_path, now, "lmp_node_zone_hub", *JULY_2)[0] == ["incomplete"]


# Load: a document a day, on the next one

LOAD = "OperDay,HourEnding,NORTH,SOUTH,WEST,HOUSTON,TOTAL,DSTFlag"


def load(mis: Mis, day: str, at: str, hours: Iterable[int] = range(24)) -> Mis:
    """Post a day's load."""
    rows = [f"{day},{hour + 1:02}:00,1,2,3,4,10,N" for hour in hours]
    mis.post("14836", utc(at), "ACTUALSYSLOADFZNP6346", LOAD, rows)
    return mis


@pytest.mark.parametrize("at", ["2026-07-03T05:50", "2026-07-04T12:00"])
def test_load_of_a_day_is_found_on_the_next_or_the_one_after(at: str, tmp_path: Path) -> None:
    """By its rows, beside the document of the day after."""
    mis = load(Mis(), "07/01/2026", "2026-07-02T05:50")
    load(mis, "07/02/2026", at)
    load(mis, "07/03/2026", "2026-07-04T05:50")
    found = mis.state(tmp_path, utc("2026-07-04T20:00"), "act_sys_load_by_fzn", "2026-07-01", "2026-07-04")
    assert found == (["complete"], 3 * 24 * 5)


@pytest.mark.parametrize(
    ("now", "status"), [("2026-07-03T04:00", "not_published"), ("2026-07-03T16:00", "not_published")]
)
def test_load_of_yesterday_is_not_due_before_noon(now: str, status: str, tmp_path: Path) -> None:
    """Its document is posted on the day after."""
    mis = load(Mis(), "07/01/2026", "2026-07-02T05:50")
    found = mis.state(tmp_path, utc(now), "act_sys_load_by_fzn", "2026-07-01", "2026-07-03")
    assert found == (["complete", status], 24 * 5)


def test_header_alone_is_no_day(tmp_path: Path) -> None:
    """A document is posted in time, and filled later."""
    mis = load(Mis(), "07/01/2026", "2026-07-02T05:50")
    load(mis, "07/02/2026", "2026-07-03T05:50", hours=())
    bounds = ("2026-07-01", "2026-07-03")
    assert (
        "complete" not in mis.state(tmp_path, utc("2026-07-03T20:00"), "act_sys_load_by_fzn", *bounds)[0][1:]
    )
    load(mis, "07/02/2026", "2026-07-03T07:50")
    found = mis.state(tmp_path, utc("2026-07-03T20:00"), "act_sys_load_by_fzn", *bounds)
    assert found == (["complete"], 2 * 24 * 5)


# Forecasts, by their publication

FORECAST = "DeliveryDate,HourEnding,North,South,West,Houston,SystemTotal,DSTFlag"


def forecast(mis: Mis, at: datetime, load: float) -> None:
    """Post a forecast of three days from that of its publication on."""
    day = at.astimezone(TEXAS)
    rows = [
        f"{day + number * DAY:%m/%d/%Y},{hour}:00,1,1,1,1,{load},N"
        for number in range(3)
        for hour in range(1, 25)
    ]
    mis.post("12311", at, "LFCCONGESTNP3560", FORECAST, rows)


def test_last_forecast_that_is_listed_stands(tmp_path: Path) -> None:
    """Of three hours one is withheld: what was said before it holds until the next says other."""
    mis = Mis()
    for hour, figure in ((-2, 90.0), (0, 100.0), (1, 110.0), (3, 130.0)):
        forecast(mis, FIRST + hour * HOUR + timedelta(minutes=30), figure)
    feed, tomorrow = "7d_load_fcast_by_fzn", ("2026-07-03", "2026-07-04")
    for minutes, figure in ((120, 110.0), (180, 110.0), (220, 130.0)):
        data = mis.get(tmp_path, FIRST + timedelta(minutes=minutes), feed, *tomorrow, locations="SYSTEM")
        assert data.frame["load"].to_list() == [figure] * 24
        assert data.coverage.complete


def test_tomorrow_is_forecast_before_todays_first_publication(tmp_path: Path) -> None:
    """Ten minutes after midnight yesterday's last word stands, and wants no account."""
    mis = Mis()
    for hour in range(-24, 0):
        forecast(mis, FIRST + hour * HOUR + timedelta(minutes=30), 90.0 - hour)
    data = mis.get(
        tmp_path, FIRST + timedelta(minutes=10), "7d_load_fcast_by_fzn", *JULY_2, locations="SYSTEM"
    )
    assert data.frame["load"].to_list() == [91.0] * 24
    assert data.coverage.complete


# Yearly workbooks, which lag

YEAR = ("Delivery Date", "Hour Ending", "Repeated Hour Flag", "Settlement Point", "Settlement Point Price")
SUNDAY = utc("2026-07-12T17:00")
"""When the workbook of the running year was published: its last day is cut at two in the afternoon."""


def with_workbook(mis: Mis, last: int = 14, points: tuple[str, ...] = ("HB_NORTH", "LZ_WEST")) -> Mis:
    """The year up to July 12, of which there are so many hours; the last of them has one point alone."""
    rows: list[tuple[object, ...]] = [YEAR]
    for day in range(1, 13):
        for hour in range(24 if day < 12 else last):
            there = points[:1] if (day, hour) == (12, last - 1) else points
            rows += [(f"07/{day:02}/2026", f"{hour + 1:02}:00", "N", point, 20.0) for point in there]
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Jul")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    name = "rpt.00013060.0000000000000000.DAMLZHBSPP_2026"
    posted = Posted(number=9_000, name=name, at=SUNDAY, content=zipped({f"{name}.xlsx": book.getvalue()}))
    mis.reports["13060"] = [posted]
    return mis


def day_of(number: int) -> tuple[str, str]:
    """A day of July."""
    return f"2026-07-{number:02}", f"2026-07-{number + 1:02}"


def listed_since(first: int) -> Mis:
    """A list that has the days of July from one on, up to July 14."""
    mis = Mis()
    for day in range(first, 15):
        day_ahead(mis, f"2026-07-{day - 1:02}T17:40", FIRST + (day - 2) * DAY, price=30.0)
    return with_workbook(mis)


TUESDAY = utc("2026-07-14T16:00")


@pytest.mark.parametrize("day", [11, 12, 13, 14])
def test_workbook_hides_no_document(day: int, tmp_path: Path) -> None:
    """A day that is listed is answered from its document, whether the workbook has it, has it in part or not."""
    mis = listed_since(11)
    data = mis.get(tmp_path, TUESDAY, "dam_stlmnt_pnt_prices", *day_of(day))
    assert data.coverage.complete
    assert data.frame["lmp"].to_list() == [30.0] * 72
    assert "13060" not in mis.asked


def test_day_that_has_left_the_list_is_in_the_workbook(tmp_path: Path) -> None:
    """Hubs and load zones alone, which is said."""
    data = listed_since(13).get(tmp_path, TUESDAY, "dam_stlmnt_pnt_prices", *day_of(11))
    assert data.coverage.complete
    assert data.frame["lmp"].to_list() == [20.0] * 48
    assert any("only hubs and load zones" in each.message for each in data.findings)


def test_last_day_of_a_workbook_is_there_in_part(tmp_path: Path) -> None:
    """It is cut within an hour: what is there is answered, and not taken for the day."""
    mis = listed_since(14)
    found = mis.state(tmp_path, TUESDAY, "dam_stlmnt_pnt_prices", *day_of(12))
    assert found == (["incomplete"], 2 * 14 - 1)
    beside = mis.state(tmp_path, TUESDAY, "dam_stlmnt_pnt_prices", "2026-07-12", "2026-07-15")
    assert beside == (["incomplete", "failed", "complete"], 2 * 14 - 1 + 72)


def test_hours_of_the_workbook_beyond_its_cut_are_not_complete(tmp_path: Path) -> None:
    """Nor is the hour that has one point of two; those before are."""
    mis, feed = listed_since(14), "dam_stlmnt_pnt_prices"
    cut = utc("2026-07-12T05:00") + 13 * HOUR
    early = mis.state(tmp_path, TUESDAY, feed, "2026-07-12T05:00Z", f"{cut:%Y-%m-%dT%H:%M}Z")
    assert early == (["complete"], 26)
    one = mis.state(tmp_path, TUESDAY, feed, f"{cut:%Y-%m-%dT%H:%M}Z", f"{cut + HOUR:%Y-%m-%dT%H:%M}Z")
    assert one == (["incomplete"], 1)


# Disclosures


@pytest.mark.parametrize(
    ("feed", "bounds", "now", "early"),
    [
        ("2d_agg_load_summary", ("2026-07-10", "2026-07-11"), "2026-07-12T10:59", True),
        ("2d_agg_load_summary", ("2026-07-10", "2026-07-11"), "2026-07-12T11:00", False),
        ("60_dam_load_res_data", ("2026-05-13", "2026-05-14"), "2026-07-12T16:59", True),
        ("60_dam_load_res_data", ("2026-05-13", "2026-05-14"), "2026-07-12T17:00", False),
    ],
)
def test_disclosure_is_not_due_before_its_day(
    feed: str, bounds: tuple[str, str], now: str, early: bool, tmp_path: Path
) -> None:
    """Two days after at six, sixty days after at noon; before that nobody has it, and no account is wanted."""
    refusal: type[EnergyOptiError] = NoData if early else MissingCredential
    with pytest.raises(refusal):
        Mis().get(tmp_path, utc(now), feed, *bounds)
