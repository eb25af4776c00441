"""What people see of an answer: in a notebook, as a chart, as a file, as a pandas frame."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import attrs
import polars as pl
import pyarrow.parquet as pq
import pytest

from energyopti import Finding, FindingKind, MarketData, NoData, OutputError, UnsupportedQuery
from energyopti.answer.plotting import Plot
from load_answers import answered, came, data, failed, query

WHOLE = answered(query(), came(data(1)), came(data(2)))
HALF = answered(query(partial=True), came(data(1)), failed(2, NoData("the ISO has <b>none</b>")))
NETWORK = re.compile(r"""(?:src|href)=["'](?!data:|#)|url\(|@import""")


def seen(page: str) -> str:
    """What a reader sees of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page))


def test_notebook_shows_the_ends_of_the_table_with_units() -> None:
    """Five rows at each end, of the columns that have values; the count of the others, and which are null."""
    page = WHOLE._repr_html_()
    text = seen(page)
    assert "load testiso/hourly_load, 2024-07-01T04:00:00Z to 2024-07-03T04:00:00Z: 96 rows, complete" in text
    assert re.search(r"interval_start interval_end .*location .*load UTC UTC .*MW ", text)
    assert "2024-07-01 04:00 2024-07-01 05:00 NORTH 1,100 " in text
    assert "86 more rows" in text
    assert "null in every row: location_type" in text
    assert page.count("<tr>") == 2 + 10 + 1
    assert not NETWORK.search(page)


def test_notebook_says_once_what_is_the_same_in_every_row() -> None:
    """Above the table; a place's name that repeats its identifier is left out."""
    words = WHOLE.frame.with_columns(location_type=pl.lit("zone"))
    page = attrs.evolve(WHOLE, frame=words)._repr_html_()
    assert '<div class="u">location_type zone</div>' in page
    assert ">location_type</th>" not in page
    assert ">feed</th>" not in page
    assert ">location</th>" in page


def test_notebook_folds_away_what_is_missing_and_found() -> None:
    """What a source says is text, never markup."""
    page = HALF._repr_html_()
    assert "<summary>coverage: 1 part missing</summary>" in page
    assert "2024-07-02T04:00:00Z to 2024-07-03T04:00:00Z missing" in page
    assert "<b>none</b>" not in page
    assert "&lt;b&gt;none&lt;/b&gt;" in page


def test_long_lists_are_cut() -> None:
    """Twenty findings, and how many more."""
    many = tuple(Finding(kind=FindingKind.GAP, message=f"number {number}") for number in range(1_030))
    page = attrs.evolve(WHOLE, findings=many)._repr_html_()
    assert "1,030 findings" in page
    assert "number 19<" in page
    assert "number 20<" not in page
    assert "and 1,010 more" in page


def test_empty_answer_says_so() -> None:
    """In the place of a table."""
    nothing = attrs.evolve(WHOLE, frame=WHOLE.frame.clear())
    assert "no rows" in nothing._repr_html_()


def test_answer_is_looked_at_like_a_frame() -> None:
    """Its columns, shape, first rows, and parts of it."""
    assert WHOLE.columns == WHOLE.frame.columns
    assert WHOLE.shape == WHOLE.frame.shape
    assert WHOLE.head(3).equals(WHOLE.frame.head(3))
    assert WHOLE["load"].equals(WHOLE.frame["load"])
    assert WHOLE[["location", "load"]].columns == ["location", "load"]
    assert WHOLE[2:4].equals(WHOLE.frame[2:4])
    assert WHOLE.units["load"] == "MW"


def test_pandas_has_the_markets_clock_an_index_and_units() -> None:
    """On request; UTC and a plain index otherwise."""
    frame = WHOLE.to_pandas(tz="market", index="interval_start")
    assert str(frame.index[0]) == "2024-07-01 00:00:00-04:00"
    assert frame.index.name == "interval_start"
    assert frame.attrs["units"]["load"] == "MW"
    assert str(WHOLE.to_pandas()["interval_start"][0]) == "2024-07-01 04:00:00+00:00"
    with pytest.raises(UnsupportedQuery, match="there is no column 'interval_strat'"):
        WHOLE.to_pandas(index="interval_strat")


def known(metadata: dict[bytes, bytes]) -> dict[str, object]:
    """What a file says of itself."""
    found: dict[str, object] = json.loads(metadata[b"energyopti"])
    return found


def test_parquet_and_arrow_say_units_coverage_and_sources(tmp_path: Path) -> None:
    """As JSON in the metadata; the rows are the answer's."""
    HALF.write(tmp_path / "load.parquet")
    file = pq.ParquetFile(tmp_path / "load.parquet")
    said = known(file.metadata.metadata)
    assert said == known(HALF.to_arrow().schema.metadata)
    assert said["units"] == HALF.units
    coverage = said["coverage"]
    assert isinstance(coverage, dict)
    assert coverage["complete"] is False
    assert coverage["missing"][0]["start"] == "2024-07-02T04:00:00Z"
    assert pl.read_parquet(tmp_path / "load.parquet").equals(HALF.frame)


