"""What every page is given: the language, the look, where one may go."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from timonier.text import Text, language, say
from timonier.web.accounts.access import Right, rights_of
from timonier.web.accounts.models import User


class Place(NamedTuple):
    """One entry of the navigation; `key` is the letter that goes there after `g`."""

    url: str
    label: str
    icon: str
    key: str
    current: bool


PLACES = (
    (Right.SEE, "bridge", Text("The bridge", "La passerelle"), "gauge", "p"),
    (Right.SEE, "indicators", Text("Indicators", "Indicateurs"), "list-details", "i"),
    (Right.LOAD, "data", Text("Data", "Données"), "database", "d"),
    (Right.SETTINGS, "settings", Text("Settings", "Réglages"), "settings", "r"),
)


def surround(request: HttpRequest) -> dict[str, Any]:
    """Works without a person too: pages of errors and of sign-in have no navigation."""
    found = getattr(request, "user", None)
    user = found if isinstance(found, User) else None
    rights = rights_of(user) if user else frozenset()
    return {
        "lang": language.get(),
        "theme": user.theme if user else "auto",
        "palette": user.palette if user else "usual",
        "rights": {right.value for right in rights},
        "nav": [place(request, name, label, icon, key) for right, name, label, icon, key in PLACES if right in rights],
    }


def place(request: HttpRequest, name: str, label: Text, icon: str, key: str) -> Place:
    """An entry; the one whose address starts the present one is current."""
    url = reverse(name)
    here = request.path == url if url == "/" else request.path.startswith(url)
    return Place(url, say(label), icon, key, here)
