"""Basis against figures that were worked out by hand: those of docs/analysis.md."""

from __future__ import annotations

from typing import Any

import attrs
import polars as pl
import pytest

from desk_rows import MARKET, Values, answer, only, rows, said
from energyopti import UnsupportedQuery
from energyopti.analysis import DESK_TABLES, basis
from energyopti.frames import frame_schema


def prices(
    location: str, values: Values, *, run: str = "day_ahead", market: str = "pjm", **more: Any
) -> pl.DataFrame:
    """Rows of dataset `lmp` at one place."""
    words: dict[str, Any] = {"location": location, "location_type": "node", "run": run, "market": market}
    return rows(values, **words, **more)


NODE = prices("NODE", [42.0], congestion=3.0, loss=-1.0, energy=40.0)
HUB = prices("HUB", [39.0], congestion=-1.5, loss=0.5, energy=40.0)


def test_basis_is_node_less_hub_with_its_parts() -> None:
    """42 = 40 + 3 - 1 and 39 = 40 - 1.5 + 0.5: 3, of which 4.5 is congestion and -1.5 losses; energy cancels."""
    row = only(basis(NODE, HUB).table("basis"))
    assert (row["location"], row["hub"], row["node_price"], row["hub_price"]) == ("NODE", "HUB", 42.0, 39.0)
    assert (row["basis"], row["congestion"], row["loss"], row["rest"]) == (3.0, 4.5, -1.5, 0.0)
    assert (row["node_congestion"], row["hub_congestion"]) == (3.0, -1.5)


def test_part_is_null_where_a_component_is() -> None:
    """The basis stays, and what is left without one part is not known."""
    row = only(basis(NODE.with_columns(pl.lit(None, dtype=pl.Float64).alias("loss")), HUB).table("basis"))
    assert (row["basis"], row["congestion"], row["loss"], row["rest"]) == (3.0, 4.5, None, None)
    bare = only(basis(NODE.drop("loss", "congestion"), HUB).table("basis"))
    assert (bare["basis"], bare["congestion"], bare["loss"]) == (3.0, None, None)


def test_components_that_a_feed_derives_are_not_published() -> None:
    """They are null, as in a comparison."""
    data = answer(NODE, "lmp", derived=("congestion",))
    row = only(basis(data, answer(HUB, "lmp")).table("basis"))
    assert (row["basis"], row["congestion"], row["loss"]) == (3.0, None, -1.5)


def test_congestion_is_price_less_system_lambda_where_none_is_published() -> None:
    """25 and 30 less 28: -3 and 2, so that all of -5 is congestion; losses are not known."""
    node, hub = (
        prices(name, values).drop("location_type")
        for name, values in (("N", [25.0, 1.0]), ("H", [30.0, 2.0]))
    )
    energy = prices("SYSTEM", [28.0, None])
    first, second = basis(node, hub, system_lambda=energy).table("basis").iter_rows(named=True)
    assert (first["basis"], first["congestion"], first["loss"]) == (-5.0, -5.0, None)
    assert (first["node_congestion"], first["hub_congestion"]) == (-3.0, 2.0)
    assert (second["basis"], second["congestion"]) == (-1.0, None)


def test_blocks_are_the_markets() -> None:
    """A Monday: 5 in hours ending 08 to 23 and 2 at night give 5, 2 and (16 * 5 + 8 * 2) / 24 = 4."""
    day = [2.0] * 7 + [5.0] * 16 + [2.0]
    node = prices("NODE", [each + 10 for each in day], congestion=1.0)
    hub = prices("HUB", [10.0] * 24, congestion=[0.5] * 23 + [None])
    found = basis(answer(node, "lmp"), hub).table("basis_blocks")
    assert found.select("block", "hours", "missing_hours", "basis", "congestion", "loss").rows() == [
        ("5x16", 16.0, 0.0, 5.0, 0.5, None),
        ("7x8", 8.0, 0.0, 2.0, 0.5, None),
        ("offpeak", 8.0, 0.0, 2.0, 0.5, None),
        ("7x24", 24.0, 0.0, 4.0, 0.5, None),
    ]
    assert basis(node, hub, market=MARKET).table("basis_blocks").equals(found)
    assert basis(node, hub).table("basis_blocks").is_empty()


def test_block_means_are_weighted_by_seconds() -> None:
    """A quarter of an hour at 8 and three at 4 are 5; a null quarter is missing."""
    node = pl.concat(
        [prices("NODE", [8.0], minutes=15), prices("NODE", [4.0], minutes=45, first="2024-07-01T04:15")]
    )
    late = prices("NODE", [None], minutes=15, first="2024-07-01T05:00")
    hub = pl.concat([node, late]).with_columns(pl.lit("HUB").alias("location"), pl.lit(0.0).alias("lmp"))
    night = only(basis(pl.concat([node, late]), hub, market=MARKET).table("basis_blocks").filter(block="7x8"))
    assert (night["hours"], night["missing_hours"], night["basis"]) == (1.0, 0.25, 5.0)


