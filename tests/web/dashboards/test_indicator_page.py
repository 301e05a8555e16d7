"""The page of an indicator: its figure, its fragments, what a wrong address shows, what a scope hides."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

pytestmark = pytest.mark.django_db

PAGES = ("", "ventilation", "pourquoi", "lignes")
NAMES = ("nps", "csat", "churn", "average_basket", "contacts_received", "part_web")


def words_of(response: Any) -> str:
    """What a page says, without markup; spaces of any width are plain."""
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def names() -> list[str]:
    from timonier.web.core.desks import lent_desk

    with lent_desk() as desk:
        return list(desk.catalogue)


def test_every_page_of_every_indicator_answers(signed: Callable[..., Any], names: list[str]) -> None:
    client = signed("administrator")
    for name in names:
        for page in PAGES:
            response = client.get(f"/indicateur/{name}/{page}")
            assert response.status_code == 200, (name, page)
            assert b"style=" not in response.content, (name, page)
