"""Documents, and what a feed makes of them beside its layout: the same for those that are fetched and for a user's files.

A layout knows a document's rows. What its name says, or the time at which it was written, is a rule of its feed's
plugin: `Feed.reads`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import attrs

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.layout import Layout
from energyopti.layouts.reading import Reading

_ONE_STANDS = {"last", "last_nonzero"}


@attrs.frozen(kw_only=True)
class Document:
    """A document by itself: a file that was fetched, or one of an archive's.

    ``modified`` is when its source wrote it, in UTC, as far as that is known.
    """

    name: str
    content: bytes = attrs.field(repr=False)
    modified: datetime | None = None


ReadDocuments = Callable[[Layout, Sequence[Document]], Reading]
"""What is made of one or several documents of a feed; raises `SchemaDrift`, or what a document of an error means."""


def one_by_one(read: Callable[[Layout, Document], Reading]) -> ReadDocuments:
    """Each document read by itself; of several, findings and errors name theirs.

    Where a layout lets one of the rows that repeat a key stand, documents are taken in the order of their names, in
    which sources say when they posted them, and what a later one says again stands.
    """

    def read_documents(layout: Layout, documents: Sequence[Document]) -> Reading:
        from energyopti.layouts.decode.once import superseded

        if len(documents) == 1:
            return read(layout, documents[0])
        if layout.repeats not in _ONE_STANDS:
            return Reading.concat([_named(read, layout, document) for document in documents])
        ordered = sorted(documents, key=lambda document: document.name)
        reading = Reading.concat([_named(read, layout, document) for document in ordered])
        found = superseded(reading.frame, layout)
        return reading if found is None else reading.keep(*found)

    return read_documents


def _named(read: Callable[[Layout, Document], Reading], layout: Layout, document: Document) -> Reading:
    """A document's reading, in which every finding names it."""
    try:
        reading = read(layout, document)
    except SchemaDrift as error:
        raise SchemaDrift(f"{document.name}: {error}", column=error.column) from error
    found = tuple(attrs.evolve(finding, document=document.name) for finding in reading.findings)
    return attrs.evolve(reading, findings=found)


def as_they_stand(layout: Layout, documents: Sequence[Document]) -> Reading:
    """The rows of documents as their layout reads them; what stands in several files for one answer is read together."""
    if layout.long is not None or layout.only:
        return layout.read_all([document.content for document in documents])
    return _plainly(layout, documents)


_plainly = one_by_one(lambda layout, document: layout.read(document.content))

published_when_modified = one_by_one(
    lambda layout, document: layout.read(document.content).published(document.modified)
)
"""The rows of publications of their own, each made when its document was written."""
