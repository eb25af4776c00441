"""The file browser of SPP's portal: where each file is, and which files a chunk is made of.

A file is asked for by its file set and its path, which holds the date. Directories go by the day on which an interval
begins, names by its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
from energyopti import Chunk, Feed, NoData
from energyopti.layouts import Document, Reading
from energyopti.source import Expect, Payload, Request, Source
from energyopti.timezones import DAY, HOUR, midnight

from energyopti_spp.protocol.stamps import FIVE_MINUTES, ZONE, ending

HOST = "portal"
HALF_HOUR = timedelta(minutes=30)


@attrs.frozen
class FileSet:
    """One file set of the portal, by the name in its address."""

    name: str

    def request(
        self, path: str, *, shared: bool = False, about: tuple[datetime, datetime] | None = None
    ) -> Request:
        """The request for one of its files."""
        return Request(
            path=f"file-browser-api/download/{self.name}",
            params={"path": path},
            expect=Expect.CSV,
            shared=shared,
            about=about,
        )


@attrs.frozen
class DailyFile:
    """A day from its own file; ``path`` has a place for the day."""

    files: FileSet
    path: str

    async def __call__(self, chunk: Chunk, source: Source) -> Reading:
        """The rows of the day's file."""
        payloads = await source.get_all([self.files.request(self.path.format(day=chunk.day))])
        return await source.run(chunk.feed.reads, chunk.feed.layout, _documents(payloads))


@attrs.frozen
class PartOfFile:
    """A chunk's part of a larger file, which is fetched and read once for all chunks; ``path`` has a place for the day."""

    files: FileSet
    path: str

    async def __call__(self, chunk: Chunk, source: Source) -> Reading:
        """The file's rows that begin in the chunk."""
        (payload,) = await source.get_all([self.files.request(self.path.format(day=chunk.day), shared=True)])
        whole = await source.once(_read, payload, chunk.feed)
        return await source.run(whole.slice, chunk.start, chunk.end)


@attrs.frozen
class IntervalFiles:
    """The files of a chunk's five-minute intervals, one each."""

    files: FileSet

    async def __call__(self, chunk: Chunk, source: Source) -> Reading:
        """The rows of the files that exist: now and then the market does not solve."""
        over = min(chunk.end, source.now) - FIVE_MINUTES
        starts = (
            chunk.start + number * FIVE_MINUTES for number in range((chunk.end - chunk.start) // FIVE_MINUTES)
        )
        requests = [self._request(start) for start in starts if start <= over]
        if not requests:
            raise NoData("none of its intervals is over")
        payloads = await source.get_all(requests)
        return await source.run(chunk.feed.reads, chunk.feed.layout, _documents(payloads))

    def _request(self, start: datetime) -> Request:
        path = interval_path(start)
        return self.files.request(path, about=(start, start + FIVE_MINUTES))


def interval_path(start: datetime) -> str:
    """Where the prices of a five-minute interval are."""
    began = start.astimezone(ZoneInfo(ZONE))
    return f"/{began:%Y/%m}/By_Interval/{began:%d}/RTBM-LMP-SL-{ending(start, FIVE_MINUTES)}.csv"


@attrs.frozen
class RecentHours:
    """Hourly actuals from the forecasts' files: each has those of the 24 hours before it.

    A day is read from the file made at its noon and from those made in the hours after its end, the running day from the
    newest ones; a later file replaces the figures of an earlier one.
    """

    files: FileSet
    after: tuple[int, ...] = (0, 2)

    async def __call__(self, chunk: Chunk, source: Source) -> Reading:
        """The day's rows of the files that exist."""
        end = midnight(chunk.day + DAY, ZONE)
        newest = min(end + max(self.after) * HOUR, source.now.replace(minute=0, second=0, microsecond=0))
        made = {newest - hours * HOUR for hours in self.after} | {chunk.start + 12 * HOUR}
        paths = [forecast_path(at) for at in sorted(made) if at <= source.now]
        if not paths:
            raise NoData("none of its hours is over")
        payloads = await source.get_all([self.files.request(path) for path in paths])
        reading = await source.run(chunk.feed.reads, chunk.feed.layout, _documents(payloads))
        return reading.within(chunk.start, chunk.end)


def forecast_path(made: datetime) -> str:
    """Where the hourly load forecast made at an instant is."""
    label = ending(made - HOUR, HOUR)
    return f"/{label[:4]}/{label[4:6]}/{label[6:8]}/OP-MTLF-{label}.csv"


@attrs.frozen
class HalfHours:
    """Five-minute actuals from the forecasts' files: of those made every five minutes, each half hour's."""

    files: FileSet

    async def __call__(self, chunk: Chunk, source: Source) -> Reading:
        """The chunk's rows of the files that exist."""
        made = (
            chunk.start + number * HALF_HOUR
            for number in range(1, (chunk.end - chunk.start) // HALF_HOUR + 2)
        )
        paths = [short_forecast_path(at) for at in made if at <= source.now]
        if not paths:
            raise NoData("none of its half hours is over")
        payloads = await source.get_all([self.files.request(path) for path in paths])
        reading = await source.run(chunk.feed.reads, chunk.feed.layout, _documents(payloads))
        return reading.within(chunk.start, chunk.end)


def short_forecast_path(made: datetime) -> str:
    """Where the five-minute load forecast made at an instant is: the directory is of the next hour, and 00 after 23."""
    label = ending(made - FIVE_MINUTES, FIVE_MINUTES)
    directory = f"{(int(label[8:10]) + 1) % 24:02d}"
    return f"/{label[:4]}/{label[4:6]}/{label[6:8]}/{directory}/OP-STLF-{label}.csv"


def _documents(payloads: Sequence[Payload]) -> list[Document]:
    """Fetched files under the names by which SPP calls them."""
    return [Document(name=_name(each), content=each.content, modified=each.modified) for each in payloads]


def _name(payload: Payload) -> str:
    return payload.url.replace("%2F", "/").rpartition("/")[2]


def _read(content: bytes, feed: Feed) -> Reading:
    """A whole file, as its feed reads it."""
    return feed.reads(feed.layout, [Document(name="", content=content)])
