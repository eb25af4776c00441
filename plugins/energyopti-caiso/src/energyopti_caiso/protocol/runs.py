"""Which feed a row belongs to: the market runs as OASIS writes them, and the feeds that have the rows of each.

A document may hold rows of several runs (people download "all"): a row's run decides, not the file's name. CSV has it
in ``MARKET_RUN_ID``. XML has it in ``MKT_TYPE``, where every real-time run may be ``RTM`` and ``EXECUTION_TYPE``
beside it tells which.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from energyopti.layouts import Only
from energyopti.vocabulary import Run

DAM, HASP, RTPD, RTD, RTM, RUC, ACTUAL = "DAM", "HASP", "RTPD", "RTD", "RTM", "RUC", "ACTUAL"
QUARTER_HOUR = (RTM, RTPD)
"""The 15-minute market where it is requested as ``RTM``, as for reserves."""

_FIVE_MINUTES = {RTM: (RTM, RTD), RTD: (RTD, RTM)}
"""The five-minute dispatch is ``RTM`` in some reports and ``RTD`` in others."""

UNIFIED = {
    DAM: Run.DAY_AHEAD.value,
    RUC: Run.RESIDUAL_UNIT_COMMITMENT.value,
    HASP: Run.HOUR_AHEAD.value,
    RTPD: Run.REAL_TIME_15MIN.value,
    RTD: Run.REAL_TIME_5MIN.value,
}
"""The runs in the words of all markets, where a report's rows say which they are about. ``RTM`` is not one run."""

REAL_TIME = (RTM, RTPD, RTD)
"""Every real-time run, where something else tells them apart."""

_ITEMS = ("XML_DATA_ITEM", "DATA_ITEM")

Words = str | tuple[str, ...]
"""How a run is written: as one word, or as any of several."""

Feeds = Mapping[Words, str | tuple[str, ...]]
"""The feeds of a report, or of similar reports, by their runs."""


def run(words: Words, feeds: Feeds) -> Only:
    """Selects the rows of a run, which is one of ``feeds``."""
    return Only(("MARKET_RUN_ID", "MKT_TYPE"), words=_said(words), elsewhere=_others(words, feeds))


def item(word: str, feeds: Feeds) -> Only:
    """Selects the rows of a figure, which is one of ``feeds``; a row of none of them is taken too."""
    return Only(_ITEMS, words=word, elsewhere=_others(word, feeds), tolerant=True)


def in_xml(only: Only) -> tuple[Only, ...]:
    """What selects the same rows in XML."""
    if only.names == _ITEMS:
        return (attrs.evolve(only, names=_ITEMS[::-1]),)
    market = (*only.words, RTM) if {*REAL_TIME} & {*only.words} else only.words
    elsewhere = {word: feeds for word, feeds in only.elsewhere.items() if word not in market}
    return (
        attrs.evolve(only, names="MKT_TYPE", words=tuple(dict.fromkeys(market)), elsewhere=elsewhere),
        attrs.evolve(only, names="EXECUTION_TYPE"),
    )


def _said(words: Words) -> tuple[str, ...]:
    return _FIVE_MINUTES.get(words, (words,)) if isinstance(words, str) else words


def _others(words: Words, feeds: Feeds) -> dict[str, str | tuple[str, ...]]:
    return {word: feed for other, feed in feeds.items() if other != words for word in _said(other)}
