"""Answers remembered by the process: bounded, computed once when many ask for the same at the same time.

Keys must hold the scope of the person asking (`Scope.key`) and `desks.facts_key()`: nothing is ever given to someone
who may not see it, nor after the facts changed.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Memory[T]:
    """The `most` answers used last."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._known: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()
        self._busy: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The answer kept under `key`, else `compute()`; an error is not kept."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            turn = self._busy.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._known:
                    return self._known[key]
            try:
                answer = compute()
                self._keep(key, answer)
            finally:
                with self._lock:
                    self._busy.pop(key, None)
        return answer

    def known(self, key: Hashable) -> T | None:
        """The answer kept under `key`, if there is one."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def _keep(self, key: Hashable, answer: T) -> None:
        with self._lock:
            self._known[key] = answer
            while len(self._known) > self.most:
                self._known.popitem(last=False)

    def forget(self) -> None:
        """Drops everything."""
        with self._lock:
            self._known.clear()
