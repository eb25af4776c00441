"""Every number that trades speed, memory or politeness, in one place: change one here, then measure.

Facts about formats and protocols (hours in a day, status codes) stay where they are read; what users may set is in
`energyopti.settings`.
"""

from __future__ import annotations

from datetime import timedelta

from energyopti.timezones import DAY, HOUR

# Reading payloads

HEAD_BYTES = 1024
"""How many bytes are checked to tell what a payload is, if it is not a table."""

NOTICE_BYTES = 4096
"""How many bytes of a body are checked for web pages and notices; a longer body is no notice."""

LONG_COLUMN = 10_000
"""The fewest rows in a column of stamps for which parsing each distinct stamp once pays off."""

REPEATS_OF_STAMPS = 16
"""The fewest repetitions per stamp for which it does."""

FEW_RUNS = 64
"""JSON records with up to this many runs of equal keys are read run by run."""

READING_THREADS = 2
"""How many payloads of one chunk are parsed in parallel."""

SMALL_PAYLOADS = 4 << 20
"""Payloads of up to this many bytes together are read as one."""

COPIED_TEXT = 1 << 24
"""Several texts of up to this many bytes are copied into one."""

MIDNIGHTS_LOOKED_AT = timedelta(days=400)
"""Over a longer time, midnights are not checked one by one."""

LONGEST_IRREGULAR = 1.9
"""The most steps that an irregular interval may last before a stamp counts as missing."""

NEIGHBOURS_APART = 1.9
"""The most steps between two rows that follow each other."""

CLOCK_SEARCH = 7 * DAY
"""Clock changes are searched for in stretches of this length."""

MAX_UNZIPPED = 1 << 30
"""The most bytes that all members of an archive may unpack to, unless a layout says otherwise."""

INFLATED_BLOCK = 1 << 20
"""Members are inflated, and XML is parsed, this many bytes at a time: what they grow to is checked in between."""

PIPE_BYTES = 512 << 20
"""The most bytes that are taken from a pipe or a device."""

PIPE_PATIENCE = 60.0
"""After so many seconds without a byte a pipe is given up."""

TEXT_FILE_BYTES = 1 << 20
"""The most bytes of a statement of SQL and of a list of feeds."""

MAX_PACKING = 250
"""The most bytes that a packed one may unpack to: documents have up to 40, and what is made to do harm 1,000."""

SMALL_UNZIPPED = 16 << 20
"""Up to this many bytes it may be more."""

MAX_MEMBERS = 20_000
"""The most files that an archive may have: ERCOT packs up to 1,000 documents, each a zip, into one."""

MAX_SHEET_BYTES = 256 << 20
"""The most bytes that a sheet of a workbook, and what it needs, may unpack to: a month of ERCOT's prices has 11 MB."""

MAX_CELLS = 10_000_000
"""The most cells that a sheet may span: three years of five minutes have 5 million."""

MAX_SHEET_TEXT = 256 << 20
"""The most bytes that the strings of a sheet may take if all are as long as the longest."""

MAX_OLD_WORKBOOK = 32 << 20
"""The most bytes of a workbook of the old form: known ones have less than one million."""

SMALL_JSON = 32 << 10
"""The keys of JSON with up to this many bytes are not counted: they are too few to do harm."""

KEYS_LOOKED_AT = 2_000
"""At how many places of JSON a key is looked at before all are counted."""

MAX_DEPTH = 100
"""How deep XML may be nested: known documents have up to eight levels."""

MAX_NAMES = 10_000
"""The most names of elements and attributes that XML may have."""


# Asking hosts

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


# Ending calls

SIGNALS_SEEN_WITHIN = 0.25
"""How often, in seconds, a blocking call wakes up, so that a signal is seen that did not wake it."""

CANCELLED_WITHIN = 0.5
"""How many seconds a call that is interrupted, or past its deadline, may take to end before its caller goes on without it."""

CLOSED_AT_EXIT_WITHIN = 10.0
"""How many seconds it may take at the end of a process, or of a command that fills a lake."""


# Fetching and keeping chunks

LONGEST_SELECTION = 60
"""The most characters that locations take in a chunk's key; longer lists become a hash."""

LISTS_KEPT = timedelta(days=1)
"""How long a market's list of locations is trusted."""

CHUNKS_AT_ONCE = 32
"""How many chunks of one query are fetched at once."""

PLANS_KEPT = 1_000
"""How many chunk plans are cached."""

SHORT_PLAN = 62
"""The most chunks in a plan that is cached."""

FEW_ROWS = 10_000
"""Up to this many rows, the work costs less than waking a thread."""

FINDINGS_OF_A_CHECK = 10_000
"""The most findings of one check about one chunk; more are taken for nonsense."""

LONGEST_REASON = 300
"""How many characters are shown of why a plugin's check failed."""

VALUES_LOOKED_AT = 16
"""How many values of a column are checked first to see that it varies."""

COMPONENTS_TOLERANCE = 0.02
"""How far a price may be from the sum of its components, in USD/MWh: they are rounded to cents."""

LONG_WAIT = 60.0
"""Waits for a host's rate longer than this many seconds are announced."""

PARTS_KEPT = 8
"""For how many parts of a chunk the findings are cached."""

JOINED_KEPT = 4
"""How many joins of a forecast's publications are cached."""

SELECTIONS_KEPT = 8
"""How many selections of a chunk's rows are cached."""

ANSWERS_KEPT = 1_000
"""How many complete answers are cached."""

