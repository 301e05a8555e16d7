"""Keeping and removing saved views."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from timonier.errors import UsageError
from timonier.text import Text
from timonier.web.accounts.access import Right, may, require
from timonier.web.accounts.models import User
from timonier.web.core import audit
from timonier.web.dashboards.models import LONGEST_QUERY, SavedView


@transaction.atomic
def save_view(*, owner: User, name: str, path: str, query: str, shared: bool) -> SavedView:
    """Keeps a state under a name; one of the same name is not replaced. Raises UsageError without a new name."""
    require(owner, Right.SEE)
    if shared:
        require(owner, Right.STEER)
    name = name.strip()[:80]
    if not name:
        raise UsageError(Text("a view needs a name.", "il faut un nom à une vue."))
    if len(query) > LONGEST_QUERY:
        raise UsageError(Text("too many filters for a view.", "trop de filtres pour une vue."))
    kept = {"path": path, "query": query, "shared": shared}
    view, made = SavedView.objects.get_or_create(owner=owner, name=name, defaults=kept)
    if not made:
        raise UsageError(
            Text(f"you have a view named “{name}”.", f"vous avez déjà une vue « {name} »."),
            hint=Text("Choose another name, or remove it first.", "Choisissez un autre nom, ou retirez-la d’abord."),
        )
    audit.record(actor=owner.pk, action="view_saved", target=f"view:{view.pk}", detail={"shared": shared})
    return view


@transaction.atomic
def remove_view(*, by: User, view: SavedView) -> None:
    """One's own, or anybody's shared one for those who steer."""
    if view.owner_id != by.pk and not (view.shared and may(by, Right.STEER)):
        raise PermissionDenied("view")
    audit.record(actor=by.pk, action="view_removed", target=f"view:{view.pk}")
    view.delete()
