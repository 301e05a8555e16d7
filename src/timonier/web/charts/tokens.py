"""The colours of charts: each has one role, one hexadecimal value of its own, and one CSS variable for dark pages.

A colour is written as hexadecimal in specs, PNG and downloaded SVG; inside a page it becomes
`var(--chart-role, #value)`. Two roles never share a value, so that the replacement knows which role is meant: what
stands on a coloured bar must not follow the ink of the page (grey labels vanish in the dark).

Pages change palette by their variables; a file, which has none, is painted in the palette of the person who asks.
"""

import re
from types import MappingProxyType
from typing import Any, Literal

type Palette = Literal["usual", "safe"]

INK = "#1f2937"
MUTED = "#55606f"
FAINT = "#87919f"
GRID = "#e3e7ec"
PAPER = "#fdfefe"
LINE = "#0b4f8a"
BAND = "#d3e2f1"
REFERENCE = "#6b7786"
TARGET = "#855600"
GOOD = "#1f7a50"
NEUTRAL = "#c9ced6"
BAD = "#c0353f"
ON_GOOD = "#fffffd"
ON_NEUTRAL = "#1f2938"
ON_BAD = "#fffffe"

VARIABLES = MappingProxyType(
    {
        INK: "--chart-ink",
        MUTED: "--chart-muted",
        FAINT: "--chart-faint",
        GRID: "--chart-grid",
        PAPER: "--chart-paper",
        LINE: "--chart-line",
        BAND: "--chart-band",
        REFERENCE: "--chart-reference",
        TARGET: "--chart-target",
        GOOD: "--chart-good",
        NEUTRAL: "--chart-neutral",
        BAD: "--chart-bad",
        ON_GOOD: "--chart-on-good",
        ON_NEUTRAL: "--chart-on-neutral",
        ON_BAD: "--chart-on-bad",
    }
)
# Blue and orange, for eyes that do not part green from red; words on orange are dark, as white would be lost there.
PALETTES: MappingProxyType[Palette, MappingProxyType[str, str]] = MappingProxyType(
    {
        "usual": MappingProxyType({}),
        "safe": MappingProxyType({GOOD: "#0b5a8f", BAD: "#dc7633", ON_BAD: "#16212e"}),
    }
)
_PAINTED = re.compile(r'\b(fill|stroke)="(#[0-9a-f]{6})"')


def painted(spec: Any, palette: Palette) -> Any:
    """The same spec, its colours those of a palette."""
    if isinstance(spec, dict):
        return {name: painted(part, palette) for name, part in spec.items()}
    if isinstance(spec, list):
        return [painted(part, palette) for part in spec]
    return PALETTES[palette].get(spec, spec) if isinstance(spec, str) else spec


def themed(svg: str) -> str:
    """The SVG with the colours of our roles as CSS variables; presentation attributes, so a strict CSP allows them."""
    return _PAINTED.sub(_variable, svg)


def _variable(found: re.Match[str]) -> str:
    attribute, colour = found.groups()
    name = VARIABLES.get(colour)
    return f'{attribute}="var({name}, {colour})"' if name else found[0]
