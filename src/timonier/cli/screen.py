"""The terminal: its width, and tables drawn the same way everywhere."""

import os
import re
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.segment import Segment
    from rich.text import Text

WIDTH = 100
"""When stdout is not a terminal: what is written to a file does not depend on who wrote it."""


_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would drive the terminal (escape sequences) or turn the text of a line around."""


def seen(text: str) -> str:
    """A text of somebody's file as it is: no markup, and nothing that would act on the terminal."""
    return escape(_UNSEEN.sub("\ufffd", text))


_HELD, _RELEASED = {0xA0: "\ue0a0", 0x202F: "\ue0af"}, {0xE0A0: "\u00a0", 0xE0AF: "\u202f"}
"""rich ends lines at spaces that do not break: while it lays out, they are letters that nobody uses."""


class Screen(Console):
    """A terminal where "2 140" and "23,5 %" stay on one line."""

    def render_str(self, text: str, **options: Any) -> "Text":
        """A text before it is cut into lines."""
        return super().render_str(text.translate(_HELD), **options)

    def render(self, renderable: Any, options: Any = None) -> "Iterable[Segment]":
        """Lines, their spaces put back."""
        for segment in super().render(renderable, options):
            yield segment._replace(text=segment.text.translate(_RELEASED))


def screen() -> Console:
    """stdout. NO_COLOR is respected; colours never go into a file."""
    return Screen(width=None if sys.stdout.isatty() else width(os.environ), soft_wrap=False)


def progress_screen() -> Console:
    """stderr, for progress bars."""
    return Console(stderr=True)


def width(environment: "Mapping[str, str]") -> int:
    """COLUMNS, or 100."""
    columns = environment.get("COLUMNS", "")
    return int(columns) if columns.isdigit() and int(columns) > 0 else WIDTH


def sheet() -> Table:
    """An empty table: no frame, one space between columns."""
    return Table(
        header_style="dim",
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
