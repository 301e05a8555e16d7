"""What is read quickly is what SQL reads, to the last unit; the usual writings are read, the others left to SQL."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
from loading import column, facts, load_text

from timonier.facts.intake import instants_sql, numbers_sql
from timonier.facts.intake.numbers_sql import Mark
from timonier.facts.intake.quick import Kind, Quick, quick_columns
from timonier.facts.workspace import Workspace

MARKS: tuple[Mark, ...] = (".", ",", "auto", "machine")
AMOUNTS = (
    "0", "7", "-7", "+7", "12.5", "12,5", "12.50", "12,50", "1.234", "1,234", "-1.234", "0.125", "0,125", "1234.567",
    "12.3456", "12,3456", "12.34567", "00012.50", "-0.00", "99999999999.9999", "99999999999,9999", "100000000000",
    "12345678901234.5678", "0.0001", "-0.0001", "4503599627.3705", "1.2.3", "1,2,3", "1.234,5", "1,234.5", "5.", ".5",
    "-.5", ",5", "5,", ".", ",", "-", "--1", "1-2", "1e3", "1E3", "nan", "inf", "-inf", "0x10", "1/2", "12 €", "1 234",
    "12.5 ", "abc", "１２", "12٫5", "1_000", "1'000", "12.5.", "..5", "-1,5", "-12345678901.1234", "123456789012345678",
)  # fmt: skip
MOMENTS = (
    "2025-03-01T09:30:00Z", "2025-03-01 09:30:00Z", "2025-03-01T09:30:00", "2025-03-01 09:30:00", "2025-03-01",
    "2025-02-30", "2025-02-30T09:30:00Z", "2024-02-29 00:00:00", "2023-02-29 00:00:00", "2025-03-01T24:00:00",
    "2025-03-01T23:59:60Z", "2025-03-01T23:60:00", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00Z", "1900-01-01",
    "2199-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2200-01-01", "0025-03-01", "2025-3-1", "2025-03-01T9:30:00",
    "2025-03-01T09:30", "2025-03-01T09:30Z", "2025-03-01T09Z", "2025-03-01 10:30+02", "2025-03-01T09:30:00z",
    "2025-03-01 093000+02", "2025-03-01 0930+0200", "2025-03-01T09:30:00.5", "2025-03-01T09:30:00.5Z", "2025/03/01",
    "01/03/2025", "2025-03-01x09:30:00", "2025-03-01T09:30:00+02:00", "2025-03-01T09:30:0Z", "20250301", "2025-00-10",
    "2025-13-10", "-025-03-01", "2025-03-01T0930000Z", "2025-03-01T 9:30:00", "infinity", "epoch", "10/03-2025",
    "2025-03-01T09:30:00 ", "2025-03-0１", "+025-03-01",
)  # fmt: skip


def money_sql(mark: Mark) -> str:
    return numbers_sql.money("t", mark)


def moment_sql(kind: Kind) -> str:
    if kind == "utc":
        return instants_sql.stated("t", "iso", None)
    return instants_sql.micros(f"({instants_sql.local('t', 'iso', None)})")


def by_sql(texts: Sequence[str | None], expression: str) -> list[object]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("texts", pa.table({"t": pa.array(texts, pa.string()), "i": range(len(texts))}))
        found = connection.execute(f"SELECT {expression} FROM texts ORDER BY i").fetchall()  # noqa: S608
    return [value for (value,) in found]


def quickly(texts: Sequence[str | None], kind: Kind, mark: Mark = "auto") -> list[Any]:
    texts_of = pa.chunked_array([pa.array(texts, pa.string())])
    found: list[Any] = quick_columns({"t": texts_of}, [Quick(kind, "t", "q", mark)])["q"].to_pylist()
    return found


def differing(texts: Sequence[str | None], kind: Kind, mark: Mark = "auto") -> list[object]:
    """The texts read quickly, and not as SQL does."""
    expected = by_sql(texts, money_sql(mark) if kind == "money" else moment_sql(kind))
    found = quickly(texts, kind, mark)
    return [(text, one, sql) for text, one, sql in zip(texts, found, expected, strict=True) if one not in (None, sql)]


@pytest.mark.parametrize("mark", MARKS)
def test_an_amount_alone_in_its_column_is_read_as_sql_does(mark: Mark) -> None:
    expected = by_sql(AMOUNTS, money_sql(mark))
    found = [quickly([text], "money", mark)[0] for text in AMOUNTS]
    assert [
        (text, one, sql) for text, one, sql in zip(AMOUNTS, found, expected, strict=True) if one not in (None, sql)
    ] == []


@pytest.mark.parametrize("kind", ["utc", "local"])
def test_a_moment_alone_in_its_column_is_read_as_sql_does(kind: Kind) -> None:
    expected = by_sql(MOMENTS, moment_sql(kind))
    found = [quickly([text], kind)[0] for text in MOMENTS]
    assert [
        (text, one, sql) for text, one, sql in zip(MOMENTS, found, expected, strict=True) if one not in (None, sql)
    ] == []


def amounts(chance: random.Random, count: int) -> Iterator[str | None]:
    letters = chance.choice(["0123456789.", "0123456789,", "0123456789.-", "019.,- "])
    for _ in range(count):
        if chance.random() < 0.5:
            mark = chance.choice(letters[10:] or ".")
            yield f"{chance.randrange(-(10**6), 10**11)}{mark}{chance.randrange(10**4):0{chance.randint(1, 4)}d}"
        else:
            yield chance.choice([None, "".join(chance.choices(letters, k=chance.randint(1, 9)))])


@pytest.mark.parametrize("mark", MARKS)
def test_generated_columns_of_amounts_are_read_as_sql_does(mark: Mark) -> None:
    chance = random.Random(20_261_121)
    wrong = [differing(list(amounts(chance, chance.choice([3, 40]))), "money", mark) for _ in range(60)]
    assert wrong == [[]] * 60


@pytest.mark.parametrize("kind", ["utc", "local"])
def test_generated_columns_of_moments_are_read_as_sql_does(kind: Kind) -> None:
    chance = random.Random(20_261_122)
    for _ in range(60):
        texts = [
            f"{chance.randint(1898, 2201)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            f"{chance.choice(['T', ' '])}{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:"
            f"{chance.randint(0, 59):02}{chance.choice(['', 'Z'])}"
            for _ in range(chance.choice([1, 20]))
        ]
        if chance.random() < 0.2:
            texts.append(chance.choice(MOMENTS))
        assert differing(texts, kind) == []


def test_the_usual_writings_are_read_and_missing_or_other_ones_left() -> None:
    texts = ["12.50", None, "-3", "1.234", "0.0001", "98765432109.8765"]
    read = [Decimal("12.5"), None, Decimal(-3), None, Decimal("0.0001"), Decimal("98765432109.8765")]
    assert quickly(texts, "money") == read
    assert quickly(["12,50", "1,2345", None], "money", ",") == [Decimal("12.5"), Decimal("1.2345"), None]
    moments = ["1970-01-01T00:00:01Z", None, "1970-01-01 00:00:01", "1970-01-02"]
    assert quickly(moments, "utc") == [1_000_000, None, None, None]
    assert quickly(moments, "local") == [None, None, 1_000_000, 86_400_000_000]


def test_a_slice_of_a_column_is_read_as_itself() -> None:
    five = pa.array(["abc", "1.5", None, "2.5", "xyz"], pa.string())
    sliced = pa.chunked_array([five.slice(1, 1), five.slice(2, 2)])
    found = quick_columns({"t": sliced}, [Quick("money", "t", "q")])["q"]
    assert found.to_pylist() == [Decimal("1.5"), None, Decimal("2.5")]


ORDERS = """version = 1
[[table]]
into = "orders"
[table.columns]
order_id = "id"
amount = { column = "montant", missing = [MISSING] }
ordered_at = "date"
"""
PARIS = ZoneInfo("Europe/Paris")


def an_order(rank: int) -> tuple[str, str, datetime]:
    """Every half hour from the eve of a clock change."""
    at = datetime(2025, 3, 29, tzinfo=PARIS).replace(tzinfo=None) + timedelta(minutes=30 * rank)
    return f"O{rank:04}", f"{rank}.25", at


@pytest.mark.parametrize(("missing", "seventh"), [('"9999.5", "NSP"', None), ('"NSP"', Decimal("9999.5"))])
def test_a_load_of_many_different_values_keeps_words_that_mean_missing_days_and_refusals(
    workspace: Workspace, missing: str, seventh: Decimal | None
) -> None:
    rows = [list(map(str, an_order(rank))) for rank in range(1_000)]
    rows[7][1] = "9999.5"
    rows[8][1] = "NSP"
    rows[9][1] = "12 mois"
    rows[10][2] = "2025-02-30 10:00:00"
    rows[11][2] = "2025-03-01T12:00:00+02:00"
    rows[12][2] = "2025-03-01T12:00:00Z"
    rows[13][1] = "1 234,50 €"
    text = "\n".join(map(";".join, [["id", "montant", "date"], *rows]))
    report = load_text(workspace, ORDERS.replace("MISSING", missing), text, "orders.csv")
    (one,) = report.loads
    assert (one.counts.read, one.counts.kept, one.counts.rejected) == (1_000, 998, 2)
    assert [rejected.line for rejected in one.samples] == [11, 12]
    assert one.counts.clock_changes == 2  # 02:00 and 02:30 of 30 March 2025 never were
    found = {row["order_id"]: row for row in facts(workspace, "orders")}
    assert [found[f"O{rank:04}"]["amount"] for rank in (7, 8, 13)] == [seventh, None, Decimal("1234.5")]
    assert [found[f"O{rank:04}"]["ordered_at"].hour for rank in (11, 12)] == [10, 12]
    for rank in (*range(7), *range(14, 1_000)):
        key, amount, at = an_order(rank)
        instant = at.replace(tzinfo=PARIS).astimezone(ZoneInfo("UTC"))
        read = found[key]
        assert (read["amount"], read["ordered_at"], read["day"]) == (Decimal(amount), instant, at.date()), key
    assert len(column(workspace, "order_id", "orders")) == 998
