"""Writes the whole demo company: its export files, a recipe for each, and the settings of its workspace."""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from timonier.demo import answers, costs, crm, journey, sales, service, surveys
from timonier.demo.people import People, World, people
from timonier.demo.sheets import Cells, Sheet, SheetWriter
from timonier.demo.truths import TRUTHS, Truths
from timonier.demo.window import Window
from timonier.errors import UsageError
from timonier.text import Text

FEWEST, MOST = 1_000, 10_000_000
PARQUET_FROM = 200_000
"""From so many customers on, the tables that grow with them are Parquet."""
CHUNK = 20_000
SEED = 20260101
END = date(2026, 6, 30)

SHEETS = tuple(
    Sheet(name, habit, free_text=name == "reponses")  # type: ignore[arg-type]
    for name, habit in (
        ("clients", "office"),
        ("prospects", "office"),
        ("contrats", "office"),
        ("contacts", "office"),
        ("paniers", "software"),
        ("commandes", "software"),
        ("lignes", "software"),
        ("evenements", "software"),
        ("invitations", "office"),
        ("reponses", "office"),
        ("couts", "office"),
    )
)


@dataclass(frozen=True, slots=True)
class Generated:
    """What was written. `files` in the order in which to load them; `rows` lines by file name without ending."""

    folder: Path
    settings: Path
    files: tuple[Path, ...]
    recipes: tuple[Path, ...]
    rows: Mapping[str, int]
    customers: int
    seed: int
    start: date
    end: date
    programme: date
    truths: Truths


def generate(
    folder: Path,
    *,
    customers: int,
    seed: int = SEED,
    end: date = END,
    progress: Callable[[int, int], None] | None = None,
    chunk: int = CHUNK,
) -> Generated:
    """Write the demo company under `folder`: exports/, recipes/ and timonier.toml; files there are replaced.

    `end` is the last day of the data, the last of a month; `progress` is told the customers done and to do. The
    same arguments give the same bytes, whatever the `chunk` (customers drawn at a time, hence the memory).
    Raises UsageError for an impossible number of customers or end.
    """
    if not FEWEST <= customers <= MOST:
        raise UsageError(
            Text(
                f"a demo company has {FEWEST:,} to {MOST:,} customers, not {customers:,}.",
                f"l’entreprise de démonstration a de {FEWEST} à {MOST} clients, et non {customers}.",
            )
        )
    world = World(seed, Window(end, TRUTHS.programme_months), TRUTHS)
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    writers = _writers(exports, world.window, parquet=customers >= PARQUET_FROM)
    try:
        writers["couts"].write(costs.cost_sheet(world, customers))
        for first in range(0, customers, chunk):
            last = min(first + chunk, customers)
            for name, cells in sheets_of(people(world, first, last)).items():
                writers[name].write(cells)
            if progress is not None:
                progress(last, customers)
    finally:
        for writer in writers.values():
            writer.close()
    return Generated(
        folder=folder,
        settings=_copied(folder, "timonier.toml"),
        files=tuple(writer.path for writer in writers.values()),
        recipes=tuple(_recipe(folder, writer.path) for writer in writers.values()),
        rows={name: writer.rows for name, writer in writers.items()},
        customers=customers,
        seed=seed,
        start=world.window.start,
        end=end,
        programme=world.window.programme,
        truths=world.truths,
    )


def sheets_of(run: People) -> dict[str, Mapping[str, Cells]]:
    """Everything that happened to those customers, by sheet."""
    filled = sales.carts(run)
    sold = sales.orders(run, filled)
    asked = service.requests(run)
    happened = journey.events(run)
    sent = surveys.invitations(run, happened, asked)
    return {
        "clients": crm.customers(run),
        "prospects": crm.prospects(run),
        "contrats": crm.contracts(run),
        "contacts": service.contacts(run, asked),
        "paniers": sales.cart_sheet(run, filled),
        "commandes": sales.order_sheet(run, sold),
        "lignes": sales.line_sheet(run, sold),
        "evenements": journey.event_sheet(run, happened),
        "invitations": surveys.invitation_sheet(run, sent),
        "reponses": answers.answer_sheet(run, answers.questions(run, sent, happened)),
    }


def _writers(exports: Path, window: Window, *, parquet: bool) -> dict[str, SheetWriter]:
    """One a sheet; an older export of the other format is taken away, so that it is not loaded too."""
    writers = {}
    for sheet in SHEETS:
        for ending in ("csv", "parquet"):
            (exports / f"{sheet.name}.{ending}").unlink(missing_ok=True)
        writers[sheet.name] = SheetWriter(sheet, exports, window, parquet=parquet and sheet.name != "couts")
    return writers


# What a recipe says of text, and means nothing for columns that have a type.
_OF_TEXT = re.compile(r'^\[read\]\n(?:\w+ = .*\n)+\n|, order = "dmy"|, zone = "Europe/Paris"', re.MULTILINE)


def _recipe(folder: Path, export: Path) -> Path:
    """The recipe of an export, copied into the workspace; that of a Parquet file has no words about text."""
    recipe = _copied(folder, f"recipes/{export.stem}.toml")
    if export.suffix == ".parquet":
        recipe.write_text(_OF_TEXT.sub("", recipe.read_text(encoding="utf-8")), encoding="utf-8")
    return recipe


def _copied(folder: Path, name: str) -> Path:
    """A file shipped with the package, copied into the workspace."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with files("timonier.demo").joinpath(name).open("rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target
