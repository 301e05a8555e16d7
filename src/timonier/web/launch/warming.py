"""Before anyone asks: the engine is loaded, and the figures of the first page computed."""

import logging
import threading


def warm() -> None:
    """In the background; pages answer meanwhile, and one that needs the same figures waits for these."""
    threading.Thread(target=_warm, daemon=True, name="warm").start()


def _warm() -> None:
    from django.db import connections
    from django.http import QueryDict

    from timonier.web.accounts.access import Scope
    from timonier.web.figures.selectors import has_facts, scorecard, state_of

    try:
        if has_facts():
            scorecard(state_of(QueryDict(""), Scope()), Scope())
    except Exception:  # the page itself will say what is wrong, to whoever asks for it
        logging.getLogger(__name__).info("the first page is not ready in advance", exc_info=True)
    finally:
        connections.close_all()
