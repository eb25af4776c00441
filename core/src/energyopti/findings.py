"""Findings: facts about data that are worth knowing but are not errors.

A finding never changes a row. Every row of a payload ends up in the frame or is counted by a finding.
"""

from __future__ import annotations

import enum
import re
from datetime import datetime

import attrs

from energyopti.redaction import redacted


class FindingKind(enum.StrEnum):
    """What was found."""

    UNKNOWN_COLUMN = "unknown_column"
    UNREADABLE_VALUE = "unreadable_value"
    MISSING_VALUE = "missing_value"
    REJECTED_ROW = "rejected_row"
    SUPERSEDED_ROW = "superseded_row"
    ADVISORY_ROW = "advisory_row"
    UNKNOWN_WORD = "unknown_word"
    OTHER_FIGURE = "other_figure"
    OTHER_RUN = "other_run"
    PLACEHOLDER_ROW = "placeholder_row"
    OTHER_ENCODING = "other_encoding"
    UNKNOWN_TIME = "unknown_time"
    CLOCK_LABEL = "clock_label"
    OUTSIDE_CHUNK = "outside_chunk"
    OVERLAP = "overlap"
    DUPLICATE_KEY = "duplicate_key"
    GAP = "gap"
    FEWER_SERIES = "fewer_series"
    NO_MATCH = "no_match"
    COMPONENTS = "components"
    BOUNDS = "bounds"
    REPEATED_HOUR = "repeated_hour"
    REPEATED_DAY = "repeated_day"
    REVISED = "revised"
    FALLBACK = "fallback"
    STALE = "stale"
    UNAVAILABLE = "unavailable"
    MISSING_PART = "missing_part"
    MISSING_MARKET = "missing_market"
    INCOMPLETE_HOUR = "incomplete_hour"
    NO_BLOCK = "no_block"
    LEFT_OUT = "left_out"
    COARSER_STEP = "coarser_step"
    UNPROVEN = "unproven"
    CHECK_FAILED = "check_failed"
    DAMAGED = "damaged"


_ROUTINE = frozenset(
    {
        FindingKind.SUPERSEDED_ROW,
        FindingKind.ADVISORY_ROW,
        FindingKind.OTHER_FIGURE,
        FindingKind.OTHER_RUN,
        FindingKind.PLACEHOLDER_ROW,
        FindingKind.OTHER_ENCODING,
        FindingKind.OUTSIDE_CHUNK,
        FindingKind.OVERLAP,
    }
)


@attrs.frozen(kw_only=True)
class Finding:
    """One thing found in a payload, a frame or an answer.

    ``rows`` is how many rows it is about; ``accounts`` means that those rows are *not* in the frame. ``chunk`` names
    the chunk once it is known, ``document`` the file of an archive, and ``first`` the first of the rows if the message
    does not. ``spans`` are the time ranges it is about, if any. ``provisional`` rows hold until the source replaces
    them: their time is not final, however long ago it was. Known secrets are not shown in any of its words.
    """

    kind: FindingKind = attrs.field(validator=attrs.validators.instance_of(FindingKind))
    message: str = attrs.field(converter=redacted, validator=attrs.validators.instance_of(str))
    rows: int = attrs.field(default=0, validator=attrs.validators.instance_of(int))
    accounts: bool = False
    column: str | None = attrs.field(default=None, converter=attrs.converters.optional(redacted))
    chunk: str | None = None
    document: str | None = attrs.field(default=None, converter=attrs.converters.optional(redacted))
    first: str | None = attrs.field(default=None, converter=attrs.converters.optional(redacted))
    spans: tuple[tuple[datetime, datetime], ...] = attrs.field(default=(), repr=False)
    provisional: bool = False

    @property
    def routine(self) -> bool:
        """Whether it only says how the source works: nothing that was asked for is missing or doubtful for it."""
        return self.kind in _ROUTINE

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether it is about any of a time range; a finding without ``spans`` may be, so it counts."""
        return not self.spans or any(low < end and start < high for low, high in self.spans)

    def outside(self, start: datetime, end: datetime) -> bool:
        """Whether it is about time before or after a time range."""
        return any(low < start or high > end for low, high in self.spans)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.chunk, self.document, self.message) if part)

    @property
    def line(self) -> str:
        """The whole finding on one line: where, what, and how many rows."""
        count = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        said = not self.rows or re.search(rf"(?<!\d){count}\b", self.message)
        beside = ", ".join(part for part in (None if said else count, self.first) if part)
        return f"{self} ({beside})" if beside else str(self)
