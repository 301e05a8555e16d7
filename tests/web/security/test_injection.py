"""Texts that attack: in the facts, in every field of every form, in addresses. No error, nothing comes alive."""

import csv
import logging
from collections import Counter
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import Resolver404, resolve
from known_routes import every_route, expected
from looked_at import MARK, WRITTEN, Form, Page

pytestmark = pytest.mark.django_db

ALIVE = (
    f"\"><i {MARK}='1'>",
    f'\'><i {MARK}="1">',
    f"</script></title></textarea></option><i {MARK}>",
    f"x {MARK}=1 y",
)
ODD = (
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% now 'Y' %}%s%(x)s%n{0}",
    "' or '1'='1' --",
    '=HYPERLINK("http://evil.example";"x")',
    "../../../etc/passwd",
    "\u202egnorw\u202c مرحبا 👩‍👩‍👧 Z̷̧a̸l̶g̵o",
    "a\r\nSet-Cookie: x=1",
    "\u2028\ufeff\x01\x7f",
    "x" * 5_000,
)
NAUGHTY = (*ALIVE, *ODD)
WRITTEN_TEXTS = (*NAUGHTY, "a\x00b", "nps", "2026-01-01")
QUERY = (
    "q", "du", "au", "vs", "au_plus_tard", "region", "segment", "channel", "survey", "step", "par", "tri", "ordre",
    "page", "vue", "jour", "personne", "action", "next", "periode", "pas", "variante", "question", "format",
    "taille", "theme", "etat", "table", "recherche", "comparaison", "n", "indicateur",
)  # fmt: skip
LEFT_ALONE = ("/compte/logout", "/compte/password", "/compte/2fa", "/compte/reauthenticate")
SAME_KIND = 3  # pages looked at of each route


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def hostile_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose customers, agents and channels have attacks for names, and write them too."""
    from timonier.demo import generate
    from timonier.facts.intake.load import load
    from timonier.facts.intake.recipe import read_recipe
    from timonier.facts.workspace import Workspace

    folder = tmp_path_factory.mktemp("hostile")
    generate(folder, customers=1_000)
    opened = Workspace.open(folder)
    for name, columns in (
        ("reponses", ("Région", "Canal", "Étape", "Enquête", "Commentaire", "Segment")),
        ("contacts", ("Région", "Agent", "Équipe", "Motif")),
    ):
        file = folder / "exports" / f"{name}.csv"
        spoil(file, columns)
        load(opened, read_recipe(folder / "recipes" / f"{name}.toml", opened.tables()), [file])
    return folder


def spoil(file: Path, columns: tuple[str, ...]) -> None:
    """Two rows in three have an attack in each of these columns."""
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source, delimiter=";"))
    texts = [text.replace("\r\n", " ") for text in NAUGHTY if len(text) < 1_000]
    for number, row in enumerate(rows):
        if number % 3:
            row.update({name: texts[(number + place) % len(texts)] for place, name in enumerate(columns)})
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def hostile(hostile_company: Path, settings: Any, tmp_path: Path) -> Path:
    """A copy of it that may be written to."""
    import shutil

    folder = tmp_path / "hostile"
    shutil.copytree(hostile_company, folder, ignore=shutil.ignore_patterns("exports"))
    settings.WORKSPACE = folder
    return folder


class Visit:
    """Every page that can be reached by links, a few of each route."""

    def __init__(self, client: Any) -> None:
        self.client = client
        client.raise_request_exception = False
        self.seen: set[str] = set()
        self.routes: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.forms: dict[tuple[str, ...], tuple[str, Form]] = {}

    def everywhere(self) -> "Visit":
        """From the address of each route, then along the links."""
        access = expected()
        waiting = [one.address() for one in every_route() if "GET" in access[one.name].methods]
        while waiting:
            address = waiting.pop()
            if self._wanted(address):
                waiting += self.look(address)
        return self

    def _wanted(self, address: str) -> bool:
        path = address.partition("?")[0]
        if address in self.seen or path.startswith(LEFT_ALONE):
            return False
        try:
            name = resolve(path).url_name or path
        except Resolver404:
            return False
        self.seen.add(address)
        self.routes[name] += 1
        return self.routes[name] <= SAME_KIND

    def look(self, address: str) -> list[str]:
        """Notes what is wrong with a page and its forms; gives its links."""
        answer = self.client.get(address)
        if answer.status_code >= 500:
            self.wrong.append(f"{address[:120]}: {answer.status_code}")
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith(("text/html", "image/svg")):
            return []
        text = answer.content.decode()
        page = Page(text)
        self.wrong += [f"{address[:120]}: {one}" for one in page.regrets]
        for form in page.forms:
            if form.method == "post":
                target = urljoin(address, form.action)
                self.forms.setdefault((resolve_name(target), *(one.name for one in form.fields)), (target, form))
        return [urldefrag(urljoin(address, link)).url for link in page.links if link.startswith(("/", "?"))]


def resolve_name(address: str) -> str:
    try:
        return resolve(address.partition("?")[0]).url_name or address
    except Resolver404:
        return address


def filled(form: Form, number: int) -> dict[str, Any]:
    """The form as someone would send it who writes attacks wherever one can write, another in each field."""
    told: dict[str, Any] = {}
    for place, one in enumerate(form.fields):
        text = WRITTEN_TEXTS[(number + place) % len(WRITTEN_TEXTS)]
        if one.kind == "file":
            told[one.name] = file_named(text)
        elif one.kind in (*WRITTEN, "textarea"):
            told[one.name] = text
        elif one.kind == "select":
            told[one.name] = one.options[-1] if one.options else text
        elif one.kind in ("hidden", "radio", "checkbox", "number", "date"):
            told[one.name] = one.value
    return told


def file_named(text: str) -> SimpleUploadedFile:
    """A small table whose name, header and cells hold an attack."""
    cell = '"' + text[:100].replace('"', '""').replace("\x00", "") + '"'
    rows = "".join(f"{cell};R{number};{number % 11}\n" for number in range(40))
    return SimpleUploadedFile(text.replace("/", "_")[:100] + ".csv", f"{cell};N° réponse;Note\n{rows}".encode())


def test_nothing_in_the_facts_comes_alive(signed: Any, hostile: Path) -> None:
    visit = Visit(signed("administrator")).everywhere()
    assert not visit.wrong, "\n".join(visit.wrong)
    assert len([name for name, count in visit.routes.items() if count]) > 40
    page = visit.client.get("/reglages/personnes/inviter").content.decode()
    assert f"&gt;&lt;i {MARK}" in page, "the attacks are there, as text"


def test_a_scope_made_of_attacks_is_a_scope(signed: Any, hostile: Path) -> None:
    for text in (*ALIVE, "' or '1'='1' --"):
        client = signed("agent", scope={"region": [text]}, name=text[:120])
        client.raise_request_exception = False
        answer = client.get("/")
        assert answer.status_code == 200
        assert Page(answer.content.decode()).regrets == []


def test_every_field_of_every_form(signed: Any, hostile: Path) -> None:
    """Sent with an attack in each field, several times; then each page is looked at again, with what was kept."""
    client = signed("administrator", name="Chef")
    visit = Visit(client).everywhere()
    assert len(visit.forms) > 8
    wrong = []
    for number in range(0, len(WRITTEN_TEXTS), 2):
        for target, form in visit.forms.values():
            if not target.startswith(LEFT_ALONE):
                wrong += sent(client, target, filled(form, number))
    after = Visit(client).everywhere()
    assert not wrong + after.wrong, "\n".join(wrong + after.wrong)


def sent(client: Any, target: str, told: dict[str, Any]) -> list[str]:
    """What went wrong when a form was sent."""
    cookies = SimpleCookie(client.cookies)
    answer = client.post(target, told)
    client.cookies = cookies
    if answer.status_code >= 500:
        return [f"POST {target} {ascii(told)[:300]}: {answer.status_code}"]
    if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    return [f"POST {target}: {one}" for one in Page(answer.content.decode()).regrets]


@pytest.mark.parametrize("number", [0, 5, 9])
def test_every_word_of_an_address(signed: Any, number: int) -> None:
    client = signed("administrator")
    client.raise_request_exception = False
    access = expected()
    wrong = []
    for route in every_route():
        if "GET" not in access[route.name].methods or route.address().startswith(LEFT_ALONE):
            continue
        number += 1
        text = ALIVE[number % len(ALIVE)]
        given = {name: text for name, kind in route.arguments.items() if kind == "path" and "/" not in text}
        query = {name: NAUGHTY[(number + place) % len(NAUGHTY)] for place, name in enumerate(QUERY)}
        for asked in (query, {}, {name: query[name] for name in QUERY[1:3]}):
            answer = client.get(route.address(**given), asked)
            if answer.status_code >= 500:
                wrong.append(f"{route.name} {ascii(asked)[:200]}: {answer.status_code}")
            elif answer.headers.get("Content-Type", "").startswith(("text/html", "image/svg")) and not answer.streaming:
                wrong += [f"{route.name}: {one}" for one in Page(answer.content.decode()).regrets]
    assert not wrong, "\n".join(wrong)


def test_nul_is_refused_wherever_it_comes_in(client: Any) -> None:
    client.raise_request_exception = False
    assert client.get("/?q=a%00b").status_code == 400
    assert client.get("/indicateur/a%00b/").status_code == 400
    for name in ("timonier", "langue", "timonier-form"):
        client.cookies[name] = "abcdefgh\x00ijklmnop"
        assert client.get("/").status_code < 500, name
        del client.cookies[name]
