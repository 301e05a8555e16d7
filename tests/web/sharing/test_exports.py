"""Downloads: the figures of the command line, inside a scope, in files that nothing runs."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from timonier.web.accounts import access
from timonier.web.accounts.access import Right
from timonier.web.charts import tokens
from timonier.web.core.models import AuditEntry
from timonier.web.figures import pictures
from timonier.web.sharing import sheets
from timonier.web.sharing.subject import Subject

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "Bretagne", ("Normandie", "Occitanie", "Grand Est")
QUERY = "?du=2025-07-01&au=2026-06-30&vs=precedente"
WHATS = (
    "passerelle",
    "indicateur/nps/tendance",
    "indicateur/nps/distribution",
    "indicateur/nps/ventilation/region",
    "indicateur/nps/lignes",
)
ROLES = ("administrator", "pilot", "owner", "agent", "reader")


def said_by_the_command(company: Path, *arguments: str) -> list[dict[str, Any]]:
    from timonier.cli.application import app

    told = ("score", "-w", str(company), "--from", "2025-07-01", "--to", "2026-06-30", "-f", "json", "--lang", "fr")
    done = CliRunner().invoke(app, [*told, *arguments])
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def texts_of(content: bytes) -> str:
    """Every text of a workbook, both its sheets."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return "\n".join(
        str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    )


def by_name(found: list[dict[str, Any]]) -> dict[str, Any]:
    """All that a figure says, but `origin`: pages read a filter on sums kept by day, a typed condition reads facts."""
    told = [{name: value for name, value in one.items() if name != "origin"} for one in found]
    return {f"{one['indicator']} {one['by']} {one['period']}": one for one in told}


@pytest.mark.parametrize(
    ("what", "query", "arguments"),
    [
        ("passerelle", QUERY, ()),
        ("passerelle", QUERY + "&region=Bretagne", ("--where", "region = 'Bretagne'")),
        (
            "indicateur/nps/tendance",
            QUERY + "&survey=agence&pas=mois",
            ("-i", "nps", "--every", "month", "--compare", "none", "--where", "survey = 'agence'"),
        ),
        (
            "indicateur/nps/ventilation/segment",
            QUERY + "&survey=agence",
            ("-i", "nps", "--by", "segment", "--where", "survey = 'agence'"),
        ),
    ],
)
def test_json_is_what_the_command_line_says(signed: Any, company: Path, what: str, query: str, arguments: Any) -> None:
    answer = signed().get(f"/export/{what}.json{query}")
    given = json.loads(answer.content)
    expected = by_name(said_by_the_command(company, *arguments))
    assert by_name(given["records"]) == expected
    assert len(expected) > 2
    assert given["about"]["period"] == "du 1er\xa0juill.\xa02025 au 30\xa0juin\xa02026"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_takes_figures_and_only_some_take_rows(signed: Any, role: str) -> None:
    client = signed(role)
    assert client.get(f"/export/passerelle.csv{QUERY}").status_code == 200
    rows = client.get(f"/export/indicateur/nps/lignes.csv{QUERY}")
    assert rows.status_code == (200 if Right.ROWS in access.RIGHTS[role] else 403)
    assert (rows.status_code == 403) == (role == "reader")


def test_nobody_takes_anything_without_an_account(client: Any) -> None:
    answer = client.get("/export/passerelle.csv")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/compte/")


def test_scoped_figures_are_the_scoped_command(signed: Any, company: Path) -> None:
    client = signed("reader", scope={"region": [HERE]})
    given = json.loads(client.get(f"/export/passerelle.json{QUERY}").content)
    expected = said_by_the_command(company, "--where", f"region in ('{HERE}')")
    assert by_name(given["records"]) == by_name(expected)
    whole = json.loads(signed().get(f"/export/passerelle.json{QUERY}").content)
    assert by_name(given["records"]) != by_name(whole["records"]), "the control: a scope changes figures"


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "html"])
def test_nothing_of_another_scope_in_any_file(signed: Any, form: str) -> None:
    client = signed("agent", scope={"region": [HERE]})
    for what in WHATS:
        if what.endswith("lignes") and form == "html":
            continue  # rows have a page of their own
        answer = client.get(f"/export/{what}.{form}{QUERY}&par=region")
        assert answer.status_code == 200
        text = texts_of(answer.content) if form == "xlsx" else answer.content.decode()
        assert not [name for name in ELSEWHERE if name in text], what


