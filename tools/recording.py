"""Draws the scorecard of the demo company as the terminal shows it: docs/assets/scorecard.svg and its French sister.

python tools/recording.py            # generate the company in a temporary folder, rewrite both pictures
python tools/recording.py FOLDER     # of the workspace FOLDER, which `make demo` made
"""

import io
import sys
import tempfile
from pathlib import Path
from typing import get_args

from rich.terminal_theme import TerminalTheme

from timonier.text import Lang, language

ASSETS = Path(__file__).parents[1] / "docs/assets"
WIDTH = 100
NAMES: dict[Lang, str] = {"en": "scorecard.svg", "fr": "scorecard.fr.svg"}

# that of rich loads a font from a content network: here, only fonts that the reader has, and no window buttons
DRAWING = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
  <style>
    .{unique_id}-matrix {{
      font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace;
      font-size: {char_height}px;
      line-height: {line_height}px;
    }}
    {styles}
  </style>
  <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
    </clipPath>
    {lines}
  </defs>
  <rect width="100%" height="100%" rx="10" fill="#fbfcfd" stroke="#d5dbe3"/>
  <g transform="translate({terminal_x}, 24)" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
  </g>
</svg>
"""
PAPER = TerminalTheme(
    (251, 252, 253),
    (28, 39, 56),
    [
        (28, 39, 56),
        (176, 42, 48),
        (20, 116, 72),
        (146, 96, 8),
        (23, 78, 140),
        (120, 50, 130),
        (15, 110, 120),
        (90, 100, 112),
    ],
)


def picture(workspace: Path, lang: Lang) -> str:
    """The scorecard of `workspace` in `lang`, as one SVG that loads nothing."""
    from timonier.cli.desk import desk_of, open_workspace
    from timonier.cli.score_table import print_scorecard
    from timonier.cli.screen import Screen
    from timonier.demo import END
    from timonier.scorecard.request import Request
    from timonier.scorecard.score import score

    scorecard = score(desk_of(open_workspace(workspace)), Request(as_of=END))
    console = Screen(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    token = language.set(lang)
    try:
        print_scorecard(scorecard, console)
    finally:
        language.reset(token)
    drawn = console.export_svg(title="", theme=PAPER, code_format=DRAWING, unique_id="t")
    return "\n".join(line.rstrip() for line in drawn.splitlines() if line.strip()) + "\n"


def main(arguments: list[str]) -> int:
    from timonier.cli.make_demo import demo

    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(arguments[0]) if arguments else Path(folder) / "demo"
        if not arguments:
            demo(workspace=workspace, pages=False)
        for lang in get_args(Lang.__value__):
            (ASSETS / NAMES[lang]).write_text(picture(workspace, lang), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
