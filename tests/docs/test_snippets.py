"""Every snippet of the documentation runs, and says what the page says that it says.

The convention is in CONTRIBUTING.md: `python` blocks run, `pycon` blocks are doctests, lines `$ timonier …` of
`console` blocks run and the lines under them must appear in the output, in order. All the blocks of a page share
one namespace and one empty folder. `toml` and `csv` blocks whose first line is `# file: NAME` are written there.
A block is left alone when the line above it is `<!-- not run: why -->`.
"""

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from timonier.cli.application import app

RUNNER, TERMINAL = CliRunner(), {"COLUMNS": "110", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    if path.name != "CHANGELOG.md" and "`tools/reference.py`" not in path.read_text("utf-8")[:300]
)
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<why>[^\n]+) -->\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
FILE = re.compile(r"# file: (?P<name>[\w./-]+)\n(?P<text>.*)", re.DOTALL)


class Block(NamedTuple):
    kind: str
    text: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    for found in BLOCK.finditer(page):
        if not found["why"]:
            yield Block(found["kind"], found["text"], page[: found.start("text")].count("\n") + 1)


def run_python(block: Block, names: dict[str, Any], page: str) -> None:
    code = "\n" * (block.line - 1) + block.text
    exec(compile(code, page, "exec"), names)  # noqa: S102 - our own documentation


def run_doctest(block: Block, names: dict[str, Any], page: str) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line - 1)
    report: list[str] = []
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    doctest.DocTestRunner(optionflags=options).run(test, out=report.append, clear_globs=False)
    names.update(test.globs)
    assert not report, "".join(report)


def run_console(block: Block) -> None:
    """Each command with the lines under it; a line of dots stands for any lines."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        if not command.startswith("timonier"):
            continue
        done = RUNNER.invoke(app, shlex.split(command, comments=True)[1:], env=TERMINAL)
        assert done.exit_code == 0, f"{command}\n{done.output}\n{done.exception!r}"
        found = iter([" ".join(line.split()) for line in done.stdout.splitlines()])
        for line in filter(None, (" ".join(line.split()) for line in expected.splitlines())):
            assert line == "…" or line in found, f"{command}\nnot said (in this order): {line}\n{done.stdout}"


def run_page(text: str, folder: Path, page: str) -> int:
    """Runs every block; how many were run."""
    names: dict[str, Any] = {"__name__": "__docs__"}
    done = 0
    for block in blocks(text):
        file = FILE.match(block.text)
        if file and block.kind in {"toml", "csv"}:
            (folder / file["name"]).parent.mkdir(parents=True, exist_ok=True)
            (folder / file["name"]).write_text(file["text"], encoding="utf-8")
        elif block.kind == "python":
            run_python(block, names, page)
        elif block.kind == "pycon":
            run_doctest(block, names, page)
        elif block.kind == "console":
            run_console(block)
        else:
            continue
        done += 1
    return done


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_snippets_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page.read_text("utf-8"), tmp_path, str(page.relative_to(ROOT)))


@pytest.mark.parametrize(
    ("kind", "text"),
    [("python", "assert 1 == 2"), ("pycon", ">>> 1 + 1\n3"), ("console", "$ timonier no-such-command")],
)
def test_a_snippet_that_is_not_true_fails(kind: str, text: str, tmp_path: Path) -> None:
    page = f"Words.\n\n```{kind}\n{text}\n```\n"
    with pytest.raises(AssertionError):
        run_page(page, tmp_path, "page.md")
    left_alone = page.replace("```", "<!-- not run: to see -->\n```", 1)
    assert run_page(left_alone, tmp_path, "page.md") == 0
