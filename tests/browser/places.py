"""Every address of the application, and how a person reaches a page there.

`PAGES` has one example or more for each route that shows a page; `NOT_PAGES` says why a route shows none. A route in
neither makes a test fail: a new page cannot be left out of these checks.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

ROUTES = """\
import os, secrets, django
os.environ["DJANGO_SETTINGS_MODULE"] = "timonier.web.project.settings"
os.environ["TIMONIER_SECRET_KEY"] = secrets.token_urlsafe(64)
django.setup()
from django.urls import URLPattern, get_resolver
def walk(patterns):
    for one in patterns:
        yield from [str(one.name)] if isinstance(one, URLPattern) else walk(one.url_patterns)
print(*walk(get_resolver().url_patterns))
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its route, an address, or a walk to it from the bridge. `status`: what it answers with."""

    route: str
    path: str = ""
    walk: Callable[[Page], None] | None = None
    signed: bool = True
    status: int = 200

    @property
    def name(self) -> str:
        """For people who read what failed."""
        return f"{self.route} {self.path}".strip()


def first_answer(page: Page) -> None:
    """The newest of the answers that the NPS counts."""
    page.goto("/indicateur/nps/lignes")
    page.locator("a[href^='/reponse/']").first.click()


def first_customer(page: Page) -> None:
    """The one who gave it."""
    first_answer(page)
    page.locator("main a[href^='/client/']").first.click()


def first_receipt(page: Page) -> None:
    """What became of the rows of the newest load."""
    page.goto("/donnees/chargements")
    page.locator("tbody a").first.click()


def first_person(page: Page) -> None:
    """Somebody's role and scope."""
    page.goto("/reglages/personnes")
    page.locator("main a[href^='/reglages/personnes/']:not([href$=inviter])").first.click()


PAGES = (
    Place("bridge", "/"),
    Place("bridge", "/?du=1990-01-01&au=1990-12-31"),
    Place("filters", "/filtre"),
    Place("search", "/recherche?q=nps"),
    Place("search", "/recherche?q=zzzz"),
    Place("indicators", "/indicateur/"),
    Place("indicator", "/indicateur/nps/"),
    Place("indicator", "/indicateur/customer_value/"),
    Place("indicator", "/indicateur/step_time/"),
    Place("indicator", "/indicateur/inconnu/", status=404),
    Place("indicator_breakdown", "/indicateur/nps/ventilation"),
    Place("indicator_why", "/indicateur/nps/pourquoi"),
    Place("indicator_rows", "/indicateur/nps/lignes"),
    Place("indicator_notes", "/indicateur/nps/reperes"),
    Place("answer", walk=first_answer),
    Place("customer", walk=first_customer),
    Place("data", "/donnees/"),
    Place("intake_loads", "/donnees/chargements"),
    Place("intake_receipt", walk=first_receipt),
    Place("intake_quality", "/donnees/qualite"),
    Place("settings", "/reglages/"),
    Place("dimensions", "/reglages/dimensions"),
    Place("own_indicators", "/reglages/indicateurs"),
    Place("new_indicator", "/reglages/indicateurs/nouveau"),
    Place("edit_indicator", "/reglages/indicateurs/part_web/modifier"),
    Place("people", "/reglages/personnes"),
    Place("invite", "/reglages/personnes/inviter"),
    Place("person", walk=first_person),
    Place("audit_log", "/reglages/journal"),
    Place("shares", "/partage/"),
    Place("new_share", "/partage/nouveau?quoi=indicateur/nps/tendance"),
    Place("share", "/partage/inconnu", signed=False, status=404),
    Place("export", "/export/indicateur/nps/tendance.html"),
    Place("enter_by_link", "/compte/lien/inconnu", signed=False),
    Place("invitation", "/compte/invitation/inconnu", signed=False, status=404),
    Place("preferences", "/compte/preferences"),
    Place("account_login", "/compte/login/", signed=False),
    Place("account_reset_password", "/compte/password/reset/", signed=False),
    Place("account_reset_password_done", "/compte/password/reset/done/", signed=False),
    Place("account_change_password", "/compte/password/set/"),
    Place("account_logout", "/compte/logout/"),
    Place("mfa_index", "/compte/2fa/"),
    Place("nothing here", "/nulle-part", status=404),
)
DONE = "changes something, then shows another page"
PART = "a part of a page, or a file"
WIZARD = "a step of the import: looked at in test_import_browsed.py"
NOT_PAGES = {
    "save_view": DONE,
    "remove_view": DONE,
    "remove_note": DONE,
    "indicator_chart": PART,
    "indicator_chart_file": PART,
    "health": PART,
    "intake_send": DONE,
    "intake_upload": WIZARD,
    "intake_reading": WIZARD,
    "intake_columns": WIZARD,
    "intake_questions": WIZARD,
    "intake_rehearsal": WIZARD,
    "intake_run": WIZARD,
    "intake_load": DONE,
    "intake_recipe": DONE,
    "intake_discard": DONE,
    "intake_progress": PART,
    "intake_cancel": DONE,
    "intake_rejects": PART,
    "intake_keep_recipe": DONE,
    "drop_dimension": DONE,
    "drop_indicator": DONE,
    "offer_password": DONE,
    "forget_factors": DONE,
    "withdraw_invitation": DONE,
    "export_audit_log": PART,
    "revoke_share": DONE,
    "share_file": PART,
}
ALLAUTH = re.compile(r"^(account_|mfa_|socialaccount_|openid_connect_|None$)")


def routes() -> set[str]:
    """The names of the URLconf; asked in a process of its own, so that Django is not set up in this one."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", ROUTES], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
