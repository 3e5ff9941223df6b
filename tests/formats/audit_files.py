"""Audit files by hand, for tests of reading: small, sound, and wrong in one place at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

NS32 = "http://www.auditfiles.nl/XAF/3.2"
ACCOUNTS = (
    ("1100", "Bank", "B", "BLimBanRba"), ("1300", "Debiteuren", "B", "BVorDebHad"), ("1600", "Crediteuren", "B", "BSchCreHac"),
    ("0640", "Resultaat", "B", "BEivOreRvh"), ("8000", "Omzet", "P", "WOmzNohOlh"), ("4000", "Kosten", "P", "WBedKanKan"),
)  # fmt: skip
Line = tuple[str, int, str]  # account, cents (debit positive), further elements


def line(account: str, cents: int, *, relation: str = "", invoice: str = "", more: str = "") -> Line:
    """A line; what comes after the amount in the order of the schema."""
    told = f"<custSupID>{relation}</custSupID>" if relation else ""
    return account, cents, told + (f"<invRef>{invoice}</invRef>" if invoice else "") + more


def amount(cents: int) -> str:
    return f"<amnt>{abs(cents) // 100}.{abs(cents) % 100:02}</amnt><amntTp>{'D' if cents >= 0 else 'C'}</amntTp>"


def transaction(number: int, day: str, lines: Sequence[Line], *, period: str = "", text: str = "") -> str:
    """One transaction, balanced or not."""
    rows = "".join(
        f"<trLine><nr>{n}</nr><accID>{account}</accID><docRef>D{number}</docRef><effDate>{day}</effDate>{amount(cents)}{more}</trLine>"
        for n, (account, cents, more) in enumerate(lines, 1)
    )
    month = period or str(int(day[5:7]))
    head = f"<nr>{number}</nr><desc>{escape(text or 'boeking')}</desc><periodNumber>{month}</periodNumber><trDt>{day}</trDt>"
    return f"<transaction>{head}{rows}</transaction>"


def journal(code: str, kind: str, transactions: Iterable[str]) -> str:
    return f"<journal><jrnID>{code}</jrnID><desc>{code}</desc><jrnTp>{kind}</jrnTp>{''.join(transactions)}</journal>"


def audit_file(
    journals: Sequence[str],
    *,
    year: int = 2025,
    opening: Sequence[tuple[str, int]] = (),
    opening_items: str = "",
    subledgers: str = "",
    relations: Sequence[str] = ("K1", "L1"),
    accounts: Sequence[tuple[str, str, str, str]] = ACCOUNTS,
    lines: int | None = None,
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
    namespace: str = NS32,
) -> str:
    """A whole file of edition 3.2."""
    body = "".join(journals)
    count = body.count("<trLine>") if lines is None else lines
    people = "".join(
        f"<customerSupplier><custSupID>{code}</custSupID><custSupName>Relatie {code}</custSupName>"
        f"<custSupTp>{'C' if code.startswith('K') else 'S'}</custSupTp></customerSupplier>"
        for code in relations
    )
    ledger = "".join(
        f"<ledgerAccount><accID>{code}</accID><accDesc>{name}</accDesc><accTp>{kind}</accTp>"
        + (f"<leadCode>{rgs}</leadCode>" if rgs else "") + "</ledgerAccount>"
        for code, name, kind, rgs in accounts
    )  # fmt: skip
    periods = "".join(
        f"<period><periodNumber>{m}</periodNumber><startDatePeriod>{year}-{m:02}-01</startDatePeriod>"
        f"<endDatePeriod>{year}-{m:02}-{28 if m == 2 else 30 if m in (4, 6, 9, 11) else 31}</endDatePeriod></period>"
        for m in range(1, 13)
    )
    begun = "".join(
        f"<obLine><nr>{n}</nr><accID>{code}</accID>{amount(cents)}</obLine>"
        for n, (code, cents) in enumerate(opening, 1)
    )
    debit = sum(cents for _, cents in opening if cents > 0)
    balance = (
        f"<openingBalance><opBalDate>{year}-01-01</opBalDate><linesCount>{len(opening)}</linesCount>"
        f"<totalDebit>{debit / 100:.2f}</totalDebit><totalCredit>{debit / 100:.2f}</totalCredit>{begun}{opening_items}</openingBalance>"
        if opening
        else ""
    )
    return (
        f'{head}<auditfile xmlns="{namespace}"><header><fiscalYear>{year}</fiscalYear><startDate>{year}-01-01</startDate>'
        f"<endDate>{year}-12-31</endDate><curCode>EUR</curCode><dateCreated>2026-01-01</dateCreated></header><company>"
        f"<companyIdent>12345678</companyIdent><companyName>Oud Pakket B.V.</companyName>"
        f"<taxRegistrationCountry>NL</taxRegistrationCountry><taxRegIdent>NL999991103B01</taxRegIdent>"
        f"<customersSuppliers>{people}</customersSuppliers><generalLedger>{ledger}</generalLedger><periods>{periods}</periods>"
        f"{balance}<transactions><linesCount>{count}</linesCount>{body}{subledgers}</transactions></company></auditfile>"
    )


def sound(**options: object) -> str:
    """An invoice, its payment, and a purchase that is still open."""
    sales = transaction(1, "2025-01-10", [line("1300", 12100, relation="K1", invoice="F1"), line("8000", -12100)])
    paid = transaction(1, "2025-02-01", [line("1100", 10000), line("1300", -10000, relation="K1", invoice="F1")])
    bought = transaction(1, "2025-01-15", [line("4000", 5000), line("1600", -5000, relation="L1", invoice="X9")])
    journals = [journal("VRK", "S", [sales]), journal("BNK", "B", [paid]), journal("INK", "P", [bought])]
    return audit_file(journals, **options)  # type: ignore[arg-type]


def saved(tmp_path: Path, text: str | bytes, name: str = "books.xaf") -> Path:
    """The file on disk."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
