"""SPP, served locally: the files of its portal with generated data, under their own addresses."""

from __future__ import annotations

from collections.abc import Mapping

from energyopti.sandbox import Responder

from energyopti_spp.protocol.files import HOST
from energyopti_spp.sandbox.portal import portal


def responders() -> Mapping[str, Responder]:
    """The one server."""
    return {HOST: portal}
