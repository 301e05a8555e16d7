"""Writing the settings of the workspace: one way in, which validates, keeps the version before, and leaves a trace."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.db import transaction

from timonier.errors import SettingsError, UnknownName, UsageError
from timonier.facts.durability import write_atomically
from timonier.facts.locks import Locks
from timonier.facts.settings import FILE_NAME, Settings, load_settings
from timonier.facts.workspace import Workspace
from timonier.scorecard.opening import catalogue_of
from timonier.text import Text
from timonier.web.accounts.access import Right, require
from timonier.web.accounts.models import User
from timonier.web.core import audit
from timonier.web.workshop import toml_edit

BEFORE = f"{FILE_NAME}.before"  # the file as it was, for whoever regrets
PATIENCE = 5.0  # seconds to wait for another change under way


@dataclass(frozen=True)
class Written:
    """The settings file as it stands; `revision` tells whether it changed since a page was shown."""

    text: str
    revision: str


def folder() -> Path:
    """Where the workspace is."""
    return Path(django_settings.WORKSPACE)


def written() -> Written:
    """The file now."""
    content = (folder() / FILE_NAME).read_bytes()
    return Written(content.decode("utf-8"), hashlib.sha256(content).hexdigest()[:32])


def change_settings(*, by: User, revision: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Sets values at the top of the file; returns the names that changed. What a variable decides cannot be.

    Raises SettingsError (with the place), UsageError when the file changed meanwhile, PermissionDenied.
    """
    require(by, Right.SETTINGS)
    current = load_settings(folder() / FILE_NAME)
    moved = {name: value for name, value in values.items() if value != getattr(current, name)}
    for name in moved:
        origin = current.origins.get(name, "default")
        if origin.startswith("TIMONIER_"):
            raise UsageError(
                Text(f"{name} is decided by the variable {origin}.", f"{name} est fixé par la variable {origin}."),
                hint=Text("Change it where the server is started.", "Changez-la là où le serveur est lancé."),
            )
    if moved:
        detail = {name: {"from": getattr(current, name), "to": value} for name, value in moved.items()}
        _rewrite(by, revision, toml_edit.SetValues(moved), "settings_changed", FILE_NAME, detail)
    return tuple(moved)


def add_dimension(*, by: User, revision: str, table: str, name: str, kind: str) -> None:
    """Declares a further column of a fact table; loads from now on can fill it."""
    require(by, Right.SETTINGS)
    if name in load_settings(folder() / FILE_NAME).dimensions.get(table, {}):
        raise UsageError(
            Text("this dimension exists already.", "cette dimension existe déjà."), where=f"{table}.{name}"
        )
    change = toml_edit.AddDimension(table, name, kind)
    _rewrite(by, revision, change, "dimension_added", f"dimension:{table}.{name}", {"type": kind})


def remove_dimension(*, by: User, revision: str, table: str, name: str) -> None:
    """Declares a column no more; refused while facts are kept under it, or a breakdown is."""
    require(by, Right.SETTINGS)
    opened = Workspace.open(folder(), verify=False)
    declared = opened.settings.dimensions
    if name not in declared.get(table, {}):
        raise UnknownName(Text("no such dimension.", "cette dimension n’existe pas."), where=f"{table}.{name}")
    if holds_facts(opened, table, name):
        raise UsageError(
            Text("facts are kept under this dimension.", "des faits sont rangés sous cette dimension."),
            where=f"{table}.{name}",
            hint=Text("It stays; leave it out of the recipes.", "Elle reste ; retirez-la des recettes."),
        )
    elsewhere = any(name in columns for other, columns in declared.items() if other != table)
    if not elsewhere and any(name in group for group in opened.settings.breakdowns):
        raise UsageError(
            Text("sums are kept ready by this dimension.", "des sommes sont tenues prêtes par cette dimension."),
            where="rollups.breakdowns",
            hint=Text(f"Take it out of {FILE_NAME} first.", f"Retirez-la d’abord de {FILE_NAME}."),
        )
    change = toml_edit.RemoveDimension(table, name)
    _rewrite(by, revision, change, "dimension_removed", f"dimension:{table}.{name}", {})


def holds_facts(opened: Workspace, table: str, name: str) -> bool:
    """Whether any row has something in a column."""
    if not opened.lake.history(table):
        return False
    return opened.lake.row_count(table) > 0 and name not in opened.lake.null_columns(table)


def keep_indicator(*, by: User, revision: str, declared: Mapping[str, Any]) -> None:
    """Declares an indicator, or another definition of one, whose version then rises: its series is broken there."""
    require(by, Right.SETTINGS)
    known = next((one for one in declared_indicators() if one["name"] == declared["name"]), None)
    kept = dict(declared)
    if known is not None and any(known.get(key) != declared.get(key) for key in MEANING):
        kept["version"] = int(known.get("version", 1)) + 1
    elif known is not None and "version" in known:
        kept["version"] = known["version"]
    action = "indicator_added" if known is None else "indicator_changed"
    _rewrite(by, revision, toml_edit.KeepIndicator(kept), action, f"indicator:{kept['name']}", kept)


def remove_indicator(*, by: User, revision: str, name: str) -> None:
    """Takes an indicator of the company away; facts are untouched."""
    require(by, Right.SETTINGS)
    known = next((one for one in declared_indicators() if one["name"] == name), None)
    if known is None:
        raise UnknownName(Text("no such indicator.", "cet indicateur n’existe pas."), where=name)
    _rewrite(by, revision, toml_edit.RemoveIndicator(name), "indicator_removed", f"indicator:{name}", dict(known))


MEANING = ("table", "where", "numerator", "denominator", "unit")


def declared_indicators() -> tuple[Mapping[str, Any], ...]:
    """Those of the file."""
    return load_settings(folder() / FILE_NAME).indicators


@transaction.atomic
def _rewrite(
    by: User, revision: str, change: toml_edit.Change, action: str, target: str, detail: Mapping[str, Any]
) -> None:
    """One change at a time: read, change, check, keep the one before, replace. The trace stands with it or not."""
    root = folder()
    with Locks(root / "lake" / ".locks").hold("settings", "settings", PATIENCE):
        now = written()
        if now.revision != revision:
            raise UsageError(
                Text("the settings changed while this page was open.", "les réglages ont changé entre-temps."),
                hint=Text("Look at what they are now, then do it again.", "Voyez ce qu’ils sont, puis recommencez."),
            )
        text = toml_edit.changed(now.text, change)
        checked(root, text)
        audit.record(actor=by.pk, action=action, target=target, detail=detail)
        try:
            write_atomically(root / BEFORE, now.text.encode())
            write_atomically(root / FILE_NAME, text.encode())
        except OSError as refused:
            raise SettingsError(
                Text(f"it could not be written: {refused.strerror}.", f"écriture impossible : {refused.strerror}."),
                where=FILE_NAME,
            ) from refused


def checked(root: Path, text: str) -> Settings:
    """What a text would mean as the settings of this workspace, own indicators compiled. Raises SettingsError,
    DefinitionError, with the place in the file."""
    with tempfile.TemporaryDirectory() as draft:
        path = Path(draft) / FILE_NAME
        path.write_text(text, encoding="utf-8")
        try:
            found = load_settings(path)
        except SettingsError as wrong:
            wrong.where = wrong.where.replace(f"{draft}/", "")
            raise
    catalogue_of(Workspace(root, found))
    return found


def origins(current: Settings) -> dict[str, str]:
    """Where each setting comes from: `default`, the file, or a variable."""
    return {one.name: current.origins.get(one.name, "default") for one in fields(current) if one.name != "origins"}
