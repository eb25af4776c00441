"""Data Miner's rules: which requests a chunk needs, what its pages must say, and what refusals mean."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti import Chunk, ChunkSize, FindingKind, NoData, SourceUnavailable, UnsupportedQuery
from energyopti.layouts import Reading
from energyopti.query import Place, TimeRange, plan
from energyopti.source import Payload, Request, Source
from energyopti.vocabulary import LocationType
from energyopti_pjm.dataminer import rows, total_rows
from energyopti_pjm.market import PJM
from energyopti_pjm.prices import DAY_AHEAD, FIVE_MINUTE_ARCHIVE, HOURLY_ARCHIVE
from energyopti_pjm.ranges import Span, between, spans
from energyopti_pjm.reference import PNODES

NOW = utc("2026-11-20T17:00")
"""Noon in New York; hourly prices before 2024-11-19 (UTC) lie in the archive."""

HUB = Place("51288", "WESTERN HUB", LocationType.HUB)
NODE = Place("48592", "ALDENE", LocationType.NODE)


def chunk(day: str, size: ChunkSize = ChunkSize.DAY, places: tuple[Place, ...] = ()) -> Chunk:
    """The chunk of day-ahead prices that holds a day, as long as is said."""
    feed = attrs.evolve(PJM.feed("da_hrl_lmps"), chunk=size, narrowed=size)
    noon = utc(f"{day}T17:00")
    (found,) = plan(PJM, feed, TimeRange(noon, noon + timedelta(hours=1)), places=places)
    return found


def page(*items: dict[str, Any], total: int | None = None) -> bytes:
    """A page in Data Miner's envelope."""
    body = {"links": [], "items": items, "totalRows": len(items) if total is None else total}
    return json.dumps(body, separators=(",", ":")).encode()


def price(hour: int, node: int = 51288, **more: Any) -> dict[str, Any]:
    """A price of 2026-06-01, of some hour in UTC."""
    kind = "HUB" if node == 51288 else "LOAD"
    stamp = f"2026-06-01T{hour:02}:00:00"
    return {"datetime_beginning_utc": stamp, "pnode_id": node, "type": kind, "total_lmp_da": 20.5, **more}


Answering = Callable[[Request], tuple[int, bytes]]


class Answers:
    """Stands in for the HTTP side: answers each request by a function, and remembers it."""

    def __init__(self, answer: Answering, now: datetime = NOW) -> None:
        self.now = now
        self.asked: list[Request] = []
        self._answer = answer

    async def get_all(self, requests: Sequence[Request]) -> list[Payload]:
        """The answers, in order."""
        payloads = []
        for request in requests:
            self.asked.append(request)
            status, content = self._answer(request)
            payloads.append(
                Payload(content=content, url="https://pjm.example", fetched_at=NOW, status=status)
            )
        return payloads

    async def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """The result of some work."""
        return work(*args)

    @property
    def filters(self) -> list[dict[str, str]]:
        """What was asked for, without the pages."""
        return [
            {name: value for name, value in each.params.items() if name not in {"rowCount", "startRow"}}
            for each in self.asked
        ]

    @property
    def pages(self) -> list[tuple[int, int]]:
        """The size and the first row of each page asked for."""
        return [(int(each.params["rowCount"]), int(each.params["startRow"])) for each in self.asked]


def collected(asked: Chunk, answers: Answers, **options: Any) -> Reading:
    """What is read of a chunk."""
    given: dict[str, Any] = {"place": "pnode_id", "archive": HOURLY_ARCHIVE, **options}
    collect = rows("da_hrl_lmps", given.pop("layout", DAY_AHEAD), **given)

    async def go() -> Reading:
        return await collect(asked, cast("Source", answers))

    return asyncio.run(go())


def listed(answer: bytes) -> Answers:
    """The same answer to every request."""
    return Answers(lambda _: (200, answer))


def table(items: Sequence[dict[str, Any]]) -> Answering:
    """Pages of a table, as the requests ask for them."""

    def answer(request: Request) -> tuple[int, bytes]:
        size, start = int(request.params["rowCount"]), int(request.params["startRow"])
        return 200, page(*items[start - 1 : start - 1 + size], total=len(items))

    return answer


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


def test_pages_are_asked_by_the_numbers_of_their_rows() -> None:
    """Five rows in pages of two: rows 1, 3 and 5 begin a page, and all rows come in order."""
    items = [price(hour) for hour in range(4, 9)]
    answers = Answers(table(items))
    reading = collected(chunk("2026-06-01"), answers, page=2)
    assert answers.pages == [(2, 1), (2, 3), (2, 5)]
    assert reading.frame["interval_start"].dt.hour().to_list() == [4, 5, 6, 7, 8]


def test_exact_page_is_not_followed_by_an_empty_one() -> None:
    """Four rows in pages of two are two requests."""
    answers = Answers(table([price(hour) for hour in range(4, 8)]))
    assert collected(chunk("2026-06-01"), answers, page=2).payload_rows == 4
    assert answers.pages == [(2, 1), (2, 3)]


