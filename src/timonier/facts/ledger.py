"""The ledger: which version of each table was acknowledged, in one small file that is always whole.

The Delta log alone cannot tell that its last entry vanished: a zero-length one reads as the version before. The
ledger says how far the log must go, which folder holds the table, and keeps a copy of the last log entry.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from timonier.errors import StoreDamaged
from timonier.facts.durability import write_atomically
from timonier.facts.locks import Locks
from timonier.text import Text

type Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """What was acknowledged of a table. `folder` is relative to the lake.

    `version` is that of the Delta log in `folder`; `base` is what to add to it so that versions go on rising
    when a rebuild starts a new log. `entry` is the last log entry, as it was written, and `source` what it had loaded.
    """

    folder: str
    version: int
    base: int = 0
    entry: str = ""
    source: str = ""


class Ledger:
    """The acknowledged version of every table, in `ledger.json`."""

    def __init__(self, path: Path, locks: Locks) -> None:
        self.path = path
        self._locks = locks
        self._latest: tuple[Stamp, dict[str, Told]] | None = None

    def read(self) -> dict[str, Told]:
        """What was told, by table; raises StoreDamaged when the file is torn."""
        try:
            stamp = self._stamp()
            known = self._latest
            if known is None or known[0] != stamp:
                content = json.loads(self.path.read_bytes())
                known = (stamp, {table: Told(**told) for table, told in content["tables"].items()})
                self._latest = known
            return dict(known[1])
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise StoreDamaged(
                Text("the ledger of the store is torn.", "le registre de l’entrepôt est abîmé."),
                where=str(self.path),
                hint=Text(
                    "Repair the store: the ledger is rebuilt from the tables.",
                    "Réparez l’entrepôt : le registre sera reconstruit à partir des tables.",
                ),
            ) from None

    def _stamp(self) -> Stamp:
        """Changes with the content: it is replaced whole, never written in place. Looked up before it is read."""
        found = self.path.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def tell(self, table: str, told: Told) -> None:
        """Records, durably, what is acknowledged of `table`."""
        with self._writing() as tables:
            tables[table] = told

    def start(self) -> None:
        """Writes an empty ledger if there is none, so that a missing one is noticed later."""
        with self._locks.hold("ledger", "starting the ledger", patience=30):
            if not self.path.exists():
                self._write({})

    def rewrite(self, tables: dict[str, Told]) -> None:
        """Replaces the whole ledger: repair only."""
        with self._locks.hold("ledger", "repairing the ledger", patience=10):
            self._write(tables)

    @contextmanager
    def _writing(self) -> Iterator[dict[str, Told]]:
        with self._locks.hold("ledger", "acknowledging", patience=30):
            tables = self.read()
            yield tables
            self._write(tables)

    def _write(self, tables: dict[str, Told]) -> None:
        content = {"format": 1, "tables": {name: asdict(tables[name]) for name in sorted(tables)}}
        write_atomically(self.path, json.dumps(content, indent=1).encode())
