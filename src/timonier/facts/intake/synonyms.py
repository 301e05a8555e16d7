"""What people call the columns of the fact tables, in French and in English.

Words are compared without accents, case or punctuation. The first words of a list are the surest.
"""

import re
import unicodedata
from collections.abc import Mapping

type Words = Mapping[str, tuple[str, ...]]

_CUSTOMER = (
    "customer id", "id client", "n client", "no client", "numero client", "num client", "code client", "client id",
    "customer", "client", "caller id", "caller", "account number", "siret", "siren", "adherent", "assure", "contact id",
    "user id", "respondent id",
)  # fmt: skip
_CHANNEL = ("channel", "canal", "canaux", "canal de contact", "submitted via", "contact type", "via", "source", "media")
_AMOUNT = (
    "amount", "montant", "montant ttc", "montant ht", "total", "panier", "chiffre d affaires", "ca", "prix", "price",
    "revenue", "value", "monthly charges", "cotisation",
)  # fmt: skip

TABLES: Mapping[str, Words] = {
    "answers": {
        "answer_id": (
            "answer id",
            "response id",
            "id reponse",
            "n reponse",
            "numero reponse",
            "id questionnaire",
            "id experience",
            "id avis",
        ),
        "customer_id": _CUSTOMER,
        "score": (
            "nps",
            "recommend",
            "recommandation",
            "recommanderiez",
            "note nps",
            "reco",
            "note",
            "score",
            "rating",
            "csat",
            "satisfaction",
            "ces",
            "effort",
            "note globale",
            "enjoyment",
            "ressenti",
        ),
        "answered_at": (
            "answered at",
            "date de reponse",
            "date reponse",
            "response date",
            "submitted at",
            "time",
            "timestamp",
            "date de saisie",
            "date enquete",
            "date de publication",
            "horodateur",
            "date",
            "repondu le",
            "answered on",
        ),
        "comment": (
            "verbatim",
            "commentaire",
            "comment",
            "remarques",
            "description",
            "avis",
            "like best",
            "pourquoi",
            "free text",
            "texte libre",
        ),
        "channel": _CHANNEL,
        "survey": ("survey", "enquete", "questionnaire"),
        "wave": ("wave", "vague"),
        "step": ("step", "etape", "parcours"),
        "role": ("role", "fonction"),
        "weight": ("weight", "poids", "ponderation"),
        "language": ("language", "langue"),
    },
    "invitations": {
        "invitation_id": ("invitation id", "id invitation", "n invitation", "invitation"),
        "customer_id": _CUSTOMER,
        "survey": ("survey", "enquete", "questionnaire"),
        "wave": ("wave", "vague"),
        "channel": _CHANNEL,
        "sent_at": ("sent at", "envoye le", "date d envoi", "date envoi", "invite le", "sent on", "sent"),
        "outcome": ("outcome", "resultat", "issue", "statut", "status"),
        "answered_at": ("answered at", "repondu le", "date de reponse", "date reponse", "answered on"),
    },
    "orders": {
        "order_id": (
            "order id",
            "n commande",
            "numero commande",
            "id commande",
            "commande",
            "order",
            "facture",
            "n facture",
            "invoice no",
            "invoice",
            "transaction id",
        ),
        "customer_id": _CUSTOMER,
        "ordered_at": (
            "ordered at",
            "order date",
            "date de commande",
            "date commande",
            "date facture",
            "invoice date",
            "date achat",
            "purchase date",
            "date",
            "commande le",
            "achete le",
            "ordered on",
        ),
        "amount": _AMOUNT,
        "currency": ("currency", "devise"),
        "status": ("status", "statut", "etat"),
        "channel": _CHANNEL,
    },
    "order_lines": {
        "line_id": ("line id", "id ligne", "n ligne"),
        "order_id": (
            "order id",
            "n commande",
            "commande",
            "invoice no",
            "invoice",
            "facture",
            "n facture",
            "ticket caisse",
            "panier",
            "basket",
            "order",
        ),
        "customer_id": _CUSTOMER,
        "sold_at": (
            "sold at",
            "invoice date",
            "date de vente",
            "order date",
            "date commande",
            "date facture",
            "date",
            "vendu le",
            "sold on",
        ),
        "product": ("product", "produit", "stock code", "article", "sku", "reference", "ref"),
        "category": ("category", "categorie", "famille", "rayon"),
        "quantity": ("quantity", "quantite", "qte", "qty"),
        "amount": ("line amount", "montant ligne", "montant", "amount", "total ligne"),
        "requested_rank": ("requested rank", "rang demande", "gamme demandee", "requested"),
        "sold_rank": ("sold rank", "rang vendu", "gamme vendue", "sold"),
        "additional": ("additional", "additionnel", "additionnelle", "vente additionnelle"),
    },
    "contracts": {
        "contract_id": (
            "contract id",
            "n contrat",
            "numero contrat",
            "contrat",
            "police",
            "n police",
            "abonnement",
            "subscription id",
            "subscription",
        ),
        "customer_id": _CUSTOMER,
        "started_on": (
            "started on",
            "date de debut",
            "date debut",
            "date effet",
            "start date",
            "date de souscription",
            "date souscription",
            "debut",
            "debute le",
            "souscrit le",
            "start",
            "started",
        ),
        "ended_on": (
            "ended on",
            "date de fin",
            "date fin",
            "end date",
            "date resiliation",
            "date de resiliation",
            "fin",
            "finit le",
            "resilie le",
            "end",
            "ended",
        ),
        "end_reason": ("end reason", "motif resiliation", "motif de resiliation", "churn reason"),
        "amount": ("monthly charges", "cotisation", "mensualite", "prime", "amount", "montant"),
    },
    "contacts": {
        "contact_id": (
            "contact id",
            "ticket id",
            "n ticket",
            "ticket",
            "case id",
            "id appel",
            "id demande",
            "n dossier",
            "n reclamation",
            "complaint id",
            "number",
            "id",
        ),
        "issue_id": ("issue id", "id dossier", "dossier", "affaire", "n affaire"),
        "customer_id": _CUSTOMER,
        "channel": _CHANNEL,
        "opened_at": (
            "opened at",
            "date received",
            "date ouverture",
            "date d ouverture",
            "date de creation",
            "date creation",
            "date appel",
            "date reception",
            "date de reclamation",
            "created at",
            "date contact",
            "ouvert le",
            "recu le",
            "opened on",
            "opened",
        ),
        "closed_at": (
            "closed at",
            "date cloture",
            "date de cloture",
            "resolved at",
            "date resolution",
            "date fermeture",
            "clos le",
            "cloture le",
            "ferme le",
            "resolu le",
            "closed on",
            "closed",
            "cloture",
        ),
        "resolved": ("resolved", "resolu", "regle"),
        "agent": ("agent", "conseiller", "assigned to", "operateur", "teleconseiller"),
        "team": ("team", "equipe", "assignment group", "groupe", "service"),
        "reason": ("reason", "motif", "issue", "objet", "category", "sujet", "type de demande"),
        "complaint": ("complaint", "reclamation", "plainte"),
    },
    "customers": {
        "customer_id": _CUSTOMER,
        "account_id": ("account id", "id compte", "compte", "siret", "siren", "entreprise"),
        "role": ("role", "fonction"),
        "acquired_at": (
            "acquired at",
            "date d acquisition",
            "date acquisition",
            "date inscription",
            "signup date",
            "date creation client",
            "client depuis",
            "inscrit le",
            "acquired on",
        ),
        "acquisition_channel": ("acquisition channel", "canal acquisition", "canal d acquisition", "origine"),
    },
    "prospects": {
        "prospect_id": ("prospect id", "lead id", "id prospect", "n prospect", "prospect", "lead"),
        "customer_id": _CUSTOMER,
        "created_at": (
            "created at",
            "date de creation",
            "date creation",
            "date contact",
            "date demande",
            "lead date",
            "cree le",
            "created on",
            "created",
        ),
        "converted_at": (
            "converted at",
            "date conversion",
            "date de conversion",
            "date signature",
            "converti le",
            "signe le",
            "converted on",
            "converted",
        ),
        "entry_channel": ("entry channel", "canal entree", "canal d entree", "origine", "source", "canal"),
    },
    "carts": {
        "cart_id": ("cart id", "id panier", "n panier"),
        "customer_id": _CUSTOMER,
        "created_at": ("created at", "date panier", "date creation", "date", "cree le", "created on", "created"),
        "ordered_at": ("ordered at", "date commande", "order date", "commande le", "ordered on", "ordered"),
        "amount": ("amount", "montant panier", "montant", "total"),
        "contacted": ("contacted", "relance", "relance envoyee"),
    },
    "events": {
        "event_id": ("event id", "id evenement"),
        "case_id": ("case id", "id dossier", "dossier", "n dossier", "parcours id"),
        "customer_id": _CUSTOMER,
        "step": ("step", "etape", "event", "evenement", "action"),
        "occurred_at": (
            "occurred at",
            "event date",
            "date evenement",
            "date etape",
            "timestamp",
            "date",
            "survenu le",
            "occurred on",
        ),
        "channel": _CHANNEL,
    },
    "costs": {
        "cost_id": ("cost id", "id depense"),
        "spent_on": ("spent on", "date depense", "date de depense", "mois", "date"),
        "amount": ("amount", "cout", "cost", "depense", "montant", "budget"),
        "purpose": ("purpose", "objet", "poste", "nature"),
        "channel": _CHANNEL,
    },
}

