"""Words for times that are offered: periods by name, and days of the month that is being written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from energyopti.cli.completion.words import Candidate

_WORDS = {
    "today": "the market's day so far",
    "yesterday": "the market's day before",
    "tomorrow": "the market's next day",
    "this_week": "from Monday",
    "last_week": "Monday to Sunday",
    "this_month": "from the 1st",
    "last_month": "the whole month",
    "last_quarter": "three months",
    "this_year": "from January",
    "last_year": "the whole year",
    "-7d": "seven days and today, until now",
    "-30d": "thirty days and today, until now",
    "-24h": "24 hours, until now",
    "-1y": "a year and today, until now",
}
_YEAR = re.compile(r"(19|20)\d\d-?(Q|\d?|[01]\d)", re.IGNORECASE)
_MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])-\d{0,2}")
_ALREADY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d.+")


def times(current: str, today: date, *, bound: bool) -> Iterator[Candidate]:
    """Words for a period, or a ``bound`` of one: those in plain words, and dates around what is written so far."""
    if _ALREADY.fullmatch(current):
        return
    yield from (Candidate(word, said) for word, said in _WORDS.items())
    if bound:
        yield Candidate("now", "the end of what is published")
    yield Candidate(today.isoformat(), "today's date")
    if month := _MONTH.fullmatch(current):
        yield from (Candidate(each.isoformat()) for each in _days(int(month[1]), int(month[2])))
    elif _YEAR.fullmatch(current):
        year = current[:4]
        yield from (Candidate(f"{year}-{month:02}", "a month") for month in range(1, 13))
        yield from (Candidate(f"{year}-Q{quarter}", "a quarter") for quarter in range(1, 5))
    else:
        yield Candidate(f"{today:%Y-%m}", "this month")
        yield from (Candidate(str(today.year - back), "a year") for back in range(3))


def _days(year: int, month: int) -> Iterator[date]:
    for day in range(1, 32):
        try:
            yield date(year, month, day)
        except ValueError:
            return
