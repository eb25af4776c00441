"""``energyopti`` on a clock that runs fast: ``python hurried_watch.py EPOCH SPEED watch ...``, in a process of its own.

The clock shows noon of a day in July at EPOCH (seconds of the machine's clock), and runs SPEED times as fast from there,
over restarts too. Waits are as much shorter. All else is the command as it is installed.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

from energyopti.cli.app import app
from energyopti.cli.installation import Installation
from energyopti.service import UnifiedMarketService

NOON = datetime(2024, 7, 2, 16, tzinfo=UTC)


def shown(epoch: float, speed: float) -> datetime:
    """What the clock shows now."""
    return NOON + timedelta(seconds=(time.time() - epoch) * speed)


def main(epoch: float, speed: float, *words: str) -> None:
    """Run a command."""
    plain = UnifiedMarketService._pause

    async def pause(service: UnifiedMarketService, seconds: float) -> bool:
        return await plain(service, seconds / speed)

    UnifiedMarketService._pause = pause  # type: ignore[method-assign, assignment]
    app(list(words), obj=Installation(now=lambda: shown(epoch, speed)))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:])