# Without one of these a table is not what the file holds, whatever else it has.
SIGNATURES: Mapping[str, tuple[frozenset[str], ...]] = {
    "answers": (frozenset({"score"}), frozenset({"comment", "answer_id"})),
    "invitations": (frozenset({"sent_at", "answered_at"}), frozenset({"sent_at", "outcome"})),
    "orders": (frozenset({"amount", "order_id"}), frozenset({"amount", "ordered_at", "customer_id"})),
    "order_lines": (frozenset({"product", "quantity"}),),
    "contracts": (frozenset({"contract_id"}), frozenset({"started_on", "ended_on"})),
    "contacts": (
        frozenset({"opened_at", "closed_at"}),
        frozenset({"opened_at", "reason"}),
        frozenset({"contact_id", "opened_at"}),
    ),
    "customers": (frozenset({"customer_id"}),),
    "prospects": (frozenset({"prospect_id"}), frozenset({"created_at", "converted_at"})),
    "carts": (frozenset({"cart_id"}), frozenset({"created_at", "ordered_at"})),
    "events": (frozenset({"step", "occurred_at"}),),
    "costs": (frozenset({"spent_on", "amount", "purpose"}), frozenset({"cost_id"})),
}


def plain(text: str) -> str:
    """Lower case, without accents; anything but letters and digits is one space."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare.replace("°", " ")).lower()).strip()


def likeness(name: str, words: tuple[str, ...]) -> float:
    """How well the name of a column fits a list of synonyms: 0 (not at all) to 4 (is the first of them)."""
    if re.match(r"Q\d*[ _]?[a-z]", name):  # Qtime, Q3_recommend: what survey tools make of a question
        return max(likeness(name[1:].lstrip("0123456789_ "), words), _likeness(name, words))
    return _likeness(name, words)


def _likeness(name: str, words: tuple[str, ...]) -> float:
    name = plain(name)
    tokens = name.split()
    best = 0.0
    for rank, word in enumerate(words):
        parts = word.split()
        if name == word:
            found = 4.0
        elif all(part in tokens for part in parts):
            found = 1.5 + 1.5 * len(parts) / len(tokens)
        elif len(word) >= 6 and _run_together(tokens, word.replace(" ", "")):
            found = 1.8
        else:
            continue
        best = max(best, found - 0.05 * min(rank, 10))
    return best


def _run_together(tokens: list[str], word: str) -> bool:
    """Whether a word starts where a token does, as in “invoicenumber”; “satisfaction” holds no “action”."""
    return any("".join(tokens[place:]).startswith(word) for place in range(len(tokens)))
