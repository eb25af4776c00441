"""Documents without a row of their day, with half of it, or with a part of the places: never whole, never in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from collecting_builders import (
    NOW,
    Plugin,
    load_csv,
    load_feed,
    registry,
    run,
    served,
    served_market,
    settings,
)
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.errors import NoData, SchemaDrift
from energyopti.findings import FindingKind
from energyopti.service import UnifiedMarketService
from servers import Answer, Server, serving

AREAS = ("NORTH", "SOUTH")
HEADER = b"Start,Area,MW\r\n"
FIRST, SECOND = served("first", "first/{day}.csv"), served("second", "second/{day}.csv")
MINUTES = timedelta(minutes=6)


def day(number: int, **changes: Any) -> bytes:
    """The document of a day of July."""
    return load_csv(f"2024-07-{number:02}", **{"areas": AREAS, **changes})


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


class Asked:
    """A service with two sources of one feed, asked again and again while its clock is turned."""

    def __init__(self, server: Server, home: Path, **changes: Any) -> None:
        feed = load_feed(**{"sources": (FIRST, SECOND), "locations": AREAS, **changes})
        self._plugin = Plugin(served_market(server.url, feed))
        self._home = home
        self.server = server

    def __call__(
        self,
        *steps: Callable[[], object] | timedelta,
        now: datetime = NOW,
        days: Sequence[int] = (1,),
        **query: Any,
    ) -> list[MarketData]:
        """The answers for some days: the first at once, others after each step."""
        clock = [now]
        span = (utc(f"2024-07-{days[0]:02}T04:00"), utc(f"2024-07-{days[-1] + 1:02}T04:00"))

        async def go() -> list[MarketData]:
            there, here = registry(self._plugin), settings(self._home)
            async with UnifiedMarketService(there, here, now=lambda: clock[0]) as opened:
                answers = [await opened.get_market_data("testiso", "load", *span, **query)]
                for step in steps:
                    if isinstance(step, timedelta):
                        clock[0] += step
                        answers.append(await opened.get_market_data("testiso", "load", *span, **query))
                    else:
                        step()
                return answers

        return run(go())


def at(source: str, number: int = 1) -> str:
    """The address of a day's document."""
    return f"/{source}/2024-07-{number:02}.csv"


WRONG = {
    "header alone": HEADER,
    "another day's": day(9),
    "no row can be read": HEADER + b"yesterday,NORTH,1\r\nyesterday,SOUTH,2\r\n",
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_document_without_a_row_of_the_day_passes_to_the_next_source(
    server: Server, tmp_path: Path, body: bytes
) -> None:
    """What the second has is the answer."""
    server.on(at("first"), body)
    server.on(at("second"), day(1))
    (data,) = Asked(server, tmp_path)()
    assert (len(data), data.provenance[0].feed_source, data.coverage.complete) == (48, "second", True)


@pytest.mark.parametrize("locations", [AREAS, None], ids=["closed", "open"])
@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (HEADER, NoData, "first covers all days, and says: the document has no rows for it"),
        (
            day(9),
            NoData,
            "all 48 rows of the document are for other times, 2024-07-09T04:00:00Z to 2024-07-10T04:00:00Z",
        ),
        (
            WRONG["no row can be read"],
            SchemaDrift,
            "none of the document's 2 rows can be read: row 1 has no us",
        ),
    ],
    ids=WRONG,
)
def test_without_another_source_it_is_an_error(
    server: Server, tmp_path: Path, body: bytes, error: type[Exception], words: str, locations: Any
) -> None:
    """No rows are not a complete day; the error says what came."""
    server.on(at("first"), body)
    with pytest.raises(error, match=words):
        Asked(server, tmp_path, locations=locations)()


def test_sparse_feed_may_have_a_day_without_rows(server: Server, tmp_path: Path) -> None:
    """There are rows only where something happened; a document of another day is refused all the same."""
    server.on(at("first"), HEADER)
    (data,) = Asked(server, tmp_path, sparse=True)()
    assert (len(data), data.coverage.complete, data.findings) == (0, True, ())
    server.on(at("first"), day(9))
    with pytest.raises(NoData, match="of the document are for other times"):
        Asked(server, tmp_path, sparse=True)()


