"""Fetches what the pages wear: style sheet, icons, typeface; keeps licences and writes down the sum of every file.

For maintainers, from an environment of its own (never at build or run time):

    python -m venv /tmp/vendor && /tmp/vendor/bin/pip install fonttools brotli
    /tmp/vendor/bin/python tools/vendor.py

Changing a version or the list of icons below, then running this, is the whole upgrade.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from vendor_css import pruned

STATIC = Path(__file__).parents[1] / "src/timonier/web/core/static/core"
VENDOR = STATIC / "vendor"


@dataclass(frozen=True)
class Package:
    """One package of the npm registry, and the folder of ours that holds what we take from it."""

    npm: str
    version: str
    licence: str
    folder: str


TABLER = Package("@tabler/core", "1.6.1", "MIT", "tabler")
ICONS = Package("@tabler/icons", "3.51.0", "MIT", "tabler-icons")
INTER = Package("inter-ui", "4.1.1", "OFL-1.1", "inter")

ICON_NAMES = """
activity adjustments alert-circle alert-triangle archive arrow-down arrow-left arrow-narrow-right arrow-right
arrow-up bell bookmark building building-store calendar cash chart-area-line chart-bar chart-dots chart-histogram
chart-line check chevron-down chevron-left chevron-right chevron-up circle-check circle-dashed circle-x
clipboard-list clock coin columns compass copy currency-euro database database-import device-desktop device-floppy
dots download edit external-link eye eye-off file-description file-import file-spreadsheet file-text file-upload
filter flag gauge headset heart help-circle history home hourglass info-circle key keyboard language
layout-dashboard layout-grid line-dashed link list list-details list-search lock login logout mail map-pin menu-2
message minus mood-smile moon note pencil phone photo player-play player-stop plug-connected-x plus printer receipt
refresh repeat rotate route search settings share shield-check shield-lock shopping-cart sitemap sparkles star sun
table tag target target-arrow thumb-up timeline trash trending-down trending-up upload user user-heart user-plus
users world x zoom-in
"""

LETTERS = (
    "0020-007E 00A0-00FF 0131 0152-0153 0178 02C6 02DA 02DC 2009 2010-2015 2018-201E 2020-2022 2026 202F 2030 "
    "2032-2033 2039-203A 2044 20AC 2116 2122 2190-2193 2197-2198 2212 2248 2260 2264-2265 25A0 25B2 25BC 25B6 25CF "
    "2460-2469 2713 2715 1D49 02B3 02E2 03B1-03B4 03BC 03C3"
)
"""Latin with French, then what our figures use: spaces that do not break, real minus, arrows, comparisons, marks, ①."""

ALIGNED = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "plus", "minus"}
SHAPES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "sups"]

MIT = """MIT License

{copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        _style(_unpacked(TABLER, Path(scratch)))
        _icons(_unpacked(ICONS, Path(scratch)))
        _typeface(_unpacked(INTER, Path(scratch)))
    (VENDOR / "VENDOR.toml").write_text(_manifest(), "utf-8")


def _unpacked(package: Package, scratch: Path) -> Path:
    here = scratch / package.folder
    here.mkdir()
    command = ["npm", "pack", "--silent", f"{package.npm}@{package.version}"]
    subprocess.run(command, cwd=here, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(here.glob("*.tgz"))) as archive:
        archive.extractall(here, filter="data")
    (VENDOR / package.folder).mkdir(parents=True, exist_ok=True)
    return here / "package"


def _style(package: Path) -> None:
    css = (package / "dist/css/tabler.css").read_text("utf-8")
    (VENDOR / "tabler/tabler.css").write_text(pruned(css), "utf-8")
    owners = re.findall(r"\* (Copyright .*)", css[:600])
    (VENDOR / "tabler/LICENSE").write_text(MIT.format(copyright="\n".join(owners)), "utf-8")


def _icons(package: Path) -> None:
    drawings = {}
    for name in ICON_NAMES.split():
        svg = (package / f"icons/outline/{name}.svg").read_text("utf-8")
        shapes = re.findall(r"<(?:path|circle|line|rect|polyline|ellipse)\b[^>]*>", svg)
        drawings[name] = "".join(re.sub(r"\s*/>", "/>", shape) for shape in shapes if 'stroke="none"' not in shape)
    (VENDOR / "tabler-icons/icons.json").write_text(json.dumps(drawings, indent=0) + "\n", "utf-8")
    shutil.copy(package / "LICENSE", VENDOR / "tabler-icons/LICENSE")


def _typeface(package: Path) -> None:
    """One variable file for pages; two still ones, called "Inter" for both weights, for charts drawn outside a page."""
    fonts = STATIC / "fonts"
    fonts.mkdir(exist_ok=True)
    source = package / "variable/InterVariable.woff2"
    _subset(source, {"opsz": 14, "wght": (400, 700)}, VENDOR / "inter/inter.woff2", style=None)
    _subset(source, {"opsz": 14, "wght": 400}, fonts / "Inter-Regular.ttf", style="Regular")
    _subset(source, {"opsz": 14, "wght": 600}, fonts / "Inter-SemiBold.ttf", style="SemiBold")
    for folder in (VENDOR / "inter", fonts):
        shutil.copy(package / "LICENSE.txt", folder / "OFL.txt")


def _subset(source: Path, axes: dict[str, Any], target: Path, style: str | None) -> None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    narrowed = BytesIO()
    instantiateVariableFont(TTFont(source), axes).save(narrowed)
    narrowed.seek(0)
    font = TTFont(narrowed)
    cut = Subsetter(Options(layout_features=SHAPES, hinting=False, name_IDs=[0, 1, 2, 4, 6, 13, 14]))
    cut.populate(unicodes=_unicodes())
    cut.subset(font)
    _digits_only(font)
    if style is not None:
        _name(font["name"], style)
        font["OS/2"].usWeightClass = int(axes["wght"])
    font.flavor = "woff2" if target.suffix == ".woff2" else None
    font.recalcTimestamp = False  # the same input gives the same bytes
    font["head"].modified = font["head"].created
    font.save(target)


def _digits_only(font: Any) -> None:
    """Tabular shapes for digits and signs; Inter's would also widen the hyphens and spaces of sentences."""
    table = font["GSUB"].table
    numbers = {
        number
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for number in record.Feature.LookupListIndex
    }
    for number in numbers:
        for held in table.LookupList.Lookup[number].SubTable:
            piece = getattr(held, "ExtSubTable", held)
            piece.mapping = {old: new for old, new in piece.mapping.items() if old in ALIGNED}


def _name(names: Any, style: str) -> None:
    words = {1: "Inter", 2: style, 4: f"Inter {style}", 6: f"Inter-{style}"}
    for number, word in words.items():
        names.setName(word, number, 3, 1, 0x409)


def _unicodes() -> set[int]:
    ranges = (part.partition("-") for part in LETTERS.split())
    return {one for low, _, high in ranges for one in range(int(low, 16), int(high or low, 16) + 1)}


def _manifest() -> str:
    lines = [
        "# Written by tools/vendor.py. Every file is checked against its sum by tests/web/core/test_vendor.py.",
        "",
    ]
    for package in (TABLER, ICONS, INTER):
        folders = [VENDOR / package.folder, *([STATIC / "fonts"] if package is INTER else [])]
        files = sorted(path for folder in folders for path in folder.iterdir())
        lines += ["[[package]]", f'name = "{package.npm}"', f'version = "{package.version}"']
        lines += [f'licence = "{package.licence}"', "[package.sha256]"]
        lines += [f'"{path.relative_to(STATIC)}" = "{hashlib.sha256(path.read_bytes()).hexdigest()}"' for path in files]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
