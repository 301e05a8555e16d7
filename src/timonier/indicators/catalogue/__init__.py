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
    labelled = [one.name for one in known.values() if name.casefold() in f"{one.label.en}\n{one.label.fr}".casefold()]
    near, all_of_them = ", ".join(get_close_matches(name, known, 3) or labelled), ", ".join(known)
    meant = Text(f"Did you mean: {near}?", f"Vouliez-vous dire : {near} ?")
    raise UnknownName(
        Text(f"there is no indicator “{name}”.", f"il n’y a pas d’indicateur « {name} »."),
        hint=meant if near else Text(f"There are: {all_of_them}.", f"Il y a : {all_of_them}."),
    )
