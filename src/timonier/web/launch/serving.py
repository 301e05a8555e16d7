"""`timonier serve`: everything that the application needs, started in order, stopped together."""

import contextvars
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from timonier.errors import StoreError, UsageError
from timonier.text import Text
from timonier.web.launch.database import database

THREADS = 4
WORK = "import sys; from timonier.web.launch.worker import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class Serving:
    """Where to listen, and whether jobs are done here (else by `timonier worker`)."""

    workspace: Path
    host: str = "127.0.0.1"
    port: int = 8000
    worker: bool = True

    @property
    def address(self) -> str:
        """What to type in a browser."""
        return os.environ.get("TIMONIER_URL", "").rstrip("/") or f"http://{self.host}:{self.port}"


def serve(serving: Serving, tell: Callable[[Text], None]) -> None:
    """Serves until Ctrl-C or SIGTERM. `tell` prints the line with the link, once pages answer.

    Raises UsageError when the port is taken, StoreError when the database does not start.
    """
    check_port(serving.host, serving.port)
    os.environ["TIMONIER_WORKSPACE"] = str(serving.workspace.resolve())
    with database(serving.workspace.resolve()) as address:
        os.environ["DATABASE_URL"] = address
        token = prepare()
        with worker_beside(wanted=serving.worker):
            link = f"{serving.address}/compte/lien/{token}" if token else serving.address
            spoken = contextvars.copy_context()  # a thread starts without the language in force
            told = (announce, serving, link, bool(token), tell)
            threading.Thread(target=spoken.run, args=told, daemon=True).start()
            run_server(serving)


def run_server(serving: Serving) -> None:
    """Granian, one process, several threads; returns when it was told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "timonier.web.project.wsgi:application",
        address=serving.host,
        port=serving.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


def check_port(host: str, port: int) -> None:
    """Raises UsageError when another program listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refused:
            raise UsageError(
                Text(f"port {port} is taken.", f"le port {port} est déjà pris."),
                where=f"{host}:{port}",
                hint=Text(f"Choose another one: --port {port + 1}.", f"Choisissez-en un autre : --port {port + 1}."),
            ) from refused


def prepare() -> str:
    """Migrations and static files, in a process of its own: the one that stays keeps little memory."""
    done = subprocess.run(
        [sys.executable, "-m", "timonier.web.launch.prepare"], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise StoreError(
            Text("the database could not be prepared.", "la base de données n’a pas pu être préparée."),
            hint=Text("What went wrong is printed above.", "La cause est affichée au-dessus."),
        )
    return done.stdout.strip()


@contextmanager
def worker_beside(*, wanted: bool) -> Iterator[None]:
    """A process for jobs, out of reach of Ctrl-C: it is told to stop, and given time to."""
    if not wanted:
        yield
        return
    worker = subprocess.Popen(
        [sys.executable, "-c", WORK],
        env={**os.environ, "TIMONIER_PARENT": str(os.getpid())},
        start_new_session=True,
    )
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def announce(serving: Serving, link: str, signs_in: bool, tell: Callable[[Text], None]) -> None:
    """One line, once pages answer."""
    health = f"http://{serving.host}:{serving.port}/sante"
    for _ in range(600):
        try:
            with urllib.request.urlopen(health, timeout=1):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    if signs_in:
        tell(
            Text(
                f"Open {link} (signs you in; once, within an hour)",
                f"Ouvrez {link} (vous connecte ; une fois, sous une heure)",
            )
        )
    else:
        tell(Text(f"Open {link}", f"Ouvrez {link}"))
