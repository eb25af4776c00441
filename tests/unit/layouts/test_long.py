"""Payloads with a row for each figure: rows of one thing are one row, whatever their order and files."""

from __future__ import annotations

import random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import ANCILLARY_QUANTITIES, FLEXIBLE_RAMP, LMP
from energyopti.errors import PluginError, SchemaDrift
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, CsvLayout, JsonLayout, Long, Number, Text
from energyopti.layouts.reading import RECORD

ZONE = "America/Los_Angeles"
TIME = Absolute(names="Start")
WORDS = {"LMP": "lmp", "MCE": "energy", "MCC": "congestion", "GHG": "ghg", "COST": None}
LONG = Long(by=Text("Type"), value=Number(("MW", "PRC")), words=WORDS, same=("Start", "Node"))
PRICES = CsvLayout(
    dataset=LMP,
    zone=ZONE,
    time=TIME,
    columns=(Text("Node", to="location"), Text("Group", required=False)),
    long=LONG,
    repeats="last",
)
HEADER = "Start,Node,Type,MW,Group"
HOURS = ("2024-07-01T07:00:00", "2024-07-01T08:00:00")


def payload(*lines: str, header: str = HEADER) -> bytes:
    """Lines under a header."""
    return "\n".join([header, *lines, ""]).encode()


def prices(words: tuple[str, ...] = ("LMP", "MCE", "MCC"), nodes: tuple[str, ...] = ("A", "B")) -> list[str]:
    """A line for each word, hour and node; the figure is ten times the word's place, plus the hour's and the node's."""
    return [
        f"{hour},{node},{word},{number * 10 + HOURS.index(hour) + nodes.index(node) * 100},g{number}"
        for number, word in enumerate(words)
        for hour in HOURS
        for node in nodes
    ]


ROWS = [
    (utc("2024-07-01T07:00"), "A", 0.0, 10.0, 20.0),
    (utc("2024-07-01T07:00"), "B", 100.0, 110.0, 120.0),
    (utc("2024-07-01T08:00"), "A", 1.0, 11.0, 21.0),
    (utc("2024-07-01T08:00"), "B", 101.0, 111.0, 121.0),
]
COLUMNS = ("interval_start", "location", "lmp", "energy", "congestion")


def rows(data: Any) -> list[tuple[Any, ...]]:
    """The rows that were read, in the order of time and place."""
    return list(data.frame.select(COLUMNS).sort("interval_start", "location").iter_rows())


def test_figures_of_a_thing_are_one_row() -> None:
    """Three components of two nodes in two hours are four prices; a figure that no row has is null."""
    reading = PRICES.read(payload(*prices()))
    assert rows(reading) == ROWS
    assert reading.frame["ghg"].to_list() == [None] * 4
    assert reading.findings == ()
    assert (reading.payload_rows, reading.joined, reading.accounted_rows) == (12, 8, 12)


def test_order_of_the_rows_does_not_matter() -> None:
    """Shuffled rows make the same prices, and every row is accounted for."""
    lines = prices()
    for seed in range(5):
        random.Random(seed).shuffle(lines)
        reading = PRICES.read(payload(*lines))
        assert rows(reading) == ROWS
        assert reading.payload_rows == reading.accounted_rows == 12


def test_row_comes_from_the_first_row_of_its_thing() -> None:
    """The raw columns keep every row; a price was read from the row that names it first."""
    reading = PRICES.read(payload(*prices()))
    assert reading.raw.height == 12
    assert reading.raw[reading.origin]["Type"].to_list() == ["LMP"] * 4


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_every_row_of_a_thing_leads_to_it(seed: int | None) -> None:
    """Each raw row says the first row of its price, in any order; a row that is in no price says its own."""
    lines = [*prices(), f"{HOURS[0]},A,COST,9,g"]
    if seed is not None:
        random.Random(seed).shuffle(lines)
    reading = PRICES.read(payload(*lines))
    firsts = set(reading.origin)
    for number, row in enumerate(reading.raw.iter_rows(named=True)):
        if row["Type"] == "COST":
            assert row[RECORD] == number
        else:
            first = reading.raw.row(row[RECORD], named=True)
            assert row[RECORD] in firsts
            assert (first["Start"], first["Node"]) == (row["Start"], row["Node"])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_files_of_one_figure_each_are_one_answer(order: tuple[int, ...]) -> None:
    """A file for each component, in any order of the files."""
    files = [payload(*prices()[4 * number : 4 * number + 4]) for number in order]
    reading = PRICES.read_all(files)
    assert rows(reading) == ROWS
    assert reading.payload_rows == reading.accounted_rows == 12


def test_missing_figure_is_null_and_said() -> None:
    """A component that one price lacks is null there, not zero, and its row stays."""
    lines = [line for line in prices() if line != prices()[-1]]
    reading = PRICES.read(payload(*lines))
    assert rows(reading) == [*ROWS[:3], (*ROWS[3][:4], None)]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.column) == (FindingKind.MISSING_VALUE, 1, "congestion")
    assert reading.payload_rows == reading.accounted_rows == 11


