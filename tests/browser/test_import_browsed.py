"""A company without any fact brings a real file in, through the wizard, as a person would; and reads its first figure.

The file: experiences of users of French public services (Services Publics +, Etalab 2.0 licence), 1,200 rows, words in
place of scores, several channels in a cell, a third of them positive by construction of the sample.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hands import Hands
from looking import findings, settled, too_wide
from playwright.sync_api import Browser, Page, expect
from watching import Watch

from running import running, timonier

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("TIMONIER_TEST_DATA", ROOT / ".." / "shared" / "data")) / "real"
FILE = DATA / "fr_services_publics_plus" / "experiences_1200.csv"
PATIENCE = 60_000
ENOUGH = 300.0  # five minutes
EVER = "?du=2015-01-01&au=2025-12-31&vs=aucune"


@pytest.fixture
def newcomer(program: Path, chromium: Browser) -> Iterator[Page]:
    """Somebody signed in to a workspace that holds nothing yet; the page is watched."""
    if not FILE.exists():
        pytest.skip(f"test data not here: {FILE.name} (set TIMONIER_TEST_DATA)")
    with tempfile.TemporaryDirectory(prefix="timonier-", ignore_cleanup_errors=True) as folder:
        workspace = Path(folder) / "company"
        subprocess.run(timonier("init", str(workspace), "--language", "fr"), check=True, capture_output=True)
        with running(workspace) as app:
            context = chromium.new_context(base_url=app.address, locale="fr-FR", reduced_motion="reduce")
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            watch = Watch(app.address)
            watch.expect(422)  # a form sent back with what it lacks
            watch.follow(page)
            page.goto(app.link)
            page.get_by_role("button", name="Entrer").click()
            yield page
            context.close()
            assert not watch.complaints, "\n".join(watch.complaints)


def faults(page: Page) -> list[str]:
    """What is wrong with a step of the wizard, wide and narrow."""
    settled(page)
    found = findings(page) + too_wide(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def test_a_real_file_becomes_a_figure_in_less_than_five_minutes(newcomer: Page) -> None:
    page, hands, wrong = newcomer, Hands(), list[str]()
    began = time.monotonic()
    expect(page.get_by_role("heading", name="Pas encore de faits")).to_be_visible()
    wrong += faults(page)
    hands.click(page.get_by_role("link", name="Importer un fichier"))
    wrong += faults(page)
    hands.pick(page.locator("input[type=file]"), FILE)
    hands.click(page.get_by_role("button", name="Envoyer"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Le fichier est-il bien lu ?", timeout=PATIENCE)
    expect(page.locator("#apercu")).to_contain_text("Jour/mois/année")
    wrong += faults(page)
    hands.click(page.get_by_role("button", name="Continuer vers les colonnes"))

    expect(page.locator("select[name='table']")).to_have_value("answers")
    expect(page.locator("select[name='c.score']")).to_have_value("col:Ressenti usager")
    expect(page.locator("select[name='c.answered_at']")).to_have_value("col:Date de publication")
    wrong += faults(page)
    kind = page.locator("select[name='c.instrument']")
    hands.choose(kind, "fixed")
    settled(page)
    expect(kind).to_be_focused()  # the table was brought in again under the person's hands
    hands.choose(page.locator("select[name='v.instrument']"), "csat")
    settled(page)
    hands.click(page.get_by_role("button", name=re.compile("^Continuer")))

    expect(page.get_by_role("heading", level=1)).to_have_text("Ce que le fichier laisse en doute")
    wrong += faults(page)
    hands.click(page.get_by_role("button", name=re.compile("^Continuer")))
    expect(page.locator(".notice.is-warning")).to_contain_text("à régler")  # nothing is guessed in their place
    for question in page.locator("fieldset").all():
        words = question.inner_text()
        last = "plusieurs valeurs" in words
        hands.click(question.get_by_role("radio").last if last else question.get_by_role("radio").first)
    for word, worth in (("Positif", "5"), ("Neutre", "3"), ("Négatif", "1")):
        hands.write(page.get_by_label(f"« {word} » vaut"), worth)
    hands.click(page.get_by_role("button", name=re.compile("^Continuer")))

    hands.click(page.get_by_role("button", name="Essayer à blanc"))
    expect(page.get_by_role("heading", name="Résultat de l’essai")).to_be_visible(timeout=PATIENCE)
    wrong += faults(page)
    hands.click(page.get_by_role("button", name="Charger"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Chargement terminé", timeout=PATIENCE)
    counts = [re.sub(r"\s", "", cell) for cell in page.locator("tbody tr").first.locator("td.num").all_inner_texts()]
    assert counts[:3] == ["1200", "1200", "0"]
    wrong += faults(page)
    hands.write(page.get_by_label("Nom", exact=True), "experiences")
    hands.click(page.get_by_role("button", name="Enregistrer"))
    expect(page.locator(".notice.is-success, .notice.is-info").first).to_be_visible()

    page.goto("/" + EVER)
    hands.seconds += 3
    card = page.locator("article.kpi").filter(has=page.locator("a[href*='/indicateur/csat']"))
    expect(card.locator(".kpi-value")).to_have_text(re.compile(r"^33,3\s%$"))
    assert "1200" in re.sub(r"\s", "", card.locator(".kpi-range").inner_text())
    wrong += faults(page)
    waited = time.monotonic() - began
    assert not wrong, "\n".join(wrong)
    assert hands.seconds + waited < ENOUGH, f"{hands.seconds:.0f} s of gestures, {waited:.0f} s of machine"
