"""The terminal: its width, and tables drawn the same way everywhere."""

import os
import re
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 100
"""When stdout is not a terminal: what is written to a file does not depend on who wrote it."""


_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would drive the terminal (escape sequences) or turn the text of a line around."""


def seen(text: str) -> str:
    """A text of somebody's file as it is: no markup, and nothing that would act on the terminal."""
    return escape(_UNSEEN.sub("\ufffd", text))


def screen() -> Console:
    """stdout. NO_COLOR is respected; colours never go into a file."""
    return Console(width=None if sys.stdout.isatty() else width(os.environ), soft_wrap=False)


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
