"""Following a run to its end, and what it left: counts, rejected rows, a recipe worth keeping."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from timonier.errors import RecipeError, UsageError
from timonier.text import Text, say
from timonier.web.accounts.access import Right, allowed, person
from timonier.web.core.desks import workspace
from timonier.web.intake import selectors, services
from timonier.web.intake.models import Run, Upload
from timonier.web.intake.words import STAGES


def next_step(run: Run) -> str:
    """Where a look or a dry run that is done leads; "" for a load."""
    if run.kind == Run.Kind.LOOK:
        return "intake_columns" if run.asked.get("mapping") is None else "intake_questions"
    return "intake_rehearsal" if run.kind == Run.Kind.REHEARSE else ""


@allowed(Right.LOAD)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A run: how far it is, then what it did. A look or a dry run that is done leads back to its step."""
    run = selectors.run_of(pk)
    step = next_step(run)
    if step and run.state == Run.State.DONE and run.upload.state == Upload.State.OPEN:
        return redirect(step, run.upload_id)
    return render(request, "intake/run.html", context_of(run))


@allowed(Right.LOAD)
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes; once the run ended, the whole page is asked for instead."""
    run = selectors.run_of(pk)
    if not run.active:
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "intake/parts/progress.html", context_of(run))


def context_of(run: Run, **more: Any) -> dict[str, Any]:
    """What the page of a run shows."""
    stage = STAGES.get(run.stage, STAGES[""]) if run.state == Run.State.RUNNING else STAGES[""]
    if run.state == Run.State.RUNNING and not run.stage:
        stage = STAGES["read"]
    problem = {name: Text(*value) for name, value in run.problem.items() if isinstance(value, list) and value}
    return {
        "run": run,
        "upload": run.upload,
        "stage": stage,
        "problem": problem | {"where": run.problem.get("where", "")},
        **more,
    }


@allowed(Right.LOAD)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks a run to stop."""
    services.cancel(by=person(request), run=selectors.run_of(pk))
    return redirect("intake_run", pk)


@allowed(Right.LOAD)
@require_safe
def rejects(_request: HttpRequest, pk: int, rank: int) -> HttpResponseBase:
    """The rejected rows of one source, as the engine wrote them: safe to open in a spreadsheet."""
    run = selectors.run_of(pk)
    if rank >= len(run.loads) or not run.loads[rank]["rejects"]:
        raise Http404
    folder = workspace().rejects
    path = folder / run.loads[rank]["rejects"]
    if path.parent != folder or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv; charset=utf-8")


@allowed(Right.LOAD)
@require_POST
def keep_recipe(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps the recipe of a run under a name."""
    run = selectors.run_of(pk)
    name = request.POST.get("nom", "")[:200].replace("\x00", "")
    replacing = request.POST.get("remplacer") == "oui"
    try:
        kept = services.save_recipe(by=person(request), name=name, text=run.recipe, replacing=replacing)
    except (UsageError, RecipeError) as refused:
        return render(request, "intake/run.html", context_of(run, refused=refused, named=name), status=422)
    messages.success(request, say(Text(f"Recipe “{kept}” saved.", f"Recette « {kept} » enregistrée.")))
    return redirect("intake_run", pk)
