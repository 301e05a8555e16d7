"""Leading people where they expect: back, on, by their own words, and never further than they may go."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import narwhals as nw
import pytest

from timonier.text import folded

pytestmark = pytest.mark.django_db
type Signed = Callable[..., Any]


def an_answer(region: str) -> dict[str, Any]:
    """An answer of a customer of that region."""
    from timonier.web.core.desks import lent_desk

    with lent_desk() as desk:
        customers = desk.source.frame("customers").filter(nw.col("region") == region).select("customer_id")
        answers = desk.source.frame("answers").filter(~nw.col("customer_id").is_null())
        return answers.join(customers, on="customer_id").sort("answer_id").head(1).collect().to_dict(as_series=False)


def told(response: Any) -> list[str]:
    """The addresses of a page's main part."""
    body = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', body)]


@pytest.mark.parametrize(
    ("asked", "name"),
    [("résiliation", "churn"), ("RESILIATION", "churn"), ("premier appel", "fcr"), ("réachat", "repeat_purchase")],
)
def test_an_indicator_is_found_by_what_people_call_it(signed: Signed, asked: str, name: str) -> None:
    answer = signed("reader").get("/recherche", {"q": asked})
    found = [answer.headers["Location"]] if answer.status_code == 302 else told(answer)
    assert f"/indicateur/{name}/" in found


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("liens de partage", "/partage/"),
        ("journal", "/reglages/journal"),
        ("personnes", "/reglages/personnes"),
        ("qualité", "/donnees/qualite"),
        ("chargements", "/donnees/chargements"),
        ("mot de passe", "/compte/password/change/"),
    ],
)
def test_a_page_is_found_by_those_whom_it_is_open_to(signed: Signed, asked: str, path: str) -> None:
    for role, open_to in (("administrator", True), ("reader", path.startswith("/compte/"))):
        answer = signed(role).get("/recherche", {"q": asked})
        found = [answer.headers["Location"]] if answer.status_code == 302 else told(answer)
        assert (path in found) is open_to, (role, found)


def test_a_family_is_found_with_all_its_indicators(signed: Signed) -> None:
    found = told(signed("reader").get("/recherche", {"q": "fidélité"}))
    assert {"/indicateur/churn/", "/indicateur/nrr/", "/indicateur/upsell/"} <= set(found)


def test_a_customer_is_found_by_number_within_the_scope_by_those_who_see_rows(signed: Signed) -> None:
    mine = an_answer("Bretagne")
    customer, answer = str(mine["customer_id"][0]), str(mine["answer_id"][0])
    agent = signed("agent", scope={"region": ["Bretagne"]})
    assert agent.get("/recherche", {"q": customer}).headers["Location"] == f"/client/{customer}/"
    assert agent.get("/recherche", {"q": answer}).headers["Location"] == f"/reponse/{answer}/"
    for other in (signed("agent", scope={"region": ["Occitanie"]}), signed("reader")):
        found = other.get("/recherche", {"q": customer})
        assert found.status_code == 200
        assert not [url for url in told(found) if "/client/" in url or "/reponse/" in url]


def test_a_missing_page_keeps_the_menu_of_those_who_are_signed_in(signed: Signed, client: Any) -> None:
    page = signed("reader").get("/licorne/")
    assert page.status_code == 404
    assert 'class="places"' in page.content.decode()
    closed = signed("reader").get("/reglages/")
    assert closed.status_code == 403
    assert 'class="places"' in closed.content.decode()
    assert 'class="places"' not in client.get("/licorne/").content.decode()


def test_the_filter_leaves_nothing_empty_in_the_address_and_keeps_the_rest(signed: Signed) -> None:
    client = signed("reader")
    form = client.get(
        "/filtre?periode=1t&vs=an&variante=mean&par=region&pas=mois&retour=/indicateur/nps/"
    ).content.decode()
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    assert {"variante": "mean", "par": "region", "pas": "mois", "retour": "/indicateur/nps/"}.items() <= kept.items()
    sent = client.get("/filtre", {**kept, "region": ["", "Bretagne"], "channel": ""})
    address = sent.headers["Location"]
    assert address.startswith("/indicateur/nps/?")
    assert "region=Bretagne" in address
    assert "variante=mean" in address
    assert "channel" not in address
    assert "appliquer" not in address
    assert client.get("/filtre?appliquer=1&retour=//ailleurs.exemple/").headers["Location"].startswith("/?")


