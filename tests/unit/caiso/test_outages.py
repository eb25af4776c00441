"""Generation out of service: the forms of the report before and since 2026, and the places that it names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti import FindingKind, Query, SchemaDrift
from energyopti.layouts import Reading
from energyopti.query.resolving import resolve
from energyopti_caiso.feeds.outages import LAYOUT
from energyopti_caiso.market import CAISO
from installed import installed

Row = dict[str, str]
ROW: Row = {
    "INTERVALSTARTTIME_GMT": "2026-06-10T07:00:00-00:00",
    "INTERVALENDTIME_GMT": "2026-06-10T08:00:00-00:00",
    "OUTAGE_DATE": "2026-06-10",
    "OUTAGE_HOUR": "1",
    "FUEL_CATEGORY": "Thermal",
    "TRADING_HUB": "NP15",
    "MW": "50",
    "REPORT_DATE": "2026-06-09 05:00:00",
    "REPORT_DATE_GMT": "2026-06-09T12:00:00-00:00",
    "GROUP": "1",
}
GMT = ("INTERVALSTARTTIME_GMT", "INTERVALENDTIME_GMT")
LABELS = ("OUTAGE_DATE", "OUTAGE_HOUR")
WHAT = ("FUEL_CATEGORY", "TRADING_HUB", "MW")
FORMS = [
    (*GMT, *LABELS, *WHAT, "REPORT_DATE_GMT"),
    (*GMT, *LABELS, *WHAT, "REPORT_DATE", "REPORT_DATE_GMT", "GROUP"),
    (*GMT, *WHAT, "REPORT_DATE_GMT"),
    (GMT[0], *WHAT, "REPORT_DATE_GMT"),
    (*GMT, *WHAT, "REPORT_DATE"),
    (*LABELS, *WHAT, "REPORT_DATE"),
    (*LABELS, *WHAT, "REPORT_DATE_GMT", "REPORT_DATE"),
    ("GROUP", *reversed(WHAT), *LABELS, "REPORT_DATE"),
]


def read(columns: tuple[str, ...], *rows: Row) -> Reading:
    """A report with some columns."""
    lines = [",".join(columns), *(",".join(row[name] for name in columns) for row in rows)]
    return LAYOUT.read("\n".join([*lines, ""]).encode())


def only(reading: Reading) -> dict[str, Any]:
    """The one row of a report."""
    (row,) = reading.frame.iter_rows(named=True)
    return row


@pytest.mark.parametrize("columns", FORMS)
def test_every_form_says_the_same(columns: tuple[str, ...]) -> None:
    """The hour and the time of the report, whether in GMT or by California's clock."""
    reading = read(columns, ROW)
    assert only(reading) == {
        "interval_start": utc("2026-06-10T07:00"),
        "interval_end": utc("2026-06-10T08:00"),
        "location": "NP15",
        "resource_type": "Thermal",
        "publish_time": utc("2026-06-09T12:00"),
        "outage": 50.0,
    }
    assert reading.findings == ()


def test_report_time_in_gmt_goes_before_the_local_one() -> None:
    """Of a row that lacks it the local one counts; a row that says neither has none."""
    rows = (
        {**ROW, "REPORT_DATE": "2026-01-01 00:00:00"},
        {**ROW, "REPORT_DATE_GMT": "", "TRADING_HUB": "SP15"},
        {**ROW, "REPORT_DATE_GMT": "", "REPORT_DATE": "", "TRADING_HUB": "ZP26"},
    )
    found = read(FORMS[1], *rows).frame.select("location", "publish_time").rows()
    assert found == [("NP15", utc("2026-06-09T12:00")), ("SP15", utc("2026-06-09T12:00")), ("ZP26", None)]


def test_unreadable_report_time_is_null_and_said() -> None:
    """In the column that holds it; the row stays."""
    reading = read(FORMS[0], {**ROW, "REPORT_DATE_GMT": "soon"})
    assert only(reading)["publish_time"] is None
    (finding,) = reading.findings
    assert (finding.kind, finding.column) == (FindingKind.UNREADABLE_VALUE, "REPORT_DATE_GMT")


@given(hour=st.integers(1, 25))
def test_labels_and_gmt_say_the_same_hours_of_the_long_day(hour: int) -> None:
    """Hour 25 is the second pass of hour 2."""
    after = {25: 9}.get(hour, hour + 6 if hour <= 2 else hour + 7)
    start = f"2026-11-{1 + after // 24:02}T{after % 24:02}:00:00-00:00"
    row = {**ROW, "OUTAGE_DATE": "2026-11-01", "OUTAGE_HOUR": str(hour), GMT[0]: start}
    labelled, stamped = (only(read(columns, row)) for columns in (FORMS[5], FORMS[3]))
    assert labelled["interval_start"] == stamped["interval_start"] == utc(start[:16])


def test_report_without_any_hours_is_refused() -> None:
    """By the name of the column that it has today."""
    with pytest.raises(SchemaDrift) as caught:
        read((*WHAT, "REPORT_DATE_GMT"), ROW)
    assert caught.value.column == "INTERVALSTARTTIME_GMT"


def asked(feed: str, *names: str) -> tuple[str, ...]:
    """The locations that a query of a feed means."""
    days = ("2026-06-10", "2026-06-11")
    now = utc("2026-06-10T12:00")
    (query,), _ = resolve(installed(), Query.of(CAISO.id, feed, *days, locations=names), now)
    return query.locations


def test_hubs_and_areas_are_asked_for_by_the_names_of_the_report() -> None:
    """``NP15`` means the hub itself here, and its pricing node in the feeds of prices; areas come and go."""
    assert asked("AGGR_OUTAGE_SCH", "np15", "PACE") == ("NP15", "PACE")
    assert asked("PRC_LMP", "np15") == ("TH_NP15_GEN-APND",)
