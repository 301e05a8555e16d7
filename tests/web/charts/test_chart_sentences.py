"""What charts say in words, in both languages, computed from what they draw."""

from dataclasses import replace
from datetime import date

import pytest
from drawn_figures import course, nps, regions

from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.compare import compare_estimates
from timonier.indicators.difference import Difference
from timonier.indicators.estimate import Estimate, Period, State
from timonier.indicators.periods import split
from timonier.scorecard import words
from timonier.scorecard.score import Line
from timonier.scorecard.why import Moves
from timonier.text import Lang, language, say
from timonier.web.charts import sentences
from timonier.web.charts.breakdown import ranked
from timonier.web.charts.trend import trend

NBSP = "\u00a0"


def said(now: Estimate, before: Estimate, lang: Lang) -> str:
    language.set(lang)
    line = Line(CATALOGUE["nps"], now, before, compare_estimates(now, before))
    return sentences.of_line(line).replace(NBSP, " ")


def test_a_small_change_is_within_the_margin_of_error() -> None:
    now, before = nps(30, 5, 65), nps(31, 5, 64)
    assert (
        said(now, before, "fr")
        == "Le NPS est de +35,0, en hausse de 2,0 points [−22,9 ; +26,8], dans la marge d’erreur."
    )
    assert (
        said(now, before, "en")
        == "Net Promoter Score at +35.0, up 2.0 points [−22.9, +26.8], within the margin of error."
    )


def test_a_large_change_is_better_or_worse() -> None:
    now, before = nps(10, 10, 980), nps(900, 50, 50)
    assert "en hausse de 182,0 points [+178,2 ; +184,8] : progression au-delà de la marge d’erreur" in said(
        now, before, "fr"
    )
    assert "down 182.0 points [−184.8, −178.2]: deterioration beyond the margin of error" in said(before, now, "en")


@pytest.mark.parametrize(
    ("size", "french", "english"),
    [(0.9, "0,9 point", "0.9 points"), (1.0, "1,0 point", "1.0 point"), (1.96, "2,0 points", "2.0 points")],
)
def test_points_agree_with_their_number(size: float, french: str, english: str) -> None:
    language.set("fr")
    assert sentences.amount(size, nps(1, 1, 1)).replace(NBSP, " ") == french
    language.set("en")
    assert sentences.amount(size, nps(1, 1, 1)).replace(NBSP, " ") == english


def test_no_change_hidden_provisional_and_not_comparable() -> None:
    language.set("en")
    figure = nps(10, 10, 80)
    same = Difference(0.01, -5, 5, direction="up")
    assert sentences.of_change("NPS", figure, same) == "NPS at +70.0, unchanged, within the margin of error."
    hidden = replace(figure, value=None, state=State.SUPPRESSED, detail={"min_n": 5})
    assert sentences.of_change("NPS", hidden, same) == f"NPS: suppressed (n{NBSP}<{NBSP}5)."
    running = replace(figure, state=State.IMMATURE)
    assert sentences.of_change("NPS", running, None) == "NPS at +70.0 (provisional)."
    both = replace(same, provisional=True)
    assert sentences.of_change("NPS", running, both).count("provisional") == 1
    lost = compare_estimates(figure, nps(0, 0, 0))
    assert sentences.of_change("NPS", figure, lost).startswith("NPS at +70.0, not comparable: ")


@pytest.mark.parametrize(
    ("start", "end", "every", "french", "english"),
    [
        ((2026, 6, 1), (2026, 7, 1), "month", "juin 2026", "Jun 2026"),
        ((2026, 6, 12), (2026, 7, 1), "month", "juin 2026 (19 j)", "Jun 2026 (19 d)"),
        ((2026, 6, 29), (2026, 7, 6), "week", "2026-S27", "2026-W27"),
        ((2026, 6, 29), (2026, 7, 1), "week", "2026-S27 (2 j)", "2026-W27 (2 d)"),
        ((2026, 4, 1), (2026, 6, 1), "quarter", "T2 2026 (61 j)", "Q2 2026 (61 d)"),
        ((2025, 7, 1), (2026, 7, 1), None, "du 1er juill. 2025 au 30 juin 2026", "from 1 Jul 2025 to 30 Jun 2026"),
    ],
)
def test_a_period_cut_by_the_window_says_how_many_days_it_has(
    start: tuple[int, int, int], end: tuple[int, int, int], every: str | None, french: str, english: str
) -> None:
    window = Period(date(*start), date(*end))
    period = split(window, every)[0] if every else window
    one = replace(nps(1, 1, 1), period=period)
    for lang, name in (("fr", french), ("en", english)):
        language.set(lang)
        assert sentences.when(one, every).replace(NBSP, " ") == name


