"""What came of it, to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from simulation.judging import BAD, Outcome
from simulation.run import Report

_SHOWN = 3


def is_bad(report: Report) -> bool:
    """Whether a bad column is not zero."""
    watched = any(each.lost or each.twice or each.wrong or each.uncorrected for each in report.watched)
    return bool(report.bad or report.storms) or watched


def written(reports: Sequence[Report]) -> str:
    """The tables of some reports, with examples of what is bad."""
    head = ["market", "from", "days", "asked", *(str(each) for each in Outcome), "storms"]
    rows = [
        [
            each.market,
            str(each.first),
            str(each.days),
            str(sum(each.outcomes.values())),
            *(str(each.outcomes.get(outcome, 0)) for outcome in Outcome),
            str(len(each.storms)),
        ]
        for each in reports
    ]
    lines = _table([head, *rows])
    head = [
        "market",
        "from",
        "watch",
        "published",
        "lost",
        "uncorrected",
        "twice",
        "wrong",
        "requests",
        "median delay",
        "p99 delay",
    ]
    rows = [
        [
            report.market,
            str(report.first),
            each.feed,
            str(each.published),
            str(each.lost),
            str(each.uncorrected),
            str(each.twice),
            str(each.wrong),
            str(each.requests),
            _seconds(each.median),
            _seconds(each.p99),
        ]
        for report in reports
        for each in report.watched
    ]
    lines += ["", *_table([head, *rows])]
    for report in reports:
        lines += ["", f"{report.market} from {report.first}", *_examples(report)]
    return "\n".join(lines)


def _seconds(delay: object) -> str:
    return f"{delay.total_seconds():.0f} s" if hasattr(delay, "total_seconds") else "-"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def _examples(report: Report) -> list[str]:
    """A few of each bad outcome by feed, the worst hours, and who was asked how often."""
    lines = [
        f"  requests: {', '.join(f'{name} {count:,}' for name, count in sorted(report.requests.items()))}"
    ]
    lines += [f"  busiest: {each}" for each in report.worst]
    by_feed = Counter((each.outcome, each.question.feed) for each in report.bad)
    lines += [f"  {outcome}: {feed} {count}" for (outcome, feed), count in sorted(by_feed.items())]
    for outcome in BAD:
        lines += [f"  {each}" for each in [each for each in report.bad if each.outcome is outcome][:_SHOWN]]
    for each in report.watched:
        lines += [f"  watch: {example}" for example in each.examples]
    return lines
