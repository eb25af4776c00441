"""Real-time files of New York, made by hand: two zones, and the intervals that a test names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from energyopti.layouts import Reading
from energyopti_nyiso.feeds.prices import REAL_TIME_ZONE

HEADER = (
    '"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
    '"Marginal Cost Congestion ($/MWHr)"'
)


TWO = ("N.Y.C.", "WEST")
ALL = REAL_TIME_ZONE.locations.closed or ()


def text(
    *clocks: str,
    by_place: bool = False,
    lmp: str = "20.00",
    day: str = "07/01/2024",
    names: Sequence[str] = TWO,
) -> bytes:
    """A running day of some zones with intervals that end at these times of it, zone by zone or not."""
    lines = [
        f'"{_stamp(day, clock)}:00","{name}",{ptid},{lmp},1.00,0.00'
        for clock in clocks
        for ptid, name in enumerate(names, start=61752)
    ]
    if by_place:
        lines = [line for first in range(len(names)) for line in lines[first :: len(names)]]
    return "\r\n".join([HEADER, *lines, ""]).encode()


def _stamp(day: str, clock: str) -> str:
    """A time of a day as the file writes it; 24:00 is the first of the next one."""
    if clock != "24:00":
        return f"{day} {clock}"
    after = datetime.strptime(day, "%m/%d/%Y").replace(tzinfo=UTC) + timedelta(days=1)
    return f"{after:%m/%d/%Y} 00:00"


def reading(*clocks: str, by_place: bool = False) -> Reading:
    """What is read of such a day."""
    return REAL_TIME_ZONE.layout.read(text(*clocks, by_place=by_place))


def clocks(last: int, first: int = 1) -> list[str]:
    """The ends of a day's intervals of five minutes by their numbers, from the first to the last."""
    return [f"{number // 12:02}:{number % 12 * 5:02}" for number in range(first, last + 1)]


def ends(found: Reading) -> list[str]:
    """The ends that were kept, on New York's clock in summer."""
    kept = found.frame["interval_end"].unique().sort().dt.convert_time_zone("America/New_York")
    return kept.dt.strftime("%H:%M").to_list()


RUNNING = ("10:00", "10:05", "10:10", "10:15", "10:30", "10:45")
