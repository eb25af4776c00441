"""Disclosures that were posted again: which posting of a table stands, and what is said of the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti import Chunk, FindingKind, SchemaDrift
from energyopti.layouts import Reading
from energyopti.query import TimeRange, plan
from energyopti_ercot.feeds.awards import CLEARED
from energyopti_ercot.feeds.demand import DISPATCHED_RESOURCES
from energyopti_ercot.market import ERCOT
from energyopti_ercot.protocol.disclosures import CORRECTED_FOR, Disclosure
from energyopti_ercot.protocol.listing import Document
from zips import zipped

SCED = Disclosure(number="13052", first=60, last=60, table="60d_Load[_ ]Resource_Data_in_SCED")
SPARSE = attrs.evolve(SCED, may_lack=True)
SERVICES = Disclosure(number="13057", first=2, last=2, table=r"2d_Cleared_DAM_AS_\w+")
TABLE = "60d_Load_Resource_Data_in_SCED"
HEADER = (
    "SCED Time Stamp,Repeated Hour Flag,QSE,DME,Resource Name,Max Power Consumption,Low Power Consumption"
)
REGULAR, CORRECTION = "60_Day_SCED_Disclosure", "60_Day_SCED_Disclosure_CORRECTION"
SUPPLEMENT = f"{TABLE}_02032026_thru_03062026_SUPPLEMENTAL"
DUE = utc("2026-02-08T14:00")
"""When December 10, 2025 was disclosed."""

Loads = dict[str, float]
Found = tuple[Document, bytes]


def chunk(feed: str = "60_load_res_data_in_sced", noon: str = "2025-12-10T18:00") -> Chunk:
    """December 10, 2025."""
    start = utc(noon)
    return plan(ERCOT, ERCOT.feed(feed), TimeRange(start, start + timedelta(minutes=1)))[0]


def document(number: int, published: datetime, name: str) -> Document:
    """A document of the report."""
    whole = f"rpt.00013052.0000000000000000.20260305.120000.{name}.zip"
    return Document(number=str(number), name=whole, published=published)


def table(loads: Loads, *, day: str = "12/10/2025", header: str = HEADER) -> bytes:
    """A table with a row a resource."""
    rows = [f"{day} 00:00:14,N,Q,,{name},{load},0" for name, load in loads.items()]
    return "\n".join([header, *rows, ""]).encode()


def posting(
    number: int, days: float, name: str, loads: Loads | None, *, called: str = "08-FEB-26", **written: str
) -> Found:
    """A document some days after the day was due; without loads it lacks the table."""
    text = {} if loads is None else {f"{TABLE}-{called}.csv": table(loads, **written)}
    content = zipped({"60d_SCED_SMNE_GEN_RES-08-FEB-26.csv": b"other\n", **text})
    return document(number, DUE + timedelta(days=days), name), content


def read(*postings: Found, report: Disclosure = SCED) -> Reading:
    """What a day is, of the documents that may hold it."""
    there = dict(postings)
    chosen = report.of(list(there), chunk())
    reading = report.reading(chunk(), DISPATCHED_RESOURCES, [(each, there[each]) for each in chosen])
    assert reading is not None
    assert reading.payload_rows == reading.accounted_rows
    return reading


def loads(reading: Reading) -> Loads:
    """The load of each resource."""
    return dict(reading.frame.select("location", "capacity").iter_rows())


def superseded(reading: Reading) -> list[int]:
    """How many rows each posting had that does not stand."""
    assert {each.kind for each in reading.findings} <= {FindingKind.SUPERSEDED_ROW}
    return [each.rows for each in reading.findings]


def test_correction_stands_weeks_later() -> None:
    """Its figures alone; those before it stay in the source's own columns, and a finding says by what they went."""
    reading = read(posting(1, 0, REGULAR, {"A": 10, "B": 5}), posting(2, 25, CORRECTION, {"A": 20, "B": 5}))
    assert loads(reading) == {"A": 20.0, "B": 5.0}
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.SUPERSEDED_ROW, 2, True)
    assert finding.message == (
        "2 rows of 60_Day_SCED_Disclosure are superseded by 60_Day_SCED_Disclosure_CORRECTION, posted at "
        "2026-03-05T14:00:00Z: the last posting of a table is used"
    )
    assert reading.raw["Max Power Consumption"].to_list() == [10.0, 5.0, 20.0, 5.0]
    assert reading.origin.to_list() == [2, 3]


