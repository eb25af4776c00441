"""PJM's day-ahead prices of all nodes for a day: generated in both forms, and read as the plugin reads them.

As a script it reads what a folder holds in one form, and prints by how many bytes its memory peaked over what it
was before, and how large the frame is.
"""

from __future__ import annotations

import asyncio
import io
import json
import resource
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from energyopti import Settings
from energyopti.frames import unify
from energyopti.query import TimeRange, plan
from energyopti.source import Client, Payload, Request, Source
from energyopti.timezones import midnight
from energyopti_pjm.feeds.prices import DAY_AHEAD_LMP
from energyopti_pjm.market import PJM
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.pages import PAGE_ROWS, Form

NODES = 12_000
ROWS = 24 * NODES
DAY = date(2025, 7, 1)
NOW = datetime(2025, 8, 1, tzinfo=UTC)
FEW = 500
"""How many rows are read before anything is measured: what is imported on first use is no part of it."""

_STAMPS = {Form.JSON: "%Y-%m-%dT%H:%M:%S", Form.CSV: "%-m/%-d/%Y %-I:%M:%S %p"}


def prices() -> pl.DataFrame:
    """24 hours of 12,000 nodes in the columns that PJM publishes; stamps are wall-clock times."""
    hours = [midnight(DAY, PJM.zone) + timedelta(hours=number) for number in range(24)]
    times = pl.DataFrame({"at": hours}, schema={"at": pl.Datetime("us", "UTC")})
    nodes = pl.DataFrame({"n": range(NODES)}).select(
        pnode_id=pl.col("n") + 48_592,
        pnode_name=pl.format("STATION{}   138 KV  TR{}", pl.col("n") % 997, "n"),
        voltage=_in_turn("138 KV", "230 KV", "69 KV"),
        equipment=pl.format("TR{}", "n"),
        type=_in_turn("LOAD", "LOAD", "LOAD", "GEN", "EHV"),
        zone=_in_turn("PSEG", "AEP", "COMED", "DOM", "PECO", "BGE", "ATSI"),
    )
    wave = (pl.int_range(pl.len()) * 0.37).sin()
    local = pl.col("at").dt.convert_time_zone(PJM.zone)
    return times.join(nodes, how="cross", maintain_order="left_right").select(
        *nodes.columns,
        datetime_beginning_utc=pl.col("at").dt.replace_time_zone(None),
        datetime_beginning_ept=local.dt.replace_time_zone(None),
        system_energy_price_da=pl.lit(30.12),
        total_lmp_da=(30.12 + 5 * wave).round(6),
        congestion_price_da=(4 * wave).round(6),
        marginal_loss_price_da=wave.round(6),
        row_is_current=pl.lit(value=True),
        version_nbr=pl.lit(1),
    )


def _in_turn(*words: str) -> pl.Expr:
    return pl.lit(pl.Series(words)).gather(pl.col("n") % len(words))


def written(rows: pl.DataFrame, form: Form) -> bytes:
    """Rows as PJM gives them: an envelope, or CSV with its mark, twelve-hour stamps and a capital in ``True``."""
    stamps = (pl.selectors.datetime().dt.strftime(_STAMPS[form]), pl.selectors.boolean())
    buffer = io.BytesIO()
    if form is Form.JSON:
        rows.with_columns(stamps[0]).write_json(buffer)
        return b'{"links":[],"items":%b,"searchSpecification":{},"totalRows":%d}' % (buffer.getvalue(), ROWS)
    capital = stamps[1].cast(pl.String).str.to_titlecase()
    rows.with_columns(stamps[0], capital).write_csv(buffer, line_terminator="\r\n", float_precision=6)
    return b"\xef\xbb\xbf" + buffer.getvalue()


def pages(rows: pl.DataFrame, form: Form) -> dict[int, bytes]:
    """Rows in pages of 50,000, by the number of their first row."""
    return {
        first: written(rows[first - 1 : first - 1 + PAGE_ROWS], form)
        for first in range(1, rows.height + 1, PAGE_ROWS)
    }


class Given(Source):
    """A source whose pages come out of a function of the number of their first row."""

    def __init__(self, page: Callable[[int], bytes]) -> None:
        noon = datetime(DAY.year, DAY.month, DAY.day, 17, tzinfo=UTC)
        (self.chunk,) = plan(PJM, DAY_AHEAD_LMP, TimeRange(noon, noon + timedelta(hours=1)))
        super().__init__(
            Client(Settings(home=Path.cwd()), now=lambda: NOW), self.chunk, DAY_AHEAD_LMP.sources[0]
        )
        self._page = page

    async def get_all(self, requests: Sequence[Request], *, host: str | None = None) -> list[Payload]:
        """The pages, each with the total of all."""
        assert host is None
        return [
            Payload(
                content=self._page(int(request.params["startRow"])),
                url="https://pjm.example",
                fetched_at=NOW,
                headers={"x-totalrows": str(ROWS)},
            )
            for request in requests
        ]


def collected(page: Callable[[int], bytes], form: Form) -> pl.DataFrame:
    """From pages to the unified frame, by the code that collects a chunk."""
    collect = dataminer.rows("da_hrl_lmps", DAY_AHEAD_LMP.layout, place="pnode_id", form=form)

    async def go() -> pl.DataFrame:
        source = Given(page)
        reading = await collect(source.chunk, source)
        assert reading.payload_rows == reading.accounted_rows == ROWS
        return unify(reading.frame, DAY_AHEAD_LMP, PJM.id)

    return asyncio.run(go())


def to_frame(payload: bytes) -> pl.DataFrame:
    """From the bytes of one document to the unified frame."""
    return unify(DAY_AHEAD_LMP.layout.read(payload).frame, DAY_AHEAD_LMP, PJM.id)


def plain_frame(payload: bytes) -> pl.DataFrame:
    """What a reader without columns does with an envelope: every row an object first."""
    return pl.DataFrame(json.loads(payload)["items"])


READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    "CSV in pages": lambda folder: collected(lambda first: (folder / f"{first}.csv").read_bytes(), Form.CSV),
    "CSV as one document": lambda folder: to_frame((folder / "all.csv").read_bytes()),
    "JSON in pages": lambda folder: collected(
        lambda first: (folder / f"{first}.json").read_bytes(), Form.JSON
    ),
    "JSON as one document": lambda folder: to_frame((folder / "all.json").read_bytes()),
    "json.loads, DataFrame": lambda folder: plain_frame((folder / "all.json").read_bytes()),
}
"""Ways from files in a folder to a frame."""


def write_all(folder: Path) -> None:
    """Every file that the readers want."""
    rows = prices()
    for form in Form:
        (folder / f"all.{form.value}").write_bytes(written(rows, form))
        (folder / f"few.{form.value}").write_bytes(written(rows[:FEW], form))
        for first, page in pages(rows, form).items():
            (folder / f"{first}.{form.value}").write_bytes(page)


def peak() -> int:
    """The most memory that this process has had since it began, in bytes.

    Where the kernel says it of the program alone that is taken: elsewhere the figure may begin with its parent's.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main(reader: str, folder: Path) -> None:
    """Read once, and print by how many bytes the memory peaked above what it was, and the frame's size."""
    for form in Form:
        to_frame((folder / f"few.{form.value}").read_bytes())
    before = peak()
    frame = READERS[reader](folder)
    print(peak() - before, frame.estimated_size(), frame.height)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