def test_a_filter_never_widens_a_scope(signed: Any) -> None:
    address = f"/export/indicateur/nps/lignes.csv{QUERY}&region={ELSEWHERE[0]}"
    assert signed("agent", scope={"region": [HERE]}).get(address).content.count(b"\r\n") == 1, "the header alone"
    assert signed("agent").get(address).content.count(b"\r\n") > 1, "the control: there are rows elsewhere"


def test_rows_are_those_of_the_scope(signed: Any) -> None:
    def rows(client: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(client.get(f"/export/indicateur/nps/lignes.json{QUERY}").content)[
            "records"
        ]
        return found

    mine, every = rows(signed("agent", scope={"region": [HERE]})), rows(signed("agent"))
    keys = {one["answer_id"] for one in every}
    assert 0 < len(mine) < len(every)
    assert {one["answer_id"] for one in mine} <= keys
    assert {one["region"] for one in mine} == {HERE}


def test_comments_need_their_own_right(signed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/export/indicateur/nps/lignes.json{QUERY}"
    assert "comment" in json.loads(signed("agent").get(address).content)["records"][0]
    less = {**access.RIGHTS, "agent": access.RIGHTS["agent"] - {Right.COMMENTS}}
    monkeypatch.setattr(access, "RIGHTS", less)
    assert "comment" not in json.loads(signed("agent").get(address).content)["records"][0]


def test_names_are_not_run(signed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    naughty = ("=1+1", "@SUM(1)", "+cmd|' /C calc'!A0", "-2", "\t=3", "<script>alert(1)</script>")
    real = Subject.lines

    def named(self: Subject) -> list[Any]:
        lines = list(real(self))[: len(naughty)]
        return [
            replace(line, estimate=replace(line.estimate, by=(("region", name),)))
            for line, name in zip(lines, naughty, strict=False)
        ]

    monkeypatch.setattr(Subject, "lines", named)
    client = signed()
    address = "/export/indicateur/nps/ventilation/region"
    text = client.get(f"{address}.csv{QUERY}").content.decode("utf-8-sig")
    cells = [cell.strip('"') for row in text.splitlines()[1:] for cell in row.split(";")]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "@", "+")) or re.match(r"-(?!\d)", cell)]
    book = texts_of(client.get(f"{address}.xlsx{QUERY}").content)
    assert "'=1+1" in book
    assert "'-2" in book
    page = client.get(f"{address}.html{QUERY}").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("what", ["passerelle", "indicateur/nps/ventilation/region"])
def test_the_table_to_read_gives_the_interval_of_each_change(signed: Any, what: str) -> None:
    page = signed().get(f"/export/{what}.html{QUERY}").content.decode()
    rows = re.findall(
        r'data-label="Évolution"[^>]*>([^<]*)<.*?data-label="Intervalle de l’évolution"[^>]*>([^<]*)<', page
    )
    told = [(change, interval) for change, interval in rows if change]
    assert len(told) > 3
    assert all(re.fullmatch(r"\[\S+\s;\s\S+\]", interval) for _, interval in told), told


