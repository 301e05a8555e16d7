"""Outgoing mail, set up by the environment: nothing leaves before an SMTP server is named."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from timonier.errors import SettingsError
from timonier.text import Text

VARIABLE = "TIMONIER_SMTP_URL"
PORTS = {"smtp": 587, "smtps": 465}
PATIENCE = 10  # seconds for a mail server to answer: a person waits for the page


def mailers(address: str | None = None) -> dict[str, Any]:
    """Django's mailers for ``smtp(s)://user:password@host:port``, TIMONIER_SMTP_URL by default; else one that drops.

    ``smtps`` is encrypted from the first byte, ``smtp`` upgrades to TLS before anything is said. Raises SettingsError.
    """
    address = os.environ.get(VARIABLE, "") if address is None else address
    if not address:
        return {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise SettingsError(
            Text("this is not the address of a mail server.", "ce n’est pas l’adresse d’un serveur de courrier."),
            where=VARIABLE,
            hint=Text(
                "Write smtps://user:password@mail.example.org:465.",
                "Écrivez smtps://nom:motdepasse@courrier.exemple.fr:465.",
            ),
        )
    options = {
        "host": parts.hostname,
        "port": parts.port or PORTS[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parts.scheme == "smtp",
        "timeout": PATIENCE,
    }
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


def sender() -> str:
    """The address that mail comes from: TIMONIER_MAIL_FROM, else the name given to the server when it is one."""
    given = os.environ.get("TIMONIER_MAIL_FROM", "")
    named = unquote(urlsplit(os.environ.get(VARIABLE, "")).username or "")
    return given or (named if "@" in named else "timonier@localhost")
