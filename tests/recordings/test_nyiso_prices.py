"""Recorded prices: every published row, its sign, its interval and the energy that it implies."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from builders import utc
from energyopti import CoverageStatus, MarketData
from recordings.published import Price, day_ahead_prices, days, real_time_prices
from recordings.served import Recordings

DAY_AHEAD, REAL_TIME = "20220718damlbmp_zone.csv", "20220718realtime_zone.csv"
FEBRUARY = "20190201realtime_zone_csv.zip"


def prices(data: MarketData) -> list[Price]:
    """The rows of an answer, in the oracle's shape."""
    columns = ("interval_start", "interval_end", "location", "location_type")
    return sorted(data.frame.select(*columns, "lmp", "energy", "congestion", "loss").rows())


def day_ahead(nyiso: Recordings) -> MarketData:
    """2022-07-18, day-ahead."""
    return nyiso.get("damlbmp_zone", "2022-07-18", "2022-07-19")


def real_time(nyiso: Recordings) -> MarketData:
    """2022-07-18, real time."""
    return nyiso.get("realtime_zone", "2022-07-18", "2022-07-19")


def february(nyiso: Recordings) -> MarketData:
    """February 2019, real time."""
    return nyiso.get("realtime_zone", "2019-02-01", "2019-03-01")


def test_every_day_ahead_price_is_as_published(nyiso: Recordings) -> None:
    """All 360 rows of 2022-07-18: value, turned congestion, implied energy, hour beginning at the stamp."""
    (day,) = days(nyiso.path(DAY_AHEAD))
    published = sorted(day_ahead_prices(day))
    assert len(published) == 360
    assert prices(day_ahead(nyiso)) == published


def test_every_real_time_price_is_as_published(nyiso: Recordings) -> None:
    """All 4,575 rows of 2022-07-18, the last of which is stamped with the next day's midnight."""
    (day,) = days(nyiso.path(REAL_TIME))
    published = sorted(real_time_prices(day))
    assert len(published) == 4575
    assert prices(real_time(nyiso)) == published


def test_every_price_of_a_month_is_as_published(nyiso: Recordings) -> None:
    """All rows of the 28 days of February 2019, out of one archive: none lost, none doubled."""
    published = sorted(row for day in days(nyiso.path(FEBRUARY)) for row in real_time_prices(day))
    assert prices(february(nyiso)) == published


def test_corrective_runs_cut_the_day_without_a_seam(nyiso: Recordings) -> None:
    """2022-07-18 has 305 intervals instead of 288, each from the stamp before to its own, all day long."""
    frame = real_time(nyiso).frame
    for zone in frame["location"].unique():
        spans = sorted(frame.filter(location=zone).select("interval_start", "interval_end").rows())
        assert len(spans) == 305
        assert (spans[0][0], spans[-1][1]) == (utc("2022-07-18T04:00"), utc("2022-07-19T04:00"))
        assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]


def test_late_stamp_belongs_to_its_interval(nyiso: Recordings) -> None:
    """22:05:02 follows 22:00 on 2019-02-10: the interval lasts two seconds longer than five minutes."""
    frame = february(nyiso).frame.filter(interval_end=utc("2019-02-11T03:05:02"))
    assert frame.height == 15
    assert frame["interval_start"].unique().to_list() == [utc("2019-02-11T03:00")]


def test_published_row_reads_as_its_facts_say(nyiso: Recordings) -> None:
    """DUNWOD, 00:00: 75.41 with losses 7.09 and congestion -0.78 as published means energy 67.54."""
    (row,) = (
        day_ahead(nyiso).frame.filter(location="DUNWOD", interval_start=utc("2022-07-18T04:00")).to_dicts()
    )
    assert (row["lmp"], row["loss"], row["congestion"], row["energy"]) == (75.41, 7.09, 0.78, 67.54)
    assert (row["run"], row["ghg"], row["feed"]) == ("day_ahead", None, "damlbmp_zone")


def test_energy_is_one_figure_for_all_places(nyiso: Recordings) -> None:
    """LBMP is energy + losses - congestion: what remains agrees between all places, to two cents."""
    for data in (day_ahead(nyiso), real_time(nyiso), february(nyiso)):
        at: dict[object, list[float]] = defaultdict(list)
        for start, energy in data.frame.select("interval_start", "energy").rows():
            at[start].append(energy)
        apart = max(max(figures) - min(figures) for figures in at.values())
        assert apart < 0.0201


def test_prices_give_nothing_to_remark(nyiso: Recordings) -> None:
    """Whole days without gaps, repeats or unknown names: no finding, and complete coverage."""
    for data in (day_ahead(nyiso), real_time(nyiso)):
        assert data.findings == ()
    for data in (day_ahead(nyiso), real_time(nyiso), february(nyiso)):
        assert {part.status for part in data.coverage.parts} == {CoverageStatus.COMPLETE}


def test_extreme_price_is_no_fault(nyiso: Recordings) -> None:
    """NORTH cleared at -7,033.77 at 11:25 on 2019-02-26, its components agreeing: a market has seen it."""
    data = february(nyiso)
    (row,) = data.frame.filter(location="NORTH", interval_end=utc("2019-02-26T16:25")).to_dicts()
    assert (row["lmp"], row["energy"], row["congestion"], row["loss"]) == (-7033.77, 54.64, -7089.94, 1.53)
    assert data.findings == ()


def test_each_day_stands_in_its_own_file(nyiso: Recordings) -> None:
    """The row stamped 2019-02-05 00:00:00 ends 2019-02-04: a day's query holds the rows that begin in it."""
    data = nyiso.get("realtime_zone", "2019-02-04", "2019-02-05")
    (day,) = (each for each in days(nyiso.path(FEBRUARY)) if each.name == "20190204realtime_zone.csv")
    assert prices(data) == sorted(real_time_prices(day))
    assert data.frame["interval_end"].max() == utc("2019-02-05T05:00")


def test_hour_in_the_middle_is_cut_out_of_its_day(nyiso: Recordings) -> None:
    """A query from 10:00 to 11:00 has just the intervals that begin in that hour."""
    data = nyiso.get("realtime_zone", "2022-07-18T10:00", "2022-07-18T11:00")
    first = utc("2022-07-18T14:00")
    wanted = [row for row in prices(real_time(nyiso)) if first <= row[0] < first + timedelta(hours=1)]
    assert prices(data) == wanted


def test_prices_keep_the_published_columns(nyiso: Recordings) -> None:
    """The raw columns hold one row for each payload row, with the point ids."""
    raw = real_time(nyiso).raw()
    assert raw.height == 4575
    assert set(raw.filter(Name="N.Y.C.")["PTID"].cast(str)) == {"61761"}