def test_the_survey_changes_on_the_page_one_is_on(signed: Signed) -> None:
    page = signed("agent").get("/indicateur/nps/lignes")
    surveys = [one for one in told(page) if "survey=agence" in one]
    assert any(one.startswith("/indicateur/nps/lignes?") for one in surveys)


def test_an_answer_and_a_customer_lead_back_to_the_page_of_ours_that_led_there(signed: Signed) -> None:
    client, mine = signed("agent"), an_answer("Bretagne")
    there = "/indicateur/nps/lignes?periode=12m&vs=precedente&page=2"
    for path in (f"/reponse/{mine['answer_id'][0]}/", f"/client/{mine['customer_id'][0]}/"):
        assert there in told(client.get(path, headers={"referer": f"http://testserver{there}"}))
        for elsewhere in (
            "https://ailleurs.exemple/x",
            "http://testserver//ailleurs.exemple/",
            "javascript:alert(1)",
            "",
        ):
            assert told(client.get(path, headers={"referer": elsewhere}))[0] == "/indicateur/"


def test_rows_of_a_day_are_in_the_order_of_the_clock(signed: Signed) -> None:
    from django.http import QueryDict

    from timonier.web.accounts.access import Scope
    from timonier.web.dashboards.rows import rows_page
    from timonier.web.figures.indicator import asked_of

    signed("agent")
    found = rows_page(asked_of("nps", QueryDict("survey=relation"), Scope.of({})), 1, comments=False)
    moments = [(one["day"], one["answered_at"]) for one in found.records]
    assert all(isinstance(when, datetime) for _, when in moments)
    assert moments == sorted(moments, reverse=True)


def test_what_holds_nothing_is_not_offered_to_split_by(signed: Signed) -> None:
    """Against a naive count: the answers about the whole relationship are of no step."""
    from timonier.web.core.desks import lent_desk
    from timonier.web.figures.indicator import holds_some

    client, seen = signed("reader"), set()
    with lent_desk() as desk:
        answers = desk.source.frame("answers")
        for survey in ("relation", "agence", "parcours"):
            counts = answers.filter(nw.col("survey") == survey).select(nw.all().count()).collect()
            for name, [count] in counts.to_dict(as_series=False).items():
                assert holds_some(desk.source, "answers", name, ("survey", (survey,))) == (count > 0), (survey, name)
                seen.add(count > 0)
        assert not holds_some(desk.source, "answers", "licorne")
    assert seen == {True, False}
    offered = {
        survey: 'value="step"' in client.get(f"/indicateur/nps/ventilation?survey={survey}").content.decode()
        for survey in ("relation", "parcours")
    }
    assert offered == {"relation": False, "parcours": True}


def test_names_are_sorted_as_they_are_read() -> None:
    names = ["Zone", "île", "Île-de-France", "hauts", "Éa", "eb"]
    assert sorted(names, key=folded) == ["Éa", "eb", "hauts", "île", "Île-de-France", "Zone"]


@pytest.mark.parametrize("page", ["/indicateur/csat/ventilation", "/indicateur/csat/"])
def test_splitting_by_another_dimension_is_one_choice_in_a_form(signed: Signed, page: str) -> None:
    """As a browser sends it, on the page alone and in the part that the page of the indicator asks for."""
    client = signed("reader")
    part = client.get(
        "/indicateur/csat/ventilation?periode=1a", headers={"HX-Request": "true"} if page.endswith("/") else {}
    )
    body = part.content.decode()
    form = re.search(r'<form class="controls no-print" method="get" action="([^"]+)">(.*?)</form>', body, re.DOTALL)
    assert form is not None
    assert form[1] == page
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[2]))
    options = re.findall(r'<option value="([^"]*)"', form[2].partition('name="par"')[2])
    assert {"region", "segment"} <= set(options)
    sent = client.get("/indicateur/csat/ventilation", {**hidden, "par": "region"}).content.decode()
    assert "Par région" in sent
    assert "ne se ventile pas" not in sent


