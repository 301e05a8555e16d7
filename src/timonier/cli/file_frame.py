"""One file as the typed columns that an indicator reads; whatever makes the figure doubtful is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timonier.cli.file_columns import require, roles_of
from timonier.cli.file_values import INVALID, Values
from timonier.cli.messages import note, warning
from timonier.errors import DataError, UsageError
from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from timonier.estimates import Estimates
    from timonier.indicators.definition import Indicator, Needs
    from timonier.indicators.periods import Every

ROLE = " role:"
MOST_PERIODS = 120
DAY, WEIGHT = f"{ROLE}day", f"{ROLE}weight"
"""Names that no column of a file has (theirs have no space around): roles and breakdowns cannot be confused."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator and the file that it is computed on."""

    indicator: "Indicator"
    need: "Needs"
    variant: str
    table: "pa.Table"
    values: Values

    @property
    def dated_by(self) -> str:
        """The role of the accounting date."""
        from timonier.facts.schema import TABLES

        return TABLES[self.need.table].dated_by

    @property
    def needs_date(self) -> bool:
        """Whether the figure depends on the accounting day even without periods: delays, populations."""
        return self.indicator.timing == "window" or self.dated_by in self.need.columns

    def roles(self, given: Mapping[str, str], at: str | None, *, dated: bool) -> dict[str, str]:
        """Column by role: those given, then those found by their name."""
        said = {**given, **({self.dated_by: at} if at else {})}
        return roles_of(self.indicator, self.need, self.variant, self.table.column_names, said, dated=dated)

    def frame(
        self,
        roles: Mapping[str, str],
        by: Sequence[str],
        weight: str | None,
        *,
        dated: bool,
        params: Mapping[str, Any],
    ) -> "pa.Table":
        """Typed columns, named by role; breakdowns keep their name. Rows without a date are told and left out.

        What makes the figure doubtful is told too. Raises ColumnMissing, DataError, UsageError.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        from timonier.facts.schema import TABLES

        known = {**TABLES["customers"].by_name, **TABLES[self.need.table].by_name}
        for column in (*by, *([weight] if weight else [])):
            require(column, self.table.column_names)
        read = {ROLE + role: self.values.read(column, known[role].type) for role, column in roles.items()}
        read.update({column: self.values.read(column, "text") for column in by})
        if weight:
            read[WEIGHT] = self.values.weights(weight)
        if dated:
            read[DAY] = self.values.read(roles[self.dated_by], "date")
        frame = pa.table(read)
        self.check(frame, params)
        self.check_pooled(roles, by)
        if "issue_id" in self.indicator.entity and "issue_id" not in roles:
            note(
                Text(
                    "no column tells the issue (--column issue_id=…): each contact counts as one.",
                    "aucune colonne ne dit la demande (--column issue_id=…) : chaque contact en compte pour une.",
                )
            )
        if not dated:
            return frame
        if undated := frame[DAY].null_count:
            warning(Text(f"rows without a date, left out: {undated}.", f"lignes sans date, écartées : {undated}."))
        return frame.filter(pc.is_valid(frame[DAY]))

    def known_until(self, frame: "pa.Table", today: date) -> "date | None":
        """The last day that the file tells of, for figures that wait: later cases may still end otherwise."""
        lasts = any(variant.unit == "days" for variant in self.indicator.variants.values())
        follow_up = self.indicator.waits(self.indicator.variants[self.variant])
        waits = lasts or follow_up or "limit_days" in self.indicator.defaults
        days = self._days(frame) if waits and self.indicator.timing == "dated" else []
        return min(today, max(days)) if days else None

    def span(self, frame: "pa.Table", every: "Every", today: date) -> tuple[date, date]:
        """Whole periods over the dates of the file. Raises UsageError when there are too many."""
        from timonier.indicators.periods import index_of, period_at

        days = self._days(frame) or [today]
        first, last = index_of(min(days), every), index_of(min(today, max(days)), every)
        if last - first >= MOST_PERIODS:
            raise UsageError(
                Text(f"the file spans {last - first + 1} periods.", f"le fichier couvre {last - first + 1} périodes."),
                where="--every",
                hint=Text("Say which with --from and --to.", "Précisez lesquelles par --from et --to."),
            )
        return period_at(first, every).start, period_at(last, every).end

    def _days(self, frame: "pa.Table") -> list[date]:
        """First and last day of each column of dates."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = []
        for column in frame.columns:
            if pa.types.is_temporal(column.type):
                ends = pc.min_max(column).as_py().values()
                found += [end.astimezone(self.values.zone).date() if isinstance(end, datetime) else end for end in ends]
        return [day for day in found if day is not None]

    def check(self, frame: "pa.Table", params: Mapping[str, Any]) -> None:
        """Tell what makes a figure doubtful: a scale that is not the one declared, several currencies."""
        if ROLE + "currency" in frame.column_names and not params.get("currency"):
            found = sorted(set(filter(None, frame[ROLE + "currency"].to_pylist())))
            if len(found) > 1:
                raise DataError(
                    Text(
                        f"amounts in several currencies do not add up: {', '.join(found)}.",
                        f"des montants en plusieurs devises ne s’additionnent pas : {', '.join(found)}.",
                    ),
                    hint=Text("Choose one: --param currency=EUR.", "Choisissez-en une : --param currency=EUR."),
                )
        if ROLE + "outcome" in frame.column_names:
            _check_outcomes(frame)
        if ROLE + "score" in frame.column_names and "scale" in self.indicator.defaults:
            _check_scale(frame, (params.get("scale") or self.indicator.defaults["scale"]), self.indicator.name)

    def check_pooled(self, roles: Mapping[str, str], by: Sequence[str]) -> None:
        """Tell when the figure mixes what should not be: two surveys."""
        column = roles.get(self.indicator.apart or "")
        if column is None or column in by:
            return
        found = sorted(self.values.counts(column))
        if len(found) > 1:
            shown = ", ".join(found[:5])
            warning(
                Text(
                    f"{len(found)} values of “{column}” are pooled ({shown}): --by would keep them apart.",
                    f"{len(found)} valeurs de « {column} » sont confondues ({shown}) : --by les séparerait.",
                )
            )

    def priced(self, found: "Estimates", roles: Mapping[str, str], params: Mapping[str, Any]) -> "Estimates":
        """Amounts with their currency, when the file or the person says it."""
        from timonier.estimates import Estimates

        currency = str(params.get("currency") or "")
        if not currency and "currency" in roles:
            currency = next(iter(self.values.counts(roles["currency"])), "")
        return Estimates([replace(one, currency=currency) if one.unit == "money" else one for one in found])


