"""Tabler's outline icons, drawn into the page: they take the colour of the words around them."""

import json
from functools import cache
from pathlib import Path

from timonier.errors import UnknownName
from timonier.text import Text

DRAWINGS = Path(__file__).parent / "static/core/vendor/tabler-icons/icons.json"


@cache
def drawings() -> dict[str, str]:
    """The shapes of every icon at hand, by its name at Tabler; `tools/vendor.py` holds the list."""
    read: dict[str, str] = json.loads(DRAWINGS.read_text("utf-8"))
    return read


def shapes(name: str) -> str:
    """What stands inside the ``<svg>`` of an icon, on a grid of 24 × 24.

    Raises:
        UnknownName: no icon has this name.
    """
    try:
        return drawings()[name]
    except KeyError:
        raise UnknownName(
            Text(
                f"There is no icon called “{name}”: add it to ICON_NAMES in tools/vendor.py, then run that program.",
                f"Aucune icône ne s’appelle « {name} » : ajoutez-la à ICON_NAMES dans tools/vendor.py, puis lancez-le.",
            )
        ) from None
