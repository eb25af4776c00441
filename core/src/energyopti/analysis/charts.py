"""The chart of a comparison: price lines, spreads by hour, duration curves."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from energyopti.analysis import chart_data
from energyopti.analysis.chart_data import Charted
from energyopti.answer.plotting import chart_rows
from energyopti.errors import OutputError
from energyopti.lazy import extra
from energyopti.query import TimeRange
from energyopti.timezones import DAY, iso_utc

if TYPE_CHECKING:
    import altair as alt


FORMS = ("html", "png", "svg")
"""The formats a chart can be rendered in."""

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_DASHES = ([1, 0], [7, 2], [3, 1.5], [7, 2, 2, 2], [12, 2], [4, 2, 1, 2], [1, 1])
_WIDTH = 900
_SHARP = 2.0
_SPIKY = 6
_MOST_PAIRS = 12
_EMBEDDED = {"actions": {"export": True, "source": False, "compiled": False, "editor": False}}
"""The page's menu saves pictures; no entry sends the data to an online editor."""

_MARKS = (-1000, -300, -100, -30, 0, 30, 100, 300, 1000, 3000, 10_000)
_COLOURED = 0.9
_FEW_DAYS, _MANY_DAYS = 2 * DAY, 46 * DAY


def need_extra() -> None:
    """Raise `OutputError` if the charting packages are not installed."""
    with extra("chart", "a chart", error=OutputError):
        import altair  # noqa: F401, ICN001
        import vl_convert  # noqa: F401


def render(analysis: Charted, form: str) -> bytes:
    """The chart as a complete file: ``html`` (which needs no network), ``png`` or ``svg``."""
    if form not in FORMS:
        raise OutputError(f"a chart cannot be {form!r}; it can be {', '.join(FORMS)}")
    drawn = chart(analysis)
    if form == "html":
        return drawn.to_html(inline=True, embed_options=_EMBEDDED).encode()
    if form == "svg":
        text = io.StringIO()
        drawn.save(text, format="svg")
        return text.getvalue().encode()
    image = io.BytesIO()
    drawn.save(image, format="png", scale_factor=_SHARP)
    return image.getvalue()


def chart(analysis: Charted) -> alt.VConcatChart:
    """All the charts, one below the other; without spreads if there is only one market."""
    need_extra()
    import altair as alt

    parts: list[alt.Chart | alt.FacetChart] = [_lines(analysis)]
    if len(analysis.names) > 1:
        parts.append(_spreads(analysis))
    parts.append(_duration(analysis))
    if analysis.dart_hours["dart"].count():
        parts.append(_dart(analysis))
    if analysis.storage_days["tb4_usd_per_mw_day"].count():
        parts.append(_storage(analysis))
    run = " and ".join(dict.fromkeys(analysis.markets["run"])).replace("_", " ")
    title = alt.TitleParams(
        f"Power prices side by side: {run}",
        subtitle=[
            f"{iso_utc(analysis.time.start)} to {iso_utc(analysis.time.end)}; clock of the charts: {_clock(analysis)}",
            *(f"{market}: {terms.note}" for market, terms in analysis.terms.items() if terms.note),
        ],
        anchor="start",
        fontSize=18,
        subtitleFontSize=13,
        offset=14,
    )
    drawn: alt.VConcatChart = (
        alt.vconcat(*parts, spacing=36, title=title)
        .resolve_scale(color="independent", strokeDash="independent")
        .configure_axis(labelFontSize=12, titleFontSize=12, titleFontWeight="normal")
        .configure_legend(labelFontSize=12, titleFontSize=12, labelLimit=280)
        .configure_view(stroke="#cccccc")
    )
    return drawn


def _clock(analysis: Charted) -> str:
    return analysis.tz or "UTC hours, each market's own days"


def _days(analysis: Charted) -> str:
    return analysis.tz or "each market's own clock"


