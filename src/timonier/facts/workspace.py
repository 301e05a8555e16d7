"""A workspace is one company: a folder with its settings, its facts and what was derived from them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from timonier.errors import UnknownName, UsageError
from timonier.facts.lake import Lake
from timonier.facts.schema import TABLES, Column, Table
from timonier.facts.settings import FILE_NAME, Settings, check_settings, load_settings
from timonier.facts.settings_file import settings_text
from timonier.text import Text

if TYPE_CHECKING:
    from timonier.facts.erasure import Erasure

FOLDERS = ("lake", "staging", "rejects", "recipes", "rollups")


class Workspace:
    """An open workspace. Use `Workspace.open` or `Workspace.create`."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self.lake = Lake(root / "lake", self.tables(), settings=settings)

    @classmethod
    def create(cls, root: Path | str, **settings: object) -> "Workspace":
        """A new workspace in the folder `root`, which must not hold one; `settings` as in `Settings`."""
        root = Path(root)
        if (root / FILE_NAME).exists():
            raise UsageError(
                Text("there is a workspace here already.", "il y a déjà un espace de travail ici."),
                where=str(root),
                hint=Text("Open it, or choose another folder.", "Ouvrez-le, ou choisissez un autre dossier."),
            )
        checked = check_settings(**settings)
        for name in FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)
        (root / FILE_NAME).write_text(settings_text(checked), encoding="utf-8")
        return cls.open(root)

    @classmethod
    def open(cls, root: Path | str, *, verify: bool = True) -> "Workspace":
        """The workspace in the folder `root`. Raises UnknownName, SettingsError; StoreDamaged when a table is
        torn, unless `verify` is false (to repair it)."""
        root = Path(root)
        if not (root / FILE_NAME).exists():
            raise UnknownName(
                Text("no workspace in this folder.", "aucun espace de travail dans ce dossier."),
                where=str(root),
                hint=Text(f"A workspace holds a {FILE_NAME}.", f"Un espace de travail contient {FILE_NAME}."),
            )
        for name in FOLDERS:
            (root / name).mkdir(exist_ok=True)
        workspace = cls(root.resolve(), load_settings(root / FILE_NAME))
        for damage in workspace.lake.verify() if verify else ():
            raise damage.error()
        return workspace

    def erase(self, customer_id: str | None = None, *, account_id: str | None = None) -> "Erasure":
        """Erases a customer, or an account with its customers, from the whole folder; see `Lake.erase`."""
        beside = (self.staging, self.rejects, self.rollups)
        return self.lake.erase(customer_id, account_id=account_id, beside=beside)

    @property
    def staging(self) -> Path:
        """Where loads prepare their files, on the file system of the lake."""
        return self.root / "staging"

    @property
    def rejects(self) -> Path:
        """Where rejected rows are written, with their reason."""
        return self.root / "rejects"

    @property
    def recipes(self) -> Path:
        """Where recipes are kept."""
        return self.root / "recipes"

    @property
    def rollups(self) -> Path:
        """Where sums by day are kept."""
        return self.root / "rollups"

    def tables(self) -> Mapping[str, Table]:
        """The fact tables, with the dimensions that the workspace declares."""
        return {name: self._extended(table) for name, table in TABLES.items()}

    def _extended(self, table: Table) -> Table:
        extra = self.settings.dimensions.get(table.name, {})
        if not extra:
            return table
        columns = (*table.columns, *(Column(name, kind) for name, kind in extra.items()))
        return Table(table.name, table.key, table.dated_by, columns, table.undated_allowed)