def test_missing_price_leaves_its_components() -> None:
    """The row is there without the price."""
    reading = PRICES.read(payload(*prices()[1:]))
    assert rows(reading)[0] == (*ROWS[0][:2], None, *ROWS[0][3:])
    assert reading.payload_rows == reading.accounted_rows == 11


def test_last_of_repeated_figures_counts() -> None:
    """A figure that stands twice is the later one, in one file or in two; the other is counted."""
    again = f"{HOURS[0]},A,MCC,77,g"
    one = PRICES.read(payload(*prices(), again))
    two = PRICES.read_all([payload(*prices()), payload(again)])
    for reading in (one, two):
        assert rows(reading) == [(*ROWS[0][:4], 77.0), *ROWS[1:]]
        assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.SUPERSEDED_ROW, 1)]
        assert reading.payload_rows == reading.accounted_rows == 13


def test_later_file_supersedes_whole_prices() -> None:
    """A republished file after the first one: its prices stand, the four others are counted."""
    later = [line.replace(",g", "5,g") for line in prices()]
    reading = PRICES.read_all([payload(*prices()), payload(*later)])
    assert [row[2] for row in rows(reading)] == [5.0, 1005.0, 15.0, 1015.0]
    assert reading.payload_rows == reading.accounted_rows == 24


def test_known_figure_without_a_column_is_left_out_and_counted() -> None:
    """Costs are no price; a word that nobody knows is said too."""
    lines = [*prices(), f"{HOURS[0]},A,COST,9000,g", f"{HOURS[0]},A,NEW,1,g", f"{HOURS[0]},A,,1,g"]
    reading = PRICES.read(payload(*lines))
    assert rows(reading) == ROWS
    assert [(each.kind, each.rows, each.accounts) for each in reading.findings] == [
        (FindingKind.OTHER_FIGURE, 1, True),
        (FindingKind.UNKNOWN_WORD, 2, True),
    ]
    assert "'NEW'" in reading.findings[1].message
    assert reading.payload_rows == reading.accounted_rows == 15


def test_payload_of_unknown_words_alone_has_no_rows() -> None:
    """Everything is accounted for by the finding."""
    reading = PRICES.read(payload(f"{HOURS[0]},A,NEW,1,g"))
    assert reading.frame.height == 0
    assert set(WORDS.values()) - {None} <= set(reading.frame.columns)
    assert reading.payload_rows == reading.accounted_rows == 1


def test_thing_without_a_usable_time_is_rejected_with_all_its_rows() -> None:
    """Three rows of a stamp that cannot be read: one price is rejected, and three rows are accounted for."""
    lines = [line.replace(HOURS[1], "soon") for line in prices(nodes=("A",))]
    reading = PRICES.read(payload(*lines))
    assert reading.frame["lmp"].to_list() == [0.0]
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 1)]
    assert reading.payload_rows == reading.accounted_rows == 6


def test_value_has_had_other_names() -> None:
    """The value's column may be called as it once was, in one file of several too."""
    other = payload(*prices()[4:], header=HEADER.replace("MW", "PRC"))
    reading = PRICES.read_all([payload(*prices()[:4]), other])
    assert rows(reading) == ROWS


def test_figures_are_written_as_they_are_published() -> None:
    """One block of rows a figure; what is null has no row; reading gives the rows back."""
    reading = PRICES.read(payload(*prices()))
    written = PRICES.write(reading.frame)
    assert written.decode().splitlines()[:2] == ["Type,Start,Node,Group,MW", f"LMP,{HOURS[0]},A,,0.0"]
    assert len(written.decode().splitlines()) == 13
    assert rows(PRICES.read(written)) == ROWS


def test_missing_column_is_named() -> None:
    """Without the column of words, or of figures, the payload is none of this layout."""
    for name, instead in (("Type", "Kind"), ("MW", "Power")):
        with pytest.raises(SchemaDrift) as caught:
            PRICES.read_all([payload(*prices(), header=HEADER.replace(name, instead))])
        assert caught.value.column == name


def test_answer_of_several_files_is_read_by_the_form_that_fits() -> None:
    """All files of an answer have one form; the error speaks of the first."""
    form = JsonLayout(dataset=LMP, zone=ZONE, time=TIME, columns=(Text("Node", to="location"),), long=LONG)
    layout = CsvLayout(dataset=LMP, zone=ZONE, time=TIME, columns=PRICES.columns, long=LONG, others=(form,))
    records = b'[{"Start": "2024-07-01T07:00:00", "Node": "A", "Type": "LMP", "MW": 5.5}]'
    assert layout.read_all([records]).frame["lmp"].to_list() == [5.5]
    with pytest.raises(SchemaDrift, match="Type"):
        layout.read_all([b"Start,Node,MW\n"])


