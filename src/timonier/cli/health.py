"""What `timonier doctor` shows: every setting with its origin, every table with what it holds."""

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from timonier import formats
from timonier.errors import StoreError
from timonier.scorecard.words import agreed, megabytes
from timonier.text import Text, say

if TYPE_CHECKING:
    from timonier.facts.workspace import Workspace

SMALL = 32 * 2**20
ORIGINS = {"default": Text("default", "par défaut")}


def health(workspace: "Workspace") -> Iterator[str]:
    """Settings then tables, as lines."""
    yield say(Text("Settings", "Réglages")) + f" ({workspace.root})"
    yield from settings(workspace)
    yield ""
    yield say(Text("Tables", "Tables"))
    yield from tables(workspace)
    yield ""


def settings(workspace: "Workspace") -> Iterator[str]:
    """One line a setting: value, then where it comes from."""
    current = workspace.settings
    for one in fields(current):
        if one.name == "origins":
            continue
        origin = current.origins.get(one.name, "default")
        yield f"  {one.name:<18} {_shown(getattr(current, one.name)):<34} {say(ORIGINS.get(origin, origin))}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return say(Text("yes", "oui")) if value else say(Text("no", "non"))
    if isinstance(value, dict):
        return ", ".join(f"{table} ({', '.join(columns)})" for table, columns in value.items()) or "—"
    if isinstance(value, tuple):
        return ", ".join(_item(one) for one in value) or "—"
    return "—" if value is None else str(value)


def _item(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name", "?"))
    return " × ".join(value) if isinstance(value, tuple) else str(value)


def tables(workspace: "Workspace") -> Iterator[str]:
    """One line a table that was written to; a table that cannot be read says so."""
    shown = 0
    for name in workspace.tables():
        try:
            line = _table(workspace, name)
        except (StoreError, OSError, ValueError) as error:
            line = f"  {name:<14} " + say(Text(f"unreadable: {error}", f"illisible : {error}"))
        shown += line is not None
        if line is not None:
            yield line
    if not shown:
        yield "  " + say(Text("nothing loaded yet", "rien n’est encore chargé"))


def _table(workspace: "Workspace", name: str) -> str | None:
    lake = workspace.lake
    entries = lake.history(name)
    if not entries:
        return None
    snapshot = lake.snapshot(name)
    size, small = sum(file.size for file in snapshot.data), sum(file.size < SMALL for file in snapshot.data)
    loads = [entry for entry in entries if entry.commit is not None and entry.commit.kind == "load"]
    last = formats.day(loads[-1].at.astimezone(workspace.settings.tzinfo).date()) if loads else "—"
    rows, version, files = formats.count(snapshot.rows), snapshot.version, len(snapshot.data)
    counted = f"{rows} {agreed(snapshot.rows, Text('rows', 'lignes'))}"
    held = f"{files} {agreed(files, Text('files', 'fichiers'))}"
    return f"  {name:<14} " + say(
        Text(
            f"{counted}, version {version}, last load {last}, {megabytes(size)} in {held} ({small} small)",
            f"{counted}, version {version}, dernier chargement {last}, "
            f"{megabytes(size)} en {held} ({small} de moins de 32 Mo)",
        )
    )
