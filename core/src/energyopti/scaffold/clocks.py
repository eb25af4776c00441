"""Which columns of a file hold its time, and what they seem to say; whatever is not certain is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import attrs

from energyopti.errors import UnsupportedQuery
from energyopti.layouts import Absolute, Meaning, Stamp
from energyopti.scaffold.flags import flag_of
from energyopti.scaffold.hours import hours_of, is_hour
from energyopti.scaffold.sample import Column, Sample
from energyopti.scaffold.times import OTHER_TIME, STAMPS, Clock, form_of, in_words, is_date, read_as
from energyopti.timezones import DAY, HOUR, local_date, midnight, zone

_STANDARD = frozenset(("est", "cst", "mst", "pst"))


@attrs.frozen(kw_only=True)
class _Times:
    """A column of stamps, read: as instants, on the market's clock unless they say otherwise."""

    column: Column
    form: str
    absolute: bool
    instants: tuple[datetime | None, ...]

    @property
    def meaning(self) -> Meaning | None:
        """What its header says about its stamps."""
        name = self.column.name.casefold().replace("calendar", "")
        if re.search(r"begin|start|\bhb\b", name):
            return Meaning.BEGINNING
        return Meaning.ENDING if re.search(r"end|\bhe\b", name) else None

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """Which column to use: one in UTC first, and then one that says what it means."""
        return (not self.absolute, self.meaning is not Meaning.BEGINNING, self.meaning is None)


def clock_of(sample: Sample, zone_name: str) -> Clock:
    """The clock of a file; raises `UnsupportedQuery` if no column holds a time that can be recognised."""
    numbered = any(is_hour(each) for each in sample.columns)
    columns = [each for each in sample.columns if not (numbered and is_date(each))]
    stamps = [read for each in columns if (read := _stamps(each, zone_name)) is not None]
    if stamps:
        return _stamped(sample, sorted(stamps, key=lambda each: each.rank), zone_name)
    found = hours_of(sample, zone_name)
    if found is None:
        raise UnsupportedQuery(
            "no column of the file holds a time that is recognised",
            do="make the plugin without --from, and declare the time by hand: docs/write-a-plugin.md",
        )
    return found


def _stamps(column: Column, zone_name: str) -> _Times | None:
    """A column as stamps; None if it holds none, or those of when something was published."""
    if column.words & OTHER_TIME:
        return None
    form = form_of(column, STAMPS)
    if form is None:
        return None
    name = column.name.casefold()
    absolute = form.endswith(("Z", "%z")) or bool(re.search(r"gmt|utc", name))
    there = UTC if absolute else zone(zone_name)
    instants = tuple(_instant(cell, form, there) for cell in column.cells)
    return _Times(column=column, form=form, absolute=absolute, instants=instants)


def _instant(cell: str, form: str, there: object) -> datetime | None:
    """A cell as an instant."""
    found = read_as(cell, form)
    if found is None:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=there)).astimezone(UTC)  # type: ignore[arg-type]


def _stamped(sample: Sample, stamps: list[_Times], zone_name: str) -> Clock:
    """The clock of a file with stamps: the best column, held against the others."""
    used, *others = stamps
    name = used.column.name
    step, checks = _step(used.instants)
    meaning, why, said = _meaning(used, others, step, zone_name)
    if meaning is None:
        meaning, why = _edges(used.instants, step, zone_name)
    on = "in UTC" if used.absolute else f"on the market's own clock ({zone_name})"
    which = "beginning" if meaning is Meaning.BEGINNING else "end"
    checks = [f"{name} taken as the interval's {which}, {on}{why}", *said, *checks]
    if not used.absolute and _fits_utc(used.instants, step, zone_name):
        checks.append(f"{name} would begin at the market's midnight if it was UTC: is it?")
    if "/" in used.form and not any(_day_after_the_twelfth(cell) for cell in used.column.filled):
        checks.append(f"{name} taken as month before day: no stamp of the file has a day after the 12th")
    pattern = used.form.replace(".%f", "%.3f")
    if used.absolute:
        time: Stamp | Absolute = Absolute(names=name, formats=pattern, meaning=meaning, step=step)
        return Clock(time=time, columns=(name,), instants=used.instants, checks=tuple(checks))
    if used.column.words & _STANDARD:
        checks.append(
            f"{name} names standard time: if it is that all year, the layout's zone is wrong in summer"
        )
    flag, flagged = flag_of(sample, zone_name)
    time = Stamp(name, formats=pattern, meaning=meaning, step=step, flag=flag)
    columns = (name, *([flag.name] if flag else []))
    return Clock(time=time, columns=columns, instants=used.instants, checks=(*checks, *flagged))


def _day_after_the_twelfth(cell: str) -> bool:
    """Whether the second number of a stamp with slashes cannot be a month."""
    numbers = re.findall(r"\d+", cell)
    return len(numbers) > 1 and int(numbers[1]) > 12


