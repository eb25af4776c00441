"""Documents with rows of several feeds: each feed takes its own, counts the others, and says whose they are."""

from __future__ import annotations

from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import LMP, LOAD
from energyopti.errors import PluginError, SchemaDrift
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, CsvLayout, JsonLayout, Long, Number, Only, Text, Wide
from energyopti.layouts.reading import RECORD

ZONE = "America/Los_Angeles"
TIME = Absolute(names="Start")
RUN = Only("Run", words=("RTM", "RTD"), elsewhere={"DAM": "day_ahead", "HASP": ("hour_ahead", "old_hour")})
LOADS = CsvLayout(
    dataset=LOAD,
    zone=ZONE,
    time=TIME,
    columns=(Text("Area", to="location"), Number("MW", to="load")),
    only=(RUN,),
)
PRICES = CsvLayout(
    dataset=LMP,
    zone=ZONE,
    time=TIME,
    columns=(Text("Node", to="location"), Text("Run", required=False)),
    long=Long(
        by=Text("Type"), value=Number("MW"), words={"LMP": "lmp", "MCE": "energy"}, same=("Start", "Node")
    ),
    only=(RUN,),
)
ITEM = Only("Type", words="ACT", elsewhere={"FCST": "forecast"}, tolerant=True)


def payload(*lines: str, header: str = "Start,Area,MW,Run") -> bytes:
    """Lines under a header."""
    return "\n".join([header, *lines, ""]).encode()


def hour(number: int) -> str:
    """The stamp of an hour."""
    return f"2024-07-{1 + number // 24:02}T{number % 24:02}:00:00"


def loads(words: list[str]) -> bytes:
    """An hour for each word of a run; its figure is its number."""
    return payload(*(f"{hour(number)},A,{number},{word}" for number, word in enumerate(words)))


def refusal(layout: CsvLayout | JsonLayout, content: bytes) -> SchemaDrift:
    """The error that a document of other feeds is refused with."""
    with pytest.raises(SchemaDrift) as caught:
        layout.read(content)
    return caught.value


def test_rows_of_other_runs_are_left_out_and_counted() -> None:
    """The figures of this run alone are in the frame; the finding says whose the others are, and who has them."""
    reading = LOADS.read(loads(["DAM", "RTM", "HASP", "RTD", "DAM"]))
    assert reading.frame["load"].to_list() == [1.0, 3.0]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.accounts, finding.column) == (
        FindingKind.OTHER_RUN,
        3,
        True,
        "Run",
    )
    assert finding.message == (
        "3 rows are of DAM, HASP, not of RTM: they are left out (day_ahead, hour_ahead, old_hour have them)"
    )
    assert reading.payload_rows == reading.accounted_rows == 5
    assert reading.raw["Run"].to_list() == ["DAM", "RTM", "HASP", "RTD", "DAM"]
    assert reading.origin.to_list() == [1, 3]


def test_document_of_another_run_is_refused_by_name() -> None:
    """It says which run it is of, which was due, and as what to read it."""
    error = refusal(LOADS, loads(["DAM", "DAM"]))
    assert error.column == "Run"
    assert str(error) == ("column 'Run' of the payload says DAM, where RTM was due: read it as day_ahead")
    assert str(refusal(LOADS, loads(["RUC", "HASP"]))) == (
        "column 'Run' of the payload says HASP, RUC, where RTM was due: read it as hour_ahead or old_hour"
    )


def test_document_of_a_run_that_no_feed_has_is_refused() -> None:
    """There is nothing to read it as, and no more than ten of its words are shown."""
    assert str(refusal(LOADS, loads(["RUC"]))).endswith("where RTM was due: no feed here is known to have it")
    many = str(refusal(LOADS, loads([f"X{number:02}" for number in range(12)])))
    assert "says X00, X01, X02, X03, X04, X05, X06, X07, X08, X09, ..., where" in many
    (finding,) = LOADS.read(loads(["RUC", "RTM"])).findings
    assert finding.message == "1 rows are of RUC, not of RTM: they are left out"


