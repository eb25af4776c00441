"""Where PJM's archive begins is what each feed says of itself, else what it was when this was written."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from dataminer_answers import NOW, Answers, chunk, collected, price, table
from energyopti import MissingCredential, SourceUnavailable
from energyopti.query import Place
from energyopti.sandbox import Ask
from energyopti.source import Payload, Request, Source
from energyopti.vocabulary import LocationType
from energyopti_pjm.feeds.prices import FIVE_MINUTE_ARCHIVE, HOURLY_ARCHIVE
from energyopti_pjm.protocol.metadata import archive_of, defined
from energyopti_pjm.protocol.ranges import Archive
from energyopti_pjm.sandbox.dataminer import dataminer

HUB = Place("51288", "WESTERN HUB", LocationType.HUB)


def definition(**said: Any) -> bytes:
    """A feed's definition that says this of its archive."""
    return json.dumps(
        {"feedName": "da_hrl_lmps", "columns": [{"enableArchiveFiltering": True}], **said}
    ).encode()


def after(days: int) -> Archive:
    """An archive of rows that are older than some days."""
    return Archive(after=timedelta(days=days))


@pytest.mark.parametrize(
    ("said", "archive"),
    [
        ({"archiveCutoffDays": 400}, after(400)),
        ({"archiveCutoffDays": 400, "enableArchiving": True}, after(400)),
        ({"ArchiveCutoffDays": 1096, "EnableArchiving": True}, after(1096)),
        ({"feed": {"archiveCutoffDays": 186}}, after(186)),
        ({"archiveCutoffDays": None}, None),
        ({"archiveCutoffDays": 731, "enableArchiving": False}, None),
        ({"archiveCutoffDays": None, "enableArchiving": True}, HOURLY_ARCHIVE),
        ({}, HOURLY_ARCHIVE),
        ({"archiveCutoffDays": "soon"}, HOURLY_ARCHIVE),
        ({"archiveCutoffDays": -1}, HOURLY_ARCHIVE),
        ({"archiveCutoffDays": 0}, HOURLY_ARCHIVE),
        ({"archiveCutoffDays": 186.5}, HOURLY_ARCHIVE),
        ({"archiveCutoffDays": 10**12}, HOURLY_ARCHIVE),
    ],
)
def test_archive_begins_where_the_definition_says(said: dict[str, Any], archive: Archive | None) -> None:
    """A number of days, wherever it stands; null is no archive; anything else leaves the usual one."""
    assert defined(definition(**said), HOURLY_ARCHIVE) == archive


@given(st.integers(1, 99_999))
def test_filters_stay_what_they_were(days: int) -> None:
    """Only the edge moves: five-minute prices still cannot be asked by type."""
    found = defined(definition(archiveCutoffDays=days), FIVE_MINUTE_ARCHIVE)
    assert found == Archive(after=timedelta(days=days), by_type=False)


@given(st.binary(max_size=80))
def test_no_definition_crashes_anything(body: bytes) -> None:
    """Whatever it holds, the usual archive is there."""
    assert defined(body, HOURLY_ARCHIVE) == HOURLY_ARCHIVE


def asked(day: str, body: bytes | None) -> tuple[list[dict[str, str]], list[str]]:
    """What is asked for a hub's day, and which definitions."""
    stamps = [f"{day}T{hour:02}:00:00" for hour in range(5, 24)]
    answers = Answers(table([price(4, datetime_beginning_utc=at) for at in stamps]), definition=body)
    collected(chunk(day, places=(HUB,)), answers)
    return answers.filters, answers.defined


def test_moved_edge_changes_how_a_day_is_asked_for() -> None:
    """A day of 400 days ago is asked by its id, unless the archive begins after 365; one of 800 by its type, unless."""
    young, old = "2025-10-16", "2024-09-11"
    for day, body, by in (
        (young, None, "pnode_id"),
        (young, definition(archiveCutoffDays=365), "type"),
        (old, None, "type"),
        (old, definition(archiveCutoffDays=1096), "pnode_id"),
        (old, definition(archiveCutoffDays=None), "pnode_id"),
    ):
        filters, definitions = asked(day, body)
        assert definitions == ["da_hrl_lmps/metadata"]
        assert [set(each) - {"datetime_beginning_ept"} for each in filters] == [{by}]


def test_day_over_a_moved_edge_is_cut_there() -> None:
    """Rows before midnight in UTC are archived, and those after it are not."""
    answers = Answers(
        table([price(4, datetime_beginning_utc="2026-08-12T05:00:00")]),
        definition=definition(archiveCutoffDays=99),
    )
    collected(chunk("2026-08-12"), answers)
    assert [each["datetime_beginning_ept"] for each in answers.filters] == [
        "08/12/2026 00:00to08/12/2026 19:59",
        "08/12/2026 20:00to08/12/2026 23:59",
    ]


@settings(max_examples=20)
@given(st.integers(0, 29))
def test_nothing_is_asked_about_the_archive_for_new_rows(days: int) -> None:
    """The requests of a minute are few: days that no archive has are asked for at once."""
    day = (NOW - timedelta(days=days, hours=12)).date()
    answers = Answers(table([price(4, datetime_beginning_utc=f"{day}T05:00:00")]))
    collected(chunk(f"{day}"), answers)
    assert answers.defined == []


class Failing:
    """A source whose definitions cannot be had."""

    now = NOW

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def get_all(self, _: list[Request]) -> list[Payload]:
        """Fail."""
        raise self._error


def of(error: Exception) -> Archive | None:
    """The archive of a feed whose definition cannot be had."""
    source = cast("Source", Failing(error))
    return asyncio.run(archive_of("da_hrl_lmps", HOURLY_ARCHIVE, utc("2025-01-01T05:00"), source))


def test_without_a_definition_the_usual_archive_is_taken() -> None:
    """A server that fails at it may still answer what is asked."""
    assert of(SourceUnavailable("status 502")) == HOURLY_ARCHIVE


@pytest.mark.parametrize("error", [MissingCredential("no key"), SourceUnavailable("nobody", unreached=True)])
def test_what_would_stop_the_question_too_is_raised_at_once(error: Exception) -> None:
    """A key that is not set, and a network that is not there."""
    with pytest.raises(type(error)):
        of(error)


@pytest.mark.parametrize(
    ("feed", "days", "enabled"),
    [("da_hrl_lmps", 731, True), ("rt_fivemin_hrl_lmps", 186, True), ("inst_load", None, False)],
)
def test_sandbox_says_what_its_feeds_have(feed: str, days: int | None, enabled: bool) -> None:
    """In the form that is read."""
    key = {"ocp-apim-subscription-key": "any"}
    answer = dataminer(Ask(method="GET", path=f"{feed}/metadata", params={}, headers=key, body=b"", now=NOW))
    said = json.loads(answer.body)
    assert (answer.status, said["archiveCutoffDays"], said["enableArchiving"]) == (200, days, enabled)
    other = dataminer(Ask(method="GET", path=f"{feed}/rows", params={}, headers=key, body=b"", now=NOW))
    assert other.status == 404
