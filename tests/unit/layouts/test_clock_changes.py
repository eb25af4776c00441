"""The one law of clocks: whatever a source writes about a change of the clocks means the intervals that there were.

Labels are made here from UTC with `zoneinfo` alone, as sources write them: beginnings or ends, told apart by a flag, an
offset, their order or a number, in every step from 5 to 60 minutes, on the 23- and the 25-hour day.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from energyopti.datasets import LOAD
from energyopti.findings import FindingKind
from energyopti.layouts import (
    CsvLayout,
    HourEnding,
    Meaning,
    Number,
    OffsetFlag,
    Reading,
    RepeatFlag,
    Stamp,
    Text,
)
from energyopti.timezones import midnight

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FORMAT = "%m/%d/%Y %H:%M:%S"
ZONES = {"America/New_York": ("EDT", "EST", 4), "America/Los_Angeles": ("PDT", "PST", 7)}
CHANGES = (date(2024, 3, 10), date(2024, 11, 3), date(2025, 3, 9), date(2025, 11, 2))
DIVISORS = [number * MINUTE for number in (5, 6, 10, 12, 15, 20, 30, 60)]
ORDERS = ("by time", "by series", "newest first", "newest first by series")
Span = tuple[datetime, datetime]


@attrs.frozen(kw_only=True)
class Written:
    """What a source writes of some intervals: the clock it declares, and the cells of each interval's label."""

    zone: str
    time: Stamp | HourEnding
    header: str
    spans: list[Span]
    labels: list[str]


def local(instant: datetime, zone: str) -> datetime:
    """What the wall clock shows at an instant."""
    return instant.astimezone(ZoneInfo(zone))


def is_second(instant: datetime, zone: str) -> bool:
    """Whether the wall clock shows what it showed an hour before."""
    return local(instant, zone).fold == 1


def layout_of(written: Written) -> CsvLayout:
    """A layout of loads by place."""
    columns = (Text("Name", to="location"), Number("Load", to="load"))
    return CsvLayout(dataset=LOAD, zone=written.zone, time=written.time, columns=columns)


def read(written: Written, order: str, names: Sequence[str] = "AB", shuffled: Any = None) -> Reading:
    """A payload with a row of each label for every series; each row has a load of its own."""
    rows = [(number, name) for number in range(len(written.labels)) for name in names]
    if "series" in order:
        rows.sort(key=lambda row: row[1])
    if "newest" in order:
        rows.sort(key=lambda row: -row[0])
        if "series" in order:
            rows.sort(key=lambda row: row[1])
    if shuffled is not None:
        shuffled.shuffle(rows)
    lines = [
        f"{written.labels[number]},{name},{1000 * names.index(name) + number}\n" for number, name in rows
    ]
    return layout_of(written).read(f"{written.header},Name,Load\n{''.join(lines)}".encode())


def meant(reading: Reading, names: Sequence[str] = "AB") -> list[list[Span]]:
    """The intervals that each series has, in the order in which they were written."""
    rows = reading.frame.sort("load")
    return [rows.filter(location=name).select("interval_start", "interval_end").rows() for name in names]


def assert_law(written: Written, reading: Reading) -> None:
    """Each row has the interval that it was written for, and nothing is left out or found odd."""
    assert meant(reading) == [written.spans] * 2
    assert reading.payload_rows == reading.accounted_rows == reading.frame.height
    kinds = {finding.kind for finding in reading.findings}
    assert kinds.isdisjoint({FindingKind.CLOCK_LABEL, FindingKind.REJECTED_ROW})


class Grid:
    """Intervals of a day with a change of the clocks: of some length each, the first ones of it or all."""

    def __init__(self, zone: str, day: date, step: timedelta, lengths: Sequence[timedelta]) -> None:
        """The intervals follow each other from midnight."""
        self.zone, self.day, self.step, self.lengths = zone, day, step, lengths

    @property
    def spans(self) -> list[Span]:
        """The intervals, one after the other from midnight."""
        edges = [midnight(self.day, self.zone)]
        for each in self.lengths:
            edges.append(edges[-1] + each)
        return list(itertools.pairwise(edges))

    def __repr__(self) -> str:
        """A short form: Hypothesis shows each example."""
        return f"{self.zone} {self.day} {self.step} {sum(self.lengths, timedelta())}"


