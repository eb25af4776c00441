"""The names that ERCOT's API has for its fields, as its catalogue of April 2026 lists them."""

from __future__ import annotations

import csv
from collections.abc import Mapping

import pytest

from energyopti import Feed
from energyopti.layouts import JsonLayout
from energyopti.layouts.columns import fold
from energyopti_ercot.feeds import FEEDS
from recordings.where import recordings

_OF_A_PAGE = {"page", "size", "sort", "dir"}
WITH_API = [feed for feed in FEEDS if any(feed_source.name == "Public API" for feed_source in feed.sources)]
NOT_LISTED = {
    "7d_load_fcast_by_fzn",
    "7d_load_fcast_by_wzn",
    "rt_clear_price_cap",
    "rt_clear_price_cap_sced",
    "rt_price_adder_sced",
}
"""End points that were not in the catalogue yet, or that it left out."""

SHARED = {"60_dam_load_res_awards": "60_dam_load_res_data"}
"""Feeds that read an end point which is called by another."""


@pytest.fixture(scope="module")
def fields() -> Mapping[str, frozenset[str]]:
    """The fields of each end point; the test is skipped where the catalogue is not."""
    file = recordings().parent / "facts" / "ercot_public_api.tsv"
    if not file.is_file():
        pytest.skip(
            f"there is no {file}: set ENERGYOPTI_RECORDINGS to a folder of recordings with facts beside it"
        )
    found: dict[str, frozenset[str]] = {}
    with file.open(newline="") as opened:
        for row in csv.DictReader(opened, delimiter="\t"):
            parameters = {
                name.removesuffix("From").removesuffix("To") for name in row["parameters"].split(",")
            }
            found[row["path"].rpartition("/")[2]] = frozenset(map(fold, parameters - _OF_A_PAGE))
    return found


@pytest.mark.parametrize("feed", WITH_API, ids=[feed.name for feed in WITH_API])
def test_every_field_of_an_end_point_is_known(feed: Feed, fields: Mapping[str, frozenset[str]]) -> None:
    """None is unknown to the feed that reads it, and none that it needs is missing."""
    name = SHARED.get(feed.name, feed.name.removesuffix("_actual"))
    if name in NOT_LISTED:
        assert name not in fields
        return
    (form,) = (form for form in feed.layout.forms if isinstance(form, JsonLayout))
    known = {*map(fold, form.ignored), *(each for column in form.wire_columns for each in column.folded)}
    lacking = [
        column.name
        for column in form.wire_columns
        if column.required and fields[name].isdisjoint(column.folded)
    ]
    assert sorted(fields[name] - known) == lacking == []
