"""What a load did, as its run remembers it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from timonier.facts.intake.recipe_model import Recipe
from timonier.facts.intake.report import LoadReport, TableLoad
from timonier.facts.log import Entry
from timonier.facts.workspace import Workspace
from timonier.web.intake.findings import scrubbed


@dataclass(frozen=True, slots=True)
class Before:
    """The version of each table when a run first started: later commits of its sources are its own."""

    versions: Mapping[str, int]

    @classmethod
    def of(cls, workspace: Workspace, tables: Sequence[str]) -> "Before":
        """As the tables are now."""
        return cls({table: workspace.lake.version(table) for table in tables})


def report_json(report: LoadReport, recipe: Recipe, workspace: Workspace, before: Before) -> dict[str, Any]:
    """The report as JSON values, each load with the version that it made.

    A source that an earlier attempt of the same run committed counts as loaded by it.
    """
    loads: list[dict[str, Any]] = []
    known: set[tuple[str, int]] = set()
    for one in report.loads:
        entry = None if report.dry_run else _made(workspace, one, recipe, known)
        if entry is not None:
            known.add((one.table, entry.version))
        loads.append(_load_json(one, entry, before))
    cleaned: dict[str, Any] = scrubbed({"loads": loads})
    return cleaned


def _made(workspace: Workspace, one: TableLoad, recipe: Recipe, known: set[tuple[str, int]]) -> Entry | None:
    """The last commit of this source under this recipe that is not known to be of another load."""
    prints = {section.fingerprint for section in recipe.tables if section.into == one.table}
    for entry in reversed(workspace.lake.history(one.table)):
        receipt = entry.commit.receipt if entry.commit else None
        if receipt is None or (one.table, entry.version) in known:
            continue
        same = receipt.source == one.source and receipt.recipe in prints
        if same and (one.already or (receipt.rows_read, receipt.rows_kept) == (one.counts.read, one.counts.kept)):
            return entry
    return None


def _load_json(one: TableLoad, entry: Entry | None, before: Before) -> dict[str, Any]:
    values: dict[str, Any] = {
        "source": one.source,
        "table": one.table,
        "counts": asdict(one.counts),
        "added": one.added,
        "updated": one.updated,
        "unchanged": one.unchanged,
        "already": one.already,
        "rejects": one.rejects_file.name if one.rejects_file else "",
        "samples": [
            {"line": sample.line, "columns": sample.columns, "reasons": [list(text) for _, text in sample.faults]}
            for sample in one.samples
        ],
        "differing": [list(pair) for pair in one.differing],
    }
    if entry is None or entry.commit is None:
        return values
    values["version"] = entry.version
    if one.already and entry.version > before.versions.get(one.table, 0):
        values |= dict(_from_commit(entry))
    return values


def _from_commit(entry: Entry) -> Iterator[tuple[str, Any]]:
    """The counts of a commit that an interrupted attempt made, which the engine rightly finds there already."""
    commit = entry.commit
    if commit is None:
        return
    receipt = commit.receipt
    yield "already", False
    yield "added", commit.added
    yield "updated", commit.updated
    yield "unchanged", commit.unchanged
    yield (
        "counts",
        {
            "read": receipt.rows_read,
            "kept": receipt.rows_kept,
            "rejected": receipt.rows_rejected,
            "duplicate": receipt.rows_duplicate,
            "conflicting": 0,
            "clock_changes": 0,
            **{name: int(receipt.notes.get(name, 0)) for name in ("filtered", "collapsed", "made")},
        },
    )