def test_an_amount_and_its_change_are_written_as_precisely() -> None:
    language.set("fr")
    cost = Estimate("cac", 105.62, 101.49, 109.96, 50, unit="money", currency="EUR")
    change = Difference(-5.56, -11.81, 0.66, direction="down")
    assert words.change(change, cost) == "−5,56"
    assert words.margin(change, cost).replace(NBSP, " ") == "[−11,81 ; +0,66]"
    assert "5,56" in sentences.moved(change, cost)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (Estimate("x", 2.0, n=10, unit="days"), ""),
        (Estimate("x", None, n=0, unit="share"), "nothing to count over this period"),
        (
            Estimate("x", None, n=9, unit="days", detail={"open": 4}),
            "too many cases are still open for this figure to be known",
        ),
        (Estimate("x", None, n=0, state=State.SUPPRESSED), ""),
    ],
)
def test_a_figure_without_value_says_why(found: Estimate, why: str) -> None:
    language.set("en")
    assert words.why_none(found) == why


def test_a_change_too_small_to_be_written_is_not_called_none_when_it_is_sure() -> None:
    language.set("fr")
    figure = nps(10, 10, 80)
    sure = Difference(-0.04, -0.08, -0.01, direction="up")
    assert sentences.moved(sure, figure) == "en très légère baisse : dégradation au-delà de la marge d’erreur"
    assert sentences.moved(replace(sure, high=0.02), figure) == "sans changement, dans la marge d’erreur"


def test_shares_move_in_points_and_amounts_in_their_currency() -> None:
    language.set("fr")
    share = Estimate("csat", 0.6, n=10, unit="share", direction="up")
    moved = sentences.moved(Difference(-0.031, -0.05, -0.01, direction="up"), share)
    assert (
        moved.replace(NBSP, " ") == "en baisse de 3,1 points [−5,0 ; −1,0] : dégradation au-delà de la marge d’erreur"
    )
    basket = Estimate("average_basket", 54.0, n=10, unit="money", currency="EUR")
    assert "en hausse de 4,00 €" in sentences.moved(Difference(4.0, None, None), basket).replace(NBSP, " ")


def test_a_course_is_told_by_its_ends_its_extremes_and_its_gaps() -> None:
    language.set("fr")
    text = sentences.of_trend("NPS", course([10, None, 50, 40], running=True)).replace(NBSP, " ")
    assert text == (
        "Le NPS passe de +10,0 (janv. 2026) à +40,0 (avr. 2026), entre +10,0 (janv. 2026) et +50,0 (mars 2026) ; "
        "la dernière valeur est provisoire ; 1 période sans chiffre."
    )


def test_a_course_of_quarters_names_them_as_its_axis_does() -> None:
    language.set("fr")
    quarters = [
        Period(date(2025, 7, 1), date(2025, 10, 1), "2025-Q3"),
        Period(date(2025, 10, 1), date(2026, 1, 1), "2025-Q4"),
    ]
    found = [replace(one, period=period) for one, period in zip(course([10, 40]), quarters, strict=True)]
    text = trend("NPS", found, every="quarter").summary.replace(NBSP, " ")
    assert "de +10,0 (T3 2025) à +40,0 (T4 2025)" in text


def test_a_breakdown_names_only_what_may_be_ranked() -> None:
    language.set("fr")
    order = ranked(regions({"Bretagne": 200, "Alsace": 90, "Corse": 12}))
    text = sentences.of_breakdown("NPS", [(one.by[0][1] or "", one) for one in order.firm], len(order.others))
    assert "Corse" not in text
    assert text.replace(NBSP, " ").endswith("1 segment hors classement (n < 30).")


def test_a_split_says_what_comes_from_the_segments_and_what_from_their_weight() -> None:
    language.set("fr")
    halves = Moves(
        Difference(-2.5, -4, -1), Difference(-0.6, None, None), Difference(-3.1, -5, -1.2, method="adjusted-wald")
    )
    text = sentences.of_split("NPS", halves, nps(1, 1, 1)).replace(NBSP, " ")
    assert text == (
        "Le NPS est en baisse de 3,1 points [−5,0 ; −1,2], soit −2,5 pts [−4,0 ; −1,0] du fait des segments "
        "eux-mêmes et −0,6 pt du fait de leur poids."
    )


@pytest.mark.parametrize(
    ("label", "french"),
    [
        ("Taux de réponse", "Le taux de réponse est de 60,0 %."),
        ("Attrition", "L’attrition est de 60,0 %."),
        ("Réclamations", "Réclamations : 60,0 %."),
        ("NPS — relation", "NPS — relation : 60,0 %."),
        (f"Effort client{NBSP}: accord (CES 2.0)", "Effort client (accord, CES 2.0) : 60,0 %."),
    ],
)
def test_a_french_sentence_begins_with_the_article_of_its_indicator(label: str, french: str) -> None:
    language.set("fr")
    share = Estimate("csat", 0.6, n=10, unit="share", direction="up")
    assert sentences.of_change(label, share, None).replace(NBSP, " ") == french


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_indicator_has_a_short_name(lang: Lang) -> None:
    for indicator in CATALOGUE.values():
        name = sentences.short(say(indicator.label, lang))
        assert name
        assert "(" not in name


def test_a_variant_stands_after_the_name_with_its_own_parentheses() -> None:
    token = language.set("fr")
    try:
        told = sentences.of_value("Effort client\u00a0: accord (CES 2.0) — moyenne, 7 = facile", nps(30, 5, 65))
        assert told.replace(NBSP, " ").startswith("Effort client (accord, CES 2.0) — moyenne, 7 = facile : ")
    finally:
        language.reset(token)
