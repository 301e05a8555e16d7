"""Moved to `timonier.web.figures.selectors`."""

from timonier.web.figures.selectors import *  # noqa: F403
