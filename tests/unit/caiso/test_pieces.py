"""Answers of OASIS of which a part is not there yet: what every answer has is looked for in each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from caiso_answers import price, prices
from energyopti import Finding, FindingKind
from energyopti.layouts import Reading
from energyopti.query import Chunk, TimeRange, plan
from energyopti_caiso.feeds.by_run import NEW_MARKET
from energyopti_caiso.locations import USUAL
from energyopti_caiso.market import CAISO
from energyopti_caiso.protocol import oasis
from energyopti_caiso.protocol.pieces import awaiting, in_turn, with_components, with_greenhouse_gas
from zips import zipped

WORDS = ("LMP", "MCE", "MCC", "MCL")


def chunk(feed: str) -> Chunk:
    """The chunk of a feed that has the first hour of 2026-07-01."""
    return plan(CAISO, CAISO.feed(feed), TimeRange(utc("2026-07-01T07:00"), utc("2026-07-01T08:00")))[0]


def read(*lines: str) -> Reading:
    """Day-ahead prices."""
    return oasis.read("PRC_LMP", zipped({"a.csv": prices(*lines)}), CAISO.feed("PRC_LMP").layout)


def gaps(reading: Reading) -> list[Finding]:
    """What is found to lack."""
    return [each for each in reading.findings if each.kind is FindingKind.GAP]


def spans(reading: Reading) -> list[tuple[str, str]]:
    """The stretches of time that are in pieces, by their hours in GMT."""
    return [(f"{low:%H:%M}", f"{high:%H:%M}") for each in gaps(reading) for low, high in each.spans]


def test_price_with_all_of_its_components_is_whole() -> None:
    """Greenhouse gas is none of them: not every run lists it."""
    reading = read(*(price(7, word, 1) for word in WORDS))
    assert with_components(reading, chunk("PRC_LMP")) is reading


@pytest.mark.parametrize("word", WORDS)
def test_price_without_a_component_is_in_pieces(word: str) -> None:
    """And so are components without their price: the rows stand, and nobody takes them for all that there is."""
    lines = [price(hour, each, 1) for hour in (7, 8) for each in WORDS if each != word]
    found = with_components(read(*lines), chunk("PRC_LMP"))
    assert spans(found) == [("07:00", "09:00")]
    (gap,) = gaps(found)
    assert gap.rows == found.frame.height == 2
    assert found.payload_rows == found.accounted_rows == 6


def test_only_the_time_of_what_is_in_pieces_is_a_gap() -> None:
    """Hours 7, 8 and 10 lack their congestion at one of two nodes."""
    lines = [
        price(hour, word, 1, node)
        for hour in (7, 8, 9, 10, 11)
        for node in ("A", "B")
        for word in WORDS
        if not (word == "MCC" and node == "B" and hour in {7, 8, 10})
    ]
    found = with_components(read(*lines), chunk("PRC_LMP"))
    assert spans(found) == [("07:00", "09:00"), ("10:00", "11:00")]
    assert [gap.rows for gap in gaps(found)] == [3]


@given(lacking=st.sets(st.tuples(st.integers(7, 20), st.sampled_from(WORDS)), max_size=12))
def test_every_hour_that_lacks_something_is_within_a_gap(lacking: set[tuple[int, str]]) -> None:
    """And no other hour; of one that lacks everything there is no row."""
    lines = [price(hour, word, 1) for hour in range(7, 21) for word in WORDS if (hour, word) not in lacking]
    found = with_components(read(*lines), chunk("PRC_LMP"))
    covered = {
        start.hour
        for start in found.frame["interval_start"]
        for gap in gaps(found)
        for low, high in gap.spans
        if low <= start < high
    }
    partly = {hour for hour, _ in lacking if any((hour, word) not in lacking for word in WORDS)}
    assert covered == partly
    assert found.payload_rows == found.accounted_rows


def test_usual_node_without_a_row_is_a_gap() -> None:
    """A query without locations is asked of hubs and load zones: each that OASIS has not yet is missed."""
    some = [node for node in USUAL if not node.startswith("DLAP_SDGE")]
    found = oasis.without_usual(read(*(price(7, "LMP", 1, node) for node in some)), chunk("PRC_LMP"), USUAL)
    (gap,) = gaps(found)
    assert "DLAP_SDGE-APND" in gap.message
    assert gap.spans == ((chunk("PRC_LMP").start, chunk("PRC_LMP").end),)


def test_usual_nodes_are_all_there() -> None:
    """Then nothing is said; where every node is asked for nobody knows which there are."""
    reading = read(*(price(7, "LMP", 1, node) for node in USUAL))
    assert oasis.without_usual(reading, chunk("PRC_LMP"), USUAL) is reading
    one = read(price(7, "LMP", 1, "A"))
    assert oasis.without_usual(one, chunk("PRC_LMP"), ("ALL",)) is one
    assert oasis.without_usual(one, chunk("PRC_LMP"), ()) is one


def test_word_that_every_answer_has_is_awaited() -> None:
    """Prices of A alone, of A and B: what lacks is named, once an interval that is there."""
    both = awaiting("location", ("A", "B"))
    found = both(read(price(7, "LMP", 1, "A"), price(8, "LMP", 1, "A")), chunk("PRC_LMP"))
    assert [(gap.rows, "no row for B" in gap.message) for gap in gaps(found)] == [(2, True)]
    whole = read(price(7, "LMP", 1, "A"), price(7, "LMP", 1, "B"))
    assert both(whole, chunk("PRC_LMP")) is whole


def test_answer_without_a_row_is_no_answer_in_pieces() -> None:
    """It is none: nothing more is said of it."""
    empty = read()
    assert awaiting("location", ("A",))(empty, chunk("PRC_LMP")) is empty


def test_what_is_made_of_a_reading_follows_in_turn() -> None:
    """The second sees what the first one made."""
    reading = read(price(7, "LMP", 1, "A"))
    found = in_turn(with_components, awaiting("location", ("A", "B")))(reading, chunk("PRC_LMP"))
    assert [gap.message for gap in gaps(found)] == [
        "1 prices are incomplete: OASIS does not have all of their energy, congestion, loss",
        "OASIS has no row for B there",
    ]


PARTS = {"LMP": 30.5, "MCE": 29.0, "MCC": 1.25, "MCL": 0.75}
"""A price of which half a dollar is not explained."""


def test_price_short_of_its_greenhouse_gas_is_in_pieces() -> None:
    """Of three hours one has it, one is the sum without it, and one is neither: that one is a gap."""
    lines = [price(hour, word, value) for hour in (7, 8) for word, value in PARTS.items()]
    lines += [price(8, "MGHG", -0.5), *(price(9, word, 0) for word in PARTS)]
    reading = read(*lines)
    assert reading.frame.sort("interval_start")["ghg"].to_list() == [None, -0.5, None]
    found = with_greenhouse_gas(NEW_MARKET)(reading, chunk("PRC_LMP"))
    assert spans(found) == [("07:00", "08:00")]
    (gap,) = gaps(found)
    assert (gap.rows, "greenhouse-gas" in gap.message) == (1, True)


def test_day_before_the_new_market_is_whole_without_greenhouse_gas() -> None:
    """There was no row for it then, whatever the sum."""
    lines = (price(7, word, value).replace("2026-07-01", "2026-04-30") for word, value in PARTS.items())
    reading = read(*lines)
    assert with_greenhouse_gas(NEW_MARKET)(reading, chunk("PRC_LMP")) is reading
    assert reading.frame["ghg"].to_list() == [None]


def test_price_in_pieces_is_not_short_of_greenhouse_gas_too() -> None:
    """Of what lacks more than that one nobody knows the sum."""
    reading = read(price(7, "LMP", 30), price(7, "MCE", 29))
    assert with_greenhouse_gas(NEW_MARKET)(reading, chunk("PRC_LMP")) is reading
