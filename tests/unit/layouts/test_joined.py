"""Fields whose words stand in several columns, and fields that follow from the form of a word."""

from __future__ import annotations

import pytest

from energyopti.datasets import CONSTRAINTS, LMP
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, CsvLayout, Joined, Number, Pattern, Text

LIMITS = CsvLayout(
    dataset=CONSTRAINTS,
    zone="America/Los_Angeles",
    time=Absolute(names="Start"),
    columns=(Text("Cause", to="contingency"), Number("Price", to="shadow_price")),
    joined=(Joined(to="constraint", of=("Tie", "Direction"), separator="/"),),
)
PAYLOAD = (
    b"Start,Tie,Direction,Cause,Price\n2024-07-01T07:00:00,MALIN, I,X,1\n2024-07-01T07:00:00,MALIN,E,X,2\n"
)


def test_words_of_several_columns_are_one() -> None:
    """In the order declared, without outer blanks."""
    assert LIMITS.read(PAYLOAD).frame["constraint"].to_list() == ["MALIN/I", "MALIN/E"]


def test_joined_words_are_written_apart() -> None:
    """Each in the column that it came from."""
    frame = LIMITS.read(PAYLOAD).frame
    written = LIMITS.write(frame)
    assert written.splitlines()[0] == b"Start,Cause,Price,Tie,Direction"
    assert LIMITS.read(written).frame.equals(frame)


def test_row_that_lacks_one_of_the_words_is_rejected() -> None:
    """Half a key is no key."""
    reading = LIMITS.read(PAYLOAD.replace(b"MALIN,E", b"MALIN,"))
    assert reading.frame["constraint"].to_list() == ["MALIN/I"]
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 1)]


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        ("TH_SP15_GEN-APND", "hub"),
        ("DLAP_SCE-APND", "zone"),
        ("ELAP_X-APND", "aggregate"),
        ("A_TH_1", "node"),
    ],
)
def test_first_pattern_that_matches_decides(node: str, kind: str) -> None:
    """A hub is an aggregate too, and is a hub; what no pattern matches is the default."""
    kinds = Pattern(
        to="location_type",
        of="location",
        patterns={"^TH_": "hub", "^DLAP_": "zone", "-APND$": "aggregate"},
        default="node",
    )
    layout = CsvLayout(
        dataset=LMP,
        zone="America/Los_Angeles",
        time=Absolute(names="Start"),
        columns=(Text("Node", to="location"), Number("Price", to="lmp")),
        derived=(kinds,),
    )
    reading = layout.read(f"Start,Node,Price\n2024-07-01T07:00:00,{node},1\n".encode())
    assert reading.frame["location_type"].to_list() == [kind] == [kinds.value(node)]


@pytest.mark.parametrize("report", [True, False])
def test_word_that_no_pattern_matches_can_be_null_and_said(report: bool) -> None:
    """A word that is known to mean none is null too, and not said; neither is an empty cell."""
    kinds = Pattern(
        to="location_name",
        of="location_type",
        patterns={"^TH": "hub", "^ALL$": None},
        default=None,
        report=report,
    )
    layout = CsvLayout(
        dataset=LMP,
        zone="America/Los_Angeles",
        time=Absolute(names="Start"),
        columns=(Text("Node", to="location"), Text("Kind", to="location_type"), Number("Price", to="lmp")),
        derived=(kinds,),
    )
    words = ("TH", "ALL", "NEW", "THE", "OLD", "NEW")
    lines = "".join(f"2024-07-01T0{hour}:00:00,A,{word},1\n" for hour, word in enumerate(words))
    reading = layout.read(f"Start,Node,Kind,Price\n{lines}".encode())
    assert reading.frame["location_name"].to_list() == ["hub", None, None, "hub", None, None]
    assert [(each.kind, each.rows, each.column, each.accounts) for each in reading.findings] == (
        [(FindingKind.UNKNOWN_WORD, 3, "location_type", False)] if report else []
    )
    assert all("'NEW', 'OLD' is not a location_name" in each.message for each in reading.findings)
