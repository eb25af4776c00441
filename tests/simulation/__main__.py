"""``python -m simulation --days 21``, from the folder of the tests: live through the clock changes of 2026."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date, timedelta

from simulation.markets import MARKETS
from simulation.run import Plan, simulate
from simulation.tables import is_bad, written

CHANGES = {"spring": date(2026, 3, 8), "autumn": date(2026, 11, 1)}


def main() -> int:
    """Read the command line, live through the days, and print what came of them; 1 where something is bad."""
    parser = argparse.ArgumentParser(description="Simulate what markets publish, and judge every answer.")
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--market", choices=sorted(MARKETS), action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queries", type=int, default=1_500)
    parser.add_argument("--change", choices=sorted(CHANGES), action="append")
    parser.add_argument("--feed", action="append", default=[])
    parser.add_argument("--no-watch", action="store_true", help="ask only: sooner done")
    given = parser.parse_args()
    reports = []
    for market in given.market or sorted(MARKETS):
        for change in given.change or sorted(CHANGES, reverse=True):
            began = time.monotonic()
            plan = Plan(
                market=market,
                first=CHANGES[change] - timedelta(days=given.days // 2),
                days=given.days,
                seed=given.seed,
                queries=given.queries,
                feeds=given.feed,
                watching=not given.no_watch,
            )
            reports.append(simulate(plan))
            print(f"{market} {change}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(written(reports))
    return 1 if any(map(is_bad, reports)) else 0


if __name__ == "__main__":
    sys.exit(main())
