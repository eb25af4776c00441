"""What a day of PJM's real-time prices is until it is verified, when it is verified with a hole, and when it has settled."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import httpx
import pytest

from builders import utc
from dataminer_answers import page
from energyopti import (
    FindingKind,
    MarketData,
    NoData,
    Settings,
    SourceUnavailable,
    UnifiedMarketService,
)
from energyopti.settings import HostSettings
from installed import installed

HUB = "51288"
NODE = {
    "pnode_id": 51288,
    "pnode_name": "WESTERN HUB",
    "pnode_type": "AGGREGATE",
    "pnode_subtype": "HUB",
    "effective_date": "1998-04-01T00:00:00",
    "termination_date": "9999-12-31T00:00:00",
}
FRIDAY = ("2026-11-20", "2026-11-21")
START = utc("2026-11-20T05:00")
SETTLEMENT = "rt_da_monthly_lmps"
HOURS = range(24)
EARLIER = range(-323 * 24, 0)
"""All hours of the year before, which are verified."""


@attrs.define
class DataMiner:
    """Hourly prices of the Western Hub as the three feeds have them, by the hours of Friday 20 November 2026.

    ``refused`` is the status with which settlement prices are refused, or with ``refusing`` another feed; ``blank`` are
    the hours whose settlement price is empty.
    """

    verified: set[int] = attrs.field(factory=set)
    unverified: set[int] = attrs.field(factory=set)
    settlement: set[int] = attrs.field(factory=set)
    refused: int = 0
    refusing: str = "rt_da_monthly_lmps"
    words: str = "no"
    blank: set[int] = attrs.field(factory=set)
    asked: list[str] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The rows between the ends of the filter, as an envelope; sheets have none and no total."""
        feed = request.url.path.rsplit("/", 1)[1]
        params = request.url.params
        if feed == "metadata":
            return httpx.Response(404)
        self.asked.append(f"{feed} {params.get('format', 'json')}")
        if feed == "pnode":
            return httpx.Response(200, content=page(NODE))
        verified = self.verified | set(EARLIER)
        if feed == self.refusing and self.refused:
            return httpx.Response(self.refused, json={"message": self.words})
        has = {
            "rt_hrl_lmps": verified,
            "rt_unverified_hrl_lmps": self.unverified,
            SETTLEMENT: self.settlement,
        }
        hours = has.get(feed, set())
        first, last = (eastern(each) for each in params["datetime_beginning_ept"].split("to"))
        rows = [
            self.row(feed, hour) for hour in sorted(hours) if first <= START + timedelta(hours=hour) <= last
        ]
        if params.get("format") == "csv" and not rows:
            return httpx.Response(200, content=b"")
        if params.get("format") == "csv":
            lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
            return httpx.Response(
                200, content="\r\n".join([*lines, ""]).encode(), headers={"x-totalrows": str(len(rows))}
            )
        return httpx.Response(200, content=page(*rows), headers={"content-type": "application/json"})

    def row(self, feed: str, hour: int) -> dict[str, object]:
        """A price of 20 where it is verified, of 25 before, and of 21 where it settles."""
        stamp = f"{START + timedelta(hours=hour):%Y-%m-%dT%H:%M:%S}"
        key = {
            "datetime_beginning_utc": stamp,
            "pnode_id": int(HUB),
            "pnode_name": "WESTERN HUB",
            "type": "HUB",
        }
        if feed == "rt_hrl_lmps":
            return {**key, "total_lmp_rt": 20.0, "row_is_current": "True", "version_nbr": 1}
        if feed == SETTLEMENT:
            return {**key, "total_lmp_rt": "" if hour in self.blank else 21.0, "total_lmp_da": 99.0}
        return {**key, "total_lmp_rt": 25.0, "congestion_price_rt": 1.0, "marginal_loss_price_rt": 0.5}

    def get(
        self, home: Path, now: str, bounds: tuple[str, str] = FRIDAY, *, key: str = "a-key"
    ) -> MarketData:
        """What is answered at a time."""

        async def go() -> MarketData:
            async with UnifiedMarketService(
                installed(), impatient(home, key), transport=httpx.MockTransport(self), now=lambda: utc(now)
            ) as service:
                return await service.get_market_data(
                    "pjm", "rt_hrl_lmps", *bounds, locations=HUB, partial=True
                )

        return asyncio.run(go())


def impatient(home: Path, key: str = "a-key") -> Settings:
    """Settings that ask once, as often as they like."""
    unlimited = {("pjm", "dataminer"): HostSettings(rate="off")}
    return Settings(
        home=home, attempts=1, backoff=0.001, hosts=unlimited, credentials={("pjm", "api_key"): key}
    )


def eastern(text: str) -> datetime:
    """A time of a filter in November as UTC."""
    return datetime.strptime(f"{text} -0500", "%m/%d/%Y %H:%M %z")


