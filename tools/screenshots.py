"""Pictures of the pages, drawn again from the demo company: light and dark, wide and narrow, French and English.

    python tools/screenshots.py [FOLDER] [--only WORD …]

All of them go to FOLDER (`screenshots/`, which git ignores); those that the documentation shows go to docs/pictures/.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

import browser as browsers
from pictures import keep
from running import Running, make_company, running

ROOT = Path(__file__).resolve().parents[1]
SHOWN = ROOT / "docs" / "pictures"
HEAVY = 150 * 1024
CUSTOMERS = 12_000
TRY = "document.documentElement.lang === 'fr' ? 'Essayer à blanc' : 'Dry run'"


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    language: str
    theme: str
    width: int

    @property
    def name(self) -> str:
        """`en-sombre-390`."""
        return f"{self.language}-{'sombre' if self.theme == 'dark' else 'clair'}-{self.width}"


LOOKS = tuple(Look(lang, theme, width) for lang in ("fr", "en") for theme in ("light", "dark") for width in (1280, 390))


@dataclass(frozen=True, slots=True)
class Subject:
    """A page: an address, and what to do there before looking. `shown`: (look, file) that the documentation shows."""

    name: str
    path: str
    act: Callable[[Page, Running], None] | None = None
    shown: tuple[tuple[str, str], ...] = ()
    tall: int = 900


def follow(selector: str) -> Callable[[Page, Running], None]:
    """Opens the first link of the page that matches."""
    return lambda page, _: page.locator(selector).first.click()


def put_away(page: Page, _: Running) -> None:
    """Without the imports that earlier pictures began."""
    while page.locator("form[action$='/retrait'] button").count():
        page.locator("form[action$='/retrait'] button").first.click()
        page.goto("/donnees/")


def send(page: Page, app: Running) -> None:
    """A file of the company, up to its preview."""
    page.locator("input[type=file]").set_input_files(app.workspace / "exports" / "reponses.csv")
    page.locator("main form[enctype] button.btn-primary").click()
    page.wait_for_url("**/lecture")


def to_columns(page: Page, _: Running) -> None:
    """From the list of imports under way to what each column becomes."""
    page.locator("a.btn[href^='/donnees/import/']").first.click()
    settle(page)
    if "/lecture" in page.url:
        page.locator("main form .btn-primary").last.click()
        page.wait_for_url("**/colonnes")


def to_result(page: Page, app: Running) -> None:
    """From there to the result of the dry run, or to the questions that stand before it."""
    to_columns(page, app)
    page.locator("main form .btn-primary").last.click()
    settle(page)
    if "/essai" in page.url:
        page.locator(f"main form[method=post] button:has-text('{page.evaluate(TRY)}')").first.click()
        expect(page.locator("#resultat")).to_be_visible(timeout=60_000)


def to_customer(page: Page, _: Running) -> None:
    """From the rows behind a figure to one answer, then to the customer who gave it."""
    page.locator("main a[href^='/reponse/']").first.click()
    page.locator("main a[href^='/client/']").first.click()


SUBJECTS = (
    Subject("passerelle", "/", shown=(("fr-clair-1280", "passerelle"), ("fr-sombre-1280", "passerelle-sombre"),
                                      ("en-clair-1280", "bridge-en"), ("fr-clair-390", "passerelle-390"))),
    Subject("filtre", "/filtre"),
    Subject("indicateurs", "/indicateur/"),
    Subject("nps", "/indicateur/nps/", shown=(("fr-clair-1280", "indicateur"), ("en-clair-1280", "indicator-en")),
            tall=1500),
    Subject("ventilation", "/indicateur/nps/ventilation"),
    Subject("pourquoi", "/indicateur/nps/pourquoi?par=delegation",
            shown=(("fr-clair-1280", "pourquoi"), ("en-clair-1280", "why-en"))),
    Subject("lignes", "/indicateur/nps/lignes", shown=(("fr-clair-1280", "lignes"), ("en-clair-1280", "rows-en"))),
    Subject("reperes", "/indicateur/nps/reperes"),
    Subject("reponse", "/indicateur/nps/lignes", act=follow("main a[href^='/reponse/']")),
    Subject("client", "/indicateur/nps/lignes", act=to_customer),
    Subject("recherche", "/recherche?q=nps"),
    Subject("donnees", "/donnees/", act=put_away),
    Subject("import-apercu", "/donnees/", act=send),
    Subject("import-colonnes", "/donnees/", act=to_columns, shown=(("fr-clair-1280", "import"),)),
    Subject("import-essai", "/donnees/", act=to_result),
    Subject("chargements", "/donnees/chargements"),
    Subject("qualite", "/donnees/qualite"),
    Subject("reglages", "/reglages/"),
    Subject("dimensions", "/reglages/dimensions"),
    Subject("propres", "/reglages/indicateurs"),
    Subject("nouvel-indicateur", "/reglages/indicateurs/nouveau"),
    Subject("personnes", "/reglages/personnes"),
    Subject("inviter", "/reglages/personnes/inviter"),
    Subject("journal", "/reglages/journal"),
    Subject("partages", "/partage/"),
    Subject("partager", "/partage/nouveau?quoi=indicateur/nps/tendance"),
    Subject("donnees-du-graphique", "/export/indicateur/nps/tendance.html"),
    Subject("recu", "/donnees/chargements", act=follow("tbody a")),
    Subject("personne", "/reglages/personnes", act=follow("main a[href^='/reglages/personnes/']:not([href$=inviter])")),
    Subject("preferences", "/compte/preferences"),
    Subject("securite", "/compte/2fa/"),
    Subject("introuvable", "/nulle-part"),
)  # fmt: skip


@contextmanager
def company() -> Iterator[Running]:
    """The demo company, served for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="timonier-", ignore_cleanup_errors=True) as folder:
        make_company(Path(folder) / "company", CUSTOMERS)
        with running(Path(folder) / "company") as started:
            yield started


