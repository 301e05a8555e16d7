"""The rows behind a figure, one answer, one customer."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timonier.text import Text
from timonier.web.accounts.access import Right, allowed, may, person, scope_of
from timonier.web.charts import sentences
from timonier.web.dashboards.indicator_views import asked_or_none, common, unknown
from timonier.web.dashboards.rows import PAGE, RowsPage, answer_of, link_to, rows_page, written
from timonier.web.dashboards.timeline import customer_of
from timonier.web.figures.facts import column_label
from timonier.web.figures.indicator import headline
from timonier.web.figures.indicator_charts import title_of


@dataclass(frozen=True)
class Cell:
    """A value in words; `url` leads to what it names."""

    label: str
    text: str
    number: bool
    url: str = ""


NOT_LISTED = ("comment", "answer_id")
LINKS = {"answer_id": "answer", "customer_id": "customer"}


def cell_of(name: str, value: object, *, number: bool = False) -> Cell:
    """A value of a column; answers and customers are links."""
    url = link_to(LINKS[name], value) if name in LINKS else ""
    return Cell(column_label(name), written(value, name), number, url)


@allowed(Right.ROWS)
@require_safe
def rows(request: HttpRequest, name: str) -> HttpResponse:
    """Exactly the rows that the figure counts, fifty a page, the latest first."""
    asked = asked_or_none(request, name)
    if asked is None:
        return unknown(request, name)
    comments = may(person(request), Right.COMMENTS)
    found = rows_page(asked, _page(request), comments=comments)
    pages = Paginator(range(found.total), PAGE)
    top = headline(asked)
    context = {
        **common(request, asked),
        "line": top.line,
        "top": top,
        "sentence": sentences.of_point(top.line.estimate, title_of(asked)) if top.line else "",
        "found": found,
        "page": pages.get_page(found.page),
        "base_query": asked.query()[1:],
        "titles": [(column, column_label(column), _number(found, column)) for column in found.columns],
        "table": table_of(found),
        "notice": _notice(request, found),
        "export": f"indicateur/{asked.indicator.name}/lignes",
    }
    return render(request, "dashboards/indicator/rows.html", context)


def came_from(request: HttpRequest) -> str:
    """The list of ours that led here, to go back to, told by the address or else by the browser; "" for any other."""
    told = urlsplit(request.GET.get("retour", ""))
    if not told.path:
        told = urlsplit(request.headers.get("Referer", ""))
        if told.netloc != request.get_host():
            return ""
    path = f"{told.path}?{told.query}" if told.query else told.path
    return path if told.path.startswith("/indicateur/") and "//" not in path and len(path) < 4000 else ""


def way_back(request: HttpRequest) -> dict[str, str]:
    """`back`, and the query by which the next page remembers it."""
    back = came_from(request)
    return {"back": back, "onward": f"?{urlencode({'retour': back})}" if back else ""}


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 8 and int(text) else 1


def _notice(request: HttpRequest, found: RowsPage) -> Text | None:
    wanted = request.GET.get("page", "1")
    if found.asked_beyond:
        return Text("That page does not exist: this is the last one.", "Cette page n’existe pas : voici la dernière.")
    if wanted != f"{found.page}":
        return Text("That is not a page: this is the first one.", "Ce n’est pas une page : voici la première.")
    return None


def table_of(found: RowsPage) -> list[list[Cell]]:
    """The cells of a page, row by row."""
    numbers = {name: _number(found, name) for name in found.columns}
    return [
        [cell_of(name, record.get(name), number=numbers[name]) for name in found.columns] for record in found.records
    ]


def _number(found: RowsPage, name: str) -> bool:
    values = (record.get(name) for record in found.records)
    known = [value for value in values if value is not None]
    return bool(known) and not any(isinstance(value, str | bool) or hasattr(value, "year") for value in known)


@allowed(Right.ROWS)
@require_safe
def answer(request: HttpRequest, identifier: str) -> HttpResponse:
    """One answer; 404 outside the person's scope, as if it did not exist."""
    user = person(request)
    found = answer_of(identifier, scope_of(user), comments=may(user, Right.COMMENTS))
    if found is None:
        raise Http404
    cells = [
        cell_of(name, value) for name, value in found.items() if value not in (None, "") and name not in NOT_LISTED
    ]
    customer_url = link_to("customer", found.get("customer_id"))
    context: dict[str, Any] = {
        "identifier": identifier,
        "cells": cells,
        "comment": found.get("comment"),
        "customer_url": customer_url,
    }
    return render(request, "dashboards/indicator/answer.html", {**context, **way_back(request)})


@allowed(Right.ROWS)
@require_safe
def customer(request: HttpRequest, identifier: str) -> HttpResponse:
    """A customer's time line; 404 outside the person's scope, as if they did not exist."""
    user = person(request)
    found = customer_of(identifier, scope_of(user), comments=may(user, Right.COMMENTS))
    if found is None:
        raise Http404
    page = Paginator(found.facts, 100).get_page(request.GET.get("page"))
    return render(request, "dashboards/indicator/customer.html", {"customer": found, "page": page, **way_back(request)})
