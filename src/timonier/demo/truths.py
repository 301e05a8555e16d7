"""What is planted in the demo company: the exact probabilities and means that the generator draws from.

The generator reads these numbers and no others, so that a figure found in the data can be held against the
figure that made them. `docs/demo-company.md` is written from this file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


def _of[Value](values: Mapping[str, Value]) -> Mapping[str, Value]:
    return MappingProxyType(dict(values))


PHONE, MAIL, CHAT, LETTER, BRANCH, AREA = (
    "téléphone",
    "courriel",
    "chat",
    "courrier",
    "agence",
    "espace adhérent",
)
CARD_STEP = "carte de tiers payant envoyée"
JOURNEY = ("adhésion", "dossier complet", "carte demandée", CARD_STEP, "premier remboursement")
VISIT_STEP = "visite en agence"
DOWNLOAD = "attestation téléchargée"


@dataclass(frozen=True, slots=True)
class Truths:
    """Planted values. Shares are 0–1, NPS in points, money in euros, durations in days.

    “Treated” means the regions of the improvement programme, from its start on; “before” everybody else,
    always. Monthly factors run from January to December and have a mean of 1.
    """

    # The base.
    present_at_start: float = 0.45
    """Share of customers who were already there when the data begin."""

    # The improvement programme.
    treated_regions: tuple[str, ...] = (
        "Bretagne",
        "Normandie",
        "Nouvelle-Aquitaine",
        "Occitanie",
        "Pays de la Loire",
    )
    programme_months: int = 12
    """The programme runs over the last 12 months of the data."""
    retention_before: float = 0.55
    retention_treated: float = 0.70
    """Share of customers present on a day who still are 12 months later."""
    fcr_before: float = 0.62
    fcr_treated: float = 0.74
    fcr_ramp_months: int = 6
    """First contact resolution rises in a straight line over so many months, then stays."""
    nps_gain: float = 20.0
    nps_ramp_months: int = 3
    """Half of the gain during the first months, all of it afterwards; in every survey but branch visits."""

    # What customers say.
    nps_relational: Mapping[str, float] = field(
        default_factory=lambda: _of({"particulier": 14.0, "pro": 4.0, "pme": -4.0, "grand compte": 20.0})
    )
    nps_by_step: Mapping[str, float] = field(
        default_factory=lambda: _of(
            {"adhésion": 34.0, "dossier complet": 12.0, CARD_STEP: -28.0, "premier remboursement": 26.0}
        )
    )
    nps_visit: float = 30.0
    asking_store: str = "Agence de Valmorin"
    """The store whose advisers ask for tens. Its customers leave as those of the other stores do."""
    tens_visit: float = 0.25
    tens_asking_store: float = 0.72
    csat_resolved: float = 0.84
    csat_unresolved: float = 0.38
    """Share of 4 and 5 after a contact, by whether the first contact resolved the request."""
    ces_easy_resolved: float = 0.80
    ces_easy_unresolved: float = 0.30
    """Share of the easy side (5–7 once recoded) after a contact, whatever the wording."""
    ces_easy_area: float = 0.73
    """The same after the member area."""
    ces_wording_changes_months: int = 12
    """“Effort” during the first months, “agreement” afterwards: two series, never one."""
    response_first_wave: float = 0.36
    response_fall_per_wave: float = 0.012
    """Share of delivered relational invitations answered in full, by quarterly wave."""
    response_journey: float = 0.30
    response_visit: float = 0.32
    response_contact: float = 0.24
    bounced: float = 0.03
    partial: float = 0.02

    # Sales.
    conversion_ever: Mapping[str, float] = field(
        default_factory=lambda: _of(
            {
                "parrainage": 0.42,
                "agence": 0.34,
                "téléphone": 0.26,
                "référencement": 0.20,
                "comparateur": 0.14,
                "publicité": 0.09,
            }
        )
    )
    prospect_mix: Mapping[str, float] = field(
        default_factory=lambda: _of(
            {
                "parrainage": 0.10,
                "agence": 0.12,
                "téléphone": 0.14,
                "référencement": 0.22,
                "comparateur": 0.26,
                "publicité": 0.16,
            }
        )
    )
    converted_within_30_days: float = 0.90
    """Of those who convert; the others do so between 31 and 60 days."""
    cac: Mapping[str, float] = field(
        default_factory=lambda: _of(
            {
                "parrainage": 45.0,
                "agence": 130.0,
                "téléphone": 110.0,
                "référencement": 70.0,
                "comparateur": 160.0,
                "publicité": 240.0,
            }
        )
    )
    cart_abandoned: float = 0.70
    cart_contacted: float = 0.60
    """Share of abandoned carts that were written to."""
    recovered_contacted: float = 0.12
    recovered_left_alone: float = 0.05
    """Abandoned carts ordered within 7 days; the difference is what the message adds."""
    recovered_late: float = 0.02
    cancelled: float = 0.04
    refunded: float = 0.03
    """Share of orders whose main line comes back."""
    line_mean: Mapping[str, float] = field(
        default_factory=lambda: _of({"particulier": 68.0, "pro": 190.0, "pme": 820.0, "grand compte": 5200.0})
    )
    additional_mean: float = 0.35
    """Mean of an additional line, as a share of that of a main line."""
    line_spread: Mapping[str, float] = field(
        default_factory=lambda: _of({"particulier": 0.45, "pro": 0.7, "pme": 1.0, "grand compte": 1.2})
    )
    """Standard deviation of the logarithm of an amount: the tail."""
    first_additional: float = 0.30
    second_additional: float = 0.20
    """Share of orders with an additional line; share of those with a second one."""
    request_known: float = 0.90
    request_ranks: tuple[float, ...] = (0.35, 0.35, 0.2, 0.1)
    """Share of the requests by rank, from the bottom of the range to the top."""
    upsold: float = 0.18
    """Of the sales whose known request was below the top of the range (rank 4)."""
    downsold: float = 0.06
    """Of the sales whose known request was above the bottom."""
    upgraded: float = 0.08
    """Share of the contracts in force on a day drawn at random that move up an offer that day."""

    # Service and journey.
    complaints: Mapping[str, float] = field(
        default_factory=lambda: _of({PHONE: 0.02, MAIL: 0.05, CHAT: 0.015, LETTER: 0.22, BRANCH: 0.01})
    )
    """Share of contacts that are complaints, by channel."""
    repeat_after_window: float = 0.05
    """Share of the requests resolved at first contact that come back 10 to 30 days later."""
    cards_in_time: float = 0.83
    """Share of card requests sent by D+1, in jours ouvrés."""
    cards_never_sent: float = 0.01
    file_complete: float = 0.93
    """Share of enrolments whose file is completed."""

    # Seasons, January to December.
    season_sales: tuple[float, ...] = (1.25, 0.95, 0.9, 0.9, 0.85, 0.85, 0.75, 0.65, 1.1, 1.15, 1.25, 1.4)
    season_contacts: tuple[float, ...] = (1.4, 1.1, 1.0, 0.95, 0.85, 0.85, 0.8, 0.75, 1.2, 1.1, 0.95, 1.05)
    season_leaving: tuple[float, ...] = (1.8, 0.8, 0.7, 0.7, 0.8, 0.9, 0.8, 0.7, 0.9, 0.9, 1.0, 2.0)

    @property
    def conversion_30_days(self) -> dict[str, float]:
        """Share of prospects who convert within 30 days, by entry channel."""
        return {name: share * self.converted_within_30_days for name, share in self.conversion_ever.items()}

    @property
    def additional_lines(self) -> float:
        """Additional lines per order, on average."""
        return self.first_additional * (1 + self.second_additional)

    @property
    def cross_sell(self) -> float:
        """Additional lines / lines sold."""
        return self.additional_lines / (1 + self.additional_lines)

    @property
    def upsold_of_known(self) -> float:
        """Up-sold / sales whose request is known, at the top or not."""
        return self.upsold * (1 - self.request_ranks[-1])

    @property
    def basket(self) -> dict[str, float]:
        """Mean net amount of an order that was not cancelled, by segment."""
        per_line = 1 - self.refunded + self.additional_lines * self.additional_mean
        return {name: mean * per_line for name, mean in self.line_mean.items()}

    @property
    def cart_recovery(self) -> float:
        """Abandoned carts ordered within 7 days / all abandoned carts."""
        return self.cart_contacted * self.recovered_contacted + (1 - self.cart_contacted) * self.recovered_left_alone

    def response_of_wave(self, wave: int) -> float:
        """Share of the delivered invitations of a relational wave (0, 1…) answered in full."""
        return self.response_first_wave - self.response_fall_per_wave * wave


TRUTHS = Truths()
