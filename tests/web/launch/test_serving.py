"""Everything starts with one command and ends with it, however it ends."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-c", "from timonier.cli import main; main()"]
PATIENCE = 60.0  # seconds, on a machine that does other work


@dataclass
class Server:
    """A `timonier serve` in a process group of its own, as a terminal starts it."""

    process: subprocess.Popen[str]
    said: Path
    port: int

    def link(self) -> str:
        """The line of the console, once it is there."""
        until(lambda: "http" in self.told() or self.process.poll() is not None)
        found = re.search(r"http://localhost:\d+(/compte/lien/\S+)?", self.told())
        assert found, self.told()
        return found[0]

    def told(self) -> str:
        return self.said.read_text("utf-8")


def until(true: object, seconds: float = PATIENCE) -> None:
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TIMONIER", "DJANGO", "DATABASE"))
    }
    return {**kept, "TIMONIER_LANG": "fr"}


def serve(workspace: Path, port: int, said: Path) -> Server:
    with said.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [*COMMAND, "serve", "-w", str(workspace), "--port", str(port)],
            stdout=file,
            stderr=file,
            text=True,
            env=environment(),
            start_new_session=True,
        )
    return Server(process, said, port)


def once(workspace: Path, port: int) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "serve", "-w", str(workspace), "--port", str(port)]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=PATIENCE, check=False)


def parts(workspace: Path) -> set[int]:
    """The processes that name this workspace, in their arguments or their environment."""
    found = set()
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes() + (each / "environ").read_bytes()
        except OSError:
            continue
        if str(workspace).encode() in words and int(each.name) != os.getpid():
            found.add(int(each.name))
    return found


def get(port: int, path: str) -> int:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        asked.request("GET", path)
        return asked.getresponse().status
    finally:
        asked.close()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from timonier.facts.workspace import Workspace

    return Workspace.create(tmp_path_factory.mktemp("s") / "company").root


@pytest.fixture
def server(workspace: Path, tmp_path: Path) -> Iterator[Server]:
    started = serve(workspace, free_port(), tmp_path / "said")
    yield started
    for process in (started.process.pid, *parts(workspace)):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    started.process.wait()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_of_it_ends_with_it(server: Server, workspace: Path, end: signal.Signals) -> None:
    server.link()
    assert get(server.port, "/sante") == 200
    assert len(parts(workspace)) >= 4, "the command, the pages, the worker, the database"
    os.killpg(server.process.pid, end)
    assert server.process.wait(PATIENCE) == 0, server.told()
    until(lambda: not parts(workspace), 5)
    assert len(server.told().strip().splitlines()) == 1, server.told()


def test_ctrl_c_while_it_starts_leaves_nothing(server: Server, workspace: Path) -> None:
    until((workspace / "database" / "postmaster.pid").exists)
    os.killpg(server.process.pid, signal.SIGINT)
    server.process.wait(PATIENCE)
    until(lambda: not parts(workspace), 10)
    assert "http" not in server.told()
    assert "Traceback" not in server.told(), server.told()


def test_killed_without_warning_it_leaves_nothing_and_starts_again(
    server: Server, workspace: Path, tmp_path: Path
) -> None:
    server.link()
    server.process.kill()
    server.process.wait()
    again = serve(workspace, server.port, tmp_path / "again")
    try:
        again.link()
        until(lambda: get(server.port, "/sante") == 200, 10)
        again.process.kill()
        again.process.wait()
        until(lambda: not parts(workspace), 30)
    finally:
        again.process.kill()
        again.process.wait()


def test_the_link_signs_in_once(server: Server) -> None:
    path = server.link().partition(str(server.port))[2]
    assert path.startswith("/compte/lien/")
    assert "une fois, sous une heure" in server.told()
    assert get(server.port, path) in (200, 302)
    assert get(server.port, "/") in (302, 403), "nobody is signed in without it"


def test_a_second_server_of_the_workspace_says_where_the_first_is(server: Server, workspace: Path) -> None:
    server.link()
    second = once(workspace, free_port())
    assert second.returncode == 2
    assert "déjà servi" in second.stderr
    assert f"http://localhost:{server.port}" in second.stderr
    assert get(server.port, "/sante") == 200


def test_a_taken_port_names_the_next_free_one(tmp_path: Path) -> None:
    from timonier.facts.workspace import Workspace

    root = Workspace.create(tmp_path / "other").root
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = once(root, port)
    assert refused.returncode == 2
    assert f"le port {port} est déjà pris" in refused.stderr
    named = re.search(r"--port (\d+)", refused.stderr)
    assert named
    assert int(named[1]) > port
    assert not (root / "database").exists()
