"""{% passkey_obstacle as obstacle %}: why no passkey works at this address, if none does."""

from typing import Any

from django import template

from timonier.web.core.passkeys import Obstacle, obstacle

register = template.Library()


@register.simple_tag(takes_context=True)
def passkey_obstacle(context: dict[str, Any]) -> Obstacle | None:
    """None where passkeys work."""
    return obstacle(context["request"])
