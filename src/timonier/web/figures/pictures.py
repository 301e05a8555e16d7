"""The renderer of charts of this process; pictures are kept in the workspace's cache."""

from functools import cache
from pathlib import Path

from django.conf import settings

from timonier.web.charts.render import Renderer


@cache
def _renderer_in(folder: Path) -> Renderer:
    return Renderer(folder)


def renderer() -> Renderer:
    """One drawing process a web process: it takes about 100 MB while it draws."""
    return _renderer_in(Path(settings.WORKSPACE) / "cache" / "charts")
