"""The fact tables and their columns as people call them."""

from collections.abc import Mapping
from dataclasses import dataclass

from timonier.text import Text, say


@dataclass(frozen=True, slots=True)
class TableWords:
    """A table, and what one of its rows is."""

    name: Text
    row: Text


TABLES: Mapping[str, TableWords] = {
    "answers": TableWords(
        Text("Answers to surveys", "Réponses aux enquêtes"),
        Text(
            "someone answered a question: a score, a comment", "quelqu’un a répondu à une question : note, commentaire"
        ),
    ),
    "invitations": TableWords(
        Text("Survey invitations", "Invitations à répondre"),
        Text("someone was asked to answer", "quelqu’un a été invité à répondre"),
    ),
    "customers": TableWords(
        Text("Customers", "Clients"), Text("a customer, once", "un client, présent une seule fois")
    ),
    "orders": TableWords(
        Text("Orders, invoices", "Commandes, factures"), Text("a purchase and its amount", "un achat et son montant")
    ),
    "order_lines": TableWords(
        Text("Lines of orders", "Lignes de commande"), Text("a product of a purchase", "un article d’un achat")
    ),
    "contracts": TableWords(
        Text("Contracts, subscriptions", "Contrats, abonnements"),
        Text("a contract with its start and its end", "un contrat, avec son début et sa fin"),
    ),
    "contacts": TableWords(
        Text("Contacts, complaints, tickets", "Contacts, réclamations, tickets"),
        Text("a customer got in touch", "un client vous a sollicité"),
    ),
    "prospects": TableWords(
        Text("Prospects", "Prospects"), Text("someone who may become a customer", "quelqu’un qui peut devenir client")
    ),
    "carts": TableWords(Text("Carts", "Paniers"), Text("a cart, ordered or left", "un panier, commandé ou abandonné")),
    "events": TableWords(
        Text("Steps of journeys", "Étapes de parcours"),
        Text("a step reached by a case", "une étape atteinte par un dossier"),
    ),
    "costs": TableWords(Text("Costs", "Coûts"), Text("money spent on customers", "une dépense pour les clients")),
}

COLUMNS: Mapping[str, Text] = {
    "account_id": Text("Account (company)", "Compte (entreprise)"),
    "acquired_at": Text("Customer since", "Client depuis"),
    "acquisition_channel": Text("Acquisition channel", "Canal d’acquisition"),
    "additional": Text("Additional sale", "Vente additionnelle"),
    "agent": Text("Agent", "Conseiller"),
    "amount": Text("Amount", "Montant"),
    "answer_id": Text("Identifier of the answer", "Identifiant de la réponse"),
    "answered_at": Text("Date of the answer", "Date de la réponse"),
    "cart_id": Text("Identifier of the cart", "Identifiant du panier"),
    "case_id": Text("Case", "Dossier"),
    "category": Text("Category", "Catégorie"),
    "channel": Text("Channel", "Canal"),
    "closed_at": Text("Closed on", "Clos le"),
    "comment": Text("Comment", "Commentaire"),
    "complaint": Text("Complaint (yes or no)", "Réclamation (oui ou non)"),
    "contact_id": Text("Identifier of the contact", "Identifiant du contact"),
    "contacted": Text("Followed up (yes or no)", "Relancé (oui ou non)"),
    "contract_id": Text("Identifier of the contract", "Identifiant du contrat"),
    "converted_at": Text("Became a customer on", "Devenu client le"),
    "cost_id": Text("Identifier of the cost", "Identifiant du coût"),
    "created_at": Text("Created on", "Créé le"),
    "currency": Text("Currency", "Devise"),
    "customer_id": Text("Customer", "Client"),
    "direction": Text("Which end is good (up or down)", "Sens de l’échelle (up : le haut est bon ; down : le bas)"),
    "end_reason": Text("Reason for leaving", "Motif de départ"),
    "ended_on": Text("Ended on", "Terminé le"),
    "entry_channel": Text("Entry channel", "Canal d’entrée"),
    "event_id": Text("Identifier of the event", "Identifiant de l’événement"),
    "instrument": Text("Kind of question", "Type de question"),
    "invitation_id": Text("Identifier of the invitation", "Identifiant de l’invitation"),
    "issue_id": Text("Request (several contacts)", "Demande (plusieurs contacts)"),
    "language": Text("Language", "Langue"),
    "line_id": Text("Identifier of the line", "Identifiant de la ligne"),
    "occurred_at": Text("Date of the event", "Date de l’événement"),
    "offer_rank": Text("Rank of the offer", "Rang de l’offre"),
    "opened_at": Text("Opened on", "Ouvert le"),
    "order_id": Text("Identifier of the order", "Identifiant de la commande"),
    "ordered_at": Text("Ordered on", "Commandé le"),
    "outcome": Text("Outcome", "Issue"),
    "product": Text("Product", "Produit"),
    "prospect_id": Text("Identifier of the prospect", "Identifiant du prospect"),
    "purpose": Text("Purpose", "Objet"),
    "quantity": Text("Quantity", "Quantité"),
    "question": Text("Question", "Question"),
    "raw_score": Text("Score before recoding", "Note avant recodage"),
    "reason": Text("Reason", "Motif"),
    "region": Text("Region", "Région"),
    "requested_rank": Text("Rank asked for", "Rang demandé"),
    "resolved": Text("Solved (yes or no)", "Résolu (oui ou non)"),
    "role": Text("Role", "Rôle"),
    "scale_max": Text("Top of the scale", "Haut de l’échelle"),
    "scale_min": Text("Bottom of the scale", "Bas de l’échelle"),
    "score": Text("Score", "Note"),
    "segment": Text("Segment", "Segment"),
    "sent_at": Text("Sent on", "Envoyé le"),
    "sold_at": Text("Sold on", "Vendu le"),
    "sold_rank": Text("Rank sold", "Rang vendu"),
    "spent_on": Text("Spent on", "Dépensé le"),
    "started_on": Text("Started on", "Commencé le"),
    "status": Text("Status", "Statut"),
    "step": Text("Step", "Étape"),
    "store": Text("Store", "Point de vente"),
    "survey": Text("Survey", "Questionnaire"),
    "team": Text("Team", "Équipe"),
    "test": Text("Test (yes or no)", "Test (oui ou non)"),
    "wave": Text("Wave", "Vague"),
    "weight": Text("Weight", "Poids"),
}

