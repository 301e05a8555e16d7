"""Estimates that print well: a list in a terminal, a table in a notebook, a dataframe on request."""

import html
from collections.abc import Iterator, Sequence
from typing import Any, Literal, overload

from timonier import formats
from timonier.indicators.estimate import Estimate, State
from timonier.text import language

type Backend = Literal["pandas", "polars", "pyarrow"]


class Estimates(Sequence[Estimate]):
    """The answer to one question about one indicator: its estimates by period and segment."""

    def __init__(self, items: Sequence[Estimate]) -> None:
        self.items = tuple(items)

    @overload
    def __getitem__(self, index: int) -> Estimate: ...
    @overload
    def __getitem__(self, index: slice) -> "Estimates": ...
    def __getitem__(self, index: int | slice) -> "Estimate | Estimates":
        return Estimates(self.items[index]) if isinstance(index, slice) else self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.items)

    @property
    def value(self) -> float | None:
        """The value, when there is one estimate only."""
        if len(self.items) != 1:
            raise ValueError(f"{len(self.items)} estimates: choose one, or loop over them")
        return self.items[0].value

    def to_dicts(self) -> list[dict[str, Any]]:
        """One plain dict an estimate, with the keys of the command line's JSON."""
        return [as_dict(item) for item in self.items]

    def to_frame(self, backend: Backend = "pandas") -> Any:
        """A dataframe of the backend: one row an estimate, one column a dimension."""
        import narwhals as nw

        rows = [flat(item) for item in self.items]
        names = list(dict.fromkeys(name for row in rows for name in row))
        return nw.from_dict({name: [row.get(name) for row in rows] for name in names}, backend=backend).to_native()

    def __repr__(self) -> str:
        header, rows = self._cells()
        widths = [max(len(line[i]) for line in [header, *rows]) for i in range(len(header))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in [header, *rows]
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        header, rows = self._cells()
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in header)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        lang = language.get()
        dimensions = list(dict.fromkeys(name for item in self.items for name, _ in item.by))
        dated = any(item.period is not None for item in self.items)
        words = ("valeur", "intervalle", "n", "état") if lang == "fr" else ("value", "interval", "n", "state")
        header = [*(["période" if lang == "fr" else "period"] if dated else []), *dimensions, *words]
        rows = []
        for item in self.items:
            segment = item.segment
            period = [item.period.label or f"{item.period.start}" if item.period else ""] if dated else []
            rows.append(
                [
                    *period,
                    *(segment.get(name) or "—" for name in dimensions),
                    formats.estimate_value(item, lang),
                    formats.estimate_interval(item, lang),
                    "" if item.state == State.SUPPRESSED else formats.number(item.n, 0, lang),
                    item.state.value,
                ]
            )
        return header, rows


def as_dict(item: Estimate) -> dict[str, Any]:
    """Every field of an estimate in plain types: what JSON shows. The n of a suppressed figure is unknown, not 0."""
    period = item.period
    return {
        "indicator": item.indicator,
        "variant": item.variant,
        "by": item.segment,
        "period": period and {"start": str(period.start), "end": str(period.end), "label": period.label},
        "value": item.value,
        "low": item.low,
        "high": item.high,
        "n": None if item.state == State.SUPPRESSED else item.n,
        "n_eff": item.n_eff,
        "unit": item.unit,
        "currency": item.currency or None,
        "direction": item.direction,
        "state": item.state.value,
        "method": item.method,
        "confidence": item.confidence,
        "excluded": dict(item.excluded),
        "version": item.version,
        "detail": dict(item.detail),
    }


def flat(item: Estimate) -> dict[str, Any]:
    """The same on one level, for dataframes and CSV: one key a dimension, period start and end apart."""
    row = as_dict(item)
    period = row.pop("period") or {}
    segment, excluded = row.pop("by"), row.pop("excluded")
    row.pop("detail")
    start = {"period": period.get("label"), "start": period.get("start"), "end": period.get("end")}
    left_out = {f"excluded_{name}": count for name, count in excluded.items()}
    return {"indicator": row.pop("indicator"), "variant": row.pop("variant"), **segment, **start, **row, **left_out}
