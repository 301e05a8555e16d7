"""Moved to `timonier.web.figures.filtering`."""

from timonier.web.figures.filtering import *  # noqa: F403
