"""Finding an indicator, a view or a place by its words."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db.models import Q
from django.urls import reverse

from timonier.scorecard import words
from timonier.text import Text, folded, say
from timonier.web.accounts.access import Right, may, scope_of
from timonier.web.accounts.models import User
from timonier.web.dashboards.models import SavedView
from timonier.web.dashboards.rows import answer_of, link_to
from timonier.web.dashboards.timeline import customer_of
from timonier.web.figures.selectors import known_indicators

BESIDES: Final[Mapping[str, str]] = {
    "cac": "acquisition marketing publicité",
    "cart_abandonment": "panier abandonné",
    "ces": "effort simplicité facilité",
    "churn": "résiliation départ perte désabonnement fermeture cancellation",
    "closing_time": "délai traitement résolution",
    "complaints": "plainte litige mécontent",
    "contacts": "appel courriel demande volume call",
    "cross_sell": "complémentaire additionnel accessoire",
    "csat": "content contentement",
    "customer_value": "ltv clv chiffre d'affaires par client",
    "fcr": "premier appel résolu",
    "nps": "recommandation promoteur détracteur",
    "on_time": "retard délai livraison promesse tenue",
    "repeat_purchase": "réachat fidélité",
    "response_rate": "participation retour questionnaire",
    "retention": "fidélité renouvellement",
    "upsell": "montée en gamme",
}
"""What people also call them."""


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
    matching = [(score, one) for told, one in every if (score := _score(told, wanted))]
    found = [one for _, one in sorted(matching, key=lambda pair: (-pair[0], folded(pair[1].label)))][:50]
    return found or _identified(asked.strip(), user) or _defined_by(wanted)


def _score(named: str, wanted: list[str]) -> int:
    told = folded(named)
    if not all(word in told for word in wanted):
        return 0
    return 3 if told.split()[0] == wanted[0] else 2 if told.startswith(wanted[0]) else 1


def _identified(asked: str, user: User) -> list[Found]:
    """The customer and the answer of that identifier, within the person's scope."""
    if not may(user, Right.ROWS) or " " in asked:
        return []
    scope, found = scope_of(user), []
    if (url := link_to("customer", asked)) and customer_of(asked, scope, comments=False) is not None:
        found.append(Found(url, asked, say(Text("customer", "client"))))
    if (url := link_to("answer", asked)) and answer_of(asked, scope, comments=False) is not None:
        found.append(Found(url, asked, say(Text("answer", "réponse"))))
    return found


def _defined_by(wanted: list[str]) -> list[Found]:
    """Indicators whose definition holds the words, or what people call them besides."""
    sort = say(Text("indicator", "indicateur"))
    found = []
    for one in (one for _, members in known_indicators() for one in members):
        formulas = " ".join(
            f"{text.fr} {text.en}" for chosen in one.variants.values() for text in (chosen.label, chosen.formula)
        )
        told = folded(f"{formulas} {one.notes.fr} {one.notes.en} {BESIDES.get(one.name, '')}")
        if all(word in told for word in wanted):
            found.append(Found(reverse("indicator", args=[one.name]), say(one.label), sort))
    return found[:50]


def _indicators() -> list[tuple[str, Found]]:
    sort = say(Text("indicator", "indicateur"))
    return [
        (
            f"{one.name} {one.label.fr} {one.label.en} {words.FAMILIES[one.family].fr} {words.FAMILIES[one.family].en}",
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
        ("data", Right.LOAD, Text("Data: import a file", "Données : importer un fichier")),
        ("intake_loads", Right.LOAD, Text("Loads and receipts", "Chargements et reçus")),
        ("intake_quality", Right.LOAD, Text("Quality of data", "Qualité des données")),
        ("shares", Right.SHARE, Text("Share links", "Liens de partage")),
        ("settings", Right.SETTINGS, Text("Settings", "Réglages")),
        ("dimensions", Right.SETTINGS, Text("Dimensions", "Dimensions")),
        ("own_indicators", Right.SETTINGS, Text("Indicators of your own", "Vos propres indicateurs")),
        ("people", Right.PEOPLE, Text("People, roles and scopes", "Personnes, rôles et périmètres")),
        ("audit_log", Right.AUDIT, Text("Audit log", "Journal d’audit")),
        ("preferences", Right.SEE, Text("Your preferences: language, colours", "Vos préférences : langue, couleurs")),
        ("account_change_password", Right.SEE, Text("Change your password", "Changer de mot de passe")),
    ]
    return [
        (f"{label.fr} {label.en}", Found(reverse(name), say(label), sort))
        for name, right, label in places
        if may(user, right)
    ]
