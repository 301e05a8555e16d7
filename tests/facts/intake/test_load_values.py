# ruff: noqa: S608, DTZ001  statements are ours; local times have no zone
"""What people write becomes what they meant, exactly, or the row is rejected with the reason."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from loading import ANSWERS, column, facts, load_text

from timonier.facts.engines.staging import Staging
from timonier.facts.intake import instants_sql, numbers_sql
from timonier.facts.settings import Settings
from timonier.facts.workspace import Workspace


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Staging(Settings(threads=1, memory="256MB"), tmp_path_factory.mktemp("staging"))
    yield made
    made.close()


def evaluated(staging: Staging, expression: str, texts: list[str]) -> list[Any]:
    with staging.chunk(pa.table({"t": texts, "place": range(len(texts))})):
        rows = staging.table(f"SELECT {expression} AS v FROM chunk ORDER BY place")
    return list(rows.column("v").to_pylist())


MONEY = [
    # text, with a point, with a comma, undeclared
    ("12", "12", "12", "12"),
    ("-12.50", "-12.5", None, "-12.5"),
    ("12,50", None, "12.5", "12.5"),
    ("1 234,56", None, "1234.56", "1234.56"),
    ("1\u00a0234,56 €", None, "1234.56", "1234.56"),
    ("1\u202f234\u202f567,8\u00a0€", None, "1234567.8", "1234567.8"),
    ("1.234,56", None, "1234.56", "1234.56"),
    ("1,234.56", "1234.56", None, "1234.56"),
    ("$1,234,567.00", "1234567", None, "1234567"),
    ("1'234.50 CHF", "1234.5", None, "1234.5"),
    ("1,234", "1234", "1.234", None),
    ("1.234", "1.234", "1234", None),
    ("0.125", "0.125", None, "0.125"),
    ("12.34567", None, None, None),
    ("12.34500000", "12.345", None, "12.345"),
    ("0,1", None, "0.1", "0.1"),
    ("−5,00", None, "-5", "-5"),
    ("12 34,5", None, None, None),
    ("1,2,3", None, None, None),
    ("12 €/mois", None, None, None),
    ("abc", None, None, None),
    ("1e3", None, None, None),
    ("1_000", None, None, None),
    ("-", None, None, None),
    ("€", None, None, None),
    (".", None, None, None),
    ("nan", None, None, None),
    ("99999999999999.9999", "99999999999999.9999", None, "99999999999999.9999"),
    ("100000000000000", None, None, None),
]


@pytest.mark.parametrize(("mark", "rank"), [(".", 1), (",", 2), ("auto", 3)])
def test_money_is_exact_or_refused(staging: Staging, mark: numbers_sql.Mark, rank: int) -> None:
    found = evaluated(staging, numbers_sql.money("t", mark), [case[0] for case in MONEY])
    wanted = [None if case[rank] is None else Decimal(str(case[rank])) for case in MONEY]
    assert dict(zip([case[0] for case in MONEY], found, strict=True)) == dict(
        zip([case[0] for case in MONEY], wanted, strict=True)
    )


def test_numbers_of_a_format_that_stores_numbers(staging: Staging) -> None:
    texts = ["1.234", "1234.5", "12,5", "1,234", "1 234,5"]
    found = evaluated(staging, numbers_sql.money("t", "machine"), texts)
    assert found == [Decimal("1.234"), Decimal("1234.5"), Decimal("12.5"), None, Decimal("1234.5")]


def test_reals_and_wholes(staging: Staging) -> None:
    texts = ["9", "9.5", "1e3", "-0.25", "inf", "nan", "9/10", "12,5", "0x1F", "1_0"]
    assert evaluated(staging, numbers_sql.real("t", "auto"), texts) == [
        9.0, 9.5, 1000.0, -0.25, None, None, None, 12.5, None, None,
    ]  # fmt: skip
    texts = ["3", "3.0", "-7", "1 234", "3.5", "trois", "9999999999999999999"]
    assert evaluated(staging, numbers_sql.whole("t", ","), texts) == [3, None, -7, 1234, None, None, None]
    assert evaluated(staging, numbers_sql.whole("t", "."), texts) == [3, 3, -7, 1234, None, None, None]


def test_products_are_exact_or_refused(staging: Staging) -> None:
    assert evaluated(staging, numbers_sql.product("t", "'0.55'", "."), ["3", "-12", "0.0001", "0.001", "x"]) == [
        Decimal("1.65"), Decimal("-6.6"), None, None, None,
    ]  # fmt: skip
    assert evaluated(staging, numbers_sql.product("t", "'99999999999999'", "."), ["99999999999999"]) == [None]


def test_yes_and_no(staging: Staging) -> None:
    texts = ["Oui", "NON", "vrai", "faux", "O", "n", "1", "0", "yes", "False", "peut-être", "2"]
    assert evaluated(staging, numbers_sql.boolean("t"), texts) == [
        True, False, True, False, True, False, True, False, True, False, None, None,
    ]  # fmt: skip


DATES = [
    ("iso", "2024-02-29", datetime(2024, 2, 29)),
    ("iso", "2024-2-9 8:05", datetime(2024, 2, 9, 8, 5)),
    ("iso", "2024-02-29T08:05:06.5", datetime(2024, 2, 29, 8, 5, 6, 500000)),
    ("iso", "2023-02-29", None),
    ("iso", "29/02/2024", None),
    ("iso", "24-02-29", None),
    ("iso", "infinity", None),
    ("iso", "epoch", None),
    ("iso", "2024-02-29 08:05:06 BC", None),
    ("iso", "2024-02-29 08:05:06+01:00", None),  # states its own offset: not a local time
    ("iso", "20240229", None),
    ("dmy", "1/2/2024", datetime(2024, 2, 1)),
    ("dmy", "01.02.2024 8:05", datetime(2024, 2, 1, 8, 5)),
    ("dmy", "01-02-2024 08:05:06", datetime(2024, 2, 1, 8, 5, 6)),
    ("dmy", "01/02/2024 14h30", datetime(2024, 2, 1, 14, 30)),
    ("dmy", "13/13/2024", None),
    ("dmy", "31/02/2024", None),
    ("dmy", "01/02/24", None),
    ("dmy", "2024-02-01", None),
    ("dmy", "01/02/2024 25:00", None),
    ("mdy", "7/29/2013", datetime(2013, 7, 29)),
    ("mdy", "29/7/2013", None),
    ("ymd", "2024/2/1", datetime(2024, 2, 1)),
    ("ymd", "2024.02.01 08:05", datetime(2024, 2, 1, 8, 5)),
]


@pytest.mark.parametrize(("order", "text", "wanted"), DATES)
def test_dates_are_read_in_the_declared_order_only(staging: Staging, order: Any, text: str, wanted: Any) -> None:
    floor = f"(SELECT {instants_sql.local('t', order, None)} AS l FROM chunk)"
    with staging.chunk(pa.table({"t": [text]})):
        (found,) = staging.table(f"SELECT {instants_sql.micros('l')} AS v FROM {floor}").column("v").to_pylist()
    assert found == (None if wanted is None else int(wanted.replace(tzinfo=UTC).timestamp() * 1_000_000))


def test_offsets_are_obeyed(staging: Staging) -> None:
    texts = [
        "2024-07-01T10:00:00Z",
        "2024-07-01 10:00:00+02:00",
        "2024-07-01T10:00+0230",
        "2024-07-01 10:00:00 -01",
        "2024-07-01 10:00",
    ]
    found = evaluated(staging, instants_sql.stated("t", "iso", None), texts)
    hours = [10, 8, 7.5, 11]
    assert found[:4] == [
        round(datetime(2024, 7, 1, tzinfo=UTC).timestamp() + hour * 3600) * 1_000_000 for hour in hours
    ]
    assert found[4] is None


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Africa/Casablanca", "UTC"])
def test_local_times_become_utc_as_python_does(staging: Staging, zone: str) -> None:
    """Python's fold = 0 is the rule; its zones are an independent reading of the same rules."""
    random_source = random.Random(20240331)
    info = ZoneInfo(zone)
    moments = [datetime(1975, 1, 1) + timedelta(minutes=random_source.randrange(60 * 365 * 1440)) for _ in range(3000)]
    for one in instants_sql.changes(zone):  # every clock change, to the minute
        at = datetime(1970, 1, 1) + timedelta(microseconds=one.at + one.before)
        moments += [at + timedelta(minutes=shift) for shift in (-121, -61, -60, -1, 0, 1, 59, 60, 61, 121)]
    moments = [one for one in moments if datetime(1961, 1, 1) < one < datetime(2044, 12, 1)]
    with staging.chunk(pa.table({"m": pa.array(moments, pa.timestamp("us")).cast(pa.int64())})):
        found = staging.table(f"SELECT {instants_sql.to_utc('m', zone)} AS v FROM chunk").column("v").to_pylist()
        beside = instants_sql.beside_a_change("m", instants_sql.changes(zone))
        flagged = staging.table(f"SELECT {beside} AS v FROM chunk").column("v").to_pylist()
    aware = [one.replace(tzinfo=info) for one in moments]
    assert found == [round(one.timestamp()) * 1_000_000 for one in aware]
    odd = [one.utcoffset() != one.replace(fold=1).utcoffset() for one in aware]
    assert flagged == odd


