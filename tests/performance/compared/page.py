"""What was measured, as a table to print and as a page of the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import attrs

from performance.warm import BURSTS, CALLS, QUERIES, Warm, middle, usual

PLAIN_GOAL = 2.0
"""How many times the time of `polars.read_csv` reading may take at most."""

HELP_GOAL = 0.3
"""How many seconds of CPU ``energyopti --help`` may take at most."""

WARM_HEADER = ("calls from memory", "p50, ms", "p99, ms", "goals")
HEADER = ("case", "rows", "energyopti, ms", "gridstatus, ms", "times as fast", "bare, ms", "of bare")
_NONE = "-"
_PARTS = {"parse": "parse", "whole": "whole job"}


@attrs.frozen
class Times:
    """Seconds: what is usual, and the best of all rounds."""

    median: float
    best: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        """Out of every round's seconds."""
        return cls(statistics.median(seconds), min(seconds))

    def __str__(self) -> str:
        return f"{self.median * 1e3:,.1f} ({self.best * 1e3:,.1f})"


@attrs.frozen(kw_only=True)
class Result:
    """One row: a case's reading alone (``parse``), or its whole job."""

    title: str
    part: str
    rows: int
    ours: Times
    theirs: Times | None
    plain: Times
    goal: float
    limit: str

    @property
    def name(self) -> str:
        """The case and its part, in words."""
        return f"{self.title}: {_PARTS[self.part]}"

    @property
    def faster(self) -> float | None:
        """How many times as fast as gridstatus, by the medians."""
        return None if self.theirs is None else self.theirs.median / self.ours.median

    @property
    def of_plain(self) -> float:
        """How many times the bare time it takes, by the medians: that of `polars.read_csv`, or of the bare job."""
        return self.ours.median / self.plain.median

    def cells(self) -> tuple[str, ...]:
        """The row's cells, with what became of its goals."""
        return (
            self.name,
            f"{self.rows:,}",
            str(self.ours),
            _NONE if self.theirs is None else str(self.theirs),
            _NONE
            if self.faster is None
            else _judged(f"{self.faster:.1f}", f">= {self.goal:g}", self.faster >= self.goal),
            str(self.plain),
            _judged(f"{self.of_plain:.2f}", f"<= {PLAIN_GOAL:g}", self.of_plain <= PLAIN_GOAL)
            if self.part == "parse"
            else f"{self.of_plain:.2f}",
        )


def warm_rows(warm: Warm) -> list[tuple[str, str, str, str]]:
    """What calls from memory take, with what became of their goals."""
    at_once = f"{CALLS:,} calls at once over {QUERIES} queries of 4 markets"
    rows = []
    for name, (p50, p99), goal_p50, goal_p99 in (
        (f"{at_once}: from the start of the burst", usual(warm.since), None, 0.1),
        (f"{at_once}: each from its own start", usual(warm.own), None, 0.1),
        ("one day, one call after another", middle(warm.alone), 0.001, 0.005),
    ):
        goals = [
            _judged(f"{word}", f"< {goal * 1e3:g}", figure < goal)
            for word, figure, goal in (("p50", p50, goal_p50), ("p99", p99, goal_p99))
            if goal is not None
        ]
        rows.append((name, f"{p50 * 1e3:.2f}", f"{p99 * 1e3:.2f}", ", ".join(goals)))
    return rows


def _judged(figure: str, goal: str, met: bool) -> str:
    return f"{figure} ({goal}: {'met' if met else 'missed'})"


def start_up_sentence(start_up: Mapping[str, float]) -> str:
    """What starting takes, and what became of its goal."""
    figure = _judged(f"{start_up['help']:.2f} s", f"<= {HELP_GOAL:g} s", start_up["help"] <= HELP_GOAL)
    return (
        f"CPU time, user and system together: `energyopti --help` {figure}; `import energyopti` "
        f"{start_up['import']:.3f} s, of which the bare interpreter takes {start_up['python']:.3f} s."
    )


def page(
    results: Iterable[Result],
    warm: Sequence[Sequence[str]],
    *,
    machine: Mapping[str, str],
    start_up: Mapping[str, float],
    day: date,
    rounds: int,
) -> str:
    """The page of the documentation."""
    results = list(results)
    parts = [
        "# Benchmarks",
        "<!-- Written by `make bench` from one run: do not edit. -->",
        _METHOD.format(day=day, rounds=rounds),
        _table(("case", *HEADER[1:]), [each.cells() for each in results]),
        _table(WARM_HEADER, warm),
        start_up_sentence(start_up),
        "## What limits each",
        "\n".join(f"- {each.name}: {each.limit}." for each in results),
    ]
    parts += [
        "## The machine",
        _table(("what", "here"), list(machine.items())),
        "## How it is measured",
        _HOW.format(bursts=BURSTS),
    ]
    return "\n\n".join(parts) + "\n"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_METHOD = """\
Measured on {day} by `make bench`: medians of {rounds} rounds in milliseconds, with the best round in brackets. Every
round runs each contestant in turn, so that a disturbance on the machine hits all of them, and the rounds go through all
orders, because a run that follows seconds of other work finds cold caches. Read the ratios, not the milliseconds.
*Times as fast* is gridstatus' time divided by energyopti's; *of bare* is energyopti's time divided by the bare one. Bare
means `polars.read_csv` of the same bytes for *parse*; for a *whole job* it means the same requests by httpx, all at
once, then `read_csv` of the responses without looking at or checking anything."""

_HOW = """\
- The data is generated in the formats that the markets publish; no market's server is asked. One HTTP server on
  loopback, in a process of its own, serves both libraries the same documents.
- *Parse* starts with the documents in memory, as they are served, and ends with one frame. energyopti's frame has the
  dataset's columns. gridstatus runs its own method with its requests answered from memory: for NYISO and CAISO the
  public one, for PJM the one that gets all pages (without the node directory), for ERCOT the one that reads
  a list of documents.
- In *parse*, energyopti and `polars.read_csv` get NYISO's files already unzipped, while gridstatus unzips them; where
  each document is a zip of its own, all three unzip.
- *Whole job* is one query to a library with nothing cached: requests, reading, and for energyopti its checks too. No
  rate limits apply here: PJM's six requests a minute are switched off, and so are gridstatus' pauses.
- Calls from memory are {bursts} bursts of a thousand, one after another; the figures are medians over the bursts.
- gridstatus runs in its own environment (`constraints-bench.txt`), since it needs another version of pandas. Its
  requests to the markets' fixed addresses are redirected to the local server; nothing else about it is changed.
- Before any timing, the prices of both are joined by time and location: unless all are there on both sides and
  equal, the run fails."""
