"""How to request New York's documents, and which one counts: two servers, archives, listings, reports."""
