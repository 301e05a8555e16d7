"""What people without an account see of a share: one figure in a frozen state, nothing to steer, nothing behind it."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timonier.indicators.disclosure import FIRM
from timonier.scorecard.judged import Judged, judged_lines
from timonier.scorecard.publish import people
from timonier.scorecard.score import Line
from timonier.text import say
from timonier.web.accounts.access import public
from timonier.web.charts import sentences
from timonier.web.charts.drawing import ChartNotDrawn
from timonier.web.exports.csv_file import Style
from timonier.web.figures.beside import outside
from timonier.web.figures.bridge import balance_words, bridge_of, tone_of
from timonier.web.figures.indicator import headline
from timonier.web.figures.pictures import in_time, renderer
from timonier.web.sharing.export_views import download_of
from timonier.web.sharing.files import TableForm, table_file
from timonier.web.sharing.guessing import SECONDS, count_wrong, is_guessing
from timonier.web.sharing.shares import Opened, count_opening, open_share
from timonier.web.sharing.subject import Subject
from timonier.web.sharing.tables import name_of
from timonier.web.sharing.views import told

BARE: dict[str, Any] = {"nav": [], "rights": frozenset(), "theme": "auto", "palette": "usual"}
FILES = ("csv", "xlsx")


@public
@require_safe
def share(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link. What the visitor adds to the address is not read."""
    opened = _opened(request, token)
    if isinstance(opened, HttpResponse):
        return opened
    count_opening(opened.link)
    return _closed(render(request, "sharing/shared.html", page_of(opened, token)))


@public
@require_safe
def share_file(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """The figures of the page as a file, when the link allows it; the same answer as for no link otherwise."""
    opened = _opened(request, token)
    if isinstance(opened, HttpResponse):
        return opened
    if not opened.link.allow_download or form not in FILES:
        return _gone(request)
    style: Style = (
        "french" if request.headers.get("Accept-Language", "fr").lower().startswith("fr") else "international"
    )
    made = table_file(opened.subject, cast("TableForm", form), style, permalink="")
    return _closed(download_of(made))


def _opened(request: HttpRequest, token: str) -> Opened | HttpResponse:
    if is_guessing(request):
        slow = _closed(render(request, "sharing/slow.html", BARE, status=429))
        slow.headers["Retry-After"] = f"{SECONDS}"
        return slow
    opened = open_share(token)
    if opened is None:
        count_wrong(request)
        return _gone(request)
    return opened


def _gone(request: HttpRequest) -> HttpResponse:
    """Unknown, expired, revoked: nobody learns which."""
    return _closed(render(request, "sharing/gone.html", BARE, status=404))


def _closed(response: HttpResponse) -> HttpResponse:
    """Neither found by search engines nor told to other sites: the address is the key."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def page_of(opened: Opened, token: str) -> dict[str, Any]:
    """Everything that the page draws."""
    subject, link = opened.subject, opened.link
    files = [f"/partage/{token}/figures.{form}" for form in FILES] if link.allow_download else []
    body = _bridge(subject) if subject.asked is None else _indicator(subject)
    return {**BARE, **told(subject), "link": link, "files": files, **body}


def _bridge(subject: Subject) -> dict[str, Any]:
    found = subject.scorecard()
    laid = bridge_of(found, subject.state, outside=True)
    return {"scorecard": found, "bridge": laid, "balance": balance_words(laid)}


@dataclass(frozen=True)
class Row:
    """A period or a segment; `small`: too few to be read as more than an indication."""

    name: str
    line: Line
    judged: Judged
    small: bool


def _indicator(subject: Subject) -> dict[str, Any]:
    asked = subject.known()
    top = headline(asked)
    finding = sentences.of_change(subject.title, top.line.estimate, top.line.difference) if top.line else ""
    lines = subject.lines() if top.line else ()
    rows = [
        Row(name_of(subject, line), line, judged, people(line.estimate) < FIRM)
        for line, judged in zip(lines, judged_lines(lines), strict=True)
    ]
    chart = subject.chart(around=outside()) if top.line else None
    return {
        "line": top.line,
        "tone": tone_of(top.line) if top.line else "",
        "reason": top.reason,
        "finding": finding,
        "formula": say(asked.chosen.formula),
        "source": say(asked.indicator.source),
        "judged": sum(row.judged.p_adjusted is not None for row in rows),
        "rows": rows[::-1] if subject.what.part == "tendance" else rows,
        "summary": chart.summary if chart else "",
        "pictures": pictures_of(subject),
    }


def pictures_of(subject: Subject) -> list[str]:
    """The chart, wide and narrow; none when it is not drawn in time: the table stands."""
    charts = [subject.chart(size, outside()) for size in ("wide", "narrow")]
    try:
        return [in_time(renderer().render, chart) for chart in charts if chart is not None]
    except ChartNotDrawn:
        return []