def test_row_just_past_a_sparse_day_is_no_other_document(server: Server, tmp_path: Path) -> None:
    """A range that includes its end brings the next midnight's row along."""
    server.on(at("first"), day(2, hours=[0]))
    (data,) = Asked(server, tmp_path, sparse=True)()
    assert (len(data), [each.kind for each in data.findings]) == (0, [FindingKind.OUTSIDE_CHUNK])


@pytest.mark.parametrize("worse", [Answer(body=HEADER), Answer(body=day(1)), Answer(status=404)])
def test_older_copy_stands_in_for_nothing(server: Server, tmp_path: Path, worse: Answer) -> None:
    """Marked stale; and once the source has the day again it is answered from there."""
    server.on(at("first", 9), day(9))

    def lose() -> None:
        server.on(at("first", 9), worse)

    def find() -> None:
        server.on(at("first", 9), day(9))

    first, old, new = Asked(server, tmp_path)(lose, MINUTES, find, MINUTES, days=(9,))
    assert (first.stale, old.stale, new.stale) == (False, True, False)
    assert old.frame.equals(first.frame)
    assert FindingKind.STALE in {each.kind for each in old.findings}


@pytest.mark.parametrize("worse", [day(9, areas=["NORTH"]), day(9, hours=range(20))], ids=["places", "hours"])
def test_copy_that_lost_rows_does_not_replace_a_better_one(
    server: Server, tmp_path: Path, worse: bytes
) -> None:
    """The rows that were there are answered still, marked stale."""
    server.on(at("first", 9), day(9))
    first, second = Asked(server, tmp_path)(lambda: server.on(at("first", 9), worse), MINUTES, days=(9,))
    assert second.frame.equals(first.frame)
    assert (first.stale, second.stale) == (False, True)


def test_location_of_the_closed_list_that_is_missing_is_a_gap(server: Server, tmp_path: Path) -> None:
    """The day is incomplete and not final, and says who is missing and for how many intervals."""
    server.on(at("first"), day(1, areas=["SOUTH"]))
    (data,) = Asked(server, tmp_path)()
    (part,) = data.coverage.parts
    (gap,) = data.findings
    assert (part.status, part.reason) == (CoverageStatus.INCOMPLETE, "1 of 2 locations are missing: NORTH")
    assert (gap.kind, gap.rows, gap.message) == (FindingKind.GAP, 24, part.reason)
    assert not data.provenance[0].final


def test_many_missing_locations_are_counted_and_a_few_named(server: Server, tmp_path: Path) -> None:
    """Five of them, in order."""
    server.on(at("first"), day(1))
    (data,) = Asked(server, tmp_path, locations=("NORTH", "SOUTH", *"ABCDEF"))()
    assert data.findings[0].message == "6 of 8 locations are missing: A, B, C, D, E, ..."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (day(1, areas=["NORTH"]), day(1)),
        (day(1, areas=["NORTH"]), day(1, areas=["SOUTH"])),
        (day(1, hours=range(12)), day(1, hours=range(6, 24))),
    ],
    ids=["places", "other places", "hours"],
)
def test_what_one_source_lacks_is_taken_from_the_next(
    server: Server, tmp_path: Path, first: bytes, second: bytes
) -> None:
    """Each row once; the provenance names both, and a finding says how many rows are whose."""
    server.on(at("first"), first)
    server.on(at("second"), second)
    (data,) = Asked(server, tmp_path)()
    assert (len(data), data.coverage.complete, data.provenance[0].final) == (48, True, True)
    assert not data.frame.select("interval_start", "location").is_duplicated().any()
    assert (data.provenance[0].feed_source, data.provenance[0].host) == ("first and second", "main")
    assert data.provenance[0].urls == tuple(f"{server.url}{at(source)}" for source in ("first", "second"))
    filled = next(each for each in data.findings if each.kind is FindingKind.FALLBACK)
    assert (filled.rows, filled.message) == (24, "first has only part of it: 24 rows are from second")
    assert data.raw(left_out=False).height == 48


