"""A clock of dates and numbered hours: hour ending 1 to 24, and perhaps parts of the hour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from energyopti.layouts import HourEnding, OffsetFlag
from energyopti.scaffold.flags import flag_of
from energyopti.scaffold.sample import MOSTLY, Column, Sample
from energyopti.scaffold.times import DATES, OTHER_TIME, STAMPS, Clock, form_of, in_words, read_as
from energyopti.timezones import HOUR

_HOUR = re.compile(r"(\d{1,2})(?::00)?(?::00)?")
_AGAIN = re.compile(r"\d{1,2}[A-Za-z*]")


def hours_of(sample: Sample, zone_name: str) -> Clock | None:
    """The clock of a file with a date and a number of an hour, and perhaps of a part of it; None if it has none."""
    forms = [*DATES, *STAMPS]
    dates = [
        (each, form)
        for each in sample.columns
        if not each.words & OTHER_TIME and (form := form_of(each, forms)) is not None
    ]
    hours = [each for each in sample.columns if is_hour(each)]
    if not dates or not hours:
        return None
    (day, form), hour = dates[0], hours[0]
    numbers = [int(_HOUR.fullmatch(cell)[1]) if _HOUR.fullmatch(cell) else None for cell in hour.cells]  # type: ignore[index]
    part = next((each for each in sample.columns if _is_part(each)), None)
    step, checks = HOUR, []
    if part is not None:
        step = HOUR / max(int(cell) for cell in part.filled)
        checks.append(f"{part.name} taken as the number of a part of the hour, {in_words(step)} long")
    counts = any(number == 25 for number in numbers)
    if counts:
        checks.append(
            f"{hour.name} 25 taken as the 25th elapsed hour of its day (counts_hours), not as a label"
        )
    says = bool(hour.words & {"ending", "end", "he"})
    seen = "" if says else "; its name does not say so"
    shows = ", and the file has no 0" if not says and 24 in numbers else ""
    checks.insert(
        0,
        f"{hour.name} taken as the hour's end, 1 to 24, on the market's own clock ({zone_name}){seen}{shows}",
    )
    again = next((cell for cell in hour.filled if _AGAIN.fullmatch(cell)), None)
    flag, flagged = (None, []) if counts or again is not None else flag_of(sample, zone_name)
    if again is not None:
        flagged = [f"{hour.name} {again} taken as the second pass of the hour repeated in autumn"]
    if isinstance(flag, OffsetFlag):
        flagged = [f"{flag.name} is not used: the order of rows tells the passes of the repeated hour apart"]
        flag = None
    time = HourEnding(
        date=day.name,
        hour=hour.name,
        date_formats=form,
        hour_format=_hour_format(hour.filled),
        interval=part.name if part else None,
        step=step,
        flag=flag,
        counts_hours=counts,
        repeats_as=again,
    )
    instants = tuple(
        _within(date, number, form, piece, step)
        for date, number, piece in zip(
            day.cells, numbers, part.cells if part else ("1",) * len(numbers), strict=True
        )
    )
    used = (day.name, hour.name, *([part.name] if part else []), *([flag.name] if flag else []))
    return Clock(time=time, columns=used, instants=instants, checks=(*checks, *flagged))


def _within(date: str, number: int | None, form: str, piece: str, step: timedelta) -> datetime | None:
    """A label as a time of its own, to tell rows of one time from those of others."""
    day = read_as(date, form)
    if day is None or number is None or not piece.isdigit():
        return None
    return day.replace(tzinfo=UTC) + (number - 1) * HOUR + (int(piece) - 1) * step


def is_hour(column: Column) -> bool:
    """Whether a column holds hours 1 to 24, or 25, and not 0 to 23."""
    if not column.words & {"hour", "he", "hourending", "hr"} or column.words & {
        "begin",
        "beginning",
        "start",
    }:
        return False
    found = [_HOUR.fullmatch(cell) for cell in column.filled]
    numbers = [int(each[1]) for each in found if each]
    return len(numbers) >= MOSTLY * len(found) > 0 and min(numbers) >= 1 and max(numbers) <= 25


def _is_part(column: Column) -> bool:
    """Whether a column numbers the parts of an hour."""
    cells = column.filled
    if "interval" not in column.words or not cells or not all(cell.isdigit() for cell in cells):
        return False
    return min(map(int, cells)) >= 1 and max(map(int, cells)) in {2, 4, 6, 12}


def _hour_format(cells: Sequence[str]) -> str:
    """How hours are written."""
    shortest = min(cells, key=len)
    number = "{:02d}" if len(shortest.partition(":")[0]) > 1 else "{:d}"
    return number + (":00" * shortest.count(":00"))
