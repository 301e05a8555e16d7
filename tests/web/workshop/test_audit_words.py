"""Every action that the application notes in the audit log reads in both languages."""

import re
from pathlib import Path
from typing import Any

import pytest

import timonier.web
from timonier.text import language
from timonier.web.workshop.log_words import TARGETS, WHOLE, detail_words, target_words
from timonier.web.workshop.words import ACTIONS

SOURCES = Path(timonier.web.__file__).parent
NOTED = re.compile(r'action="([a-z_.]+)"|_record\(by, "([a-z_]+)"|_rewrite\([^"]*"([a-z]+_[a-z]+)"')


def test_no_action_is_shown_by_its_code() -> None:
    found = {name for path in SOURCES.rglob("*.py") for match in NOTED.findall(path.read_text()) for name in match}
    noted = found - {""}
    assert {"exported", "target_set", "dimension_added", "intake.load_started"} <= noted
    assert noted <= set(ACTIONS)
    assert all(words.en != words.fr for words in ACTIONS.values())


ABOUT = re.compile(r'target=f?"([a-z_]+)|_rewrite\([^"]*"[a-z_]+", f"([a-z]+):|action, f"([a-z]+):')


def test_nothing_that_an_entry_is_about_is_shown_by_its_code() -> None:
    found = {name for path in SOURCES.rglob("*.py") for match in ABOUT.findall(path.read_text()) for name in match}
    kinds = found - {""}
    assert {"run", "view", "person", "indicator", "dimension"} <= kinds
    assert kinds <= {*TARGETS, *WHOLE}


@pytest.mark.parametrize(
    ("target", "lang", "words"),
    [
        ("run:12", "fr", "chargement n° 12"),
        ("run:12", "en", "load no. 12"),
        ("person:3", "fr", "Ada"),
        ("person:4", "fr", "personne n° 4"),
        ("recipe:reponses", "fr", "recette « reponses »"),
        ("dimension:answers.region", "fr", "dimension « Région (Réponses) »"),
        ("indicator:nps", "fr", "indicateur « NPS (recommandation nette) »"),
        ("timonier.toml", "en", "settings of the company"),
        ("passerelle", "fr", "la passerelle"),
        ("indicateur/nps/ventilation/region", "fr", "NPS (recommandation nette), ventilation par région"),
        ("indicateur/part_web/lignes", "fr", "part_web, lignes"),
        ("something else", "fr", "something else"),
    ],
)
def test_what_an_entry_is_about_reads_as_words(target: str, lang: Any, words: str) -> None:
    token = language.set(lang)
    try:
        assert target_words(target, {3: "Ada"}).replace("\u00a0", " ") == words
    finally:
        language.reset(token)


@pytest.mark.parametrize(
    ("detail", "lang", "words"),
    [
        ({"role": "reader"}, "fr", ["rôle : Lecteur"]),
        ({"shared": True}, "fr", ["pour tout le monde : oui"]),
        ({"kept": {"answers": 1234}}, "fr", ["lignes gardées : Réponses : 1\u202f234"]),
        ({"tables": ["orders", "order_lines"]}, "en", ["tables: Orders, Order lines"]),
        (
            {"from": {"role": "pilot", "scope": {}, "active": True}, "to": {"scope": {"region": ["Bretagne"]}}},
            "fr",
            ["avant : rôle : Pilote · voit : tout · compte actif : oui", "après : voit : Région : Bretagne"],
        ),
        ({"what": "indicateur/nps/tendance"}, "fr", ["sur : NPS (recommandation nette), évolution"]),
        ({}, "fr", []),
    ],
)
def test_what_an_entry_holds_reads_as_words(detail: dict[str, Any], lang: Any, words: list[str]) -> None:
    token = language.set(lang)
    try:
        assert [line.replace("\u00a0", " ") for line in detail_words(detail)] == words
    finally:
        language.reset(token)