def _step(instants: Sequence[datetime | None]) -> tuple[timedelta, list[str]]:
    """The step between the times of a file."""
    times = sorted({each for each in instants if each is not None})
    steps = Counter(after - before for before, after in pairwise(times))
    if not steps:
        return HOUR, ["the file has one time only: an interval of one hour is a guess"]
    step = min(steps, key=lambda each: (-steps[each], each))
    if step >= DAY:
        raise UnsupportedQuery(
            f"the file's times are mostly {in_words(step)} apart: a day of 23 or 25 hours has no such step",
            do="make the plugin without --from, and declare the time with Dates: docs/write-a-plugin.md",
        )
    if HOUR % step:
        apart = f"the file's times are mostly {in_words(step)} apart: an interval of one hour is a guess"
        return HOUR, [apart]
    checks = [f"an interval taken as {in_words(step)}, the step seen between the file's times"]
    if any(each % step for each in steps):
        checks.append("some times are off that step: an irregular source, or stamps that are a little off")
    return step, checks


def _meaning(
    used: _Times, others: Sequence[_Times], step: timedelta, zone_name: str
) -> tuple[Meaning | None, str, list[str]]:
    """What the stamps of a column mean: what its name says, or what another column lets conclude, and why."""
    meaning, why, said = used.meaning, "", []
    for other in others:
        apart = _apart(used.instants, other.instants)
        name, mine = other.column.name, used.column.name
        clock = "" if other.absolute else f" on the clock of {zone_name}"
        if apart is None or not _fits(meaning, other.meaning, apart, step):
            far = "" if apart is None else f", mostly {_signed(apart)}"
            said.append(f"{name} does not go with {mine}{clock}{far}: is the time zone right?")
            continue
        doubtful = apart and None in {used.meaning, other.meaning}
        place = {timedelta(): "equals", step: "lies one step after", -step: "lies one step before"}[apart]
        then = (
            ": one begins and one ends the interval, or the time zone is wrong"
            if doubtful
            else ", and is not used"
        )
        said.append(f"{name} {place} {mine}{clock}{then}")
        if meaning is None:
            meaning = _concluded(other.meaning, apart)
            why = f", as {name} shows" if meaning else ""
    return meaning, why, said


def _fits(meaning: Meaning | None, other: Meaning | None, apart: timedelta, step: timedelta) -> bool:
    """Whether stamps may be so far from others, as far as it is known what both mean."""
    if meaning is None or other is None:
        return abs(apart) in {timedelta(), step}
    if meaning is other:
        return apart == timedelta()
    return apart == (step if meaning is Meaning.BEGINNING else -step)


def _edges(instants: Sequence[datetime | None], step: timedelta, zone_name: str) -> tuple[Meaning, str]:
    """What stamps mean that nothing names, by where the file's days begin and end; and why."""
    times = [each for each in instants if each is not None]
    first, last = min(times), max(times)
    midnights = [
        midnight(local_date(each, zone_name), zone_name) for each in (first, first - step, last + step, last)
    ]
    begins, after, before, ends = midnights
    if first - step == after and last == ends and first != last:
        return Meaning.ENDING, ", as the file runs from one step after midnight to midnight"
    if first == begins and last + step == before:
        return Meaning.BEGINNING, ", as the file runs from midnight to one step before midnight"
    return Meaning.BEGINNING, ", which neither its name nor another column says"


def _fits_utc(instants: Sequence[datetime | None], step: timedelta, zone_name: str) -> bool:
    """Whether stamps on the market's clock would begin at its midnight, or one step later, only if they were UTC."""
    first = min(each for each in instants if each is not None)
    if first in _begins(first, step, zone_name):
        return False
    as_utc = first.astimezone(zone(zone_name)).replace(tzinfo=UTC)
    return as_utc in _begins(as_utc, step, zone_name)


def _begins(at: datetime, step: timedelta, zone_name: str) -> set[datetime]:
    """Where a file that holds this instant first may begin, if it is one of a day."""
    start = midnight(local_date(at, zone_name), zone_name)
    return {start, start + step}


def _concluded(other: Meaning | None, apart: timedelta) -> Meaning | None:
    """What stamps mean if others are so far from them: nothing new if they are equal and mean nothing."""
    if not apart:
        return other
    return Meaning.BEGINNING if apart > timedelta() else Meaning.ENDING


def _signed(apart: timedelta) -> str:
    """A distance between two stamps in words."""
    return f"{in_words(abs(apart))} {'later' if apart > timedelta() else 'earlier'}"


def _apart(used: Sequence[datetime | None], other: Sequence[datetime | None]) -> timedelta | None:
    """How far the stamps of one column mostly are from those of another in the same rows."""
    distances = Counter(theirs - ours for ours, theirs in zip(used, other, strict=True) if ours and theirs)
    return distances.most_common(1)[0][0] if distances else None
