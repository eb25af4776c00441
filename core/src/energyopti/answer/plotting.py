"""An answer as a chart: its main figure over time, a line for each series. It loads nothing."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import polars as pl

from energyopti.answer.page import said
from energyopti.answer.shaping import varying
from energyopti.errors import OutputError, UnsupportedQuery, suggest
from energyopti.lazy import extra
from energyopti.schema import ColumnType
from energyopti.tuning.output import CHART_SIZE, POINTS, SERIES

if TYPE_CHECKING:
    import altair as alt

    from energyopti.answer.parts import Shown


@attrs.frozen
class Plot:
    """A chart: a notebook shows it without a network; ``chart`` is Altair's, `save` writes html, png or svg."""

    chart: alt.Chart

    def _repr_html_(self) -> str:
        whole = self.chart.to_html(inline=True, embed_options={"actions": False})
        width, height = CHART_SIZE[0] + 320, CHART_SIZE[1] + 140
        return (
            f'<iframe srcdoc="{escape(whole)}" style="width:100%;max-width:{width}px;height:{height}px;border:0">'
            "</iframe>"
        )

    def save(self, path: str | Path) -> None:
        """Write the chart as its name says: ``.html`` (which needs no network), ``.png`` or ``.svg``."""
        target = Path(path)
        form = target.suffix.removeprefix(".").casefold()
        if form not in {"html", "png", "svg"}:
            raise OutputError(f"a chart cannot be {target.name}", do="end it in .html, .png or .svg")
        more: dict[str, Any] = {"inline": True} if form == "html" else {}
        self.chart.save(str(target.with_suffix(f".{form}")), **more)


def plot(data: Shown, column: str | None = None) -> Plot:
    """A figure of an answer over time; of more than a dozen series, those with the largest figures."""
    with extra("chart", "a chart", error=OutputError):
        import altair as alt
        import vl_convert  # noqa: F401 - what puts the chart into a page, or a picture
    chosen = _column(data, column)
    frame, left = _series(data, chosen)
    unit = data.dataset.column(chosen).unit or ""
    title = alt.TitleParams(f"{data.dataset.name}: {chosen}", subtitle=[said(data), *left], anchor="start")
    width, height = CHART_SIZE
    drawn = (
        alt.Chart(chart_rows(frame), title=title, width=width, height=height)
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("interval_start:T", title="UTC", scale=alt.Scale(type="utc")),
            y=alt.Y("value:Q", title=unit),
            color=alt.Color("series:N", title=None),
            tooltip=["series:N", "interval_start:T", "value:Q"],
        )
    )
    return Plot(drawn)


def _column(data: Shown, column: str | None) -> str:
    """The figure to draw: the one asked for, or the first that has any values."""
    figures = [
        each.name
        for each in data.dataset.columns
        if each.type in {ColumnType.FLOAT, ColumnType.INTEGER} and each.name in data.frame.columns
    ]
    if column is not None:
        if column not in figures:
            raise UnsupportedQuery(f"there is no figure {column!r} to draw", do=suggest(column, figures))
        return column
    for name in figures:
        if data.frame[name].null_count() < data.frame.height:
            return name
    raise UnsupportedQuery("there is no figure to draw", do="look at the answer's findings and coverage")


def _series(data: Shown, column: str) -> tuple[pl.DataFrame, list[str]]:
    """Time, value and the name of each row's series; and what is left out, in words."""
    names = varying(data)
    label = (
        pl.concat_str(names, separator=" ", ignore_nulls=True) if names else pl.lit(data.queries[0].feed.name)
    )
    frame = data.frame.select("interval_start", pl.col(column).cast(pl.Float64).alias("value"), series=label)
    ranked = (
        frame.group_by("series")
        .agg(pl.col("value").abs().max())
        .sort("value", "series", descending=[True, False])
    )
    left = []
    if ranked.height > SERIES:
        frame = frame.join(
            ranked.head(SERIES).select("series"), on="series", how="semi", maintain_order="left"
        )
        left.append(f"{SERIES} of {ranked.height:,} series: those with the largest figures")
    if frame.height > POINTS:
        raise UnsupportedQuery(
            f"{frame.height:,} points are too many for a chart",
            do="ask for a shorter time, or for some locations",
        )
    return frame.sort("series", "interval_start", maintain_order=True), left


def chart_rows(frame: pl.DataFrame) -> Any:
    """Rows for a chart; times get a Z, or a chart would read them on the viewer's clock."""
    import altair as alt

    text = frame.with_columns(pl.col(pl.Datetime).dt.to_string("%Y-%m-%dT%H:%M:%SZ"))
    return alt.Data(values=json.loads(text.write_json()))  # type: ignore[no-untyped-call]
