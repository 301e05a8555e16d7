"""Data: the import wizard, the list of loads, the quality page."""
