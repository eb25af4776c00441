"""From chunks to a result: cut, joined, merged over markets, and what became of every part."""
