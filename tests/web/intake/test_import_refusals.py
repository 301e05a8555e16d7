"""What is not received, and why: too large, programs, bombs, damaged archives, forms of elsewhere, hostile names."""

import gzip
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadhandler import StopUpload
from django.test import Client
from sent_files import SURVEY, send, sent, words

from timonier.errors import SettingsError
from timonier.facts.workspace import Workspace
from timonier.web.intake import storage
from timonier.web.intake.models import Upload
from timonier.web.intake.receiving import ToDisk

pytestmark = pytest.mark.django_db

type Signed = Callable[..., Any]

MARKUP = "<img src=x onerror=alert(1)>\"'&.csv"


def left(workspace: Workspace) -> list[str]:
    folder = workspace.staging / "uploads"
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


def bomb() -> bytes:
    return gzip.compress(b"a;b\n" + b"1;2\n" * 8_000_000)


def nested() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inner.zip", b"PK\x03\x04")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "vide.csv", "vide"),
        (b"\x7fELF" + bytes(200), "export.csv", "programme"),
        (b"MZ\x90\x00" + bytes(200), "liste.xlsx", "programme"),
        (b"%PDF-1.7 ...", "notes.csv", "PDF"),
        (gzip.compress(SURVEY * 50)[:-40], "coupe.csv.gz", "tronquée"),
        (b"PK\x03\x04" + bytes(100), "coupe.zip", "tronquée"),
        (nested(), "poupees.zip", "archive dans l’archive"),
        (bomb(), "bombe.csv.gz", "piégés"),
        (b"\x00" * 5000, "nul.csv", "octets nuls"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(
    empty: Workspace, signed: Signed, content: bytes, name: str, reason: str
) -> None:
    answer = send(signed("pilot"), content, name)
    assert answer.status_code == 422
    assert reason in words(answer)
    assert name in words(answer)
    assert not Upload.objects.exists()
    assert left(empty) == []


def test_refusal_stops_while_the_file_comes(empty: Workspace) -> None:
    """What was written is removed, and nothing more is asked for."""
    handler = ToDisk(limit=3 << 20)
    handler.new_file("fichiers", "gros.csv", "text/csv", None, None, {})
    for start in range(3):
        handler.receive_data_chunk(b"x" * (1 << 20), start << 20)
    assert len(left(empty)) == 1, "the control: it is written as it comes"
    with pytest.raises(StopUpload) as stopped:
        handler.receive_data_chunk(b"x", 3 << 20)
    assert stopped.value.connection_reset
    assert handler.refusal is not None
    assert left(empty) == []


def test_too_large_while_it_comes(empty: Workspace, signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMONIER_UPLOAD_LIMIT", "100K")
    answer = send(signed("pilot"), b"a;b\n" * 100_000, "gros.csv")
    assert answer.status_code == 413
    assert "0,1 Mo au plus" in words(answer).replace("\xa0", " ")
    assert left(empty) == []
    assert sent(signed("pilot"), SURVEY)  # the control: what fits is kept


def test_too_large_by_what_it_announces(empty: Workspace, signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five gigabytes are refused before a byte is read."""
    answer = signed("pilot").generic(
        "POST", "/donnees/envoi", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(5 << 30)
    )
    assert answer.status_code == 413
    assert "2 Go au plus" in words(answer).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("written", "bytes_"), [("500M", 500 << 20), ("2G", 2 << 30), ("1000", 1000), ("3 Go", 3 << 30)]
)
def test_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch, written: str, bytes_: int) -> None:
    monkeypatch.setenv("TIMONIER_UPLOAD_LIMIT", written)
    assert storage.limit() == bytes_


@pytest.mark.parametrize("written", ["much", "-1", "0", "1T", "1.5G"])
def test_limit_that_is_no_size(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("TIMONIER_UPLOAD_LIMIT", written)
    with pytest.raises(SettingsError):
        storage.limit()


def test_token_is_asked_for(empty: Workspace, signed: Signed) -> None:
    """The token is checked although the form is read late; nothing of a form without it remains."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed("pilot").cookies
    page = strict.get("/donnees/")
    refused = send(strict, SURVEY)
    assert refused.status_code == 403
    assert left(empty) == []
    token = page.context["csrf_token"]
    from django.core.files.uploadedfile import SimpleUploadedFile

    told = {"csrfmiddlewaretoken": str(token), "fichiers": SimpleUploadedFile("r.csv", SURVEY)}
    assert strict.post("/donnees/envoi", told).status_code == 302


@pytest.mark.parametrize("role", ["reader", "agent", "owner"])
def test_right_to_load_is_asked_for(empty: Workspace, signed: Signed, role: str) -> None:
    upload = sent(signed("pilot"), SURVEY)
    client = signed(role)
    for page in ("", "chargements", "qualite", f"import/{upload.pk}/lecture", f"import/{upload.pk}/essai"):
        assert client.get(f"/donnees/{page}").status_code == 403
    assert send(client, SURVEY).status_code == 403
    assert client.post(f"/donnees/import/{upload.pk}/chargement").status_code == 403


def test_part_of_the_company_is_not_enough_to_load(empty: Workspace, signed: Signed) -> None:
    assert signed("pilot", scope={"region": ["Bretagne"]}).get("/donnees/").status_code == 403


@pytest.mark.parametrize("name", [MARKUP, "../../etc/passwd", "..\\..\\boot.ini", "\u202egpj.csv", "é" * 300 + ".csv"])
def test_name_is_shown_as_text_and_is_no_path(empty: Workspace, signed: Signed, name: str) -> None:
    client = signed("pilot")
    answer = send(client, SURVEY, name)
    if answer.status_code == 302:
        upload = Upload.objects.get()
        assert all(letter not in upload.stored for letter in "/\\<>\"' ")
        assert left(empty) == [upload.stored]
    for step in ("lecture", "colonnes", "questions", "essai"):
        for upload in Upload.objects.all():
            page = client.get(f"/donnees/import/{upload.pk}/{step}", follow=True)
            assert page.status_code == 200
            assert "<img" not in page.content.decode()
    assert "<img" not in client.get("/donnees/").content.decode()


def test_markup_in_cells_and_headers_is_text(empty: Workspace, signed: Signed) -> None:
    hostile = "<script>alert(1)</script>"
    content = f'id;"{hostile}";note;date\n' + "".join(f"{n};{hostile};{n % 5};2026-01-0{n}\n" for n in range(1, 9))
    client = signed("pilot")
    upload = sent(client, content.encode(), f"{hostile}.csv")
    for step in ("lecture", "colonnes"):
        page = client.get(f"/donnees/import/{upload.pk}/{step}")
        assert page.status_code == 200
        assert hostile not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()


NAUGHTY = ["\x00", "\ud800", "\u202e", "💥" * 50, "%00", "{{ 7*7 }}", "'; DROP TABLE--", "\r\n", "-1", "999999999999"]


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_words_in_forms_are_no_failure(empty: Workspace, signed: Signed, text: str) -> None:
    client = signed("pilot")
    upload = sent(client, SURVEY)
    told = text.encode("utf-8", "replace").decode()
    names = ("encodage", "separateur", "feuille", "entetes", "decimale", "dates", "table", "pour", "c.score", "v.score")
    for step in ("lecture", "colonnes", "questions", "essai"):
        for method in (client.get, client.post):
            answer = method(f"/donnees/import/{upload.pk}/{step}", dict.fromkeys(names, told))
            assert answer.status_code in (200, 302, 400, 404, 422), (step, answer.status_code)
    assert client.post(f"/donnees/import/{upload.pk}/recette", {"recette": told}).status_code in (302, 400, 404)


def test_page_of_what_is_not_there(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    for page in (
        "import/999/lecture",
        "travaux/999",
        "travaux/999/rejets/0",
        "chargements/answers/99",
        "chargements/x/1",
    ):
        assert client.get(f"/donnees/{page}").status_code == 404
