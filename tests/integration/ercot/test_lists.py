"""Whole queries over ERCOT's lists as they can be: documents posted again, not there, or gone from the list."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from builders import utc
from energyopti import CoverageStatus, FindingKind, MarketData, NoData
from energyopti_ercot.market import ERCOT
from ercot_archive import TOKEN, ask
from zips import zipped

NOW = utc("2025-07-30T20:10")
"""15:10 in Texas."""

QUARTERS = "DeliveryDate,DeliveryHour,DeliveryInterval,SettlementPointName,SettlementPointType,SettlementPointPrice,DSTFlag"


@attrs.frozen(kw_only=True)
class Posted:
    """A document of a list: its number, its name, its publication on the wall clock, its text; None where it is not there."""

    number: int
    name: str
    published: str
    text: str | None

    @property
    def entry(self) -> dict[str, Any]:
        """What the list says of it."""
        name = f"cdr.0.0.{self.name}_csv.zip"
        said = {"DocID": str(self.number), "FriendlyName": f"{self.name}_csv", "ConstructedName": name}
        return {"Document": {**said, "PublishDate": f"{self.published}-05:00"}}


@attrs.define
class Lists:
    """ERCOT's list and its documents; the API has nothing."""

    documents: list[Posted]
    asked: list[str] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer."""
        if request.url.host == "ercotb2c.b2clogin.com":
            return httpx.Response(200, json={"id_token": TOKEN, "expires_in": "3600"})
        if request.url.host != "www.ercot.com":
            return httpx.Response(404)
        if request.url.path.endswith("IceDocListJsonWS"):
            self.asked.append("list")
            found = [each.entry for each in self.documents]
            return httpx.Response(200, content=json.dumps({"ListDocsByRptTypeRes": {"DocumentList": found}}))
        number = int(request.url.params["doclookupId"])
        self.asked.append(str(number))
        (document,) = (each for each in self.documents if each.number == number)
        if document.text is None:
            return httpx.Response(404)
        return httpx.Response(200, content=zipped({f"{document.name}.csv": document.text.encode()}))


def quarter(
    number: int, ends: str, price: float | None, *, published: str | None = None, name: str = "SPP"
) -> Posted:
    """A document with the price of the quarter that ends at a time of July 30, posted a minute later."""
    hour, minute = map(int, ends.split(":"))
    begun = hour * 60 + minute - 15
    line = f"07/30/2025,{begun // 60 + 1},{begun % 60 // 15 + 1},HB_NORTH,HU,{price},N"
    return Posted(
        number=number,
        name=f"{name}_20250730_{hour:02}{minute:02}",
        published=published or f"2025-07-30T{hour:02}:{minute:02}:59",
        text=None if price is None else f"{QUARTERS}\n{line}\n",
    )


def morning() -> list[Posted]:
    """The quarters from midnight to 15:00, each with its number as its price."""
    times = ((15 * number, number) for number in range(1, 61))
    return [quarter(number, f"{end // 60}:{end % 60:02}", float(number)) for end, number in times]


def settled(documents: Iterable[Posted], home: Path, *, start: str, end: str, **query: Any) -> MarketData:
    """Prices of settlement points from such a list."""
    return ask(Lists(list(documents)), ERCOT.feed("spp_node_zone_hub"), home, start, end, now=NOW, **query)


def test_quarter_that_is_posted_again_is_as_it_was_posted_last(tmp_path: Path) -> None:
    """The later document has a number of its own, and whatever name: its price stands, and the others are as they were."""
    again = quarter(900, "9:00", 99.5, published="2025-07-30T14:20:00", name="SPP_retry")
    data = settled(
        [*morning(), again], tmp_path, start="2025-07-30T00:00", end="2025-07-30T12:00", locations="HB_NORTH"
    )
    expected = [99.5 if number == 36 else float(number) for number in range(1, 49)]
    assert data.frame["lmp"].to_list() == expected
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.COMPLETE]


def test_document_that_is_listed_and_not_there_is_a_hole_in_the_day(tmp_path: Path) -> None:
    """The other quarters are answered; strictly, the hole is an error that says what cannot be had."""
    documents = [each if each.number != 36 else quarter(36, "9:00", None) for each in morning()]
    asked = {"start": "2025-07-30T00:00", "end": "2025-07-30T12:00", "locations": "HB_NORTH"}
    data = settled(documents, tmp_path, **asked, partial=True)
    assert data.frame["lmp"].to_list() == [float(number) for number in range(1, 49) if number != 36]
    (finding,) = (each for each in data.findings if "not available" in each.message)
    assert finding.kind is FindingKind.GAP
    assert finding.spans == ((utc("2025-07-30T13:45"), utc("2025-07-30T14:00")),)
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.INCOMPLETE]
    assert "cdr.0.0.SPP_20250730_0900_csv.zip" in finding.message


def test_correction_that_is_listed_and_not_there_is_not_passed_over(tmp_path: Path) -> None:
    """No quarter is missing; that one of them may be wrong is said."""
    again = quarter(900, "9:00", None, published="2025-07-30T14:20:00", name="SPP_retry")
    asked = {"start": "2025-07-30T00:00", "end": "2025-07-30T12:00", "locations": "HB_NORTH"}
    data = settled([*morning(), again], tmp_path, **asked, partial=True)
    assert len(data) == 48
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.INCOMPLETE]


def test_list_whose_documents_are_all_not_there_has_nothing(tmp_path: Path) -> None:
    """As where none is listed."""
    documents = [
        quarter(each.number, f"{each.number // 4}:{each.number % 4 * 15:02}", None) for each in morning()
    ]
    with pytest.raises(NoData, match="60 documents that are not there"):
        settled(documents, tmp_path, start="2025-07-30T00:00", end="2025-07-30T12:00")


BINDING = "SCEDTimeStamp,RepeatedHourFlag,ConstraintID,ConstraintName,ContingencyName,ShadowPrice,Limit,Value"


def bound(number: int, hour: int, *prices: float, published: str | None = None) -> Posted:
    """An hour's document with one run of a constraint a price."""
    lines = [
        f"07/30/2025 {hour:02}:{5 * place:02}:10,N,1,ALPHA,BASE CASE,{price},100,100"
        for place, price in enumerate(prices)
    ]
    return Posted(
        number=number,
        name="SCEDBTCNP686",
        published=published or f"2025-07-30T{hour + 1:02}:05:00",
        text="\n".join([BINDING, *lines, ""]),
    )


