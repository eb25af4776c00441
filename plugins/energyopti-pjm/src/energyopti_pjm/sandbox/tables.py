"""The content of each Data Miner feed in the sandbox: one table per feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import attrs
import polars as pl

from energyopti.layouts import Layout


@attrs.frozen(kw_only=True)
class Table:
    """One feed's rows.

    ``rows`` makes those between two instants, both included, as far as published at a third; in the dataset's columns,
    with extra ones under their published names. ``when`` is the column of the time filter (None: there is none);
    ``fields`` maps published columns that can be filtered by to the frame's. Rows older than ``archive_days`` are
    archived, with a filter by type or without.
    """

    layout: Layout
    rows: Callable[[datetime, datetime, datetime], pl.DataFrame]
    when: str | None = "datetime_beginning_ept"
    fields: Mapping[str, str] = attrs.field(factory=dict)
    archive_days: int | None = None
    archive_types: bool = True


def _tables() -> dict[str, Table]:
    """The tables of every family of feeds."""
    from energyopti_pjm.sandbox.ancillary import ANCILLARY_TABLES
    from energyopti_pjm.sandbox.generation import GENERATION_TABLES
    from energyopti_pjm.sandbox.load import LOAD_TABLES
    from energyopti_pjm.sandbox.prices import PRICE_TABLES
    from energyopti_pjm.sandbox.rights import RIGHTS_TABLES
    from energyopti_pjm.sandbox.schedules import SCHEDULE_TABLES
    from energyopti_pjm.sandbox.transmission import TRANSMISSION_TABLES

    return {
        **PRICE_TABLES,
        **LOAD_TABLES,
        **GENERATION_TABLES,
        **RIGHTS_TABLES,
        **ANCILLARY_TABLES,
        **SCHEDULE_TABLES,
        **TRANSMISSION_TABLES,
    }


TABLES: Mapping[str, Table] = _tables()
