"""Joins the two: this indicator, these facts, this period, split by that; rollups; what may be published."""
