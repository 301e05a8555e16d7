"""Response rates of the AAPOR Standard Definitions (2015): shares 0–1, None when nobody was approached."""

from typing import NamedTuple


class Outcomes(NamedTuple):
    """People invited, by what came of it. Undelivered invitations are left out beforehand, and shown."""

    complete: int
    partial: int = 0
    refusal: int = 0
    non_contact: int = 0
    other: int = 0
    unknown: int = 0

    @property
    def approached(self) -> int:
        """Everyone known to be eligible."""
        return sum(self) - self.unknown


def rr1(outcomes: Outcomes) -> float | None:
    """Complete answers over everyone, those of unknown eligibility included: the strictest, our default."""
    return _share(outcomes.complete, sum(outcomes))


def rr2(outcomes: Outcomes) -> float | None:
    """As RR1, partial answers counting as answers."""
    return _share(outcomes.complete + outcomes.partial, sum(outcomes))


def rr3(outcomes: Outcomes, eligible_share: float) -> float | None:
    """As RR1, counting only `eligible_share` of those of unknown eligibility."""
    return _share(outcomes.complete, outcomes.approached + eligible_share * outcomes.unknown)


def coop1(outcomes: Outcomes) -> float | None:
    """Complete answers over the people reached."""
    return _share(outcomes.complete, outcomes.approached - outcomes.non_contact)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
