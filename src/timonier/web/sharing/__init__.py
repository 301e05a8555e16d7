"""Share links and downloads."""
