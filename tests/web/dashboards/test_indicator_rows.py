"""The rows behind a figure, one answer, one customer: exactly what counts, within the scope, comments to few."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
type Signed = Callable[..., Any]


def words_of(response: Any) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.sub(r"\s+", " ", text)


def links(response: Any, kind: str) -> list[str]:
    return [unescape(one) for one in re.findall(rf'href="(/{kind}/[^"]+)"', response.content.decode())]


def answers(**wanted: str) -> list[dict[str, Any]]:
    """Answers of the company by the values of their columns."""
    import narwhals as nw

    from timonier.web.core.desks import lent_desk

    with lent_desk() as desk:
        frame = desk.source.frame("answers")
        for name, value in wanted.items():
            frame = frame.filter(nw.col(name) == value)
        return list(frame.sort("answer_id").collect().iter_rows(named=True))


def test_rows_are_as_many_as_the_figure_counts(signed: Signed) -> None:
    client = signed("agent")
    asked = "?survey=relation&region=Bretagne"
    text = words_of(client.get(f"/indicateur/nps/lignes{asked}"))
    n = int(re.sub(r"\D", "", re.search(r"pour n = ([\d ]+) ;", text)[1]))  # type: ignore[index]
    counted, page = 0, 1
    while True:
        found = client.get(f"/indicateur/nps/lignes{asked}&page={page}")
        body = words_of(found)
        counted += len(re.findall(r"(?:promoteur|passif|détracteur) ", body))
        if 'rel="next"' not in found.content.decode():
            break
        page += 1
    assert counted == n


def test_rows_need_the_right_to_see_them(signed: Signed) -> None:
    reader = signed("reader")
    assert reader.get("/indicateur/nps/lignes").status_code == 403
    one = answers()[0]
    assert reader.get(f"/reponse/{one['answer_id']}/").status_code == 403
    assert reader.get(f"/client/{one['customer_id']}/").status_code == 403
    assert "/indicateur/nps/lignes" not in reader.get("/indicateur/nps/").content.decode()


def test_a_page_beyond_the_end_is_the_last_one_and_says_so(signed: Signed) -> None:
    response = signed("agent").get("/indicateur/nps/lignes?survey=relation&page=9999")
    text = words_of(response)
    assert response.status_code == 200
    assert "voici la dernière" in text
    assert 'rel="next"' not in response.content.decode()
    first, last, total = re.search(r"(\d+) à (\d+) sur (\d+)", text.replace(" ", " ")).groups()  # type: ignore[union-attr]
    assert int(first) <= int(last) == int(total)


def test_from_a_row_to_its_answer_to_its_customer(signed: Signed) -> None:
    client = signed("agent")
    rows = client.get("/indicateur/nps/lignes?survey=relation")
    answer = client.get(links(rows, "reponse")[0])
    assert answer.status_code == 200
    customer = client.get(links(answer, "client")[0])
    assert customer.status_code == 200
    assert links(rows, "reponse")[0] in links(customer, "reponse")


def test_a_time_line_holds_every_fact_in_order(signed: Signed) -> None:
    from collections import Counter

    import narwhals as nw

    from timonier.web.accounts.access import Scope
    from timonier.web.core.desks import lent_desk
    from timonier.web.dashboards.timeline import TABLES, customer_of

    one = answers()[0]["customer_id"]
    found = customer_of(one, Scope(), comments=True)
    assert found is not None
    days = [fact.day for fact in found.facts]
    assert days == sorted(days)
    counts = Counter(fact.table for fact in found.facts if fact.icon != "logout")
    with lent_desk() as desk:
        for table in TABLES:
            if desk.source.has(table) and "customer_id" in desk.source.frame(table).columns:
                mine = desk.source.frame(table).filter(nw.col("customer_id") == one).collect()
                assert counts[table] == len(mine), table


def test_someone_outside_the_scope_does_not_exist(signed: Signed) -> None:
    from timonier.web.accounts.access import Scope
    from timonier.web.dashboards.timeline import customer_of

    scope = Scope.of({"region": ["Bretagne"]})
    client = signed("agent", scope={"region": ["Bretagne"]})
    inside = outside = 0
    for one in answers(survey="relation")[:60]:
        path = f"/reponse/{one['answer_id']}/"
        assert client.get(path).status_code == (200 if one["region"] == "Bretagne" else 404), one["region"]
        mine = customer_of(one["customer_id"], scope, comments=False)
        if one["region"] == "Bretagne":
            inside += mine is not None
        else:
            outside += mine is None
    assert inside
    assert outside
    elsewhere = next(one for one in answers(region="Normandie"))
    assert client.get(f"/client/{elsewhere['customer_id']}/").status_code == 404
    rows = client.get("/indicateur/nps/lignes?survey=relation")
    kept = {one["answer_id"] for one in answers(region="Bretagne")}
    seen = {path.split("/")[2] for path in links(rows, "reponse")}
    assert seen
    assert seen <= kept


def test_a_scope_that_a_table_does_not_know_shows_nothing_of_it() -> None:
    from timonier.web.accounts.access import Scope
    from timonier.web.core.desks import lent_desk
    from timonier.web.figures.reach import visible

    with lent_desk() as desk:
        assert visible(desk, "answers", Scope.of({"licorne": ["x"]})) is None
        assert visible(desk, "orders", Scope.of({"team": ["x"]})) is None
        nobody = visible(desk, "answers", Scope.of({"region": []}))
        assert nobody is not None
        assert len(nobody.collect()) == 0


def test_comments_go_to_those_who_may_read_them(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    from timonier.web.accounts import access

    one = next(answer for answer in answers(survey="relation") if answer["comment"])
    comment = re.sub(r"\s+", " ", one["comment"]).strip()
    path, client = f"/reponse/{one['answer_id']}/", signed("agent")
    timeline = f"/client/{one['customer_id']}/"
    assert comment in words_of(client.get(path))
    assert comment in words_of(client.get(timeline))
    monkeypatch.setitem(access.RIGHTS, "agent", access.AGENT - {access.Right.COMMENTS})  # type: ignore[arg-type]
    assert comment not in words_of(client.get(path))
    assert comment not in words_of(client.get(timeline))
    assert "Commentaire" not in words_of(client.get("/indicateur/nps/lignes?survey=relation"))


@pytest.mark.parametrize("identifier", ["nobody", "a/b", "..%2F..%2Fetc", "%3Cscript%3E", "l'autre", "x" * 3000])
@pytest.mark.parametrize("kind", ["reponse", "client"])
def test_an_identifier_that_is_nobody_is_not_found(signed: Signed, kind: str, identifier: str) -> None:
    assert signed("agent").get(f"/{kind}/{identifier}/").status_code == 404


@pytest.mark.parametrize(
    ("lang", "instrument", "direction"),
    [
        ("fr", "CES (effort consenti)", "la note la plus basse est la meilleure"),
        ("en", "CES (effort made)", "the lowest score is the best"),
    ],
)
def test_an_answer_is_told_in_words_not_in_codes(signed: Signed, lang: str, instrument: str, direction: str) -> None:
    one = next(iter(answers(instrument="ces_effort", direction="down")))
    text = words_of(signed("agent", language=lang).get(f"/reponse/{one['answer_id']}/"))
    assert instrument in text
    assert direction in text
    assert "ces_effort" not in text


def test_a_time_line_says_in_french_what_became_of_invitations(signed: Signed) -> None:
    client, seen = signed("agent"), set()
    for one in answers()[:40]:
        text = words_of(client.get(f"/client/{one['customer_id']}/"))
        assert "no answer" not in text
        assert "bounced" not in text
        seen |= set(re.findall(r"Issue (réponse complète|sans réponse|non délivrée)", text))
    assert "sans réponse" in seen
