"""Formats: from a payload's bytes to its cells, and back; one file per format."""
