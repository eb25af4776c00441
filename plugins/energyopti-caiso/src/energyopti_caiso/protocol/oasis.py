"""OASIS: requests for one report, in the spans that it accepts, and its answers: zips of one or several files.

Times are GMT, and every span is cut at chunk edges, which are local midnights: a span starting an hour off would
silently be answered with another day's hours.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, ChunkSize, FeedSource, Finding, FindingKind, NoData
from energyopti.layouts import Document, Layout, Member, Reading, as_they_stand
from energyopti.market import Narrowing
from energyopti.source import Expect, Request
from energyopti_caiso.locations import EVERY
from energyopti_caiso.protocol.pieces import with_gap
from energyopti_caiso.protocol.refusals import documents, refusal, retry_if

if TYPE_CHECKING:
    from energyopti.query import Place
    from energyopti.source import Source

NODES_AT_ONCE = 10
RETENTION = timedelta(days=39 * 31)
"""OASIS keeps 39 months: older data is not requested."""

Finish = Callable[[Reading, Chunk], Reading]
"""Completes a reading once all of a chunk is there."""

_UNPACKED_AT_ONCE, _LARGE = 2, 1 << 18
"""How many files of an answer are unpacked together, and from what size on that is worth two threads."""
_STAMP = "%Y%m%dT%H:%M-0000"


@attrs.frozen
class Report:
    """A report by its query name: its version, and the filters that it takes."""

    name: str
    version: int = 1
    filters: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def run(self) -> str:
        """The market run it is requested for."""
        return self.filters["market_run_id"]

    def params(self, start: datetime, end: datetime, chosen: Mapping[str, str]) -> dict[str, str]:
        """The parameters of a request for a span."""
        return {
            "queryname": self.name,
            "version": str(self.version),
            "resultformat": "6",
            "startdatetime": f"{start:{_STAMP}}",
            "enddatetime": f"{end:{_STAMP}}",
            **self.filters,
            **chosen,
        }


@attrs.frozen(kw_only=True)
class Group:
    """A group of reports by its name, prepared by OASIS: for one operating day, or with ``hourly`` for one hour.

    A group ``of_all`` holds every node: it is requested only if every node is wanted. A group ``in_xml`` is requested as
    XML, which says what CSV does not.
    """

    name: str
    version: int = 1
    hourly: bool = False
    of_all: bool = False
    in_xml: bool = False

    def params(self, start: datetime, end: datetime) -> dict[str, str]:
        """The parameters of a request for a span."""
        params = {
            "groupid": self.name,
            "version": str(self.version),
            "resultformat": "5" if self.in_xml else "6",
            "startdatetime": f"{start:{_STAMP}}",
        }
        return params | ({"enddatetime": f"{end:{_STAMP}}"} if self.hourly or self.in_xml else {})


def group(wanted: Group, *, finish: Finish | None = None) -> FeedSource:
    """The source of a feed that comes as a group, over GroupZip; ``finish`` completes the reading."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        if wanted.of_all and [place.location.upper() for place in chunk.places] != [EVERY[0]]:
            raise NoData(f"{wanted.name} holds every node: it is not requested for some of them")
        (payload,) = await source.get_all([_request("GroupZip", wanted.params(chunk.start, chunk.end))])
        reading = await source.run(read, wanted.name, payload.content, chunk.feed.layout)
        return await source.run(finish, reading, chunk) if finish is not None else reading

    return FeedSource(name="OASIS groups", host="oasis", collect=collect)


