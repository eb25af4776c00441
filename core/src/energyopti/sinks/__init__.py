"""Where a watch writes its rows, so that a restart neither repeats nor loses one.

`opening` makes a destination of an address. Each destination remembers by itself what it has: `delivery` reads that back at
the start and lets only new and changed rows through. `files`, `parts`, `sqlite`, `postgres` and `webhook` are the kinds.
"""

from __future__ import annotations

from energyopti.sinks.delivery import Delivery
from energyopti.sinks.opening import Address, address_of

__all__ = ["Address", "Delivery", "address_of"]
