"""Reports with a document a day: where the day on which it is due has none, it may have come a day late."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from energyopti import Chunk
from energyopti_ercot.documents import Report
from energyopti_ercot.listing import Document


@attrs.frozen(kw_only=True)
class Daily(Report):
    """A report with a document a day, published so many days (``first``) after its own, or on the next.

    What is published on the next day is mostly the document of the day after: the rows tell.
    """

    last: int = attrs.field(init=False, default=attrs.Factory(lambda self: self.first, takes_self=True))

    @property
    def overlaps(self) -> bool:
        """A document that came late stands beside that of another day."""
        return True

    def of(self, documents: Sequence[Document], chunk: Chunk) -> list[Document]:
        """The documents of the day on which a chunk's is due, or those of the next where there is none."""
        late = attrs.evolve(self, first=self.first + 1)
        return super().of(documents, chunk) or super(Daily, late).of(documents, chunk)
