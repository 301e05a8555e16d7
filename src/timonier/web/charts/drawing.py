"""The other end of the drawing process: started when first asked, ended with the time limit, started again."""

import base64
import json
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal

from timonier import formats
from timonier.errors import TimonierError
from timonier.text import Text
from timonier.web.charts import locales
from timonier.web.charts.chart import Chart
from timonier.web.charts.readable import all_readable

type Kind = Literal["svg", "png"]

FONTS = Path(__file__).parents[1] / "core" / "static" / "core" / "fonts"
MAXIMUM_SPEC = 400_000


class ChartNotDrawn(TimonierError, RuntimeError):
    """A chart could not be drawn: too large, too slow, or refused by the renderer. Its table still stands."""

    code = "chart"


class Drawer:
    """One drawing process a web process, shared by its threads, which take turns.

    At rest there is none: it ends by itself when nothing is asked.
    """

    def __init__(self, *, fonts: Path = FONTS, seconds: float = 15.0) -> None:
        self._fonts = fonts
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def draw(self, chart: Chart, kind: Kind) -> bytes:
        """The picture. Raises ChartNotDrawn; takes up to `seconds` once its turn has come."""
        if len(chart.canonical) > MAXIMUM_SPEC:
            raise _too_large(chart)
        if _reads_elsewhere(chart.spec):
            raise _failed(chart, "url")
        request = {
            "kind": kind,
            "spec": all_readable(chart.spec),
            "format": locales.numbers(chart.lang),
            "time": locales.times(chart.lang),
        }
        line = json.dumps(request).encode() + b"\n"
        with self._lock:
            answer = self._asked(line) or self._asked(line)  # it may have ended, idle, just before
        if answer is None:
            raise _failed(chart, "")
        if "error" in answer:
            raise _failed(chart, answer["error"])
        return base64.b64decode(answer["picture"])

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _asked(self, line: bytes) -> dict[str, str] | None:
        """The answer; None when the process ended instead. ChartNotDrawn past the time limit, the process killed."""
        process, late = self._started(), threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            found = _exchanged(process, line)
        finally:
            timer.cancel()
        if found.endswith(b"\n"):
            answer: dict[str, str] = json.loads(found)
            return answer
        self._end()
        if late.is_set():
            raise _too_slow(self._seconds)
        return None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        command = [sys.executable, "-P", "-m", "timonier.web.charts.drawer", str(self._fonts)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # what was not read by the process is lost with it
                    pipe.close()


def _exchanged(process: subprocess.Popen[bytes], line: bytes) -> bytes:
    """The line that answers; what came of it when the process ended before its end."""
    if process.stdin is None or process.stdout is None:
        return b""
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except BrokenPipeError:
        return b""
    return process.stdout.readline()


def _reads_elsewhere(part: object) -> bool:
    """Whether a spec names a file or an address: the renderer would read files of this machine."""
    if isinstance(part, dict):
        return "url" in part or any(_reads_elsewhere(one) for name, one in part.items() if name != "values")
    return isinstance(part, list) and any(_reads_elsewhere(one) for one in part)


def _too_large(chart: Chart) -> ChartNotDrawn:
    return ChartNotDrawn(
        Text("there is too much to draw.", "il y a trop à dessiner."),
        where=chart.title,
        hint=Text(
            "Choose a shorter period or fewer segments.", "Choisissez une période plus courte ou moins de segments."
        ),
    )


def _too_slow(seconds: float) -> ChartNotDrawn:
    return ChartNotDrawn(
        Text(
            f"drawing took more than {formats.number(seconds, 2, 'en')} seconds.",
            f"le dessin a pris plus de {formats.number(seconds, 2, 'fr')} secondes.",
        ),
        hint=Text("Read the table, or ask again.", "Lisez le tableau, ou redemandez."),
    )


def _failed(chart: Chart, reason: str) -> ChartNotDrawn:
    first = reason.strip().partition("\n")[2].partition("\n")[0] or reason[:200]
    return ChartNotDrawn(
        Text(
            f"the chart could not be drawn. {first}".strip(), f"le graphique n’a pas pu être dessiné. {first}".strip()
        ),
        where=chart.title,
        hint=Text("Read the table.", "Lisez le tableau."),
    )
