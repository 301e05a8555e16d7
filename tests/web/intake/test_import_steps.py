"""The import from end to end, through Django's client: sending, the steps, the load, its receipt."""

import json
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest
from sent_files import DATA, SURVEY, fields, loaded, sent, settle, words

from timonier.facts.intake.recipe import read_recipe
from timonier.facts.workspace import Workspace
from timonier.web.core import audit
from timonier.web.core.models import AuditEntry
from timonier.web.intake.models import Run, Upload

pytestmark = pytest.mark.django_db

type Signed = Callable[..., Any]


def rows(workspace: Workspace, table: str) -> list[dict[str, Any]]:
    return [row for file in workspace.lake.files(table) for row in pq.read_table(file).to_pylist()]


def through_columns(client: Any, upload: Upload, **changes: str) -> Any:
    """Confirms the reading, then the columns as proposed but for `changes`."""
    page = f"/donnees/import/{upload.pk}/lecture"
    assert client.post(page, fields(client.get(page))).status_code == 302
    page = f"/donnees/import/{upload.pk}/colonnes"
    told = fields(client.get(page)) | {name.replace("__", "."): value for name, value in changes.items()}
    return client.post(page, told)


@pytest.mark.skipif(not DATA.is_dir(), reason="test data not here")
def test_real_invoices_through_every_step(empty: Workspace, signed: Signed) -> None:
    expected = json.loads((DATA / "expected" / "online_retail_fr_de.json").read_text("utf-8"))["france"]
    client = signed("pilot")
    upload = sent(client, (DATA / "online_retail_fr_de" / "france.csv").read_bytes(), "france.csv")

    preview = client.get(f"/donnees/import/{upload.pk}/lecture")
    assert len(preview.context["head"].rows) == 20
    assert "Mois/jour/année" in words(preview)
    assert "1er déc. 2010" in words(preview)
    page = client.get(f"/donnees/import/{upload.pk}/colonnes")
    tried = {field.name: field.tried for field in page.context["step"].fields}
    assert tried["customer_id"].missing == expected["client_manquant"]
    assert tried["sold_at"].valid == expected["lignes"]
    assert through_columns(client, upload).headers["Location"].endswith("/questions")

    essay = client.get(f"/donnees/import/{upload.pk}/essai")
    assert "disabled" in essay.content.decode(), "no load before the question is settled"
    blocked = client.post(f"/donnees/import/{upload.pk}/chargement")
    assert blocked.headers["Location"].endswith("/questions")
    assert not Run.objects.filter(kind=Run.Kind.LOAD).exists()
    assert settle(client, upload, duplicate_rows=0).headers["Location"].endswith("/essai")

    client.post(f"/donnees/import/{upload.pk}/essai")
    rehearsal = Run.objects.get(kind=Run.Kind.REHEARSE)
    assert rehearsal.loads[0]["counts"]["read"] == expected["lignes"]
    assert rehearsal.loads[0]["counts"]["duplicate"] == expected["lignes_dupliquees"]
    assert empty.lake.row_count("order_lines") == 0, "a dry run keeps nothing"

    run = loaded(client, upload)
    assert run.state == Run.State.DONE
    facts = rows(empty, "order_lines")
    assert len(facts) == expected["lignes"] - expected["lignes_dupliquees"]
    assert len({row["order_id"] for row in facts}) == expected["factures"]
    sales = [row for row in facts if not row["order_id"].startswith("C")]
    assert len({row["order_id"] for row in sales}) == expected["ventes"]["factures"]
    assert {str(min(row["day"] for row in facts)), str(max(row["day"] for row in facts))} == {
        moment[:10] for moment in expected["dates"]
    }
    shown = words(client.get(f"/donnees/travaux/{run.pk}"))
    assert "Chargement terminé" in shown
    assert "Voir la passerelle" in shown
    assert not any((empty.staging / "uploads").iterdir()), "the file is let go of once loaded"
    receipt = words(client.get(f"/donnees/chargements/order_lines/{run.loads[0]['version']}"))
    assert upload.sha256 in receipt
    assert "8 557" in receipt


