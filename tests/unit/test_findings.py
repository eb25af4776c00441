"""What a finding says of itself."""

from __future__ import annotations

import pytest

from energyopti.findings import Finding, FindingKind


def finding(message: str, rows: int, **where: str) -> Finding:
    """A finding of some rows."""
    return Finding(kind=FindingKind.REJECTED_ROW, message=message, rows=rows, **where)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (finding("no time", 0), "no time"),
        (finding("no time", 1), "no time (1 row)"),
        (finding("no time", 2, first="first in row 3"), "no time (2 rows, first in row 3)"),
        (finding("2 rows have no time", 2, first="first in row 3"), "2 rows have no time (first in row 3)"),
        (finding("row 5 has no time", 1200), "row 5 has no time (1,200 rows)"),
        (finding("5 rows have no time", 5), "5 rows have no time"),
        (finding("15 rows have no time", 5), "15 rows have no time (5 rows)"),
        (
            finding("no time", 2, chunk="iso/load/2024", document="a.csv"),
            "iso/load/2024: a.csv: no time (2 rows)",
        ),
    ],
)
def test_line_says_where_and_of_how_many_rows(said: Finding, line: str) -> None:
    """Once, whatever the message says already."""
    assert said.line == line