def constraints(documents: Iterable[Posted], home: Path) -> MarketData:
    """What bound from midnight to 10:00."""
    return ask(
        Lists(list(documents)),
        ERCOT.feed("shdw_prices_bnd_trns_const"),
        home,
        "2025-07-30T00:00",
        "2025-07-30T10:00",
        now=NOW,
        partial=True,
    )


BEFORE = Posted(number=1, name="SCEDBTCNP686", published="2025-07-29T20:05:00", text=f"{BINDING}\n")


def test_hour_of_constraints_that_is_posted_again_is_not_doubled(tmp_path: Path) -> None:
    """The prices of its last posting."""
    documents = [
        BEFORE,
        bound(2, 3, 80.0, 81.0),
        bound(3, 5, 70.0),
        bound(4, 3, 90.0, 91.0, published="2025-07-30T09:00:00"),
    ]
    data = constraints(documents, tmp_path)
    assert data.frame["shadow_price"].to_list() == [90.0, 91.0, 70.0]
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.COMPLETE]


def test_constraints_whose_list_begins_within_the_day_are_a_part(tmp_path: Path) -> None:
    """Nothing tells whether anything bound before: the answer is not called complete."""
    data = constraints([bound(2, 3, 80.0), bound(3, 5, 70.0)], tmp_path)
    assert data.frame["shadow_price"].to_list() == [80.0, 70.0]
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.INCOMPLETE]
    assert any("begins at 2025-07-30T09:05:00Z" in each.message for each in data.findings)


DAY_AHEAD = "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag"


def ahead(number: int, day: int, published: str, price: float) -> Posted:
    """The prices of a day of July, all the same; nothing in its name says of which day it is."""
    lines = [f"07/{day}/2025,{hour:02}:00,HB_NORTH,{price},N" for hour in range(1, 25)]
    text = "\n".join([DAY_AHEAD, *lines, ""])
    return Posted(number=number, name="DAMSPNP4190", published=f"2025-07-{published}", text=text)


PUBLISHED = [ahead(day, day, f"{day - 1}T12:35:00", float(day)) for day in range(20, 31)]
"""The prices of July 20 to 30, each on the day before."""


def day_ahead(
    day: int, home: Path, *more: Posted, without: int = 0
) -> tuple[list[float], MarketData, list[str]]:
    """A day's prices, the answer, and the documents that were asked for."""
    lists = Lists(
        sorted([*(each for each in PUBLISHED if each.number != without), *more], key=lambda each: each.number)
    )
    feed, start, end = ERCOT.feed("dam_stlmnt_pnt_prices"), f"2025-07-{day}", f"2025-07-{day + 1}"
    data = ask(lists, feed, home, start, end, now=NOW, locations="HB_NORTH", partial=True)
    return data.frame["lmp"].unique().to_list(), data, [each for each in lists.asked if each != "list"]


def test_day_ahead_prices_that_are_posted_again_days_later_stand(tmp_path: Path) -> None:
    """The day of the correction has two documents: their rows tell whose they are, for either day."""
    correction = ahead(900, 22, "24T16:00:00", 99.0)
    corrected, data, asked = day_ahead(22, tmp_path, correction)
    assert corrected == [99.0]
    assert sorted(asked) == ["22", "25", "900"]
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.COMPLETE]
    other, data, _ = day_ahead(25, tmp_path, correction)
    assert other == [25.0]
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.COMPLETE]
    assert FindingKind.OUTSIDE_CHUNK not in {each.kind for each in data.findings}


def test_day_without_a_second_document_asks_for_its_own_alone(tmp_path: Path) -> None:
    """As on nearly all days."""
    assert day_ahead(22, tmp_path)[::2] == ([22.0], ["22"])


def test_day_ahead_prices_that_come_after_midnight_are_their_days(tmp_path: Path) -> None:
    """The document of July 22 is published early on July 22, before that of July 23: neither is taken for the other."""
    late = ahead(222, 22, "22T00:40:00", 22.5)
    assert day_ahead(22, tmp_path, late, without=22)[0] == [22.5]
    assert day_ahead(23, tmp_path, late, without=22)[0] == [23.0]


def test_day_that_was_never_published_has_no_other_days_prices(tmp_path: Path) -> None:
    """The document of the next day is looked at, and left."""
    with pytest.raises(NoData, match="the documents of report 12331 are about other times"):
        day_ahead(22, tmp_path, without=22)
