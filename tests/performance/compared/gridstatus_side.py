"""gridstatus in its own environment: its methods, timed, with every request led to the documents of a folder.

Reads one order a line from standard input, and answers each with one line. What is timed is gridstatus' own code:
only its requests are led elsewhere, to the local server (``whole``) or to the same documents in memory (``parse``).
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
import urllib.request
import warnings
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.response import addinfourl

import gridstatus
import pandas as pd
import requests
from gridstatus.nyiso import NYISOLocationType

from performance.compared.answers import Answer, Answers

HUBS = ["TH_NP15_GEN-APND", "TH_SP15_GEN-APND", "TH_ZP26_GEN-APND"]


class Door:
    """Where requests go: to the local server by its address, or, while it is shut, to memory."""

    def __init__(self, url: str, answers: Answers) -> None:
        self.url = url
        self.answers = answers
        self.open = True
        self._send = requests.Session.send

    def install(self) -> None:
        """Lead the requests of `requests` and of `urllib`, which pandas reads addresses with."""

        def send(session: requests.Session, request: requests.PreparedRequest, **how: Any) -> Any:
            address = str(request.url).partition("://")[2]
            if self.open:
                request.url = f"{self.url}/{address}"
                return self._send(session, request, **how)
            found = self._found(address)
            response = requests.Response()
            response.status_code, response.request, response.url = 200, request, str(request.url)
            response._content = found.body
            response.headers.update(found.headers)
            return response

        class Handler(urllib.request.BaseHandler):
            handler_order = 100

            def https_open(handler, request: urllib.request.Request) -> Any:  # noqa: N805 - self is the door
                address = request.full_url.partition("://")[2]
                if self.open:
                    return urllib.request.urlopen(f"{self.url}/{address}")
                found, headers = self._found(address), Message()
                for name, value in found.headers.items():
                    headers[name] = value
                response: Any = addinfourl(io.BytesIO(found.body), headers, request.full_url, 200)
                response.msg = "OK"
                return response

        session: Any = requests.Session
        session.send = send
        urllib.request.install_opener(urllib.request.build_opener(Handler))

    def _found(self, address: str) -> Answer:
        found = self.answers.find(address)
        if found is None:
            raise LookupError(f"nothing is there for {address}")
        return found


class Works:
    """What gridstatus is asked, by case: the whole job, and the part of it that reads documents."""

    def __init__(self) -> None:
        self.nyiso = gridstatus.NYISO()
        self.ercot = gridstatus.Ercot()
        self.pjm = gridstatus.PJM(api_key="none")
        self.caiso = gridstatus.CAISO()
        self._documents: list[Any] = []

    def nyiso_generators(self) -> Any:
        """A day of real-time prices by generator."""
        return self.nyiso.get_lmp(
            "2026-10-15",
            market=gridstatus.Markets.REAL_TIME_5_MIN,
            location_type=NYISOLocationType.GENERATOR,
        )

    def nyiso_zones(self) -> Any:
        """30 days of real-time prices by zone; it takes the last day of a range in."""
        return self.nyiso.get_lmp(
            "2025-06-16",
            end="2025-07-15",
            market=gridstatus.Markets.REAL_TIME_5_MIN,
            location_type=NYISOLocationType.ZONE,
        )

    def pjm_nodes(self) -> Any:
        """A day of day-ahead prices of all nodes, with the directory of nodes that it always asks for."""
        return self.pjm.get_lmp_day_ahead_hourly("2025-07-01")

    def pjm_nodes_parse(self) -> Any:
        """The pages of prices alone: no directory, no names."""
        frame = self.pjm._get_pjm_json("da_hrl_lmps", start="2025-07-01", params={}, interval_duration_min=60)
        return frame.rename(columns={"pnode_id": "Location Id", "total_lmp_da": "LMP"})

    def ercot_points(self) -> Any:
        """A day of settlement point prices: the list, 96 documents and the list of settlement points."""
        return self.ercot.get_spp("2026-07-01", market=gridstatus.Markets.REAL_TIME_15_MIN)

    def ercot_points_parse(self) -> Any:
        """The 96 documents alone, which are listed before."""
        if not self._documents:
            self._documents = self.ercot._get_documents(12301, constructed_name_contains="csv.zip")
        return self.ercot.read_docs(self._documents)

    def caiso_hubs(self) -> Any:
        """A month of day-ahead prices of three hubs, without its pause of five seconds after a request."""
        return self.caiso.get_lmp(
            "2026-06-01",
            end="2026-07-01",
            market=gridstatus.Markets.DAY_AHEAD_HOURLY,
            locations=HUBS,
            sleep=0,
        )

    def of(self, case: str, part: str) -> Callable[[], Any]:
        """The work of a case; its reading is the whole with documents in memory where no smaller one is there."""
        found: Callable[[], Any] = (part == "parse" and getattr(self, f"{case}_parse", None)) or getattr(
            self, case
        )
        return found


def prices(frame: Any) -> Any:
    """End in seconds, location and price of every row; its starts are not those of NYISO's corrected intervals."""
    place = "Location Id" if "Location Id" in frame else "Location"
    place = place if place in frame else "SettlementPointName"
    price = next(name for name in ("LMP", "SPP", "SettlementPointPrice") if name in frame)
    ends = pd.to_datetime(frame["Interval End"], utc=True).astype("datetime64[s, UTC]").astype("int64")
    return pd.DataFrame({"end": ends, "location": frame[place].astype(str), "price": frame[price]})


def main(folder: Path, url: str) -> None:
    """Answer orders until standard input ends."""
    said = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - for as long as the process lives
    warnings.simplefilter("ignore")
    door, works = Door(url, Answers(folder)), Works()
    door.install()
    versions = {"gridstatus": gridstatus.__version__, "pandas": pd.__version__}
    print(json.dumps(versions), file=said, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        door.open = order["part"] == "whole"
        try:
            began = time.perf_counter()
            frame = works.of(order["case"], order["part"])()
            took = time.perf_counter() - began
            if order.get("prices"):
                prices(frame).to_csv(order["prices"], index=False)
            answer: dict[str, Any] = {"seconds": took, "rows": len(frame)}
        except Exception as error:  # noqa: BLE001 - told to the one who asked
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=said, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
