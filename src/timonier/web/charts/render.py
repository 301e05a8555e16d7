"""Charts as SVG for pages and as files: from the cache at once, or drawn by the process apart."""

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from timonier.web.charts.chart import Chart
from timonier.web.charts.drawing import Drawer, Kind
from timonier.web.charts.kept import LIMIT, Kept
from timonier.web.charts.svg import finished, inline

DRAWING = "1"
"""To change with anything that makes the same spec look or read differently."""


class Renderer:
    """Pictures of charts, kept under `folder` (a workspace's `cache/charts`).

    A page asks `cached`, which reads one file, and leaves `render` to a fragment or a job.
    """

    def __init__(self, folder: Path, *, limit: int = LIMIT, drawer: Drawer | None = None) -> None:
        self._kept = Kept(folder, limit=limit)
        self._drawer = drawer or Drawer()

    def cached(self, chart: Chart) -> str | None:
        """The SVG for a page if it was drawn before, else None; under a millisecond or two."""
        found = self._kept.get(key_of(chart), "svg")
        return None if found is None else inline(found.decode())

    def render(self, chart: Chart) -> str:
        """The SVG for a page. Raises ChartNotDrawn; 0.1 s when it must be drawn, 1 s when nothing was for long."""
        return inline(self.svg(chart))

    def svg(self, chart: Chart) -> str:
        """The SVG as a file of its own, its colours fixed."""
        return self._picture(chart, "svg").decode()

    def png(self, chart: Chart) -> bytes:
        """The PNG on white, two pixels a unit."""
        return self._picture(chart, "png")

    def close(self) -> None:
        """End the drawing process at once instead of after its idle time."""
        self._drawer.close()

    def _picture(self, chart: Chart, kind: Kind) -> bytes:
        key = key_of(chart)
        found = self._kept.get(key, kind)
        if found is None:
            found = self._drawer.draw(chart, kind)
            if kind == "svg":
                found = finished(found.decode(), chart).encode()
            self._kept.put(key, kind, found)
        return found


def key_of(chart: Chart) -> str:
    """What a picture is kept under: the chart, and what draws it."""
    return sha256(f"{_drawn_by()} {chart.key}".encode()).hexdigest()


@cache
def _drawn_by() -> str:
    try:
        return f"{DRAWING} {version('vl-convert-python')}"
    except PackageNotFoundError:
        return DRAWING
