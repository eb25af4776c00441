"""How SPP publishes: its documents, and its clock."""
