"""Numbers that are none: no infinity enters a frame, neither as it is written nor by arithmetic with large ones."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import polars as pl
import pytest

from builders import MARKET, feed
from collecting_builders import NOW, chunk_data, chunk_of
from energyopti.answer.result import MarketData
from energyopti.datasets import LMP, LOAD
from energyopti.fetch.finish import finish
from energyopti.files import read_file
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import Absolute, CsvLayout, JsonLayout, Layout, Number, Text
from energyopti.layouts.derivations import Residual
from energyopti.vocabulary import Run

TIME, PLACE = Absolute(names=("Start",)), Text("Area", to="location")
ZONE = "America/New_York"
LOADS = (PLACE, Number("MW", to="load"))
TIMES_TWELVE = (PLACE, Number("MW", to="load", scale=12))
STAMP = "2024-07-01T04:00:00"
HUGE = "9" * 400
SPELLINGS = ["inf", "-inf", "+Inf", "Infinity", "-INFINITY", "nan", "NaN", "1e309", "-1e400", HUGE]
shortly = pytest.mark.parametrize("spelling", SPELLINGS, ids=[each[:9] for each in SPELLINGS])


def read(folder: Path, layout: Layout, content: str) -> MarketData:
    """A file as a user's query reads it."""
    file = folder / "file"
    file.write_text(content)
    run = Run.DAY_AHEAD if layout.dataset is LMP else None
    return read_file(MARKET, feed(layout=layout, dataset=layout.dataset, run=run), file, now=NOW)


def text_layout(*columns: Text | Number) -> CsvLayout:
    """A table of text."""
    return CsvLayout(dataset=LOAD, zone=ZONE, time=TIME, columns=columns)


def unread(data: MarketData) -> list[Finding]:
    """What is said of numbers that could not be read."""
    return [each for each in data.findings if each.kind is FindingKind.UNREADABLE_VALUE]


@shortly
def test_no_infinity_is_read_from_text(spelling: str, tmp_path: Path) -> None:
    """The value is null, and a finding says so."""
    data = read(tmp_path, text_layout(*LOADS), f"Start,Area,MW\r\n{STAMP},NORTH,{spelling}\r\n")
    assert data.frame["load"].to_list() == [None]
    assert unread(data)


@shortly
def test_no_infinity_is_read_from_json(spelling: str, tmp_path: Path) -> None:
    """As a word, and as the number that JSON allows."""
    layout = JsonLayout(dataset=LOAD, zone=ZONE, time=TIME, columns=LOADS)
    word = json.dumps([{"Start": STAMP, "Area": "NORTH", "MW": spelling}])
    written = [word, word.replace(f'"{spelling}"', spelling)] if spelling[-1].isdigit() else [word]
    for each in written:
        data = read(tmp_path, layout, each)
        assert data.frame["load"].to_list() == [None]
        assert data.findings


def test_no_infinity_comes_of_a_units_factor(tmp_path: Path) -> None:
    """A number that is almost infinite, times twelve: null, and counted."""
    rows = f"{STAMP},NORTH,1e308\r\n{STAMP},SOUTH,1\r\n{STAMP},WEST,-1e308\r\n"
    data = read(tmp_path, text_layout(*TIMES_TWELVE), f"Start,Area,MW\r\n{rows}")
    assert data.frame["load"].to_list() == [None, 12.0, None]
    (finding,) = unread(data)
    assert finding.message == "load of 2 rows is not a finite number: the value is null"
    assert (finding.rows, finding.column) == (2, "load")


def test_no_infinity_comes_of_a_difference(tmp_path: Path) -> None:
    """A price less its components: two finite numbers have a difference that is not; what was published stays."""
    layout = CsvLayout(
        dataset=LMP,
        zone=ZONE,
        time=TIME,
        columns=(PLACE, Number("LMP", to="lmp"), Number("MCC", to="congestion"), Number("MLC", to="loss")),
        derived=(Residual(to="energy", of="lmp", minus=("congestion", "loss"), digits=2),),
        constants={"location_type": "zone"},
    )
    data = read(tmp_path, layout, f"Start,Area,LMP,MCC,MLC\r\n{STAMP},NORTH,1e308,-1e308,0\r\n")
    assert data.frame.select("lmp", "energy", "congestion").rows() == [(1e308, None, -1e308)]
    assert [each.column for each in unread(data)] == ["energy"]


def test_no_infinity_of_a_plugin_enters_a_chunk() -> None:
    """Whatever a plugin does with the rows: the same goes for what is fetched."""
    chunk = chunk_of(feed(layout=text_layout(*LOADS)))
    reading = text_layout(*LOADS).read(f"Start,Area,MW\r\n{STAMP},A,5\r\n{STAMP},B,6\r\n".encode())
    spoilt = reading.frame.with_columns(load=pl.Series([float("inf"), 6.0]))
    provenance = chunk_data(chunk, reading.frame).provenance
    data = finish(attrs.evolve(reading, frame=spoilt), chunk, provenance)
    assert data.frame["load"].to_list() == [None, 6.0]
    assert FindingKind.UNREADABLE_VALUE in {each.kind for each in data.findings}


def test_an_infinity_among_its_opposite_is_found(tmp_path: Path) -> None:
    """Their sum is not a number, whatever else is in the column; sums of large numbers spoil none of them."""
    rows = "".join(
        f"{STAMP},{area},{value}\r\n" for area, value in zip("ABC", ("inf", "5", "-inf"), strict=True)
    )
    data = read(tmp_path, text_layout(*LOADS), f"Start,Area,MW\r\n{rows}")
    assert data.frame["load"].to_list() == [None, 5.0, None]
    rows = f"{STAMP},A,1e308\r\n{STAMP},B,1e308\r\n"
    assert (
        read(tmp_path, text_layout(*LOADS), f"Start,Area,MW\r\n{rows}").frame["load"].to_list() == [1e308] * 2
    )