@st.composite
def grids(draw: st.DrawFn, steps: st.SearchStrategy[timedelta]) -> Grid:
    """Even intervals."""
    zone, day, step = draw(st.sampled_from(sorted(ZONES))), draw(st.sampled_from(CHANGES)), draw(steps)
    whole = midnight(day + DAY, zone) - midnight(day, zone)
    return Grid(zone, day, step, (step,) * (draw(st.sampled_from([whole, 5 * HOUR])) // step))


@st.composite
def uneven(draw: st.DrawFn) -> Grid:
    """Intervals of a dispatch off any grid, one of which ends at the very change."""
    zone, day = draw(st.sampled_from(sorted(ZONES))), draw(st.sampled_from(CHANGES))
    step, lengths, at = draw(st.sampled_from(DIVISORS)), list[timedelta](), timedelta()
    longest = min(round(step.total_seconds() * 1.9), 3600)
    while at < 5 * HOUR:
        after = at + timedelta(seconds=draw(st.integers(longest // 4, longest)))
        if at < 2 * HOUR < after:
            after = 2 * HOUR
        lengths.append(after - at)
        at = after
    return Grid(zone, day, step, tuple(lengths))


def offset_flag(zone: str) -> OffsetFlag:
    """The words that a zone has for its offsets."""
    summer, winter, behind = ZONES[zone]
    return OffsetFlag(names="Flag", offsets={summer: -behind * HOUR, winter: -(behind + 1) * HOUR})


def stamped(grid: Grid, meaning: Meaning, clock: str, flag: str, **more: Any) -> Written:
    """Stamps of intervals. An end may be told on the clock of the beginning, or on the one from that moment on."""
    zone, step, spans = grid.zone, grid.step, grid.spans
    if meaning is not Meaning.ENDING:
        at = [(local(start, zone), start) for start, _ in spans]
    elif clock == "old":
        at = [(local(start, zone).replace(tzinfo=None) + (end - start), start) for start, end in spans]
    else:
        at = [(local(end, zone), end) for _, end in spans]
    labels, flags = [f"{wall:{FORMAT}}" for wall, _ in at], {"none": None, "repeat": RepeatFlag(names="Flag")}
    if flag == "repeat":
        labels = [f"{label},{'NY'[is_second(of, zone)]}" for label, (_, of) in zip(labels, at, strict=True)]
    elif flag == "offset":
        labels = [f"{label},{local(of, zone):%Z}" for label, (_, of) in zip(labels, at, strict=True)]
    time = Stamp(
        "Time",
        formats=FORMAT,
        meaning=meaning,
        step=step,
        flag=offset_flag(zone) if flag == "offset" else flags[flag],
        **more,
    )
    header = "Time" if flag == "none" else "Time,Flag"
    return Written(zone=zone, time=time, header=header, spans=spans, labels=labels)


STEPS = st.integers(5, 60).map(lambda number: number * MINUTE)
MEANINGS = st.sampled_from([Meaning.BEGINNING, Meaning.ENDING, Meaning.INSTANT])


@given(grids(STEPS), MEANINGS, st.sampled_from(["old", "new"]), st.sampled_from(ORDERS))
@settings(max_examples=150)
def test_order_tells_what_stamps_mean(grid: Grid, meaning: Meaning, clock: str, order: str) -> None:
    """Without a flag: beginnings, ends on either clock and instants, in rising and falling order."""
    written = stamped(grid, meaning, clock, "none")
    assert_law(written, read(written, order))


@given(grids(STEPS), MEANINGS, st.sampled_from(["old", "new"]), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_offsets_tell_what_stamps_mean(grid: Grid, meaning: Meaning, clock: str, shuffled: Any) -> None:
    """With EDT or EST beside them, stamps mean the same in any order of the rows."""
    written = stamped(grid, meaning, clock, "offset")
    assert_law(written, read(written, "by time", shuffled=shuffled))


@given(grids(STEPS), MEANINGS, st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_repeated_hour_flags_tell_what_stamps_mean(grid: Grid, meaning: Meaning, shuffled: Any) -> None:
    """With a flag of the interval's beginning, stamps mean the same in any order of the rows."""
    written = stamped(grid, meaning, "old", "repeat")
    assert_law(written, read(written, "by time", shuffled=shuffled))


@given(grids(st.sampled_from(DIVISORS)), st.sampled_from(["old", "new"]), st.sampled_from(ORDERS))
@settings(max_examples=100)
def test_flags_of_the_end_are_put_right_by_the_order(grid: Grid, clock: str, order: str) -> None:
    """Where a flag belongs to an end, or says N throughout, ends of both passes meet: the order of the rows decides."""
    written = stamped(grid, Meaning.ENDING, clock, "repeat")
    denied = attrs.evolve(written, labels=[label.replace("Y", "N") for label in written.labels])
    for each in (written, denied):
        reading = read(each, order)
        assert meant(reading) == [written.spans] * 2
        assert reading.payload_rows == reading.accounted_rows == reading.frame.height


@given(
    uneven(), st.sampled_from(["none", "offset"]), st.sampled_from(["old", "new"]), st.sampled_from(ORDERS)
)
@settings(max_examples=60)
def test_irregular_ends_reach_over_the_change(grid: Grid, flag: str, clock: str, order: str) -> None:
    """An irregular interval begins where the one before ended, also where one of them ends at the change."""
    written = stamped(grid, Meaning.ENDING, clock, flag, irregular=True)
    assert_law(written, read(written, order))


@given(uneven(), st.sampled_from(["none", "offset", "repeat"]), st.sampled_from(ORDERS))
@settings(max_examples=60)
def test_irregular_beginnings_reach_over_the_change(grid: Grid, flag: str, order: str) -> None:
    """An irregular interval lasts until the next one begins; the last one is a step long."""
    written = stamped(grid, Meaning.BEGINNING, "old", flag, irregular=True)
    last = grid.spans[-1][0]
    written = attrs.evolve(written, spans=[*grid.spans[:-1], (last, last + grid.step)])
    assert_law(written, read(written, order))


def labelled(grid: Grid, how: str) -> Written:
    """Hour-ending labels of intervals: of the clock, or numbers of the day's hours, with what tells passes apart."""
    zone, step, spans = grid.zone, grid.step, grid.spans
    first = spans[0][0]
    long = midnight(grid.day + DAY, zone) - first == 25 * HOUR
    labels = []
    for start, _ in spans:
        wall = local(start, zone)
        hour = wall.hour + 1
        if how == "counted" and long:
            hour = (start - first) // HOUR + 1
        if how == "of its own" and is_second(start, zone):
            hour = 25
        part = f",{wall.minute * MINUTE // step + 1}" if step < HOUR else ""
        flag = f",{'NY'[is_second(start, zone)]}" if how == "flag" else ""
        labels.append(f"{wall:%m/%d/%Y},{hour:02d}:00{part}{flag}")
    ways: dict[str, Any] = {"counted": {"counts_hours": True}, "of its own": {"repeats_as": 25}}
    time = HourEnding(
        date="Day",
        hour="Hour",
        interval=("Part",) if step < HOUR else None,
        step=step,
        flag=RepeatFlag(names="Flag") if how == "flag" else None,
        **ways.get(how, {}),
    )
    header = f"Day,Hour{',Part' if step < HOUR else ''}{',Flag' if how == 'flag' else ''}"
    return Written(zone=zone, time=time, header=header, spans=spans, labels=labels)


NUMBERS = grids(st.sampled_from(DIVISORS))


@given(NUMBERS, st.sampled_from(ORDERS))
@settings(max_examples=60)
def test_order_tells_what_hour_labels_mean(grid: Grid, order: str) -> None:
    """Hours and the parts of hours, without a flag."""
    written = labelled(grid, "order")
    assert_law(written, read(written, order))


@given(NUMBERS, st.sampled_from(["flag", "counted", "of its own"]), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_hour_labels_tell_by_themselves_what_they_mean(grid: Grid, how: str, shuffled: Any) -> None:
    """With a flag, numbers of the day's hours, or a label for the second pass, in any order of the rows."""
    written = labelled(grid, how)
    assert_law(written, read(written, "by time", shuffled=shuffled))


def assert_written(written: Written) -> None:
    """What is written of intervals are the labels that a source has for them."""
    reading = read(written, "by time", "A")
    lines = layout_of(written).write(reading.frame).decode().splitlines()[1:]
    assert [line.split(",A,")[0] for line in lines] == written.labels


@given(grids(st.sampled_from(DIVISORS)), MEANINGS, st.sampled_from(["none", "offset", "repeat"]))
@settings(max_examples=60)
def test_stamps_are_written_as_sources_write_them(grid: Grid, meaning: Meaning, flag: str) -> None:
    """An end at the change of the clocks is written on the clock of its interval, with the flag of its beginning."""
    assert_written(stamped(grid, meaning, "old", flag))


@given(uneven(), st.sampled_from(["none", "offset"]))
@settings(max_examples=30)
def test_irregular_ends_are_written_as_sources_write_them(grid: Grid, flag: str) -> None:
    """So is an irregular end, however long its interval was."""
    assert_written(stamped(grid, Meaning.ENDING, "old", flag, irregular=True))


@given(NUMBERS, st.sampled_from(["order", "flag", "counted", "of its own"]))
@settings(max_examples=40)
def test_hour_labels_are_written_as_sources_write_them(grid: Grid, how: str) -> None:
    """Hours of the clock, numbers of the day's hours, or a label for the second pass."""
    assert_written(labelled(grid, how))


def whole(day: date, step: timedelta, zone: str = "America/Chicago") -> Grid:
    """The even intervals of a whole day."""
    return Grid(zone, day, step, (step,) * ((midnight(day + DAY, zone) - midnight(day, zone)) // step))


@given(st.sampled_from(DIVISORS), st.sampled_from(ORDERS))
@settings(max_examples=30)
def test_flag_that_denies_the_second_pass_is_put_right(step: timedelta, order: str) -> None:
    """Both passes say N: the order of the rows tells them apart, and a finding counts the rows of the second."""
    written = labelled(whole(date(2024, 11, 3), step), "flag")
    denied = attrs.evolve(written, labels=[label.replace("Y", "N") for label in written.labels])
    reading = read(denied, order)
    assert meant(reading) == [written.spans] * 2
    (finding,) = reading.findings
    assert (finding.kind, finding.rows) == (FindingKind.CLOCK_LABEL, 2 * (HOUR // step))


@given(
    st.sampled_from([*CHANGES, date(2024, 7, 1)]),
    st.sampled_from(DIVISORS),
    st.randoms(use_true_random=False),
)
@settings(max_examples=30)
def test_numbers_that_are_not_declared_are_seen(day: date, step: timedelta, shuffled: Any) -> None:
    """A flagged report that numbers a day's hours 1 to 25, or 1 to 23, is counted from midnight, in any order."""
    written = labelled(whole(day, step), "flag")
    first = written.spans[0][0]
    labels = []
    for start, _ in written.spans:
        part = f",{(start - first) % HOUR // step + 1}" if step < HOUR else ""
        labels.append(f"{day:%m/%d/%Y},{(start - first) // HOUR + 1}{part},N")
    reading = read(attrs.evolve(written, labels=labels), "by time", shuffled=shuffled)
    assert meant(reading) == [written.spans] * 2
    found = [(each.kind, each.rows) for each in reading.findings]
    assert found == ([] if day.month == 7 else [(FindingKind.CLOCK_LABEL, 2 * len(labels))])