def test_a_breakdown_says_how_each_segment_differs_from_the_others(signed: Any) -> None:
    client, address = signed(), "/export/indicateur/nps/ventilation/region"
    page = client.get(f"/indicateur/nps/ventilation{QUERY}&par=region").content.decode()
    cells = re.findall(r'data-label="Face aux autres">(.*?)</td>', page, re.DOTALL)
    shown = ["".join(re.findall(r'"verdict">([^<]*)<', cell)) for cell in cells]
    lines = list(
        csv.DictReader(io.StringIO(client.get(f"{address}.csv{QUERY}").content.decode("utf-8-sig")), delimiter=";")
    )
    assert [one["face aux autres"] for one in lines] == shown
    assert "écart non établi" in shown
    for one in lines:
        known = bool(one["face aux autres"])
        assert all(
            bool(one[f"écart aux autres{name}"]) == known for name in ("", ", bas", ", haut", ", p-valeur corrigée")
        )
    assert "tous les autres réunis" in texts_of(client.get(f"{address}.xlsx{QUERY}").content)
    table = client.get(f"{address}.html{QUERY}").content.decode()
    assert re.findall(r'data-label="Face aux autres"[^>]*>([^<]*)<', table) == shown
    assert "face aux autres" not in client.get(f"/export/indicateur/nps/tendance.csv{QUERY}").content.decode()


