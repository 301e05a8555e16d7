"""Share links: one figure, frozen, for people without an account, until it ends."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from timonier.web.accounts.models import User
from timonier.web.core.models import AuditEntry
from timonier.web.dashboards.models import Annotation, Target
from timonier.web.sharing.models import ShareLink
from timonier.web.sharing.shares import open_share

pytestmark = pytest.mark.django_db
QUERY = "?du=2025-07-01&au=2026-06-30&vs=precedente"
TREND = f"{QUERY}&survey=agence&quoi=indicateur/nps/tendance"
BREAKDOWN = f"{QUERY}&survey=agence&quoi=indicateur/nps/ventilation/region"
BRIDGE = f"{QUERY}&quoi=passerelle"
HERE, ELSEWHERE = "Bretagne", "Normandie"


@pytest.fixture(autouse=True)
def no_counter() -> None:
    cache.clear()


def shared(client: Any, what: str = TREND, **told: Any) -> str:
    """The address of a new link."""
    answer = client.post(f"/partage/nouveau{what}", {"days": 30, **told})
    assert answer.status_code == 200, answer.content[-500:]
    return re.search(r"/partage/[\w-]{43}", answer.content.decode())[0]  # type: ignore[index]


def value_on(page: bytes) -> str:
    return re.search(r'kpi-value"[^>]*>([^<]+)<', page.decode())[1]  # type: ignore[index]


@pytest.fixture
def maker(signed: Any) -> Any:
    return signed("pilot")


def test_anyone_with_the_link_sees_the_figure_of_the_page(maker: Any, client: Client) -> None:
    page = maker.get(f"/indicateur/nps/{QUERY}&survey=agence").content
    answer = client.get(shared(maker))
    assert answer.status_code == 200
    assert value_on(answer.content) == value_on(page)
    assert b"noindex" in answer.content
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_every_kind_of_share(maker: Any, client: Client) -> None:
    for what, words in ((BRIDGE, "Satisfaction"), (TREND, "Évolution"), (BREAKDOWN, ELSEWHERE)):
        text = client.get(shared(maker, what)).content.decode()
        assert words in text
        links = re.findall(r'href="([^"#]+)"', text)
        assert all(link.startswith("/static/") for link in links), "nothing leads further"
        assert "answer_id" not in text
        assert "<nav" not in text


def test_only_those_who_may_share(signed: Any, client: Client) -> None:
    for role in ("owner", "agent", "reader"):
        person = signed(role)
        assert person.get(f"/partage/nouveau{TREND}").status_code == 403
        assert person.post(f"/partage/nouveau{TREND}", {"days": 30}).status_code == 403
        assert person.get("/partage/").status_code == 403
    assert client.get("/partage/").status_code == 302
    assert not ShareLink.objects.exists()


def test_ended_links_and_unknown_ones_look_the_same(maker: Any, client: Client) -> None:
    gone = [client.get("/partage/" + "x" * 43)]
    link = shared(maker)
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    gone.append(client.get(link))
    ShareLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert client.get(link).status_code == 200, "the control"
    maker.post(f"/partage/{ShareLink.objects.get().pk}/revoquer")
    gone.append(client.get(link))
    ShareLink.objects.update(revoked_at=None)
    User.objects.update(is_active=False)
    gone.append(client.get(link))
    User.objects.update(is_active=True, role="reader")
    gone.append(client.get(link))
    assert {answer.status_code for answer in gone} == {404}
    assert len({answer.content for answer in gone}) == 1


def test_what_visitors_ask_is_not_read(maker: Any, client: Client) -> None:
    link = shared(maker, TREND + "&region=" + HERE)
    page = client.get(link).content
    for asked in ("?region=" + ELSEWHERE, "?periode=30d", "?au-jour=2020-01-01", "?variante=x&par=store"):
        assert client.get(link + asked).content == page
    assert HERE in page.decode()
    assert client.post(link).status_code == 405


def test_facts_and_days_are_those_of_the_day_it_was_made(maker: Any, client: Client) -> None:
    shared(maker, "?periode=12m&vs=precedente&quoi=passerelle")
    query = ShareLink.objects.get().query
    assert re.fullmatch(r"\?du=\d{4}-\d\d-\d\d&au=\d{4}-\d\d-\d\d&vs=precedente&au-jour=\d{4}-\d\d-\d\d", query)


def test_scope_of_the_maker_holds_for_ever(signed: Any, client: Client) -> None:
    maker = signed("pilot", scope={"region": [HERE]})
    mine, wide = shared(maker), shared(signed("pilot"))
    before = value_on(client.get(mine).content)
    assert before != value_on(client.get(wide).content), "the control"
    User.objects.filter(pk=maker.person.pk).update(scope={})
    assert value_on(client.get(mine).content) == before
    listed = shared(signed("pilot", scope={"region": [HERE]}), BREAKDOWN)
    assert ELSEWHERE not in client.get(listed).content.decode()


def test_narrower_scope_narrows_links_made_before(signed: Any, client: Client) -> None:
    maker, other = signed("pilot"), signed("pilot", scope={"region": [HERE]})
    link, narrow = shared(maker), shared(other)
    User.objects.filter(pk=maker.person.pk).update(scope={"region": [HERE]})
    assert value_on(client.get(link).content) == value_on(client.get(narrow).content)


def test_a_filter_that_is_no_longer_there_shows_nothing(maker: Any, client: Client) -> None:
    link = shared(maker, TREND + "&region=" + HERE)
    assert client.get(link).status_code == 200
    ShareLink.objects.update(query=ShareLink.objects.get().query.replace("region=", "contree="))
    assert client.get(link).status_code == 404


@pytest.mark.parametrize("what", ["indicateur/nps/lignes", "indicateur/nps/distribution", "indicateur/nps", "", "../x"])
def test_what_cannot_be_shared(maker: Any, what: str) -> None:
    assert maker.get(f"/partage/nouveau{QUERY}&quoi={what}").status_code == 404
    assert maker.post(f"/partage/nouveau{QUERY}&quoi={what}", {"days": 3}).status_code == 404


def test_views_that_name_people_are_not_shared(maker: Any) -> None:
    asked = f"/partage/nouveau{QUERY}&agent=a1&quoi=passerelle"
    assert "ne peut pas être partagée" in maker.get(asked).content.decode()
    assert maker.post(asked, {"days": 3}).status_code == 400
    assert not ShareLink.objects.exists()


@pytest.mark.parametrize("days", ["0", "366", "-1", "", "x", "9" * 30])
def test_days_out_of_bounds(maker: Any, days: str) -> None:
    assert maker.post(f"/partage/nouveau{BRIDGE}", {"days": days}).status_code == 400
    assert not ShareLink.objects.exists()


def test_files_only_where_allowed(maker: Any, client: Client) -> None:
    closed, open_ = shared(maker), shared(maker, allow_download="on")
    assert client.get(closed + "/figures.csv").status_code == 404
    assert "figures.csv" not in client.get(closed).content.decode()
    answer = client.get(open_ + "/figures.csv")
    assert answer.content.startswith(b"\xef\xbb\xbffamille;")
    assert client.get(open_ + "/figures.xlsx").content.startswith(b"PK")
    assert client.get(open_ + "/figures.json").status_code == 404
    assert client.get(open_ + "/figures.csv?region=" + HERE).content == answer.content


def test_what_the_company_writes_stays_inside(maker: Any, client: Client) -> None:
    Annotation.objects.create(day=date(2026, 1, 15), text="SECRET-BREAK", breaks=True)
    Annotation.objects.create(day=date(2026, 2, 15), text="SECRET-EVENT")
    Target.objects.create(indicator="nps", variant="default", value=77.7, since=date(2025, 1, 1))
    label = shared(maker, label="SECRET-LABEL")
    text = client.get(label).content.decode() + client.get(shared(maker, BRIDGE)).content.decode()
    assert "SECRET" not in text
    assert "77,7" not in text
    assert "rupture de série" in text
    inside = maker.get(f"/export/indicateur/nps/tendance.svg{QUERY}&survey=agence").content.decode()
    assert "SECRET-BREAK" in inside, "the control: people of the company see it"


def test_tokens_are_not_kept(maker: Any) -> None:
    token = shared(maker).rpartition("/")[2]
    link = ShareLink.objects.get()
    assert token not in str(vars(link))
    assert token not in str(list(AuditEntry.objects.values()))
    assert len(token) >= 43
    assert open_share(token) is not None


def test_listing_and_revoking(signed: Any, client: Client) -> None:
    maker, other, administrator = signed("pilot"), signed("pilot"), signed()
    link = shared(maker, TREND + "&region=Bretagne", label="Comité de juin")
    client.get(link)
    client.get(link)
    pk = ShareLink.objects.get().pk
    page = maker.get("/partage/").content.decode()
    assert "Comité de juin" in page
    told = re.search(r'data-label="Quoi">(.*?)</th>', page, re.DOTALL)
    assert told is not None
    about = " ".join(unescape(re.sub(r"<[^>]+>", " ", told[1])).split())
    assert about.startswith("NPS (recommandation nette) Comité de juin du 1er juill. 2025 au 30 juin 2026, ")
    assert about.endswith("Région Bretagne, Questionnaire agence")
    assert ShareLink.objects.get().opened == 2
    assert ShareLink.objects.get().last_opened_at is not None
    assert "Comité de juin" not in other.get("/partage/").content.decode()
    assert other.post(f"/partage/{pk}/revoquer").status_code == 404
    assert administrator.get("/partage/").content.decode().count("Comité de juin") == 1
    assert administrator.post(f"/partage/{pk}/revoquer").status_code == 302
    assert client.get(link).status_code == 404
    actions = list(AuditEntry.objects.filter(action__startswith="share").values_list("action", flat=True))
    assert actions == ["share_revoked", "shared"]


def test_guessing_is_slowed_down(maker: Any, client: Client) -> None:
    link = shared(maker)
    for number in range(10):
        assert client.get(f"/partage/{number}").status_code == 404
    assert client.get("/partage/autre").status_code == 429
    slow = client.get(link)
    assert slow.status_code == 429
    assert slow.headers["Retry-After"] == "60"
    assert client.get(link, REMOTE_ADDR="203.0.113.9").status_code == 200, "others are not held up"


def test_language_of_the_browser(maker: Any, client: Client) -> None:
    link = shared(maker)
    english = client.get(link, headers={"Accept-Language": "en-GB,en;q=0.8"})
    assert english.headers["Content-Language"] == "en"
    assert "Over the whole period" in english.content.decode()
    assert "Sur toute la période" in client.get(link, headers={"Accept-Language": "fr"}).content.decode()


def test_naughty_names_are_shown_as_text(maker: Any) -> None:
    shared(maker, label="<script>alert(1)</script>")
    page = maker.get("/partage/").content.decode()
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page


def test_ended_says_when() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert not ShareLink(expires_at=noon).ended(noon - timedelta(seconds=1))
    assert ShareLink(expires_at=noon).ended(noon)
    assert ShareLink(expires_at=noon + timedelta(days=1), revoked_at=noon).ended(noon)


def test_a_shared_bridge_says_what_the_page_says_of_its_changes(maker: Any, client: Client) -> None:
    page, outside = maker.get(f"/{QUERY}").content.decode(), client.get(shared(maker, BRIDGE)).content.decode()
    finding = re.compile(r'class="finding"[^>]*>([^<]+)<')
    provisional = re.compile(r">\s*provisoire\s*<|\u25cb")
    assert finding.findall(outside) == [one.strip() for one in finding.findall(page)]
    found = [len(provisional.findall(one.partition('class="families"')[2])) for one in (outside, page)]
    assert found[0] == found[1] > 0
    assert "comparaisons de la page sont vérifiées ensemble" in page
    assert "comparaisons de la page sont vérifiées ensemble" in outside
