"""What a feed's own definition says about its archive: ``GET /api/v1/{feed}/metadata``.

Three price feeds have an archive, and each gives in ``archiveCutoffDays`` after how many days its rows are there;
feeds without one give null. The rest of a definition's structure is not confirmed: the figure is taken from anywhere
in it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import NoData, SourceUnavailable
from energyopti.source import Expect, Request
from energyopti_pjm.protocol.ranges import Archive

if TYPE_CHECKING:
    from energyopti.source import Source

NEVER_ARCHIVED = timedelta(days=30)
"""Rows younger than this are in no archive: their definition is not requested."""

_CUTOFF = re.compile(rb'"archiveCutoffDays"\s*:\s*(null|[1-9][0-9]{0,4})\s*[,}]', re.IGNORECASE)
_ENABLED = re.compile(rb'"enableArchiving"\s*:\s*(true|false)\b', re.IGNORECASE)


async def archive_of(feed: str, usual: Archive, start: datetime, source: Source) -> Archive | None:
    """The archive that a feed has now, if any; the usual one if its definition is unavailable or says nothing.

    ``start`` is the first requested instant. A definition is fetched once for all chunks within a while.
    """
    if source.now - start < NEVER_ARCHIVED:
        return usual
    request = Request(path=f"{feed}/metadata", expect=Expect.JSON, reference=True)
    try:
        (payload,) = await source.get_all([request])
    except NoData:
        return usual
    except SourceUnavailable as error:
        if error.unreached:
            raise
        return usual
    return defined(payload.content, usual)


def defined(definition: bytes, usual: Archive) -> Archive | None:
    """The archive in a feed's definition; the usual one if it gives no number of days."""
    enabled, cutoff = _ENABLED.search(definition), _CUTOFF.search(definition)
    if enabled is not None and enabled[1].lower() == b"false":
        return None
    if cutoff is None:
        return usual
    if cutoff[1].isdigit():
        return attrs.evolve(usual, after=timedelta(days=int(cutoff[1])))
    return None if enabled is None else usual
