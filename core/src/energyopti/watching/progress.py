"""What an answer says about the polled stretches: which are whole, which lack something, how far rows reach."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime

import attrs
import polars as pl

from energyopti.answer.result import CoveragePart, CoverageStatus, MarketData
from energyopti.findings import FindingKind
from energyopti.market import Feed
from energyopti.query import ResolvedQuery
from energyopti.timezones import DAY, INSTANT, local_date, midnight
from energyopti.watching.stretches import State, Stretch

_NO_SERIES = {"interval_start", "publish_time", "run", "version"}


@attrs.define(kw_only=True)
class Progress:
    """How far a watch has come, answer by answer.

    ``front`` is the instant up to which everything is there or was passed over, ``newest`` the end of the last
    interval, and ``published``, for a forecast, the last publish time.
    """

    query: ResolvedQuery
    front: datetime = attrs.field(init=False)
    newest: datetime | None = attrs.field(init=False, default=None)
    published: datetime | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self.front = self.query.time.start

    @property
    def feed(self) -> Feed:
        """The feed that is watched."""
        return self.query.feed

    @property
    def by_rows(self) -> bool:
        """Whether row ends show how much of a stretch is there; for data that is republished they do not."""
        feed = self.feed
        anew = feed.dataset.forecast and not (
            feed.publication.due is not None
            and feed.publication.due.at
            and not feed.publication.forecast_days
        )
        return feed.has_grid and not (anew or feed.publication.forecast_days or feed.history.snapshot_only)

    def set_back(self, front: datetime) -> None:
        """Start again from the end of what is done, or from the last row."""
        self.front = front if self.newest is None or not self.by_rows else max(front, self.newest)

    def came(
        self, asked: Sequence[Stretch], data: MarketData, began: datetime, reach: datetime
    ) -> list[Stretch]:
        """Take an answer; returns the stretches given up because of it.

        ``reach`` is the instant up to which rows were due when the poll ``began``.
        """
        self._rows_came(data)
        parts = _by_stretch(asked, data.coverage.parts)
        for each, its in zip(asked, parts, strict=True):
            rows = sum(part.rows for part in its)
            each.vain = 0 if rows > each.rows else each.vain + 1
            each.rows = max(rows, each.rows)
            if self._is_whole(each, its, data.frame, began):
                each.state = State.WHOLE
            elif each.state in {State.OPEN, State.HOLED}:
                each.settles = self._settles(each, its, data)
        return self._passed(asked, began, reach)

    def nothing_came(self, asked: Sequence[Stretch], began: datetime, reach: datetime) -> list[Stretch]:
        """The source has none of what was asked for; returns the stretches given up because of it."""
        for each in asked:
            each.vain += 1
            each.settles = self._settled(each.end)
        return self._passed(asked, began, reach)

    def _rows_came(self, data: MarketData) -> None:
        frame = data.frame
        if frame.is_empty():
            return
        self.newest = _later(self.newest, frame["interval_end"].max())
        if "publish_time" in frame.columns:
            self.published = _later(self.published, frame["publish_time"].max())

    def _passed(self, asked: Sequence[Stretch], began: datetime, reach: datetime) -> list[Stretch]:
        """Mark stretches the source has moved past as holed, and those settled since as given up."""
        given_up = []
        for each in asked:
            over = self._is_passed(each, reach) if self.by_rows else self._is_over(each, began)
            if each.is_open and over:
                each.state = State.HOLED
                each.vain = 0
            if each.state is State.HOLED and each.settles is not None and began >= each.settles:
                each.state = State.GIVEN_UP
                given_up.append(each)
            if not each.is_open:
                self.front = max(self.front, each.end)
        rows = [self.newest] if self.by_rows else [each.end for each in asked if each.rows]
        self.front = max([self.front, *filter(None, rows)])
        return given_up

    def _is_passed(self, each: Stretch, reach: datetime) -> bool:
        """Whether rows came that end a stretch, or were due that follow it: what it lacks then is a hole."""
        if reach > each.end or self.newest is None:
            return reach > each.end
        return self.newest > each.end or (self.newest == each.end and not self.feed.closes_at_midnight)

    def _is_over(self, each: Stretch, began: datetime) -> bool:
        """Whether a stretch has had time to be published, even if its rows do not show it."""
        feed = self.feed
        daily = (
            feed.publication.due is not None
            and feed.publication.due.at is not None
            and not feed.publication.forecast_days
        )
        if not (self.by_rows or daily) and began < each.end + feed.publication.refresh_every:
            return False
        published_apart = (
            feed.publication.forecast_days and feed.publication.due is None
        )  # its step does not say how often it is made
        return bool(published_apart) or feed.due_to(began, self.query.market.zone) >= each.end

    def _is_whole(
        self, each: Stretch, parts: Sequence[CoveragePart], frame: pl.DataFrame, began: datetime
    ) -> bool:
        if not parts or any(part.status is not CoverageStatus.COMPLETE for part in parts):
            return False
        return self._is_over(each, began) or (self.by_rows and self._reaches(each, frame, began))

    def _reaches(self, each: Stretch, frame: pl.DataFrame, began: datetime) -> bool:
        """Whether rows reach the end of a stretch; for data published ahead, the rows of every series."""
        step = self.feed.step
        starts, least = frame["interval_start"], each.end - step / 2
        if self.feed.closes_at_midnight:  # its last reading is at midnight itself
            least += step
        first, end = (starts.search_sorted(at, "left") for at in (each.start, each.end))
        rows = frame[first:end]
        if rows.is_empty() or rows["interval_end"].max() < least:  # type: ignore[operator]
            return False
        series = [name for name in self.feed.dataset.key if name not in _NO_SERIES]
        if each.end <= began or not series:
            return True
        ends = rows.group_by(series).agg(pl.col("interval_end").max())["interval_end"]
        return bool(ends.min() >= least)  # type: ignore[operator]

    def _settles(self, each: Stretch, parts: Sequence[CoveragePart], data: MarketData) -> datetime:
        """When the last missing part of a stretch settles."""
        last = each.start
        for part in parts:
            if part.status is CoverageStatus.INCOMPLETE:
                holes = [
                    min(high, part.end)
                    for finding in data.findings
                    if finding.kind is FindingKind.GAP
                    for low, high in finding.spans
                    if low < part.end and part.start < high
                ]
                last = max([last, *(holes or [part.end])])
            elif part.status is not CoverageStatus.COMPLETE:
                last = max(last, part.end)
        return self._settled(min(last, each.end))

    def _settled(self, last: datetime) -> datetime:
        zone = self.query.market.zone
        return midnight(local_date(last - INSTANT, zone) + DAY, zone) + self.feed.publication.settles_after


def _later(known: datetime | None, came: object) -> datetime | None:
    if not isinstance(came, datetime):
        return known
    return came if known is None else max(known, came)


def _by_stretch(asked: Sequence[Stretch], parts: Sequence[CoveragePart]) -> list[list[CoveragePart]]:
    """The parts of an answer that overlap each stretch."""
    shares: list[list[CoveragePart]] = [[] for _ in asked]
    ends = [each.end for each in asked]
    for part in parts:
        for number in range(bisect_left(ends, part.start + INSTANT), len(asked)):
            if asked[number].start >= part.end:
                break
            shares[number].append(part)
    return shares
