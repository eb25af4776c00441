"""How ISO New England publishes: its documents, and its clock."""
