"""The sandbox: a local server that speaks the markets' own wire formats, with generated data.

For demos, tests and plugin authors: no network, no key. A plugin brings a `Responder` for each of its hosts
(hook ``energyopti_sandbox``); the core does the serving, the faults and the counting.
"""

from __future__ import annotations

from energyopti.sandbox.app import Sandbox, sandbox_app
from energyopti.sandbox.faults import Fault, FaultKind
from energyopti.sandbox.transport import sandbox_transport
from energyopti.sandbox.wire import Answer, Ask, Responder

__all__ = [
    "Answer",
    "Ask",
    "Fault",
    "FaultKind",
    "Responder",
    "Sandbox",
    "sandbox_app",
    "sandbox_transport",
]
