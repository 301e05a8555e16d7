"""What pages, files and shares read in common: the state of an address, its figures, the filters it may hold."""
