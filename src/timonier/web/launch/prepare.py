"""Run before the server, in a process of its own: tables, static files, notes of a demo, the first link to sign in.

Writes one line on stdout: the token of the link, or nothing when an administrator can sign in by themselves.
"""

import os
import sys


def main() -> int:
    """0 when everything is ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timonier.web.project.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from timonier.web.accounts.services import sign_in_link
    from timonier.web.dashboards.demo_notes import add_demo_notes
    from timonier.web.dashboards.notes import copy_breaks

    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    call_command("createcachetable", verbosity=0)
    gather_static()
    add_demo_notes()
    copy_breaks()
    print(sign_in_link() or "", flush=True)  # noqa: T201 -- what the starting command reads
    return 0


def gather_static() -> None:
    """Copies, names by content and compresses what browsers ask for, once a version."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = settings.STATIC_ROOT / ".version"
    wanted = version_of_static()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(wanted, encoding="utf-8")


def version_of_static() -> str:
    """Changes with any static file of any app."""
    import hashlib

    from django.contrib.staticfiles.finders import get_finders

    told = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(["*.map"]):
            told.update(f"{path}:{storage.size(path)}:{storage.get_modified_time(path)}".encode())
    return told.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
