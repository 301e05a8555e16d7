"""Sending files and going through the steps, as a browser does."""

import os
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from timonier.web.intake import running
from timonier.web.intake.models import Run, Upload

DATA = Path(os.environ.get("TIMONIER_TEST_DATA", Path(__file__).parents[3] / ".." / "shared" / "data")) / "real"
SURVEY = (
    "id;date;note;commentaire;client\n"
    + "".join(f"r{n};{n % 28 + 1:02d}/0{n % 3 + 1}/2026;{n % 11};très bien;c{n % 40}\n" for n in range(120))
).encode()


def send(client: Any, content: bytes, name: str = "reponses.csv") -> Any:
    """Sends one file."""
    return client.post("/donnees/envoi", {"fichiers": SimpleUploadedFile(name, content)})


def sent(client: Any, content: bytes, name: str = "reponses.csv") -> Upload:
    """The upload of a file that must be kept."""
    answer = send(client, content, name)
    assert answer.status_code == 302, words(answer)
    return Upload.objects.latest("id")


def words(answer: Any) -> str:
    """The words of the main part of a page, on one line, as a person reads them."""
    page = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


class _Form(HTMLParser):
    """The values that the fields of a page would send."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in told or self._select not in self.values:
                self.values[self._select] = told.get("value") or ""
        elif (tag == "input" and name and told.get("type") not in ("radio", "checkbox", "file", "hidden")) or (
            tag == "input" and name == "pour"
        ):
            self.values[name] = told.get("value") or ""


def fields(answer: Any) -> dict[str, str]:
    """What the form of a page sends when nothing is touched."""
    parser = _Form()
    parser.feed(answer.content.decode().partition("<main")[2])
    return parser.values


def settle(client: Any, upload: Upload, **chosen: int) -> Any:
    """Answers the questions: for each kind, the rank of the choice; answers the page that follows."""
    page = f"/donnees/import/{upload.pk}/questions"
    told = {}
    for asked in client.get(page).context["plan"].questions:
        told[f"q.{asked.key}"] = str(chosen[asked.question.kind])
    return client.post(page, told)


def loaded(client: Any, upload: Upload) -> Run:
    """Asks for the load, and does what the worker does."""
    answer = client.post(f"/donnees/import/{upload.pk}/chargement")
    run = Run.objects.filter(upload=upload, kind=Run.Kind.LOAD).latest("id")
    assert answer.headers["Location"] == f"/donnees/travaux/{run.pk}"
    with TestCase.captureOnCommitCallbacks(execute=True):
        running.perform(run.pk)
    run.refresh_from_db()
    return run
