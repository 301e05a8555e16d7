#!/usr/bin/env python3
"""Set the project up on a machine that has only git, make and a Python 3.9 or later.

1. find `uv` on PATH, or put a private one in `.tools/` (never outside this folder);
2. `uv sync --locked`: the Python of `.python-version` and the dependencies of `uv.lock` in `.venv/`;
3. write a stamp, so that the next run does nothing and takes a tenth of a second.

`--base` installs what the command line needs, `--web` the web application too; without either, everything that the
tests and the checks need.
"""

from __future__ import annotations

import hashlib
import html.parser
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
OLDEST_UV = (0, 8)
REQUIREMENT = "uv>=0.9,<1"
LEVELS = {
    "base": ["--no-dev", "--inexact"],
    "web": ["--no-dev", "--inexact", "--extra", "web"],
    "full": ["--all-extras"],
}
GIVE_UP = """\
Timonier needs `uv` to install itself, and could not put a private one in .tools/.
Tried: {tried}.
What to do, one of:
  - check that this machine reaches the Python package index (or set PIP_INDEX_URL to yours), then run again;
  - install uv yourself (https://docs.astral.sh/uv/), so that `uv --version` answers, then run again."""

UNFINISHED = """\
The installation did not finish: uv says why above. Running the same command again goes on from there.
If it is the download of Python (from github.com) that fails, install Python 3.13 yourself, or choose one that is here,
3.12 or later, for instance: UV_PYTHON=/path/to/python3.12 make demo
If it is a certificate (a proxy signs them with its own), use those of this machine: UV_SYSTEM_CERTS=1 make demo"""


def main(arguments: list[str]) -> int:
    level = next((name for name in ("base", "web") if f"--{name}" in arguments), "full")
    if is_ready(level):
        return 0
    uv = find_uv() or install_uv()
    if uv is None:
        return 1
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(ROOT / ".venv")}
    environment.pop("VIRTUAL_ENV", None)
    compiling = ["--compile-bytecode"] if sys.dont_write_bytecode else []
    command = [str(uv), "sync", "--locked", *LEVELS[level], *compiling]
    print("Setting up: uv", *command[1:], file=sys.stderr, flush=True)
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if code == 0:
        if compiling:
            compile_ours()
        stamp(level).write_text(fingerprint(), encoding="utf-8")
    else:
        print(UNFINISHED, file=sys.stderr)
    return code


def compile_ours() -> None:
    """Where Python is told to write no bytecode, what is not compiled now would be at each start: seconds each time."""
    subprocess.run([str(ROOT / ".venv/bin/python"), "-m", "compileall", "-q", str(ROOT / "src")], check=False)


def is_ready(level: str) -> bool:
    """True when `.venv` was made from this very lock, for this level or a larger one."""
    if not (ROOT / ".venv" / "bin" / "python").exists():
        return False
    names = list(LEVELS)
    wanted = fingerprint()
    enough = names[names.index(level) :]
    return any(stamp(name).is_file() and stamp(name).read_text("utf-8") == wanted for name in enough)


def stamp(level: str) -> Path:
    return ROOT / ".venv" / f".timonier-{level}"


def fingerprint() -> str:
    digest = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml", ".python-version"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def find_uv() -> Path | None:
    """The first uv that is recent enough for our lock: on PATH, or the private one of an earlier run."""
    private = (TOOLS / "venv/bin/uv", TOOLS / "site/bin/uv", TOOLS / "bin/uv")
    on_path = shutil.which("uv")
    for path in (*([Path(on_path)] if on_path else []), *private):
        if version(path) >= OLDEST_UV:
            return path
    return None


