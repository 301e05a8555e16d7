"""Files that leave their page: which figure, of whom and when, in the words of the person."""

import csv
import io
import re
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
QUERY = "?du=2025-07-01&au=2026-06-30&vs=precedente"


def test_two_surveys_give_two_files_that_say_which(signed: Any) -> None:
    client, names = signed(), set()
    for survey in ("relation", "agence"):
        for part in ("tendance", "ventilation/region"):
            answer = client.get(f"/export/indicateur/nps/{part}.csv{QUERY}&survey={survey}&region=Bretagne")
            names.add(answer.headers["Content-Disposition"])
            rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
            assert {one["questionnaire"] for one in rows} == {survey}
    assert len(names) == 4
    assert all("bretagne" in name for name in names)


def test_a_french_file_is_in_french(signed: Any) -> None:
    """Headers and what the application writes itself; what the company wrote stays as it is."""
    client = signed()
    address = f"/export/indicateur/nps/ventilation/region.csv{QUERY}&format-csv=francais"
    [first, *_] = csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig")), delimiter=";")
    assert {"région", "questionnaire", "p-valeur corrigée"} <= set(first)
    assert first["méthode d’intervalle"] == "intervalle du score"
    assert first["test"] == "Wald ajusté"
    assert first["variante"] not in ("default", "")


def test_a_picture_stands_alone(signed: Any) -> None:
    """Out of its page, a picture says what it shows, when, and of whom; on its page it does not say it twice."""
    client, query = signed(), f"{QUERY}&survey=agence&region=Bretagne"
    drawn = client.get(f"/export/indicateur/nps/tendance.svg{query}").content.decode()
    told = " ".join(re.sub(r"<title.*?</title>|<desc.*?</desc>", "", drawn, flags=re.DOTALL).split()).replace(
        "\u00a0", " "
    )
    for words in (
        "(recommandation nette) — agence",
        "Du 1er juill. 2025 au 30 juin 2026",
        "Région : Bretagne",
        "intervalles à 95 %",
    ):
        assert words in told, words
    page = client.get(f"/indicateur/nps/image/tendance.svg{query}").content.decode()
    assert "1er juill. 2025 au" not in page.replace("\u00a0", " ")
