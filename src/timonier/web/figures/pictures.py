"""The renderer of charts of this process; pictures are kept in the workspace's cache."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from timonier.text import Text
from timonier.web.charts.chart import Chart
from timonier.web.charts.drawing import ChartNotDrawn
from timonier.web.charts.render import Renderer

PATIENCE: Final = 10.0
"""Seconds that a person waits for a picture; it goes on being drawn, and is there when they ask again."""


@cache
def _renderer_in(folder: Path) -> Renderer:
    return Renderer(folder)


def renderer() -> Renderer:
    """One drawing process a web process: it takes about 100 MB while it draws."""
    return _renderer_in(Path(settings.WORKSPACE) / "cache" / "charts")


@cache
def _drawing() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="drawing")


def in_time[T](draw: Callable[[Chart], T], chart: Chart, seconds: float | None = None) -> T:
    """What `draw` (a method of the renderer) gives. Raises ChartNotDrawn when it takes longer than `seconds`."""
    asked = _drawing().submit(draw, chart)
    try:
        return asked.result(PATIENCE if seconds is None else seconds)
    except TimeoutError:
        asked.cancel()
        raise ChartNotDrawn(
            Text("the picture is not ready yet.", "l’image n’est pas encore prête."),
            where=chart.title,
            hint=Text("Ask again in a moment, or read the table.", "Redemandez dans un instant, ou lisez le tableau."),
        ) from None
