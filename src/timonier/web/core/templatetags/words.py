"""Words in templates, both languages side by side: {% t "English" "Français" %}."""

from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from timonier.scorecard import codes
from timonier.text import Text
from timonier.text import say as told

register = template.Library()


@register.simple_tag
def t(en: str, fr: str, **values: Any) -> SafeString:
    """The words in the language in force; `%(name)s` takes a value, which is escaped."""
    words: str = conditional_escape(told(Text(str(en), str(fr))))
    if values:
        words = words % {name: conditional_escape(value) for name, value in values.items()}
    return mark_safe(words)  # noqa: S308 -- words and values were escaped above


@register.filter
def say(text: Text | str | None) -> str:
    """A `Text` in the language in force; a plain text as it is."""
    return "" if text is None else told(text)


@register.filter
def coded(value: str, column: str) -> str:
    """A value of a column that may hold codes, by what it means."""
    return codes.value_name(column, value)


@register.filter
def table_words(name: str) -> str:
    """A fact table as people call it."""
    return codes.table_name(name)