def test_a_day_is_the_accounting_date_of_the_workspace(workspace: Workspace) -> None:
    rows = (
        "id;note;date;canal\n1;9;2024-06-30T22:30:00Z;web\n2;9;2024-06-30 23:30:00;web\n3;9;2024-07-01 00:30:00;web\n"
    )
    load_text(workspace, ANSWERS, rows)
    assert column(workspace, "day") == [date(2024, 7, 1), date(2024, 6, 30), date(2024, 7, 1)]
    assert column(workspace, "answered_at")[2] == datetime(2024, 6, 30, 22, 30, tzinfo=UTC)


def test_a_column_may_be_in_another_zone_than_the_workspace(workspace: Workspace) -> None:
    recipe = ANSWERS.replace('answered_at = "date"', 'answered_at = { column = "date", zone = "America/New_York" }')
    load_text(workspace, recipe, "id;note;date;canal\n1;9;2024-01-10 20:00:00;web\n")
    (row,) = facts(workspace)
    assert row["answered_at"] == datetime(2024, 1, 11, 1, 0, tzinfo=UTC)
    assert row["day"] == date(2024, 1, 11)


def test_times_beside_a_clock_change_are_counted(workspace: Workspace) -> None:
    rows = (
        "id;note;date;canal\n1;9;2024-03-31 02:30:00;web\n2;9;2024-10-27 02:30:00;web\n3;9;2024-03-31 03:30:00;web\n"
        "4;9;2024-10-27T00:30:00Z;web\n"
    )
    report = load_text(workspace, ANSWERS, rows)
    assert report.counts.clock_changes == 2
    hours = [row["answered_at"].hour + row["answered_at"].minute / 60 for row in facts(workspace)]
    assert hours == [1.5, 0.5, 1.5, 0.5]


