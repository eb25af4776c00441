"""Analyses as notebooks show them: figures with units, the rest folded, nothing loaded."""

from __future__ import annotations

import re
from datetime import datetime

import attrs
import polars as pl

from analysed import analysed
from builders import utc
from energyopti import Finding, FindingKind
from energyopti.analysis import TABLES, DeskAnalysis, top_hours

NETWORK = re.compile(r"""(?:src|href)=["'](?!data:|#)|url\(|@import""")
START = utc("2024-07-01T04:00")


def seen(page: str) -> str:
    """What a reader sees of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page))


def test_comparison_shows_its_markets_and_pairs() -> None:
    """Means and spreads with their unit; the other tables are named with their sizes."""
    page = analysed({"east": [1.0, 3.0], "west": [2.0, 8.0]})._repr_html_()
    text = seen(page)
    assert "CrossMarketAnalysis(east, west; day_ahead;" in text
    assert re.search(r"market location hours .*mean .*USD/MWh", text)
    assert re.search(r"east HUB 2 0 2 2 ", text)
    assert re.search(r"east west 2 -3 ", text)
    assert f"hours: {4:,} rows" in text
    assert all(name in text for name in TABLES)
    assert not NETWORK.search(page)


def test_comparison_of_one_market_has_no_pairs() -> None:
    """Only its own figures."""
    assert "mean_spread" not in analysed({"east": [1.0, 3.0]})._repr_html_()


def test_what_was_found_is_folded_and_is_text() -> None:
    """A finding may hold what a source said."""
    found = Finding(kind=FindingKind.GAP, message="<b>hole</b>", rows=3)
    page = analysed({"east": [1.0]}, findings={"east": (found,)})._repr_html_()
    assert "<summary>1 finding</summary>" in page
    assert "gap: &lt;b&gt;hole&lt;/b&gt; (3 rows)" in page


def desk() -> DeskAnalysis:
    """The two highest hours of a day of load."""
    hours = pl.datetime_range(START, datetime.fromisoformat("2024-07-02T03:00+00:00"), "1h", eager=True)
    frame = pl.DataFrame({"interval_start": hours, "load": [float(n) for n in range(24)]}).with_columns(
        pl.col("interval_start").cast(pl.Datetime("us", "UTC")),
        interval_end=pl.col("interval_start") + pl.duration(hours=1),
    )
    return top_hours(frame, 2, tz="America/New_York")


def test_desk_analysis_shows_each_of_its_tables() -> None:
    """Under its name, with units; what was found is folded."""
    found = desk()
    page = found._repr_html_()
    text = seen(page)
    for name in found.names:
        assert name in text
    assert "MW" in text
    assert not NETWORK.search(page)
    assert "1 finding" in seen(
        attrs.evolve(found, findings=(Finding(kind=FindingKind.GAP, message="x"),))._repr_html_()
    )


def test_results_print_their_first_table() -> None:
    """In a terminal, below a line that says what they are."""
    first, *table = repr(desk()).splitlines()
    assert first.startswith("DeskAnalysis(")
    assert table[0].startswith("shape: (2, ")
    first, *table = repr(analysed({"east": [1.0, 3.0]})).splitlines()
    assert first.startswith("CrossMarketAnalysis(east; day_ahead;")
    assert table[0] == "shape: (1, 12)"
