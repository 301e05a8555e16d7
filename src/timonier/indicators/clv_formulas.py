"""Closed forms of customer lifetime value with a constant retention rate (Fader and Hardie 2012, note 024).

m is the margin a period, r the retention rate a period, d the discount rate a period. The three differ only by
when the first payment falls: none is «the» value, so each says its own. A constant r overstates the value of a
mixed base, and acquisition cost is left out.
"""

from timonier.errors import UsageError
from timonier.text import Text


def first_payment_now(m: float, r: float, d: float) -> float:
    """m(1 + d)/(1 + d − r): the customer has just paid, and that payment is counted."""
    return m * (1 + d) / _rate(r, d)


def first_payment_after_first_renewal(m: float, r: float, d: float) -> float:
    """mr/(1 + d − r): the customer has just paid, and that payment is not counted."""
    return m * r / _rate(r, d)


def payments_at_period_end(m: float, r: float, d: float) -> float:
    """m/(1 + d − r): payments fall at the end of each period, the first one being certain."""
    return m / _rate(r, d)


def _rate(r: float, d: float) -> float:
    if not 0 <= r <= 1 or d < 0 or 1 + d - r <= 0:
        raise UsageError(
            Text(
                f"retention {r:g} and discount {d:g} give no finite value.",
                f"une rétention de {r:g} et une actualisation de {d:g} ne donnent pas de valeur finie.",
            ),
            hint=Text(
                "Retention lies in 0–1, and below 1 + discount.",
                "La rétention est entre 0 et 1, sous 1 + actualisation.",
            ),
        )
    return 1 + d - r
