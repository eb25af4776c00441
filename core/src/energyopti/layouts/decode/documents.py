"""Documents, and what a feed adds to their layout's reading: the same for fetched documents and for a user's files.

A layout knows a document's rows. What its name says, or when it was written, is a rule of the feed's plugin:
`Feed.reads`.
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
    """A single document: a fetched file, or one file of an archive.

    ``modified`` is when its source wrote it, in UTC, if known.
    """

    name: str
    content: bytes = attrs.field(repr=False)
    modified: datetime | None = None


ReadDocuments = Callable[[Layout, Sequence[Document]], Reading]
"""Reads one or several documents of a feed; raises `SchemaDrift`, or what an error document means."""


def one_by_one(read: Callable[[Layout, Document], Reading]) -> ReadDocuments:
    """Each document read by itself; with several, findings and errors name theirs.

    If a layout keeps one of the rows that repeat a key, documents are taken in the order of their names, in which
    sources put the posting time, and the later document wins.
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
    """A document's reading, with every finding naming the document."""
    try:
        reading = read(layout, document)
    except SchemaDrift as error:
        raise SchemaDrift(f"{document.name}: {error}", column=error.column) from error
    found = tuple(attrs.evolve(finding, document=document.name) for finding in reading.findings)
    return attrs.evolve(reading, findings=found)


def as_they_stand(layout: Layout, documents: Sequence[Document]) -> Reading:
    """The rows of documents as their layout reads them; several files for one answer are read together."""
    if layout.long is not None or layout.only:
        return layout.read_all([document.content for document in documents])
    return _plainly(layout, documents)


_plainly = one_by_one(lambda layout, document: layout.read(document.content))

published_when_modified = one_by_one(
    lambda layout, document: layout.read(document.content).published(document.modified)
)
"""The rows of separate publications, each made when its document was written."""
