"""The terminal: its width, and tables drawn the same way everywhere."""

import os
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 100
"""When stdout is not a terminal: what is written to a file does not depend on who wrote it."""


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
