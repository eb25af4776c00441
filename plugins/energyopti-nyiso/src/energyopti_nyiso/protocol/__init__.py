"""How New York's documents are asked for, and which of them stands: two servers, archives, listings, reports."""
