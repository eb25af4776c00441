"""An answer in other shapes: other intervals, or a column for each series."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from energyopti.answer.parts import Shown
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.findings import Finding, FindingKind
from energyopti.market import Market
from energyopti.query.shape import Every, condition
from energyopti.timezones import DAY, HOUR, local_date, midnight
from energyopti.timezones import zone as known_zone

_MEANS = frozenset({"USD/MWh", "MW", "USD/MW per hour"})
"""Units of figures that hold throughout an interval: of several intervals they are averaged by their seconds."""

_SUMS = frozenset({"t CO2"})
"""Units of figures that add up."""

_TIMES = ("interval_start", "interval_end")
_UTC = pl.Datetime("us", "UTC")
_FROM, _TO, _BIN, _NEXT, _SECONDS = "\0from", "\0to", "\0bin", "\0next", "\0seconds"


def resampled(data: Shown, every: Every, zone: str) -> tuple[pl.DataFrame, Finding | None]:
    """The rows at intervals of one length, on a clock; and the finding that some are not whole, if any.

    Prices and power are averaged by their seconds, tons added up; a figure is null unless the source's intervals cover all of
    the new one exactly once and none is null. Words that differ within an interval are null; other figures are left out.
    """
    figures = _figures(data, data.frame.columns)
    if not figures:
        raise UnsupportedQuery(f"{data.dataset.name} has no figures that can be put into other intervals")
    longest = (pl.col("interval_end") - pl.col("interval_start")).max()
    length = data.frame.select(longest).item()
    if length is not None and every.shortest < length:
        raise UnsupportedQuery(
            f"intervals of {every} are shorter than the source's",
            do="ask for longer ones: values in between are not known",
        )
    latest = all(query.vintages == "latest" for query in data.queries)
    published = (
        {"publish_time"} & {*data.frame.columns} if latest else set()
    )  # one figure an interval, of several publications
    keys = [
        name
        for name in data.dataset.key
        if name in data.frame.columns and name not in {"interval_start", "version", *published}
    ]
    group = [*(["market", "feed"]), *keys, _BIN, _NEXT]
    words = [
        name
        for name, kind in data.frame.schema.items()
        if kind == pl.String and name not in group and name not in figures
    ]
    pieces = _in_blocks(data) if every.is_block else _pieces(data.frame, every.polars, zone)
    weight = pl.col(_SECONDS)
    exact = (weight.sum() == (pl.col(_NEXT) - pl.col(_BIN)).first()) & (
        pl.col(_FROM).sort() == pl.col(_TO).sort().shift(1)
    ).fill_null(value=True).all()
    values = [_value(name, how, weight, exact) for name, how in figures.items()]
    same = [pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name) for name in words]
    table = pieces.group_by(group, maintain_order=True).agg(
        *values, *same, *(pl.col(name).max() for name in published), exact.alias("\0whole")
    )
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


def meeting(data: Shown, wanted: str | pl.Expr) -> tuple[pl.DataFrame, Finding | None]:
    """The rows that meet a condition; and the finding that none does, if there were any."""
    there = condition(wanted, data.dataset)
    for name in there.meta.root_names():
        _check_there(name, data.frame)
    frame = data.frame.filter(there)
    if frame.height or not data.frame.height:
        return frame, None
    message = f"none of {data.frame.height:,} rows meets the condition {wanted!s}"
    return frame, Finding(kind=FindingKind.NO_MATCH, message=message)


def _check_there(name: str, frame: pl.DataFrame) -> None:
    if name not in frame.columns:
        raise UnsupportedQuery(f"there is no column {name!r}", do=suggest(name, frame.columns))


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
        _check_there(name, frame)
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
    return _parts_inside(cut)


def _in_blocks(data: Shown) -> pl.DataFrame:
    """The rows cut at the edges of their markets' on-peak hours of each day; what lies outside of them is left out."""
    times = data.frame.select("market", "interval_start", "interval_end").unique()
    blocks = pl.concat([_blocks_of(query.market, times) for query in data.queries])
    inside = times.join_where(
        blocks,
        pl.col("market") == pl.col("\0market"),
        pl.col("interval_start") < pl.col(_NEXT),
        pl.col("interval_end") > pl.col(_BIN),
    ).drop("\0market")
    cut = data.frame.join(inside, on=["market", "interval_start", "interval_end"], maintain_order="left")
    return _parts_inside(cut)


def _blocks_of(market: Market, times: pl.DataFrame) -> pl.DataFrame:
    """The on-peak hours of a market's days in the span of its rows, as one interval a day."""
    of_market = times.filter(pl.col("market") == market.id)
    first, last = of_market.select(pl.col("interval_start").min(), pl.col("interval_end").max()).row(0)
    schema = pl.Schema({"\0market": pl.String(), _BIN: _UTC, _NEXT: _UTC})
    if market.onpeak is None or first is None or last is None:
        return pl.DataFrame(schema=schema)
    begin, end = (
        midnight(local_date(at, market.zone) + days * DAY, market.zone)
        for at, days in ((first, 0), (last, 1))
    )
    hours = (
        pl.datetime_range(begin, end, "1h", closed="left", eager=True)
        .cast(_UTC)
        .alias("interval_start")
        .to_frame()
    )
    kept = hours.filter(market.onpeak.covers(market.zone))
    day = pl.col("interval_start").dt.convert_time_zone(market.zone).dt.date()
    bounds = kept.group_by(day.alias("\0day"), maintain_order=True).agg(
        pl.col("interval_start").min().alias(_BIN), (pl.col("interval_start").max() + HOUR).alias(_NEXT)
    )
    return bounds.select(pl.lit(market.id).alias("\0market"), _BIN, _NEXT).cast(schema)


def _parts_inside(cut: pl.DataFrame) -> pl.DataFrame:
    """Rows with the new interval that each is in, with the part of it that each covers."""
    cut = cut.with_columns(
        pl.max_horizontal("interval_start", _BIN).alias(_FROM),
        pl.min_horizontal("interval_end", _NEXT).alias(_TO),
    )
    return cut.filter(pl.col(_FROM) < pl.col(_TO)).with_columns((pl.col(_TO) - pl.col(_FROM)).alias(_SECONDS))


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
