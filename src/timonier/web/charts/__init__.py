"""Charts: Vega-Lite specs built from estimates, drawn apart and kept; small marks and sentences drawn at once."""
