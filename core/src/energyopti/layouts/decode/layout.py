"""The layouts of tables: how a payload is read, whatever its format."""

from __future__ import annotations

import abc
import itertools
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ClassVar

import attrs

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.plain import what_is_wrong, what_it_is
from energyopti.layouts.decode.plausible import OF_TEXT, Implausible, Plausible
from energyopti.layouts.tables import ColumnMapping
from energyopti.layouts.times import Stamp
from energyopti.tuning.reading import READING_THREADS, SMALL_PAYLOADS

if TYPE_CHECKING:
    import polars as pl

    from energyopti.layouts.decode.raw import RawTable
    from energyopti.layouts.reading import Reading


@attrs.frozen(kw_only=True, repr=False)
class Layout(ColumnMapping, abc.ABC):
    """A table as a source publishes it, read and written as its mapping declares.

    ``others`` are other forms of the same document, older or from elsewhere: a payload that lacks a column of this form
    is read by the first of them that fits. A document that is larger than ``plausible`` is not read.
    """

    due: ClassVar[str] = "text"
    """What its payloads are, in a word."""

    others: tuple[Layout, ...] = ()
    plausible: Plausible = OF_TEXT

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} of {self.dataset.name}: {len(self.wire_columns)} columns, {self.zone}>"
        )

    def read(self, payload: bytes) -> Reading:
        """The payload's rows in the dataset's columns; raises `SchemaDrift`, and nothing else.

        If no form fits, the error is about the first form that lacks only a column. A document in which no row
        belongs to this feed is not tried in other forms.
        """
        from energyopti.layouts.decode.only import OtherFeeds

        drifts = []
        try:
            for form in (self, *self.others):
                try:
                    return form.read_this(payload) if form is self else form.read(payload)
                except (OtherFeeds, Implausible):
                    raise
                except SchemaDrift as drift:
                    drifts.append(drift)
            raise _drift_of(payload, (self, *self.others), drifts)
        finally:
            drifts.clear()  # a kept error would keep the payload alive

    def read_all(self, payloads: Iterable[bytes]) -> Reading:
        """The rows of several files that are one answer, in order; raises `SchemaDrift`, and nothing else.

        Rows of one file complete and supersede those of another as if all were in one file; all have one form. A list
        is read at once, and so are small files; otherwise, the next file may be unpacked while one is read.
        """
        from energyopti.layouts.decode.raw import RawTable
        from energyopti.layouts.decode.rows import read_rows

        there, rest = _at_hand(payloads)
        gather = self._read_together(there) if there else None
        if gather is not None:
            return gather
        rest = itertools.chain(there, rest)
        first, drifts = next(rest, b""), []
        try:
            for form in self.forms:
                try:
                    wire = form.parse(first)
                except Implausible:
                    raise
                except SchemaDrift as drift:
                    drifts.append(drift)
                    continue
                with ThreadPoolExecutor(READING_THREADS) as pool:
                    return read_rows(RawTable.concat([wire, *pool.map(form.parse, rest)]), form)
            raise _drift_of(first, self.forms, drifts)
        finally:
            drifts.clear()

    def read_each(self, payloads: Sequence[bytes]) -> list[Reading]:
        """What `read` returns for each of several files; small ones take little longer than one file with all rows.

        Texts with one header are read as one and cut where the files end, unless there is a finding that concerns one
        file only. Files may be about the same times, as publications of a forecast are.
        """
        from energyopti.layouts.decode.each import cut, looks_ahead

        together = len(payloads) > 1 and not looks_ahead(self)
        whole = self._read_together(payloads, apart=True) if together else None
        parts = None if whole is None else cut(whole, payloads, self)
        return [self.read(each) for each in payloads] if parts is None else parts

    def merge(self, readings: Sequence[Reading]) -> Reading:
        """Readings of parts of one answer, in any of its forms, as one: irregular intervals join where parts meet."""
        from energyopti.layouts.decode.fields import names_series
        from energyopti.layouts.decode.irregular import joined
        from energyopti.layouts.reading import Reading

        whole = Reading.concat(readings)
        if len(readings) == 1 or not isinstance(self.time, Stamp) or not self.time.irregular:
            return whole
        series = [each for each in whole.frame.get_columns() if names_series(self, each.name)]
        return attrs.evolve(whole, frame=joined(whole.frame, self.time, self.zone, series))

    def _read_together(self, payloads: Sequence[bytes], *, apart: bool = False) -> Reading | None:
        """Several files as one reading; None if they must be read one by one.

        If they are ``apart``, no row of one says anything about another's.
        """
        from energyopti.layouts.decode.rows import read_rows

        for form in self.forms:
            try:
                wire = form.parse_together(payloads)
            except Implausible:
                raise
            except SchemaDrift:
                continue
            if wire is None or (apart and not wire.heights):
                return None
            return read_rows(wire, form, apart=apart)
        return None

    @property
    def forms(self) -> tuple[Layout, ...]:
        """This form and all others, in the order in which they are tried."""
        return (self, *(form for other in self.others for form in other.forms))

    def read_this(self, payload: bytes) -> Reading:
        """The rows of a payload, in this form only."""
        from energyopti.layouts.decode.rows import read_rows

        return read_rows(self.parse(payload), self)

    @abc.abstractmethod
    def parse(self, payload: bytes) -> RawTable:
        """A payload's rows under its own headers, in this form; raises `SchemaDrift`."""

    def parse_together(self, payloads: Sequence[bytes]) -> RawTable | None:  # noqa: ARG002
        """The rows of several payloads, in order; None if each must be read by itself.

        Raises `SchemaDrift` if they are not of this form, and for a format whose files cannot be read as one.
        """
        raise SchemaDrift(f"files of {self.due} are read one by one")

    @abc.abstractmethod
    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame of the dataset as a payload; ``read(write(x))`` returns ``x``.

        Columns of ``frame`` named like a payload header fill the columns that have no field.
        """


def _at_hand(payloads: Iterable[bytes]) -> tuple[list[bytes], Iterator[bytes]]:
    """The payloads available to be read at once (a list, or all if they are small), and those still to come."""
    if isinstance(payloads, list):
        return payloads, iter(())
    rest, there, size = iter(payloads), list[bytes](), 0
    for each in rest:
        there.append(each)
        size += len(each)
        if size > SMALL_PAYLOADS:
            return [], itertools.chain(there, rest)
    return there, iter(())


def _drift_of(payload: bytes, forms: Sequence[Layout], drifts: Sequence[SchemaDrift]) -> SchemaDrift:
    """The error about a payload that fits no form: what the nearest form lacks, or that it is of no form at all.

    Among the forms of its kind, the nearest is the first that lacks a column; else it is the first form.
    """
    wrong = what_is_wrong(payload, tuple(dict.fromkeys(each.due for form in forms for each in form.forms)))
    if wrong is not None:
        return SchemaDrift(wrong)
    kind = what_it_is(payload) or "text"
    near = [drift for form, drift in zip(forms, drifts, strict=True) if form.due == kind] or drifts
    return next((drift for drift in near if drift.column is not None), near[0])
