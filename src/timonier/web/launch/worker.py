"""The process that does what takes long: loads, charts, maintenance. Ends with the one that started it."""

import os
from pathlib import Path

from timonier.web.launch.together import follow, is_orphan, until_told

PATIENCE = 15  # seconds given to the jobs under way
BEHIND = 10
"""Jobs let pages go first."""


def main() -> int:
    """Runs jobs until SIGTERM, or until the server that started it is gone; then stops its database too."""
    with until_told():  # it may be gone before the jobs begin
        follow()
        _run()
    if is_orphan():
        from timonier.web.launch.database import stop_abandoned

        stop_abandoned(Path(os.environ["TIMONIER_WORKSPACE"]))
    return 0


def _run() -> None:
    os.nice(BEHIND)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timonier.web.project.settings")
    import django

    django.setup()
    from procrastinate.contrib.django import app

    runner = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    with runner.open():
        runner.run_worker(
            concurrency=2,
            fetch_job_polling_interval=5.0,
            shutdown_graceful_timeout=PATIENCE,
            delete_jobs="never",
            install_signal_handlers=True,
        )
