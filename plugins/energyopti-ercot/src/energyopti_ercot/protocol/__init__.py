"""Requests to ERCOT and its answers: lists of documents, its API and archive, workbooks, dashboards."""
