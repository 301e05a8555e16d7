"""Moved to `timonier.web.figures.bridge`."""

from timonier.web.figures.bridge import *  # noqa: F403
