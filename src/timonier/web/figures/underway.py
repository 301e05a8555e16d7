"""Answers that may take longer than a page: computed in the background, shown as far as they have got.

A page waits a moment for the whole, then is given the part that is known; the next request, its own or another's,
finds the same work further on. Nothing is computed twice at the same time.
"""

import contextvars
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor

AT_ONCE = 16
"""Answers under way together: what is short in one does not wait for what is long in the others."""

type Compute[T] = Callable[[Callable[[T], None]], T]


class _Work[T]:
    """One answer under way: `part` is the latest that it has shown."""

    def __init__(self) -> None:
        self.whole: Future[T] = Future()
        self.begun = threading.Event()
        self.part: T | None = None

    def show(self, part: T) -> None:
        self.part = part
        self.begun.set()


class Underway[T]:
    """What this process is computing, by key. Keys must hold all that the answer depends on, the scope among it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="underway")
        self._lock = threading.Lock()
        self._works: dict[Hashable, _Work[T]] = {}

    def answer(self, key: Hashable, compute: Compute[T], patience: float | None) -> T:
        """`compute(show)` when it ends within `patience` seconds, else the latest part that it has shown.

        `compute` must show a first part soon, and keep its own answer: it is not kept here. Raises what it raises.
        """
        work = self._work(key, compute)
        try:
            return work.whole.result(patience)
        except TimeoutError:
            work.begun.wait()
            return work.whole.result() if work.part is None or work.whole.done() else work.part

    def _work(self, key: Hashable, compute: Compute[T]) -> _Work[T]:
        with self._lock:
            work = self._works.get(key)
            if work is not None:
                return work
            work = self._works[key] = _Work()
            spoken = contextvars.copy_context()  # a thread starts without the language in force
            work.whole = self._pool.submit(spoken.run, compute, work.show)
        work.whole.add_done_callback(lambda _: self._end(key, work))
        return work

    def _end(self, key: Hashable, work: _Work[T]) -> None:
        with self._lock:
            self._works.pop(key, None)
        work.begun.set()
