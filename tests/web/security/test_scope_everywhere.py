"""Someone limited to one region reads no other region's name, on any page, row, chart or file that they may reach."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from known_routes import every_route, expected

from timonier.web.accounts.access import Right

pytestmark = pytest.mark.django_db

MINE = "Bretagne"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def regions() -> set[str]:
    from timonier.web.core.desks import lent_desk

    with lent_desk() as desk:
        return set(desk.source.frame("customers").select("region").unique().collect()["region"].to_list()) - {None}


def pages(client: Any) -> dict[str, str]:
    """What each address gives, plain and asked for by region."""
    client.raise_request_exception = False
    access = expected()
    found = {}
    for route in every_route():
        if "GET" not in access[route.name].methods or access[route.name].access not in set(Right):
            continue
        for query in ({}, {"par": "region"}, {"dimension": "region"}):
            answer = client.get(route.address(), query)
            if answer.status_code == 200 and not answer.streaming:
                found[f"{route.address()} {query}"] = answer.content.decode("utf-8", "replace")
    return found


def test_no_page_names_another_region(signed: Any) -> None:
    others = regions() - {MINE}
    assert len(others) >= 3
    seen = pages(signed("pilot", scope={"region": [MINE]}))
    leaks = [f"{address}: {name}" for address, text in seen.items() for name in others if name in text]
    assert not leaks, "\n".join(leaks)
    assert any(MINE in text for text in seen.values())


def test_the_control_someone_without_limit_reads_them(signed: Any) -> None:
    others = regions() - {MINE}
    assert any(name in text for text in pages(signed("pilot")).values() for name in others)
