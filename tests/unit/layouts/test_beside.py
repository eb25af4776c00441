"""A column beside a wide payload's others: it fills another field, in the rows of its words alone."""

from __future__ import annotations

import pytest

from builders import utc
from energyopti import PluginError
from energyopti.datasets import RENEWABLES
from energyopti.layouts import CsvLayout, Meaning, Residual, Stamp, Wide, WideColumn
from energyopti.timezones import HOUR

LIMIT = WideColumn("limit", to="potential", words="ALL", required=False)
LAYOUT = CsvLayout(
    dataset=RENEWABLES,
    zone="UTC",
    newline="\n",
    time=Stamp("at", formats="%Y-%m-%d %H:%M", meaning=Meaning.BEGINNING, step=HOUR),
    wide=Wide(
        to="location",
        value="generation",
        columns={"all": "ALL", "north": "NORTH"},
        beside=(LIMIT,),
    ),
    derived=(Residual(to="curtailed", of="potential", minus=("generation",), tolerance=0.05),),
    constants={"fuel": "wind"},
)


def rows(payload: str) -> list[tuple[object, ...]]:
    """What is read, in some columns."""
    return (
        LAYOUT.read(payload.encode()).frame.select("location", "generation", "potential", "curtailed").rows()
    )


@pytest.mark.parametrize(
    ("limit", "potential", "curtailed"),
    [
        ("12.5", 12.5, 2.5),
        ("10", 10.0, 0.0),
        ("9.96", 9.96, 0.0),
        ("9.9", 9.9, None),
        ("", None, None),
    ],
)
def test_column_beside_fills_the_rows_of_its_words(
    limit: str, potential: float | None, curtailed: float | None
) -> None:
    """The other rows have neither; what is left is never negative: zero within the tolerance, else null."""
    assert rows(f"at,all,north,limit\n2026-07-01 05:00,10,4,{limit}\n") == [
        ("ALL", 10.0, potential, curtailed),
        ("NORTH", 4.0, None, None),
    ]


def test_column_beside_may_be_absent() -> None:
    """A payload without it is read, and every row is counted once."""
    reading = LAYOUT.read(b"at,all,north\n2026-07-01 05:00,10,4\n")
    assert reading.frame["potential"].to_list() == [None, None]
    assert reading.payload_rows == reading.accounted_rows == 2
    assert reading.findings == ()


def test_column_beside_is_written_back() -> None:
    """Written and read again, each interval has its own limit."""
    payload = b"at,all,north,limit\n2026-07-01 05:00,10.0,4.0,12.5\n2026-07-01 06:00,11.0,5.0,\n2026-07-01 07:00,9.0,3.0,9.5\n"
    frame = LAYOUT.read(payload).frame
    again = LAYOUT.read(LAYOUT.write(frame)).frame
    assert again.select(frame.columns).equals(frame)
    assert again.filter(location="ALL")["potential"].to_list() == [12.5, None, 9.5]
    assert again["interval_start"].unique().sort().to_list() == [
        utc(f"2026-07-01T0{hour}:00") for hour in (5, 6, 7)
    ]


def test_column_beside_needs_a_field_and_is_never_required() -> None:
    """A declaration without either is refused where it is made."""
    with pytest.raises(PluginError, match="'limit' is beside others"):
        Wide(
            to="location",
            value="generation",
            columns={"all": "ALL"},
            beside=(WideColumn("limit", words="ALL"),),
        )
