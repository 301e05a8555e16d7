"""Words of the import in templates."""

from datetime import date

from django import template

from timonier import formats
from timonier.scorecard.words import megabytes
from timonier.text import Text, say
from timonier.web.intake import words

register = template.Library()


@register.filter
def table_name(name: str) -> str:
    """A fact table as people call it."""
    return words.table_name(name)


@register.filter
def column_name(name: str) -> str:
    """A column of a fact table as people call it."""
    return words.column_name(name)


@register.filter
def column_names(names: str) -> str:
    """Several of them, as a receipt keeps them: joined by commas."""
    return ", ".join(words.column_name(name) for name in names.split(", "))


@register.filter
def size(number: int) -> str:
    """Bytes in MB."""
    return megabytes(number)


@register.filter
def share(number: float) -> str:
    """A share of rows in per cent."""
    return formats.share(number)


@register.filter
def noted(count: str) -> str:
    """A count that a receipt keeps as a text."""
    return formats.count(int(count)) if count.isdecimal() else count


@register.filter
def get(mapping: dict[str, object], name: str) -> object:
    """The entry of a dictionary, or nothing."""
    return mapping.get(name, "")


@register.filter
def pair(both: list[str]) -> str:
    """A text stored in both languages, in the one in force."""
    return say(Text(*both)) if isinstance(both, (list, tuple)) and len(both) == 2 else ""


@register.filter
def order_name(order: str) -> str:
    """An order of dates in words."""
    return say(words.ORDERS[order]) if order in words.ORDERS else ""


@register.filter
def delimiter_name(mark: str) -> str:
    """A separator of columns in words."""
    return say(words.DELIMITERS[mark]) if mark in words.DELIMITERS else mark


@register.filter
def plain_day(day: date) -> str:
    """A day that needs no clock."""
    return formats.day(day)