def test_table_stands_as_a_whole() -> None:
    """A resource that the correction has no more is gone, and counted."""
    reading = read(posting(1, 0, REGULAR, {"A": 10, "GONE": 5}), posting(2, 25, CORRECTION, {"A": 20}))
    assert loads(reading) == {"A": 20.0}
    assert reading.findings[0].message.endswith(
        "the last posting of a table is used; 1 of them are not in it"
    )


@pytest.mark.parametrize(
    ("supplement", "correction", "expected"), [(15, 25, 20), (25, 15, 15)], ids=["corrected", "supplemented"]
)
def test_time_of_posting_decides_and_not_the_kind(supplement: int, correction: int, expected: float) -> None:
    """Whichever of a supplement and a correction came last."""
    reading = read(
        posting(1, 0, REGULAR, {"A": 10}),
        posting(2, supplement, SUPPLEMENT, {"A": 15}),
        posting(3, correction, CORRECTION, {"A": 20}),
    )
    assert loads(reading) == {"A": expected}
    assert superseded(reading) == [1, 1]


@pytest.mark.parametrize("called", ["05-MAR-26", "08-FEB-26_SUPPLEMENTAL_CORRECTION", "08-FEB-26_CORRECTION"])
def test_file_of_a_correction_may_be_called_otherwise(called: str) -> None:
    """By the day of its posting, or as what it is: its rows say of which day it is."""
    reading = read(posting(1, 0, REGULAR, {"A": 10}), posting(2, 25, CORRECTION, {"A": 20}, called=called))
    assert loads(reading) == {"A": 20.0}


def test_correction_of_another_day_changes_nothing() -> None:
    """Nothing in its name tells it from one of this day."""
    other = posting(2, 25, CORRECTION, {"A": 20}, called="05-MAR-26", day="01/04/2026")
    reading = read(posting(1, 0, REGULAR, {"A": 10}), other)
    assert (loads(reading), superseded(reading)) == ({"A": 10.0}, [])


@pytest.mark.parametrize("table", [None, {}], ids=["another table", "a header"])
def test_correction_without_rows_of_the_table_changes_nothing(table: Loads | None) -> None:
    """What is not in it cannot stand instead."""
    reading = read(posting(1, 0, REGULAR, {"A": 10}), posting(2, 25, CORRECTION, table))
    assert (loads(reading), superseded(reading)) == ({"A": 10.0}, [])


def test_supplement_of_a_header_alone_changes_nothing() -> None:
    """Of its day it says nothing."""
    reading = read(posting(1, 0, REGULAR, {"A": 10}), posting(2, 25, SUPPLEMENT, {}))
    assert (loads(reading), superseded(reading)) == ({"A": 10.0}, [0])


@pytest.mark.parametrize("name", [CORRECTION, SUPPLEMENT])
def test_day_that_has_no_other_posting(name: str) -> None:
    """Some days were published as a correction alone."""
    reading = read(posting(2, 25, name, {"A": 20}))
    assert (loads(reading), superseded(reading)) == ({"A": 20.0}, [])


def test_corrections_of_other_days_alone_are_no_drift() -> None:
    """There is none of this day: the next source is asked."""
    other, content = posting(2, 25, CORRECTION, {"A": 20}, day="01/04/2026")
    assert SCED.of([other], chunk()) == [other]
    assert SCED.reading(chunk(), DISPATCHED_RESOURCES, [(other, content)]) is None


def test_day_s_own_document_without_the_table_is_drift() -> None:
    """Unless the report is known to lack it."""
    found = [posting(1, 0, REGULAR, None)]
    with pytest.raises(SchemaDrift, match="lack the file 60d_Load"):
        SCED.reading(chunk(), DISPATCHED_RESOURCES, found)
    assert SPARSE.reading(chunk(), DISPATCHED_RESOURCES, found) is None


def test_posting_that_cannot_be_read_is_no_reason_not_to_read_its_correction() -> None:
    """Its rows would not stand in any case."""
    spoilt = posting(1, 0, REGULAR, {"A": 10}, header=HEADER.replace("Max", "Least"))
    reading = read(spoilt, posting(2, 25, CORRECTION, {"A": 20}))
    assert (loads(reading), superseded(reading)) == ({"A": 20.0}, [])


