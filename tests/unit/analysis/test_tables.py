"""The declarations of the tables: documented, with units."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysed import analysed
from energyopti import UnsupportedQuery
from energyopti.analysis import DESK_TABLES, TABLES
from energyopti.cli.comparing import Table
from energyopti.schema import Column, ColumnType

COLUMNS = [(name, column) for name, table in TABLES.items() for column in table.columns]
PAGE = (Path(__file__).parents[3] / "docs" / "tables.md").read_text(encoding="utf-8")
UNITLESS = {
    "correlation",
    "correlation_of_changes",
    "congestion_share",
    "loss_share",
    "hit_rate",
    "round_trip_efficiency",
}


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda each: getattr(each, "name", each))
def test_every_price_says_its_unit(table: str, column: Column) -> None:
    """What is a number with a fraction is USD/MWh, but for shares and what names its unit; times are UTC."""
    if column.type is ColumnType.FLOAT:
        named = "USD/MW-day" if column.name.endswith("_usd_per_mw_day") else "USD/MWh"
        assert column.unit == (None if column.name in UNITLESS else named)
    if column.type is ColumnType.TIMESTAMP:
        assert column.unit == "UTC"


DESK_COLUMNS = [(name, column) for name, table in DESK_TABLES.items() for column in table.columns]


@pytest.mark.parametrize(("table", "column"), DESK_COLUMNS, ids=lambda each: getattr(each, "name", each))
def test_every_number_of_a_desk_says_its_unit(table: str, column: Column) -> None:
    """But for shares and counts; times are UTC."""
    unitless = {"capture_rate", "potential_capture_rate", "round_trip_efficiency", "cycles"}
    if column.type is ColumnType.FLOAT:
        assert (column.unit is None) == (column.name in unitless)
    if column.type is ColumnType.TIMESTAMP:
        assert column.unit == "UTC"


@pytest.mark.parametrize("name", [*TABLES, *DESK_TABLES])
def test_every_column_is_documented(name: str) -> None:
    """In docs/tables.md, in the order of the table."""
    section = PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert (
        tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
        == {**TABLES, **DESK_TABLES}[name].column_names
    )


def test_command_line_knows_every_table() -> None:
    """By the same names, and the prices side by side."""
    assert {table.value for table in Table} == {*TABLES, "side_by_side"}


def test_tables_are_reached_by_their_names() -> None:
    """Each is the attribute of that name; a near miss is suggested."""
    found = analysed({"east": [1.0]})
    assert all(found.table(name) is getattr(found, name) for name in TABLES)
    with pytest.raises(UnsupportedQuery, match=r"no table 'statistic'\. Did you mean 'statistics'"):
        found.table("statistic")
