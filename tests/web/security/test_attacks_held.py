"""What someone with a part of the rights tried, and what it gives now."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.django_db

MINE = {"region": ["Bretagne"]}


def test_filters_offer_no_store_agent_or_account_of_elsewhere(signed: Any) -> None:
    from timonier.web.core.desks import lent_desk

    with lent_desk() as desk:
        rows = desk.source.frame("contracts").select("region", "store").unique().collect()
    pairs = [pair for pair in zip(rows["region"].to_list(), rows["store"].to_list(), strict=True) if all(pair)]
    mine = {store for region, store in pairs if region == "Bretagne"}
    elsewhere = {store for _, store in pairs} - mine
    assert mine
    assert elsewhere
    page = signed("reader", scope=MINE).get("/filtre").content.decode()
    everything = signed("reader").get("/filtre").content.decode()
    assert [store for store in elsewhere if store in everything]
    assert not [store for store in elsewhere if store in page]


def test_choices_are_kept_apart_by_scope(company: Any) -> None:
    from timonier.web.accounts.access import Scope
    from timonier.web.figures.filtering import choices

    whole = {one.name: set(one.values) for one in choices(Scope())}
    mine = {one.name: set(one.values) for one in choices(Scope.of(MINE))}
    assert "region" in whole
    assert "region" not in mine  # one value is no choice
    assert "purpose" in whole
    assert "purpose" not in mine  # costs cannot be told apart by region
    assert mine["store"] < whole["store"]


@pytest.mark.parametrize("name", ["csat", "ces", "nps"])
def test_the_file_of_a_distribution_holds_what_the_page_draws(signed: Any, name: str) -> None:
    client = signed("reader", language="en")
    found = json.loads(client.get(f"/export/indicateur/{name}/distribution.json").content)
    spread = client.get(f"/indicateur/{name}/").context["spread"]
    assert spread
    assert [(one["score"], one["count"]) for one in found["records"]] == [(one.score, one.count) for one in spread]
    assert f"{spread[0].count:,}" in client.get(f"/export/indicateur/{name}/distribution.html").content.decode()


def test_a_path_that_cannot_be_kept_is_the_first_page(signed: Any) -> None:
    client = signed("reader")
    for path in ("/indicateur/" + "a" * 300, "/indicateur/\x00"):
        answer = client.post("/vues", {"path": path, "name": "a\x00b"})
        assert answer.status_code == 302
        assert answer.url.startswith("/?")


def test_a_nul_in_a_scope_is_left_out(signed: Any) -> None:
    client = signed("administrator")
    sent = {"email": "a@exemple.fr", "role": "reader", "scope:agent": "A0\x0001"}
    assert client.post("/reglages/personnes/inviter", sent).status_code == 200


def test_a_page_left_open_does_not_give_rights_back(signed: Any) -> None:
    """Someone is removed while the page where they choose a new password is being answered."""
    from timonier.web.accounts import services
    from timonier.web.accounts.models import Role, User

    boss, someone = signed("administrator").person, signed("pilot").person
    token = services.reset_link(by=boss, user=someone)
    stale = User.objects.get(pk=someone.pk)
    original = User.set_password

    def meanwhile(user: User, raw: str | None) -> None:
        User.objects.filter(pk=someone.pk).update(role=Role.READER, is_active=False)
        original(user, raw)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(User, "set_password", meanwhile)
        services.accept_invitation(token=token, name="", password="un mot de passe bien long")  # noqa: S106
    someone.refresh_from_db()
    assert (someone.role, someone.is_active) == (Role.READER, False)
    assert someone.password != stale.password


def test_the_last_administrator_is_counted_as_they_are_now(signed: Any) -> None:
    """Made administrator after the page was opened, then the only one: the page cannot take that away."""
    from timonier.errors import UsageError
    from timonier.web.accounts import services
    from timonier.web.accounts.models import Role, User

    boss, someone = signed("administrator").person, signed("reader").person
    stale = User.objects.get(pk=someone.pk)
    services.change_access(by=boss, user=someone, role=Role.ADMINISTRATOR, scope={}, active=True)
    services.change_access(by=someone, user=boss, role=Role.READER, scope={}, active=True)
    with pytest.raises(UsageError):
        services.change_access(by=someone, user=stale, role=Role.READER, scope={}, active=True)
    assert User.objects.get(pk=someone.pk).role == Role.ADMINISTRATOR


@pytest.mark.parametrize(("encrypted", "told"), [(1, "203.0.113.9"), (0, "10.0.0.1")])
def test_people_behind_the_proxy_are_told_apart(settings: Any, rf: Any, encrypted: int, told: str) -> None:
    """Else ten wrong passwords of one visitor close the door to everybody for a minute."""
    from allauth.account.adapter import get_adapter

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = encrypted
    request = rf.get("/", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}, REMOTE_ADDR="10.0.0.1")
    assert get_adapter(request).get_client_ip(request) == told


def test_a_number_without_end_is_no_answer() -> None:
    from types import SimpleNamespace

    from django.http import QueryDict

    from timonier.web.intake import forms
    from timonier.web.intake.findings import question_key

    question: Any = SimpleNamespace(kind="date_order", column="a", values=(), choices=("x", "y"))
    key = question_key(question)
    assert forms.answers_of(QueryDict(f"q.{key}={'9' * 5000}"), [question]) == {}
    assert forms.answers_of(QueryDict(f"q.{key}=1"), [question])


def nps_of(client: Any, query: str = "") -> dict[str, int]:
    found = json.loads(client.get(f"/export/passerelle.json{query}").content)["records"]
    return {one["by"].get("survey", ""): one["n"] for one in found if one["indicator"] == "nps"}


def test_surveys_are_not_pooled_by_a_filter_nor_by_a_scope(signed: Any) -> None:
    client = signed("reader", language="en")
    apart = nps_of(client)
    two = sorted(apart)[:2]
    expected = {name: apart[name] for name in two}
    asked = "&".join(f"survey={name}" for name in two)
    assert all(two)
    assert nps_of(client, f"?{asked}") == expected
    assert nps_of(signed("reader", scope={"survey": two})) == expected
    assert nps_of(client, f"?survey={two[0]}") == {"": apart[two[0]]}
    page = client.get(f"/indicateur/nps/?{asked}")
    assert page.context["line"].estimate.n == max(expected.values())
    assert "One at a time" in page.content.decode()


@pytest.mark.parametrize("name", ["acquisition_channel", "account_id", "role"])
def test_what_only_customers_have_is_a_filter_and_a_scope_too(signed: Any, name: str) -> None:
    from timonier.web.accounts.access import Scope
    from timonier.web.figures.filtering import choices

    value = next(one.values[0] for one in choices(Scope()) if one.name == name)
    assert signed("reader").get("/", {name: value}).status_code == 200
    assert signed("reader", scope={name: [value]}).get("/indicateur/nps/").status_code == 200
