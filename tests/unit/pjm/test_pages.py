"""Data Miner's pages: how they are asked for, what each must say, and what is done where they do not add up."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from dataminer_answers import NOW, Answers, Counted, chunk, collected, listed, page, price, table
from energyopti import NoData, SchemaDrift, SourceUnavailable, UnsupportedQuery
from energyopti.layouts import Reading
from energyopti.query import Place
from energyopti.source import Expect, Payload, Request
from energyopti.vocabulary import LocationType
from energyopti_pjm.feeds.reference import PNODES
from energyopti_pjm.protocol.pages import Form, total_rows

DAY = [price(4 + number % 20, 1 + number // 20, version_nbr=1) for number in range(150)]
"""Prices of eight nodes, in the order of the nodes."""


def sheet(items: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as PJM exports them: a mark, CRLF, stamps of twelve hours; nothing where there are none."""
    if not items:
        return b""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(items[0])
    lines.writerows([_cell(value) for value in item.values()] for item in items)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: Any) -> Any:
    if not isinstance(value, str) or "T" not in value:
        return value
    at = datetime.fromisoformat(value)
    half = "AM" if at.hour < 12 else "PM"
    return f"{at.month}/{at.day}/{at.year} {(at.hour - 1) % 12 + 1}:{at:%M:%S} {half}"


def total(count: int) -> dict[str, str]:
    """The header that says how many rows a query has."""
    return {"x-totalrows": str(count)}


def is_csv(request: Request) -> bool:
    """Whether rows alone are asked for, as CSV."""
    return (request.params.get("format"), request.params.get("download")) == ("csv", "true")


def first_row(request: Request) -> int:
    """The number of the row that a page begins with."""
    return int(request.params["startRow"])


def service(items: Sequence[dict[str, Any]]) -> Callable[[Request], Counted]:
    """Pages of a table in the form that is asked for."""
    envelopes = table(items)

    def answer(request: Request) -> Counted:
        size, start = int(request.params["rowCount"]), first_row(request)
        if is_csv(request):
            return 200, sheet(items[start - 1 : start - 1 + size]), total(len(items))
        return *envelopes(request), {}

    return answer


def spoilt(
    items: Sequence[dict[str, Any]], body: bytes | None, said: Mapping[str, str], start: int
) -> Answers:
    """A service of which one page of CSV, that which begins with a row, is another body with other headers."""
    right = service(items)

    def answer(request: Request) -> Counted:
        status, content, headers = right(request)
        if is_csv(request) and first_row(request) == start:
            return 200, content if body is None else body, said
        return status, content, headers

    return Answers(answer)


def forms(answers: Answers) -> list[str]:
    """Which form each request asks for."""
    return ["csv" if is_csv(each) else "json" for each in answers.asked]


# Envelopes


def test_pages_are_asked_by_the_numbers_of_their_rows() -> None:
    """Five rows in pages of two: rows 1, 3 and 5 begin a page, and all rows come in order."""
    items = [price(hour) for hour in range(4, 9)]
    answers = Answers(table(items))
    reading = collected(chunk("2026-06-01"), answers, page=2)
    assert answers.pages == [(2, 1), (2, 3), (2, 5)]
    assert reading.frame["interval_start"].dt.hour().to_list() == [4, 5, 6, 7, 8]


def test_exact_page_is_not_followed_by_an_empty_one() -> None:
    """Four rows in pages of two are two requests."""
    answers = Answers(table([price(hour) for hour in range(4, 8)]))
    assert collected(chunk("2026-06-01"), answers, page=2).payload_rows == 4
    assert answers.pages == [(2, 1), (2, 3)]


def test_more_pages_than_are_asked_at_once_are_all_read() -> None:
    """Eleven pages, of which four are under way at a time."""
    answers = Answers(table([price(hour) for hour in range(4, 15)]))
    reading = collected(chunk("2026-06-01"), answers, page=1)
    assert reading.frame["interval_start"].dt.hour().to_list() == list(range(4, 15))
    assert answers.pages == [(1, number) for number in range(1, 12)]


