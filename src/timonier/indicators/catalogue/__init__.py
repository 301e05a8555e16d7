"""Every indicator that Timonier knows, by name. One file a family; adding one is adding it to its file's `ALL`."""

from difflib import get_close_matches

from timonier.errors import UnknownName
from timonier.indicators.catalogue import journey, loyalty, sales, satisfaction, service
from timonier.indicators.definition import Indicator
from timonier.text import Text

CATALOGUE: dict[str, Indicator] = {
    indicator.name: indicator for family in (satisfaction, loyalty, sales, service, journey) for indicator in family.ALL
}


def find(name: str, catalogue: dict[str, Indicator] | None = None) -> Indicator:
    """The indicator of that name, or an error that suggests the nearest ones."""
    known = CATALOGUE if catalogue is None else catalogue
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 3) or list(known)
    raise UnknownName(
        Text(f"there is no indicator “{name}”.", f"il n’y a pas d’indicateur « {name} »."),
        hint=Text(f"Did you mean: {', '.join(near)}?", f"Vouliez-vous dire : {', '.join(near)} ?"),
    )
