"""Finding an indicator, a view or a place by its words."""

import unicodedata
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse

from timonier.text import Text, say
from timonier.web.accounts.access import Right, may
from timonier.web.accounts.models import User
from timonier.web.dashboards.models import SavedView
from timonier.web.figures.selectors import known_indicators


class Found(NamedTuple):
    """Where to go, and what it is."""

    url: str
    label: str
    sort: str


def search_all(asked: str, user: User) -> list[Found]:
    """What matches, the best first; nothing for an empty question."""
    wanted = folded(asked).split()
    if not wanted:
        return []
    every = [*_indicators(), *_views(user), *_places(user)]
    matching = [(score, one) for words, one in every if (score := _score(words, wanted))]
    return [one for _, one in sorted(matching, key=lambda pair: (-pair[0], pair[1].label))][:50]


def folded(text: str) -> str:
    """Without accents nor capitals."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _score(words: str, wanted: list[str]) -> int:
    told = folded(words)
    if not all(word in told for word in wanted):
        return 0
    return 3 if told.split()[0] == wanted[0] else 2 if told.startswith(wanted[0]) else 1


def _indicators() -> list[tuple[str, Found]]:
    sort = say(Text("indicator", "indicateur"))
    return [
        (
            f"{one.name} {one.label.fr} {one.label.en}",
            Found(reverse("indicator", args=[one.name]), say(one.label), sort),
        )
        for _, members in known_indicators()
        for one in members
    ]


def _views(user: User) -> list[tuple[str, Found]]:
    sort = say(Text("saved view", "vue enregistrée"))
    views = SavedView.objects.filter(Q(owner=user) | Q(shared=True))
    return [(view.name, Found(view.path + view.query, view.name, sort)) for view in views]


def _places(user: User) -> list[tuple[str, Found]]:
    sort = say(Text("page", "page"))
    places = [
        ("bridge", Right.SEE, Text("The bridge", "La passerelle")),
        ("indicators", Right.SEE, Text("Indicators and their definitions", "Indicateurs et définitions")),
        ("data", Right.LOAD, Text("Data: import, loads, quality", "Données : import, chargements, qualité")),
        ("settings", Right.SETTINGS, Text("Settings", "Réglages")),
        ("preferences", Right.SEE, Text("Your preferences", "Vos préférences")),
    ]
    return [
        (f"{label.fr} {label.en}", Found(reverse(name), say(label), sort))
        for name, right, label in places
        if may(user, right)
    ]
