"""The process that draws: `python -m timonier.web.charts.drawer [FONT FOLDER]`; one JSON request a line, one answer.

It is apart because the renderer keeps a JavaScript engine of about 100 MB: it ends by itself after some idle
seconds, when the other end is closed, or when it has grown.
"""

import base64
import json
import resource
import select
import sys
from pathlib import Path
from typing import Any

IDLE_SECONDS = 20.0
GROWN_BYTES = 300_000_000


def drawn(request: dict[str, Any]) -> bytes:
    """One picture. ValueError when the renderer refuses the spec; it never reads a URL."""
    import vl_convert

    locales = {"format_locale": request["format"], "time_format_locale": request["time"]}
    if request["kind"] == "png":
        spec = {**request["spec"], "background": "#ffffff"}
        return vl_convert.vegalite_to_png(spec, scale=2, allowed_base_urls=[], **locales)
    return vl_convert.vegalite_to_svg(request["spec"], allowed_base_urls=[], **locales).encode()


def answer(line: str) -> str:
    """The answer to one request: `{"picture": base64}` or `{"error": words}`."""
    try:
        return json.dumps({"picture": base64.b64encode(drawn(json.loads(line))).decode()})
    except (ValueError, TypeError, KeyError) as error:
        return json.dumps({"error": str(error)[:2000]})


def register(fonts: Path) -> None:
    """Our own fonts, when they are there."""
    import vl_convert

    if fonts.is_dir() and any(fonts.glob("*.ttf")):
        vl_convert.register_font_directory(str(fonts))


def serve() -> None:
    """Answer until the other end closes, nothing is asked for a while, or too much memory was taken."""
    lines = sys.stdin
    while select.select([lines], [], [], IDLE_SECONDS)[0]:
        line = lines.readline()
        if not line:
            return
        sys.stdout.write(answer(line) + "\n")
        sys.stdout.flush()
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > GROWN_BYTES:
            return


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        register(Path(folder))
    serve()
