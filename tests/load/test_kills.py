"""A few kills of each command: all is held; and what the harness takes for a fault."""

from __future__ import annotations

import polars as pl
import pytest

from load.kills import Fell, Report, same, trials, try_all


@pytest.mark.exhaustive
def test_killed_commands_lose_and_double_nothing() -> None:
    """Two trials of each kind hold, and most of them struck a command at work."""
    report = try_all(times=2 * len(trials()), seed=3)
    assert report.good, str(report)
    assert report.struck.total() > len(trials())


def test_same_knows_rows_that_are_lost_doubled_or_changed() -> None:
    """Equal frames are the same; with a row less, twice, or with another value they are not."""
    frame = pl.DataFrame({"load": [1.0, 2.0]})
    same(frame, frame.clone(), "rows")
    for other in (frame.head(1), pl.concat([frame, frame]), frame + 1.0, frame.clear()):
        with pytest.raises(Fell, match="rows: "):
            same(other, frame, "rows")


def test_report_with_a_fall_or_without_a_trial_is_not_good() -> None:
    """What fell is told by its number and kind."""

    def fall() -> bool:
        raise Fell("a row is lost")

    report, good = Report(), []
    for number, trial in enumerate((None, lambda: True, fall)):
        if trial is not None:
            report.add("sync", number, trial)
        good.append(report.good)
    assert good == [False, True, False]
    assert "FELL: trial 2, sync: a row is lost" in str(report)
    assert "1 held     1 fell; 1 struck at work" in str(report)
