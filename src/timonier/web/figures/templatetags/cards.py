"""Cards of the bridge in words."""

from django import template

from timonier import formats
from timonier.web.charts import sentences
from timonier.web.figures.bridge import Card

register = template.Library()


@register.filter
def sentence(card: Card) -> str:
    """What moved, in a sentence."""
    return sentences.of_change(card.name, card.line.estimate, card.line.difference)


@register.filter
def target(card: Card) -> str:
    """The value wanted, in the unit of the figure."""
    estimate = card.line.estimate
    return formats.quantity(card.target, estimate.unit, currency=estimate.currency)
