"""The wind and solar forecast by balancing area: XML, with the time of its publication in the heading."""

from __future__ import annotations

import pytest

from builders import utc
from energyopti import FindingKind, SchemaDrift
from energyopti.query import Chunk, TimeRange, plan
from energyopti_caiso.feeds.renewables import BY_AREA
from energyopti_caiso.market import CAISO
from energyopti_caiso.protocol.oasis import Group, if_said, read
from zips import zipped

ROOT = "EDAMWindAndSolarForecast"


def record(start: str, area: str, solar: str, wind: str) -> str:
    """One hour of one area."""
    end = f"{start[:11]}{int(start[11:13]) + 1:02}{start[13:]}"
    return (
        f"<REPORT_DATA><INTERVAL_START_GMT>{start}:00-00:00</INTERVAL_START_GMT>"
        f"<INTERVAL_END_GMT>{end}:00-00:00</INTERVAL_END_GMT><BAA_GRP_ID>{area}</BAA_GRP_ID>"
        f"<SOLAR>{solar}</SOLAR><WIND>{wind}</WIND></REPORT_DATA>"
    )


def document(*records: str, made: str | None = "2026-04-30T13:00:04-00:00", root: str = ROOT) -> bytes:
    """A forecast of some hours."""
    heading = (
        f"<MessageHeader><TimeDate>{made}</TimeDate><Version>1</Version></MessageHeader>" if made else ""
    )
    return (
        f'<?xml version="1.0"?><{root} xmlns="http://www.caiso.com/soa/{ROOT}_v1.xsd">{heading}<MessagePayload>'
        f"<RTO><REPORT_ITEM>{''.join(records)}</REPORT_ITEM></RTO></MessagePayload></{root}>"
    ).encode()


FIRST = record("2026-05-01T07:00", "CISO", "0", "1500.5")


def chunk() -> Chunk:
    """The first day of the new market."""
    return plan(CAISO, BY_AREA, TimeRange(utc("2026-05-01T07:00"), utc("2026-05-01T08:00")))[0]


@pytest.mark.parametrize("root", [ROOT, "OASISReport", "m"])
def test_area_has_wind_and_solar(root: str) -> None:
    """Whatever the root is called."""
    reading = BY_AREA.layout.read(document(FIRST, root=root))
    assert reading.frame.select(
        "interval_start", "publish_time", "location", "fuel", "generation"
    ).rows() == [
        (utc("2026-05-01T07:00"), utc("2026-04-30T13:00:04"), "CISO", "solar", 0.0),
        (utc("2026-05-01T07:00"), utc("2026-04-30T13:00:04"), "CISO", "wind", 1500.5),
    ]
    assert reading.findings == ()
    assert reading.payload_rows == reading.accounted_rows == 2


@pytest.mark.parametrize(
    "made", ["2026-04-30T13:00:04-00:00", "2026-04-30T06:00:04-07:00", "2026-04-30T13:00:04.000+00:00"]
)
def test_time_of_publication_may_have_any_offset(made: str) -> None:
    """It is an instant."""
    reading = BY_AREA.layout.read(document(FIRST, made=made))
    assert reading.frame["publish_time"].unique().to_list() == [utc("2026-04-30T13:00:04")]


def test_publications_of_one_day_stay_apart() -> None:
    """Each in a file of its own, with the same hours: all rows stay."""
    later = document(FIRST.replace("1500.5", "1400"), made="2026-04-30T13:30:04-00:00")
    reading = read("EDAM", zipped({"a.xml": document(FIRST), "b.xml": later}), BY_AREA.layout)
    wind = reading.frame.filter(fuel="wind").sort("publish_time")
    assert wind.select("publish_time", "generation").rows() == [
        (utc("2026-04-30T13:00:04"), 1500.5),
        (utc("2026-04-30T13:30:04"), 1400.0),
    ]
    assert reading.payload_rows == reading.accounted_rows == 4


def test_forecast_that_does_not_say_when_it_was_made_is_said() -> None:
    """Its rows stay, without a time of publication."""
    reading = BY_AREA.layout.read(document(FIRST, made=None))
    found = if_said(reading, chunk())
    assert found.frame["publish_time"].null_count() == 2
    assert [(each.kind, each.rows) for each in found.findings] == [(FindingKind.UNKNOWN_TIME, 2)]
    whole = BY_AREA.layout.read(document(FIRST))
    assert if_said(whole, chunk()) is whole


def test_long_day_has_both_of_its_hours() -> None:
    """Hours 2 and 25 of 2026-11-01 by their GMT times."""
    hours = (record(f"2026-11-01T{hour:02}:00", "PACE", "0", str(hour)) for hour in (8, 9))
    reading = BY_AREA.layout.read(document(*hours))
    wind = reading.frame.filter(fuel="wind").select("interval_start", "generation").rows()
    assert wind == [(utc("2026-11-01T08:00"), 8.0), (utc("2026-11-01T09:00"), 9.0)]


def test_group_is_asked_for_as_xml_with_both_ends() -> None:
    """The short day of 2027 from 08:00 to 07:00 GMT."""
    span = utc("2027-03-14T08:00"), utc("2027-03-15T07:00")
    assert Group(name="EDAM_WND_SLR_FORECAST_GRP", in_xml=True).params(*span) == {
        "groupid": "EDAM_WND_SLR_FORECAST_GRP",
        "version": "1",
        "resultformat": "5",
        "startdatetime": "20270314T08:00-0000",
        "enddatetime": "20270315T07:00-0000",
    }


def test_other_report_is_refused() -> None:
    """By what it lacks."""
    other = document(FIRST.replace("BAA_GRP_ID", "RESOURCE_NAME"))
    with pytest.raises(SchemaDrift) as caught:
        BY_AREA.layout.read(other)
    assert caught.value.column == "BAA_GRP_ID"
