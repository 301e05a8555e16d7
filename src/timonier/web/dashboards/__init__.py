"""The bridge, the page of an indicator, the rows behind it, saved views."""