def settle(page: Page) -> None:
    """Until every part has come."""
    page.wait_for_load_state("networkidle")
    expect(page.locator("[aria-busy=true], .htmx-request, .htmx-settling")).to_have_count(0, timeout=30_000)


class Studio:
    """Takes the pictures; counts the bytes of what is kept."""

    def __init__(self, chromium: Browser, app: Running, folder: Path) -> None:
        self.chromium, self.app, self.folder = chromium, app, folder
        self.blank = chromium.new_page()
        self.person = self.enter()
        self.heavy: list[str] = []

    def enter(self) -> Path:
        """Signs in by the link; where the cookies are kept."""
        context = self.chromium.new_context(locale="fr-FR")
        page = context.new_page()
        page.goto(self.app.link)
        page.get_by_role("button", name="Entrer").click()
        page.wait_for_url(self.app.address + "/")
        path = Path(tempfile.mkdtemp()) / "person.json"
        context.storage_state(path=path)
        context.close()
        return path

    def look_at(self, look: Look, subjects: list[Subject]) -> None:
        """One picture of each subject."""
        context = self.chromium.new_context(
            base_url=self.app.address,
            locale={"fr": "fr-FR", "en": "en-GB"}[look.language],
            color_scheme="dark" if look.theme == "dark" else "light",
            viewport={"width": look.width, "height": 900},
            reduced_motion="reduce",
            storage_state=self.person,
        )
        page = context.new_page()
        for subject in subjects:
            page.goto(subject.path)
            if subject.act:
                subject.act(page, self.app)
            settle(page)
            self.take(page, look, subject)
        context.close()

    def take(self, page: Page, look: Look, subject: Subject) -> None:
        """The whole page for those who look at it closely; its first screen for the documentation."""
        whole = page.screenshot(full_page=True)
        keep(whole, self.folder / f"{subject.name}-{look.name}.png", self.blank)
        for name, file in subject.shown:
            if name == look.name:
                page.set_viewport_size({"width": look.width, "height": subject.tall})
                size = keep(page.screenshot(), SHOWN / f"{file}.png", self.blank)
                page.set_viewport_size({"width": look.width, "height": 900})
                if size > HEAVY:
                    self.heavy.append(f"{file}.png: {size // 1024} KB")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Pictures of the pages.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "screenshots")
    parser.add_argument("--only", nargs="+", default=[""], help="subjects and looks whose name has one of these words")
    asked = parser.parse_args(arguments)
    program = browsers.find()
    if program is None:
        print("no browser: `make browser` finds or installs one", file=sys.stderr)
        return 1
    began = time.monotonic()
    with company() as app, sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=str(program), args=browsers.arguments())
        studio = Studio(chromium, app, asked.folder)
        for look in LOOKS:
            studio.look_at(
                look, [one for one in SUBJECTS if any(word in f"{one.name}-{look.name}" for word in asked.only)]
            )
        chromium.close()
    print(f"{asked.folder}: {len(list(asked.folder.glob('*.png')))} pictures, {time.monotonic() - began:.0f} s")
    for line in studio.heavy:
        print(f"too heavy for the documentation: {line}", file=sys.stderr)
    return 1 if studio.heavy else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
