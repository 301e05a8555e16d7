"""The form of own indicators: tried on the facts, kept, changed, removed; errors at their field."""

import re
from pathlib import Path
from typing import Any

import pytest

from timonier.facts.settings import FILE_NAME
from timonier.web.core import desks
from timonier.web.workshop import services

pytestmark = pytest.mark.django_db

SHARE = {
    "name": "part_appli",
    "label_fr": "Part de l’appli <b>",
    "label_en": "Share of the app",
    "table": "orders",
    "where": "status != 'annulée'",
    "numerator": "channel = 'web'",
    "denominator": "1",
    "unit": "share",
    "direction": "up",
}


def sent(**changes: str) -> dict[str, str]:
    return {**SHARE, "revision": services.written().revision, **changes}


def test_trying_shows_the_figure_of_the_same_formula_and_keeps_nothing(signed: Any, own_company: Path) -> None:
    from timonier.scorecard.request import Request
    from timonier.scorecard.score import score

    before = (own_company / FILE_NAME).read_bytes()
    browser = signed("administrator")
    answer = browser.post("/reglages/indicateurs/nouveau", sent(**{"try": "1"}))
    assert answer.status_code == 200
    tried = answer.context["tried"]
    with desks.lent_desk() as desk:  # the demo company declares the same formula under another name
        [line] = score(desk, Request(indicators=("part_web",), compare="none", trend=False)).lines
    assert (tried.line.estimate.value, tried.line.estimate.n) == (line.estimate.value, line.estimate.n)
    assert tried.rows == line.estimate.n
    assert len(tried.examples) == 8
    assert "<b>" not in re.sub(r"<b>/|</b>", "", answer.content.decode()).split("<main")[1].split("kpi-value")[0]
    assert (own_company / FILE_NAME).read_bytes() == before


def test_kept_changed_with_a_new_version_and_removed(signed: Any, own_company: Path) -> None:
    browser = signed("administrator")
    assert browser.post("/reglages/indicateurs/nouveau", sent(keep="1")).status_code == 302
    with desks.lent_desk() as desk:
        assert desk.catalogue["part_appli"].label.fr == "Part de l’appli <b>"
    page = browser.get("/reglages/indicateurs").content.decode()
    assert "Part de l’appli &lt;b&gt;" in page
    address = "/reglages/indicateurs/part_appli/modifier"
    assert browser.post(address, sent(keep="1", label_fr="Autre nom")).status_code == 302
    with desks.lent_desk() as desk:
        assert desk.catalogue["part_appli"].version == 1, "other words are the same definition"
    assert browser.post(address, sent(keep="1", numerator="channel = 'app'")).status_code == 302
    with desks.lent_desk() as desk:
        assert desk.catalogue["part_appli"].version == 2
    comments = [line for line in (own_company / FILE_NAME).read_text("utf-8").splitlines() if line.startswith("#")]
    assert "# Deux indicateurs que cette entreprise définit elle-même." in comments
    removal = {"revision": services.written().revision}
    assert browser.post("/reglages/indicateurs/part_appli/retirer", removal).status_code == 302
    with desks.lent_desk() as desk:
        assert "part_appli" not in desk.catalogue
        assert "part_web" in desk.catalogue


@pytest.mark.parametrize(
    ("field", "value"),
    [("numerator", "channel = "), ("numerator", "nowhere = 1"), ("numerator", "__import__('os')"), ("numerator", ""),
     ("where", "status"), ("where", "1; drop table orders"), ("denominator", "channel"), ("name", "nps"),
     ("name", "Part web"), ("unit", "kg"), ("direction", "left"), ("table", "nowhere"), ("label_en", "")],
)  # fmt: skip
def test_an_error_stands_at_its_field(signed: Any, own_company: Path, field: str, value: str) -> None:
    before = (own_company / FILE_NAME).read_bytes()
    for button in ("try", "keep"):
        answer = signed("administrator").post("/reglages/indicateurs/nouveau", sent(**{field: value, button: "1"}))
        assert answer.status_code == 400
        assert answer.context["field"] == field
        assert f'id="{field}-error"' in answer.content.decode()
    assert (own_company / FILE_NAME).read_bytes() == before


def test_a_file_written_another_way_keeps_its_meaning() -> None:
    import tomllib

    from timonier.web.workshop.toml_edit import AddDimension, KeepIndicator, RemoveIndicator, SetValues, changed

    odd = 'zone = "Europe/Paris"\ndimensions.orders.store = "text"\nindicator = [{name = "a", label = "A"}]\n'
    kept = tomllib.loads(changed(odd, AddDimension("orders", "shop", "text")))
    assert kept["dimensions"] == {"orders": {"store": "text", "shop": "text"}}
    assert kept["zone"] == "Europe/Paris"
    assert tomllib.loads(changed(odd, KeepIndicator({"name": "a", "label": "B"})))["indicator"] == [
        {"name": "a", "label": "B"}
    ]
    assert "indicator" not in tomllib.loads(changed(odd, RemoveIndicator("a")))
    assert tomllib.loads(changed("", SetValues({"zone": "UTC"}))) == {"zone": "UTC"}
    assert tomllib.loads(changed('threads = 4 # "all"\n', SetValues({"threads": None}))) == {}
