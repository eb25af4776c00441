"""CAISO's reserves and regulation: prices, requirements and what was bought.

A published price is one region's shadow price, and regions nest: what a resource is paid is the sum over all that
contain it. Both come out, told apart by their basis.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Due, Example, Feed, Run
from energyopti.datasets import ANCILLARY_PRICES, ANCILLARY_QUANTITIES
from energyopti.layouts import CsvLayout, Pattern, Text
from energyopti.vocabulary import AncillaryProduct, PriceBasis
from energyopti_caiso import oasis, runs, timetable
from energyopti_caiso.clearing import SERVICES, with_clearing
from energyopti_caiso.documented import SPECIFICATION
from energyopti_caiso.examples import ancillary as examples
from energyopti_caiso.layouts import DAY, HOUR, ITEM, QUARTER, figures, report, value
from energyopti_caiso.oasis import KEPT, Report
from energyopti_caiso.pieces import awaiting, in_turn
from energyopti_caiso.runs import Words

_PRODUCTS = {
    "NR": AncillaryProduct.NON_SPINNING_RESERVE,
    "NS": AncillaryProduct.NON_SPINNING_RESERVE,
    "SR": AncillaryProduct.SPINNING_RESERVE,
    "SP": AncillaryProduct.SPINNING_RESERVE,
    "RU": AncillaryProduct.REGULATION_UP,
    "RD": AncillaryProduct.REGULATION_DOWN,
    "RMU": AncillaryProduct.REGULATION_MOVEMENT_UP,
    "RMD": AncillaryProduct.REGULATION_MOVEMENT_DOWN,
    "IRU": AncillaryProduct.IMBALANCE_RESERVE_UP,
    "IRD": AncillaryProduct.IMBALANCE_RESERVE_DOWN,
    "RCU": AncillaryProduct.RELIABILITY_CAPACITY_UP,
    "RCD": AncillaryProduct.RELIABILITY_CAPACITY_DOWN,
}
"""A product by how its word begins: alone, or before that of a figure. The last four began on 2026-05-01."""

_OF_ALL = "AS_REQ_MAX_MW"
"""The most that may be bought of all services together: it is of no product."""

_PRODUCT = Pattern(
    to="product",
    of="product_native",
    patterns={f"^{word}(_|$)": product.value for word, product in _PRODUCTS.items()} | {f"^{_OF_ALL}$": None},
    default=None,
    report=True,
)
_WORDS = tuple(word for word in _PRODUCTS if word not in {"NR", "SR"})
"""The words before those of figures."""

_REGION = Text(("ANC_REGION", "RESOURCE_NAME"), to="location")
_EVERYTHING = {"anc_type": "ALL", "anc_region": "ALL"}

_PRICE_RUNS: runs.Feeds = {
    runs.DAM: "PRC_AS",
    runs.HASP: "PRC_AS_HASP",
    runs.QUARTER_HOUR: "PRC_INTVL_AS",
}


def _shadow_prices(words: Words) -> CsvLayout:
    """The regional shadow prices of a run."""
    return report(
        ANCILLARY_PRICES,
        Text(("ANC_TYPE", "DATA_ITEM"), to="product_native"),
        _REGION,
        value("price"),
        derived=(_PRODUCT,),
        constants={"basis": PriceBasis.REGIONAL_SHADOW.value},
        only=(runs.run(words, _PRICE_RUNS),),
    )


def _prices(
    name: str,
    title: str,
    source: Report,
    *,
    run: Run,
    step: timedelta,
    chunk: ChunkSize,
    published_ahead: timedelta,
    due: Due,
    example: Example,
) -> Feed:
    """A feed of prices, as published and as paid; a request gives one day, in real time one hour."""
    layout = _shadow_prices(runs.QUARTER_HOUR if step == QUARTER else source.run)
    return Feed(
        name=name,
        dataset=ANCILLARY_PRICES,
        run=run,
        title=title,
        documented_at=SPECIFICATION,
        history_from=date(2009, 4, 1),
        step=step,
        chunk=chunk,
        published_ahead=published_ahead,
        due=due,
        **timetable.CORRECTED,
        refresh_every=timedelta(minutes=30) if published_ahead else timedelta(minutes=5),
        retention=KEPT,
        layout=layout,
        example=example,
        sources=oasis.single(source, layout, finish=in_turn(awaiting("product", SERVICES), with_clearing)),
        unconfirmed="that every service has a price in all six regions since 2023, in all runs (in 2014 the north had none)",
    )


DAY_AHEAD = _prices(
    "PRC_AS",
    "Day-ahead prices of reserves and regulation, by region and as paid",
    Report("PRC_AS", 12, {"market_run_id": "DAM", **_EVERYTHING}),
    run=Run.DAY_AHEAD,
    step=HOUR,
    chunk=ChunkSize.DAY,
    published_ahead=2 * DAY,
    due=timetable.DAY_AHEAD_MARKET,
    example=Example(payload=examples.DAY_AHEAD, rows=examples.DAY_AHEAD_ROWS),
)
HOUR_AHEAD = _prices(
    "PRC_AS_HASP",
    "Hour-ahead prices of reserves and regulation, by region and as paid",
    Report("PRC_AS", 12, {"market_run_id": "HASP", **_EVERYTHING}),
    run=Run.HOUR_AHEAD,
    step=HOUR,
    chunk=ChunkSize.DAY,
    published_ahead=2 * HOUR,
    due=timetable.HOUR_AHEAD,
    example=Example(payload=examples.HOUR_AHEAD, rows=examples.HOUR_AHEAD_ROWS),
)
REAL_TIME = _prices(
    "PRC_INTVL_AS",
    "Real-time prices of reserves and regulation, fifteen-minute, by region and as paid",
    Report("PRC_INTVL_AS", 1, {"market_run_id": "RTM", **_EVERYTHING}),
    run=Run.REAL_TIME_15MIN,
    step=QUARTER,
    chunk=ChunkSize.HOUR,
    published_ahead=timedelta(),
    due=timetable.REAL_TIME,
    example=Example(payload=examples.REAL_TIME, rows=examples.REAL_TIME_ROWS),
)

_MINIMA = tuple(f"{word}_REQ_MIN_MW" for word in _WORDS)
_MAXIMA = (*(f"{word}_REQ_MAX_MW" for word in _WORDS), _OF_ALL)
_BOUGHT = tuple(f"{word}_{what}_MW" for word in _WORDS for what in ("PROC", "SPROC", "TOT"))
_COSTS = tuple(f"{word}_TOT_CST_PRC" for word in _WORDS)


@attrs.frozen
class Quantities:
    """The figures of a document that fill a field, and those beside them that do not.

    The source's own word for a product is the name of its figure. A figure in ``null_values`` is none: null.
    """

    to: str
    items: tuple[str, ...]
    others: tuple[str, ...] = ()
    null_values: tuple[float, ...] = ()

    def layout(self, prefix: str, words: Words) -> CsvLayout:
        """The quantities of a run by region and figure; ``prefix`` is that of the feeds of all runs."""
        return report(
            ANCILLARY_QUANTITIES,
            Text(ITEM.names, to="product_native", words={item: item for item in self.items}),
            _REGION,
            long=figures(
                dict.fromkeys(self.items, self.to) | dict.fromkeys(self.others),
                same=(_REGION.name, ITEM.name),
                null_values=self.null_values,
            ),
            derived=(_PRODUCT,),
            only=(runs.run(words, {each: f"{prefix}_{run_id}" for run_id, each, *_ in _RUNS}),),
        )


_MINIMUM = Quantities("requirement", _MINIMA, _MAXIMA)
_MAXIMUM = Quantities("requirement", _MAXIMA, _MINIMA, null_values=(0.0,))
"""A maximum of zero means that there is no limit: null."""

NEEDS = Quantities("requirement", (*_MINIMA, *_MAXIMA))
"""A document as it is published, with both."""

_BOUGHT_QUANTITIES = Quantities("procured", _BOUGHT, _COSTS)

_RUNS: tuple[tuple[str, Words, str, Run, timedelta, timedelta, Due], ...] = (
    ("DAM", runs.DAM, "Day-ahead", Run.DAY_AHEAD, HOUR, 2 * DAY, timetable.DAY_AHEAD_MARKET),
    ("HASP", runs.HASP, "Hour-ahead", Run.HOUR_AHEAD, HOUR, 2 * HOUR, timetable.HOUR_AHEAD),
    (
        "RTM",
        runs.QUARTER_HOUR,
        "Real-time",
        Run.REAL_TIME_15MIN,
        QUARTER,
        QUARTER,
        timetable.REAL_TIME_QUANTITIES,
    ),
)


def _feeds(
    prefix: str,
    what: str,
    query: str,
    quantities: Quantities,
    example: Callable[[str], Example],
    *,
    sparse: bool,
    unconfirmed: str,
) -> tuple[Feed, ...]:
    """The feeds of a report's runs."""
    layouts = {run_id: quantities.layout(prefix, words) for run_id, words, *_ in _RUNS}
    return tuple(
        Feed(
            name=f"{prefix}_{run_id}",
            dataset=ANCILLARY_QUANTITIES,
            run=run,
            title=f"{when} {what} of reserves and regulation by region",
            documented_at=SPECIFICATION,
            history_from=date(2009, 4, 1),
            step=step,
            sparse=sparse,
            published_ahead=published_ahead,
            due=due,
            **timetable.CORRECTED,
            refresh_every=timedelta(minutes=30),
            retention=KEPT,
            layout=layouts[run_id],
            example=example(run_id),
            sources=oasis.single(Report(query, 1, {"market_run_id": run_id, **_EVERYTHING}), layouts[run_id]),
            unconfirmed=unconfirmed,
        )
        for run_id, _, when, run, step, published_ahead, due in _RUNS
    )


