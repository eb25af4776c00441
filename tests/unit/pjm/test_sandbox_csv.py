"""PJM in the sandbox: rows alone, as CSV or as an array, in the form that Data Miner gives them."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from builders import utc
from energyopti.sandbox import Answer, Ask
from energyopti_pjm.sandbox.dataminer import dataminer
from energyopti_pjm.sandbox.export import exported
from energyopti_pjm.sandbox.tables import TABLES

NOW = utc("2026-11-20T17:00")
DAY = "06/01/2026 00:00to06/01/2026 23:59"
FUTURE = "06/01/2028 00:00to06/01/2028 23:59"
CSV: dict[str, Any] = {"download": "true", "format": "csv"}
STAMP = re.compile(r"[1-9]\d?/[1-9]\d?/\d{4} [1-9]\d?:\d\d:\d\d [AP]M")
DATED = re.compile(r"_utc$|_ept$|_date$|_day$")


def ask(feed: str, **params: Any) -> Answer:
    """An answer of Data Miner to whoever has a key."""
    return dataminer(Ask(path=feed, now=NOW, params=params, headers={"ocp-apim-subscription-key": "any"}))


def page(feed: str, when: str = DAY, *, size: int = 50_000, start: int = 1, **params: Any) -> Answer:
    """A page that is not refused."""
    column = TABLES[feed].when
    times = {} if column is None else {column: when}
    answer = ask(feed, rowCount=str(size), startRow=str(start), **times, **params)
    assert answer.status == 200, answer.body
    return answer


def rows(body: bytes) -> list[dict[str, str]]:
    """The rows of a body of CSV by their headers."""
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def items(answer: Answer) -> list[dict[str, Any]]:
    """The rows of an envelope."""
    found: list[dict[str, Any]] = json.loads(answer.body)["items"]
    return found


def test_export_begins_with_a_mark_and_ends_lines_with_crlf() -> None:
    """As Data Miner writes text; the total is in the header, the name of the file too."""
    answer = page("da_hrl_lmps", **CSV)
    lines = answer.body.split(b"\r\n")
    assert answer.body.startswith(b"\xef\xbb\xbfdatetime_beginning_utc,")
    assert (answer.content_type, lines[-1], b"\n" in b"".join(lines)) == ("text/csv", b"", False)
    assert int(answer.headers["X-TotalRows"]) == len(lines) - 2
    assert "da_hrl_lmps" in answer.headers["Content-Disposition"]


def test_stamps_and_booleans_are_exported_in_their_own_form() -> None:
    """Twelve hours without zeros before them, and a capital letter."""
    found = rows(page("da_hrl_lmps", **CSV).body)
    assert [found[0]["datetime_beginning_utc"], found[-1]["datetime_beginning_utc"]] == [
        "6/1/2026 4:00:00 AM",
        "6/2/2026 3:00:00 AM",
    ]
    assert {row["datetime_beginning_utc"] for row in found} >= {
        "6/1/2026 12:00:00 PM",
        "6/2/2026 12:00:00 AM",
    }
    assert {row["row_is_current"] for row in found} == {"True"}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("2026-06-01T00:05:09", "6/1/2026 12:05:09 AM"),
        ("2026-12-31T12:00:00", "12/31/2026 12:00:00 PM"),
        ("9999-12-31T00:00:00", "12/31/9999 12:00:00 AM"),
        ("2026-06-01", "2026-06-01"),
        (True, "True"),
        ("false", "False"),
        (-6.094939, "-6.094939"),
        (12, "12"),
        (None, ""),
        ('a "b", c', 'a "b", c'),
        ("02AMSTED138 KV  TR2", "02AMSTED138 KV  TR2"),
    ],
)
def test_each_kind_of_cell_is_exported(value: Any, cell: str) -> None:
    """Beside another column, so that an empty one is no blank line."""
    (row,) = rows(exported(json.dumps([{"a": value, "b": 1}]).encode()))
    assert row == {"a": cell, "b": "1"}


def test_column_of_which_some_cells_are_no_stamps_stands_as_it_is() -> None:
    """Words that look like a stamp beside others."""
    body = exported(b'[{"a":"2026-06-01T00:00:00"},{"a":"none"}]')
    assert [row["a"] for row in rows(body)] == ["2026-06-01T00:00:00", "none"]


def test_no_rows_are_no_body() -> None:
    """Not even a header; the total says 0. An envelope says the same in its body."""
    answer = page("da_hrl_lmps", FUTURE, **CSV)
    assert (answer.body, answer.headers["X-TotalRows"]) == (b"", "0")
    assert items(page("da_hrl_lmps", FUTURE)) == []


def test_pages_of_an_export_have_its_total() -> None:
    """Rows 11 to 20 of the day, and the number of all."""
    whole, part = page("da_hrl_lmps", **CSV), page("da_hrl_lmps", size=10, start=11, **CSV)
    assert rows(part.body) == rows(whole.body)[10:20]
    assert part.headers["X-TotalRows"] == whole.headers["X-TotalRows"] == str(len(rows(whole.body)))


def test_download_without_a_form_is_an_array() -> None:
    """The envelope's items alone, with the total in the header."""
    answer = page("da_hrl_lmps", download="true")
    assert json.loads(answer.body) == items(page("da_hrl_lmps"))
    assert answer.headers["X-TotalRows"] == str(len(json.loads(answer.body)))


