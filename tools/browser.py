"""A browser for the tests of the pages and for their pictures: the one that is here, or one installed now.

    python tools/browser.py            find one, else install one; prints where it is
    python tools/browser.py --find     find one, install nothing

Looked for in this order: TIMONIER_BROWSER, Chromium or Chrome on PATH, the one that Playwright put aside.
Installed: Debian's `chromium` where apt-get may be used without a question, else Playwright's own.
Exit code: 0 when there is one, 1 when not (what was tried, and what to do, on stderr).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
APT = ("apt-get", "install", "-y", "--no-install-recommends", "chromium")
PATIENCE = 900
ADVICE = """\
No browser here, and none could be installed:
{tried}
What to do, one of:
  - install Chromium or Google Chrome with the tools of this system, then run again;
  - set TIMONIER_BROWSER to the program of a Chromium that is here."""


def arguments() -> list[str]:
    """What the browser is started with: nothing asked of the network, and the sandbox kept wherever it works."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def find() -> Path | None:
    """A browser that starts; None when there is none."""
    named = os.environ.get("TIMONIER_BROWSER")
    if named:
        return Path(named) if runs(Path(named)) else None
    on_path = (shutil.which(name) for name in NAMES)
    candidates = [*(Path(found) for found in on_path if found), *filter(None, [of_playwright()])]
    return next((path for path in candidates if runs(path)), None)


def of_playwright() -> Path | None:
    """Where Playwright keeps its own; None when it was not downloaded."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as started:
        path = Path(started.chromium.executable_path)
    return path if path.exists() else None


def runs(program: Path) -> bool:
    """Whether it says its version: a launcher of a package not installed (Ubuntu's snap) does not."""
    try:
        done = subprocess.run([str(program), "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def install() -> list[str]:
    """Tries each way until one brings a browser; one line for each that did not."""
    tried = []
    for way in (by_apt, by_playwright):
        failed = way()
        if find() is not None:
            break
        tried.append(f"  - {way.__doc__}: {failed or 'it brought none that starts'}")
    return tried


def by_apt() -> str:
    """apt-get"""
    if not shutil.which("apt-get"):
        return "not a Debian"
    if os.geteuid() == 0:
        before: list[str] = []
    elif quietly(["sudo", "-n", "true"]):
        return "neither root nor a sudo without password"
    else:
        before = ["sudo", "-n"]
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    first = quietly([*before, *environment, *APT])
    if not first:
        return ""
    return quietly([*before, "apt-get", "update"]) or quietly([*before, *environment, *APT])  # lists may be missing


def by_playwright() -> str:
    """playwright install"""
    return quietly([sys.executable, "-m", "playwright", "install", "chromium"])


def quietly(command: list[str]) -> str:
    """Run; the last line of what it said when it failed, else an empty string."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as failed:
        return str(failed)
    said = (done.stderr or done.stdout).strip().splitlines()
    return "" if done.returncode == 0 else (said[-1].strip() if said else f"exit {done.returncode}")


def main(options: list[str]) -> int:
    found = find()
    tried: list[str] = []
    if found is None and "--find" not in options:
        print("No browser here: installing one", file=sys.stderr, flush=True)
        tried = install()
        found = find()
    if found is None:
        print(ADVICE.format(tried="\n".join(tried) or "  - nothing was tried (--find)"), file=sys.stderr)
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
