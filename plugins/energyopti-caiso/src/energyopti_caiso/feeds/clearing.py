"""The price that a resource is paid for reserves: the sum of the shadow prices of all regions that contain it.

``AS_CAISO_EXP`` contains ``AS_CAISO``, which contains the north and the south; regions whose names end in ``_EXP`` add
imports. In the north the price is ``AS_CAISO_EXP + AS_CAISO + AS_NP26_EXP + AS_NP26``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind
from energyopti.layouts import Reading
from energyopti.vocabulary import AncillaryProduct, PriceBasis
from energyopti_caiso.protocol.pieces import with_gap

if TYPE_CHECKING:
    import polars as pl

SYSTEM = ("AS_CAISO_EXP", "AS_CAISO")
PLACES = {
    "CAISO": SYSTEM,
    "NP26": (*SYSTEM, "AS_NP26_EXP", "AS_NP26"),
    "SP26": (*SYSTEM, "AS_SP26_EXP", "AS_SP26"),
}
"""The regions that contain each location; ``CAISO`` is what lies in neither half."""

SERVICES = (
    AncillaryProduct.NON_SPINNING_RESERVE.value,
    AncillaryProduct.SPINNING_RESERVE.value,
    AncillaryProduct.REGULATION_UP.value,
    AncillaryProduct.REGULATION_DOWN.value,
)
"""The products with a price in every region; regulation mileage is priced only in the largest one."""

EVERY_REGION = tuple(dict.fromkeys(region for regions in PLACES.values() for region in regions))
NORTH_FROM = date(2023, 1, 1)
"""The day from which every document has the northern regions; those of 2014 lack them."""

_DIGITS = 6
_KEY = ("interval_start", "interval_end", "product", "product_native", "location")


def with_clearing(reading: Reading, chunk: Chunk) -> Reading:
    """A reading of shadow prices with the prices paid added.

    A service must have a price in every region that the document has rows for, and since 2023 in all regions. For
    other products, a region without any row in the document adds nothing. If a region that must have a price lacks
    one, or a region lacks a row at some time, the price paid is null there; likewise if the document lacks the region
    that contains all others.
    """
    import polars as pl

    shadow = reading.frame
    if shadow.is_empty():
        return reading
    regions = _regions(shadow, chunk)
    paid, origin = _sums(shadow, reading.origin, regions)
    unknown = paid["price"].null_count()
    findings = (*_strange(shadow), *([_unknown(unknown)] if unknown else []))
    basis = pl.lit(PriceBasis.CLEARING.value).alias("basis")
    reading = attrs.evolve(
        reading,
        frame=pl.concat([shadow, paid.with_columns(basis).select(shadow.columns)]),
        origin=pl.concat([reading.origin, origin]),
        added=reading.added + paid.height,
        findings=(*reading.findings, *findings),
    )
    lacking = _lacking(shadow, regions)
    return with_gap(reading, chunk, lacking) if lacking else reading


def _regions(shadow: pl.DataFrame, chunk: Chunk) -> list[str]:
    """The regions where every service has a price."""
    import polars as pl

    there = set(shadow.filter(pl.col("product").is_in(SERVICES))["location"].unique())
    every = chunk.day >= NORTH_FROM
    return [region for region in EVERY_REGION if every or region in there]


def _lacking(shadow: pl.DataFrame, regions: Sequence[str]) -> list[str]:
    """The services without a price in a region, in words."""
    there = set(shadow.select("product", "location").unique().rows())
    services = [service for service in SERVICES if any(service == each for each, _ in there)]
    return [
        f"{service} in {region}"
        for service in services
        for region in regions
        if (service, region) not in there
    ]


def _sums(shadow: pl.DataFrame, origin: pl.Series, regions: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """The price of every product at every location and time, and the first payload row it was computed from."""
    import polars as pl

    nests = [(place, region) for place, regions in PLACES.items() for region in regions]
    needed = {place: len({*nest} & {*regions}) for place, nest in PLACES.items()}
    contains = pl.DataFrame(nests, schema={"place": pl.String, "location": pl.String}, orient="row")
    terms = (
        shadow.with_columns(origin.alias("row"))
        .join(contains, on="location", how="inner", maintain_order="left")
        .with_columns(
            due=pl.when(pl.col("product").is_in(SERVICES))
            .then(pl.col("place").replace_strict(needed, return_dtype=pl.UInt32))
            .otherwise(pl.col("location").n_unique().over("product_native", "place")),
            whole=(pl.col("location") == SYSTEM[0]).any().over("product_native", "place"),
        )
        .drop("location")
        .rename({"place": "location"})
    )
    known = pl.col("whole").all() & (pl.col("price").count() == pl.col("due").first())
    paid = terms.group_by(_KEY, maintain_order=True).agg(
        price=pl.when(known).then(pl.col("price").sum().round(_DIGITS)),
        row=pl.col("row").first(),
        **{name: pl.col(name).first() for name in shadow.columns if name not in {*_KEY, "price", "basis"}},
    )
    return paid.drop("row"), paid["row"]


def _strange(shadow: pl.DataFrame) -> list[Finding]:
    """A finding about prices of regions that are part of no sum."""
    import polars as pl

    nested = {region for regions in PLACES.values() for region in regions}
    others = shadow.filter(~pl.col("location").is_in(list(nested)) & (pl.col("price").fill_null(0) != 0))
    if others.is_empty():
        return []
    named = ", ".join(sorted(others["location"].unique()))
    return [
        Finding(
            kind=FindingKind.UNKNOWN_WORD,
            message=f"the prices of {named} are in no price as paid: it is not known which locations they contain",
            rows=others.height,
            column="location",
        )
    ]


def _unknown(count: int) -> Finding:
    return Finding(
        kind=FindingKind.MISSING_VALUE,
        message="prices as paid are null where a region that contains the location has no price at that time",
        rows=count,
        column="price",
    )