def unverified(data: MarketData) -> int:
    """How many rows an answer says are not verified."""
    return sum(each.rows for each in data.findings if each.kind is FindingKind.FALLBACK)


def statuses(data: MarketData) -> set[str]:
    """What the parts of an answer are."""
    return {part.status for part in data.coverage.parts}


@pytest.mark.parametrize("now", ["2026-11-21T17:00", "2026-11-23T15:00"])
def test_hole_in_unverified_prices_is_no_complete_day(now: str, tmp_path: Path) -> None:
    """On Saturday and on Monday morning Friday is not verified: an hour that is not there is said."""
    miner = DataMiner(unverified=set(HOURS) - {10})
    found = miner.get(tmp_path, now)
    assert (len(found), unverified(found)) == (23, 23)
    assert "complete" not in statuses(found)


def test_unverified_day_is_complete_and_not_final(tmp_path: Path) -> None:
    """All hours are there, and every one may yet be another: three weeks later, too."""
    miner = DataMiner(unverified=set(HOURS))
    for now in ("2026-11-21T17:00", "2026-12-11T17:00"):
        found = miner.get(tmp_path, now)
        assert unverified(found) == 24
        assert statuses(found) == {"complete"}
        assert not found.provenance[0].final


def test_hole_in_verified_prices_is_filled_and_the_others_stay_verified(tmp_path: Path) -> None:
    """On Monday afternoon hours 10 and 11 of Friday lack: only those are of the other feed."""
    miner = DataMiner(verified=set(HOURS) - {10, 11}, unverified=set(HOURS))
    found = miner.get(tmp_path, "2026-11-23T18:00")
    assert found.frame["lmp"].to_list() == [20.0] * 10 + [25.0] * 2 + [20.0] * 12
    assert statuses(found) == {"complete"}
    assert unverified(found) == 2


def test_verified_hours_are_not_called_unverified(tmp_path: Path) -> None:
    """The same chunk has unverified hours of another time than is asked for."""
    miner = DataMiner(verified=set(range(12)), unverified=set(HOURS))
    morning = miner.get(tmp_path, "2026-11-21T17:00", ("2026-11-20", "2026-11-20T12:00"))
    assert unverified(morning) == 0
    assert set(morning.frame["lmp"]) == {20.0}


def test_settled_day_is_final_once_it_is_verified(tmp_path: Path) -> None:
    """Six weeks after its end: by then its month's settlement prices are final, if there are any."""
    miner = DataMiner(verified=set(range(42 * 24)))
    new_year = ("2026-11-20", "2026-11-21")
    assert not miner.get(tmp_path, "2027-01-02T04:00", new_year).provenance[0].final
    miner.verified = set(range(42 * 24))
    data = miner.get(tmp_path, "2027-02-13T06:00", new_year)
    assert data.provenance[0].final
    assert data.frame["status"].unique().to_list() == ["verified"]


@pytest.mark.parametrize(
    ("now", "status", "price"),
    [("2027-01-01T06:00", "verified", 20.0), ("2027-01-02T06:00", "settlement", 21.0)],
)
def test_settlement_price_takes_the_place_of_the_verified_one(
    now: str, status: str, price: float, tmp_path: Path
) -> None:
    """Once its month is final, six weeks after the day's end; the other run's price beside it is not taken."""
    miner = DataMiner(verified=set(range(42 * 24)), settlement=set(range(-3000, 42 * 24)))
    data = miner.get(tmp_path, now)
    assert data.frame["lmp"].to_list() == [price] * 24
    assert data.frame["status"].unique().to_list() == [status]
    assert statuses(data) == {"complete"}


def test_hour_without_a_settlement_price_keeps_its_verified_one(tmp_path: Path) -> None:
    """Row by row; nothing is lost or doubled."""
    miner = DataMiner(verified=set(range(42 * 24)), settlement=set(HOURS) - {3})
    data = miner.get(tmp_path, "2027-01-02T06:00")
    assert data.frame["lmp"].to_list() == [21.0] * 3 + [20.0] + [21.0] * 20
    assert data.frame["status"].to_list() == ["settlement"] * 3 + ["verified"] + ["settlement"] * 20
    assert statuses(data) == {"complete"}


def test_settlement_row_without_a_price_takes_no_price_away(tmp_path: Path) -> None:
    """An empty cell stands beside the other run's price: the verified price stays, and the day is complete."""
    miner = DataMiner(verified=set(range(42 * 24)), settlement=set(HOURS), blank={3})
    data = miner.get(tmp_path, "2027-01-02T06:00")
    assert data.frame["lmp"].to_list() == [21.0] * 3 + [20.0] + [21.0] * 20
    assert statuses(data) == {"complete"}
    empty = DataMiner(verified=set(range(42 * 24)), settlement=set(HOURS), blank=set(HOURS))
    assert empty.get(tmp_path, "2027-01-02T06:00").frame["status"].unique().to_list() == ["verified"]


