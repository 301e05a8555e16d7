"""The steps of an import, one page each. GET shows, and tries out what its form says; POST keeps it and goes on."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timonier.errors import SourceError, TimonierError
from timonier.text import Text, say
from timonier.web.accounts.access import Right, allowed, person
from timonier.web.core.desks import workspace
from timonier.web.intake import forms, looking, reading, recipes, running, selectors, services, steps
from timonier.web.intake.choices import Choices, choices_of
from timonier.web.intake.models import Upload
from timonier.web.intake.words import DECIMALS, DELIMITERS, ENCODINGS, ORDERS

both = require_http_methods(["GET", "HEAD", "POST"])


def page(request: HttpRequest, name: str, upload: Upload, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A step, with those before and after it."""
    address = request.resolver_match.url_name if request.resolver_match else ""
    rank = [step for step, _ in steps.STEPS].index(address or "")
    return render(
        request,
        f"intake/{name}.html",
        {
            "upload": upload,
            "choices": choices_of(upload.choices),
            "steps": [
                {"url": url, "label": label, "done": place < rank, "current": place == rank}
                for place, (url, label) in enumerate(steps.STEPS)
            ],
            **context,
        },
        status=status,
    )


def looked(request: HttpRequest, upload: Upload, asked: looking.Asked, back: str) -> HttpResponse | None:
    """Has the file looked at: None when that is done, else the page to go to."""
    try:
        run = services.look(by=person(request), upload=upload, asked=asked)
    except SourceError as refused:
        return render(request, "intake/unreadable.html", {"upload": upload, "error": refused, "back": back}, status=422)
    return None if run is None else redirect("intake_run", run.pk)


@allowed(Right.LOAD)
@require_safe
def start(_request: HttpRequest, pk: int) -> HttpResponse:
    """The step where the person left."""
    upload = selectors.upload_of(pk)
    choices = choices_of(upload.choices)
    if choices.recipe:
        return redirect("intake_rehearsal", pk)
    return redirect("intake_questions" if choices.columns else "intake_reading", pk)


@allowed(Right.LOAD)
@both
def reading_step(request: HttpRequest, pk: int) -> HttpResponse:
    """How the file is read: what was detected, what that gives, all of it to be changed."""
    upload = selectors.upload_of(pk)
    told = request.POST if request.method == "POST" else request.GET
    read = forms.reading_of(told) if told else choices_of(upload.choices).reading
    shown: reading.Head | None = None
    error: TimonierError | None = None
    try:
        shown = reading.head(upload, read)
    except TimonierError as refused:
        error = refused
    unsettled = shown is not None and bool(shown.sheets)
    if request.method == "POST" and shown is not None and not unsettled:
        services.keep_reading(by=person(request), upload=upload, read=read)
        return redirect("intake_columns", pk)
    found = looking.found(upload, looking.Asked(read)) if shown else None
    orders = _orders(found, read) if found else {}
    context = {
        "reading": read,
        "head": shown,
        "error": error,
        "found": found,
        "asks_sheet": unsettled and request.method == "POST",
        "dates": reading.dates_read(shown, orders) if shown else {},
        "orders": orders,
        "encodings": ENCODINGS,
        "delimiters": {"tab" if name == "\t" else name: label for name, label in DELIMITERS.items()},
        "decimals": DECIMALS,
        "date_orders": ORDERS,
        "recipes": recipes.names(),
    }
    template = "parts/preview" if request.headers.get("HX-Request") else "reading"
    return page(request, template, upload, context, 422 if error or context["asks_sheet"] else 200)


def _orders(found: Any, read: Any) -> dict[str, str]:
    """The order of the dates of each column that holds some."""
    columns = found.recipe["table"][0]["columns"].values()
    dated = {one["column"]: one.get("order", "iso") for one in columns if "column" in one and "order" in one}
    return dict.fromkeys(dated, read.order) if read.order else dated


