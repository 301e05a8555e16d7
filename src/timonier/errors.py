"""Every error that Timonier raises on purpose: one small tree.

Each error says what happened, where, and what to do, in French and in English (`Text`). Each also inherits the
builtin that it refines, so that callers who know nothing of us still catch the right thing. `exit_code` is what
the command line returns; `code` is stable and meant for machines.
"""

from timonier.text import Text, say


class TimonierError(Exception):
    """Base of all; never raised itself."""

    code = "error"
    exit_code = 1

    def __init__(self, text: Text | str, *, where: str = "", hint: Text | str = "") -> None:
        super().__init__(text)
        self.text = text
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = say(Text(f"{self.where}: ", f"{self.where}\u00a0: ")) if self.where else ""
        advice = f" {say(self.hint)}" if self.hint else ""
        return f"{place}{say(self.text)}{advice}"


class UsageError(TimonierError, ValueError):
    """A value asked for by a person is impossible: a period upside down, an unknown option."""

    code = "usage"
    exit_code = 2


class UnknownName(TimonierError, LookupError):
    """An indicator, a table, a dimension or a workspace item that does not exist."""

    code = "unknown_name"
    exit_code = 2


class SettingsError(TimonierError, ValueError):
    """`timonier.toml` or an environment variable says something impossible; `where` gives the place."""

    code = "settings"
    exit_code = 3


class DefinitionError(TimonierError, ValueError):
    """An indicator declared by a user cannot be compiled; `where` gives the place in the text."""

    code = "definition"
    exit_code = 3


class RecipeError(TimonierError, ValueError):
    """A recipe is wrong, or does not fit the file."""

    code = "recipe"
    exit_code = 4


class SourceError(TimonierError, ValueError):
    """A file cannot be read, or is refused before anything is loaded (bomb, truncated, binary…)."""

    code = "source"
    exit_code = 4


class ColumnMissing(TimonierError, KeyError):
    """An indicator needs a column that the data do not have."""

    code = "column_missing"
    exit_code = 5

    __str__ = TimonierError.__str__


class DataError(TimonierError, ValueError):
    """The data contradict what was declared: a target category without respondents, a negative weight."""

    code = "data"
    exit_code = 5


class StoreError(TimonierError, OSError):
    """The fact store cannot be read or written; nothing was half done."""

    code = "store"
    exit_code = 6

    __str__ = TimonierError.__str__


class StoreDamaged(StoreError):
    """A file of the store is torn or missing; the message says how to repair it."""

    code = "store_damaged"
    exit_code = 7


class StoreLocked(StoreError):
    """Another process is writing the same table."""

    code = "store_locked"
    exit_code = 8


class Cancelled(TimonierError, InterruptedError):
    """A load was cancelled: nothing of it is visible, and it can be resumed."""

    code = "cancelled"
    exit_code = 9

    __str__ = TimonierError.__str__
