"""Laws about a real payload of a feed: what a source really sends is read whole, and means what prices mean."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import polars as pl
import pytest
from hypothesis import given

from energyopti.errors import SchemaDrift
from energyopti.files import documents_in, read_file
from energyopti.findings import FindingKind
from energyopti.layouts import CsvLayout, Document, Layout
from energyopti.local_files import read_bounded
from energyopti.market import Feed, Market
from energyopti.registry import Registry
from energyopti.testing.choosing import installed
from energyopti.testing.compare import first_difference, first_misfit
from energyopti.testing.strategies import NOW, damaged, rows_in_text
from energyopti.testing.trying import A_KIND
from energyopti.tuning.reading import LARGEST_FILE

_WRONG = {
    FindingKind.COMPONENTS: "prices are not the sum of their components: a sign, or two columns exchanged?",
    FindingKind.DUPLICATE_KEY: "rows repeat a key: does it lack a column, or is a repeated hour merged?",
    FindingKind.REJECTED_ROW: "rows could not be read",
    FindingKind.UNKNOWN_COLUMN: "the layout does not know a column: map it, or ignore it by name",
    FindingKind.UNKNOWN_WORD: "a word is in no vocabulary",
    FindingKind.UNREADABLE_VALUE: "values could not be read",
}
"""What a payload of today must not have found in it, and what that means for the layout."""

_DAMAGED_BYTES = 1 << 16
"""How much of a payload is damaged: all of a large one, again and again, would take minutes."""


class PayloadLaws:
    """Real payloads of one feed: everything in them is read, and means what the feed declares."""

    market: ClassVar[str]
    feed_name: ClassVar[str]
    payloads: ClassVar[Sequence[Path]]

    @classmethod
    def registry(cls) -> Registry:
        """Where the market is looked up."""
        return installed()

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """One test a payload."""
        metafunc.parametrize("payload", cls.payloads, ids=[each.name for each in cls.payloads])

    @property
    def subject(self) -> Market:
        """The market."""
        return self.registry().market(self.market)

    @property
    def feed(self) -> Feed:
        """The feed whose payloads they are."""
        return self.subject.feed(self.feed_name)

    def test_payload_is_read_without_doubt(self, payload: Path) -> None:
        """There are rows, and nothing was found that a layout should know about."""
        data = read_file(self.subject, self.feed, payload, now=NOW)
        found = [f"{_WRONG[each.kind]}: {each.message}" for each in data.findings if each.kind in _WRONG]
        assert not found, f"{self.feed.name}, {payload.name}: {'; '.join(found)}"
        assert len(data) or self.feed.sparse, f"{self.feed.name}, {payload.name}: no row was read"

    def test_payload_rows_are_in_the_frame_or_in_a_finding(self, payload: Path) -> None:
        """As many rows are accounted for as the payload has lines of data."""
        documents = self._documents(payload)
        reading = self.feed.reads(self.feed.layout, documents)
        name = f"{self.feed.name}, {payload.name}"
        assert reading.payload_rows == reading.accounted_rows, (
            f"{name}: {reading.payload_rows} rows, {reading.accounted_rows} of them accounted for"
        )
        forms = [(each, self._form(each)) for each in documents]
        if all(isinstance(form, CsvLayout) for _, form in forms):
            lines = sum(
                rows_in_text(each.content, form) for each, form in forms if isinstance(form, CsvLayout)
            )
            assert reading.payload_rows == lines, (
                f"{name}: {lines} lines of data, {reading.payload_rows} read"
            )

    def test_payload_fits_the_dataset(self, payload: Path) -> None:
        """No null where none may be, no word that the dataset does not have."""
        data = read_file(self.subject, self.feed, payload, now=NOW)
        misfit = first_misfit(data.frame, self.feed.dataset)
        assert misfit is None, f"{self.feed.name}, {payload.name}: {misfit}"

    def test_what_is_read_can_be_written_and_read_back(self, payload: Path) -> None:
        """Each document's rows, written in its form and read again, are the same rows."""
        feed = self.feed
        for document in self._documents(payload):
            form = self._form(document)
            frame = _with_figures(feed.layout.read(document.content).frame, form)
            again = _with_figures(feed.layout.read(form.write(frame)).frame, form)
            key = [name for name in feed.dataset.key if name in frame.columns]
            difference = first_difference(frame, again, key)
            assert difference is None, f"{feed.name}, {document.name}: {difference}"

    def test_damaged_payload_is_schema_drift_or_accounted_for(self, payload: Path) -> None:
        """Whatever happens to its bytes, reading raises `SchemaDrift` or accounts for every row."""
        feed = self.feed
        content = self._documents(payload)[0].content[:_DAMAGED_BYTES]

        @A_KIND
        @given(damaged(content))
        def holds(content: bytes) -> None:
            try:
                reading = feed.layout.read(content)
            except SchemaDrift:
                return
            assert reading.payload_rows == reading.accounted_rows, f"{feed.name}: rows are not accounted for"

        holds()

    def _form(self, document: Document) -> Layout:
        """The form of the feed's layout that a document has: the first that reads it, else today's."""
        for form in self.feed.layout.forms:
            with contextlib.suppress(SchemaDrift):
                form.read_this(document.content)
                return form
        return self.feed.layout

    def _documents(self, payload: Path) -> list[Document]:
        """What is in a file, unpacked."""
        content = read_bounded(payload, cap=LARGEST_FILE)
        return list(documents_in(payload.name, content, self.feed, self.subject.zone))


def _with_figures(frame: pl.DataFrame, form: Layout) -> pl.DataFrame:
    """The rows of a wide form that have a figure: a column that a document lacks is written as empty."""
    return frame if form.wide is None else frame.drop_nulls(form.wide.value)
