"""The disclosures of the small ERCOT: load resources and their services, load, and dynamically scheduled loads."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import attrs
import polars as pl

from energyopti.layouts import CsvLayout, JsonLayout, Layout, Number
from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti.timezones import HOUR, INSTANT, local_date
from energyopti_ercot.feeds import awards, load
from energyopti_ercot.feeds import demand as feeds
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.disclosures import dated
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.sandbox.issues import Issue, Issues, Rows, each_day, runs
from energyopti_ercot.sandbox.tables import Bundle, Table

_TWO_DAYS_LATER = each_day(time(3, 13), days=2)
_SIXTY_DAYS_LATER = each_day(time(5, 12), days=60)
_RESOURCES = pl.DataFrame(
    {
        "location": ["ALPHA_LD1", "BRAVO_LD2", "CHARLIE_ALD1"],
        "maximum": [24.0, 0.5, 150.0],
        "minimum": [3.5, 0.0, 20.0],
    }
)
_ENTITIES = pl.DataFrame({"location": ["QALPHA", "QBRAVO"], "share": [0.3, 0.7]})
_SIZES = {"REGUP": 400.0, "REGDN": 350.0, "RRSPFR": 1_200.0, "RRSFFR": 200.0, "RRSUFR": 950.0}
_SHARES = {SYSTEM: 1.0, "NORTH": 0.36, "SOUTH": 0.26, "WEST": 0.12, "HOUSTON": 0.26}


def _hours(first: datetime, end: datetime) -> pl.DataFrame:
    return intervals(first, end - INSTANT, HOUR)


def _quantity(service: str, factor: float) -> pl.Expr:
    """A service's quantity in MW in an hour."""
    salt = 40 + sum(map(ord, service)) % 50
    return (_SIZES.get(service, 500.0) * factor * (1 + 0.2 * noise(salt))).round(1)


