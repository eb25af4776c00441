"""Headers of a payload: numbered where they repeat, and never looked for in a document of another kind."""

from __future__ import annotations

import pytest

from builders import FEED
from energyopti import SchemaDrift
from energyopti.layouts import CsvLayout
from energyopti.layouts.decode.raw import unique_headers


def test_repeated_headers_are_numbered() -> None:
    """Each header is there once: a repeated one says where it stands, an empty one too."""
    assert unique_headers(["MW", " MW ", "", "MW", "MW (2)"]) == [
        "MW",
        "MW (2)",
        "column 3",
        "MW (4)",
        "MW (2) (5)",
    ]


def test_many_headers_are_told_apart_at_once() -> None:
    """Two hundred thousand headers, as a long line of another format has, take no time that is worth a word."""
    headers = [f"cell {number}" for number in range(200_000)]
    assert unique_headers(headers) == headers


@pytest.mark.parametrize("payload", [b'{"items":[{"Start":1}]}', b'[{"Start":1}]', b"  \r\n[]"])
def test_json_is_no_delimited_text(payload: bytes) -> None:
    """JSON is refused for what it is, and not for the columns that its one long line lacks."""
    layout = FEED.layout
    assert isinstance(layout, CsvLayout)
    with pytest.raises(SchemaDrift, match="is JSON"):
        layout.parse(payload)