INSTRUMENTS: Mapping[str, Text] = {
    "nps": Text("NPS: would you recommend us?", "NPS : nous recommanderiez-vous ?"),
    "csat": Text("CSAT: are you satisfied?", "CSAT : êtes-vous satisfait ?"),
    "ces_agreement": Text("CES: “you made it easy”, do you agree?", "CES : « c’était facile », êtes-vous d’accord ?"),
    "ces_ease": Text("CES: how easy was it?", "CES : à quel point était-ce facile ?"),
    "ces_effort": Text("CES: how much effort?", "CES : combien d’effort ?"),
}

ORDERS: Mapping[str, Text] = {
    "": Text("As detected", "Détection automatique"),
    "dmy": Text("Day/month/year", "Jour/mois/année"),
    "mdy": Text("Month/day/year", "Mois/jour/année"),
    "ymd": Text("Year/month/day", "Année/mois/jour"),
    "iso": Text("Year-month-day", "Année-mois-jour"),
}

DELIMITERS: Mapping[str, Text] = {
    "": Text("As detected", "Détection automatique"),
    ";": Text("Semicolon ;", "Point-virgule ;"),
    ",": Text("Comma ,", "Virgule ,"),
    "\t": Text("Tab", "Tabulation"),
    "|": Text("Bar |", "Barre verticale |"),
}

ENCODINGS: Mapping[str, Text] = {
    "": Text("As detected", "Détection automatique"),
    "utf-8": Text("UTF-8", "UTF-8"),
    "cp1252": Text("Windows (cp1252)", "Windows (cp1252)"),
    "iso-8859-15": Text("ISO 8859-15", "ISO 8859-15"),
    "mac-roman": Text("Mac (MacRoman)", "Mac (MacRoman)"),
    "utf-16": Text("UTF-16", "UTF-16"),
}

DECIMALS: Mapping[str, Text] = {
    "": Text("As detected", "Détection automatique"),
    ",": Text("Comma: 12,50", "Virgule : 12,50"),
    ".": Text("Point: 12.50", "Point : 12.50"),
}

STAGES: Mapping[str, Text] = {
    "": Text("Waiting its turn", "En attente de son tour"),
    "read": Text("Reading the file", "Lecture du fichier"),
    "check": Text("Checking rows and duplicates", "Vérification des lignes et des doublons"),
    "commit": Text("Writing", "Écriture"),
}


def table_name(name: str) -> str:
    """A table in the language in force; one that we do not know keeps its name."""
    return say(TABLES[name].name) if name in TABLES else name


def column_name(name: str) -> str:
    """A column in the language in force; one that the company declared keeps its own name."""
    return say(COLUMNS[name]) if name in COLUMNS else name.replace("_", " ").capitalize()