def test_a_reversed_scale_keeps_the_raw_score(workspace: Workspace) -> None:
    recipe = ANSWERS.replace("scale = [0, 10]", "scale = [1, 5], reverse = true")
    load_text(workspace, recipe, "id;note;date;canal\n1;1;2024-01-10;web\n2;4;2024-01-10;web\n3;;2024-01-10;web\n")
    found = [(row["score"], row["raw_score"], row["scale_min"], row["scale_max"]) for row in facts(workspace)]
    assert found == [(5.0, 1.0, 1.0, 5.0), (2.0, 4.0, 1.0, 5.0), (None, None, 1.0, 5.0)]
    assert set(column(workspace, "direction")) == {"up"}


@pytest.mark.parametrize("reverse", ["", ", reverse = true"])
def test_a_score_that_the_scale_does_not_have_is_refused(workspace: Workspace, reverse: str) -> None:
    recipe = ANSWERS.replace("scale = [0, 10]", f"scale = [0, 10]{reverse}")
    scores = {"1": "0", "2": "10", "3": "12", "4": "99", "5": "-1", "6": "huit", "7": "", "8": "10,5"}
    rows = "".join(f"{key};{score};2024-01-10;web\n" for key, score in scores.items())
    report = load_text(workspace, recipe, f"id;note;date;canal\n{rows}")
    assert column(workspace, "answer_id") == ["1", "2", "7"]
    reasons = [one.reason() for one in report.loads[0].samples]
    assert reasons == ["outside the scale of the question"] * 3 + ["not a number", "outside the scale of the question"]


def test_a_code_for_no_answer_is_no_score_off_the_scale(workspace: Workspace) -> None:
    recipe = ANSWERS.replace('missing = ["NSP"]', 'missing = ["NSP", "99"]')
    load_text(workspace, recipe, "id;note;date;canal\n1;99;2024-01-10;web\n2;9;2024-01-10;web\n")
    assert column(workspace, "score") == [None, 9.0]


def test_identifiers_and_texts_are_kept_as_they_are(workspace: Workspace) -> None:
    rows = 'id;note;date;canal\n 007 ;9;2024-01-10;"  deux  espaces "\n1e5;9;2024-01-10;-\n'
    load_text(workspace, ANSWERS, rows)
    assert column(workspace, "answer_id") == ["007", "1e5"]
    assert column(workspace, "channel") == ["deux  espaces", "-"]


def test_texts_of_recipes_are_never_sql(workspace: Workspace) -> None:
    recipe = ANSWERS.replace(
        'channel = "canal"', """channel = { column = "ca'n\\"al", values = { "O'Neil" = "x'; --" } }"""
    )
    rows = 'id;note;date;"ca\'n""al"\n1;9;2024-01-10;O\'Neil\n2;9;2024-01-10;d\'\n'
    load_text(workspace, recipe, rows)
    assert column(workspace, "channel") == ["x'; --", "d'"]
