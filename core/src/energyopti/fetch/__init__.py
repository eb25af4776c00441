"""Chunks from their sources: collected, finished, checked, and shared by all calls that need them."""
