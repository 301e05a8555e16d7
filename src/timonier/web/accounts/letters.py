"""Letters that hand a link over, for installations with a mail server."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

from timonier.text import Text, say

log = logging.getLogger("timonier.web")


def send_link(*, to: str, link: str, password_reset: bool) -> bool:
    """Whether the letter left; without a mail server nothing is sent, and the link is handed over by other means."""
    if not settings.MAIL_IS_SET:
        return False
    subject, body = RESET if password_reset else INVITED
    try:
        EmailMessage(say(subject), say(body) % {"link": link}, to=[to]).send()
    except (SMTPException, OSError) as refused:
        log.warning("a letter could not be sent: %s", refused)
        return False
    return True


INVITED = (
    Text("Your account on Timonier", "Votre compte sur Timonier"),
    Text(
        "You are invited to follow the customer relationship on Timonier.\n\nOpen your account within a week:\n"
        "%(link)s\n\nThe link works once. If you did not expect this message, ignore it.",
        "On vous invite à suivre la relation client sur Timonier.\n\nOuvrez votre compte d’ici une semaine :\n"
        "%(link)s\n\nCe lien ne sert qu’une fois. Si vous ne l’attendiez pas, ignorez ce message.",
    ),
)
RESET = (
    Text("A new password for Timonier", "Un nouveau mot de passe pour Timonier"),
    Text(
        "An administrator invites you to choose a new password:\n%(link)s\n\nThe link works once and lasts a week.",
        "Un administrateur vous propose de choisir un nouveau mot de passe :\n%(link)s\n\n"
        "Ce lien ne sert qu’une fois et dure une semaine.",
    ),
)
