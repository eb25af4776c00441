"""How PJM's documents are asked for: Data Miner's pages and archive, workbooks and lists on the website."""
