"""Chunks from their sources: collected, finished, checked, and shared by all who ask."""
