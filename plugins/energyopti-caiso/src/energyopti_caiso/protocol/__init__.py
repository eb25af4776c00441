"""Requests to CAISO and its answers: OASIS and the charts of Today's Outlook."""
