"""Names of columns: cleaned of what nobody sees, all present, all different."""

import re
from collections import Counter
from collections.abc import Sequence

from timonier.errors import SourceError
from timonier.facts.intake.contract import LINE, MAX_COLUMNS
from timonier.text import Text

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))


def clean_name(raw: str) -> str:
    """`raw` without byte-order marks and zero-width characters, with any run of blanks made one space."""
    return re.sub(r"\s+", " ", raw.translate(_INVISIBLE)).strip()


def column_names(raw: Sequence[str], where: str) -> tuple[str, ...]:
    """The cleaned names, an empty one becoming « colonne 3 »; raises SourceError when two are the same."""
    if len(raw) > MAX_COLUMNS:
        raise SourceError(
            Text(
                f"{len(raw):,} columns: the limit is {MAX_COLUMNS:,}. Keep the useful ones and try again.",
                f"{len(raw)} colonnes : la limite est de {MAX_COLUMNS}. Gardez celles qui servent, puis recommencez.",
            ),
            where=where,
        )
    names = tuple(clean_name(name) or f"colonne {rank}" for rank, name in enumerate(raw, 1))
    twice = [name for name, count in Counter(names).items() if count > 1 or name == LINE]
    if twice:
        listed = ", ".join(f"« {name} »" for name in twice[:10])
        raise SourceError(
            Text(
                f"several columns have the same name: {listed}. Rename them in the file: each must be one thing.",
                f"plusieurs colonnes portent le même nom : {listed}. Renommez-les dans le fichier : chacune "
                "doit "
                "désigner une seule chose.",
            ),
            where=where,
        )
    return names