ANSWERS_SHARE = 4
"""Cached answers may hold chunks of up to this fraction (1/4) of the memory for chunks."""

LARGEST_ANSWER = 1 << 20
"""Answers made of chunks with more bytes than this are not cached: making them again costs little next to their size."""

FAR_FEWER_SERIES = 0.75
"""A chunk with less than this share of the usual number of series is doubted."""

NEAR_CHUNKS = 2
"""How many chunks on either side define what is usual."""

COUNTED_CHUNKS = 4_000
"""For how many chunks of a feed the number of series is remembered: ten years of days."""

YOUNG = 35 * DAY
"""Up to this age, final data are checked again daily."""

OLD = 120 * DAY
"""Up to this age, weekly; older data monthly."""


# The lake

LAKE_ROW_GROUP = 50_000
"""How many rows the row groups of a file have."""

LAKE_PIECE_GROUP = 8
"""How many pieces, with their raw rows, the row groups of a file's coverage have."""

LAKE_WHOLE_ROWS = 50_000
"""Chunks with up to this many rows together are read whole, for memory to keep; of more only the asked locations."""

LAKE_MERGED_ROWS = 200_000
"""A put rewrites the small files of its month if they have up to this many rows together."""

LAKE_FILE_ROWS = 1_000_000
"""Up to how many rows files are compacted to."""

LAKE_MONTH_FILES = 5
"""To how many files a month is compacted: sixty in a year."""

LAKE_TRIES = 50
"""How often a commit is tried again because another writer was faster."""

LAKE_LONGEST_PAUSE = 1.0
"""The longest pause in seconds before it is."""

LAKE_AHEAD = 8 * DAY
"""How far past now a list of feeds is brought up to date: the farthest that prices and forecasts are published ahead."""

PUT_AGAIN_AFTER = HOUR
"""How long after a put the same data is not put again, only to say that it was fetched again."""

PUTS_KEPT = 10_000
"""For how many chunks it is remembered when they were put."""

PENDING_ROWS = 1_000_000
"""So many rows at the most wait for their commit."""

PENDING_BYTES = 128 << 20
"""So many bytes at the most wait for their commit."""

PENDING_SECONDS = 15.0
"""So many seconds at the most chunks wait for their commit."""

FILL_MEMORY = 32 << 20
"""How many bytes of chunks stay in memory while a lake is filled: they are not asked for again."""

LAKE_LOCK_SECONDS = 120.0
"""How long a writer waits for another one of the same table."""

LAKE_THREADS = 4
"""How many threads of a process read and write the lake."""

LAKE_RETENTION = 7 * DAY
"""How long files that no commit names are kept: readers and writers of other processes may still use them."""

LAKE_LOOKED_AT_EVERY = timedelta(minutes=1)
"""How often a table is read again if its log shows no new commit beside the last one known."""

LAKE_REMOTE_LOOKED_AT_EVERY = timedelta(seconds=1)
"""How often a table in an object store is asked whether it has a new commit, at the most."""

LAKE_REMOTE_AGE = HOUR
"""The least age of files that a vacuum deletes in an object store: writers of other machines may be about to commit them."""

LAKE_REMOTE_RETRIES = 5
"""How often a request to an object store is tried again if it fails."""


# A lake on a cluster

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


# Answers in parts

SHORTEST_PART = 8
"""How many chunks the first part of an answer has."""

PART_GROWS = 16
"""How many times as long as the one before it a part may be: the first days of a range may have fewer rows."""

LONGEST_PART = 2_000
"""How many chunks a part has at the most."""

PART_ROWS = 200_000
"""About how many rows a part has."""


# Writing

ROWS_IN_A_BLOCK = 50_000
"""Text formats are written this many rows at a time."""

BYTES_IN_A_BLOCK = 1 << 20
"""A file that is written elsewhere first is passed on this many bytes at a time."""


# Watching

CORRECTIONS = timedelta(days=35)
"""How long after its end a chunk is rechecked for corrections, by default."""

FINDINGS_KEPT = 1_000
"""How many findings a watch remembers, so that each is reported once."""

ROWS_KEPT = 3_000_000
"""The most rows that a watch remembers, besides those of open chunks: about 70 MB."""

LONGEST_PAUSE = timedelta(minutes=10)
"""After this the clock is read again: a machine that slept wakes up late."""

AHEAD_EVERY = 6 * HOUR
"""How often data ahead of now are rechecked."""

OLD_HOLES_EVERY = 4 * HOUR
"""How often a hole more than a day old is polled."""

HOLES_AFTER = HOUR / 6
"""The shortest wait before a hole is polled again: each poll is a request on top of those for new rows."""

FAR_BEHIND = 1.1
"""How many of its usual pauses a stretch must be overdue by to go first."""

SHORTEST_POLL = timedelta(seconds=2)
"""The shortest pause between two polls for new rows."""

LONGEST_POLL = timedelta(minutes=1)
"""The longest pause between two polls while rows are due."""

RECOVERED_AFTER = timedelta(minutes=2)
"""The longest wait after a failed poll."""

STRIDES = 3
"""How many gaps between publications define how often they come."""

BEFORE_DUE = (-3 * HOUR, -2 * HOUR, -HOUR, -HOUR / 2, timedelta())
"""When to poll for data due at a time of day, relative to that time, before an arrival was ever seen."""

ARRIVALS_KEPT = 8
"""How many arrivals predict the next one."""

DAYS_KEPT = 3
"""How many days predict the time of day."""

SURE_AFTER = 3
"""After how many correct predictions a time is trusted."""