def test_more_pages_than_are_asked_at_once_are_all_read() -> None:
    """Eleven pages, of which four are under way at a time."""
    answers = Answers(table([price(hour) for hour in range(4, 15)]))
    reading = collected(chunk("2026-06-01"), answers, page=1)
    assert reading.frame["interval_start"].dt.hour().to_list() == list(range(4, 15))
    assert answers.pages == [(1, number) for number in range(1, 12)]


def test_pages_that_report_other_totals_are_asked_once_more() -> None:
    """An older result behind one page: everything is asked again with another page size."""
    items = [price(4 + number % 20, 1 + number // 20) for number in range(150)]
    right = table(items)

    def answer(request: Request) -> tuple[int, bytes]:
        if request.params["rowCount"] == "100" and request.params["startRow"] == "101":
            return 200, page(*items[100:], total=149)
        return right(request)

    answers = Answers(answer)
    assert collected(chunk("2026-06-01"), answers, page=100).payload_rows == 150
    assert answers.pages == [(100, 1), (100, 101), (98, 1), (98, 99)]


@pytest.mark.parametrize("lost", [[], [price(8)]])
def test_page_that_is_lost_in_the_middle_fails(lost: list[dict[str, Any]]) -> None:
    """Pages that twice do not add up to their total are no answer, though each repeats the total."""
    items = [price(4 + number % 20, 1 + number // 20) for number in range(300)]
    right = table(items)

    def answer(request: Request) -> tuple[int, bytes]:
        middle = request.params["startRow"] in {"101", "99"}
        return (200, page(*lost, total=300)) if middle else right(request)

    answers = Answers(answer)
    with pytest.raises(SourceUnavailable, match="do not add up to the total that they report, twice"):
        collected(chunk("2026-06-01"), answers, page=100)
    assert {size for size, _ in answers.pages} == {100, 98}


def test_no_rows_is_no_data() -> None:
    """Data Miner answers 200 with no items and a total of 0."""
    with pytest.raises(NoData, match="not published yet, or no longer kept"):
        collected(chunk("2026-06-01"), listed(page()))


def test_first_page_without_the_rows_it_promises_fails() -> None:
    """A total of three and no items."""
    with pytest.raises(SourceUnavailable, match="do not add up"):
        collected(chunk("2026-06-01"), listed(page(total=3)))


def test_query_without_a_date_has_other_pages_every_day() -> None:
    """The service remembers answers: the 324th day of the year asks for 324 rows less."""
    node = {
        "pnode_id": 1,
        "pnode_name": "PJM-RTO",
        "pnode_subtype": "ZONE",
        "effective_date": "2017-09-08T00:00:00",
        "termination_date": "9999-12-31T00:00:00",
    }
    answers = listed(page(node))
    collected(chunk("2026-11-20"), answers, layout=PNODES, when=None, place=None, archive=None)
    assert answers.pages == [(49_676, 1)]
    assert answers.filters == [{}]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            400,
            '{"errors":[{"field":"Filters","message":"A datetime is missing.","detail":["datetime_filter"]}]}',
            "A datetime is missing.",
        ),
        (400, '{"errors":[{"message":"One."},{"message":"Two."}],"code":400}', "One. Two."),
        (400, '{"errors":["Row count is missing"]}', "Row count is missing"),
        (400, '{"errors":"Row count is missing"}', "Row count is missing"),
        (400, '{"data":null,"code":"API_1044","message":"Not valid."}', "Not valid."),
        (400, '"Date range cannot exceed 366 days"', "Date range cannot exceed 366 days"),
        (400, "Row count is missing", "Row count is missing"),
        (400, "[1]", "[1]"),
        (
            200,
            '{"errors":[{"field":"Sort","message":"Custom Sort is not available."}]}',
            "Custom Sort is not",
        ),
    ],
)
def test_refusal_is_told_in_the_words_of_pjm(status: int, body: str, words: str) -> None:
    """Whatever form the body has, and whatever status it comes with."""
    answers = Answers(lambda _: (status, body.encode()))
    with pytest.raises(UnsupportedQuery) as caught:
        collected(chunk("2026-06-01"), answers)
    assert str(caught.value).startswith(f"PJM refuses this request of da_hrl_lmps: {words}")


@pytest.mark.parametrize(
    ("body", "total"),
    [
        (b'{"items":[],"totalRows":0}', 0),
        (b'{"items":[],"totalRows" : 325176}', 325_176),
        (b'{"totalRows":7,"items":[' + b" " * 9000 + b"]}", 7),
    ],
)
def test_total_is_read_from_the_envelope(body: bytes, total: int) -> None:
    """It stands at the end, or wherever it is."""
    assert total_rows(Payload(content=body, url="https://pjm.example", fetched_at=NOW)) == total


def test_page_without_a_total_is_none_of_data_miner() -> None:
    """A bare array says nothing of its pages: it cannot be known to be whole."""
    with pytest.raises(SourceUnavailable, match="says no total of its rows"):
        total_rows(Payload(content=b"[]", url="https://pjm.example/x", fetched_at=NOW))