def _check_outcomes(frame: "pa.Table") -> None:
    from timonier.indicators.populations.answers import OUTCOMES, SILENT

    known = {*SILENT, *(word for words in OUTCOMES.values() for word in words)}
    found = {str(word) for word in frame[ROLE + "outcome"].unique().to_pylist() if word}
    if odd := sorted(word for word in found if word.strip().lower() not in known):
        shown = ", ".join(odd[:5])
        warning(
            Text(
                f"outcomes not understood, taken as no answer: {shown}.",
                f"issues non comprises, prises pour une absence de réponse : {shown}.",
            )
        )


def _check_scale(frame: "pa.Table", scale: tuple[int, int], name: str) -> None:
    import pyarrow.compute as pc

    scores = frame[ROLE + "score"]
    scores = scores.filter(pc.not_equal(scores, INVALID))
    if len(scores) - scores.null_count < 10:
        return
    low, high = scale
    most = pc.max(scores).as_py()
    if name == "nps" and tuple(scale) != (0, 10):
        warning(Text("only a 0–10 question gives an NPS.", "seule une question de 0 à 10 donne un NPS."))
    elif low <= most <= low + (high - low) * 0.7:
        warning(
            Text(
                f"no score above {most:g} on a scale of {low} to {high}: is it the right scale (--scale)?",
                f"aucune note au-dessus de {most:g} sur une échelle de {low} à {high} : est-ce la bonne (--scale) ?",
            )
        )


def read_table(file: Path, sheet: str | None) -> "pa.Table":
    """The rows of the file as text. Raises SourceError, UsageError when it holds several tables."""
    import pyarrow as pa

    from timonier.facts.intake.source import LINE, ReadOptions, open_sources

    sources = open_sources(file, ReadOptions(sheet=sheet))
    if len({source.columns for source in sources}) > 1:
        names = ", ".join(source.name for source in sources)
        raise UsageError(
            Text(f"there are several tables here: {names}.", f"il y a plusieurs tableaux ici : {names}."),
            where=str(file),
            hint=Text("Give one file, or --sheet.", "Donnez un seul fichier, ou --sheet."),
        )
    batches = [batch for source in sources for batch in source.batches()]
    for source in sources:
        for text in source.detected.notes:
            note(text)
        if lost := len(source.malformed):
            line = source.malformed[0].line
            warning(
                Text(
                    f"rows that cannot be split into columns, left out: {lost}; the first is line {line}.",
                    f"lignes illisibles, écartées : {lost} ; la première est la ligne {line}.",
                )
            )
    fields = [pa.field(name, pa.string()) for name in sources[0].columns]
    table = pa.Table.from_batches(batches) if batches else pa.table({one.name: [] for one in fields}, pa.schema(fields))
    return table.drop_columns([LINE]) if LINE in table.column_names else table
