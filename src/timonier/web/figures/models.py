"""What people who may see figures only were shown: enough to tell what another figure would give away."""

from django.db import models
from django.utils import timezone

from timonier.web.accounts.models import User


class FiguresShown(models.Model):
    """A person, a state of the facts (`facts`: a digest), what is counted (an indicator, a variant of its
    own, their parameters).

    `ledger` is `indicators.subtraction.Ledger.written()`: sets and how many they are about, no value.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE)
    facts = models.CharField(max_length=64)
    population = models.CharField(max_length=130)
    ledger = models.JSONField()
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "facts", "population"), name="one_ledger_a_population"),
        )