_NEW = "how figures of imbalance reserve and reliability capacity are called, if the report has any"
_COLUMNS = f"that the CSV form has the columns of AS_RESULTS; {_NEW}"
REQUIREMENTS = _feeds(
    "AS_REQ",
    "minimum requirements",
    "AS_REQ",
    _MINIMUM,
    lambda run: Example(payload=examples.requirements(run), rows=examples.MINIMUM_ROWS),
    sparse=False,
    unconfirmed=_COLUMNS,
)
LIMITS = _feeds(
    "AS_REQ_MAX",
    "maximum procurement (in `requirement`; null: no limit)",
    "AS_REQ",
    _MAXIMUM,
    lambda run: Example(payload=examples.requirements(run), rows=examples.MAXIMUM_ROWS),
    sparse=False,
    unconfirmed=_COLUMNS,
)
RESULTS = _feeds(
    "AS_RESULTS",
    "procurement, self-provision and their total",
    "AS_RESULTS",
    _BOUGHT_QUANTITIES,
    lambda run: Example(payload=examples.results(run), rows=examples.RESULT_ROWS),
    sparse=True,
    unconfirmed=f"that only regions which bind appear: a region that is absent may have bought too; {_NEW}",
)

ANCILLARY = (DAY_AHEAD, HOUR_AHEAD, REAL_TIME, *REQUIREMENTS, *LIMITS, *RESULTS)
