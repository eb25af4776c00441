"""How to request PJM's documents: Data Miner's pages and archive, workbooks and lists on the website."""