def test_from_rows_to_an_answer_to_a_customer_and_back_to_the_rows(signed: Signed) -> None:
    client, rows = signed("agent"), "/indicateur/nps/lignes?periode=12m&vs=precedente&page=2"
    one = an_answer("Bretagne")
    answer = client.get(f"/reponse/{one['answer_id'][0]}/", headers={"referer": f"http://testserver{rows}"})
    [customer] = {url for url in told(answer) if url.startswith("/client/")}
    assert rows in told(client.get(customer)), "the list, not the answer: two pages never lead to each other"
    again = next(url for url in told(client.get(customer)) if url.startswith("/reponse/"))
    assert rows in told(client.get(again))


def test_a_view_replaces_none_and_leads_back_to_where_one_was(signed: Signed) -> None:
    client = signed("pilot")
    state = {"periode": "1q", "vs": "aucune", "variante": "mean", "par": "region", "pas": "mois"}
    saved = client.post("/vues", {"name": "Ma vue", "path": "/indicateur/nps/", "shared": "on", **state})
    for kept in ("variante=mean", "par=region", "periode=1q"):
        assert kept in saved.headers["Location"]
    again = client.post("/vues", {"name": "Ma vue", "path": "/", "periode": "12m"}, follow=True).content.decode()
    assert "vous avez déjà une vue" in again
    view = client.person.savedview_set.get()
    assert (view.path, view.shared) == ("/indicateur/nps/", True)
    page = client.get("/?periode=3m&vs=an").content.decode()
    here = re.search(r'name="retour" value="([^"]+)"', client.get("/indicateur/nps/?periode=1q").content.decode())
    assert here is not None
    assert "Ma vue" not in page, "the bridge offers views of the bridge"
    gone = client.post(f"/vues/{view.pk}/retirer", {"retour": here[1].replace("&amp;", "&")})
    assert gone.headers["Location"].startswith("/indicateur/nps/?periode=1q")
    other = client.post("/vues", {"name": "x", "path": "/", "periode": "1q"})
    assert other.status_code == 302
    view = client.person.savedview_set.get()
    assert client.post(f"/vues/{view.pk}/retirer", {"retour": "//ailleurs.exemple/"}).headers["Location"] == "/"


def test_giving_up_a_share_leads_back_to_the_page_as_it_was(signed: Signed) -> None:
    page = signed("pilot").get("/partage/nouveau?periode=1q&vs=precedente&quoi=passerelle")
    assert "/?periode=1q&vs=precedente" in told(page)
    assert not any("au-jour" in url for url in told(page) if url.startswith("/?"))


def test_controls_stay_on_the_rows_and_the_survey_is_no_filter_to_remove(signed: Signed) -> None:
    page = signed("agent").get("/indicateur/nps/lignes?periode=1q&region=Bretagne")
    body = page.content.decode()
    assert 'action="/indicateur/nps/lignes" class="controls-form"' in body
    removed = [url for url in told(page) if url.startswith("/indicateur/nps/lignes?") and "region" not in url]
    assert removed
    assert "Retirer le filtre Questionnaire" not in body
    assert "Retirer le filtre Région" in body
    bridge = next(url for url in told(page) if url.startswith("/?"))
    assert "region=Bretagne" in bridge
    assert "survey" not in bridge


def test_a_segment_opens_a_page_split_by_another_dimension(signed: Signed) -> None:
    client = signed("reader")
    table = client.get("/indicateur/nps/ventilation?survey=relation&par=segment")
    link = next(url for url in told(table) if "segment=particulier" in url)
    assert "par=segment" not in link
    why = client.get(link.replace("/indicateur/nps/?", "/indicateur/nps/pourquoi?") + "&par=segment").content.decode()
    assert "pas un rapport de deux sommes" not in why
    assert "une valeur (segment)" in why


def test_a_period_of_chosen_days_can_be_left_by_the_same_list(signed: Signed) -> None:
    from django.http import QueryDict

    from timonier.web.accounts.access import Scope
    from timonier.web.figures.selectors import state_of

    page = signed("reader").get("/?du=2026-01-01&au=2026-02-10").content.decode()
    assert "dates choisies" in page
    kept = state_of(QueryDict("periode=&du=2026-01-01&au=2026-02-10"), Scope.of({}))
    assert (f"{kept.window.start}", kept.preset) == ("2026-01-01", "")
    assert state_of(QueryDict("periode=1q&du=2026-01-01&au=2026-02-10"), Scope.of({})).preset == "1q"
