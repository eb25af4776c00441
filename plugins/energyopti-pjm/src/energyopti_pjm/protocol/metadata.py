"""What a feed's own definition says of its archive: ``GET /api/v1/{feed}/metadata``.

Three feeds of prices have an archive, and each says in ``archiveCutoffDays`` after how many days its rows lie there;
feeds without one say null. How the rest of a definition looks is not confirmed: the figure is taken from wherever in it
it stands.
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
"""So young rows lie in no archive: nothing is asked about it for them."""

_CUTOFF = re.compile(rb'"archiveCutoffDays"\s*:\s*(null|[1-9][0-9]{0,4})\s*[,}]', re.IGNORECASE)
_ENABLED = re.compile(rb'"enableArchiving"\s*:\s*(true|false)\b', re.IGNORECASE)


async def archive_of(feed: str, usual: Archive, start: datetime, source: Source) -> Archive | None:
    """The archive that a feed has now, if any; the usual one where its definition is not to be had, or says nothing.

    ``start`` is the first instant that is asked for. A definition is fetched once for all chunks of a while.
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
    """The archive that a feed's definition speaks of; the usual one where it says no number of days."""
    enabled, cutoff = _ENABLED.search(definition), _CUTOFF.search(definition)
    if enabled is not None and enabled[1].lower() == b"false":
        return None
    if cutoff is None:
        return usual
    if cutoff[1].isdigit():
        return attrs.evolve(usual, after=timedelta(days=int(cutoff[1])))
    return None if enabled is None else usual
