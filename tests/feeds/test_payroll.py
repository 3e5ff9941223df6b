"""Payroll journals through the pipeline: seen again, corrected, told as totals, and without names anywhere but in the original."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from tests.books import Books, message_of
from tests.feed_samples import samples
from tests.feeds.test_files_of_several import all_hold, balance

XCOUNT = """Rekeningnummer,RekeningOmschrijving,Debet,Credit,Datum
4000,Brutolonen,{gross},0.0000,2026-03-31
1540,Loonheffing,0.0000,300.0000,2026-03-31
1700,Netto lonen,0.0000,{net},2026-03-31
"""
RUN = XCOUNT.format(gross="1000.0000", net="700.0000").encode()
TOTALS = """Grootboek;Omschrijving;Kostenplaats;Debet;Credit
4000;Brutoloon;100;{gross};
1700;Nettoloon;;;{gross}
"""
ITEM = (
    "<Item><EmployeeName>{name}</EmployeeName><Period>{period}</Period><Year>2026</Year><Run>1</Run><CostCenter>{center}</CostCenter>"
    "<GeneralLedgerAccount>{account}</GeneralLedgerAccount><ComponentName>{text}</ComponentName><Debit>{debit}</Debit><Credit>{credit}</Credit></Item>"
)


def _report(period: int, *rows: tuple[str, str, str, str, str]) -> bytes:
    items = [
        ITEM.format(
            name=name, period=period, center="", account=account, text=f"Loon {name}", debit=debit, credit=credit
        )
        for name, account, debit, credit, _ in rows
    ]
    return f"<Report><Items>{''.join(items)}</Items></Report>".encode()


def _outcomes(books: Books, data: bytes, uid: str, name: str = "") -> list[str]:
    return [r.outcome for r in books.process([message_of(data, uid=uid, name=name)])]


def test_the_same_run_again_is_a_duplicate_and_a_changed_one_a_conflict(books: Books) -> None:
    assert _outcomes(books, RUN, "a") == ["posted"]
    assert _outcomes(books, RUN + b"\n", "b") == ["duplicate"]
    assert _outcomes(books, XCOUNT.format(gross="1100.0000", net="800.0000").encode(), "c") == ["conflict"]
    assert (balance(books, "4000"), balance(books, "1540"), balance(books, "1700")) == (100000, -30000, -70000)
    all_hold(books)


def test_a_run_that_does_not_balance_by_a_ten_thousandth_is_refused(books: Books) -> None:
    assert _outcomes(books, XCOUNT.format(gross="1000.0001", net="700.0000").encode(), "a") == ["refused"]
    all_hold(books)


def test_an_unknown_account_holds_the_run(books: Books) -> None:
    assert _outcomes(books, RUN.replace(b"4000", b"4711"), "a") == ["held"]
    all_hold(books)


def test_totals_of_the_year_are_booked_for_what_each_period_adds(books: Books) -> None:
    for period, gross in (("01", "1.000,00"), ("02", "2.100,50"), ("03", "3.000,00")):
        data = TOTALS.format(gross=gross).encode()
        assert _outcomes(books, data, f"p{period}", f"speedbooks-loon-2026-{period}.csv") == ["posted"]
    assert (balance(books, "4000"), balance(books, "1700")) == (300000, -300000)
    entries = books.rows(
        "SELECT SUM(CASE WHEN side = 'debit' THEN amount ELSE 0 END) FROM posting GROUP BY entry_id ORDER BY entry_id"
    )
    assert [int(row[0]) for row in entries] == [100000, 110050, 89950]
    assert _outcomes(books, TOTALS.format(gross="3.000,00").encode(), "again", "speedbooks-loon-2026-03.csv") == [
        "duplicate"
    ]
    all_hold(books)


def _everything_stored(books: Books) -> str:
    """Every value of every table but the originals, unpacked where it is packed."""
    said: list[str] = []
    with books.hub.database.reading() as connection:
        for table in inspect(connection).get_table_names():
            if table == "original":
                continue
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                said += [_unpacked(value) for value in row]
    return "\n".join(said)


def _unpacked(value: Any) -> str:
    if isinstance(value, memoryview | bytes):
        raw = bytes(value)
        try:
            return zlib.decompress(raw).decode("utf-8", "replace")
        except zlib.error:
            return raw.decode("latin-1")
    return str(value)


PEOPLE = (
    ("Anna de Vries", "4000", "600.00", "0", ""),
    ("Bert Bos", "4000", "400.00", "0", ""),
    ("Anna de Vries", "1700", "0", "600.00", ""),
    ("Bert Bos", "1700", "0", "400.00", ""),
)


SPREAD = b"""werkgever;periode;run;rekening;kostenplaats;omschrijving;medewerker;bedrag
BV;2026-03;1;4000;Bar;Brutoloon Ella Kok;Ella Kok;600,00
BV;2026-03;1;4000;Bar;Brutoloon;Fred;400,00
"""


def test_names_of_employees_are_stored_nowhere_but_in_the_original(books: Books) -> None:
    strange = (("Carla Smit", "4711", "5.00", "0", ""), ("Carla Smit", "1700", "0", "5.00", ""))
    faulty = (("Dirk Jan", "4000", "x", "0", ""),)
    assert _outcomes(books, _report(1, *PEOPLE), "a") == ["posted"]
    assert _outcomes(books, _report(2, *strange), "b") == ["held"]
    assert _outcomes(books, _report(3, *faulty), "c") == ["refused"]
    assert _outcomes(books, SPREAD, "d") == ["posted"]
    stored = _everything_stored(books)
    assert "payroll_journal" in stored
    assert [name for name in ("Anna", "Bert", "Carla", "Dirk", "Ella") if name in stored] == []
    all_hold(books)


def test_names_are_kept_where_a_bookkeeper_asks_for_them(books: Books) -> None:
    path = Path(books.hub.settings.home) / "mappings" / "payroll.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text('settings.employee_names = "keep"\n', "utf-8")
    assert _outcomes(books, SPREAD, "a") == ["posted"]
    rows = books.rows("SELECT project, amount FROM posting WHERE cost_center = 'Bar' ORDER BY project")
    assert [tuple(row) for row in rows] == [("Ella Kok", 60000), ("Fred", 40000)]
    all_hold(books)


def test_every_sample_goes_through_the_command_and_the_books_still_hold(tmp_path: Path) -> None:
    """What `hub intake` says of the samples is what their expectations say; payroll totals of February come last."""
    environment = {**os.environ, "HUB_HOME": str(tmp_path / "home")}
    for name in ("HUB_DATABASE_URL", "HUB_BROKER_URL"):
        environment.pop(name, None)

    def hub(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hub.cli.main", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert hub("init").returncode == 0
    for connector in ("dayreport", "saft_till", "fiskaltrust"):
        done = hub("intake", *(str(path) for path in samples(connector)), "--json")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        for path in samples(connector):
            mine = [line for line in lines if Path(line["file"]).name == path.name]
            expected = json.loads(path.with_name(path.name + ".expected.json").read_text("utf-8"))
            assert len(mine) == len(expected), path.name
            for line, told in zip(mine, expected, strict=True):
                if told["entry"] is None or line["outcome"] in ("conflict", "duplicate"):
                    assert line["entries"] == [], path.name
                    continue
                assert line["outcome"] == "posted", (path.name, line["findings"])
                postings = line["entries"][0]["postings"]
                assert [f"{p['account']} {p['side']} {p['amount']}" for p in postings] == [
                    " ".join(posting.split()[:3]) for posting in told["entry"]["postings"]
                ]
    assert hub("verify").returncode == 0
