"""Answers that may take longer than a page: computed in the background, shown as far as they have got.

A page waits a moment for the whole, then is given the part that is known, at once when what is missing queues behind
what others asked for; the next request, its own or another's, finds the same work further on. Nothing is computed twice
at the same time, nor for people who went away.
"""

import contextvars
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

AT_ONCE = 16
"""Answers under way together: what is short in one does not wait for what is long in the others."""
LONG_AT_ONCE = 1
"""Long steps at the same time: each may use all the processors, and most of the memory allowed."""
GONE = 5.0
"""Seconds after which an answer that nobody asks for any more is given up; pages ask every second or two."""


class Abandoned(Exception):
    """Nobody waits for this answer any more."""


class NotBegun(Exception):
    """Too many other answers are under way: nothing of this one is known yet."""


class Show[T](Protocol):
    """Called before each step with what is known; `long` when the step may take seconds. May raise Abandoned."""

    def __call__(self, part: T, *, long: bool = False) -> None: ...


class _Work[T]:
    """One answer under way: `part` is the latest that it has shown."""

    def __init__(self, turns: threading.Semaphore) -> None:
        self.whole: Future[T] = Future()
        self.begun = threading.Event()
        self.part: T | None = None
        self._worth_telling = threading.Event()
        """Set when it is done, and while it queues: waiting for it then brings nothing more."""
        self._turns = turns
        self._has_turn = False
        self._waiting = 0
        self._asked_at = time.monotonic()
        self._lock = threading.Lock()

    def show(self, part: T, *, long: bool = False) -> None:
        self.part = part
        self.begun.set()
        self.give_turn_back()
        if long:
            self._queue()

    def _queue(self) -> None:
        self._has_turn = self._turns.acquire(blocking=False)
        if not self._has_turn:
            self._worth_telling.set()
        while not self._has_turn and not self._is_abandoned():
            self._has_turn = self._turns.acquire(timeout=0.5)
        if self._is_abandoned():
            raise Abandoned
        self._worth_telling.clear()

    def done(self) -> None:
        """To be called once the answer, or an error, is there."""
        self._worth_telling.set()

    def give_turn_back(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._turns.release()

    def result(self, patience: float | None, begun_within: float | None) -> T:
        """The answer, or its latest part when it takes longer. Raises NotBegun."""
        with self._lock:
            self._waiting += 1
        try:
            if patience is not None:
                self._worth_telling.wait(patience)
                if not self.begun.wait(begun_within):
                    raise NotBegun
                if self.part is not None and not self.whole.done():
                    return self.part
            return self.whole.result()
        finally:
            with self._lock:
                self._waiting -= 1
                self._asked_at = time.monotonic()

    def _is_abandoned(self) -> bool:
        with self._lock:
            return not self._waiting and time.monotonic() - self._asked_at > GONE


class Underway[T]:
    """What this process is computing, by key. Keys must hold all that the answer depends on, the scope among it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="underway")
        self._turns = threading.BoundedSemaphore(LONG_AT_ONCE)
        self._lock = threading.Lock()
        self._works: dict[Hashable, _Work[T]] = {}

    def answer(
        self,
        key: Hashable,
        compute: Callable[[Show[T]], T],
        patience: float | None,
        *,
        begun_within: float | None = None,
    ) -> T:
        """`compute(show)` when it ends within `patience` seconds, else the latest part that it has shown.

        `compute` must show a first part soon, and keep its own answer: it is not kept here. Raises what it raises, and
        NotBegun when there is no part after `begun_within` seconds more; None: one is waited for.
        """
        while True:
            try:
                return self._work(key, compute).result(patience, begun_within)
            except Abandoned:  # just as someone came back: begun again
                continue

    def _work(self, key: Hashable, compute: Callable[[Show[T]], T]) -> _Work[T]:
        with self._lock:
            work = self._works.get(key)
            if work is not None:
                return work
            work = self._works[key] = _Work(self._turns)
            spoken = contextvars.copy_context()  # a thread starts without the language in force
            work.whole = self._pool.submit(spoken.run, self._run, key, work, compute)
            work.whole.add_done_callback(lambda _: work.done())
        return work

    def _run(self, key: Hashable, work: _Work[T], compute: Callable[[Show[T]], T]) -> T:
        try:
            return compute(work.show)
        finally:
            work.give_turn_back()
            with self._lock:
                self._works.pop(key, None)
            work.begun.set()
