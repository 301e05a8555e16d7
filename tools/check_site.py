"""Fails when a page of the built documentation would ask anything of the network: fonts, scripts, images."""

import re
import sys
from pathlib import Path

LOADS = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|link)\b[^>]*?\b(?:src|href)=["']?(?:https?:)?//[^"'> ]+"""
    r"""|url\(["']?(?:https?:)?//[^)]+|@import\s+["'](?:https?:)?//[^"']+""",
    re.IGNORECASE,
)
# the theme fetches these from a content network as soon as a page uses them
FETCHED = re.compile(r"""class=["'][^"']*\b(?:mermaid|glightbox|pyodide)\b[^"'>]*""")


def outside(text: str) -> list[str]:
    """What `text` (HTML or CSS) loads from elsewhere; plain links, which load nothing, are not counted."""
    return [found.group(0) for pattern in (LOADS, FETCHED) for found in pattern.finditer(text)]


def main(site: Path) -> int:
    files = [path for path in site.rglob("*") if path.suffix in {".html", ".css", ".svg"}]
    found = [(path.relative_to(site), load) for path in files for load in outside(path.read_text("utf-8"))]
    for path, load in found:
        print(f"{path}: {load}", file=sys.stderr)
    if not files:
        print(f"{site}: no page was built", file=sys.stderr)
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