def single(report: Report, *, nodes: Sequence[str] = (), finish: Finish | None = None) -> FeedSource:
    """The source of a feed with a report of its own, over SingleZip.

    With ``nodes``, it is requested for a query's nodes, in tens, or for all nodes; ``nodes`` are those for a query that
    names none. ``finish`` completes the reading.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        chosen = selections(chunk.places, nodes) if nodes else [{}]
        requests = [_request("SingleZip", report.params(chunk.start, chunk.end, each)) for each in chosen]
        readings: list[Reading] = []
        refused: list[NoData] = []
        for payload in await source.get_all(requests):
            try:
                readings.append(await source.run(read, report.name, payload.content, chunk.feed.layout))
            except NoData as error:
                refused.append(error)
        if not readings:
            raise _no_data(chunk, refused[0])
        whole = await source.run(Reading.concat, readings) if len(readings) > 1 else readings[0]
        reading = absent(whole, chunk.places) if chunk.places else without_usual(whole, chunk, nodes)
        return await source.run(finish, reading, chunk) if finish is not None else reading

    return FeedSource(name="OASIS", host="oasis", collect=collect)


def _request(door: str, params: Mapping[str, str]) -> Request:
    return Request(path=door, params=params, expect=Expect.ZIP_OR_XML, retry_if=retry_if)


def read(report: str, content: bytes, layout: Layout) -> Reading:
    """The rows of an answer, whatever the order of its files; raises what an error document means."""
    files = documents(content, at_once=_UNPACKED_AT_ONCE if len(content) >= _LARGE else 1)
    first = next(files, None)
    if first is None:
        raise NoData(f"{report}: CAISO answered with an empty archive")
    error = refusal(report, [first])
    if error is not None:
        raise error
    return layout.read_all(file.content for file in itertools.chain([first], files))


def read_files(layout: Layout, documents: Sequence[Document]) -> Reading:
    """The rows of a user's file of an answer; raises what an error document means."""
    error = refusal(
        "the file", [Member(name=each.name, modified=None, content=each.content) for each in documents]
    )
    if error is not None:
        raise error
    return as_they_stand(layout, documents)


def selections(places: Sequence[Place], usual: Sequence[str]) -> list[dict[str, str]]:
    """The filters that request some nodes, in tens, or all; without places, the usual nodes."""
    names = [place.location.upper() for place in places] or list(usual)
    every = next((name for name in names if name in EVERY), None)
    if every is not None:
        return [{"grp_type": every}]
    tens = (names[first : first + NODES_AT_ONCE] for first in range(0, len(names), NODES_AT_ONCE))
    return [{"node": ",".join(ten)} for ten in tens]


def without_usual(reading: Reading, chunk: Chunk, nodes: Sequence[str]) -> Reading:
    """A reading of the usual nodes, with a gap if it lacks any of them."""
    there = set(reading.frame["location"].unique()) if nodes else set()
    names = sorted({*nodes} - there)
    return with_gap(reading, chunk, names) if names and not {*nodes} & {*EVERY} else reading


def absent(reading: Reading, places: Sequence[Place]) -> Reading:
    """A reading of some places, with a finding about those without a row: OASIS skips them silently."""
    there = set(reading.frame["location"].unique()) if places else set()
    names = sorted({place.location.upper() for place in places} - {*there, *EVERY})
    if not names or any(place.location.upper() in EVERY for place in places):
        return reading
    finding = Finding(
        kind=FindingKind.MISSING_PART,
        message=f"OASIS has nothing for {', '.join(names)} at that time",
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def narrowing(every: ChunkSize) -> Narrowing:
    """How long chunks are: a month for some places; for all nodes only as long as OASIS gives at once."""

    def per_location(places: Sequence[Place], _: datetime, __: datetime) -> ChunkSize:
        return every if any(place.location.upper() in EVERY for place in places) else ChunkSize.MONTH

    return per_location


def _no_data(chunk: Chunk, error: NoData) -> NoData:
    """The error that a chunk has no data; OASIS answers an unknown node in the same words."""
    hint = "; an unknown node gets the same answer: `ATL_PNODE` lists the nodes" if chunk.places else ""
    return NoData(f"{chunk}: {error}{hint}")


def if_said(reading: Reading, _: Chunk) -> Reading:
    """A forecast's reading, with a finding about documents that do not say when they were made."""
    count = reading.frame["publish_time"].null_count()
    if not count:
        return reading
    finding = Finding(
        kind=FindingKind.UNKNOWN_TIME,
        message="OASIS does not say when it published this forecast: publish_time is null",
        rows=count,
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def unsaid(reading: Reading, _: Chunk) -> Reading:
    """A forecast's reading without a publish time: OASIS does not say when a forecast was made."""
    return reading.published(None)
