"""Moved to `timonier.web.figures.state`."""

from timonier.web.figures.state import *  # noqa: F403
