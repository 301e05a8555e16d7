"""What people keep beside the figures: views under a name, targets, benchmarks, notes on the time line."""

from django.db import models
from django.utils import timezone

from timonier.web.accounts.models import User

LONGEST_QUERY = 4000


class SavedView(models.Model):
    """A state of a page under a name, for oneself or for everybody (`shared`); `query` is `ViewState.query()`."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    path = models.CharField(max_length=200, default="/")
    query = models.CharField(max_length=LONGEST_QUERY)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="one_view_a_name"),)


class Target(models.Model):
    """The value wanted of an indicator from a day on. `value` is in the unit of the variant (shares 0–1).

    `length`: of the periods that it is wanted of ("month", "quarter", "year"), "" where it does not matter.
    """

    indicator = models.CharField(max_length=80)
    variant = models.CharField(max_length=40)
    value = models.FloatField()
    length = models.CharField(max_length=8, blank=True, default="")
    since = models.DateField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ("-since", "-id")


class Benchmark(models.Model):
    """A figure of others, with its source: without one it is shown as unsourced, and never is a target by itself."""

    indicator = models.CharField(max_length=80)
    variant = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    value = models.FloatField()
    source = models.CharField(max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    country = models.CharField(max_length=60, blank=True)
    population = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ("label",)


class Annotation(models.Model):
    """Something that happened, drawn on time lines: an action begun, a question changed (`breaks` cuts the line).

    `indicator` "" means all of them.
    """

    day = models.DateField()
    text = models.CharField(max_length=200)
    indicator = models.CharField(max_length=80, blank=True)
    breaks = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ("day", "id")