def version(uv: Path) -> tuple[int, ...]:
    """(0, 9, 2) of `uv 0.9.2 …`; empty when it does not run."""
    try:
        done = subprocess.run([str(uv), "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    words = done.stdout.split()
    return numbers(words[1]) if len(words) > 1 else ()


def numbers(text: str) -> tuple[int, ...]:
    """(0, 9, 2) of "0.9.2"; empty for anything else, pre-releases included."""
    return tuple(map(int, text.split("."))) if re.fullmatch(r"\d+(\.\d+)*", text) else ()


def install_uv() -> Path | None:
    """A private uv by the first way that works; None (and advice on stderr) when none does."""
    print("No recent `uv` here: putting a private one in .tools/", file=sys.stderr, flush=True)
    TOOLS.mkdir(exist_ok=True)
    ways = {"a virtual environment": by_venv, "pip --target": by_pip, "its wheel": by_wheel}
    tried = []
    for name, way in ways.items():
        reason = way()
        uv = find_uv()
        if uv is not None:
            return uv
        tried.append(f"{name} ({reason or 'the uv it brought does not run'})")
    print(GIVE_UP.format(tried=", ".join(tried)), file=sys.stderr)
    return None


def by_venv() -> str:
    """venv with pip (that is ensurepip). Returns why it failed, or an empty string."""
    folder = TOOLS / "venv"
    failed = quietly([sys.executable, "-m", "venv", "--clear", str(folder)]) or quietly(
        [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", REQUIREMENT]
    )
    if failed:
        shutil.rmtree(folder, ignore_errors=True)
    return failed


def by_pip() -> str:
    """A pip without venv: into a folder of ours, which an "externally managed" Python allows."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade"]
    return quietly([*pip, "--target", str(TOOLS / "site"), REQUIREMENT])


def quietly(command: list[str]) -> str:
    """Run; the last line of what it said when it failed, else an empty string."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    said = (done.stderr or done.stdout).strip().splitlines()
    return "" if done.returncode == 0 else (said[-1].strip() if said else f"exit {done.returncode}")


class Wheel(NamedTuple):
    version: tuple[int, ...]
    url: str
    sha256: str


def by_wheel() -> str:
    """No pip at all: a wheel is a zip, and uv one program inside it; its checksum comes from the index."""
    index = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or index_of_the_lock()
    page = index.rstrip("/") + "/uv/"
    try:
        wheels = wheels_for_here(page, download(page).decode("utf-8"))
        if not wheels:
            return f"no uv for {sys.platform} {platform.machine()} at {page}"
        wheel = max(wheels)
        content = download(wheel.url)
    except (urllib.error.URLError, OSError, ValueError) as error:
        return str(error)
    if hashlib.sha256(content).hexdigest() != wheel.sha256:
        return f"{wheel.url} does not have the checksum that the index gives"
    return unpack(content)


def index_of_the_lock() -> str:
    """The index that the locked dependencies come from: one place says where packages are found."""
    found = re.search(r'registry = "([^"]+)"', (ROOT / "uv.lock").read_text("utf-8"))
    return found.group(1) if found else ""


def download(url: str) -> bytes:
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"{url} is not a web address")
    request = urllib.request.Request(url, headers={"Accept": "text/html"})  # noqa: S310 - checked just above
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content


class Links(html.parser.HTMLParser):
    """The addresses of a package's page; withdrawn ("yanked") files left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and values.get("href") and "data-yanked" not in values:
            self.found.append(str(values["href"]))


def wheels_for_here(page: str, text: str) -> list[Wheel]:
    """The wheels that run on this machine, below version 1, whose checksum is given."""
    links = Links()
    links.feed(text)
    wheels = []
    for link in links.found:
        url, _, fragment = urllib.parse.urljoin(page, link).partition("#")
        parts = url.rpartition("/")[2].split("-")
        checksum = fragment.partition("sha256=")[2]
        if len(parts) == 5 and parts[4].endswith(".whl") and checksum and runs_here(parts[4][:-4]):
            wheels.append(Wheel(numbers(parts[1]), url, checksum))
    return [wheel for wheel in wheels if (0, 9) <= wheel.version < (1,)]


def runs_here(tags: str) -> bool:
    """Whether one of `manylinux_2_17_x86_64.manylinux2014_x86_64` names this system and processor."""
    if sys.platform == "darwin":
        family = "macosx"
    else:
        family = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    return any(tag.startswith(family) and tag.endswith("_" + platform.machine()) for tag in tags.split("."))


def unpack(wheel: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        names = [name for name in archive.namelist() if name.endswith("/scripts/uv")]
        if not names:
            return "no program in the wheel"
        program = archive.read(names[0])
    folder = TOOLS / "bin"
    folder.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(program)
    Path(file.name).chmod(0o755)
    Path(file.name).replace(folder / "uv")
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
