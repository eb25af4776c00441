"""Reports with one document per day, which may come a day late, and may be posted again days later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import attrs

from energyopti import Chunk
from energyopti.timezones import local_date
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.protocol.listing import Document

POSTED_AGAIN = timedelta(days=35)
"""How long after it was due a document may be posted again: ERCOT corrects prices for 30 days."""


@attrs.frozen(kw_only=True)
class Daily(Report):
    """A report with one document per day, published ``first`` days after its own day, or a day later.

    What is published a day later is usually the next day's document: the rows tell. The same goes for a later day with
    several documents: one of them was posted again.
    """

    last: int = attrs.field(init=False, default=attrs.Factory(lambda self: self.first, takes_self=True))

    @property
    def overlaps(self) -> bool:
        """A document that came late, or again, is listed beside another day's."""
        return True

    def of(self, documents: Sequence[Document], chunk: Chunk) -> list[Document]:
        """The documents of the day on which a chunk's is due, or of the next if there is none; and later ones."""
        late = attrs.evolve(self, first=self.first + 1)
        chosen = super().of(documents, chunk) or super(Daily, late).of(documents, chunk)
        due = self.window(chunk)[1]
        later: dict[date, list[Document]] = {}
        for each in documents:
            if due <= each.published < due + POSTED_AGAIN:
                later.setdefault(local_date(each.published, ZONE), []).append(each)
        several = [each for found in later.values() if len(found) > 1 for each in found]
        return [*chosen, *(each for each in several if each not in chosen)]
