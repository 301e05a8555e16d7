"""`timonier explain`: cards that say what a number means."""

import json
from pathlib import Path

import pytest
from cli_company import run

from timonier.indicators.catalogue import CATALOGUE


def test_the_list_names_every_indicator_by_family() -> None:
    ran = run("explain", lang="fr")
    assert ran.code == 0
    for name in CATALOGUE:
        assert f"  {name} " in ran.out
    families = [line for line in ran.out.splitlines() if line and not line.startswith((" ", "`"))]
    assert families == ["Satisfaction", "Fidélité", "Ventes", "Service", "Parcours"]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_card_has_its_formula_facts_and_source(name: str, lang: str) -> None:
    ran = run("explain", name, lang=lang)
    indicator = CATALOGUE[name]
    flat = " ".join(ran.out.split())
    for variant in indicator.variants.values():
        assert " ".join((variant.formula.fr if lang == "fr" else variant.formula.en).split()) in flat
    for need in indicator.needs:
        assert need.table in flat
    for parameter in indicator.parameters:
        assert f"{parameter.name} = " in flat
    assert " ".join(str(indicator.source).split()) in flat
    assert all(len(line) <= 160 for line in ran.out.splitlines())


def test_a_card_as_json_has_both_languages() -> None:
    [card] = json.loads(run("explain", "nps", "--format", "json").out)
    assert card["label"] == {"en": "Net Promoter Score", "fr": "NPS (recommandation nette)"}
    assert {one["name"] for one in card["variants"]} == set(CATALOGUE["nps"].variants)
    assert card["facts"][0]["table"] == "answers"
    assert card["parameters"][0] == {
        "name": "scale",
        "default": [0, 10],
        "text": CATALOGUE["nps"].parameters[0].text._asdict(),
    }


def test_the_indicators_of_the_workspace_are_explained(company: Path) -> None:
    listed, card = run("explain", "-w", company).out, run("explain", "promoters", "-w", company).out
    assert "Your indicators\n  promoters" in listed
    assert "rows where score >= 9 / rows" in card


def test_an_unknown_name_proposes_the_nearest() -> None:
    ran = run("explain", "attrition", lang="fr")
    assert ran.code == 2
    assert ran.err.startswith("erreur : il n’y a pas d’indicateur « attrition ». Vouliez-vous dire")


@pytest.mark.parametrize(
    ("name", "variant", "words"),
    [
        ("nps", "default", "score (--method: adjusted-wald, wald)"),
        ("csat", "default", "Wilson (--method: clopper-pearson, agresti-coull, jeffreys)"),
        ("complaints", "default", "exact Poisson"),
        ("average_basket", "default", "linearised, clustered where units go together (--method: fieller)"),
        ("step_time", "completed-mean", "Student’s t"),
    ],
)
def test_the_interval_told_is_the_one_computed(name: str, variant: str, words: str) -> None:
    [card] = json.loads(run("explain", name, "--format", "json").out)
    assert {one["name"]: one["interval"] for one in card["variants"]}[variant] == words
