"""Any sequence of operations, failures of the disk included, against a dictionary."""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from lakes import DAY, Workspace, answer, load, rows_of

from timonier.errors import StoreError
from timonier.facts.receipts import Commit

KEYS = st.sampled_from([f"k{n}" for n in range(8)])
WHO = st.sampled_from(["ann", "bob", "cyd"])
ROWS = st.lists(st.tuples(KEYS, WHO, st.integers(0, 5)), min_size=1, max_size=6)

type Row = tuple[str, int]


class Store(RuleBasedStateMachine):
    """The model: answer → (customer, score). A batch number makes each load unique."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.model: dict[str, Row] = {}
        self.versions: dict[int, dict[str, Row]] = {}
        self.batch = 0

    @initialize()
    def start(self) -> None:
        self.workspace = Workspace.create(self.folder / "w", threads=1, memory="256MB")

    @rule(rows=ROWS)
    def put(self, rows: list[tuple[str, str, int]]) -> None:
        self.batch += 1
        commit = self._load(rows)
        after = self._with(rows)
        assert commit.added == len(after) - len(self.model)
        both = self.model.keys() & {key for key, _, _ in rows}
        assert commit.updated == sum(after[key] != self.model[key] for key in both)
        assert commit.unchanged == sum(after[key] == self.model[key] for key in both)
        assert commit.added + commit.updated + commit.unchanged + commit.repeated == len(rows)
        self.model = after
        self.versions[commit.version] = after

    @rule(rows=ROWS, step=st.integers(1, 6))
    def put_on_a_failing_disk_then_reopen_and_retry(self, rows: list[tuple[str, str, int]], step: int) -> None:
        self.batch += 1
        with failing_at(step), suppress(StoreError):
            self._load(rows)
        self.reopen()
        assert self._read() in (self.model, self._with(rows))
        commit = self._load(rows)
        self.model = self._with(rows)
        self.versions[commit.version] = self.model

    @rule(who=WHO)
    def erase(self, who: str) -> None:
        self.workspace.erase(who)
        self.model = {key: row for key, row in self.model.items() if row[0] != who}
        self.versions.clear()

    @rule(who=WHO, step=st.integers(1, 8))
    def erase_on_a_failing_disk_then_reopen_and_retry(self, who: str, step: int) -> None:
        with failing_at(step), suppress(StoreError, OSError):
            self.workspace.erase(who)
        self.reopen()
        assert self._read() in (self.model, {key: row for key, row in self.model.items() if row[0] != who})
        self.erase(who)

    @rule(step=st.integers(1, 8))
    def rebuild_on_a_failing_disk(self, step: int) -> None:
        with failing_at(step), suppress(StoreError, OSError):
            self.workspace.lake.rebuild("answers")
        self.versions.clear()
        self.reopen()

    @rule()
    def compact(self) -> None:
        self.workspace.lake.compact("answers", force=True)

    @rule(step=st.integers(1, 6))
    def compact_on_a_failing_disk(self, step: int) -> None:
        with failing_at(step), suppress(StoreError):
            self.workspace.lake.compact("answers", force=True)
        self.reopen()

    @rule(old=st.booleans())
    def clean(self, old: bool) -> None:
        self.workspace.lake.clean("answers", keep=timedelta(0) if old else timedelta(days=7))
        if old:
            self.versions.clear()

    @rule()
    def rebuild(self) -> None:
        self.workspace.lake.rebuild("answers")
        self.versions.clear()

    @rule()
    def reopen(self) -> None:
        self.workspace = Workspace.open(self.folder / "w")

    @invariant()
    def what_is_read_is_the_model(self) -> None:
        if hasattr(self, "workspace"):
            assert self._read() == self.model
            assert self.workspace.lake.row_count("answers") == len(self.model)

    @rule()
    def old_versions_stay(self) -> None:
        for version, rows in list(self.versions.items())[-2:]:
            assert self._read(version=version) == rows

    def teardown(self) -> None:
        if hasattr(self, "workspace"):
            assert self.workspace.lake.examine() == []
        shutil.rmtree(self.folder)

    def _load(self, rows: list[tuple[str, str, int]]) -> Commit:
        written = [
            answer(key, score, customer_id=who, seq=number, day=hash_of(key))
            for number, (key, who, score) in enumerate(rows)
        ]
        return load(self.workspace, written, batch=f"b{self.batch}")

    def _with(self, rows: list[tuple[str, str, int]]) -> dict[str, Row]:
        return {**self.model, **{key: (who, score) for key, who, score in rows}}

    def _read(self, **at: int) -> dict[str, Row]:
        found = rows_of(self.workspace, **at)
        assert all(row["day"] == DAY + timedelta(days=hash_of(key)) for key, row in found.items())
        return {key: (row["customer_id"], int(row["score"])) for key, row in found.items()}


def hash_of(key: str) -> int:
    """The day of an answer follows from its key."""
    return int(key[1:])


def failing_at(step: int) -> AbstractContextManager[object]:
    """A disk whose `step`-th sync is refused."""
    count = 0
    real: Callable[[int], None] = os.fsync

    def failing(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count == step:
            raise OSError(5, "Input/output error")
        real(descriptor)

    return patch("os.fsync", failing)


TestStore = Store.TestCase
TestStore.settings = settings(
    max_examples=int(os.environ.get("TIMONIER_STATEFUL_EXAMPLES", "12")),
    stateful_step_count=14,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestStore = pytest.mark.timeout(280)(TestStore)