def test_pages_that_report_other_totals_are_asked_once_more() -> None:
    """An older result behind one page: everything is asked again with another page size."""
    items = [price(4 + number % 20, 1 + number // 20) for number in range(150)]
    right = table(items)

    def answer(request: Request) -> tuple[int, bytes]:
        if request.params["rowCount"] == "100" and request.params["startRow"] == "101":
            return 200, page(*items[100:], total=149)
        return right(request)

    answers = Answers(answer)
    assert collected(chunk("2026-06-01"), answers, page=100).payload_rows == 150
    assert answers.pages == [(100, 1), (100, 101), (98, 1), (98, 99)]


@pytest.mark.parametrize("lost", [[], [price(8)]])
def test_page_that_is_lost_in_the_middle_fails(lost: list[dict[str, Any]]) -> None:
    """Pages that twice do not add up to their total are no answer, though each repeats the total."""
    items = [price(4 + number % 20, 1 + number // 20) for number in range(300)]
    right = table(items)

    def answer(request: Request) -> tuple[int, bytes]:
        middle = request.params["startRow"] in {"101", "99"}
        return (200, page(*lost, total=300)) if middle else right(request)

    answers = Answers(answer)
    with pytest.raises(SourceUnavailable, match="do not add up to the total that they report, twice"):
        collected(chunk("2026-06-01"), answers, page=100)
    assert {size for size, _ in answers.pages} == {100, 98}


def test_first_page_without_the_rows_it_promises_fails() -> None:
    """A total of three and no items."""
    with pytest.raises(SourceUnavailable, match="do not add up"):
        collected(chunk("2026-06-01"), listed(page(total=3)))


def capped(items: Sequence[dict[str, Any]], *caps: int) -> Answers:
    """A service that gives no more rows at once than the next of some caps, the last for ever."""
    left = list(caps)

    def answer(request: Request) -> tuple[int, bytes]:
        size, start = int(request.params["rowCount"]), first_row(request)
        cap = left.pop(0) if len(left) > 1 else left[0]
        return 200, page(*items[start - 1 : start - 1 + min(size, cap)], total=len(items))

    return Answers(answer)


def test_shorter_pages_go_on_where_they_ended() -> None:
    """A hundred rows are asked for and forty come: the next page begins with the 41st."""
    answers = capped(DAY, 40)
    reading = collected(chunk("2026-06-01"), answers, page=100)
    assert answers.pages == [(100, 1), (100, 41), (100, 81), (100, 121)]
    assert reading.frame.equals(collected(chunk("2026-06-01"), Answers(table(DAY))).frame)
    assert reading.payload_rows == reading.accounted_rows == 150


@settings(max_examples=25)
@given(st.lists(st.integers(1, 160), min_size=1, max_size=8), st.integers(1, 160))
def test_every_row_comes_once_however_long_pages_are(caps: list[int], size: int) -> None:
    """Of a service whose first page is shorter than asked for, whatever it gives after that."""
    caps[0] = min(caps[0], size - 1) or 1
    answers = capped(DAY, *caps)
    reading = collected(chunk("2026-06-01"), answers, page=size)
    right = collected(chunk("2026-06-01"), Answers(table(DAY)))
    assert reading.frame.equals(right.frame)
    assert reading.payload_rows == 150


def test_sheets_that_are_cut_short_by_a_cap_are_asked_as_envelopes() -> None:
    """Every form has the same cap; envelopes go on where they ended."""
    right = service(DAY)

    def answer(request: Request) -> Counted:
        few = attrs.evolve(request, params={**request.params, "rowCount": "60"})
        return right(few)

    answers = Answers(answer)
    assert collected(chunk("2026-06-01"), answers, page=100, form=Form.CSV).payload_rows == 150
    assert forms(answers) == ["csv", "csv", "json", "json", "json"]
    assert answers.pages[2:] == [(98, 1), (98, 61), (98, 121)]


def test_short_pages_that_disagree_are_asked_once_more() -> None:
    """A total that changes between them, no rows, too many or the same again: none of it is an answer."""
    for second in (
        page(*DAY[40:80], total=149),
        page(total=150),
        page(*DAY, total=150),
        page(*DAY[:40], total=150),
    ):
        answers = Answers(
            lambda request, second=second: (  # type: ignore[misc]
                200,
                page(*DAY[:40], total=150) if first_row(request) == 1 else second,
            )
        )
        with pytest.raises(SourceUnavailable, match="do not add up to the total that they report, twice"):
            collected(chunk("2026-06-01"), answers, page=100)
        assert answers.pages == [(100, 1), (100, 41), (98, 1), (98, 41)]


@pytest.mark.parametrize("first", [40, 100])
def test_later_page_that_is_not_there_is_no_absence(first: int) -> None:
    """The first page counts rows that the service then denies: they are published, and cannot be had."""

    def answer(request: Request) -> tuple[int, bytes]:
        if first_row(request) > 1:
            raise NoData("status 404")
        return 200, page(*DAY[:first], total=150)

    with pytest.raises(SourceUnavailable, match=rf"da_hrl_lmps are missing from {first + 1} on"):
        collected(chunk("2026-06-01"), Answers(answer), page=100)


def test_feed_that_is_not_there_is_an_absence() -> None:
    """Where the first page is denied nothing is known of any row."""

    def answer(_: Request) -> tuple[int, bytes]:
        raise NoData("status 404")

    with pytest.raises(NoData, match="status 404"):
        collected(chunk("2026-06-01"), Answers(answer))


def test_pages_that_would_take_days_are_refused() -> None:
    """Ten million rows, one at a time: one request says so."""
    answers = listed(page(price(4), total=10_000_000))
    with pytest.raises(SourceUnavailable, match="has 10,000,000 rows and sends 1 at a time"):
        collected(chunk("2026-06-01"), answers)
    assert len(answers.asked) == 1


@pytest.mark.parametrize(
    "said", ["-5", "12.5", "1e9", '"2"', "null", "true", '{"of":2}', "9" * 5000, "999999999999", "NaN"]
)
def test_total_that_is_no_count_is_said(said: str) -> None:
    """Nothing is made of it: no page more is asked for, and the error quotes it."""
    body = page(price(4)).replace(b'"totalRows":1', f'"totalRows":{said}'.encode())
    answers = listed(body)
    with pytest.raises(SourceUnavailable, match=r"has .* rows, which cannot be") as caught:
        collected(chunk("2026-06-01"), answers)
    assert len(answers.asked) == 1
    assert said[:6] in str(caught.value)
    assert len(str(caught.value)) < 300


@given(st.text(st.characters(codec="ascii", exclude_characters='",}]\\'), max_size=30))
@settings(max_examples=50)
def test_total_is_a_count_or_an_error(said: str) -> None:
    """Whatever stands there, the answer is right or refused: it crashes nothing."""
    body = page(price(4), price(5)).replace(b'"totalRows":2', f'"totalRows":{said}'.encode())
    answers = listed(body)
    if said.strip(" \t\r\n\x0b\x0c") == "2":
        assert collected(chunk("2026-06-01"), answers).payload_rows == 2
        return
    with pytest.raises((SourceUnavailable, SchemaDrift, NoData)):
        collected(chunk("2026-06-01"), answers)


def test_absurd_total_of_sheets_makes_envelopes_be_asked() -> None:
    """As any other total that cannot be."""
    answers = spoilt(DAY, None, total(10**12), start=1)
    assert collected(chunk("2026-06-01"), answers, form=Form.CSV).payload_rows == 150
    assert forms(answers) == ["csv", "json"]


def test_query_without_a_date_has_other_pages_every_day() -> None:
    """The service remembers answers: the 324th day of the year asks for 324 rows less."""
    node = {
        "pnode_id": 1,
        "pnode_name": "PJM-RTO",
        "pnode_subtype": "ZONE",
        "effective_date": "2017-09-08T00:00:00",
        "termination_date": "9999-12-31T00:00:00",
    }
    answers = listed(page(node))
    collected(chunk("2026-11-20"), answers, layout=PNODES, when=None, place=None, archive=None)
    assert answers.pages == [(49_676, 1)]
    assert answers.filters == [{}]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            400,
            '{"errors":[{"field":"Filters","message":"A datetime is missing.","detail":["datetime_filter"]}]}',
            "A datetime is missing.",
        ),
        (400, '{"errors":[{"message":"One."},{"message":"Two."}],"code":400}', "One. Two."),
        (400, '{"errors":["Row count is missing"]}', "Row count is missing"),
        (400, '{"errors":"Row count is missing"}', "Row count is missing"),
        (400, '{"data":null,"code":"API_1044","message":"Not valid."}', "Not valid."),
        (400, '"Date range cannot exceed 366 days"', "Date range cannot exceed 366 days"),
        (400, "Row count is missing", "Row count is missing"),
        (400, "[1]", "[1]"),
        (
            200,
            '{"errors":[{"field":"Sort","message":"Custom Sort is not available."}]}',
            "Custom Sort is not",
        ),
    ],
)
def test_refusal_is_told_in_the_words_of_pjm(status: int, body: str, words: str) -> None:
    """Whatever form the body has, and whatever status it comes with."""
    answers = Answers(lambda _: (status, body.encode()))
    with pytest.raises(UnsupportedQuery) as caught:
        collected(chunk("2026-06-01"), answers)
    assert str(caught.value).startswith(f"PJM refuses this request of da_hrl_lmps: {words}")


# Rows alone, as CSV


def test_rows_are_asked_for_as_a_download_of_csv() -> None:
    """The bare parameters of pages with the two words, and the header that counts the rows."""
    answers = Answers(service(DAY))
    collected(chunk("2026-06-01"), answers, page=100, form=Form.CSV)
    assert forms(answers) == ["csv", "csv"]
    assert answers.pages == [(100, 1), (100, 101)]
    assert {(each.expect, each.row_count_header) for each in answers.asked} == {(Expect.CSV, "x-totalrows")}
    assert set(answers.asked[0].params) == {
        *("rowCount", "startRow", "download", "format", "datetime_beginning_ept")
    }


def counted(reading: Reading) -> Counter[tuple[str, str]]:
    """How many rows each finding is about; sheets are read as one, and have one where envelopes have many."""
    return sum((Counter({(each.kind, each.message): each.rows}) for each in reading.findings), Counter())


@pytest.mark.parametrize("size", [7, 50, 150, 50_000])
def test_both_forms_say_the_same(size: int) -> None:
    """However many pages there are: the same rows in the same order, as many as there were."""
    readings = [
        collected(chunk("2026-06-01"), Answers(service(DAY)), page=size, form=form)
        for form in (Form.CSV, Form.JSON)
    ]
    assert readings[0].frame.equals(readings[1].frame)
    assert [each.payload_rows for each in readings] == [150, 150]
    assert readings[0].frame["interval_start"].to_list()[:2] == [
        utc("2026-06-01T04:00"),
        utc("2026-06-01T05:00"),
    ]
    assert [each.accounted_rows for each in readings] == [150, 150]
    assert counted(readings[0]) == counted(readings[1])


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_no_body_is_an_answer_without_rows(body: bytes) -> None:
    """With a total of 0: there is no data, and nothing more is asked."""
    answers = Answers(lambda _: (200, body, total(0)))
    with pytest.raises(NoData, match="not published yet, or no longer kept"):
        collected(chunk("2026-06-01"), answers, form=Form.CSV)
    assert forms(answers) == ["csv"]


def test_header_alone_is_an_answer_without_rows() -> None:
    """A line of headers and a total of 0 say the same."""
    answers = Answers(lambda _: (200, sheet(DAY[:1]).splitlines(keepends=True)[0], total(0)))
    with pytest.raises(NoData):
        collected(chunk("2026-06-01"), answers, form=Form.CSV)
    assert forms(answers) == ["csv"]


@pytest.mark.parametrize("said", [{}, {"x-totalrows": ""}])
@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf\r\n", sheet(DAY[:1]).splitlines(keepends=True)[0]])
def test_no_rows_without_a_total_are_no_rows_and_not_asked_again(body: bytes, said: dict[str, str]) -> None:
    """What is not verified yet is asked for at each poll: one request each time, not one more as an envelope."""
    answers = Answers(lambda _: (200, body, said))
    for _ in range(2):
        with pytest.raises(NoData, match="not published yet, or no longer kept"):
            collected(chunk("2026-06-01"), answers, form=Form.CSV)
    assert forms(answers) == ["csv", "csv"]


@pytest.mark.parametrize("body", [b"[]", b"{}", b"try later", b"<html></html>"])
def test_other_words_without_a_total_are_asked_as_envelopes(body: bytes) -> None:
    """They are no sheet, and say nothing of how many rows there are."""
    answers = spoilt(DAY, body, {}, start=1)
    assert collected(chunk("2026-06-01"), answers, form=Form.CSV).payload_rows == 150
    assert forms(answers) == ["csv", "json"]


@pytest.mark.parametrize(
    "said", [{}, {"x-totalrows": ""}, {"x-totalrows": "many"}, {"x-totalrows": "150, 150"}]
)
def test_rows_without_their_total_are_asked_as_envelopes(said: dict[str, str]) -> None:
    """Rows alone cannot be known to be whole; the envelope says its total in the body."""
    answers = spoilt(DAY, None, said, start=1)
    assert collected(chunk("2026-06-01"), answers, page=100, form=Form.CSV).payload_rows == 150
    assert forms(answers) == ["csv", "json", "json"]
    assert answers.pages == [(100, 1), (100, 1), (100, 101)]


def test_envelopes_that_disagree_after_that_are_asked_once_more() -> None:
    """The fallback has its second attempt too."""
    right = table(DAY)

    def answer(request: Request) -> Counted:
        stale = request.params["rowCount"] == "100" and first_row(request) == 101
        if is_csv(request):
            return 200, sheet(DAY[:100]), {}
        return 200, page(*DAY[100:], total=149) if stale else right(request)[1], {}

    answers = Answers(answer)
    assert collected(chunk("2026-06-01"), answers, page=100, form=Form.CSV).payload_rows == 150
    assert answers.pages == [(100, 1), (100, 1), (100, 101), (98, 1), (98, 99)]


def test_array_with_a_total_is_read_as_it_is() -> None:
    """A service that heeds the download and not the form."""
    answers = Answers(lambda _: (200, json.dumps(DAY).encode(), total(150)))
    assert collected(chunk("2026-06-01"), answers, form=Form.CSV).payload_rows == 150
    assert forms(answers) == ["csv"]


def test_envelope_in_place_of_csv_is_read_as_it_is() -> None:
    """It says its total itself."""
    answers = Answers(table(DAY))
    assert collected(chunk("2026-06-01"), answers, page=100, form=Form.CSV).payload_rows == 150
    assert forms(answers) == ["csv", "csv"]


def test_all_rows_at_once_are_an_answer() -> None:
    """A service that gives a download whole, however many rows a page should have."""
    answers = Answers(lambda _: (200, sheet(DAY), total(150)))
    assert collected(chunk("2026-06-01"), answers, page=100, form=Form.CSV).payload_rows == 150
    assert forms(answers) == ["csv", "csv"]


LINES = sheet(DAY[100:]).splitlines(keepends=True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, total(149)),
        (None, {}),
        (b"", total(150)),
        (b"".join(LINES[:-1]), total(150)),
        (b"".join([*LINES, LINES[-1]]), total(150)),
        (b"".join(LINES)[:-20], total(150)),
        (b"".join(LINES).replace(b",LOAD,", b",", 1), total(150)),
        (b"Start,Area\r\n1,2\r\n", total(150)),
        (b"\xff\xfe\x00\x01", total(150)),
    ],
    ids=[
        *("other total", "no total", "nothing", "row lost", "row doubled", "cut in a row", "row too short"),
        *("other columns", "no text"),
    ],
)
def test_page_of_csv_that_is_not_whole_is_asked_as_envelopes(
    body: bytes | None, said: dict[str, str]
) -> None:
    """Whatever is wrong with one page, the answer is that of the envelopes, and every row is there once."""
    answers = spoilt(DAY, body, said, start=101)
    reading = collected(chunk("2026-06-01"), answers, page=100, form=Form.CSV)
    right = collected(chunk("2026-06-01"), Answers(table(DAY)))
    assert reading.frame.equals(right.frame)
    assert forms(answers) == ["csv", "csv", "json", "json"]


