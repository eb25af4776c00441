"""New York's prices of reserves and regulation, in each form that their documents have had."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from builders import utc
from energyopti.errors import SchemaDrift
from energyopti.findings import FindingKind
from energyopti_nyiso.feeds.ancillary import DAY_AHEAD_ANCILLARY, REAL_TIME_ANCILLARY, form_on

EAST_AND_WEST = (
    "Time Stamp,East 10 Min Spinning Reserve ($/MWHr),East 10 Min Non-Synchronous Reserve,"
    "East 30 Min Operating Reserve ($/MWH),East Regulation ($/MWHr),"
    "West 10 Min Spinning Reserve ($/MWHr),West 10 Min Non-Synchronous Reserve,"
    "West 30 Min Operating Reserve ($/MWH),West Regulation ($/MWHr)"
)


def prices(text: str, *, real_time: bool = False) -> dict[tuple[str, str], float | None]:
    """The prices of a document of one stamp, by place and product."""
    layout = REAL_TIME_ANCILLARY.layout if real_time else DAY_AHEAD_ANCILLARY.layout
    frame = layout.read(text.encode()).frame
    return {(row["location"], row["product"]): row["price"] for row in frame.iter_rows(named=True)}


def test_east_and_west_become_rows() -> None:
    """A column a region and product becomes a row each, under the unified products."""
    found = prices(f"{EAST_AND_WEST}\n06/01/2010 14:00,1.5,1.25,1,10,0.5,0.25,0,9\n")
    assert found == {
        ("EAST", "spinning_reserve"): 1.5,
        ("EAST", "non_spinning_reserve"): 1.25,
        ("EAST", "secondary_reserve"): 1.0,
        ("EAST", "regulation_capability"): 10.0,
        ("WEST", "spinning_reserve"): 0.5,
        ("WEST", "non_spinning_reserve"): 0.25,
        ("WEST", "secondary_reserve"): 0.0,
        ("WEST", "regulation_capability"): 9.0,
    }


def test_day_ahead_hour_begins_and_real_time_interval_ends_at_the_stamp() -> None:
    """The old forms keep the clocks of the new ones."""
    text = f"{EAST_AND_WEST}\n06/01/2010 14:00,1,1,1,1,1,1,1,1\n".encode()
    hourly = DAY_AHEAD_ANCILLARY.layout.read(text).frame
    assert (hourly["interval_start"][0], hourly["interval_end"][0]) == (
        utc("2010-06-01T18:00"),
        utc("2010-06-01T19:00"),
    )
    five = REAL_TIME_ANCILLARY.layout.read(text).frame
    assert (five["interval_start"][0], five["interval_end"][0]) == (
        utc("2010-06-01T17:55"),
        utc("2010-06-01T18:00"),
    )


def test_cut_off_labels_and_movement_are_known() -> None:
    """Labels that lost their end, and the movement price that had no region, are read."""
    header = EAST_AND_WEST.replace("($/MWHr)", "($/MWHr").replace("($/MWH)", "($/MWH")
    found = prices(
        f"{header},NYCA Regulation Movement ($/MW)\n06/01/2014 14:05,1,1,1,1,1,1,1,1,0.2\n", real_time=True
    )
    assert found["NYCA", "regulation_mileage"] == 0.2
    assert len(found) == 9


def test_south_east_stands_beside_east_and_west() -> None:
    """From January 2016 there is a third region."""
    south_east = (
        "SENY 10 Min Spinning Reserve ($/MWHr),SENY 10 Min Non-Synchronous Reserve,"
        "SENY 30 Min Operating Reserve ($/MWH),SENY Regulation ($/MWHr)"
    )
    found = prices(f"{EAST_AND_WEST},{south_east}\n02/01/2016 14:00,1,1,1,1,1,1,1,1,5,4,3,2\n")
    assert [found["SENY", product] for product in ("spinning_reserve", "non_spinning_reserve")] == [5.0, 4.0]
    assert len(found) == 12


def test_first_documents_have_one_price_for_all_of_new_york() -> None:
    """In the first years a product has one column."""
    header = "Time Stamp,10 Minute Spinning,10 Minute Non-Sync,30 Minute Operating Reserve,Regulation"
    found = prices(f"{header}\n01/15/2000 07:00,2.5,2,1.5,20\n")
    assert found["NYCA", "spinning_reserve"] == 2.5
    assert found["NYCA", "regulation_capability"] == 20.0
    assert len(found) == 4


def test_header_that_stands_twice_gives_the_first_cell_that_is_not_empty() -> None:
    """The documents of 2016 repeat a header: of each row the first non-empty cell counts, and nothing is found."""
    header = (
        "Time Stamp,Time Zone,Name,PTID,10 Min Spinning Reserve ($/MWHr),10 Min Non-Synchronous Reserve ($/MWHr),"
        "30 Min Operating Reserve ($/MWHr),NYCA Regulation Capacity ($/MWHr),NYCA Regulation Capacity ($/MWHr)"
    )
    text = f"{header}\n07/01/2016 00:00,EDT,WEST,61752,1,2,3,,8\n07/01/2016 01:00,EDT,WEST,61752,1,2,3,7,9\n"
    reading = DAY_AHEAD_ANCILLARY.layout.read(text.encode())
    regulation = [
        row["price"]
        for row in reading.frame.iter_rows(named=True)
        if row["product"] == "regulation_capability"
    ]
    assert regulation == [8.0, 7.0]
    assert not [each for each in reading.findings if each.kind is FindingKind.UNKNOWN_COLUMN]


def test_repeated_hour_of_an_old_document_is_told_by_its_order() -> None:
    """Without a flag the second 01:00 of the autumn is the later one."""
    rows = "\n".join(f"11/07/2010 {stamp},1,1,1,1,1,1,1,1" for stamp in ("00:00", "01:00", "01:00", "02:00"))
    starts = (
        DAY_AHEAD_ANCILLARY.layout.read(f"{EAST_AND_WEST}\n{rows}\n".encode())
        .frame["interval_start"]
        .unique()
        .sort()
    )
    assert starts.to_list() == [utc("2010-11-07T04:00") + number * timedelta(hours=1) for number in range(4)]


def test_every_row_of_an_old_document_is_accounted_for() -> None:
    """Each cell of a price is a row, an unreadable stamp's as well."""
    reading = DAY_AHEAD_ANCILLARY.layout.read(
        f"{EAST_AND_WEST}\nsoon,1,1,1,1,1,1,1,1\n06/01/2010 14:00,1,1,1,1,1,1,1,1\n".encode()
    )
    assert reading.payload_rows == reading.accounted_rows == 16
    assert reading.frame.height == 8


def test_document_of_no_known_form_names_the_column_of_the_present_one() -> None:
    """What fits no form is drift, told in the words of the newest."""
    with pytest.raises(SchemaDrift) as caught:
        DAY_AHEAD_ANCILLARY.layout.read(b"Time Stamp,Price\n06/01/2010 14:00,1\n")
    assert caught.value.column == "Time Zone"


@pytest.mark.parametrize(
    ("day", "width"), [(date(2000, 1, 15), 4), (date(2010, 6, 1), 13), (date(2016, 7, 1), 5)]
)
def test_sandbox_writes_the_form_of_the_day(day: date, width: int) -> None:
    """The real-time document has as many price columns as the form of its day."""
    wide = form_on(REAL_TIME_ANCILLARY.layout, day).wide
    assert wide is not None
    assert len(wide.columns) == width
