"""How fast payloads become frames, as ratios to a plain reader of the same bytes in the same run."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from energyopti.frames import unify
from energyopti.market import Feed
from energyopti.timezones import midnight
from energyopti_caiso.feeds.prices import FIVE_MINUTE
from energyopti_caiso.protocol import oasis
from energyopti_nyiso.feeds.prices import REAL_TIME_GENERATOR
from performance.nyiso_days import GENERATORS, STAMPS, day_of
from performance.timing import in_turn, medians
from zips import zipped

pytestmark = pytest.mark.bench

ROUNDS = 41


def to_frame(payload: bytes, feed: Feed) -> pl.DataFrame:
    """From bytes to the unified frame."""
    return unify(feed.layout.read(payload).frame, feed, "nyiso")


def test_bench_day_of_generator_prices() -> None:
    """A day of nodal real-time prices, from bytes to unified frame; goal: at most twice `polars.read_csv`."""
    payload = day_of(REAL_TIME_GENERATOR, date(2024, 7, 1), GENERATORS)
    rows = to_frame(payload, REAL_TIME_GENERATOR).height
    assert rows == STAMPS * len(GENERATORS)
    pairs = in_turn(lambda: pl.read_csv(payload), lambda: to_frame(payload, REAL_TIME_GENERATOR), ROUNDS)
    plain, ours = medians(pairs)
    print(
        f"\n{rows:,} rows, {len(payload) / 1e6:.1f} MB, medians of {ROUNDS}:"
        f"\n  polars.read_csv          {plain * 1e3:7.1f} ms"
        f"\n  bytes to unified frame   {ours * 1e3:7.1f} ms"
        f"\n  ratio                    {ours / plain:7.2f}"
    )


COMPONENTS = {
    "LMP": "LMP_PRC",
    "MCE": "LMP_ENE_PRC",
    "MCC": "LMP_CONG_PRC",
    "MCL": "LMP_LOSS_PRC",
    "MGHG": "LMP_GHG_PRC",
}
CALIFORNIAN_NODES = 16_000


def generated_hour() -> dict[str, bytes]:
    """An hour of five-minute prices of all Californian nodes: a file for each component, as OASIS has them."""
    first = midnight(date(2026, 7, 1), "America/Los_Angeles")
    starts = [first + timedelta(minutes=5 * number) for number in range(12)]
    number = pl.int_range(CALIFORNIAN_NODES, eager=True)
    nodes = pl.DataFrame({"n": number}).select(
        node=pl.format("NODE{}_7_N{}", pl.col("n") + 10_000, pl.col("n") % 997)
    )
    stamp = "%Y-%m-%dT%H:%M:%S-00:00"
    times = pl.DataFrame({"at": starts}, schema={"at": pl.Datetime("us", "UTC")})
    grid = nodes.join(times, how="cross", maintain_order="left_right").with_row_index("i")
    files = {}
    for place, (word, item) in enumerate(COMPONENTS.items()):
        table = grid.select(
            pl.col("at").dt.strftime(stamp).alias("INTERVALSTARTTIME_GMT"),
            (pl.col("at") + timedelta(minutes=5)).dt.strftime(stamp).alias("INTERVALENDTIME_GMT"),
            OPR_DT=pl.lit("2026-07-01"),
            OPR_HR=pl.lit(1),
            NODE_ID_XML="node",
            NODE_ID="node",
            NODE="node",
            MARKET_RUN_ID=pl.lit("RTM"),
            LMP_TYPE=pl.lit(word),
            XML_DATA_ITEM=pl.lit(item),
            PNODE_RESMRID="node",
            GRP_TYPE=pl.lit("ALL"),
            POS=pl.lit(place),
            VALUE=(35 + 20 * ((pl.col("i") + place) * 0.37).sin()).round(5),
            OPR_INTERVAL=pl.lit(1),
            GROUP=pl.col("i") + 1,
        )
        files[f"20260701_20260701_PRC_INTVL_LMP_RTM_{word}_v3.csv"] = table.write_csv().encode()
    return files


def test_bench_hour_of_all_californian_nodes() -> None:
    """960,000 rows of five files, from the zip to the unified frame; goal: three times `polars.read_csv` of the bytes."""
    files = generated_hour()
    archive = zipped(files)
    header, _, _ = next(iter(files.values())).partition(b"\n")
    payload = b"\n".join([header, *(content.partition(b"\n")[2].rstrip() for content in files.values())])

    def ours() -> pl.DataFrame:
        return unify(oasis.read("PRC_INTVL_LMP", archive, FIVE_MINUTE.layout).frame, FIVE_MINUTE, "caiso")

    assert ours().height == 12 * CALIFORNIAN_NODES
    assert pl.read_csv(payload).height == 5 * 12 * CALIFORNIAN_NODES
    plain, took = medians(in_turn(lambda: pl.read_csv(payload), ours, rounds=5))
    print(
        f"\n960,000 rows, {len(payload) / 1e6:.1f} MB in a zip of {len(archive) / 1e6:.1f} MB, medians of 5:"
        f"\n  polars.read_csv          {plain * 1e3:7.1f} ms"
        f"\n  zip to unified frame     {took * 1e3:7.1f} ms"
        f"\n  ratio                    {took / plain:7.2f}"
    )
