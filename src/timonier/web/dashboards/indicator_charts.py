"""Moved to `timonier.web.figures.indicator_charts`."""

from timonier.web.figures.indicator_charts import *  # noqa: F403
