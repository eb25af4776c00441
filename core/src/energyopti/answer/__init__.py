"""From chunks to a result: cut, joined, merged across markets, with the coverage of every part."""