@pytest.mark.parametrize("form", ["csv", "json"])
def test_refusal_is_not_covered_by_what_other_forms_lack(form: str) -> None:
    """Forms that do not fit the document at all are not what is wrong with it."""
    other = JsonLayout(dataset=LOAD, zone=ZONE, time=TIME, columns=LOADS.columns, only=LOADS.only)
    layout = attrs.evolve(other, others=(LOADS,)) if form == "csv" else attrs.evolve(LOADS, others=(other,))
    content = (
        loads(["DAM"])
        if form == "csv"
        else b'[{"Start":"2024-07-01T00:00:00","Area":"A","MW":1,"Run":"DAM"}]'
    )
    assert "where RTM was due" in str(refusal(layout, content))


@pytest.mark.parametrize(
    "content",
    [
        payload("2024-07-01T00:00:00,A,7", header="Start,Area,MW"),
        payload("2024-07-01T00:00:00,A,7,"),
        payload("2024-07-01T00:00:00,A,7, RTM "),
        payload("2024-07-01T00:00:00,A,7,  "),
    ],
    ids=["no column", "no word", "blanks around it", "blanks alone"],
)
def test_what_does_not_say_otherwise_is_taken(content: bytes) -> None:
    """Without the column, or with an empty cell, nothing can be compared."""
    reading = LOADS.read(content)
    assert reading.frame["load"].to_list() == [7.0]
    assert reading.findings == ()


def test_document_without_rows_is_of_no_run() -> None:
    """It is not refused as another's."""
    assert LOADS.read(payload()).frame.is_empty()


@given(words=st.lists(st.sampled_from(["RTM", "RTD", "DAM", "", " RTM", "RUC "]), min_size=1, max_size=30))
@example(words=["RTM", "RTD"])
@example(words=["RTM", "", "RTM"])
@example(words=["RTM", "DAM"])
def test_feed_reads_what_its_own_rows_alone_would_say(words: list[str]) -> None:
    """Whatever rows of others lie between its own: no figure, time or raw row of theirs comes in; none is lost."""
    own = [number for number, word in enumerate(words) if word.strip() in {"RTM", "RTD", ""}]
    if not own:
        assert "where RTM was due" in str(refusal(LOADS, loads(words)))
        return
    reading = LOADS.read(loads(words))
    assert reading.frame["load"].to_list() == [float(number) for number in own]
    assert reading.origin.to_list() == own
    assert reading.raw.height == len(words)
    assert reading.payload_rows == reading.accounted_rows == len(words)
    assert sum(finding.rows for finding in reading.findings) == len(words) - len(own)


@given(words=st.lists(st.sampled_from(["RTM", "DAM"]), min_size=1, max_size=12), seed=st.randoms())
def test_figures_of_things_are_those_of_the_own_run(words: list[str], seed: Any) -> None:
    """Of a row for each figure too: another run's components complete no price, and lead to none."""
    lines = [
        f"{hour(number)},N,{kind},{number + shift},{word}"
        for number, word in enumerate(words)
        for kind, shift in (("LMP", 0), ("MCE", 100))
    ]
    seed.shuffle(lines)
    content = payload(*lines, header="Start,Node,Type,MW,Run")
    own = [number for number, word in enumerate(words) if word == "RTM"]
    if not own:
        assert "where RTM was due" in str(refusal(PRICES, content))
        return
    reading = PRICES.read(content)
    found = reading.frame.sort("interval_start").select("lmp", "energy").rows()
    assert found == [(float(number), number + 100.0) for number in own]
    assert reading.payload_rows == reading.accounted_rows == 2 * len(words)
    for number, row in enumerate(reading.raw.iter_rows(named=True)):
        thing = reading.raw.row(row[RECORD], named=True)
        assert thing["Start"] == row["Start"]
        assert row["Run"] == "RTM" or row[RECORD] == number
        assert (row[RECORD] in reading.origin) == (row["Run"] == "RTM")


def test_rejected_row_is_named_by_its_place_in_the_document() -> None:
    """Rows of other feeds above it are counted."""
    content = payload("2024-07-01T00:00:00,A,1,DAM", "2024-07-01T00:00:00,A,2,RTM", "never,A,3,RTM")
    rejected = [each for each in LOADS.read(content).findings if each.kind is FindingKind.REJECTED_ROW]
    assert [each.message.split(" has")[0] for each in rejected] == ["row 3"]


