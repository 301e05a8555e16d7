"""The words for what facts hold as codes: tables, instruments, ends of scales, languages, outcomes of invitations."""

from collections.abc import Mapping, Sequence

from timonier.text import Text, say

TABLES: Mapping[str, Text] = {
    "customers": Text("Customers", "Clients"),
    "answers": Text("Answers", "Réponses"),
    "invitations": Text("Survey invitations", "Invitations à répondre"),
    "orders": Text("Orders", "Commandes"),
    "order_lines": Text("Order lines", "Lignes de commande"),
    "contracts": Text("Contracts", "Contrats"),
    "contacts": Text("Contacts with customer service", "Contacts au service client"),
    "prospects": Text("Prospects", "Prospects"),
    "carts": Text("Carts", "Paniers"),
    "events": Text("Steps of journeys", "Étapes de parcours"),
    "costs": Text("Costs", "Coûts"),
}

_BOUNCED = Text("not delivered", "non délivrée")
_COMPLETE = Text("complete answer", "réponse complète")
_PARTIAL = Text("partial answer", "réponse partielle")
_SILENT = Text("no answer", "sans réponse")
_REFUSED = Text("refused", "refus")
_UNSUBSCRIBED = Text("unsubscribed", "désinscription")
VALUES: Mapping[str, Mapping[str, Text]] = {
    "instrument": {
        "nps": Text("NPS (recommendation)", "NPS (recommandation)"),
        "csat": Text("CSAT (satisfaction)", "CSAT (satisfaction)"),
        "ces_agreement": Text("CES (agreement that it was easy)", "CES (accord : « c’était facile »)"),
        "ces_ease": Text("CES (ease)", "CES (facilité)"),
        "ces_effort": Text("CES (effort made)", "CES (effort consenti)"),
    },
    "direction": {
        "up": Text("the highest score is the best", "la note la plus haute est la meilleure"),
        "down": Text("the lowest score is the best", "la note la plus basse est la meilleure"),
    },
    "language": {
        "de": Text("German", "allemand"),
        "en": Text("English", "anglais"),
        "es": Text("Spanish", "espagnol"),
        "fr": Text("French", "français"),
        "it": Text("Italian", "italien"),
        "nl": Text("Dutch", "néerlandais"),
        "pt": Text("Portuguese", "portugais"),
    },
    "outcome": {
        **dict.fromkeys(("complete", "completed", "answered", "complet", "complète", "répondu"), _COMPLETE),
        **dict.fromkeys(("partial", "partiel", "partielle", "incomplet", "incomplète"), _PARTIAL),
        **dict.fromkeys(("bounced", "bounce", "undelivered", "rebond", "non délivré", "non délivrée"), _BOUNCED),
        **dict.fromkeys(("no answer", "none", "sans réponse"), _SILENT),
        **dict.fromkeys(("refused", "refus", "refusé"), _REFUSED),
        **dict.fromkeys(("opt-out", "unsubscribed", "désinscrit", "désinscrite"), _UNSUBSCRIBED),
        **dict.fromkeys(("sent", "envoyé", "envoyée"), Text("sent", "envoyée")),
        **dict.fromkeys(("delivered", "délivré", "délivrée"), Text("delivered", "délivrée")),
        **dict.fromkeys(("opened", "ouvert", "ouverte"), Text("opened", "ouverte")),
    },
}

METHODS: Mapping[str, Text] = {
    "adjusted-wald": Text("adjusted Wald", "Wald ajusté"),
    "agresti-coull": Text("Agresti–Coull", "Agresti–Coull"),
    "clopper-pearson": Text("Clopper–Pearson", "Clopper–Pearson"),
    "delta": Text("delta method", "méthode delta"),
    "fieller": Text("Fieller", "Fieller"),
    "jeffreys": Text("Jeffreys", "Jeffreys"),
    "linearised": Text("linearised, by cluster", "linéarisé, par grappe"),
    "log-log": Text("Kaplan–Meier, log-log", "Kaplan–Meier, log-log"),
    "mover": Text("Zou–Donner, from both intervals", "Zou–Donner, par les deux intervalles"),
    "newcombe": Text("Newcombe", "Newcombe"),
    "none": Text("none", "aucun"),
    "order-statistics": Text("order statistics", "statistiques d’ordre"),
    "poisson": Text("conditional Poisson", "Poisson conditionnel"),
    "poisson-exact": Text("exact Poisson", "Poisson exact"),
    "score": Text("score interval", "intervalle du score"),
    "t": Text("Student’s t", "t de Student"),
    "wald": Text("Wald", "Wald"),
    "welch": Text("Welch", "Welch"),
    "wilson": Text("Wilson", "Wilson"),
}
ENDINGS: Mapping[str, Text] = {
    "-no-spread": Text("(no spread: no bounds)", "(sans dispersion : pas de bornes)"),
    "-unbounded": Text("(no bounds)", "(pas de bornes)"),
}
"""What a method ends with when it could give no interval."""

