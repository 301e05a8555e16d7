"""Builds the wheel, installs it alone in an empty environment, and asks its demo for a page.

python tools/check_wheel.py            # exit 1 and say why when something is missing
"""

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import bootstrap
import running

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
NEVER = re.compile(r"(^|/)(tests?|bench|__pycache__)/|\.pyc$|secret|\.env")
PATIENCE = 180.0  # seconds, on a machine that does other work


class Missing(Exception):
    """What the wheel lacks."""


def main() -> int:
    uv = bootstrap.find_uv() or bootstrap.install_uv()
    if uv is None:
        return 1
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            wheel = built(uv, Path(folder) / "dist")
            check_content(wheel)
            check_pages(installed(uv, wheel, Path(folder)), Path(folder))
    except (Missing, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def built(uv: Path, folder: Path) -> Path:
    """The wheel of what is committed or about to be."""
    subprocess.run([str(uv), "build", "--quiet", "--wheel", "--out-dir", str(folder)], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


def check_content(wheel: Path) -> None:
    """Templates, static files, fonts, licences, icons: all that the package's folder holds, and nothing else."""
    names = set(zipfile.ZipFile(wheel).namelist())
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/timonier"]
    wanted = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    there = {name.removeprefix("src/") for name in wanted if (ROOT / name).exists()}
    if lacking := sorted(there - names):
        raise Missing(f"not in the wheel: {', '.join(lacking)}")
    if odd := sorted(name for name in names if NEVER.search(name)):
        raise Missing(f"should not be in the wheel: {', '.join(odd)}")
    if not any(name.endswith("licenses/LICENSE") for name in names):
        raise Missing("no licence in the wheel")
    said(f"{wheel.name}: {len(names)} files, {wheel.stat().st_size / 1e6:.1f} MB")


def installed(uv: Path, wheel: Path, folder: Path) -> Path:
    """The command of an environment that holds the wheel, with the versions of the lock."""
    environment, locked = folder / "environment", folder / "locked.txt"
    export = ["export", "--quiet", "--locked", "--no-dev", "--extra", "web", "--no-emit-project", "-o", str(locked)]
    subprocess.run([str(uv), *export], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([str(uv), "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
    install = ["pip", "install", "--quiet", "--python", str(environment / "bin/python")]
    subprocess.run([str(uv), *install, "--require-hashes", "-r", str(locked)], check=True)
    subprocess.run([str(uv), *install, "--no-deps", "--offline", str(wheel)], check=True)
    said("installed in an empty environment")
    return environment / "bin/timonier"


def check_pages(command: Path, folder: Path) -> None:
    """The demo answers: its link signs in, the first page shows figures, its style is there."""
    with demo(command, folder) as link:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        page = browser.open(link, timeout=PATIENCE).read().decode("utf-8")
        form = dict(re.findall(r'name="(csrfmiddlewaretoken)" value="([^"]+)"', page))
        entering = urllib.request.Request(link, urllib.parse.urlencode(form).encode(), {"Referer": link})  # noqa: S310
        page = browser.open(entering, timeout=PATIENCE).read().decode("utf-8")
        if "NPS" not in page:
            raise Missing(f"no figure on the first page:\n{page[:2000]}")
        root = re.match(r"https?://[^/]+", link)
        for path in set(re.findall(r'(?:href|src)="(/static/[^"#?]+)"', page)):
            with browser.open(f"{root[0] if root else ''}{path}", timeout=PATIENCE) as answer:
                answer.read()
    said("the demo answers")


@contextmanager
def demo(command: Path, folder: Path) -> Iterator[str]:
    """The link that the console prints; everything is stopped on leaving, by Ctrl-C."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "TIM"))}
    kept.pop("DATABASE_URL", None)
    log = folder / "said.txt"
    asked = ["demo", "--workspace", "demo", "--customers", "1000", "--port", str(running.free_port())]
    with log.open("w", encoding="utf-8") as file:
        started = subprocess.Popen(
            [str(command), *asked], cwd=folder, env=kept, stdout=file, stderr=file, start_new_session=True
        )
    try:
        yield link_in(log, started)
    finally:
        started.send_signal(signal.SIGINT)
        if started.wait(60):
            said(log.read_text("utf-8")[-2000:])
            raise Missing(f"Ctrl-C ended it with code {started.returncode}")


def link_in(log: Path, started: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and started.poll() is None:
        if found := re.search(r"http://localhost:\d+/compte/lien/\S+", log.read_text("utf-8")):
            return found[0]
        time.sleep(0.2)
    raise Missing(f"no link:\n{log.read_text('utf-8')[-2000:]}")


def said(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
