"""Every number that trades speed, memory or politeness, in one place: change one here, and measure.

Facts of formats and protocols (hours of a day, status codes) stand where they are read; what users may set is in
`energyopti.settings`.
"""

from __future__ import annotations

from datetime import timedelta

from energyopti.timezones import DAY, HOUR

# Reading payloads

HEAD_BYTES = 1024
"""How much of a payload is looked at to tell what it is instead of a table."""

NOTICE_BYTES = 4096
"""How much of a body is looked at for pages and notices; a longer one is no notice."""

LONG_COLUMN = 10_000
"""From how many rows on a column of stamps may be worth reading each distinct stamp once."""

REPEATS_OF_STAMPS = 16
"""How often a stamp stands in such a column, at the least."""

FEW_RUNS = 64
"""Up to how many runs of equal keys JSON records are read run by run."""

READING_THREADS = 2
"""How many payloads of one chunk are read at once."""

SMALL_PAYLOADS = 4 << 20
"""Up to how many bytes payloads are gathered and read as one."""

COPIED_TEXT = 1 << 24
"""Up to how many bytes several texts are copied into one."""

MIDNIGHTS_LOOKED_AT = timedelta(days=400)
"""Over a longer time midnights are not looked at one by one."""

LONGEST_IRREGULAR = 1.9
"""How many steps an irregular interval may last before a stamp is missing."""

NEIGHBOURS_APART = 1.9
"""How many steps may lie between two rows that follow each other."""

CLOCK_SEARCH = 7 * DAY
"""The stretches in which changes of a clock are searched for."""

MAX_UNZIPPED = 1 << 30
"""How many bytes the members of an archive may have together, unless a layout says otherwise."""

INFLATED_BLOCK = 1 << 20
"""How many bytes of a member are inflated at a time."""

MAX_SHEET_BYTES = 512 << 20
"""How many bytes the parts of a workbook may have together."""

MAX_CELLS = 20_000_000
"""How many cells a sheet may span."""


# Asking hosts

SECOND_OF_A_LIMIT_MS = 1020
"""The milliseconds of a limit's second: requests do not arrive as evenly as they leave, so a window is a little longer."""

TOKEN_RENEWED_BEFORE = timedelta(minutes=1)
"""How long before its end a token is renewed."""

SHORTEST_SECRET = 6
"""How long a credential is at the least; a shorter one may stand in any words."""

DOCUMENTS_KEPT = timedelta(minutes=5)
"""How long a document is kept for other chunks that need it."""

RESULTS_KEPT = 16
"""How many results of work that chunks share are kept."""

RESULTS_KEPT_FOR = timedelta(minutes=5)
"""How long they are kept."""

THREADS_OF_A_MARKET = 2
"""How many threads read a market's payloads at once."""

LARGE_PAYLOAD = 1 << 18
"""From how many bytes on the hash of a payload is made in a thread."""


# Fetching and keeping chunks

LONGEST_SELECTION = 60
"""How many characters of a chunk's key its locations take at the most; more are a hash."""

LISTS_KEPT = timedelta(days=1)
"""How long a market's list of locations is believed."""

CHUNKS_AT_ONCE = 32
"""How many chunks of one query are under way at once."""

PLANS_KEPT = 1_000
"""How many plans of chunks are kept."""

SHORT_PLAN = 62
"""How many chunks a plan has at the most to be kept."""

FEW_ROWS = 10_000
"""How many rows are finished sooner than a thread is woken for them."""

VALUES_LOOKED_AT = 16
"""How many values of a column are looked at to see that it varies."""

COMPONENTS_TOLERANCE = 0.02
"""How far published components may be from their sum, in USD/MWh: they are rounded to cents."""

LONG_WAIT = 60.0
"""From how many seconds on a wait for a host's rate is announced."""

PARTS_KEPT = 8
"""Of how many parts of a chunk the findings are kept."""

JOINED_KEPT = 4
"""How many joins of a forecast's publications are kept."""

SELECTIONS_KEPT = 8
"""How many selections of a chunk's rows are kept."""

FAR_FEWER_SERIES = 0.75
"""Of the usual number of series, the share below which a chunk is doubted."""

NEAR_CHUNKS = 2
"""How many chunks on either side say what is usual."""

COUNTED_CHUNKS = 4_000
"""How many chunks of a feed have their series counted: ten years of days."""

YOUNG = 35 * DAY
"""Up to this age what is final is asked for again daily."""

OLD = 120 * DAY
"""Up to this age weekly; from then on monthly."""


# Watching

CORRECTIONS = timedelta(days=35)
"""How long after its end a chunk is looked through for corrections, unless a watch says otherwise."""

FINDINGS_KEPT = 1_000
"""How many findings a watch remembers, so that each is reported once."""

ROWS_KEPT = 3_000_000
"""How many rows a watch knows at the most, beside those of chunks that are open: some 70 MB."""

LONGEST_PAUSE = timedelta(minutes=10)
"""After which the clock is read again: a machine that slept wakes up late."""

AHEAD_EVERY = 6 * HOUR
"""How often what lies ahead is looked through."""

OLD_HOLES_EVERY = 4 * HOUR
"""How often a hole of more than a day ago is asked for."""

HOLES_AFTER = HOUR / 6
"""How long after it was seen a hole is asked for at the soonest: each costs a request beside those for new rows."""

FAR_BEHIND = 1.1
"""How many of its usual pauses a stretch is overdue by to go before others."""

SHORTEST_POLL = timedelta(seconds=2)
"""A watch that waits for rows looks no more often."""

LONGEST_POLL = timedelta(minutes=1)
"""Nor less often, while they are due."""

RECOVERED_AFTER = timedelta(minutes=2)
"""How long after a failed poll the next one comes at the latest."""

STRIDES = 3
"""How many gaps between publications say how often they come."""

BEFORE_DUE = (-3 * HOUR, -2 * HOUR, -HOUR, -HOUR / 2, timedelta())
"""When a day that is due at a time is asked for, about that time, before it was ever seen to come."""

ARRIVALS_KEPT = 8
"""How many arrivals say when the next one comes."""

DAYS_KEPT = 3
"""How many days say at what time of day rows come."""

SURE_AFTER = 3
"""After how many arrivals as foreseen a time is trusted."""