def test_first_page_of_csv_that_is_cut_is_noticed() -> None:
    """Fewer rows than the page and the total say."""
    answers = spoilt(DAY, sheet(DAY[:99]), total(150), start=1)
    assert collected(chunk("2026-06-01"), answers, page=100, form=Form.CSV).payload_rows == 150
    assert forms(answers) == ["csv", "csv", "json", "json"]
    assert answers.pages[2:] == [(98, 1), (98, 99)]


def test_pages_that_never_add_up_fail_in_either_form() -> None:
    """A total of 151 and 150 rows: no answer, and asking for the rest gives them all again."""
    answers = Answers(
        lambda request: (200, sheet(DAY), total(151)) if is_csv(request) else (200, page(*DAY, total=151))
    )
    with pytest.raises(SourceUnavailable, match="do not add up to the total that they report, twice"):
        collected(chunk("2026-06-01"), answers, form=Form.CSV)
    assert forms(answers) == ["csv", "json", "json"]


def test_columns_that_neither_form_has_are_drift() -> None:
    """What the layout does not know in JSON is not taken for a fault of the form."""
    strange = [{"datetime_beginning_utc": "2026-06-01T04:00:00", "pnode_id": 1, "price": 2.0}]
    answers = Answers(service(strange))
    with pytest.raises(SchemaDrift, match="type"):
        collected(chunk("2026-06-01"), answers, form=Form.CSV)
    assert forms(answers) == ["csv", "json"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (406, b'{"code":406,"message":"Not acceptable"}'),
        (400, b'{"errors":[{"field":"Format","message":"Format is not valid: csv"}]}'),
        (400, b'"Download is not possible"'),
        (200, b'{"errors":["The format CSV is not supported"]}'),
    ],
)
def test_refused_form_is_not_asked_for_again(status: int, body: bytes) -> None:
    """Where the service does not know the form, it is asked for envelopes."""
    answers = Answers(lambda request: (status, body) if is_csv(request) else (200, page(*DAY)))
    assert collected(chunk("2026-06-01"), answers, form=Form.CSV).payload_rows == 150
    assert forms(answers) == ["csv", "json"]


