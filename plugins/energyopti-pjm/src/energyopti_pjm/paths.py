"""Where FTRs may begin and end in the monthly auctions: lists of names on PJM's website, without a key.

The list for the next month is called prompt, that for the months after it non-prompt. The list of paths that
options may have (``option-paths.csv``) holds pairs of names, which no dataset has: it is not read.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Example, Feed, FeedSource, SchemaDrift
from energyopti.datasets import LOCATIONS
from energyopti.layouts import CsvLayout, Reading, Text, Undated, in_utf_8
from energyopti.source import Expect, Request
from energyopti.timezones import DAY
from energyopti.vocabulary import LocationType
from energyopti_pjm import timing
from energyopti_pjm.examples import rights as examples
from energyopti_pjm.layouts import ZONE

if TYPE_CHECKING:
    import polars as pl

    from energyopti.market import Collect
    from energyopti.source import Source

HOST = "files"
FOLDER = "pjmfiles/pub/account/auction-user-info/downloads"
POSTED = b"Date Posted"
_NAME = "Source/Sink"


@attrs.frozen(kw_only=True)
class ListLayout(CsvLayout):
    """A list of sources and sinks: a line that says when it was posted, a header, and a name a line.

    Names are in the first column, however it is called.
    """

    def read_this(self, payload: bytes) -> Reading:
        """The places of a list; raises `SchemaDrift` for one without a header."""
        payload = in_utf_8(payload)
        posted, _, rest = payload.partition(b"\n")
        table = rest if POSTED in posted else payload
        name = Text(_first_header(table), to="location_name", required=False)
        plain = attrs.evolve(self, begins=None, columns=(name, *self.columns[1:]))
        return CsvLayout.read_this(plain, table)

    def write(self, frame: pl.DataFrame) -> bytes:
        """A list in the published form, posted on a fixed day."""
        return POSTED + b" - 20260227,,,\r\n" + CsvLayout.write(self, frame)


def _first_header(table: bytes) -> str:
    """The header of a table's first column."""
    line = table.partition(b"\n")[0].decode("utf-8-sig", "replace").strip()
    try:
        cells = next(csv.reader([line]), [])
    except csv.Error:
        cells = []
    if not cells or not cells[0].strip():
        raise SchemaDrift("the list has no header below the line that says when it was posted")
    return cells[0]


PLACES = ListLayout(
    dataset=LOCATIONS,
    zone=ZONE,
    begins=_NAME,
    time=Undated(),
    columns=(
        Text(_NAME, to="location_name", required=False),
        Text(("PnodeID  (Information purposes only)", "PnodeID"), to="location"),
    ),
    constants={"location_type": LocationType.NODE.value},
)
"""Hubs, zones and aggregates are in the list too, and not told apart: the list of nodes says what a place is."""


def collect_list(name: str) -> Collect:
    """Read a list as it is today."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        request = Request(path=f"{FOLDER}/{name}", expect=Expect.ANY, html_means_missing=True)
        (payload,) = await source.get_all([request])
        reading = await source.run(PLACES.read, payload.content)
        return reading.spanning(chunk.start, chunk.end)

    return collect


def _listed(name: str, title: str, file: str) -> Feed:
    return Feed(
        name=name,
        dataset=LOCATIONS,
        title=title,
        documented_at="https://www.pjm.com/markets-and-operations/ftr",
        history_from=date(2016, 1, 1),
        step=DAY,
        snapshot_only=True,
        sparse=True,
        refresh_every=timedelta(days=1),
        **timing.CURRENT,
        layout=PLACES,
        example=Example(payload=examples.LIST, rows=examples.LIST_ROWS),
        sources=(FeedSource(name="website", host=HOST, collect=collect_list(file)),),
        unconfirmed=(
            "its columns but that of the node's number: the first is taken as the name, others are findings; whether "
            "a number stands once only; what kind of place each is: all are called nodes"
        ),
    )


PROMPT = _listed(
    "ftr_source_sink_prompt",
    "Valid sources and sinks of FTRs for the next month",
    "ftr-source-sink-prompt.csv",
)
NON_PROMPT = _listed(
    "ftr_source_sink_nonprompt",
    "Valid sources and sinks of FTRs for the months after the next",
    "ftr-source-sink-nonprompt.csv",
)

PATHS = (PROMPT, NON_PROMPT)