RAMP = CsvLayout(
    dataset=FLEXIBLE_RAMP,
    zone=ZONE,
    time=TIME,
    columns=(Text("Area", to="location"),),
    long=Long(
        by=Text("Item"),
        value=Number("Value", null_values=(-1,)),
        words={
            "UP_REQ": ("requirement", "up"),
            "UP_PRC": ("price", "up"),
            "DOWN_REQ": ("requirement", "down"),
        },
        kind_field="direction",
        same=("Start", "Area"),
    ),
)


def test_words_may_tell_things_apart_too() -> None:
    """Up and down are rows of their own, each with its figures; a figure that stands for none is null."""
    lines = [
        f"{HOURS[0]},CISO,{item},{value}" for item, value in (("UP_REQ", 5), ("DOWN_REQ", -1), ("UP_PRC", 2))
    ]
    reading = RAMP.read(payload(*lines, header="Start,Area,Item,Value"))
    found = reading.frame.select("direction", "requirement", "price").rows()
    assert found == [("up", 5.0, 2.0), ("down", None, None)]
    assert reading.payload_rows == reading.accounted_rows == 3
    again = RAMP.read(RAMP.write(reading.frame.filter(reading.frame["direction"] == "up")))
    assert again.frame.select("direction", "requirement", "price").rows() == [("up", 5.0, 2.0)]


@pytest.mark.parametrize(
    ("words", "kind_field"),
    [({"A": None}, None), ({"A": "lmp"}, "direction"), ({"A": ("requirement", "up")}, None)],
)
def test_words_are_of_one_kind(words: dict[str, Any], kind_field: str | None) -> None:
    """A word names a field, or with `kind_field` a field and its word; a wrong declaration fails when it is made."""
    with pytest.raises(PluginError, match="name a field each"):
        Long(by=Text("Type"), value=Number("MW"), words=words, kind_field=kind_field, same=())


NEEDS = CsvLayout(
    dataset=ANCILLARY_QUANTITIES,
    zone=ZONE,
    time=TIME,
    columns=(
        Text("Item", to="product_native", words={"MIN": "MIN", "MAX": "MAX"}),
        Text("Area", to="location"),
    ),
    long=Long(
        by=Text("Item"),
        value=Number("Value"),
        words={"MIN": "requirement", "MAX": "requirement", "COST": None},
        same=("Start", "Area", "Item"),
    ),
)


def test_figures_that_are_told_apart_stay_rows_of_their_own() -> None:
    """Where the word itself is part of the key; what is no figure of this dataset is left out, and counted."""
    lines = [f"{HOURS[0]},N,{item},{value}" for item, value in (("MIN", 5), ("MAX", 9), ("COST", 700))]
    reading = NEEDS.read(payload(*lines, header="Start,Area,Item,Value"))
    columns = ("product_native", "requirement")
    assert reading.frame.select(columns).rows() == [("MIN", 5.0), ("MAX", 9.0)]
    assert reading.payload_rows == reading.accounted_rows == 3
    assert NEEDS.read(NEEDS.write(reading.frame)).frame.select(columns).rows() == [("MIN", 5.0), ("MAX", 9.0)]


def test_columns_that_tell_things_apart_are_there() -> None:
    """A wrong declaration fails when it is made, with the column's name."""
    with pytest.raises(PluginError, match="'Place' to distinguish rows"):
        attrs.evolve(PRICES, long=attrs.evolve(LONG, same=("Start", "Place")))


FIGURES = st.lists(
    st.tuples(
        st.sampled_from(HOURS),
        st.sampled_from("ABC"),
        st.sampled_from(["LMP", "MCE", "MCC", "GHG", "COST", "NEW"]),
        st.integers(-99, 99),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(FIGURES, st.integers(1, 3))
def test_any_rows_are_the_prices_that_a_dictionary_makes_of_them(
    lines: list[tuple[str, str, str, int]], files: int
) -> None:
    """In any order, with figures missing, repeated or strange, in one file or several: the last figure counts."""
    expected: dict[tuple[str, str], dict[str, float]] = {}
    for hour, node, word, value in lines:
        field = WORDS.get(word)
        if field is not None:
            expected.setdefault((hour, node), {})[field] = float(value)
    parts = [
        lines[number * len(lines) // files : (number + 1) * len(lines) // files] for number in range(files)
    ]
    written = [
        payload(*(f"{hour},{node},{word},{value},g" for hour, node, word, value in part)) for part in parts
    ]
    reading = PRICES.read_all(written)
    fields = [field for field in dict.fromkeys(WORDS.values()) if field is not None]
    found = {
        (f"{row['interval_start']:%Y-%m-%dT%H:%M:%S}", row["location"]): {
            field: row[field] for field in fields if row[field] is not None
        }
        for row in reading.frame.iter_rows(named=True)
    }
    assert found == expected
    assert reading.frame.height == len(expected)
    assert reading.payload_rows == reading.accounted_rows == len(lines)
