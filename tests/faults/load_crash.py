"""Run as a program: loads files again and again in processes that are killed, then once to the end.

`load_crash.py ROOT ROUNDS SEED honest|forgetful` prints one JSON object. After each kill, the facts visible are those
of whole files. The forgetful loader does not know what it loaded: it is the control, and must be caught.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pyarrow.parquet as pq

from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.workspace import Workspace

FILES, ROWS = 30, 200
RECIPE = """version = 1
[[table]]
into = "answers"
[table.columns]
answer_id = {{ column = "id", prefix = "{prefix}" }}
score = "note"
answered_at = "date"
survey = "file"
"""


def main() -> None:
    root, rounds, seed, kind = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    files = _files(root / "files")
    Workspace.create(root / "w", threads=2, memory="256MB")
    with suppress(ImportError):
        import_module("pandas")  # DuckDB looks for it; once here rather than in each child
    draw = random.Random(seed)
    wrong: list[str] = []
    kills = finished = 0
    for number in range(rounds):
        prefix = "a-" if kind == "honest" else f"{number}-"
        killed = _load_and_kill(root / "w", files, prefix, draw.uniform(0.1, 1.2))
        kills += killed
        finished += not killed
        wrong += _partial(root / "w", number)
    _load_and_kill(root / "w", files, "a-" if kind == "honest" else "end-", None)
    found = _counts(root / "w")
    wrong += [f"at the end: {name} has {count}" for name, count in found.items() if count != ROWS]
    wrong += [] if len(found) == FILES else [f"{len(found)} files"]
    left = sum(len(list((root / "w" / "staging").glob(name))) for name in ("load-*", ".gone-*"))
    print(json.dumps({"kills": kills, "finished": finished, "wrong": wrong, "left": left}))  # noqa: T201


def _files(folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    made = []
    for number in range(FILES):
        lines = [f"{number}-{row};{row % 11};2024-01-{row % 28 + 1:02d};f{number}" for row in range(ROWS)]
        made.append(folder / f"f{number}.csv")
        made[-1].write_text("\n".join(["id;note;date;file", *lines]), encoding="utf-8")
    return made


def _finish(root: Path, files: list[Path], prefix: str) -> None:
    workspace = Workspace.open(root)
    load(workspace, parse_recipe(RECIPE.format(prefix=prefix), workspace.tables()), files)


def _load_and_kill(root: Path, files: list[Path], prefix: str, delay: float | None) -> bool:
    """Whether the load was still running when it was killed; without `delay`, it is left to end."""
    child = os.fork()
    if child == 0:
        try:
            _finish(root, files, prefix)
            os._exit(0)
        except BaseException:  # noqa: BLE001  a child never goes on as its parent
            traceback.print_exc()
        os._exit(1)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _counts(root: Path) -> dict[str, int]:
    """Read in another process: this one must not start the threads of a library before it forks."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            workspace = Workspace.open(root)
            counts: dict[str, int] = {}
            for file in workspace.lake.files("answers"):
                for name in pq.read_table(file, columns=["survey"]).column("survey").to_pylist():
                    counts[name] = counts.get(name, 0) + 1
            os.write(writer, json.dumps(counts).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answers:
        text = answers.read()
    os.waitpid(child, 0)
    return dict(json.loads(text))


def _partial(root: Path, number: int) -> list[str]:
    return [f"round {number}: {name} has {count}" for name, count in _counts(root).items() if count != ROWS]


if __name__ == "__main__":
    main()
