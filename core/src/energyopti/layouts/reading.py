"""The result of reading a payload: the unified rows, the source's own columns, and the findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from energyopti.findings import Finding, FindingKind
from energyopti.timezones import iso_utc

if TYPE_CHECKING:
    import polars as pl


SUPERSEDED = "superseded"
"""The column of a reading that says which rows are no longer valid, if its layout can tell."""


_NUMBER = "\0number"

RECORD = "\0record"
"""The column of raw rows that says, where several rows make one record, which row is that record's first."""


@attrs.frozen(eq=False)
class LeftOut:
    """Rows of a payload that are not in the frame, and why: ``kind`` is the finding that counts them.

    ``raw`` holds their own columns, ``frame`` as much of each row as could be read.
    """

    kind: FindingKind
    raw: pl.DataFrame
    frame: pl.DataFrame

    def filter(self, mask: pl.Series) -> LeftOut:
        """Only the rows of the mask."""
        return LeftOut(self.kind, self.raw.filter(mask), self.frame.filter(mask))


def raw_rows(raw: pl.DataFrame, origin: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """The raw rows that some rows were read from, each once with the rows that completed it, and the index of each."""
    import polars as pl

    first = pl.DataFrame({RECORD: origin, _NUMBER: pl.int_range(len(origin), eager=True)})
    first = first.unique(RECORD, keep="first", maintain_order=True)
    if RECORD not in raw.columns:
        return raw[first[RECORD]], first[_NUMBER]
    rows = first.join(raw, on=RECORD, how="inner", maintain_order="left_right")
    return rows.drop(RECORD, _NUMBER), rows[_NUMBER]


def joined_raw(parts: Sequence[tuple[pl.DataFrame, pl.Series]]) -> tuple[pl.DataFrame, pl.Series]:
    """The raw rows of several frames, one after the other, and which of them each row of the frames was read from."""
    import polars as pl

    raws, origins, offset = [], [], 0
    for raw, origin in parts:
        records = [pl.col(RECORD) + offset] if RECORD in raw.columns else []
        raws.append(raw.with_columns(records))
        origins.append(origin + offset)
        offset += raw.height
    return pl.concat(raws, how="diagonal_relaxed"), pl.concat(origins).cast(pl.UInt32)


@attrs.frozen(kw_only=True, eq=False)
class Reading:
    """The rows of one or more payloads.

    ``frame`` has the dataset's columns that the layout fills. ``raw`` has the payload's own columns, one row per
    payload row (text, or categories where a layout packs its words). ``origin`` (UInt32, as long as ``frame``) says
    which row of ``raw`` each row of ``frame`` was read from. ``payload_rows`` counts the payload's data rows as rows
    of the dataset (a wide payload's rows times its columns). ``joined`` rows completed another one, such as price
    components that are rows of their own; ``added`` rows of the frame were computed from others and come on top of
    them. So ``payload_rows`` is always ``frame.height + joined - added + sum(finding.rows for findings that account
    for rows)``. ``left_out`` are the rows that are not in the frame, with their raw columns and the reason.
    """

    frame: pl.DataFrame
    raw: pl.DataFrame
    origin: pl.Series
    payload_rows: int
    findings: tuple[Finding, ...] = ()
    joined: int = 0
    added: int = 0
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def concat(cls, readings: Sequence[Reading]) -> Reading:
        """Several readings as one, in their order."""
        import polars as pl

        if len(readings) == 1:
            return readings[0]
        raw, origin = joined_raw([(reading.raw, reading.origin) for reading in readings])
        return cls(
            frame=pl.concat([reading.frame for reading in readings], how="diagonal"),
            raw=raw,
            origin=origin,
            payload_rows=sum(reading.payload_rows for reading in readings),
            findings=tuple(finding for reading in readings for finding in reading.findings),
            joined=sum(reading.joined for reading in readings),
            added=sum(reading.added for reading in readings),
            left_out=tuple(each for reading in readings for each in reading.left_out),
        )

    @property
    def stretches(self) -> tuple[tuple[datetime, datetime], ...]:
        """The time that its rows' intervals cover, in order; those that touch or overlap are one stretch."""
        from energyopti.neighbours import stretches

        return stretches(self.frame)

    def published(self, at: datetime | None) -> Reading:
        """The same reading with a publish time, or with a finding that the source gave none.

        A time after everything forecast is when a copy was made, and is not believed.
        """
        import polars as pl

        said = "the source did not say when it published this forecast"
        last = self.frame["interval_end"].max() if "interval_end" in self.frame.columns else None
        if at is not None and isinstance(last, datetime) and at > last:
            said, at = f"the document was written at {at:%Y-%m-%d %H:%MZ}, after all that it forecasts", None
        stamp = pl.lit(at, dtype=pl.Datetime("us", "UTC")).alias("publish_time")
        unsaid = Finding(
            kind=FindingKind.UNKNOWN_TIME,
            message=f"{said}: publish_time is null",
            rows=self.frame.height,
        )
        found = self.findings if at is not None else (*self.findings, unsaid)
        return attrs.evolve(self, frame=self.frame.with_columns(stamp), findings=found)

    def where(self, mask: pl.Series, kind: FindingKind, others: str) -> Reading:
        """Only the rows of the mask; if these are not all, a finding counts the ``others``, which it describes."""
        count = int((~mask).sum())
        if not count:
            return self
        return self.keep(mask, Finding(kind=kind, message=f"{count} {others}", rows=count, accounts=True))

    def keep(self, mask: pl.Series, finding: Finding) -> Reading:
        """Only the rows of the mask; the finding accounts for the others, whose raw columns stay.

        Rows that belong to another document's time are not listed as left out: that document has them.
        """
        left_out = self.left_out
        if finding.kind is not FindingKind.OVERLAP:
            raw, number = raw_rows(self.raw, self.origin.filter(~mask))
            left_out = (*left_out, LeftOut(finding.kind, raw, self.frame.filter(~mask)[number]))
        return attrs.evolve(
            self,
            frame=self.frame.filter(mask),
            origin=self.origin.filter(mask),
            findings=(*self.findings, finding),
            left_out=left_out,
        )

    def within(self, start: datetime, end: datetime) -> Reading:
        """The rows that begin in a time range, for documents that overlap by nature; a finding counts the others."""
        mask = self.frame["interval_start"].is_between(start, end, closed="left")
        return self.where(mask, FindingKind.OVERLAP, "rows are of other times: these documents overlap")

    def without_superseded(self) -> Reading:
        """The same reading without superseded rows; a finding counts them."""
        if SUPERSEDED not in self.frame.columns:
            return self
        mask = ~self.frame[SUPERSEDED].fill_null(value=False)
        left_out = int((~mask).sum())
        if not left_out:
            return self
        finding = Finding(
            kind=FindingKind.SUPERSEDED_ROW,
            message=f"{left_out} rows were superseded by others and are left out; ask for revisions to keep them",
            first=first_of(self.frame.filter(~mask)),
            rows=left_out,
            accounts=True,
        )
        return self.keep(mask, finding)

    def spanning(self, start: datetime, end: datetime) -> Reading:
        """The same reading of an undated document, dated by the time in which it was published."""
        import polars as pl

        bounds = {"interval_start": start, "interval_end": end}
        stamps = [pl.lit(at, dtype=pl.Datetime("us", "UTC")).alias(name) for name, at in bounds.items()]
        return attrs.evolve(self, frame=self.frame.with_columns(stamps))

    def slice(self, start: datetime, end: datetime) -> Reading:
        """The part of a document about a time range, as if it had been published by itself.

        The other rows belong to other chunks, which read the same document. Rows left out when it was read stay in the
        raw columns and the findings.
        """
        import polars as pl

        mask = self.frame["interval_start"].is_between(start, end, closed="left")
        if mask.all():
            return self
        origin = self.origin.filter(mask)
        elsewhere = pl.Series([False]).new_from_index(0, self.raw.height).scatter(self.origin, True)
        lines = elsewhere.scatter(origin, False).not_().arg_true()
        return attrs.evolve(
            self,
            frame=self.frame.filter(mask),
            raw=self.raw[lines],
            origin=lines.search_sorted(origin).cast(pl.UInt32),
            payload_rows=self.payload_rows - int((~mask).sum()),
            left_out=tuple(each.filter(_may_be_within(each.frame, start, end)) for each in self.left_out),
        )

    @property
    def accounted_rows(self) -> int:
        """Rows in the frame plus rows that findings explain; always equal to ``payload_rows``."""
        explained = sum(finding.rows for finding in self.findings if finding.accounts)
        return self.frame.height + self.joined - self.added + explained


def first_of(rows: pl.DataFrame) -> str | None:
    """Where the first of some rows of a dataset is, in words; None if it has no time."""
    first = rows.row(0, named=True)
    if first.get("interval_start") is None:
        return None
    place = f" of {first['location']}" if first.get("location") is not None else ""
    return f"first at {iso_utc(first['interval_start'])}{place}"


def _may_be_within(frame: pl.DataFrame, start: datetime, end: datetime) -> pl.Series:
    """Which rows begin in a time range, or have no known time."""
    return frame["interval_start"].is_between(start, end, closed="left").fill_null(value=True)