@allowed(Right.LOAD)
@both
def columns_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column of the file fills which column of the table, with what comes out of it."""
    upload = selectors.upload_of(pk)
    told = request.POST if request.method == "POST" else request.GET
    choices = _chosen(upload, told)
    if looking.found(upload, looking.Asked(choices.reading, choices.table)) is None and (
        away := looked(request, upload, looking.Asked(choices.reading, choices.table), "intake_reading")
    ):
        return away
    choices = _chosen(upload, told)
    shown = steps.columns_step(upload, choices)
    if shown is None:
        return redirect("intake_reading", pk)
    unclear = not any(one.chosen for one in shown.tables)
    if request.method == "POST" and not unclear and not shown.lacking and shown.error is None:
        columns = choices.columns or {}
        services.keep_columns(by=person(request), upload=upload, table=shown.table.name, columns=dict(columns))
        kept = choices_of(upload.choices)
        if looking.questions(upload, looking.asked_of(kept)) is None and (
            away := looked(request, upload, looking.asked_of(kept), "intake_columns")
        ):
            return away
        return redirect("intake_questions", pk)
    context = {"step": shown, "rows_are": steps.table_rows(), "unclear": unclear, "sent": request.method == "POST"}
    template = "parts/mapping" if request.headers.get("HX-Request") else "columns"
    return page(request, template, upload, context, 422 if request.method == "POST" else 200)


def _chosen(upload: Upload, told: Any) -> Choices:
    """The choices kept, with what the form says on top: another table starts from its own proposal."""
    kept = choices_of(upload.choices)
    table = told.get("table", "")
    if table not in workspace().tables():
        return kept
    shown_for = told.get("pour", table)
    if table != kept.table:
        kept = replace(kept, table=table, columns=None, answers={})
    found = looking.found(upload, looking.Asked(kept.reading, table))
    if found is None or shown_for != table:
        return kept
    names = [one.name for one in found.columns]
    return replace(kept, columns=forms.fills_of(told, workspace().tables()[table], names) or kept.columns)


@allowed(Right.LOAD)
@both
def questions_step(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file leaves in doubt: nothing is loaded before each is settled."""
    upload = selectors.upload_of(pk)
    made = steps.plan(upload, choices_of(upload.choices))
    if made is None:
        return redirect("intake_columns", pk)
    if request.method == "POST" and made.draft is not None:
        answers = forms.answers_of(request.POST, made.draft.questions)
        services.keep_answers(by=person(request), upload=upload, answers=answers)
        made = steps.plan(upload, choices_of(upload.choices)) or made
        if made.ready:
            return redirect("intake_rehearsal", pk)
    elif not made.questions and made.ready:
        return redirect("intake_rehearsal", pk)
    status = 422 if request.method == "POST" else 200
    return page(request, "questions", upload, {"plan": made, "sent": request.method == "POST"}, status)


@allowed(Right.LOAD)
@both
def rehearsal_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything but keeping: how many rows would be kept, rejected, merged. Then the button that loads."""
    upload = selectors.upload_of(pk)
    made = steps.plan(upload, choices_of(upload.choices))
    if made is None:
        return redirect("intake_columns", pk)
    if request.method == "POST":
        if not made.ready:
            return redirect("intake_questions", pk)
        run = services.rehearse(by=person(request), upload=upload, recipe=made.toml)
        if run.job is None and run.active:
            running.perform(run.pk)
        return redirect("intake_rehearsal", pk) if run.job is None else redirect("intake_run", run.pk)
    run_before = steps.rehearsed(upload, made.toml)
    if run_before is not None and run_before.active and run_before.job is not None:
        return redirect("intake_run", run_before.pk)
    return page(request, "rehearsal", upload, {"plan": made, "run": run_before, "small": reading.is_small(upload)})


@allowed(Right.LOAD)
@require_POST
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the load of what was settled; refused as long as a question is open."""
    upload = selectors.upload_of(pk)
    made = steps.plan(upload, choices_of(upload.choices))
    if made is None or not made.ready:
        return redirect("intake_questions" if made and made.draft else "intake_columns", pk)
    run = services.load(by=person(request), upload=upload, recipe=made.toml)
    return redirect("intake_run", run.pk)


@allowed(Right.LOAD)
@require_POST
def recipe(request: HttpRequest, pk: int) -> HttpResponse:
    """Uses a recipe that was kept, in place of the steps; none: back to the steps."""
    upload = selectors.upload_of(pk)
    name = request.POST.get("recette", "")[:80]
    services.use_recipe(by=person(request), upload=upload, name=name)
    return redirect("intake_rehearsal" if name else "intake_reading", pk)


@allowed(Right.LOAD)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts the file away."""
    upload = selectors.upload_of(pk)
    services.discard(by=person(request), upload=upload)
    messages.success(request, say(Text(f"{upload.name}: removed.", f"{upload.name} : fichier retiré.")))
    return redirect("data")
