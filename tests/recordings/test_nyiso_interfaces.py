"""Recorded interface flows and limits: every row, its off-grid stamps, and what stands for no limit."""

from __future__ import annotations

from datetime import timedelta

from recordings.published import FIVE_MINUTES, days, instant
from recordings.served import Recordings

RECORDING = "20171122ExternalLimitsFlows.csv"
DAY = ("2017-11-22", "2017-11-23")


def test_every_flow_is_as_published(nyiso: Recordings) -> None:
    """5,202 rows of 18 interfaces: each begins at its stamp and ends at the next, two of which are off the grid.

    Those of the eleven external interfaces are schedules, the others what flowed within New York.
    """
    (file,) = days(nyiso.path(RECORDING))
    rows = list(file.rows)
    starts = sorted({instant(row["Timestamp"]) for row in rows})
    ends = dict(zip(starts, [*starts[1:], starts[-1] + FIVE_MINUTES], strict=True))
    published = sorted(
        (start := instant(row["Timestamp"]), ends[start], row["Interface Name"], float(row["Flow (MWH)"]))
        for row in rows
    )
    frame = nyiso.get("ExternalLimitsFlows", *DAY).frame
    assert len(published) == 5202
    flow = frame["actual"].fill_null(frame["scheduled"])
    assert sorted(frame.select("interval_start", "interval_end", "location", flow).rows()) == published
    border = frame["location"].str.starts_with("SCH - ")
    assert frame.filter(border)["location"].n_unique() == 11
    assert frame.filter(border).select("kind", "actual").unique().rows() == [("interchange", None)]
    assert frame.filter(~border).select("kind", "scheduled").unique().rows() == [("internal_flow", None)]


def test_quebec_stands_twice_and_one_row_is_a_part_of_the_other(nyiso: Recordings) -> None:
    """SCH - HQ_IMPORT_EXPORT is less than SCH - HQ - NY by the same 189 MW in every interval of the day."""
    frame = nyiso.get("ExternalLimitsFlows", *DAY).frame
    whole = frame.filter(frame["location"] == "SCH - HQ - NY")
    part = frame.filter(frame["location"] == "SCH - HQ_IMPORT_EXPORT")
    assert set(whole["component"]) == {None}
    assert set(part["component"]) == {"IMPORT_EXPORT"}
    assert set((whole["scheduled"] - part["scheduled"]).to_list()) == {189.0}


def test_smallest_step_is_a_minute(nyiso: Recordings) -> None:
    """Two stamps are off the grid of five minutes."""
    (file,) = days(nyiso.path(RECORDING))
    starts = sorted({instant(row["Timestamp"]) for row in file.rows})
    ends = dict(zip(starts, [*starts[1:], starts[-1] + FIVE_MINUTES], strict=True))
    assert min(end - start for start, end in ends.items()) == timedelta(minutes=1)


def test_every_limit_is_as_published_and_9999_is_none(nyiso: Recordings) -> None:
    """The positive limit stands beside the flow; 9999 is no limit."""
    (file,) = days(nyiso.path(RECORDING))
    rows = list(file.rows)
    published = sorted(
        (
            instant(row["Timestamp"]),
            row["Interface Name"],
            -1.0 if float(row["Positive Limit (MWH)"]) == 9999 else float(row["Positive Limit (MWH)"]),
            float(row["Flow (MWH)"]),
        )
        for row in rows
    )
    frame = nyiso.get("ExternalLimitsFlows_limits", *DAY).frame
    found = frame.select("interval_start", "constraint", frame["limit"].fill_null(-1.0), "flow").rows()
    assert sorted(found) == published
    assert 0 < frame["limit"].null_count() < frame.height
