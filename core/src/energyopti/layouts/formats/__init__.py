"""Formats: from the bytes of a payload to its cells, and back; one file a format."""
