"""How CAISO is asked, and how it answers: OASIS and the charts of Today's Outlook."""
