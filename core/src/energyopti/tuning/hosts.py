"""Asking hosts."""

from __future__ import annotations

from datetime import timedelta

SECOND_OF_A_LIMIT_MS = 1020
"""The milliseconds in a limit's second: requests arrive less evenly than they leave, so windows are slightly longer."""

MOST_REDIRECTS = 5
"""How many redirects in a row are followed."""

LONGEST_BACKOFF = 10.0
"""The most seconds before a failed attempt is repeated, unless the host asks for more."""

LONGEST_CLAIM = timedelta(days=7)
"""A host that asks to be left alone for longer asks for this long."""

LONGEST_REST = timedelta(hours=1)
"""After this long a host is asked again, however long it asked to be left alone."""

LONGEST_TOKEN = timedelta(days=1)
"""A token is renewed after this long, however long its host says that it lasts."""

MAX_TOKEN_BYTES = 1 << 20
"""The most bytes of an answer that holds a token."""

LIMITS_BUSY_FOR = 0.05
"""For how many seconds a thread waits for a file of limits that another process uses; the shortest pause before the next try."""

LIMITS_LOCKED_FOR = 5.0
"""For how many seconds a file of limits that another process locks is waited for."""

LIMITS_TRIED_AGAIN_AFTER = 60.0
"""After how many seconds a file of limits that could not be used is tried again."""

WAITS_ANNOUNCED_AFTER = 1.0
"""A request that waits longer than this many seconds for its host's rate is announced."""

TOKEN_RENEWED_BEFORE = timedelta(minutes=1)
"""A token is renewed this long before it expires."""

SHORTEST_SECRET = 6
"""The shortest credential that is hidden; a shorter one may occur in ordinary words."""

SECRETS_KNOWN = 256
"""How many credentials and tokens are hidden wherever text leaves: those of many services in one process."""

DOCUMENTS_KEPT = timedelta(minutes=5)
"""How long a document is kept for other chunks that need it."""

RESULTS_KEPT = 16
"""How many results of work shared by chunks are kept."""

RESULTS_BYTES = 64 << 20
"""How many bytes they may take together; the newest stays, whatever it takes."""

RESULTS_KEPT_FOR = timedelta(minutes=5)
"""How long they are kept."""

THREADS_OF_A_MARKET = 2
"""How many threads parse one market's payloads."""

LARGE_PAYLOAD = 1 << 18
"""Payloads larger than this are hashed in a thread."""
