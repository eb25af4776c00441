"""Each answer, held to what was out at its instant."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti import EnergyOptiError, FindingKind, MarketData, NoData
from energyopti.answer.result import CoverageStatus
from energyopti.market import Feed
from simulation.questions import Question
from simulation.truth import DAY, Truth

_SHOWN = 8
_BEFORE = timedelta(hours=1)
"""How long before its day the newest interval may have begun."""

_SLACK = timedelta(minutes=1)


class Outcome(enum.StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    MARKED = "marked"
    DOUBTED = "doubted"
    FALSELY_COMPLETE = "falsely complete"
    OLD = "old"
    WRONG = "wrong"
    HIDDEN = "hidden"
    ERROR = "error"


BAD = (Outcome.FALSELY_COMPLETE, Outcome.OLD, Outcome.WRONG, Outcome.HIDDEN, Outcome.ERROR)


@attrs.frozen(kw_only=True)
class Verdict:
    """The worth of one answer; of a bad one what was said, and what was true."""

    question: Question
    outcome: Outcome
    said: str = ""
    true: str = ""
    requests: tuple[str, ...] = ()

    def __str__(self) -> str:
        asked = "; ".join(self.requests[:_SHOWN]) or "nothing"
        return f"{self.outcome}: {self.question}\n    said: {self.said}\n    true: {self.true}\n    asked for: {asked}"


@attrs.frozen(kw_only=True)
class Promise:
    """How old what an answer says may be, by the rules of the product: a feed's cadence, and once settled a day and more."""

    feed: Feed
    doubtful: timedelta = timedelta()

    def newest(self, at: datetime, day_end: pl.Expr) -> pl.Expr:
        """The latest instant of which a row's news has to be in an answer."""
        ages = (
            (timedelta(days=120), timedelta(days=30)),
            (timedelta(days=35), timedelta(days=7)),
            (self.feed.publication.settles_after, DAY),
        )
        age = pl.lit(max(self.feed.publication.refresh_every, self.doubtful))
        since = pl.lit(at) - day_end
        for after, length in reversed(ages):
            age = pl.when(since >= after).then(pl.max_horizontal(age, pl.lit(length))).otherwise(age)
        return pl.lit(at) - age - _SLACK


@attrs.frozen(kw_only=True)
class Facts:
    """What is to be known to judge one answer: the rows that stood, and what is owed of them."""

    at: datetime
    versions: pl.DataFrame
    key: list[str]
    values: tuple[str, ...]
    grid: int
    closed: bool
    place: str
    newest: bool
    standing: pl.DataFrame
    owed: pl.DataFrame


def facts(truth: Truth, question: Question, promise: Promise, zone: str) -> Facts:
    """What was true of a question at its instant."""
    early = _BEFORE if truth.published.newest_of else timedelta()
    versions = truth.within(question.start - early, question.end, question.locations)
    end = pl.col("interval_start").dt.convert_time_zone(zone).dt.truncate("1d").dt.offset_by("1d")
    versions = versions.with_columns(
        owed=pl.col("out") <= promise.newest(question.at, end.dt.convert_time_zone("UTC"))
    )
    out = versions.filter(pl.col("out") <= question.at)
    standing = out.unique(truth.key, keep="last", maintain_order=True)
    owed = out.filter("owed").unique(truth.key, keep="last", maintain_order=True)
    grid = versions.select(truth.key).unique().height
    return Facts(
        at=question.at,
        versions=versions,
        key=truth.key,
        values=truth.values,
        grid=grid,
        closed=truth.published.closed,
        place=truth.published.place,
        newest=bool(truth.published.newest_of),
        standing=standing,
        owed=owed,
    )


def judged(question: Question, answer: MarketData | EnergyOptiError, known: Facts, *, down: bool) -> Verdict:
    """The worth of an answer; ``down`` says that a host was down lately, so that it may be older if it says so."""
    if isinstance(answer, EnergyOptiError):
        return _of_error(question, answer, known, down=down)
    frame = _rows(answer, known)
    blank = frame.height < answer.frame.height and any(
        each.kind is FindingKind.MISSING_VALUE for each in answer.findings
    )
    missing = known.standing.join(frame, on=known.key, how="anti")
    wrong = _wrong(frame, known)
    if wrong:
        return _verdict(question, Outcome.WRONG, answer, known, wrong)
    if known.newest:
        return _of_newest(question, answer, frame, known, down=down)
    lacks = _lacking(frame, known, question)
    complete = answer.coverage.complete
    fewer = any(each.kind is FindingKind.FEWER_SERIES for each in answer.findings)
    if complete and lacks and not (blank or fewer):
        return _verdict(
            question,
            Outcome.FALSELY_COMPLETE,
            answer,
            known,
            f"{lacks} rows of {known.grid} lacking, {missing.height} of them out",
        )
    stale = answer.stale or any(each.kind is FindingKind.STALE for each in answer.findings)
    stale |= any(
        part.status is CoverageStatus.FAILED for part in answer.coverage.parts
    )  # an earlier forecast stands in
    old = _old(frame, known)
    if old and not (stale and down):
        return _verdict(question, Outcome.OLD, answer, known, old)
    hidden = known.owed.join(frame, on=known.key, how="anti")
    if hidden.height and not down:
        return _verdict(
            question, Outcome.HIDDEN, answer, known, f"{hidden.height} rows were out, such as {_row(hidden)}"
        )
    if lacks or stale:
        return Verdict(question=question, outcome=Outcome.MARKED)
    return _verdict(question, Outcome.RIGHT if complete else Outcome.DOUBTED, answer, known, "all is out")