def test_refused_query_is_refused_in_either_form() -> None:
    """A refusal that has nothing to do with the form is told at once, in PJM's words."""
    body = b'{"errors":[{"field":"Filters","message":"A datetime is missing."}]}'
    answers = Answers(lambda _: (400, body))
    with pytest.raises(UnsupportedQuery, match=r"da_hrl_lmps: A datetime is missing\."):
        collected(chunk("2026-06-01"), answers, form=Form.CSV)
    assert forms(answers) == ["csv"]


def test_archive_is_asked_for_csv_by_its_rules() -> None:
    """The form adds no filter: a hub of 2022 is asked for by its type and the day."""
    items = [each | {"datetime_beginning_utc": "2022-06-01T04:00:00"} for each in (price(4), price(4, 1))]
    answers = Answers(service(items))
    hub = Place("51288", "WESTERN HUB", LocationType.HUB)
    reading = collected(chunk("2022-06-01", places=(hub,)), answers, form=Form.CSV)
    assert answers.filters == [
        {"datetime_beginning_ept": "06/01/2022 00:00to06/01/2022 23:59", "type": "HUB"}
    ]
    assert reading.frame["location"].to_list() == ["51288"]
    assert reading.payload_rows == reading.accounted_rows == 2


@pytest.mark.parametrize(
    ("body", "headers", "count"),
    [
        (b'{"items":[],"totalRows":0}', {}, 0),
        (b'{"items":[],"totalRows" : 325176}', {}, 325_176),
        (b'{"totalRows":7,"items":[' + b" " * 9000 + b"]}", {}, 7),
        (b"", {"x-totalrows": "0"}, 0),
        (b"a,b\r\n1,2\r\n", {"x-totalrows": " 325176 "}, 325_176),
        (b'{"items":[],"totalRows":7}', {"x-totalrows": "8"}, 8),
        (b'[{"a":"\\"totalRows\\":5"}]', {}, None),
        (b'a\r\n"totalRows":5\r\n', {}, None),
        (b"a\r\n1\r\n", {"x-totalrows": "1.0"}, None),
    ],
)
def test_total_is_read_from_the_header_or_the_envelope(
    body: bytes, headers: dict[str, str], count: int | None
) -> None:
    """The header counts; an envelope says it at its end, or wherever it is; rows alone say nothing."""
    payload = Payload(content=body, url="https://pjm.example", fetched_at=NOW, headers=headers)
    assert total_rows(payload) == count


def test_page_without_a_total_is_none_of_data_miner() -> None:
    """A bare array says nothing of its pages: it cannot be known to be whole."""
    with pytest.raises(SourceUnavailable, match="gives no total of its rows"):
        collected(chunk("2026-06-01"), listed(json.dumps(DAY).encode()))
