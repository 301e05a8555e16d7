"""Moved to `timonier.web.figures.indicator`."""

from timonier.web.figures.indicator import *  # noqa: F403