def test_each_table_of_a_day_stands_for_itself() -> None:
    """A correction of one service leaves the others as they were."""
    day = chunk("2d_cleared_dam_as", "2024-10-16T18:00")
    due = utc("2024-10-18T08:13")

    def services(number: int, at: datetime, name: str, **cleared: float) -> Found:
        files = {
            f"2d_Cleared_DAM_AS_{word.upper()}-18-OCT-24.csv": (
                f"Delivery Date,Hour Ending,Total Cleared AS - {word}\n10/16/2024,1,{value}\n".encode()
            )
            for word, value in cleared.items()
        }
        return document(number, at, name), zipped(files)

    found = [
        services(1, due, "2_Day_AS_Disclosure", RegUp=300.5, NonSpin=900.5),
        services(2, due + timedelta(days=3), "2_Day_AS_Disclosure_CORRECTION", RegUp=310.5),
    ]
    assert SERVICES.of([each for each, _ in found], day) == [each for each, _ in found]
    reading = SERVICES.reading(day, CLEARED, found)
    assert reading is not None
    assert dict(reading.frame.select("product_native", "procured").iter_rows()) == {
        "REGUP": 310.5,
        "NSPIN": 900.5,
    }
    assert (superseded(reading), reading.payload_rows) == ([1], reading.accounted_rows)


@pytest.mark.parametrize(
    ("name", "days", "is_in"),
    [
        (CORRECTION, 0, True),
        (CORRECTION, CORRECTED_FOR.days, True),
        (CORRECTION, CORRECTED_FOR.days + 1, False),
        (CORRECTION, -1, False),
        ("60_Day_SCED_Disclosure_SUPPLEMENTAL", 30, True),
        (f"{TABLE}_CORRECTION", 30, True),
        ("60_Day_SCED_ESR_SUPPLEMENTAL_CORRECTION", 30, False),
        ("60d_Gen_Resource_Data_in_SCED_02032026_thru_02182026_SUPPLEMENTAL", 15, False),
        (f"{TABLE}_02032026_thru_02072026_SUPPLEMENTAL", 30, False),
        (f"{TABLE}_02032026_thru_02082026_SUPPLEMENTAL_CORRECTION", 300, True),
        ("60_Day_SCED_Disclosure_02082026_thru_02092026_SUPPLEMENTAL", 300, True),
    ],
)
def test_which_documents_are_looked_into(name: str, days: int, is_in: bool) -> None:
    """Those that are of all tables or of this one, by the days in their name, else some weeks after the day's own."""
    found = SCED.of([document(2, DUE + timedelta(days=days), name)], chunk())
    assert [each.number for each in found] == (["2"] if is_in else [])


HOLDS = ("this day", "a header", "no table")
RESOURCES = st.sets(st.sampled_from("ABC"), min_size=1)
POSTINGS = st.one_of(
    st.tuples(st.sampled_from([REGULAR, SUPPLEMENT]), st.sampled_from(HOLDS), RESOURCES),
    st.tuples(st.just(CORRECTION), st.sampled_from([*HOLDS, "another day"]), RESOURCES),
)


@settings(max_examples=150, deadline=None)
@given(kinds=st.lists(POSTINGS, min_size=1, max_size=5))
def test_last_posting_with_rows_of_the_day_stands(kinds: Sequence[tuple[str, str, set[str]]]) -> None:
    """Of any postings: one table, whole, and every row of the others is accounted for."""
    expected: Loads = {}
    postings: list[Found] = []
    for number, (name, holds, resources) in enumerate(kinds, start=1):
        table = dict.fromkeys(resources, 10.0 * number)
        written = {"no table": None, "a header": {}}.get(holds, table)
        day = "01/04/2026" if holds == "another day" else "12/10/2025"
        postings.append(posting(number, number, name, written, day=day))
        expected = table if holds == "this day" else expected
    reading = SPARSE.reading(chunk(), DISPATCHED_RESOURCES, postings)
    if reading is None:
        assert expected == {}
        return
    assert loads(reading) == expected
    assert reading.payload_rows == reading.accounted_rows