def test_several_nodes_have_one_hub() -> None:
    """Each has rows of its own, in the order of time and name."""
    nodes = pl.concat([prices("B", [12.0, 13.0]), prices("A", [10.0, 11.0])])
    found = basis(nodes, prices("HUB", [1.0, 2.0])).table("basis")
    assert found.select("location", "basis").rows() == [("A", 9.0), ("B", 11.0), ("A", 9.0), ("B", 11.0)]


def test_rows_without_a_partner_are_counted() -> None:
    """Every row is in the table, or said."""
    found = basis(prices("NODE", [1.0, 2.0, 3.0]), prices("HUB", [1.0], first="2024-07-01T05:00"))
    assert found.table("basis").height == 1
    assert said(found) == ["2 rows of the node have no row of the hub with their interval"]
    found = basis(prices("NODE", [1.0], first="2024-07-01T05:00"), prices("HUB", [1.0, 2.0, 3.0]))
    assert said(found) == ["2 rows of the hub have no row of the node with their interval"]


def test_half_an_hour_is_no_partner_of_an_hour() -> None:
    """They begin together, but are not the same interval."""
    found = basis(prices("NODE", [1.0]), prices("HUB", [1.0, 1.0], minutes=30))
    assert found.table("basis").is_empty()
    assert len(found.findings) == 2


@pytest.mark.parametrize(
    ("node", "hub", "line"),
    [
        (
            NODE,
            prices("HUB", [1.0], market="nyiso"),
            "a basis is of one market, and these rows are of nyiso and pjm; energyopti.compare has spreads",
        ),
        (
            NODE,
            prices("HUB", [1.0], run="real_time_5min"),
            "a basis is of one run, and these rows are of day_ahead and real_time_5min",
        ),
        (NODE, pl.concat([HUB, prices("B", [1.0], congestion=0.0, loss=0.0, energy=0.0)]), "several series"),
        (pl.concat([NODE, NODE]), HUB, "the prices of the node have 2024-07-01T04:00:00Z twice"),
        (NODE.drop("location"), HUB, "the prices of the node have no column 'location'"),
    ],
)
def test_what_is_no_pair_is_refused(node: pl.DataFrame, hub: pl.DataFrame, line: str) -> None:
    """Two markets, two runs, two hubs, or an hour that is there twice."""
    with pytest.raises(UnsupportedQuery) as error:
        basis(node, hub)
    assert line in error.value.line


def test_system_lambda_is_of_the_same_market() -> None:
    """Another market's is refused."""
    with pytest.raises(
        UnsupportedQuery, match="a basis is of one market, and these rows are of ercot and pjm"
    ):
        basis(NODE, HUB, system_lambda=prices("SYSTEM", [1.0], market="ercot"))


def test_rows_without_market_and_run_are_taken_as_they_are() -> None:
    """A frame of one's own."""
    bare = rows([2.0], location="A")
    assert only(basis(bare, rows([1.0], location="B")).table("basis"))["basis"] == 1.0


def test_tables_are_as_declared_and_findings_come_along() -> None:
    """Those of the answers first; an unknown table is refused with a suggestion."""
    data = answer(NODE, "lmp")
    found = basis(data, attrs.evolve(data, frame=HUB))
    assert {name: found.table(name).schema for name in found.names} == {
        name: frame_schema(DESK_TABLES[name]) for name in ("basis", "basis_blocks")
    }
    assert repr(found).splitlines()[0] == "DeskAnalysis(basis: 1 rows, basis_blocks: 3 rows; 0 findings)"
    with pytest.raises(UnsupportedQuery, match=r"no table 'basis_block'\. Did you mean 'basis_blocks'"):
        found.table("basis_block")


def test_system_lambda_of_several_places_is_refused() -> None:
    """It would be a row of the basis for each."""
    several = pl.concat([prices("SYSTEM", [35.0]), prices("OTHER", [36.0])])
    with pytest.raises(UnsupportedQuery, match="SYSTEM"):
        basis(NODE, HUB, system_lambda=several)


def test_interval_without_a_system_lambda_has_no_congestion_and_is_counted() -> None:
    """The basis itself stands."""
    node, hub = prices("NODE", [42.0, 43.0]), prices("HUB", [39.0, 39.0])
    found = basis(node, hub, system_lambda=prices("SYSTEM", [35.0]))
    assert found.table("basis").select("basis", "congestion").rows() == [(3.0, 3.0), (4.0, None)]
    assert any("1 rows of the node have no system lambda" in each.message for each in found.findings)


def test_infinite_price_is_refused() -> None:
    """Nothing can be made of it."""
    with pytest.raises(UnsupportedQuery, match="is infinite"):
        basis(prices("NODE", [float("inf")]), HUB)