def test_score_without_its_scale_waits_for_an_answer(empty: Workspace, signed: Signed) -> None:
    client = signed("administrator")
    upload = sent(client, SURVEY)
    assert through_columns(client, upload, c__instrument="fixed", v__instrument="csat").status_code == 302
    asked = {
        one.question.kind for one in client.get(f"/donnees/import/{upload.pk}/questions").context["plan"].questions
    }
    assert asked == {"scale_unclear"}
    again = client.post(f"/donnees/import/{upload.pk}/questions", {})
    assert again.status_code == 422
    assert "1 question à régler" in words(again)
    settle(client, upload, scale_unclear=1)  # 0 to 10, low is good
    run = loaded(client, upload)
    assert run.state == Run.State.DONE, run.problem
    facts = rows(empty, "answers")
    assert {(row["raw_score"], row["score"]) for row in facts} == {(float(n), 10.0 - n) for n in range(11)}
    assert {row["instrument"] for row in facts} == {"csat"}


def test_every_change_is_in_the_log(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    upload = sent(client, SURVEY)
    through_columns(client, upload, c__instrument="fixed", v__instrument="nps")
    settle(client, upload, scale_unclear=0)
    run = loaded(client, upload)
    kept = client.post(f"/donnees/travaux/{run.pk}/recette", {"nom": "Enquête mensuelle (web)"})
    assert kept.status_code == 302
    entries = AuditEntry.objects.filter(action__startswith="intake.").order_by("id")
    assert [one.action for one in entries] == ["intake.load_started", "intake.load_finished", "intake.recipe_saved"]
    assert {one.actor for one in entries} == {client.person.pk}
    assert audit.broken_at() is None


def test_recipe_is_kept_and_used_again_by_the_next_file(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    first = sent(client, SURVEY)
    through_columns(client, first, c__instrument="fixed", v__instrument="nps")
    settle(client, first, scale_unclear=0)
    run = loaded(client, first)
    client.post(f"/donnees/travaux/{run.pk}/recette", {"nom": "Enquête"})
    read_recipe(empty.recipes / "Enquête.toml", empty.tables())  # the command line reads it too
    again = client.post(f"/donnees/travaux/{run.pk}/recette", {"nom": "Enquête"})
    assert again.status_code == 422
    assert "il y a déjà une recette" in words(again)

    second = sent(client, SURVEY.replace(b"\nr", b"\ns"), "suite.csv")
    used = client.post(f"/donnees/import/{second.pk}/recette", {"recette": "Enquête"})
    assert used.headers["Location"].endswith("/essai")
    assert loaded(client, second).state == Run.State.DONE
    assert empty.lake.row_count("answers") == 240


@pytest.mark.parametrize("name", ["../evil", "a/b", ".hidden", "", "x" * 200, "<b>", "a\x00b", "CON\n"])
def test_recipe_under_another_name_than_letters(empty: Workspace, signed: Signed, name: str) -> None:
    client = signed("pilot")
    upload = sent(client, SURVEY)
    through_columns(client, upload, c__instrument="fixed", v__instrument="nps")
    settle(client, upload, scale_unclear=0)
    run = loaded(client, upload)
    answer = client.post(f"/donnees/travaux/{run.pk}/recette", {"nom": name})
    kept = [path.name for path in empty.root.rglob("*.toml") if path.parent == empty.recipes]
    if answer.status_code == 302:  # what is left once blanks and NUL are out is a name
        assert kept in (["CON.toml"], ["ab.toml"])
    else:
        assert answer.status_code == 422
        assert kept == []
    assert not (empty.root.parent / "evil.toml").exists()


def test_columns_in_another_order_of_dates(empty: Workspace, signed: Signed) -> None:
    """A file whose dates do not tell day from month is not loaded before someone does."""
    content = "order id,date,amount,client\n" + "".join(
        f"o{n},0{n % 9 + 1}/0{n % 7 + 1}/2026,12.50,c{n}\n" for n in range(40)
    )
    client = signed("pilot")
    upload = sent(client, content.encode(), "commandes.csv")
    through_columns(client, upload, table="orders")
    plan = client.get(f"/donnees/import/{upload.pk}/questions").context["plan"]
    assert [one.question.kind for one in plan.questions] == ["date_order"]
    assert not plan.ready
    settle(client, upload, date_order=1)
    assert loaded(client, upload).state == Run.State.DONE
    day = next(row["day"] for row in rows(empty, "orders") if row["order_id"] == "o1")
    assert str(day) == "2026-02-02"
    day = next(row["day"] for row in rows(empty, "orders") if row["order_id"] == "o8")
    assert str(day) == "2026-09-02", "o8 is 09/02: month first"


def test_rejected_rows_are_downloaded_with_their_reason(empty: Workspace, signed: Signed) -> None:
    content = SURVEY + b"rx;31/12/2025;=HYPERLINK(1);aie;c1\n" + b"ry;pas une date;5;@aie;c2\n"
    client = signed("pilot")
    upload = sent(client, content)
    through_columns(client, upload, c__instrument="fixed", v__instrument="nps", c__score="col:note")
    plan = client.get(f"/donnees/import/{upload.pk}/questions").context["plan"]
    assert plan.questions or plan.ready
    if plan.questions:
        settle(client, upload, scale_unclear=0, scale_from_one=0, date_order=0, date_mixed=0)
    run = loaded(client, upload)
    assert run.state == Run.State.DONE, run.problem
    assert run.loads[0]["counts"]["rejected"] == 2
    file = client.get(f"/donnees/travaux/{run.pk}/rejets/0")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'@aie" in text
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/donnees/travaux/{run.pk}/rejets/7").status_code == 404


def test_same_file_twice_changes_nothing(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    for _ in range(2):
        upload = sent(client, SURVEY)
        through_columns(client, upload, c__instrument="fixed", v__instrument="nps")
        settle(client, upload, scale_unclear=0)
        run = loaded(client, upload)
    assert run.loads[0]["already"]
    assert "déjà chargé" in words(client.get(f"/donnees/travaux/{run.pk}"))
    assert empty.lake.row_count("answers") == 120


def test_counts_follow_the_choices_without_keeping_them(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    upload = sent(client, SURVEY)
    page = f"/donnees/import/{upload.pk}/colonnes"
    told = fields(client.get(page)) | {"c.score": "col:commentaire"}
    part = client.get(page, told, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="correspondance"')
    tried = next(field for field in part.context["step"].fields if field.name == "score").tried
    assert (tried.valid, tried.invalid) == (0, 120)
    assert [one.text for one in tried.examples] == ["très bien"]
    upload.refresh_from_db()
    assert upload.choices == {} or upload.choices["columns"] is None


def test_preview_follows_the_way_of_reading(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    upload = sent(client, "id;note;mot\n1;5;été\n2;7;hiver\n".encode("cp1252"))
    page = f"/donnees/import/{upload.pk}/lecture"
    assert "été" in words(client.get(page))
    wrong = client.get(page, {"encodage": "cp1252", "separateur": ","}, headers={"HX-Request": "true"})
    assert wrong.context["head"].columns == ("id;note;mot",)
    refused = client.get(page, {"encodage": "utf-8"})
    assert refused.status_code in (200, 422)
    assert client.get(page, {"entetes": "99999"}).status_code == 422


def test_without_facts_the_page_teaches(empty: Workspace, signed: Signed) -> None:
    shown = words(signed("pilot").get("/donnees/"))
    for title in ("Importer vos fichiers", "Regarder l’entreprise de démonstration", "Utiliser une recette"):
        assert title in shown
    for page in ("chargements", "qualite"):
        assert "Importer un fichier" in words(signed("pilot").get(f"/donnees/{page}"))


def test_in_english(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot", language="en")
    upload = sent(client, SURVEY)
    for step in ("lecture", "colonnes", "questions", "essai"):
        answer = client.get(f"/donnees/import/{upload.pk}/{step}", follow=True)
        assert answer.status_code == 200
        assert not set("éèà") & set(words(answer).replace("très bien", "")), step
