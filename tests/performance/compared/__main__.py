"""Compare energyopti with gridstatus, print the table, and write the page: ``make bench``."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from performance.compared.cases import CASES
from performance.compared.machine import described
from performance.compared.measuring import run, start_up
from performance.compared.page import HEADER, WARM_HEADER, Result, page, start_up_sentence, warm_rows
from performance.warm import measure


def main() -> None:
    """Run the chosen cases, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="case", help="all unless named")
    parser.add_argument("--gridstatus", type=Path, required=True, help="the Python that has gridstatus")
    parser.add_argument(
        "--rounds", type=int, default=18, help="best a multiple of six: so many orders there are"
    )
    parser.add_argument("--page", type=Path, help="where to write the page")
    asked = parser.parse_args()
    console = Console(width=160)
    results: list[Result] = []
    versions: Mapping[str, str] = {}
    if not asked.gridstatus.exists():
        console.print("gridstatus is not installed: energyopti is measured without it")
    for case in CASES:
        if asked.cases and case.name not in asked.cases:
            continue
        found, theirs = run(case, asked.gridstatus, asked.rounds)
        results += found
        versions = theirs or versions
    with tempfile.TemporaryDirectory() as home:
        warm = warm_rows(measure(Path(home)))
    started = start_up()
    table = Table(*HEADER)
    for result in results:
        table.add_row(*result.cells())
    console.print(table)
    calls = Table(*WARM_HEADER)
    for row in warm:
        calls.add_row(*row)
    console.print(calls)
    console.print(start_up_sentence(started).replace("`", ""))
    if asked.page:
        text = page(
            results,
            warm,
            machine=described(versions),
            start_up=started,
            day=datetime.now(UTC).date(),
            rounds=asked.rounds,
        )
        asked.page.write_text(text, "utf-8")
        console.print(f"written: {asked.page}")


if __name__ == "__main__":
    main()
