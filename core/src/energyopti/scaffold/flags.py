"""The column of a file that tells the two passes of the hour repeated in autumn apart."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from energyopti.layouts import OffsetFlag, RepeatFlag
from energyopti.scaffold.sample import Sample
from energyopti.timezones import zone

_SECOND_PASSES = 0.1
_SEASONS = (datetime(2024, 1, 1), datetime(2024, 7, 1))  # noqa: DTZ001 - read on the market's clock


def flag_of(sample: Sample, zone_name: str) -> tuple[OffsetFlag | RepeatFlag | None, list[str]]:
    """The column that tells the passes of the repeated hour apart; what is a guess about it."""
    offsets = {
        there.tzname() or "": there.utcoffset() or timedelta()
        for there in (season.replace(tzinfo=zone(zone_name)) for season in _SEASONS)
    }
    if len(set(offsets.values())) < len(_SEASONS):
        return None, []  # no hour of this clock is repeated
    for column in sample.columns:
        words = Counter(column.filled)
        if words and words.keys() <= offsets.keys():
            return OffsetFlag(names=column.name, offsets=offsets), []
        if (
            column.words & {"dst", "repeated"}
            and words.keys() <= {"Y", "N"}
            and words["Y"] <= _SECOND_PASSES * words.total()
        ):
            return RepeatFlag(names=column.name), [
                f"{column.name} taken as Y on the second pass of the hour that is repeated in autumn"
            ]
    return None, [
        "no column tells the two passes of the hour repeated in autumn apart: the order of rows decides"
    ]
