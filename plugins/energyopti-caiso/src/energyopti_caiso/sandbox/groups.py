"""What each group of reports holds in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from energyopti.layouts import CsvLayout
from energyopti_caiso.sandbox.tables import Rows


@attrs.frozen(kw_only=True)
class Group:
    """A group with one report of one operating day."""

    report: str
    layout: CsvLayout
    rows: Rows


GROUPS: Mapping[str, Group] = {}
