"""A chart: a plain Vega-Lite spec, with the words that say the same to people who do not see it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from textwrap import wrap
from typing import Any, Literal

from timonier.text import Lang, Text, language, say
from timonier.web.charts import tokens

type Spec = dict[str, Any]
type Rows = Sequence[Mapping[str, Any]]
type Size = Literal["wide", "narrow"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# "Inter" alone would make the renderer drop every text, in silence, where the font is not installed.
FONT = "Inter, sans-serif"
WIDTHS: Mapping[Size, int] = {"wide": 640, "narrow": 280}
CONFIG: Spec = {
    "font": FONT,
    "view": {"stroke": None},
    # Descriptions of axes are in English whatever the locale (vega#4294): ours stands on the whole chart.
    "axis": {
        "aria": False,
        "domain": False,
        "ticks": False,
        "gridColor": tokens.GRID,
        "labelColor": tokens.MUTED,
        "labelFontSize": 12,
        "labelFlush": False,
        "labelOverlap": "greedy",
        "labelPadding": 6,
        "title": None,
    },
    "text": {"color": tokens.INK, "fontSize": 12, "baseline": "middle"},
}
TITLE: Spec = {
    "anchor": "start",
    "frame": "bounds",
    "offset": 14,
    "fontSize": 16,
    "fontWeight": 600,
    "color": tokens.INK,
    "subtitleFontSize": 12,
    "subtitleColor": tokens.MUTED,
    "subtitlePadding": 6,
}


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw. `title` and `summary` name and describe the picture; `key` changes with anything seen."""

    spec: Spec
    title: str
    summary: str
    lang: Lang = field(default_factory=language.get)

    @property
    def key(self) -> str:
        """A hexadecimal digest of everything that decides how it looks and reads."""
        return sha256(self.canonical.encode()).hexdigest()

    @property
    def canonical(self) -> str:
        """All of it as JSON, keys sorted. ValueError when a number is none."""
        return json.dumps([self.lang, self.title, self.summary, self.spec], sort_keys=True, allow_nan=False)

    def painted(self, palette: tokens.Palette) -> "Chart":
        """For a file: in the colours of a palette, under a key of its own."""
        return replace(self, spec=tokens.painted(self.spec, palette))

    def titled(self, lines: Sequence[str]) -> "Chart":
        """For a file that leaves its page: its title above it, then `lines` of what makes it readable alone."""
        told = [part for line in lines for part in wrap(line, 90)]
        title = {"text": wrap(self.title, 64), "subtitle": told, **TITLE}
        return replace(self, spec={**self.spec, "title": title})


def spec_of(layers: Sequence[Spec], *, width: int, height: int) -> Spec:
    """The whole spec of layers that share their scales, those without rows left out; words where none has any."""
    drawn = [one for one in layers if one["data"]["values"]] or [_nothing(width, height)]
    return {
        "$schema": SCHEMA,
        "background": None,
        "padding": 8,
        "width": width,
        "height": height,
        "config": CONFIG,
        "layer": drawn,
    }


def _nothing(width: int, height: int) -> Spec:
    words = say(Text("No figure to draw.", "Aucun chiffre à dessiner."))
    mark = {"type": "text", "color": tokens.MUTED}
    return layer([{"text": words}], mark, x={"value": width / 2}, y={"value": height / 2}, text={"field": "text"})


def layer(rows: Rows, mark: Spec, **encoding: Spec) -> Spec:
    """One layer over its own rows; silent for readers of screens unless it has a `description` channel."""
    return {
        "data": {"values": [dict(row) for row in rows]},
        "mark": {"aria": "description" in encoding, **mark},
        "encoding": encoding,
    }


def told(field_name: str = "tip") -> Spec:
    """The channel that carries the sentence of a mark, which becomes its tooltip."""
    return {"field": field_name, "type": "nominal"}