def _rows(answer: MarketData, known: Facts) -> pl.DataFrame:
    """An answer's rows that have a figure, with what they are of in the truth's column."""
    frame = answer.frame.filter(pl.col(known.values[0]).is_not_null())
    return (
        frame
        if known.place == "location"
        else frame.drop("location", strict=False).rename({known.place: "location"})
    )


def _lacking(frame: pl.DataFrame, known: Facts, question: Question) -> int:
    """How many rows of the grid an answer lacks; of an open list of locations as far as it has any of one."""
    grid = known.versions.select(known.key).unique()
    if not known.closed and not question.locations and frame.height:
        grid = grid.filter(pl.col("location").is_in(frame["location"].unique().implode()))
    return grid.join(frame, on=known.key, how="anti").height


def _of_newest(
    question: Question, answer: MarketData, frame: pl.DataFrame, known: Facts, *, down: bool
) -> Verdict:
    """The worth of an answer that has the newest interval alone: it must be the newest that is owed, or a later one."""
    newest, owed = frame["interval_start"].max(), known.owed["interval_start"].max()
    behind = newest is None or (owed is not None and newest < owed)  # type: ignore[operator]
    if behind and not down:
        return _verdict(question, Outcome.OLD, answer, known, f"it is of {newest!s}, and {owed!s} was out")
    return Verdict(question=question, outcome=Outcome.MARKED if behind else Outcome.RIGHT)


def _of_error(question: Question, error: EnergyOptiError, known: Facts, *, down: bool) -> Verdict:
    """The worth of a refusal: right where a part is missing, with what there was attached, or a host was down."""
    finished = _rows(error.finished, known) if isinstance(error.finished, MarketData) else None
    if finished is not None:
        wrong = _wrong(finished, known) or _old(finished, known)
        if wrong and not down:
            return _verdict(question, Outcome.WRONG, error, known, wrong)
    owed = known.owed if finished is None else known.owed.join(finished, on=known.key, how="anti")
    if known.newest:  # an interval that ended by the range's start is not in it
        owed = owed.filter(owed["interval_end"] > question.start)
    if down:
        return Verdict(question=question, outcome=Outcome.MARKED)
    if not isinstance(error, NoData) or owed.height:
        return _verdict(
            question, Outcome.ERROR, error, known, f"{owed.height} rows were out, such as {_row(owed)}"
        )
    whole = known.standing.height == known.grid == (0 if finished is None else finished.height)
    return Verdict(question=question, outcome=Outcome.DOUBTED if whole else Outcome.MARKED)


def _wrong(frame: pl.DataFrame, known: Facts) -> str:
    """What of an answer nobody published, or twice; nothing where all of it was."""
    doubled = frame.height - frame.select(known.key).unique().height
    if doubled:
        return f"{doubled} rows are doubled"
    published = known.versions.filter(pl.col("out") <= known.at)
    same = _matched(frame, published, known)
    if same.height < frame.height:
        first = frame.join(same, on=known.key, how="anti").head(1)
        truth = known.versions.join(first, on=known.key, how="semi")
        return f"{frame.height - same.height} rows were never published so, such as {_row(first)}; published {_row(truth)}"
    return ""


def _matched(frame: pl.DataFrame, published: pl.DataFrame, known: Facts) -> pl.DataFrame:
    """The keys of an answer's rows with the last version that says the same, and the instant it got out."""
    both = frame.select(*known.key, *known.values).join(
        published.select(*known.key, *known.values, "out", "version"), on=known.key, suffix="_true"
    )
    near = pl.all_horizontal((pl.col(name) - pl.col(f"{name}_true")).abs() < 1e-6 for name in known.values)
    return (
        both.filter(near)
        .unique(known.key, keep="last", maintain_order=True)
        .select(*known.key, "out", "version")
    )


def _old(frame: pl.DataFrame, known: Facts) -> str:
    """Which rows of an answer are older than what is owed; nothing where none is."""
    found = _matched(frame, known.versions, known)
    newer = found.join(known.owed.select(*known.key, "out", "version"), on=known.key, suffix="_owed")
    newer = newer.filter(pl.col("out") < pl.col("out_owed"))
    if newer.is_empty():
        return ""
    first = newer.row(0, named=True)
    return (
        f"{newer.height} rows are old, such as {first['interval_start']:%m-%d %H:%M} {first['location']}: version "
        f"{first['version']}, though {first['version_owed']} was out at {first['out_owed']:%m-%d %H:%M}"
    )


def _row(frame: pl.DataFrame) -> str:
    if frame.is_empty():
        return "none"
    names = [
        each
        for each in ("interval_start", "location", "lmp", "load", "generation", "version", "out")
        if each in frame.columns
    ]
    row = frame.select(names).row(0, named=True)
    return " ".join(
        f"{each:%m-%d %H:%M}" if isinstance(each, datetime) else str(each) for each in row.values()
    )


def _verdict(
    question: Question, outcome: Outcome, answer: MarketData | EnergyOptiError, known: Facts, true: str
) -> Verdict:
    if isinstance(answer, EnergyOptiError):
        rows = len(answer.finished) if isinstance(answer.finished, MarketData) else 0
        said = f"{type(answer).__name__}: {answer.line[:300]} (finished: {rows} rows)"
    else:
        parts = [
            f"{part.start:%m-%d %H:%M} {part.status} {part.rows} {part.reason}".strip()
            for part in answer.coverage.parts
        ]
        final = sum(each.final for each in answer.provenance)
        stale = ", stale" if answer.stale else ""
        said = f"{len(answer)} rows, complete={answer.coverage.complete}{stale}, {final} of {len(answer.provenance)} final; {'; '.join(parts[:6])}"
    standing = f"{known.standing.height} of {known.grid} rows were out"
    return Verdict(question=question, outcome=outcome, said=said, true=f"{standing}; {true}")
