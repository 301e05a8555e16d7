from dataclasses import replace
from pathlib import Path

from timonier.demo import TRUTHS
from timonier.demo.page import truths_page

PAGE = Path(__file__).parents[2] / "docs" / "demo-company.md"


def test_the_documented_values_are_the_planted_ones() -> None:
    assert PAGE.read_text(encoding="utf-8") == truths_page(TRUTHS), (
        "write it again: python -m timonier.demo.page docs/demo-company.md"
    )


def test_a_changed_value_changes_the_page() -> None:
    assert truths_page(replace(TRUTHS, fcr_before=0.63)) != truths_page(TRUTHS)