def test_settled_days_come_though_the_others_cannot_be_had(tmp_path: Path) -> None:
    """They are of another feed, which fails; the chunk of the year has both."""
    settled = set(range(-324 * 24, 24))
    miner = DataMiner(settlement=settled, refused=500, refusing="rt_hrl_lmps")
    data = miner.get(tmp_path, "2027-01-02T06:00")
    assert data.frame["lmp"].to_list() == [21.0] * 24
    assert statuses(data) == {"complete"}
    weekend = miner.get(tmp_path, "2027-01-02T06:00", ("2026-11-20", "2026-11-22"))
    assert weekend.frame["lmp"].to_list() == [21.0] * 24
    assert [part.status for part in weekend.coverage.parts] == ["complete", "failed"]
    (finding,) = (each for each in weekend.findings if each.kind is FindingKind.UNAVAILABLE)
    assert finding.message.startswith("only settlement prices are here: the other days cannot be had (")
    assert not weekend.provenance[0].final


def test_days_that_could_not_be_had_are_no_absence_and_asked_for_again(tmp_path: Path) -> None:
    """Without them the answer fails as the host did; the next call gets them, however soon it comes."""
    miner = DataMiner(
        verified=set(range(42 * 24)),
        settlement=set(range(-324 * 24, 24)),
        refused=500,
        refusing="rt_hrl_lmps",
    )
    settings = impatient(tmp_path)
    weekend = ("2026-11-21", "2026-11-23")

    async def go() -> MarketData:
        async with UnifiedMarketService(
            installed(), settings, transport=httpx.MockTransport(miner), now=lambda: utc("2027-01-02T06:00")
        ) as service:
            for _ in range(2):
                with pytest.raises(SourceUnavailable, match="the other days cannot be had"):
                    await service.get_market_data("pjm", "rt_hrl_lmps", *weekend, locations=HUB)
            miner.refused = 0
            return await service.get_market_data("pjm", "rt_hrl_lmps", *weekend, locations=HUB)

    data = asyncio.run(go())
    assert data.frame["lmp"].to_list() == [20.0] * 48
    assert statuses(data) == {"complete"}


def test_refusal_that_repeats_the_key_is_told_without_it(tmp_path: Path) -> None:
    """In a finding as in an error."""
    miner = DataMiner(verified=set(range(42 * 24)), refused=400, words="the key hunter2-tells is not allowed")
    data = miner.get(tmp_path, "2027-02-13T06:00", key="hunter2-tells")
    (finding,) = (each for each in data.findings if each.kind is FindingKind.FALLBACK)
    assert "is not allowed" in finding.message
    assert "hunter2" not in str(data.findings)


@pytest.mark.parametrize("status", [400, 403, 500])
def test_settlement_prices_that_cannot_be_had_leave_the_verified_ones(status: int, tmp_path: Path) -> None:
    """The answer says so, and is not final."""
    miner = DataMiner(verified=set(range(42 * 24)), refused=status)
    data = miner.get(tmp_path, "2027-02-13T06:00")
    assert data.frame["lmp"].to_list() == [20.0] * 24
    (finding,) = (each for each in data.findings if each.kind is FindingKind.FALLBACK)
    assert finding.message.startswith("settlement prices cannot be had (")
    assert finding.message.endswith("): verified ones are in their place")
    assert not data.provenance[0].final


@pytest.mark.parametrize("refused", [0, 404])
def test_final_days_are_not_asked_for_again_with_the_running_ones(refused: int, tmp_path: Path) -> None:
    """A chunk of a year is polled for its last hours: the settlement prices of its months are asked for once a day.

    So is what is not there.
    """
    miner = DataMiner(verified=set(HOURS), settlement=set(EARLIER), refused=refused)

    async def go() -> None:
        clock = [utc("2026-11-20T17:00")]
        unlimited = {("pjm", "dataminer"): HostSettings(rate="off")}
        settings = Settings(home=tmp_path, hosts=unlimited, credentials={("pjm", "api_key"): "a"})
        async with UnifiedMarketService(
            installed(), settings, transport=httpx.MockTransport(miner), now=lambda: clock[0]
        ) as service:
            for _ in range(3):
                await service.get_market_data("pjm", "rt_hrl_lmps", *FRIDAY, locations=HUB, partial=True)
                clock[0] += timedelta(hours=1)

    asyncio.run(go())
    assert miner.asked.count(f"{SETTLEMENT} csv") == 1
    assert miner.asked.count("rt_hrl_lmps csv") == 3


def test_day_that_is_not_out_is_asked_of_each_feed_once(tmp_path: Path) -> None:
    """A sheet without rows and without a total is an answer: no envelope is asked after it."""
    miner = DataMiner()
    with pytest.raises(NoData):
        miner.get(tmp_path, "2026-11-20T17:00")
    asked = [each for each in miner.asked if "lmps" in each]
    assert asked == [f"{SETTLEMENT} csv", "rt_hrl_lmps csv", "rt_unverified_hrl_lmps csv"]