def test_workbook_says_what_it_is(signed: Any) -> None:
    answer = signed().get(f"/export/indicateur/nps/tendance.xlsx{QUERY}&region={HERE}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names[1] == "Lisez-moi"
    about = {row[0]: row[1] for row in book.get_sheet_by_name("Lisez-moi").to_python() if len(row) > 1}
    assert "NPS" in about["Définition"]
    assert about["Formule"].startswith("100")
    assert "juin" in about["Période"]
    assert HERE in about["Filtres"]
    assert about["Lien"].startswith("http://testserver/indicateur/nps/?du=2025-07-01")
    assert about["Généré"]
    figures = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    value = figures[0].index("valeur")
    assert all(isinstance(row[value], float) for row in figures[1:] if row[value] != "")


def test_csv_as_the_person_prefers_or_as_asked(signed: Any) -> None:
    address = f"/export/passerelle.csv{QUERY}"
    french, other = signed("reader"), signed("reader", export_format="international")
    assert french.get(address).content.startswith(b"\xef\xbb\xbffamille;")
    assert other.get(address).content.startswith(b"famille,")
    assert other.get(address + "&format-csv=francais").content.startswith(b"\xef\xbb\xbffamille;")
    assert french.get(address + "&format-csv=international").content.startswith(b"famille,")
    assert french.get(address + "&format-csv=x").content.startswith(b"\xef\xbb\xbffamille;")


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("passerelle", "timonier-passerelle-2025-07-01_2026-06-30.csv"),
        ("indicateur/nps/tendance", "timonier-nps-tendance-relation-2025-07-01_2026-06-30.csv"),
        ("indicateur/nps/ventilation/region", "timonier-nps-par-region-relation-2025-07-01_2026-06-30.csv"),
    ],
)
def test_name_of_the_file(signed: Any, what: str, name: str) -> None:
    answer = signed().get(f"/export/{what}.csv{QUERY}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_exports_are_in_the_audit_log(signed: Any) -> None:
    client = signed("reader")
    client.get(f"/export/indicateur/nps/tendance.json{QUERY}")
    entry = AuditEntry.objects.get(action="exported")
    assert entry.actor == client.person.pk
    assert entry.target == "indicateur/nps/tendance"
    assert entry.detail["format"] == "json"
    assert "du=2025-07-01" in entry.detail["query"]
    client.get("/export/indicateur/nps/lignes.csv")
    assert AuditEntry.objects.filter(action="exported").count() == 1, "a refusal takes nothing out"


def test_rows_beyond_the_limit_are_told(signed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 7)
    client = signed()
    lines = client.get(f"/export/indicateur/nps/lignes.csv{QUERY}").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 7 + 1
    assert "Seulement les 7 lignes les plus récentes" in lines[-1]
    book = texts_of(client.get(f"/export/indicateur/nps/lignes.xlsx{QUERY}").content)
    assert "Seulement les 7 lignes les plus récentes" in book


@pytest.mark.parametrize(
    "what", ["indicateur/nps/tendance", "indicateur/nps/distribution", "indicateur/nps/ventilation/region"]
)
def test_pictures(signed: Any, what: str) -> None:
    client = signed()
    svg = client.get(f"/export/{what}.svg{QUERY}")
    assert svg.headers["Content-Type"] == "image/svg+xml"
    assert svg.content.startswith(b"<svg")
    assert b"<script" not in svg.content
    assert client.get(f"/export/{what}.png{QUERY}").content.startswith(b"\x89PNG")


def test_pictures_have_the_colours_that_the_person_chose(signed: Any) -> None:
    usual, safe = signed(), signed("pilot", palette="safe")
    path = "/export/indicateur/nps/distribution"
    green, blue = (client.get(f"{path}.svg{QUERY}").content.decode() for client in (usual, safe))
    assert tokens.GOOD in green
    assert tokens.BAD in green
    assert tokens.GOOD not in blue
    assert tokens.BAD not in blue
    assert {tokens.PALETTES["safe"][role] in blue for role in (tokens.GOOD, tokens.BAD)} == {True}
    assert usual.get(f"{path}.png{QUERY}").content != safe.get(f"{path}.png{QUERY}").content
    assert usual.get(f"{path}.svg{QUERY}").content.decode() == green, "nobody is given the picture kept for another"


def test_picture_that_takes_too_long(signed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    free = threading.Event()
    monkeypatch.setattr(pictures, "PATIENCE", 0.05)
    monkeypatch.setattr(type(pictures.renderer()), "png", lambda *_: free.wait(10) and b"")
    answer = signed().get(f"/export/indicateur/nps/tendance.png{QUERY}")
    free.set()
    assert answer.status_code == 503
    text = answer.content.decode()
    assert "L’image n’est pas prête" in text
    assert "/export/indicateur/nps/tendance.html?" in text
    assert not AuditEntry.objects.filter(action="exported").exists()


@pytest.mark.parametrize(
    "address",
    [
        "passerelle.exe",
        "passerelle.png",
        "passerelle.svg",
        "passerelle",
        "passerelle.csv.gz",
        "indicateur/nps.csv",
        "indicateur/nps/autre.csv",
        "indicateur/aucun/tendance.csv",
        "indicateur/nps/ventilation/rien.csv",
        "indicateur/nps/ventilation/.csv",
        "indicateur/nps/lignes.png",
        "indicateur/nps/lignes.html",
        "indicateur/../nps/tendance.csv",
        "indicateur/<b>/tendance.csv",
        "indicateur/npś/tendance.csv",
        "../../etc/passwd.csv",
    ],
)
def test_what_is_not_there(signed: Any, address: str) -> None:
    answer = signed().get(f"/export/{address}")
    assert answer.status_code == 404
    assert "<b>/tendance" not in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?du=2026-06-30&au=2026-06-01",
        "?periode=x&vs=y&rien=1",
        "?du=9999-99-99",
        "?region=%3Cb%3E&region=%27%20or%201",
        "?au-jour=1900-01-01",
    ],
)
@pytest.mark.parametrize("what", ["indicateur/nps/tendance.html", "indicateur/nps/lignes.json"])
def test_odd_states_never_break(signed: Any, what: str, query: str) -> None:
    answer = signed().get(f"/export/{what}{query}")
    assert answer.status_code in (200, 400), answer.content[-300:]


def test_menu_leads_to_what_exists(signed: Any) -> None:
    client = signed()
    page = client.get(f"/{QUERY}").content.decode().replace("&amp;", "&")
    links = set(re.findall(r'href="(/(?:export|partage)/[^"]+)"', page))
    assert {link.partition("?")[0] for link in links} >= {
        "/export/passerelle.csv",
        "/export/passerelle.html",
        "/partage/nouveau",
    }
    for link in links:
        assert client.get(link).status_code == 200, link
    assert "/partage/nouveau" not in signed("reader").get("/").content.decode()
