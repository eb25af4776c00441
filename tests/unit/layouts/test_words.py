"""Words that stand in many rows: looked at once, and never taken for another's."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import LMP
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, CsvLayout, Number, Superseded, Text
from energyopti.layouts.reading import SUPERSEDED

KINDS = {"HUB": "hub", "ZONE": "zone", "LOAD": "node"}
CELLS = ("A", " A", "A ", "B", "", "  ", "\u00a0A", "a b")
LAYOUT = CsvLayout(
    dataset=LMP,
    zone="America/New_York",
    time=Absolute(names="Start"),
    columns=(
        Text("Id", to="location"),
        Text("Name", to="location_name"),
        Text("Kind", to="location_type", words=KINDS, default="bus"),
        Text("Current", required=False),
        Number("Price", to="lmp"),
    ),
    superseded=Superseded("Current", words=("false", "No")),
)


def payload(*lines: tuple[str, ...]) -> bytes:
    """Lines below the header, each cell in quotes."""
    body = "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)
    return f"Start,Id,Name,Kind,Current,Price\r\n{body}".encode()


def table(names: list[str], places: int) -> bytes:
    """Hours of some places in turn, as many rows as there are names; the last hour may be cut off."""
    start = utc("2024-07-01T04:00")
    return payload(
        *(
            (
                f"{start + timedelta(hours=n // places):%Y-%m-%dT%H:%M:%S}",
                str(n % places),
                name,
                "HUB",
                "",
                "1",
            )
            for n, name in enumerate(names)
        )
    )


@given(names=st.lists(st.sampled_from(CELLS), min_size=1, max_size=20), places=st.integers(1, 6))
@example(names=["A", "B", "A", "B", "A"], places=2)
@example(names=["A", "B", "A", "B ", "A"], places=2)
@example(names=["A ", "B", "A ", "B", "A "], places=2)
@example(names=["A", "B", "A", "", "A"], places=2)
def test_words_lose_their_blanks_wherever_they_stand(names: list[str], places: int) -> None:
    """Whether the names come again with every hour or not, and however the last hour ends."""
    reading = LAYOUT.read(table(names, places))
    assert reading.frame["location_name"].to_list() == [name.strip() or None for name in names]
    assert reading.frame["location"].to_list() == [str(n % places) for n in range(len(names))]
    assert reading.payload_rows == reading.accounted_rows == len(names)


@given(
    kinds=st.lists(
        st.sampled_from(["HUB", " HUB", "ZONE ", "LOAD", "hub", "EHV", " EHV", "", " "]), max_size=15
    )
)
def test_each_word_is_translated_by_itself(kinds: list[str]) -> None:
    """Strange words mean the default and are counted; of blanks there is no kind: such rows are rejected."""
    reading = LAYOUT.read(payload(*(("2024-07-01T04:00:00", "1", "A", kind, "", "1") for kind in kinds)))
    words = [kind.strip() for kind in kinds]
    assert reading.frame["location_type"].to_list() == [KINDS.get(word, "bus") for word in words if word]
    strange = [word for word in words if word and word not in KINDS]
    found = {each.kind: each for each in reading.findings}
    assert (found[FindingKind.UNKNOWN_WORD].rows if strange else 0) == len(strange)
    assert (FindingKind.UNKNOWN_WORD in found) == bool(strange)
    for word in strange:
        assert repr(word) in found[FindingKind.UNKNOWN_WORD].message
    assert reading.payload_rows == reading.accounted_rows == len(kinds)


@given(
    words=st.lists(st.sampled_from(["True", "False", " false ", "FALSE", "no", "NO ", "", "0"]), max_size=15)
)
def test_superseded_rows_are_told_in_any_case(words: list[str]) -> None:
    """Among blanks too; an empty cell, and any other word, stands."""
    reading = LAYOUT.read(payload(*(("2024-07-01T04:00:00", "1", "A", "HUB", word, "1") for word in words)))
    expected = [word.strip().lower() in {"false", "no"} for word in words]
    assert reading.frame[SUPERSEDED].to_list() == expected


def test_column_that_says_what_no_longer_stands_may_be_absent() -> None:
    """Then every row stands."""
    body = b"Start,Id,Name,Kind,Price\r\n" + b"2024-07-01T04:00:00,1,A,HUB,1\r\n" * 3
    assert LAYOUT.read(body).frame[SUPERSEDED].to_list() == [False] * 3
