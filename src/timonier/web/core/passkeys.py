"""Where browsers make passkeys: over HTTPS or on this machine, and under a name, never under a bare address."""

import ipaddress
from typing import NamedTuple

from django.http import HttpRequest
from django.http.request import split_domain_port

from timonier.text import Text


class Obstacle(NamedTuple):
    """Why no passkey works at the address in use; `address`: the same page where it does, "" when unknown."""

    why: Text
    address: str = ""


def obstacle(request: HttpRequest) -> Obstacle | None:
    """None where passkeys work."""
    name, port = split_domain_port(request.get_host())
    number = _number(name)
    if number is None:
        here = name == "localhost" or name.endswith(".localhost")
        return None if here or request.is_secure() else Obstacle(NOT_ENCRYPTED)
    if number.is_loopback and not request.is_secure():
        return Obstacle(BY_NUMBER, f"http://localhost{port and f':{port}'}{request.path}")
    return Obstacle(NO_NAME)


def _number(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None


BY_NUMBER = Text(
    "Browsers refuse passkeys and security keys at an address made of figures. Open this page by its name:",
    "Les navigateurs refusent les clés d’accès et de sécurité à une adresse en chiffres. "
    "Ouvrez cette page par son nom :",
)
NO_NAME = Text(
    "Browsers refuse passkeys and security keys at an address made of figures: this installation needs a name, such as "
    "timonier.example.org. Tell your administrator.",
    "Les navigateurs refusent les clés d’accès et de sécurité à une adresse en chiffres : il faut à cette installation "
    "un nom, comme timonier.exemple.fr. Dites-le à votre administrateur.",
)
NOT_ENCRYPTED = Text(
    "Browsers accept passkeys and security keys over HTTPS only, and this address does not use it. Tell your "
    "administrator.",
    "Les navigateurs n’acceptent les clés d’accès et de sécurité qu’en HTTPS, que cette adresse n’utilise pas. "
    "Dites-le à votre administrateur.",
)
