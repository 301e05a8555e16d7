"""The page of dimensions: the columns that the company adds to each fact table."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from timonier.errors import TimonierError
from timonier.facts.schema import TABLES
from timonier.facts.settings import COLUMN_TYPES
from timonier.facts.workspace import Workspace
from timonier.scorecard.codes import table_name
from timonier.text import Text, say
from timonier.web.accounts.access import Right, allowed, person
from timonier.web.figures.filtering import label_of
from timonier.web.workshop import services
from timonier.web.workshop.words import KINDS


@dataclass(frozen=True)
class Added:
    """A column that the company added; one that `holds` facts stays."""

    name: str
    label: str
    kind: str
    holds: bool


@dataclass(frozen=True)
class TableShown:
    """A fact table: its own columns by which figures can be split, and those added."""

    name: str
    label: str
    own: str
    added: tuple[Added, ...]


@allowed(Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def dimensions(request: HttpRequest) -> HttpResponse:
    """Shows the columns by table, and adds one."""
    problem: TimonierError | None = None
    sent = {name: request.POST.get(name, "").strip() for name in ("table", "name", "kind")}
    if request.method == "POST":
        try:
            services.add_dimension(by=person(request), revision=request.POST.get("revision", ""), **sent)
        except TimonierError as refused:
            problem = refused
        else:
            told = Text(
                "Dimension added: recipes can now fill it.", "Dimension ajoutée : les recettes peuvent la remplir."
            )
            messages.success(request, say(told))
            return redirect("dimensions")
    return _page(request, problem, sent)


@allowed(Right.SETTINGS)
@require_POST
def drop_dimension(request: HttpRequest) -> HttpResponse:
    """Declares a column no more."""
    table, name = request.POST.get("table", ""), request.POST.get("name", "")
    try:
        services.remove_dimension(by=person(request), revision=request.POST.get("revision", ""), table=table, name=name)
    except TimonierError as refused:
        return _page(request, refused, {})
    messages.success(request, say(Text("Dimension removed.", "Dimension retirée.")))
    return redirect("dimensions")


def _page(request: HttpRequest, problem: TimonierError | None, sent: dict[str, str]) -> HttpResponse:
    opened = Workspace.open(services.folder(), verify=False)
    context = {
        "tables": [_table(opened, name) for name in TABLES],
        "kinds": [(kind, say(KINDS[kind])) for kind in COLUMN_TYPES],
        "revision": services.written().revision,
        "problem": problem,
        "sent": sent,
    }
    return render(request, "workshop/dimensions.html", context, status=400 if problem else 200)


def _table(opened: Workspace, name: str) -> TableShown:
    table = TABLES[name]
    own = ", ".join(column.name for column in table.columns)
    added = tuple(
        Added(column, label_of(column), say(KINDS[kind]), services.holds_facts(opened, name, column))
        for column, kind in opened.settings.dimensions.get(name, {}).items()
    )
    return TableShown(name, table_name(name), own, added)
