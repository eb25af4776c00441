"""Decoding: from the cells of a payload to typed columns in UTC, and back, as a layout declares."""
