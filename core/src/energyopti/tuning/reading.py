"""Reading payloads."""

from __future__ import annotations

from datetime import timedelta

from energyopti.timezones import DAY

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

LARGEST_FILE = 1 << 30
"""The most bytes of a file that a user names."""

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

SAMPLE_LINES = 20_000
"""How many lines of a file are looked at to draft a feed from it."""
