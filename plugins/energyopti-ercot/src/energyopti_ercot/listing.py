"""The list of a report's documents: what is there, and when each was published.

``PublishDate`` is a wall-clock reading with an offset that is not its own but the one in force when the list was
made: a list of March 13 says ``-05:00`` of documents of March 6, whose names and rhythm prove them to be at -06:00.
Only the wall clock is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from energyopti import SchemaDrift
from energyopti.timezones import zone
from energyopti_ercot.layouts import ZONE

_STAMPS = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_EXTRA_HOUR = "xhr"
"""What ERCOT adds to the names of documents of the second pass."""

_SLACK = timedelta(seconds=30)
"""How unpunctual a document can be that is published every hour."""


@attrs.frozen(kw_only=True)
class Document:
    """A document as the list has it; ``published`` is in UTC."""

    number: str
    name: str
    published: datetime

    def stamp(self, pattern: re.Pattern[str]) -> datetime | None:
        """The local time that its name says, as UTC; None where the name is of another kind.

        In a repeated hour both passes are called by the first, unless the name marks the second.
        """
        found = pattern.search(self.name)
        if found is None:
            return None
        digits = "".join(found.groups())
        try:
            wall = datetime.strptime(digits, _STAMPS[len(digits)])  # noqa: DTZ007 - a wall clock
        except (KeyError, ValueError):
            return None
        return as_utc(wall, second=_EXTRA_HOUR in self.name.lower())


def as_utc(wall: datetime, *, second: bool = False) -> datetime:
    """A wall-clock reading as UTC; ``second`` is the second pass of a repeated hour."""
    return wall.replace(tzinfo=zone(ZONE), fold=int(second)).astimezone(UTC)


def listed(content: bytes) -> tuple[Document, ...]:
    """The CSV documents of a list, the earliest first; one alone comes as an object, none as nothing.

    Raises `SchemaDrift` for what is no such list.
    """
    try:
        body: Any = json.loads(content)["ListDocsByRptTypeRes"] or {}
        found = body.get("DocumentList") or []
        entries = [found] if isinstance(found, dict) else found
        documents = [each.get("Document", each) for each in entries]
        chosen = [each for each in documents if _is_csv(each)]
        return tuple(_in_order(sorted(chosen, key=lambda each: int(each["DocID"]))))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SchemaDrift(f"the list of documents is not the JSON that was due: {error!r}") from error


def _is_csv(entry: dict[str, Any]) -> bool:
    return "xml" not in _names(entry)


def _names(entry: dict[str, Any]) -> str:
    return f"{entry['FriendlyName']} {entry['ConstructedName']}".lower()


def _in_order(entries: Iterable[dict[str, Any]]) -> Iterable[Document]:
    """Documents by their numbers, which grow; where the clock falls back or stands still, its second pass begins."""
    before, second = None, False
    for entry in entries:
        wall = datetime.fromisoformat(entry["PublishDate"]).replace(tzinfo=None)
        repeats = as_utc(wall) != as_utc(wall, second=True)
        falls_back = before is not None and wall <= before + _SLACK
        second = repeats and (second or falls_back or _EXTRA_HOUR in _names(entry))
        yield Document(
            number=str(entry["DocID"]),
            name=str(entry["ConstructedName"]),
            published=as_utc(wall, second=second),
        )
        before = wall
