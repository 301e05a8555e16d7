"""What to tell when a disk, a library or an engine refuses: one wording, one way out."""

import errno
from pathlib import Path

from timonier.errors import StoreError
from timonier.text import Text

_FULL = Text(
    "Nothing was acknowledged. Free some space on this disk, then try again.",
    "Rien n’a été confirmé. Libérez de la place sur ce disque, puis recommencez.",
)
_OTHER = Text(
    "Nothing was acknowledged. Check the space, the rights and the memory allowed, then try again.",
    "Rien n’a été confirmé. Vérifiez la place, les droits et la mémoire permise, puis recommencez.",
)


def refused(error: BaseException, where: Path) -> StoreError:
    """The StoreError that reports `error`, met while working in `where`."""
    reason = (str(error) or type(error).__name__).splitlines()[0]
    full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)
    if full:
        text = Text("the disk is full.", "le disque est plein.")
    else:
        text = Text(f"the store refused: {reason}.", f"l’entrepôt a refusé : {reason}.")
    return StoreError(text, where=str(where), hint=_FULL if full else _OTHER)