@pytest.mark.parametrize("suffix", ["csv", "json", "ndjson", "arrow", "feather"])
def test_file_is_written_as_its_name_says(tmp_path: Path, suffix: str) -> None:
    """All rows."""
    target = tmp_path / f"load.{suffix}"
    WHOLE.write(str(target))
    read = {"csv": pl.read_csv, "json": pl.read_json, "ndjson": pl.read_ndjson}.get(suffix, pl.read_ipc)
    assert read(target.read_bytes())["load"].to_list() == WHOLE["load"].to_list()  # type: ignore[operator]


def test_workbook_has_times_as_times_and_texts_as_texts(tmp_path: Path) -> None:
    """In UTC, which the header says; a word that looks like a formula stays a word."""
    words = (
        pl.when(pl.col("location") == "NORTH").then(pl.lit("=1+1")).otherwise("location").alias("location")
    )
    attrs.evolve(WHOLE, frame=WHOLE.frame.with_columns(words)).write(tmp_path / "load.xlsx")
    sheet = pl.read_excel(tmp_path / "load.xlsx")
    assert sheet.height == 96
    first = sheet.row(0, named=True)
    assert first["interval_start (UTC)"] == datetime(2024, 7, 1, 4, tzinfo=UTC).replace(tzinfo=None)
    assert (first["load"], first["location"]) == (1100, "=1+1")


def test_table_without_room_in_a_sheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what has room."""
    monkeypatch.setattr("energyopti.output.formats.ROWS_OF_A_SHEET", 96)
    with pytest.raises(OutputError, match="a sheet has no room for 96 rows; write csv or parquet"):
        WHOLE.write(tmp_path / "load.xlsx")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [("load.doc", OutputError, "does not tell the format"), ("no/load.csv", OutputError, "does not exist")],
)
def test_file_that_cannot_be_is_refused(tmp_path: Path, name: str, error: type[Exception], said: str) -> None:
    """Nothing is left."""
    with pytest.raises(error, match=said):
        WHOLE.write(tmp_path / name)
    assert not [*tmp_path.iterdir()]


def values(plot: Plot) -> list[dict[str, object]]:
    """The points of a chart."""
    drawn = plot.chart.to_dict()
    found: list[dict[str, object]] = drawn["data"]["values"]
    return found


def test_chart_draws_each_series_in_utc() -> None:
    """A line for each location, the dataset's first figure, its unit at the axis."""
    plot = WHOLE.plot()
    points = values(plot)
    assert len(points) == 96
    assert {point["series"] for point in points} == {"NORTH", "SOUTH"}
    assert points[0] == {"interval_start": "2024-07-01T04:00:00Z", "value": 1100.0, "series": "NORTH"}
    drawn = plot.chart.to_dict()
    assert drawn["encoding"]["y"]["title"] == "MW"
    assert "96 rows, complete" in drawn["title"]["subtitle"][0]


def test_chart_of_many_series_has_the_largest_and_says_so() -> None:
    """A dozen of fifteen."""
    areas = [f"AREA {number:02}" for number in range(15)]
    many = answered(query(end="2024-07-02T04:00"), came(data(1, areas=areas)))
    plot = many.plot("load")
    assert len({point["series"] for point in values(plot)}) == 12
    assert plot.chart.to_dict()["title"]["subtitle"][1] == "12 of 15 series: those with the largest figures"


def test_chart_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure that is not there, none at all, and too many points."""
    with pytest.raises(UnsupportedQuery, match="no figure 'laod' to draw"):
        WHOLE.plot("laod")
    with pytest.raises(UnsupportedQuery, match="no figure 'location'"):
        WHOLE.plot("location")
    nothing: MarketData = attrs.evolve(WHOLE, frame=WHOLE.frame.with_columns(load=None, net_load=None))
    with pytest.raises(UnsupportedQuery, match="there is no figure to draw"):
        nothing.plot()
    monkeypatch.setattr("energyopti.answer.plotting.POINTS", 95)
    with pytest.raises(UnsupportedQuery, match="96 points are too many"):
        WHOLE.plot()


def test_chart_is_saved_as_its_name_says(tmp_path: Path) -> None:
    """A page that loads nothing, and pictures."""
    plot = WHOLE.plot()
    for name, begins in (("a.html", b"<!DOCTYPE html>"), ("a.svg", b"<svg"), ("a.png", b"\x89PNG")):
        plot.save(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert b"cdn.jsdelivr" not in (tmp_path / "a.html").read_bytes()
    assert "<iframe srcdoc=" in plot._repr_html_()
    with pytest.raises(OutputError, match=r"a chart cannot be a\.pdf"):
        plot.save(tmp_path / "a.pdf")
