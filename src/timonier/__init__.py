"""Timonier: indicators of the customer relationship that can be trusted."""
