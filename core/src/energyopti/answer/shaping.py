"""An answer in other shapes: other intervals, or a column for each series."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from energyopti.answer.parts import Shown
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.findings import Finding, FindingKind
from energyopti.timezones import DAY, HOUR
from energyopti.timezones import zone as known_zone

_MEANS = frozenset({"USD/MWh", "MW", "USD/MW per hour"})
"""Units of figures that hold throughout an interval: of several intervals they are averaged by their seconds."""

_SUMS = frozenset({"t CO2"})
"""Units of figures that add up."""

_EVERY = re.compile(r"(\d+)(min|h|d|w|mo|y)")
_POLARS = {"min": "m", "h": "h", "d": "d", "w": "w", "mo": "mo", "y": "y"}
_TIMES = ("interval_start", "interval_end")
_FROM, _TO, _BIN, _NEXT, _SECONDS = "\0from", "\0to", "\0bin", "\0next", "\0seconds"


def resampled(data: Shown, every: str, zone: str) -> tuple[pl.DataFrame, Finding | None]:
    """The rows at intervals of one length, on a clock; and the finding that some are not whole, if any.

    Prices and power are averaged by their seconds, tons added up; a figure is null unless the source's intervals cover all of
    the new one exactly once and none is null. Words that differ within an interval are null; other figures are left out.
    """
    step = _step(every)
    figures = _figures(data, data.frame.columns)
    if not figures:
        raise UnsupportedQuery(f"{data.dataset.name} has no figures that can be put into other intervals")
    longest = (pl.col("interval_end") - pl.col("interval_start")).max()
    length = data.frame.select(longest).item()
    shortest = _shortest(every)
    if length is not None and shortest < length:
        raise UnsupportedQuery(
            f"intervals of {every} are shorter than the source's",
            do="ask for longer ones: values in between are not known",
        )
    keys = [
        name
        for name in data.dataset.key
        if name in data.frame.columns and name not in {"interval_start", "version"}
    ]
    group = [*(["market", "feed"]), *keys, _BIN, _NEXT]
    words = [
        name
        for name, kind in data.frame.schema.items()
        if kind == pl.String and name not in group and name not in figures
    ]
    pieces = _pieces(data.frame, step, zone)
    weight = pl.col(_SECONDS)
    exact = (weight.sum() == (pl.col(_NEXT) - pl.col(_BIN)).first()) & (
        pl.col(_FROM).sort() == pl.col(_TO).sort().shift(1)
    ).fill_null(value=True).all()
    values = [_value(name, how, weight, exact) for name, how in figures.items()]
    same = [pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name) for name in words]
    table = pieces.group_by(group, maintain_order=True).agg(*values, *same, exact.alias("\0whole"))
    broken = table.height - int(table["\0whole"].sum())
    empty = {
        name: pl.lit(None, dtype=kind)
        for name, kind in data.frame.schema.items()
        if name not in {*table.columns, *_TIMES}
    }
    table = table.with_columns(
        pl.col(_BIN).alias("interval_start"), pl.col(_NEXT).alias("interval_end"), **empty
    )
    finding = Finding(
        kind=FindingKind.INCOMPLETE_HOUR,
        message=f"{broken:,} of {table.height:,} intervals of {every} are not whole: their figures are null",
        rows=broken,
    )
    order = [name for name in ("interval_start", "market", "location") if name in data.frame.columns]
    found = table.select(data.frame.columns).sort(*order, maintain_order=True)
    return found, finding if broken else None


def pivoted(data: Shown, column: str | None, by: Sequence[str] | None) -> pl.DataFrame:
    """A figure with one row an interval and a column for each series, in the order in which they first come.

    Raises `UnsupportedQuery` for a column that is not there, or if several rows are of one time and series.
    """
    frame = data.frame
    figures = list(_figures(data, frame.columns)) or [
        name for name, kind in frame.schema.items() if kind.is_numeric()
    ]
    chosen = column or (figures[0] if figures else "")
    names = list(by) if by is not None else varying(data)
    for name in (chosen, *names):
        if name not in frame.columns:
            raise UnsupportedQuery(f"there is no column {name!r}", do=suggest(name, frame.columns))
    label = pl.concat_str(names, separator=" ", ignore_nulls=True) if names else pl.lit(chosen)
    table = frame.select("interval_start", label.alias("\0series"), chosen)
    if table.select("interval_start", "\0series").is_duplicated().any():
        raise UnsupportedQuery(
            f"several rows are of one time and series ({', '.join(names) or 'none'})",
            do="name more columns in by",
        )
    return table.pivot(on="\0series", index="interval_start", values=chosen).sort("interval_start")


def varying(data: Shown) -> list[str]:
    """The words of the key that tell series apart here."""
    names = [*(["market"] if len(data.queries) > 1 else []), *data.dataset.key]
    frame = data.frame
    return [
        name
        for name in names
        if name in frame.columns and frame.schema[name] == pl.String and frame[name].n_unique() > 1
    ]


def _figures(data: Shown, columns: Sequence[str]) -> dict[str, str]:
    """The figures that can be put into other intervals: whether their mean or their sum is meant."""
    units = {each.name: each.unit for each in data.dataset.columns if each.name in columns}
    means = {name: "mean" for name, unit in units.items() if unit in _MEANS}
    return means | {name: "sum" for name, unit in units.items() if unit in _SUMS}


def _value(name: str, how: str, weight: pl.Expr, exact: pl.Expr) -> pl.Expr:
    """A figure of a new interval; null unless it is whole."""
    seconds = weight.dt.total_microseconds().cast(pl.Float64)
    whole = (pl.col("interval_end") - pl.col("interval_start")).dt.total_microseconds()
    parts = pl.col(name) * seconds
    value = parts.sum() / seconds.sum() if how == "mean" else (parts / whole).sum()
    return pl.when(exact & (pl.col(name).null_count() == 0)).then(value).alias(name)


def _pieces(frame: pl.DataFrame, step: str, zone: str) -> pl.DataFrame:
    """The rows cut at the edges of the new intervals: which part of which one each piece covers."""
    start = pl.col("interval_start").dt.convert_time_zone(zone)
    end = pl.col("interval_end").dt.convert_time_zone(zone)
    bins = pl.datetime_ranges(start.dt.truncate(step), end, step, closed="left")
    cut = (
        frame.filter(pl.col("interval_start") < pl.col("interval_end"))
        .with_columns(bins.alias(_BIN))
        .explode(_BIN)
    )
    cut = cut.with_columns(pl.col(_BIN).dt.offset_by(step).alias(_NEXT)).with_columns(
        pl.col(_BIN, _NEXT).dt.convert_time_zone("UTC")
    )
    cut = cut.with_columns(
        pl.max_horizontal("interval_start", _BIN).alias(_FROM),
        pl.min_horizontal("interval_end", _NEXT).alias(_TO),
    )
    return cut.filter(pl.col(_FROM) < pl.col(_TO)).with_columns((pl.col(_TO) - pl.col(_FROM)).alias(_SECONDS))


def _parts(every: str) -> tuple[int, str]:
    found = _EVERY.fullmatch(every.strip().casefold())
    if found is None or not int(found[1]):
        raise UnsupportedQuery(
            f"{every!r} is not a length of intervals", do="write 15min, 1h, 1d, 1w, 1mo or 1y"
        )
    return int(found[1]), found[2]


def _step(every: str) -> str:
    """A length as polars writes it."""
    count, unit = _parts(every)
    return f"{count}{_POLARS[unit]}"


def _shortest(every: str) -> timedelta:
    """The shortest that such an interval can be."""
    count, unit = _parts(every)
    day = DAY - HOUR  # of 23 hours
    lengths = {
        "min": HOUR / 60,
        "h": HOUR,
        "d": day,
        "w": 7 * DAY - HOUR,
        "mo": 28 * DAY - HOUR,
        "y": 365 * DAY,
    }
    return count * lengths[unit]


def clock(data: Shown, tz: str | None) -> str:
    """The clock of days and months: the one asked for, or the market's; raises `UnsupportedQuery` if the markets' differ."""
    zones = sorted({query.market.zone for query in data.queries})
    if tz is not None:
        return known_zone(tz).key
    if len(zones) > 1:
        raise UnsupportedQuery(
            f"the markets' time zones differ: {' and '.join(zones)}", do=f"name one, as tz={zones[0]!r}"
        )
    return zones[0]