def test_rows_of_wide_documents_count_as_the_rows_that_they_would_make() -> None:
    """A row of another run in a document of two areas is two rows of the dataset."""
    layout = CsvLayout(
        dataset=LOAD,
        zone=ZONE,
        time=TIME,
        wide=Wide(to="location", value="load", columns={"North": "N", "South": "S"}),
        only=(RUN,),
    )
    reading = layout.read(payload(f"{hour(0)},1,2,DAM", f"{hour(1)},3,4,RTM", header="Start,North,South,Run"))
    assert reading.frame["load"].to_list() == [3.0, 4.0]
    assert [finding.rows for finding in reading.findings] == [2]
    assert reading.payload_rows == reading.accounted_rows == 4


def test_every_column_that_says_so_is_looked_at() -> None:
    """A row stays where all of them say that it is this feed's; the finding speaks of each."""
    layout = attrs.evolve(LOADS, only=(RUN, Only("Kind", words="ACT")))
    lines = (f"{hour(0)},A,1,RTM,ACT", f"{hour(1)},A,2,DAM,ACT", f"{hour(2)},A,3,RTM,FCST")
    reading = layout.read(payload(*lines, header="Start,Area,MW,Run,Kind"))
    assert reading.frame["load"].to_list() == [1.0]
    (finding,) = reading.findings
    assert finding.rows == 2
    assert finding.message == (
        "2 rows are of DAM, not of RTM; of FCST, not of ACT: they are left out (day_ahead has them)"
    )


def test_tolerant_column_leaves_out_the_rows_of_known_feeds_alone() -> None:
    """Where not every word is known, one that is nobody's says nothing."""
    layout = attrs.evolve(LOADS, only=(ITEM,))
    content = payload(
        f"{hour(0)},A,1,ACT", f"{hour(1)},A,2,FCST", f"{hour(2)},A,3,NEW", header="Start,Area,MW,Type"
    )
    assert layout.read(content).frame["load"].to_list() == [1.0, 3.0]
    assert "read it as forecast" in str(
        refusal(layout, payload(f"{hour(1)},A,2,FCST", header="Start,Area,MW,Type"))
    )


def test_figure_of_another_feed_is_that_feeds_where_the_column_says_both() -> None:
    """The column that names the figure can also say whose it is."""
    item = Only("Type", words="LMP", elsewhere={"MCE": "energy_alone"})
    layout = attrs.evolve(PRICES, only=(item,))
    reading = layout.read(
        payload(f"{hour(0)},N,LMP,5,", f"{hour(0)},N,MCE,6,", header="Start,Node,Type,MW,Run")
    )
    assert reading.frame.select("lmp", "energy").rows() == [(5.0, None)]
    assert [finding.kind for finding in reading.findings] == [FindingKind.OTHER_RUN]


def test_word_of_the_feed_is_written() -> None:
    """What is written says whose it is; a frame that says it itself has its say."""
    frame = LOADS.read(loads(["RTM"])).frame
    assert LOADS.write(frame).split(b"\r\n")[:2] == [b"Start,Area,MW,Run", b"2024-07-01T00:00:00,A,0.0,RTM"]
    assert b",RTD" in LOADS.write(frame.with_columns(Run=pl.lit("RTD")))
    prices = PRICES.read(payload(f"{hour(0)},N,LMP,5,RTM", header="Start,Node,Type,MW,Run")).frame
    assert PRICES.write(prices).split(b"\r\n")[1] == b"LMP,2024-07-01T00:00:00,N,RTM,5.0"


def test_written_word_does_not_cover_a_figures_name_or_a_field() -> None:
    """Those are written from the frame."""
    item = Only("Type", words="LMP", elsewhere={"MCE": "energy_alone"})
    layout = attrs.evolve(PRICES, only=(item,))
    frame = PRICES.read(payload(f"{hour(0)},N,MCE,6,", header="Start,Node,Type,MW,Run")).frame
    assert layout.write(frame).split(b"\r\n")[1].startswith(b"MCE,")
    area = attrs.evolve(LOADS, only=(Only("Area", words="A"),))
    assert b",B," in area.write(
        pl.DataFrame({"interval_start": [utc("2024-07-01T00:00")], "location": ["B"], "load": [1.0]})
    )


@pytest.mark.parametrize(
    ("words", "tolerant", "says"),
    [((), False, "has no word of its own feed"), (("A",), True, "leaves no row out")],
)
def test_declaration_that_says_nothing_is_refused(words: tuple[str, ...], tolerant: bool, says: str) -> None:
    """At import, with the column's name."""
    with pytest.raises(PluginError, match=f"column 'Run' {says}"):
        Only("Run", words=words, tolerant=tolerant)
