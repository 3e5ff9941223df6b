"""Master data and opening balance from tables, on both engines: what changes, what fails and why, and books that stay whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hub.errors import Conflict
from hub.formats.failed_rows import FailedRows
from hub.formats.table_records import Wishes
from hub.importing import KEYS_A_ROW, Done, Task, import_table, read_table, rows_of
from hub.reports.master_data import relations
from hub.reports.trial_balance import trial_balance
from hub.reports.verify import verify
from hub.store.administrations import load_books
from hub.store.master_rows import Judged
from hub.store.relation_cards import read_card
from hub.store.relations import get_relation
from hub.store.store import now
from tests.books import Books, open_books

FIRST = date(2026, 1, 1)
RELATIONS = "code;naam;kvk;btw-nummer;iban;straat;postcode;plaats;e-mail;betaalconditie;debiteur\n"
JANSEN = "K1;Jansen B.V.;00260501;NL999991322B01;NL88ABNA0000220815;Dorpsstraat 1;1234 AB;Ons Dorp;a@jansen.nl;30;ja\n"
PETERS = "L1;Peters;;;;;;;;;nee\n"
ITEMS = "relatie;factuur;datum;vervaldatum;bedrag;soort\nK1;F1;01-12-2025;31-12-2025;121,00;debiteur\nL1;X9;15-12-2025;;-50,00;crediteur\n"
BALANCE = "rekening;naam;debet;credit\n1100;Bank;879,00;\n1300;Debiteuren;121,00;\n1600;Crediteuren;50,00;\n0620;Reserve;;1.050,00\n"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """Books on either engine."""
    url = request.getfixturevalue("postgres_tables_url") if request.param == "postgres" else ""
    with open_books(tmp_path / "home", url) as opened:
        yield opened


class Run:
    """Imports into the books of a test."""

    def __init__(self, books: Books, folder: Path) -> None:
        self.books = books
        self.folder = folder
        self.rows: list[Judged] = []

    def __call__(self, kind: str, text: str, *, failed: Path | None = None, **wishes: str) -> Done:
        path = self.folder / f"{kind}.csv"
        path.write_text(text, "utf-8")
        records = read_table(kind, path, Wishes(**wishes))  # type: ignore[arg-type]
        self.rows = []
        hub = self.books.hub
        hub.ids.reserve(KEYS_A_ROW * rows_of(records) + 500)
        kept = FailedRows(failed, records.table.columns, lambda finding: finding.code)
        try:
            with hub.database.transaction() as connection:
                loaded = load_books(connection, ["demo"])["demo"]
                task = Task(connection, hub.ids, loaded, self.books.actor_id, now(), FIRST)
                done = import_table(kind, records, task, self.rows.append, kept, lambda _count: None)
                if done.refused:
                    raise _Undone
        except _Undone:
            pass
        kept.close()
        return done

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        return [(row.key, row.outcome) for row in self.rows]

    @property
    def faults(self) -> list[tuple[int, str]]:
        return [(row.record.row, finding.code) for row in self.rows for finding in row.findings]

    def balances(self) -> dict[str, str]:
        with self.books.hub.database.reading() as connection:
            rows = trial_balance(connection, self.books.id)
        return {row["account"]: row["balance"] for row in rows if row["balance"] != "0.00"}


class _Undone(Exception):
    """As the command does with a file that is refused."""


@pytest.fixture
def run(books: Books, tmp_path: Path) -> Run:
    return Run(books, tmp_path)


def test_relations_are_new_then_the_same_then_changed_and_an_empty_cell_changes_nothing(run: Run) -> None:
    run("relations", RELATIONS + JANSEN + PETERS)
    assert run.outcomes == [("K1", "new"), ("L1", "new")]
    run("relations", RELATIONS + JANSEN + PETERS)
    assert run.outcomes == [("K1", "same"), ("L1", "same")]
    run("relations", "code;naam;plaats;e-mail\nK1;Jansen Holding;Elders;\n")
    assert [row.changes for row in run.rows] == [
        {
            "name": ["Jansen B.V.", "Jansen Holding"],
            "address": ["Dorpsstraat 1, 1234 AB Ons Dorp, NL", "Dorpsstraat 1, 1234 AB Elders, NL"],
        }
    ]
    with run.books.hub.database.reading() as connection:
        key, relation = get_relation(connection, run.books.id, "K1")
        card = read_card(connection, run.books.id, key)
    assert (relation.name, relation.sales_term, card.email, card.roles) == (
        "Jansen Holding",
        "30",
        "a@jansen.nl",
        ("debtor",),
    )


AGREED = (
    "code;naam;rol;btw-indicatie;purchase_vat;boekwijze;e-factuur;factuur-email;peppol-id;g-rekening;g-percentage\n"
)


def test_what_was_agreed_comes_along_and_goes_out_the_same(run: Run) -> None:
    told = AGREED + "K1;Een;beide;intracommunautair;verlegd;eerst akkoord;ubl;f@een.example;;NL21RABO0990000010;25,5\n"
    done = run("relations", told + "K2;Twee;prospect;;;;peppol;;0106:00260501;;\n")
    assert (run.outcomes, done.findings) == ([("K1", "new"), ("K2", "new")], [])
    with run.books.hub.database.reading() as connection:
        key, relation = get_relation(connection, run.books.id, "K1")
        card, other = (
            read_card(connection, run.books.id, k) for k in (key, get_relation(connection, run.books.id, "K2")[0])
        )
        rows = list(relations(connection, load_books(connection, ["demo"])["demo"]))
    agreed = (
        relation.sales_vat,
        relation.purchase_vat,
        relation.purchase_method,
        relation.g_iban,
        relation.g_percentage,
    )
    assert agreed == ("intra_community", "reverse_charge", "register_first", "NL21RABO0990000010", Decimal("25.5"))
    assert (card.roles, card.sales_channel, card.sales_email) == (("debtor", "creditor"), "ubl_mail", "f@een.example")
    assert (other.roles, other.sales_endpoint) == (("prospect",), "0106:00260501")
    columns = list(rows[0])
    run(
        "relations",
        "\n".join([";".join(columns), *(";".join(str(row[c] or "") for c in columns) for row in rows)]) + "\n",
    )
    assert run.outcomes == [("K1", "same"), ("K2", "same")]
    run("relations", "code;naam;rol\nK2;Twee;debiteur\n")  # one column for roles takes none away
    assert [row.changes for row in run.rows] == [{"roles": [["prospect"], ["debtor", "prospect"]]}]


def test_what_cannot_have_been_agreed_names_field_value_and_what_may_stand_there(run: Run) -> None:
    run("relations", AGREED + "K1;Een;baas;soms;;;fax;geen adres;abc;NL00ABNA0123456789;250\n")
    found = {(f.location.rpartition(", ")[2], f.found, f.expected) for row in run.rows for f in row.findings}
    assert {found for _, found, _ in found} == {"baas", "soms", "fax", "geen adres", "abc", "NL00ABNA0123456789", "250"}
    assert "both, creditor, debtor, prospect" in {expected for *_, expected in found}
    assert run.outcomes == [("K1", "failed")]
    assert run.books.scalar("SELECT COUNT(*) FROM relation") == 0


def test_relation_without_code_is_found_by_its_chamber_of_commerce_number(run: Run) -> None:
    run("relations", RELATIONS + JANSEN)
    run("relations", "naam;kvk;telefoon\nJansen B.V.;00260501;0201234567\nNieuw;00260502;\n")
    assert run.outcomes == [("K1", "changed"), ("C0001", "new")]


def test_right_rows_are_taken_and_wrong_ones_go_to_their_own_file(run: Run, tmp_path: Path) -> None:
    wrong = "K2;X;12;;;;;;geen adres;99;\nK3;Y;;;NL00ABNA0;;12;;;;misschien\n;Dubbel;00260501;;;;;;;;\n"
    text = RELATIONS + JANSEN + wrong + "K1;Weer;;;;;;;;;\n"
    done = run("relations", text, failed=tmp_path / "failed.csv")
    assert done.counts == {"new": 1, "failed": 4}
    assert run.faults == [
        (3, "HUB-TAB-14"), (3, "HUB-ID-10"), (3, "HUB-TAB-15"), (4, "HUB-TAB-15"), (4, "HUB-ID-06"), (4, "HUB-ID-11"),
        (5, "HUB-TAB-24"), (6, "HUB-TAB-11"),
    ]  # fmt: skip
    lines = (tmp_path / "failed.csv").read_text("utf-8").splitlines()
    assert lines[0] == RELATIONS.strip().replace(";", ",") + ",reason"
    assert lines[1] == "K2,X,12,,,,,,geen adres,99,,HUB-TAB-14 HUB-ID-10 HUB-TAB-15"
    assert len(lines) == 5


def test_accounts_are_added_and_changed_but_not_into_another_kind_once_booked(run: Run) -> None:
    run.books.take("01")
    header = "rekening;omschrijving;rgs;soort;zijde;subadministratie\n"
    done = run(
        "accounts",
        header + "4991;Nieuwe kosten;WBedKanKan;resultaat;debet;\n4990;Anders;;;;\n1600;Crediteuren;;;;debiteuren\n",
    )
    assert (run.outcomes, done.counts["failed"]) == ([("4991", "new"), ("4990", "changed"), ("1600", "failed")], 1)
    assert run.faults == [(4, "HUB-TAB-26")]
    assert run.rows[1].changes == {"name": ["Nog te rubriceren kosten", "Anders"]}
    run("accounts", header + "110;Bank;;;;\n12345;X;WBedKanKan;balans;;\n")
    assert run.faults == [(2, "HUB-TAB-10"), (2, "HUB-TAB-14"), (3, "HUB-TAB-15")]


def test_opening_balance_ties_to_its_open_items_and_leaves_nothing_on_the_suspense_account(run: Run) -> None:
    run("relations", RELATIONS + JANSEN + PETERS)
    items = run("open-items", ITEMS)
    assert (items.booked, items.counts) == (["OPN 2026/1"], {"new": 2})
    done = run("opening-balance", BALANCE)
    assert (done.findings, done.booked) == ([], ["OPN 2026/2"])
    assert run.balances() == {"0620": "-1050.00", "1100": "879.00", "1300": "121.00", "1600": "50.00"}
    failures = [failure for check in verify(run.books.hub.database, [], ["demo"]) for failure in check.failures]
    assert failures == []
    assert "HUB-OPN-03" in [finding.code for finding in run("open-items", ITEMS).findings]
    with pytest.raises(Conflict, match="is booked already"):
        run("opening-balance", BALANCE)


def test_opening_balance_without_its_open_items_is_refused_naming_the_difference(run: Run) -> None:
    done = run("opening-balance", BALANCE)
    told = {
        finding.location: (finding.found, finding.expected, dict(finding.details)["difference"])
        for finding in done.findings
    }
    assert told == {"1300": ("121.00", "0.00", "121.00"), "1600": ("50.00", "0.00", "50.00")}
    assert run.balances() == {}
    assert run.books.scalar("SELECT COUNT(*) FROM entry") == 0


def test_opening_balance_that_writes_debit_in_dutch_and_credit_in_english_is_refused(run: Run) -> None:
    done = run("opening-balance", "rekening;debet;credit\n1100;1.100,00;\n0620;;1,100.00\n")
    (finding,) = done.findings
    assert (finding.code, dict(finding.details)["column"]) == ("HUB-TAB-07", "debet, credit")
    assert (finding.found, finding.expected) == (", 2 (debet)", ". 3 (credit)")
    assert run.balances() == {}


def test_opening_balance_that_does_not_balance_is_refused(run: Run) -> None:
    done = run("opening-balance", "rekening;debet;credit\n1100;10,00;\n0620;;9,99\n")
    assert [(finding.code, finding.found) for finding in done.findings] == [("HUB-OPN-01", "0.01")]
    assert run.balances() == {}


def test_one_wrong_row_keeps_all_open_items_out(run: Run) -> None:
    run("relations", RELATIONS + JANSEN)
    wrong = "K9;F2;01-12-2025;;1,00;debiteur\nK1;F3;01-01-2026;;1,00;debiteur\nK1;F4;01-12-2025;;1,005;debiteur\nK1;F5;01-12-2025;;1,00;\n"
    done = run("open-items", ITEMS.split("L1")[0] + wrong)
    assert [finding.code for finding in done.findings] == ["HUB-OPN-04"]
    assert run.faults == [(3, "HUB-TAB-28"), (4, "HUB-OPN-05"), (5, "HUB-TAB-18"), (6, "HUB-TAB-10")]
    assert run.books.scalar("SELECT COUNT(*) FROM open_item") == 0


def test_open_item_in_foreign_currency_keeps_it(run: Run) -> None:
    run("relations", RELATIONS + JANSEN)
    header = "relation,invoice,date,amount,side,currency,base_amount\n"
    run("open-items", header + "K1,U1,2025-12-01,100.00,receivable,USD,92.50\nK1,E1,2025-12-01,10.00,receivable,EUR,\n")
    found = run.books.rows(
        "SELECT o.number, p.currency, p.amount, p.base_amount FROM open_item o JOIN posting p ON p.open_item_id = o.id ORDER BY o.number"
    )
    assert found == [("E1", "EUR", 1000, 1000), ("U1", "USD", 10000, 9250)]
    assert run.balances() == {"1300": "102.50", "1990": "-102.50"}
