"""The process that does what takes long: loads, charts, maintenance. Ends with the one that started it."""

import os
import signal
import threading
import time

PATIENCE = 15  # seconds given to the jobs under way


def main() -> int:
    """Runs jobs until SIGTERM, or until the server that started it is gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timonier.web.project.settings")
    import django

    django.setup()
    from procrastinate.contrib.django import app

    if os.environ.get("TIMONIER_PARENT"):
        threading.Thread(target=_follow, args=(int(os.environ["TIMONIER_PARENT"]),), daemon=True).start()
    runner = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    with runner.open():
        runner.run_worker(
            concurrency=2,
            fetch_job_polling_interval=5.0,
            shutdown_graceful_timeout=PATIENCE,
            delete_jobs="never",
            install_signal_handlers=True,
        )
    return 0


def _follow(parent: int) -> None:
    """A server killed without warning must not leave a worker behind."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
