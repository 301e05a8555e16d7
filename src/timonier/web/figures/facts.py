"""The rows behind a figure within a person's scope, and the names of their columns."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from timonier.scorecard.codes import DIMENSIONS
from timonier.scorecard.rows import RowsAsked, RowsFound, rows_behind
from timonier.text import Text, say
from timonier.web.core.desks import lent_desk
from timonier.web.figures.filtering import label_of
from timonier.web.figures.indicator import Asked, headline

COLUMNS: Final[Mapping[str, Text]] = {
    "additional": Text("Additional sale", "Vente additionnelle"),
    "acquired_at": Text("Customer since", "Client depuis"),
    "amount": Text("Amount", "Montant"),
    "answer_id": Text("Answer", "Réponse"),
    "answered_at": Text("Answered on", "Répondu le"),
    "cart_id": Text("Cart", "Panier"),
    "case_id": Text("Case", "Dossier"),
    "closed_at": Text("Closed on", "Clos le"),
    "comment": Text("Comment", "Commentaire"),
    "complaint": Text("Complaint", "Réclamation"),
    "contact_id": Text("Contact", "Contact"),
    "contacted": Text("Contacted", "Relancé"),
    "contract_id": Text("Contract", "Contrat"),
    "converted_at": Text("Converted on", "Converti le"),
    "cost_id": Text("Cost", "Coût"),
    "counts": Text("Counts as", "Compte comme"),
    "created_at": Text("Created on", "Créé le"),
    "customer_id": Text("Customer", "Client"),
    "day": Text("Day", "Jour"),
    "direction": Text("Direction", "Sens"),
    "ended_on": Text("Ended on", "Fini le"),
    "event_id": Text("Event", "Événement"),
    "invitation_id": Text("Invitation", "Invitation"),
    "issue_id": Text("Issue", "Demande"),
    "line_id": Text("Line", "Ligne"),
    "occurred_at": Text("Occurred on", "Survenu le"),
    "offer": Text("Offer", "Offre"),
    "offer_rank": Text("Rank of the offer", "Rang de l’offre"),
    "opened_at": Text("Opened on", "Ouvert le"),
    "order_id": Text("Order", "Commande"),
    "ordered_at": Text("Ordered on", "Commandé le"),
    "prospect_id": Text("Prospect", "Prospect"),
    "quantity": Text("Quantity", "Quantité"),
    "raw_score": Text("Score as given", "Note brute"),
    "requested_rank": Text("Rank asked for", "Rang demandé"),
    "resolved": Text("Resolved", "Résolu"),
    "scale_max": Text("Scale, to", "Échelle, à"),
    "scale_min": Text("Scale, from", "Échelle, de"),
    "score": Text("Score", "Note"),
    "sent_at": Text("Sent on", "Envoyé le"),
    "sold_at": Text("Sold on", "Vendu le"),
    "sold_rank": Text("Rank sold", "Rang vendu"),
    "spent_on": Text("Spent on", "Dépensé le"),
    "started_on": Text("Started on", "Commencé le"),
    "test": Text("Test", "Test"),
    "value": Text("Value used", "Valeur retenue"),
    "weight": Text("Weight", "Poids"),
    **DIMENSIONS,
}


def column_label(name: str) -> str:
    """A column of facts in words; one that the company declared keeps its own name."""
    return say(COLUMNS[name]) if name in COLUMNS else label_of(name)


def rows_found(asked: Asked, *, comments: bool, limit: int, skip: int = 0) -> RowsFound:
    """The rows behind a figure, the latest first; none where there is no figure (what the scope cannot filter…)."""
    if headline(asked).line is None:
        return RowsFound(0, ())
    with lent_desk(asked.state.as_of) as desk:
        known = desk if asked.state.as_of is None else replace(desk, today=asked.state.as_of)
        rows = RowsAsked(
            asked.state.window,
            asked.variant,
            asked.params,
            within=asked.state.within(asked.scope),
            limit=limit,
            skip=skip,
            comments=comments,
        )
        return rows_behind(known, asked.indicator, rows)
