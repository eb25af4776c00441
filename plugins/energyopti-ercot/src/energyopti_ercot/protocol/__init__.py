"""How ERCOT is asked, and how it answers: lists of documents, its API and archive, workbooks, dashboards."""
