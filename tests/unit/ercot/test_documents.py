"""ERCOT's lists of documents: their forms, their clocks, and which documents a chunk has."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from builders import utc
from energyopti import Chunk, SchemaDrift
from energyopti.query import TimeRange, plan
from energyopti.timezones import midnight
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.documents import MINUTE_STAMP, SECOND_STAMP, Report
from energyopti_ercot.protocol.layouts import QUARTER
from energyopti_ercot.protocol.listing import Document, listed

NAME = "cdr.00012301.0000000000000000.20250730.084600000.SPPHLZNP6905_20250730_0845_{}.zip"


def entry(number: int, published: str, *, kind: str = "csv", name: str = NAME) -> dict[str, Any]:
    """A document as a list has it."""
    document = {
        "DocID": str(number),
        "FriendlyName": f"REPORT_{kind}",
        "ConstructedName": name.format(kind),
        "PublishDate": published,
    }
    return {"Document": document}


def a_list(found: Any) -> bytes:
    """A list of documents."""
    body = {} if found is None else {"DocumentList": found}
    return json.dumps({"ListDocsByRptTypeRes": body}).encode()


def chunk(day: str) -> Chunk:
    """A day of settlement point prices."""
    noon = midnight(date.fromisoformat(day), ERCOT.zone) + timedelta(hours=12)
    return plan(ERCOT, ERCOT.feed("spp_node_zone_hub"), TimeRange(noon, noon + QUARTER))[0]


def document(name: str, published: str = "2025-07-30T13:46") -> Document:
    """A document of a name."""
    return Document(number="1", name=name, published=utc(published))


def test_only_csv_documents_are_taken() -> None:
    """Each has an XML twin beside it."""
    both = [
        entry(2, "2025-07-30T08:46:00-05:00"),
        entry(1, "2025-07-30T08:46:00-05:00", kind="xml"),
    ]
    assert [each.number for each in listed(a_list(both))] == ["2"]


def test_one_document_comes_as_an_object() -> None:
    """And not as a list of one."""
    (one,) = listed(a_list(entry(7, "2025-07-30T08:46:00-05:00")))
    assert (one.number, one.published) == ("7", utc("2025-07-30T13:46"))


@pytest.mark.parametrize("found", [None, [], ""])
def test_empty_list_has_no_documents(found: Any) -> None:
    """It has no ``DocumentList``, or nothing in it."""
    assert listed(a_list(found)) == ()


@pytest.mark.parametrize(
    "content", [b"", b"<html/>", b"[]", b'{"ListDocsByRptTypeRes": {"DocumentList": [1]}}']
)
def test_what_is_no_list_is_drift(content: bytes) -> None:
    """And nothing else is raised."""
    with pytest.raises(SchemaDrift, match="list of documents"):
        listed(content)


def test_offset_of_a_publication_is_not_its_own() -> None:
    """A list made in summer time says -05:00 of a winter's document too: its wall clock is read."""
    found = [entry(2, "2025-03-10T00:30:00-05:00"), entry(1, "2025-03-08T00:30:00-05:00")]
    assert [each.published for each in listed(a_list(found))] == [
        utc("2025-03-08T06:30"),
        utc("2025-03-10T05:30"),
    ]


def test_repeated_hour_of_publications_is_told_by_their_order() -> None:
    """01:30 stands twice on November 3, 2024: the document of the higher number is the later one."""
    found = [
        entry(4, "2024-11-03T02:30:00-06:00"),
        entry(3, "2024-11-03T01:30:01-06:00"),
        entry(2, "2024-11-03T01:30:00-06:00"),
        entry(1, "2024-11-03T00:30:00-06:00"),
    ]
    assert [each.published for each in listed(a_list(found))] == [
        utc("2024-11-03T05:30"),
        utc("2024-11-03T06:30"),
        utc("2024-11-03T07:30:01"),
        utc("2024-11-03T08:30"),
    ]


def test_mark_of_the_extra_hour_tells_its_documents() -> None:
    """``xhr`` in a name is the second pass, for the publication and for the stamp in the name."""
    name = "cdr.0.0.20241103.010100.SPP_20241103_0115_xhr_{}"
    (one,) = listed(a_list(entry(1, "2024-11-03T01:16:02-06:00", name=name)))
    assert one.published == utc("2024-11-03T07:16:02")
    assert one.stamp(MINUTE_STAMP) == utc("2024-11-03T07:15")


def test_name_says_when_a_quarter_ends() -> None:
    """The document of a day's last quarter is called by the next day's midnight, and is the day's."""
    report = Report(number="12301", named=MINUTE_STAMP, ends=True)
    names = [
        "SPP_20250730_0000_csv",
        "SPP_20250730_0015_csv",
        "SPP_20250731_0000_csv",
        "SPP_20250731_0015_csv",
    ]
    chosen = report.of([document(name) for name in names], chunk("2025-07-30"))
    assert [each.name for each in chosen] == names[1:3]


def test_document_of_a_second_attempt_is_known() -> None:
    """``_retry`` stands before its stamp."""
    stamp = document("cdr.00012301.0.20230608.001705730.SPPHLZNP6905_retry_20230608_1545_csv").stamp(
        MINUTE_STAMP
    )
    assert stamp == utc("2023-06-08T20:45")


def test_name_says_when_a_run_begins() -> None:
    """A run of the first second of a day is the day's, one of the next day's is not."""
    report = Report(number="12300", named=SECOND_STAMP)
    names = ["LMP_20250729_235959_csv", "LMP_20250730_000000_csv", "LMP_20250731_000000_csv"]
    chosen = report.of([document(name) for name in names], chunk("2025-07-30"))
    assert [each.name for each in chosen] == names[1:2]


def test_stamp_that_no_clock_showed_is_no_error() -> None:
    """Two o'clock of a day that skips it is read as the instant that it names."""
    assert document("SPP_20260308_0200_csv").stamp(MINUTE_STAMP) == utc("2026-03-08T08:00")
    assert document("SPP_20260399_0200_csv").stamp(MINUTE_STAMP) is None


def test_day_ahead_document_is_published_the_day_before() -> None:
    """From midnight to midnight on the local clock."""
    report = Report(number="12331", first=-1, last=-1)
    times = ["2025-07-29T04:59", "2025-07-29T05:00", "2025-07-30T04:59", "2025-07-30T05:00"]
    chosen = report.of([document("DAM_csv", at) for at in times], chunk("2025-07-30"))
    assert [each.published for each in chosen] == [utc(at) for at in times[1:3]]


@pytest.mark.parametrize(("stamp", "whole"), [("20250730_0015", True), ("20250730_0100", False)])
def test_list_that_begins_within_a_day_has_only_a_part(stamp: str, whole: bool) -> None:
    """The first quarter must be there, or the one after it."""
    report = Report(number="12301", named=MINUTE_STAMP, ends=True, every=QUARTER)
    assert report.reaches([document(f"SPP_{stamp}_csv")], chunk("2025-07-30")) is whole
