"""The application as people start it: `timonier serve` in a process of its own, on a free port, until told to stop."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 90
PROGRAM = """
import sys
class Hidden:  # as people have it: pandas is there for the tests only, and pyarrow imports it wherever it is installed
    def find_spec(self, name, *_):
        if name == "pandas":
            raise ImportError(name)
sys.meta_path.insert(0, Hidden())
from timonier.cli import main
sys.exit(main())
"""


@dataclass(frozen=True, slots=True)
class Running:
    """An application that answers: its address, its link for the first administrator, its folder, its process."""

    address: str
    link: str
    workspace: Path
    pid: int


def timonier(*arguments: str) -> list[str]:
    """The command line of this very installation."""
    return [sys.executable, "-W", "ignore", "-c", PROGRAM, *arguments]


def make_company(workspace: Path, customers: int) -> None:
    """A demo company in `workspace`, loaded. Raises subprocess.CalledProcessError."""
    command = timonier(
        "--lang", "fr", "demo", "--no-serve", "--customers", str(customers), "--workspace", str(workspace)
    )
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=600)


@contextmanager
def running(workspace: Path) -> Iterator[Running]:
    """Serves `workspace` for as long as the block lasts; everything under it is ended on leaving.

    Raises RuntimeError with what was printed when no link comes within PATIENCE seconds.
    """
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    environment.pop("DATABASE_URL", None)
    started = subprocess.Popen(
        timonier("--lang", "fr", "serve", "--workspace", str(workspace), "--port", str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        link = link_of(started)
        yield Running(link.partition("/compte/")[0], link, workspace, started.pid)
    finally:
        stop(started)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def link_of(started: subprocess.Popen[str]) -> str:
    """The link that signs in, as soon as it is printed; a thread goes on reading, so that printing never blocks."""
    said: list[str] = []
    found = threading.Event()

    def read() -> None:
        for line in started.stdout or ():
            said.append(line)
            if "/compte/lien/" in line:
                found.set()

    threading.Thread(target=read, daemon=True).start()
    until = time.monotonic() + PATIENCE
    while not found.wait(0.1):
        if started.poll() is not None or time.monotonic() > until:
            stop(started)
            raise RuntimeError("timonier serve printed no link:\n" + "".join(said[-40:]))
    links: list[str] = re.findall(r"http://\S+/compte/lien/[^\s(]+", "".join(said))
    return links[-1]


def stop(started: subprocess.Popen[str]) -> None:
    """Politely, then its whole group: a server that does not stop must not outlive a test."""
    if started.poll() is None:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()