PARAMETERS: Mapping[str, Text] = {
    "abandoned_after_hours": Text("Hours before a cart is abandoned", "Heures avant abandon"),
    "alsace_moselle": Text("Holidays of Alsace-Moselle", "Jours fériés d’Alsace-Moselle"),
    "currency": Text("Currency", "Devise"),
    "cutoff_hour": Text("Cut-off hour", "Heure limite"),
    "days": Text("Days counted", "Jours comptés"),
    "direction": Text("Direction of the scale", "Sens de l’échelle"),
    "end_step": Text("Last step", "Étape d’arrivée"),
    "first_days": Text("Days after the first purchase", "Jours après le premier achat"),
    "grace_days": Text("Days to come back", "Jours pour revenir"),
    "lag_months": Text("Lag in months", "Décalage en mois"),
    "limit_days": Text("Days promised", "Jours promis"),
    "purposes": Text("Purposes of costs", "Objets de coût"),
    "reason": Text("Reason for leaving", "Motif de départ"),
    "recovered_within_days": Text("Days to recover a cart", "Jours pour récupérer un panier"),
    "reference": Text("Reference period", "Période de référence"),
    "repeats": Text("Repeated answers", "Réponses répétées"),
    "scale": Text("Scale", "Échelle"),
    "start_step": Text("First step", "Étape de départ"),
    "step": Text("Step", "Étape"),
    "top_rank": Text("Rank of the top of the range", "Rang du haut de gamme"),
    "window_days": Text("Follow-up in days", "Délai de suivi en jours"),
}
CHOICES: Mapping[str, Text] = {
    "calendar": Text("every day", "tous les jours"),
    "down": Text("a low answer is good", "une réponse basse est bonne"),
    "keep": Text("all of them count", "toutes comptent"),
    "last-year": Text("the same period a year before", "la même période un an avant"),
    "latest": Text("the latest of a person in a wave counts", "la dernière d’une personne par vague compte"),
    "ouvrable": Text("every day but Sundays and holidays", "jours ouvrables"),
    "ouvre": Text("Monday to Friday, holidays left out", "jours ouvrés"),
    "previous": Text("the period before", "la période précédente"),
    "up": Text("a high answer is good", "une réponse haute est bonne"),
}
"""What a parameter holds as a code."""


def method_name(method: str) -> str:
    """How an interval or a test is computed, by the name that statisticians know."""
    for ending, words in ENDINGS.items():
        if method.endswith(ending):
            return f"{method_name(method.removesuffix(ending))} {say(words)}"
    return say(METHODS[method]) if method in METHODS else method


def table_name(name: str) -> str:
    """A fact table as people call it."""
    return say(TABLES[name]) if name in TABLES else name


def tables_named(names: Sequence[str]) -> Text:
    """Several of them, in lower case."""
    found = [TABLES.get(name, Text(name, name)) for name in names]
    return Text(", ".join(one.en.lower() for one in found) or "—", ", ".join(one.fr.lower() for one in found) or "—")


def value_name(column: str, value: str) -> str:
    """A value as people say it where its column holds codes; any other value as it is, those of the company first."""
    known = VALUES.get(column, {}).get(value.strip().lower())
    return value if known is None else say(known)


DIMENSIONS: Mapping[str, Text] = {
    "account_id": Text("Account", "Compte"),
    "acquisition_channel": Text("Acquisition channel", "Canal d’acquisition"),
    "agent": Text("Agent", "Conseiller"),
    "category": Text("Category", "Catégorie"),
    "channel": Text("Channel", "Canal"),
    "currency": Text("Currency", "Devise"),
    "delegation": Text("Delegation", "Délégation"),
    "end_reason": Text("Reason for leaving", "Motif de départ"),
    "entry_channel": Text("Entry channel", "Canal d’entrée"),
    "instrument": Text("Instrument", "Instrument"),
    "language": Text("Language", "Langue"),
    "offer": Text("Offer", "Offre"),
    "outcome": Text("Outcome", "Issue"),
    "product": Text("Product", "Produit"),
    "purpose": Text("Purpose of the cost", "Objet du coût"),
    "question": Text("Question", "Question"),
    "reason": Text("Reason", "Motif"),
    "region": Text("Region", "Région"),
    "role": Text("Role", "Rôle"),
    "segment": Text("Segment", "Segment"),
    "status": Text("Status", "Statut"),
    "step": Text("Step", "Étape"),
    "store": Text("Store", "Point de vente"),
    "survey": Text("Survey", "Questionnaire"),
    "team": Text("Team", "Équipe"),
    "wave": Text("Wave", "Vague"),
}


def dimension_name(name: str) -> Text:
    """A dimension in words; one that the company declared keeps its own name."""
    plain = name.replace("_", " ").capitalize()
    return DIMENSIONS.get(name, Text(plain, plain))