def test_form_without_a_download_says_no_total() -> None:
    """Rows as CSV, and nothing that counts them."""
    answer = page("da_hrl_lmps", format="CSV")
    assert rows(answer.body) == rows(page("da_hrl_lmps", **CSV).body)
    assert answer.headers == {}


def test_download_needs_no_row_count() -> None:
    """It is whole then; without a download the count is due."""
    params = {"startRow": "1", "datetime_beginning_ept": DAY}
    answer = ask("da_hrl_lmps", **params, **CSV)
    assert rows(answer.body) == rows(page("da_hrl_lmps", **CSV).body)
    assert ask("da_hrl_lmps", format="csv", **params).status == 400


def test_unknown_form_is_not_acceptable() -> None:
    """406, as for a media type that is not there."""
    assert (
        ask("da_hrl_lmps", rowCount="1", startRow="1", datetime_beginning_ept=DAY, format="xls").status == 406
    )


def test_names_of_parameters_are_the_same_in_any_case() -> None:
    """``Format`` and ``Download`` too."""
    answer = ask(
        "da_hrl_lmps", RowCount="5", StartRow="1", datetime_beginning_ept=DAY, Format="csv", Download="True"
    )
    assert len(rows(answer.body)) == 5
    assert "X-TotalRows" in answer.headers


def test_refusals_are_the_same_in_any_form() -> None:
    """The archive knows no node, whatever form is asked for: JSON says so."""
    answer = ask(
        "da_hrl_lmps",
        rowCount="1",
        startRow="1",
        pnode_id="51288",
        datetime_beginning_ept="06/01/2022 00:00to06/01/2022 23:59",
        **CSV,
    )
    assert (answer.status, answer.content_type) == (400, "application/json")
    assert "invalid attribute(s) for archived data" in json.loads(answer.body)["errors"][0]["message"]


@pytest.mark.parametrize(
    "feed",
    [
        pytest.param(feed, marks=() if number % 6 == 0 else pytest.mark.exhaustive)
        for number, feed in enumerate(TABLES)
    ],
)
def test_both_forms_of_every_feed_are_read_alike(feed: str) -> None:
    """The same frame from either, of every feed; no row fewer, and every stamp of the export in its form."""
    more: dict[str, Any] = {"market_name": "2025"} if feed.startswith("ftr_bids") else {}
    when = "09/25/2026 00:00to11/21/2026 23:59"
    export, envelope = page(feed, when, size=5000, **CSV, **more), page(feed, when, size=5000, **more)
    layout = TABLES[feed].layout
    frames = [layout.read(body or b"[]").frame for body in (export.body, envelope.body)]
    assert frames[0].equals(frames[1])
    found = rows(export.body)
    assert len(found) == len(items(envelope))
    assert list(found[0]) == list(items(envelope)[0]) if found else not items(envelope)
    stamped = [cell for row in found for name, cell in row.items() if DATED.search(name) and cell]
    assert all(STAMP.fullmatch(cell) for cell in stamped)


@pytest.mark.exhaustive
def test_some_rows_of_every_feed_are_compared() -> None:
    """None of the comparisons above is of nothing with nothing."""
    empty = []
    for feed in TABLES:
        more: dict[str, Any] = {"market_name": "2025"} if feed.startswith("ftr_bids") else {}
        if not page(feed, "09/25/2026 00:00to11/21/2026 23:59", size=1, **CSV, **more).body:
            empty.append(feed)
    assert empty == []
