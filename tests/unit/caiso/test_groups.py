"""``GROUP`` numbers the series of a report: rows that differ in it alone are the same, in every report of OASIS."""

from __future__ import annotations

import csv
import io

import pytest

from builders import utc
from energyopti import Feed, FindingKind
from energyopti.files import read_file
from energyopti.layouts import Reading
from energyopti_caiso.market import CAISO

NUMBERED = [feed for feed in CAISO.feeds if b"GROUP" in feed.example.payload.splitlines()[0]]
EVERY_ROW = (
    "PRC_NOMOGRAM",
    "PRC_CNSTR",
    "PRC_RTM_NOMOGRAM",
    "PRC_RTM_FLOWGATE",
    "TRNS_USAGE_DAM",
    "TRNS_USAGE_HASP",
)
"""Reports in which rows of a key that differ in anything else are not known to be one."""

NOMOGRAMS = (
    "OPR_DT,INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_HR,NOMOGRAM_ID,NOMOGRAM_ID_XML,MARKET_RUN_ID,"
    "CONSTRAINT_CAUSE,PRC,GROUP"
)


def grouped(feed: Feed, groups: tuple[str, ...]) -> bytes:
    """The example of a feed with each row once in each of some groups."""
    table = csv.DictReader(io.StringIO(feed.example.payload.decode(), newline=""))
    text = io.StringIO()
    written = csv.DictWriter(text, table.fieldnames or [], lineterminator="\n")
    written.writeheader()
    written.writerows({**row, "GROUP": group} for row in table for group in groups)
    return text.getvalue().encode()


@pytest.mark.parametrize("feed", NUMBERED, ids=[feed.name for feed in NUMBERED])
def test_rows_of_several_groups_are_one(feed: Feed) -> None:
    """The frame is that of one group; every row of the others is accounted for."""
    own = feed.layout.read(feed.example.payload)
    reading = feed.layout.read(grouped(feed, ("1", "2", "3")))
    assert reading.frame.equals(own.frame)
    assert reading.payload_rows == reading.accounted_rows == 3 * own.payload_rows
    superseded = [each for each in reading.findings if each.kind is FindingKind.SUPERSEDED_ROW]
    assert sum(each.rows for each in superseded) > 0


def nomograms(*lines: str) -> Reading:
    """Rows of one hour, each with its id, cause, price and group."""
    stamps = "2026-03-02,2026-03-02T08:00:00-00:00,2026-03-02T09:00:00-00:00,1"
    rows = (f"{stamps},{line.replace('/', ',DAM,', 1)}" for line in lines)
    return CAISO.feed("PRC_NOMOGRAM").layout.read("\n".join([NOMOGRAMS, *rows, ""]).encode())


def test_constraint_in_three_groups_is_one_price() -> None:
    """Its id, cause and price are the same; another cause is another row."""
    reading = nomograms(
        "6410_CP10_NG,6410_CP10_NG/BASE CASE,12.5,1",
        "6410_CP10_NG,6410_CP10_NG/BASE CASE,12.5,2",
        "6410_CP10_NG,6410_CP10_NG/OUT 7,12.5,3",
        "6410_CP10_NG,6410_CP10_NG/BASE CASE,12.5,4",
    )
    assert reading.frame.select("contingency", "shadow_price").rows() == [
        ("BASE CASE", 12.5),
        ("OUT 7", 12.5),
    ]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts) == (FindingKind.SUPERSEDED_ROW, 2, True)
    assert finding.message == "2 rows repeat others except for GROUP: the first of each is kept"


@pytest.mark.parametrize("name", EVERY_ROW)
def test_prices_of_one_constraint_that_differ_are_said(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Neither is dropped: both stand, and a finding says that they share their key."""
    feed = CAISO.feed(name)
    header, first, *_ = feed.example.payload.decode().splitlines()
    cells = dict(zip(header.split(","), first.split(","), strict=True))
    value = "PRC" if "PRC" in cells else "MW"
    other = {**cells, value: "777.5", "GROUP": "9"}
    file = tmp_path_factory.mktemp("groups") / "file.csv"
    file.write_text("\n".join([header, first, ",".join(other.values()), first, ""]))
    data = read_file(CAISO, feed, file, now=utc("2026-11-20T12:00"))
    figure = "shadow_price" if value == "PRC" or name == "PRC_CNSTR" else "scheduled"
    assert sorted(data.frame[figure].to_list()) == sorted([float(cells[value]), 777.5])
    kinds = {finding.kind: finding.rows for finding in data.findings}
    assert kinds[FindingKind.DUPLICATE_KEY] == 2
    assert kinds[FindingKind.SUPERSEDED_ROW] == 1
