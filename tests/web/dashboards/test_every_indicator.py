"""Every indicator and variant, on every page about it, filtered or not: an answer, never an error."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from timonier.indicators.catalogue import CATALOGUE

pytestmark = pytest.mark.django_db
type Signed = Callable[..., Any]
OF_THEIR_OWN = [(name, key) for name, one in CATALOGUE.items() for key, kind in one.variants.items() if kind.units]
FILTERS = ["", "&region=Bretagne", "&channel=web", "&region=Bretagne&segment=pro"]


@pytest.mark.parametrize(("part", "those"), [("lignes", OF_THEIR_OWN), ("ventilation", OF_THEIR_OWN)])
def test_every_variant_has_its_pages(signed: Signed, part: str, those: list[tuple[str, str]]) -> None:
    client = signed("agent")
    for place, (name, variant) in enumerate(those):
        asked = f"?variante={variant}{FILTERS[place % len(FILTERS)]}&par=channel"
        answer = client.get(f"/indicateur/{name}/{part}{asked}")
        assert answer.status_code == 200, (name, variant, asked)


def test_rows_of_every_variant_are_those_of_the_filter(signed: Signed) -> None:
    """A filter takes rows away, or leaves them all; it never fails."""
    client = signed("agent")

    def rows(name: str, query: str) -> int:
        page = client.get(f"/indicateur/{name}/lignes{query}")
        assert page.status_code == 200, (name, query)
        text = unescape(re.sub(r"<[^>]+>", " ", page.content.decode()))
        found = re.search(r"\d+ à \d+ sur ([\d\s]+) lignes", text)
        return int(re.sub(r"\D", "", found[1])) if found else 0

    for name in ("churn", "nrr", "complaints"):
        for variant in list(CATALOGUE[name].variants)[:2]:
            whole, part = (rows(name, f"?variante={variant}{one}") for one in ("", "&region=Bretagne"))
            assert 0 < part < whole, (name, variant)


@pytest.mark.parametrize("variant", ["orders", "customers"])
def test_what_means_two_things_is_not_offered_to_split_by(signed: Signed, variant: str) -> None:
    page = signed("reader").get(f"/indicateur/complaints/ventilation?variante={variant}&par=channel").content.decode()
    assert 'value="channel"' not in page
    assert 'value="region"' in page
    assert "ne se ventile pas par" in unescape(page)


def test_conversion_is_not_split_by_what_only_those_who_converted_have(signed: Signed) -> None:
    """By delegation it would be 90 % everywhere: it is that of the customer whom the prospect became."""
    client = signed("reader")
    page = client.get("/indicateur/conversion/ventilation").content.decode()
    assert not any(f'value="{name}"' in page for name in ("delegation", "store", "role"))
    assert all(f'value="{name}"' in page for name in ("channel", "region")), "those are columns of prospects"
    bridge = re.sub(r"\s", " ", unescape(client.get("/?delegation=Grand Ouest").content.decode()))
    assert "Conversion des prospects : délégation : connu seulement des prospects devenus clients" in bridge