def _relays(factor: float) -> Rows:
    """Load on relays, in total."""

    def rows(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        del now
        return _hours(first, end).with_columns(capacity=_quantity(feeds.RELAYS, factor))

    return rows


def _service(service: str, factor: float) -> Rows:
    """One service, in total."""

    def rows(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        del now
        word = pl.lit(service).alias("product_native")
        return _hours(first, end).with_columns(word, procured=_quantity(service, factor))

    return rows


def _services(kind: str, layout: CsvLayout, relays: Layout, factor: float, lacking: str = "") -> list[Table]:
    """One table per current service, with only its column."""
    assert layout.wide is not None  # noqa: S101 - for the type checker: it is declared so
    tables = []
    for column in layout.wide.columns:
        (word,) = column.words
        if word in {lacking, *awards.FORMER}:
            continue
        if word == feeds.RELAYS:
            path = f"np3-911-er/{kind.lower()}_rrsufr"
            tables.append(_table(f"{kind}_{word}", relays, _relays(factor), path=path))
            continue
        alone = attrs.evolve(layout, wide=attrs.evolve(layout.wide, columns=(column,)))
        tables.append(_table(f"{kind}_{word}", alone, _service(word, factor)))
    return tables


def _load_resources(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Load resources of every hour with their awards, under the names of the document and of the API."""
    del now
    frame = at_places(_hours(first, end), _RESOURCES)
    names = {f"{header} Awarded": word for header, word in awards.AWARDED.items() if header != "RRS"}
    names |= {f"{word}Awarded": word for word in names.values()}
    return frame.with_columns(
        (pl.col("maximum") * 0.1 * (1 + 0.5 * noise(60 + len(word)))).round(1).alias(name)
        for name, word in names.items()
    )


def _with_awards(layout: CsvLayout) -> CsvLayout:
    """The table of load resources with columns for their awards."""
    (api,) = layout.others
    assert isinstance(api, JsonLayout)  # noqa: S101 - for the type checker: it is declared so
    document = [Number(f"{header} Awarded") for header in awards.AWARDED if header != "RRS"]
    fields = [Number(name) for name in api.ignored if name.endswith("Awarded")]
    whole = attrs.evolve(api, columns=(*api.columns, *fields))
    return attrs.evolve(layout, columns=(*layout.columns, *document), others=(whole,))


def _dispatched(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Load resources in every run."""
    del now
    return at_places(runs(first, end - INSTANT), _RESOURCES)


def _load(share: float) -> Rows:
    """A share of ERCOT's load in every run."""

    def rows(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        del now
        return runs(first, end - INSTANT).with_columns(load=(demand(ZONE, 52_000.0) * share).round(5))

    return rows


def _followed(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """Dynamically scheduled loads, by entity."""
    del now
    frame = at_places(runs(first, end - INSTANT), _ENTITIES)
    return frame.with_columns(load=(demand(ZONE, 1_400.0) * pl.col("share")).round(1))


def _table(
    file: str, layout: Layout, rows: Rows, *, path: str = "", issues: Issues = _TWO_DAYS_LATER
) -> Table:
    """A table of a disclosure; tables by SCED run are requested by run."""
    assert isinstance(layout, CsvLayout)  # noqa: S101 - for the type checker: it is declared so
    by = "SCEDTimestamp" if "SCED" in layout.wire_columns[0].name else "deliveryDate"
    return Table(number="", name="", file=file, layout=layout, rows=rows, path=path, by=by, issues=issues)


def _named(table: Table, issue: Issue) -> str:
    """A file's name has its day of publication."""
    return f"{table.file}-{dated(local_date(issue.published, ZONE))}.csv"


def _bundle(number: str, name: str, emil_id: str, days: int, issues: Issues, *tables: Table) -> Bundle:
    return Bundle(
        number=number,
        name=name,
        emil_id=emil_id,
        tables=tuple(attrs.evolve(each, number=number) for each in tables),
        issues=issues,
        retention=timedelta(days=days),
        named=_named,
    )


DISCLOSURES = (
    _bundle(
        "13057",
        "2_Day_AS_Disclosure",
        "NP3-911-ER",
        31,
        _TWO_DAYS_LATER,
        *_services("2d_Cleared_DAM_AS", awards.CLEARED, feeds.CLEARED_RELAYS, 1.0, lacking="NSPNM"),
        *_services("2d_Self_Arranged_AS", awards.SELF_ARRANGED, feeds.SELF_ARRANGED_RELAYS, 0.3),
    ),
    _bundle(
        "13056",
        "2_Day_Real_Time_Generation_and_Load_Data",
        "NP3-910-ER",
        31,
        _TWO_DAYS_LATER,
        *(
            _table(
                f"2d_Agg_Load_Summary{'' if zone == SYSTEM else f'_{zone.title()}'}",
                feed.layout,
                _load(_SHARES[zone]),
                path=f"np3-910-er/{feed.name}",
            )
            for zone, feed in load.SUMMARIES_BY_ZONE.items()
        ),
        _table("2d_Agg_DSR_Loads", load.ALL_FOLLOWED, _load(0.03), path="np3-910-er/2d_agg_dsr_loads"),
    ),
    _bundle(
        "13051",
        "60_Day_DAM_Disclosure",
        "NP3-966-ER",
        1_462,
        _SIXTY_DAYS_LATER,
        _table(
            "60d_DAM_Load_Resource_Data",
            _with_awards(feeds.DAY_AHEAD_RESOURCES),
            _load_resources,
            path="np3-966-er/60_dam_load_res_data",
            issues=_SIXTY_DAYS_LATER,
        ),
    ),
    _bundle(
        "13052",
        "60_Day_SCED_Disclosure",
        "NP3-965-ER",
        1_462,
        _SIXTY_DAYS_LATER,
        _table(
            "60d_Load_Resource_Data_in_SCED",
            feeds.DISPATCHED_RESOURCES,
            _dispatched,
            path="np3-965-er/60_load_res_data_in_sced",
            issues=_SIXTY_DAYS_LATER,
        ),
        _table(
            "60d_SCED_DSR_Load_Data",
            load.FOLLOWED_BY_ENTITY,
            _followed,
            path="np3-965-er/60_sced_dsr_load_data",
            issues=_SIXTY_DAYS_LATER,
        ),
    ),
)