def test_value_of_the_first_source_stands(server: Server, tmp_path: Path) -> None:
    """What both have is not taken from the second, and is counted."""
    server.on(at("first"), day(1, hours=range(12)))
    server.on(at("second"), day(1).replace(b".5", b".75"))
    (data,) = Asked(server, tmp_path)()
    tenths = (data.frame["load"] * 100 % 100).to_list()
    assert tenths == [50.0] * 24 + [75.0] * 24
    left = next(each for each in data.findings if each.kind is FindingKind.SUPERSEDED_ROW)
    assert (left.rows, left.accounts) == (24, True)


def test_source_that_has_no_more_changes_nothing(server: Server, tmp_path: Path) -> None:
    """The first one's part is the answer, as if the second had not been asked."""
    server.on(at("first"), day(1, hours=range(12)))
    server.on(at("second"), day(1, hours=range(6)))
    (data,) = Asked(server, tmp_path)()
    assert (len(data), data.provenance[0].feed_source) == (24, "first")
    assert [each.kind for each in data.findings] == [FindingKind.GAP]


def test_source_that_fails_to_complete_a_part_is_named(server: Server, tmp_path: Path) -> None:
    """It might have had the rest; the part that came is answered."""
    server.on(at("first"), day(1, hours=range(12)))
    server.on(at("second"), Answer(status=500))
    (data,) = Asked(server, tmp_path)()
    assert (len(data), data.provenance[0].feed_source, data.coverage.complete) == (24, "first", False)
    assert [each.kind for each in data.findings] == [FindingKind.GAP, FindingKind.FALLBACK]


def test_running_day_is_not_completed_from_elsewhere(server: Server, tmp_path: Path) -> None:
    """Its rest is to come: the other source is not asked for it."""
    server.on(at("first", 10), day(10, hours=range(6)))
    server.on(at("second", 10), day(10, hours=range(8)))
    (data,) = Asked(server, tmp_path)(days=(10,))
    assert (len(data), server.paths.count(at("second", 10))) == (12, 0)


def test_incomplete_day_is_asked_for_by_the_cadence_until_it_settles(server: Server, tmp_path: Path) -> None:
    """Yesterday's rest comes; once it is whole and settled nobody is asked again."""
    server.on(at("first", 9), day(9, hours=range(20)))
    early, late = Asked(server, tmp_path)(lambda: server.on(at("first", 9), day(9)), MINUTES, days=(9,))
    assert (len(early), len(late), late.coverage.complete) == (40, 48, True)


def test_incomplete_day_that_has_settled_is_asked_for_once_a_day(server: Server, tmp_path: Path) -> None:
    """It is never final, and not asked for with every call either."""
    server.on(at("first"), day(1, hours=range(20)))
    Asked(server, tmp_path)(MINUTES, timedelta(hours=2))
    assert server.paths.count(at("first")) == 1
    Asked(server, tmp_path)(timedelta(hours=25))
    assert server.paths.count(at("first")) == 3


def test_day_with_far_fewer_places_than_those_about_it_is_found(server: Server, tmp_path: Path) -> None:
    """No list says which there are, but yesterday and tomorrow had four and this one has two."""
    areas = ("A", "B", "C", "D")
    for number in range(1, 6):
        server.on(at("first", number), day(number, areas=areas[: 2 if number == 3 else 4]))
    (data,) = Asked(server, tmp_path, locations=None)(days=(1, 2, 3, 4, 5))
    (finding,) = data.findings
    assert (finding.kind, finding.chunk) == (FindingKind.FEWER_SERIES, "testiso/hourly_load/2024-07-03")
    assert finding.message.startswith("it has 2 rows per interval, but chunks near it have 4")
    assert [part.status for part in data.coverage.parts] == [
        *(CoverageStatus.COMPLETE,) * 2,
        CoverageStatus.INCOMPLETE,
        *(CoverageStatus.COMPLETE,) * 2,
    ]


def test_one_place_more_or_less_is_nothing_strange(server: Server, tmp_path: Path) -> None:
    """Nodes come and go."""
    areas = ("A", "B", "C", "D", "E")
    for number in range(1, 4):
        server.on(at("first", number), day(number, areas=areas[: 4 if number == 2 else 5]))
    (data,) = Asked(server, tmp_path, locations=None)(days=(1, 2, 3))
    assert data.findings == ()