def _named(analysis: Charted, frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with markets named as in the legend: ``pjm WESTERN HUB``."""
    return frame.with_columns(
        pl.col("market").replace(dict(zip(analysis.names, labels(analysis), strict=True)))
    )


def labels(analysis: Charted) -> list[str]:
    """Each market with its location's name, made safe for the script it is embedded in."""
    place = pl.col("location_name").fill_null(pl.col("location")).str.replace_all("</", "< /", literal=True)
    named = pl.col("market").str.contains(" ", literal=True)  # a place of several of its market
    safe = pl.col("market").str.replace_all("</", "< /", literal=True)
    label = pl.when(named).then(safe).otherwise(pl.format("{} {}", safe, place))
    return analysis.markets.select(label.alias("label")).to_series().to_list()


def _styles(names: Sequence[str]) -> dict[str, Any]:
    """Markets distinguished by color and by dash, in one legend."""
    import altair as alt

    count = range(len(names))
    legend = alt.Legend(
        title=None, orient="top", symbolType="stroke", symbolStrokeWidth=3, symbolSize=300, columns=4
    )
    colours = [_COLOURS[number % len(_COLOURS)] for number in count]
    dashes = [_DASHES[number % len(_DASHES)] for number in count]
    return {
        "color": alt.Color("market:N", scale=alt.Scale(domain=list(names), range=colours), legend=legend),
        "strokeDash": alt.StrokeDash(
            "market:N", scale=alt.Scale(domain=list(names), range=dashes), legend=legend
        ),
    }


def _price_axis(prices: pl.Series) -> alt.Y:
    """The price axis: logarithmic on both sides of zero if spikes would flatten everything else."""
    import altair as alt

    size = prices.drop_nulls().abs()
    if size.is_empty() or size.max() <= _SPIKY * max(size.quantile(0.98) or 0.0, 1.0):  # type: ignore[operator]
        return alt.Y("price:Q", title="USD/MWh", scale=alt.Scale(zero=False, nice=True))
    scale = alt.Scale(type="symlog", constant=max(size.quantile(0.5) or 0.0, 1.0), nice=False)
    title = "USD/MWh (logarithmic on both sides of 0)"
    low, high = prices.min(), prices.max()
    marks = [mark for mark in _MARKS if low <= mark <= high]  # type: ignore[operator]
    return alt.Y("price:Q", title=title, scale=scale, axis=alt.Axis(values=marks))


def _title(text: str, subtitle: str) -> alt.TitleParams:
    import altair as alt

    return alt.TitleParams(
        text, subtitle=subtitle, anchor="start", frame="group", fontSize=14, subtitleFontSize=12
    )


def _ticks(span: TimeRange) -> dict[str, Any]:
    """Ticks at midnight, labeled with the date, where hours of many days are drawn: ticks by hour would crowd dates out."""
    return (
        {"tickCount": "day", "labelOverlap": "greedy"}
        if _FEW_DAYS < span.end - span.start < _MANY_DAYS
        else {}
    )


def _lines(analysis: Charted) -> alt.Chart:
    import altair as alt

    hours, clock = analysis.hours, analysis.tz or "UTC"
    frame, how = chart_data.lines(hours, analysis.time, chart_data.clocks(analysis), clock=clock)
    named = f"time ({clock if how == chart_data.HOURLY else _days(analysis)})"
    axis = alt.Axis(grid=False, **_ticks(analysis.time))
    time = alt.X("time:T", title=named, scale=alt.Scale(type="utc"), axis=axis)
    drawn: alt.Chart = (
        alt.Chart(chart_rows(_named(analysis, frame)), width=_WIDTH, height=280, title=_title("Prices", how))
        .mark_line(strokeWidth=1.5)
        .encode(
            x=time,
            y=_price_axis(frame["price"]),
            tooltip=[
                "market:N",
                alt.Tooltip("utcyearmonthdatehoursminutes(time):T", title=named),
                alt.Tooltip("price:Q", title="USD/MWh"),
            ],
            **_styles(labels(analysis)),
        )
    )
    return drawn


def _spreads(analysis: Charted) -> alt.FacetChart:
    import altair as alt

    cells, by = chart_data.spreads(
        analysis.hours, analysis.time, chart_data.clocks(analysis), analysis.against
    )
    frame = chart_data.widest(cells, _MOST_PAIRS)
    left_out = cells["pair"].n_unique() - frame["pair"].n_unique()
    clock = analysis.tz or "the first market's clock"
    pattern = {"date": "%b %-d", "month": "%b %Y", "year": "%Y"}[by]
    times = frame["time"].unique().sort().dt.to_string(pattern).to_list()
    frame = frame.with_columns(pl.col("time").dt.to_string(pattern).alias("when")).drop("time")
    quantile = frame["spread"].abs().quantile(_COLOURED)
    edge = float(f"{max(quantile or 0.0, 0.01):.2g}")
    names = frame["pair"].unique(maintain_order=True).to_list()
    columns = min(3, len(names))
    cells = (
        alt.Chart(chart_rows(frame), width=(_WIDTH - 60 * (columns - 1)) / columns, height=170)
        .mark_rect()
        .encode(
            x=alt.X(
                "when:O",
                title=None,
                sort=times,
                axis=alt.Axis(labelOverlap="greedy", labelAngle=0, labelSeparation=8),
            ),
            y=alt.Y("hour:O", title="hour of the day", axis=alt.Axis(values=[0, 6, 12, 18])),
            color=alt.Color(
                "spread:Q",
                title=["USD/MWh", "colors end", f"at ±{edge:g}"],
                legend=alt.Legend(values=[-edge, 0, edge]),
                scale=alt.Scale(scheme="purpleorange", domain=[-edge, edge], clamp=True),
            ),
            tooltip=[
                "pair:N",
                alt.Tooltip("when:N", title=by),
                alt.Tooltip("hour:O", title=f"hour ({clock})"),
                alt.Tooltip("spread:Q", title="mean spread, USD/MWh"),
                alt.Tooltip("hours:Q", title="hours in the mean"),
            ],
        )
    )
    how = f"mean of the first price minus the second, by {by} and hour of the day ({clock}); blank if there is none"
    if left_out:
        how += f"; the {_MOST_PAIRS} largest of {left_out + _MOST_PAIRS} pairs"
    drawn: alt.FacetChart = cells.facet(
        alt.Facet("pair:N", title=None, sort=names, header=alt.Header(labelFontSize=12)),
        columns=columns,
        title=_title("Spreads", how),
    )
    return drawn


def _duration(analysis: Charted) -> alt.Chart:
    import altair as alt

    frame, how = chart_data.duration(analysis.hours)
    share = alt.X(
        "share:Q", title="percent of the hours with at least this price", scale=alt.Scale(domain=[0, 100])
    )
    drawn: alt.Chart = (
        alt.Chart(
            chart_rows(_named(analysis, frame)),
            width=_WIDTH,
            height=240,
            title=_title("Duration curves", how),
        )
        .mark_line(strokeWidth=1.5)
        .encode(
            x=share,
            y=_price_axis(frame["price"]),
            order="share:Q",
            tooltip=[
                "market:N",
                alt.Tooltip("share:Q", title="percent of hours"),
                alt.Tooltip("price:Q", title="USD/MWh"),
            ],
            **_styles(labels(analysis)),
        )
    )
    return drawn


def _dart(analysis: Charted) -> alt.Chart:
    import altair as alt

    frame = chart_data.dart(analysis.dart_hours, chart_data.clocks(analysis))
    drawn: alt.Chart = (
        alt.Chart(
            chart_rows(_named(analysis, frame)),
            width=_WIDTH,
            height=200,
            title=_title("Day-ahead minus real-time (DART)", "mean by hour of the day"),
        )
        .mark_line(strokeWidth=1.5, point=True)
        .encode(
            x=alt.X("hour:Q", title=f"hour of the day ({_days(analysis)})", scale=alt.Scale(domain=[0, 23])),
            y=alt.Y("price:Q", title="USD/MWh"),
            tooltip=[
                "market:N",
                "hour:Q",
                alt.Tooltip("price:Q", title="USD/MWh"),
                alt.Tooltip("hours:Q", title="hours in the mean"),
            ],
            **_styles(labels(analysis)),
        )
    )
    return drawn


def _storage(analysis: Charted) -> alt.Chart:
    import altair as alt

    frame, how = chart_data.storage(analysis.storage_days)
    drawn: alt.Chart = (
        alt.Chart(
            chart_rows(_named(analysis, frame)),
            width=_WIDTH,
            height=200,
            title=_title("Four-hour battery (TB4)", f"{how}; {_days(analysis)}"),
        )
        .mark_line(strokeWidth=1.5, point=True)
        .encode(
            x=alt.X(
                "time:T",
                title=None,
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(grid=False, tickMinStep=DAY // timedelta(milliseconds=1)),
            ),
            y=alt.Y("price:Q", title="USD/MW-day"),
            tooltip=[
                "market:N",
                alt.Tooltip("utcyearmonthdate(time):T", title="day or month"),
                alt.Tooltip("price:Q", title="USD/MW-day"),
            ],
            **_styles(labels(analysis)),
        )
    )
    return drawn
