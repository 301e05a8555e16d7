"""Moved to `timonier.web.figures.pictures`."""

from timonier.web.figures.pictures import *  # noqa: F403
