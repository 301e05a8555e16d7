"""The codes that facts hold, in words."""

import pytest

from timonier.demo.answers import INSTRUMENTS
from timonier.facts.schema import TABLES
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.compare import NET_METHODS, SHARE_METHODS
from timonier.indicators.formulas import RATIO_METHODS
from timonier.indicators.populations.answers import OUTCOMES
from timonier.scorecard import codes
from timonier.text import Lang, language


def in_words(lang: Lang, column: str, value: str) -> str:
    token = language.set(lang)
    try:
        return codes.value_name(column, value)
    finally:
        language.reset(token)


def test_every_table_of_the_schema_has_a_name() -> None:
    assert set(codes.TABLES) == set(TABLES)
    assert all("_" not in words.fr + words.en for words in codes.TABLES.values())


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_instrument_and_both_ends_of_a_scale_have_words(lang: Lang) -> None:
    for column, values in (("instrument", INSTRUMENTS), ("direction", ("up", "down"))):
        told = [in_words(lang, column, value) for value in values]
        assert len(set(told)) == len(values)
        assert not set(told) & set(values)
        assert not any("_" in words for words in told)


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        ("no answer", "sans réponse", "no answer"),
        ("Bounced ", "non délivrée", "not delivered"),
        ("rebond", "non délivrée", "not delivered"),
        ("complète", "réponse complète", "complete answer"),
        ("rappel manuel", "rappel manuel", "rappel manuel"),
    ],
)
def test_the_outcome_of_an_invitation_reads_in_both_languages(value: str, french: str, english: str) -> None:
    assert (in_words("fr", "outcome", value), in_words("en", "outcome", value)) == (french, english)


def test_words_never_say_another_outcome_than_the_figures_count() -> None:
    """What the response rate counts as complete, partial or undelivered keeps that meaning in words."""
    expected = {"complete": "complete answer", "partial": "partial answer", "bounced": "not delivered"}
    for kind, written in OUTCOMES.items():
        known = {word for word in written if word in codes.VALUES["outcome"]}
        assert known
        assert {in_words("en", "outcome", word) for word in known} == {expected[kind]}


def test_a_value_of_the_company_stays_as_it_is() -> None:
    assert in_words("fr", "region", "up") == "up"
    assert in_words("fr", "channel", "nps") == "nps"


def test_what_definitions_hold_as_codes_has_words() -> None:
    """A parameter, a choice or a method without words would show its code on a French page."""
    indicators = CATALOGUE.values()
    parameters = [one for indicator in indicators for one in indicator.parameters]
    assert {one.name for one in parameters} <= set(codes.PARAMETERS)
    assert {choice for one in parameters for choice in one.choices} <= set(codes.CHOICES)
    methods = {*SHARE_METHODS, *NET_METHODS, *RATIO_METHODS} - {"default"}
    assert methods <= set(codes.METHODS)
    token = language.set("fr")
    try:
        assert codes.method_name("fieller-no-spread") == "Fieller (sans dispersion\u00a0: pas de bornes)"
    finally:
        language.reset(token)
