"""``{% icon "alert-triangle" %}``: a drawing beside words; with ``label``, a drawing that stands for words."""

import logging

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from timonier.errors import UnknownName
from timonier.web.core.icons import shapes

log = logging.getLogger("timonier.web")
register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An inline ``<svg class="icon">``; hidden from screen readers unless `label` says what it means."""
    drawing = mark_safe(_drawn(name))  # noqa: S308 (a file of ours, never of a person)
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {} focusable="false">{}</svg>',
        f" {css}" if css else "",
        meaning,
        drawing,
    )


def _drawn(name: str) -> str:
    """Nothing for an icon that is not at hand: a page does not fall for a picture, the log says which."""
    try:
        return shapes(name)
    except UnknownName as error:
        log.error("%s", error)
        return ""
