"""Data Miner's rules: which requests a chunk needs."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from dataminer_answers import NOW, Answers, chunk, collected, listed, page, price, table
from energyopti import ChunkSize, FindingKind, NoData
from energyopti.query import Place
from energyopti.vocabulary import LocationType
from energyopti_pjm.feeds.prices import FIVE_MINUTE_ARCHIVE, HOURLY_ARCHIVE
from energyopti_pjm.protocol.ranges import Span, between, spans

HUB = Place("51288", "WESTERN HUB", LocationType.HUB)
NODE = Place("48592", "ALDENE", LocationType.NODE)


def test_year_over_the_edge_of_the_archive_is_cut_there() -> None:
    """Of 2024 the days before 2024-11-19 (UTC) are archived; each part is one request."""
    assert spans(chunk("2024-07-01", ChunkSize.YEAR), NOW, HOURLY_ARCHIVE) == [
        Span(utc("2024-01-01T05:00"), utc("2024-11-19T00:00"), True),
        Span(utc("2024-11-19T00:00"), utc("2025-01-01T05:00"), False),
    ]


def test_archived_year_is_cut_at_new_year_in_utc() -> None:
    """The last five hours of an archived year are of the next year in UTC."""
    assert spans(chunk("2023-07-01", ChunkSize.YEAR), NOW, HOURLY_ARCHIVE) == [
        Span(utc("2023-01-01T05:00"), utc("2024-01-01T00:00"), True),
        Span(utc("2024-01-01T00:00"), utc("2024-01-01T05:00"), True),
    ]


def test_archived_last_day_of_a_year_is_cut_at_new_year_in_utc() -> None:
    """2023-12-31 in New York ends five hours into 2024."""
    assert spans(chunk("2023-12-31"), NOW, HOURLY_ARCHIVE) == [
        Span(utc("2023-12-31T05:00"), utc("2024-01-01T00:00"), True),
        Span(utc("2024-01-01T00:00"), utc("2024-01-01T05:00"), True),
    ]


def test_year_after_the_edge_is_one_request() -> None:
    """Of standard data the calendar year of New York is asked at once."""
    assert spans(chunk("2025-07-01", ChunkSize.YEAR), NOW, HOURLY_ARCHIVE) == [
        Span(utc("2025-01-01T05:00"), utc("2026-01-01T05:00"), False)
    ]


def test_leap_year_is_asked_in_two_parts() -> None:
    """A request may span 365 days; 2024 has 366."""
    assert spans(chunk("2024-07-01", ChunkSize.YEAR), NOW, None) == [
        Span(utc("2024-01-01T05:00"), utc("2024-12-31T05:00"), False),
        Span(utc("2024-12-31T05:00"), utc("2025-01-01T05:00"), False),
    ]


def test_archived_leap_year_has_no_part_over_365_days() -> None:
    """365 days and 19 hours up to new year in UTC are too long."""
    parts = spans(chunk("2020-07-01", ChunkSize.YEAR), NOW, HOURLY_ARCHIVE)
    assert [(each.start, each.end) for each in parts] == [
        (utc("2020-01-01T05:00"), utc("2020-12-31T05:00")),
        (utc("2020-12-31T05:00"), utc("2021-01-01T00:00")),
        (utc("2021-01-01T00:00"), utc("2021-01-01T05:00")),
    ]
    assert {each.archived for each in parts} == {True}


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("2024-11-18", "2024-11-18T05:00", "2024-11-19T00:00"),
        ("2026-05-17", "2026-05-17T04:00", "2026-05-18T00:00"),
    ],
)
def test_day_of_the_edge_is_cut_at_midnight_in_utc(day: str, start: str, end: str) -> None:
    """The archive's edge is a midnight in UTC, hours before New York's: 731 days ago, or 186."""
    archive = HOURLY_ARCHIVE if day.startswith("2024") else FIVE_MINUTE_ARCHIVE
    first, second = spans(chunk(day), NOW, archive)
    assert (first, first.archived) == (Span(utc(start), utc(end), True), True)
    assert (second.start, second.archived) == (utc(end), False)


@given(
    day=st.dates(min_value=utc("2000-06-02").date(), max_value=utc("2026-11-18").date()),
    size=st.sampled_from([ChunkSize.DAY, ChunkSize.MONTH, ChunkSize.YEAR]),
    archive=st.sampled_from([None, HOURLY_ARCHIVE, FIVE_MINUTE_ARCHIVE]),
)
def test_spans_cover_a_chunk_once_and_obey_every_rule(day: Any, size: ChunkSize, archive: Any) -> None:
    """No instant is lost or doubled; no part is too long, crosses the edge or, archived, a UTC year."""
    whole = chunk(day.isoformat(), size)
    parts = spans(whole, NOW, archive)
    assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
    assert all(one.end == other.start for one, other in itertools.pairwise(parts))
    for part in parts:
        last = part.end - timedelta(minutes=1)
        assert timedelta() < part.end - part.start <= timedelta(days=365)
        if part.archived:
            assert part.start.year == last.year
        if archive is not None:
            edge = archive.edge(NOW)
            assert (last < edge) == part.archived == (part.start < edge)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2024-07-01T04:00", "2024-07-02T04:00", "07/01/2024 00:00to07/01/2024 23:59"),
        ("2024-11-03T04:00", "2024-11-04T05:00", "11/03/2024 00:00to11/03/2024 23:59"),
        ("2025-03-09T05:00", "2025-03-10T04:00", "03/09/2025 00:00to03/09/2025 23:59"),
        ("2023-01-01T05:00", "2024-01-01T00:00", "01/01/2023 00:00to12/31/2023 18:59"),
        ("2024-01-01T00:00", "2024-01-01T05:00", "12/31/2023 19:00to12/31/2023 23:59"),
    ],
)
def test_filter_ends_a_minute_before(start: str, end: str, said: str) -> None:
    """Both ends of a filter are included, so the next chunk's first interval is not asked for."""
    assert between(utc(start), utc(end)) == said


