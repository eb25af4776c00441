"""A lake on a cluster."""

from __future__ import annotations

CLUSTER_PATIENCE = 5.0
"""How many seconds a scheduler has to answer."""

CLUSTER_PLANS = 32
"""How many plans of a command a cluster has at once; those of one market take turns."""

CLUSTER_GRACE = 30.0
"""How many seconds after its time is up a worker may still be writing before it is called off."""

CLUSTER_ASKED_EVERY = 0.5
"""For how many seconds at a time a worker waits for its turn."""

CLUSTER_LOOKED_EVERY = 1.0
"""How often, in seconds, a worker looks whether what it does is still wanted and its turn."""

CLUSTER_SPREAD = 1 << 20
"""Payloads of more bytes than this are read by other workers than the one that fetches."""

CLUSTER_TOLD_EVERY = 0.25
"""How often, in seconds, it tells how far it is at the most."""
