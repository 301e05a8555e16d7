"""``{% icon "alert-triangle" %}``: a drawing beside words; with ``label``, a drawing that stands for words."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from timonier.web.core.icons import shapes

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An inline ``<svg class="icon">``; hidden from screen readers unless `label` says what it means."""
    drawing = mark_safe(shapes(name))  # noqa: S308 (a file of ours, never of a person)
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {} focusable="false">{}</svg>',
        f" {css}" if css else "",
        meaning,
        drawing,
    )