@pytest.mark.parametrize("day", ["2024-11-03", "2025-03-09"])
def test_day_of_a_clock_change_is_one_request(day: str) -> None:
    """25 and 23 hours are one day."""
    hours = {"2024-11-03": 25, "2025-03-09": 23}[day]
    (part,) = spans(chunk(day), utc("2025-06-01T00:00"), HOURLY_ARCHIVE)
    assert part.end - part.start == timedelta(hours=hours)


def test_places_are_asked_by_their_ids() -> None:
    """Standard data can be asked for nodes: all in one request, separated by semicolons."""
    answers = listed(page(price(4), price(4, 48592)))
    collected(chunk("2026-06-01", places=(HUB, NODE)), answers)
    assert [each["pnode_id"] for each in answers.filters] == ["51288;48592"]


def test_many_places_are_asked_a_hundred_at_a_time() -> None:
    """An address holds only so many ids; every one is asked once."""
    places = tuple(Place(str(number), f"N{number}", LocationType.NODE) for number in range(1, 252))
    answers = Answers(lambda request: (200, page(price(4, int(request.params["pnode_id"].split(";")[0])))))
    collected(chunk("2026-06-01", places=places), answers)
    asked = [each["pnode_id"].split(";") for each in answers.filters]
    assert [len(group) for group in asked] == [100, 100, 51]
    assert list(itertools.chain(*asked)) == [place.location for place in places]


@pytest.mark.parametrize(
    ("kinds", "types"),
    [
        ((LocationType.HUB,), ["HUB"]),
        ((LocationType.HUB, LocationType.ZONE), ["HUB", "ZONE"]),
        ((LocationType.INTERFACE,), ["INTERFACE"]),
        ((LocationType.AGGREGATE,), ["AGGREGATE", "RESIDUAL_METERED_EDC"]),
        ((LocationType.NODE,), [None]),
        ((LocationType.HUB, LocationType.NODE), [None]),
        ((None,), [None]),
    ],
)
def test_archive_is_asked_by_the_types_of_the_places(
    kinds: tuple[LocationType | None, ...], types: list[str | None]
) -> None:
    """The archive knows no ids; an aggregate may be PJM's AGGREGATE or RESIDUAL_METERED_EDC: both are asked."""
    places = tuple(Place("51288", "WESTERN HUB", kind) for kind in kinds)
    answers = listed(page(price(4) | {"datetime_beginning_utc": "2022-06-01T04:00:00"}))
    collected(chunk("2022-06-01", places=places), answers)
    assert [each.get("type") for each in answers.filters] == types
    assert all("pnode_id" not in each for each in answers.filters)


def test_archive_without_types_is_asked_for_everything() -> None:
    """Old five-minute prices cannot be asked by type."""
    answers = listed(page(price(4)))
    collected(chunk("2026-04-01", places=(HUB,)), answers, archive=FIVE_MINUTE_ARCHIVE)
    assert answers.filters == [{"datetime_beginning_ept": "04/01/2026 00:00to04/01/2026 23:59"}]


def test_other_places_of_the_archive_are_counted() -> None:
    """What the archive gives besides is left out of the rows and of the raw columns, and one finding counts it."""
    items = [price(4), price(4, 1), price(5, 2), price(5), price(6, 3)]
    items = [each | {"datetime_beginning_utc": f"2022-06-01T0{n}:00:00"} for n, each in enumerate(items, 4)]
    reading = collected(chunk("2022-06-01", places=(HUB,)), Answers(table(items)), page=2)
    assert reading.frame["location"].to_list() == ["51288", "51288"]
    assert reading.frame["interval_start"].to_list() == [utc("2022-06-01T04:00"), utc("2022-06-01T07:00")]
    stamps = reading.raw[reading.origin]["datetime_beginning_utc"].to_list()
    assert stamps == ["2022-06-01T04:00:00", "2022-06-01T07:00:00"]
    assert reading.raw.height == 2
    (others,) = (each for each in reading.findings if each.kind is FindingKind.OUTSIDE_CHUNK)
    assert (others.rows, others.accounts) == (3, True)
    assert reading.payload_rows == reading.accounted_rows == 5


def test_place_that_the_archive_does_not_have_is_no_data() -> None:
    """Rows of other places are no answer: an empty one would look complete."""
    answers = listed(page(price(4, 1), price(4, 2)))
    with pytest.raises(NoData, match="no rows of da_hrl_lmps"):
        collected(chunk("2022-06-01", places=(HUB,)), answers)


def test_old_node_is_asked_day_by_day() -> None:
    """All nodes of a month are too much for one paged query: each day is a query of its own, none is lost."""
    answers = listed(page(price(4, 48592)))
    collected(chunk("2022-12-15", ChunkSize.MONTH, (NODE,)), answers)
    asked = [each["datetime_beginning_ept"] for each in answers.filters]
    assert asked == [
        *(f"12/{day:02}/2022 00:00to12/{day:02}/2022 23:59" for day in range(1, 31)),
        "12/31/2022 00:00to12/31/2022 18:59",
        "12/31/2022 19:00to12/31/2022 23:59",
    ]


def test_no_rows_is_no_data() -> None:
    """Data Miner answers 200 with no items and a total of 0."""
    with pytest.raises(NoData, match="not published yet, or no longer kept"):
        collected(chunk("2026-06-01"), listed(page()))
