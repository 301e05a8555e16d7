"""Who may not see rows is neither offered nor given what tells people apart: agents, accounts."""

from typing import Any

import pytest

from timonier.web.accounts.access import NAMING, scope_of
from timonier.web.figures.filtering import choices
from timonier.web.figures.indicator import asked_of, splittable

pytestmark = pytest.mark.django_db
WHY = "le détail des lignes ne vous est pas ouvert"
PAGES = ("/indicateur/fcr/", "/indicateur/fcr/ventilation", "/indicateur/fcr/pourquoi")


def offered(user: Any) -> set[str]:
    from django.http import QueryDict

    scope = scope_of(user)
    names = {name for one in ("fcr", "nps") for name in splittable(asked_of(one, QueryDict(), scope))}
    return names | {choice.name for choice in choices(scope)}


def test_a_reader_is_offered_no_dimension_of_people_and_an_agent_is(signed: Any) -> None:
    assert not offered(signed("reader").person) & NAMING
    assert offered(signed("agent").person) & NAMING == {"agent", "account_id"}


@pytest.mark.parametrize("query", ["?agent=a1", "?par=agent", "?account_id=x"])
def test_a_reader_who_names_one_in_an_address_is_told_and_shown_the_nearest(signed: Any, query: str) -> None:
    reader, pilot = signed("reader"), signed("pilot")
    for page in PAGES:
        text = reader.get(page + query).content.decode()
        assert WHY in text
        assert "par=agent" not in text
        assert WHY not in pilot.get(page + query).content.decode()
    assert WHY in reader.get("/?agent=a1").content.decode()


def test_fragments_hold_no_agent_for_a_reader(signed: Any) -> None:
    asked = {"par": "agent"}
    named = {"HX-Request": "true"}
    reader = signed("reader").get("/indicateur/fcr/ventilation", asked, headers=named).content.decode()
    pilot = signed("pilot").get("/indicateur/fcr/ventilation", asked, headers=named).content.decode()
    assert "agent=" in pilot, "the control: rows lead to each agent"
    assert "agent=" not in reader


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "html", "svg"])
def test_a_file_by_agent_leads_a_reader_to_the_page_that_says_why(signed: Any, form: str) -> None:
    reader = signed("reader")
    for address in (
        f"/export/indicateur/fcr/ventilation/agent.{form}",
        f"/export/indicateur/fcr/tendance.{form}?agent=a1",
    ):
        answer = reader.get(address)
        assert answer.status_code == 302
        assert WHY in reader.get(answer.headers["Location"]).content.decode()
    assert reader.get(f"/export/passerelle.{form}?agent=a1").status_code == 302


def test_a_view_kept_by_a_pilot_with_an_agent_shows_a_reader_the_whole(signed: Any) -> None:
    reader = signed("reader")
    reader.post("/vues", {"name": "mienne", "path": "/", "agent": "a1"})
    from timonier.web.dashboards.models import SavedView

    assert "agent" not in SavedView.objects.get(name="mienne").query
