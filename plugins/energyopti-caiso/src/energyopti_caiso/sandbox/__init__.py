"""California, served locally: OASIS with its zips, spans and refusals, and Today's Outlook, with generated data."""

from __future__ import annotations

from collections.abc import Mapping

from energyopti.sandbox import Responder
from energyopti_caiso.sandbox.oasis import oasis
from energyopti_caiso.sandbox.outlook import outlook


def responders() -> Mapping[str, Responder]:
    """California's servers."""
    return {"oasis": oasis, "outlook": outlook}
