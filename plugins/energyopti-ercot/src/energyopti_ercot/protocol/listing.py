"""The list of a report's documents: what is there, and when each was published.

``PublishDate`` is a wall-clock reading with the wrong offset: that in force when the list was made, not the document's.
A list of March 13 says ``-05:00`` for documents of March 6, whose names and rhythm prove them to be at -06:00. Only the
wall clock is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from energyopti import SchemaDrift
from energyopti.timezones import zone
from energyopti_ercot.protocol.layouts import ZONE

_SLACK = timedelta(seconds=30)
"""How late or early a document that is published every hour can be."""


Entry = tuple[int, str, datetime]
"""A document's number, its name, and its publish time on the wall clock."""

_YEARS = range(1996, 2200)
"""The years since ERCOT operates, and enough to come: far from the ends of the calendar."""

MOST_PAGES = 500
"""The most pages of an answer of the API, ten times those of a day of every bus."""

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What reading something else than the JSON that was due may raise."""

_AGAIN = re.compile("SUPPLEMENT|CORRECT", re.IGNORECASE)

REPEATED_HOUR = "xhr"
"""A mark in the names of documents made in the second pass of a repeated hour."""


@attrs.frozen(kw_only=True)
class Document:
    """A document in the list; ``published`` is in UTC."""

    number: str
    name: str
    published: datetime
    again: bool = attrs.field(init=False, repr=False, eq=False)
    """Whether the document was posted again, as a correction or a supplement, by its name."""

    @again.default
    def _is_again(self) -> bool:
        return _AGAIN.search(self.name) is not None

    def stamp(self, pattern: re.Pattern[str]) -> datetime | None:
        """The local time in its name, as UTC; None if the name has another form."""
        return stamp_of(self.name, pattern)


def stamp_of(name: str, pattern: re.Pattern[str]) -> datetime | None:
    """The local time in a name, as UTC; None if the name has another form.

    In a repeated hour both passes are named like the first, unless the name marks the second.
    """
    found = pattern.search(name)
    if found is None:
        return None
    digits = "".join(found.groups())
    try:
        wall = wall_of(f"{digits[:8]}T{digits[8:]}")
    except ValueError:
        return None
    return as_utc(wall, second=REPEATED_HOUR in name.lower())


def as_utc(wall: datetime, *, second: bool = False) -> datetime:
    """A wall-clock reading as UTC; ``second`` means the second pass of a repeated hour."""
    return wall.replace(tzinfo=zone(ZONE), fold=int(second)).astimezone(UTC)


def listed(content: bytes) -> tuple[Document, ...]:
    """The CSV documents in a list, earliest first; a single one comes as an object, none as nothing.

    Raises `SchemaDrift` for anything that is not such a list.
    """
    try:
        body: Any = json.loads(content)["ListDocsByRptTypeRes"] or {}
        found = body.get("DocumentList") or []
        entries = [found] if isinstance(found, dict) else found
        documents = [each.get("Document", each) for each in entries]
        return in_order(_entry(each) for each in documents if _is_csv(each))
    except UNREADABLE as error:
        raise SchemaDrift(f"the list of documents is not the JSON that was due: {error!r}") from error


def _is_csv(entry: dict[str, Any]) -> bool:
    names = f"{entry['FriendlyName']} {entry['ConstructedName']}".lower()
    return "xml" not in names


def _entry(document: dict[str, Any]) -> Entry:
    return int(document["DocID"]), str(document["ConstructedName"]), wall_of(document["PublishDate"])


def wall_of(text: str) -> datetime:
    """A time on the wall clock, without its offset; raises `ValueError` if it cannot be one of ERCOT's."""
    wall = datetime.fromisoformat(text).replace(tzinfo=None)
    if wall.year not in _YEARS:
        raise ValueError(f"{text} is not a time of ERCOT's")
    return wall


def counted(meta: Mapping[str, Any]) -> tuple[int, int]:
    """The pages, and what is on them, that the ``_meta`` of a page of the API counts; raises `ValueError` for a
    number that cannot be."""
    pages, records = (int(meta[name]) for name in ("totalPages", "totalRecords"))
    if pages > MOST_PAGES or records < 0:
        raise ValueError(f"{pages} pages of {records}")
    return pages, records


def in_order(entries: Iterable[Entry]) -> tuple[Document, ...]:
    """Documents in the order of their numbers, which increase.

    In a repeated hour the second pass begins where the clock goes back or stands still, or where a name says so.
    """
    documents: list[Document] = []
    before, second = None, False
    for number, name, wall in sorted(entries):
        repeats = as_utc(wall) != as_utc(wall, second=True)
        falls = before is not None and wall <= before + _SLACK
        second = repeats and (second or falls or REPEATED_HOUR in name.lower())
        documents.append(Document(number=str(number), name=name, published=as_utc(wall, second=second)))
        before = wall
    return tuple(documents)
