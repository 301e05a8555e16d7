"""A scope of thousands of values is a scope like another: same figures, same rows, same files."""

import json
from typing import Any

import pytest

from timonier.web.core.desks import lent_desk

pytestmark = pytest.mark.django_db
QUERY = "?du=2026-01-01&au=2026-06-30&survey=agence"
MINE = "Bretagne"
WIDE = {"region": [MINE, *(f"Région d’à côté n° {number}" for number in range(2_999))]}


def records(client: Any, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(client.get(f"/export/{what}.json{QUERY}").content)["records"]
    return found


def test_three_thousand_values_of_which_one_exists_are_that_one(signed: Any) -> None:
    wide, narrow = signed("agent", scope=WIDE), signed("agent", scope={"region": [MINE]})
    for what in (
        "passerelle",
        "indicateur/nps/tendance",
        "indicateur/nps/ventilation/segment",
        "indicateur/nps/lignes",
    ):
        found = records(wide, what)
        assert found == records(narrow, what)
        assert len(found) > 1
    assert records(wide, "passerelle") != records(signed("agent"), "passerelle"), "the control: the scope holds"


def test_pages_of_such_a_scope_show_no_other_region_and_list_no_thousands(signed: Any) -> None:
    client = signed("agent", scope=WIDE)
    for page in ("/", "/indicateur/nps/", "/indicateur/nps/ventilation", "/indicateur/nps/lignes", "/filtre"):
        answer = client.get(page + QUERY + "&par=region")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert text.count("d’à côté") <= 6, "a few are named, the others counted"
        assert "Normandie" not in text


def test_three_thousand_stores_give_the_rows_that_a_naive_reading_keeps(signed: Any) -> None:
    with lent_desk() as desk:
        rows = desk.source.frame("answers").select("answer_id", "store").collect().rows(named=True)
        known = sorted({row["store"] for row in rows if row["store"]})
    mine = {*known[::2], *(f"x{number}" for number in range(3_000))}
    wanted = {row["answer_id"] for row in rows if row["store"] in mine}
    client = signed("agent", scope={"store": sorted(mine)})
    answer = client.get("/export/indicateur/nps/lignes.json?du=2000-01-01&au=2026-12-31")
    found = {row["answer_id"] for row in json.loads(answer.content)["records"]}
    assert found
    assert found <= wanted
