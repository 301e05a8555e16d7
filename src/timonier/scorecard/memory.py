"""What was computed once is not computed again while the facts are the same: the lines of scorecards, in memory.

A long-lived program (a dashboard) asks the same questions for each person who looks. The versions of the tables tell
whether the facts are the same.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

LARGEST = 50_000  # figures kept, some 1 KB each


@dataclass(eq=False)
class Memory[T]:
    """Answers by question, the oldest forgotten first; `size` counts the figures of one. Threads may share it."""

    size: Callable[[T], int]
    largest: int = LARGEST
    _answers: OrderedDict[Hashable, tuple[Any, T]] = field(default_factory=OrderedDict, repr=False)
    _held: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def answer(self, question: Hashable, about: object, compute: Callable[[], T]) -> T:
        """What `compute` gives, or gave for the same `question` about the same object, which is kept alive."""
        with self._guard:
            known = self._answers.get(question)
            if known is not None and known[0] is about:
                self._answers.move_to_end(question)
                return known[1]
        found = compute()
        with self._guard:
            self._forget(question)
            self._answers[question] = about, found
            self._held += self.size(found)
            while self._held > self.largest and len(self._answers) > 1:
                self._forget(next(iter(self._answers)))
        return found

    def _forget(self, question: Hashable) -> None:
        known = self._answers.pop(question, None)
        if known is not None:
            self._held -= self.size(known[1])
