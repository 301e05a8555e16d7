"""What indicators count: fact tables as units, one row each, with the cell or the sums that they bring."""
