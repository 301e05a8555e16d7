"""`timonier serve`: everything that the application needs, started in order, stopped together."""

import contextvars
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from timonier.errors import StoreError
from timonier.facts.settings import FILE_NAME
from timonier.text import Text
from timonier.web.launch.alone import alone
from timonier.web.launch.database import database, given
from timonier.web.launch.ports import check_port, here, typed
from timonier.web.launch.together import PARENT, PATIENCE, until_told

THREADS = 8
ORPHANS = 25.0  # seconds at most for the parts of a server that was killed to let go of the port
WORK = "import sys; from timonier.web.launch.worker import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class Serving:
    """Where to listen, and whether jobs are done here (else by `timonier worker`)."""

    workspace: Path
    host: str = "127.0.0.1"
    port: int = 8000
    worker: bool = True

    @property
    def local(self) -> str:
        """The address on this machine."""
        return f"http://{typed(self.host, self.port)}:{self.port}"

    @property
    def address(self) -> str:
        """What to type in a browser."""
        return os.environ.get("TIMONIER_URL", "").rstrip("/") or self.local


def serve(serving: Serving, tell: Callable[[Text], None]) -> None:
    """Serves until Ctrl-C or SIGTERM. `tell` prints the line with the link, once pages answer.

    Raises UsageError when the port or the workspace is taken, StoreError when a part does not start.
    """
    with until_told(), held(serving):
        os.environ["TIMONIER_WORKSPACE"] = str(serving.workspace.resolve())
        os.environ[PARENT] = str(os.getpid())
        with database(serving.workspace) as address:
            os.environ["DATABASE_URL"] = address
            token = prepare()
            with worker_beside(wanted=serving.worker):
                link = f"{serving.address}/compte/lien/{token}" if token else serving.address
                spoken = contextvars.copy_context()  # a thread starts without the language in force
                told = (announce, serving, link, bool(token), tell)
                threading.Thread(target=spoken.run, args=told, daemon=True).start()
                run_server(serving)


def check(workspace: Path, host: str, port: int) -> None:
    """Raises UsageError when another program has the port, or serves the workspace."""
    if (workspace / FILE_NAME).exists():
        with held(Serving(workspace, host, port)):
            return
    check_port(host, port)


@contextmanager
def held(serving: Serving) -> Iterator[None]:
    """The port, and the workspace when its database is ours: two servers would fight for it."""
    if given():
        check_port(serving.host, serving.port)
        yield
        return
    with alone(serving.workspace, serving.address) as killed:
        check_port(serving.host, serving.port, wait=ORPHANS if killed else 0.0)
        yield


def run_server(serving: Serving) -> None:
    """Granian, one process, several threads; returns when it was told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    granian = Granian(
        "timonier.web.launch.pages:application",
        address=serving.host,
        port=serving.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    hung_up = signal.getsignal(signal.SIGHUP)

    def end_with_the_terminal() -> None:
        ignored = hung_up is signal.SIG_IGN
        signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else granian.signal_handler_interrupt)

    granian.on_startup(end_with_the_terminal)  # granian would reload its pages, and go on without a terminal
    try:
        granian.serve()
    except SystemExit as ended:
        raise StoreError(
            Text("the pages stopped.", "les pages se sont arrêtées."),
            hint=Text("What went wrong is printed above.", "La cause est affichée au-dessus."),
        ) from ended


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
    worker = subprocess.Popen([sys.executable, "-c", WORK], start_new_session=True)
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def answers(serving: Serving) -> bool:
    """Whether the pages and their database do."""
    asked = http.client.HTTPConnection(here(serving.host).strip("[]"), serving.port, timeout=2)
    try:
        asked.request("GET", "/sante")
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def announce(serving: Serving, link: str, signs_in: bool, tell: Callable[[Text], None]) -> None:
    """One line, once pages answer."""
    while not answers(serving):
        time.sleep(0.1)
    if signs_in:
        tell(
            Text(
                f"Open {link} (signs you in; once, within an hour). Ctrl-C stops everything.",
                f"Ouvrez {link} (vous connecte ; une fois, sous une heure). Ctrl-C arrête tout.",
            )
        )
    else:
        tell(Text(f"Open {link} (Ctrl-C stops everything)", f"Ouvrez {link} (Ctrl-C arrête tout)"))
