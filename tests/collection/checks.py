"""What must hold whatever happens: looked at each day, and once more at the end."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from hub.reports.verify import verify
from tests.collection.company import AGENCY, Company

_OPEN = "SELECT SUM(CASE WHEN side = 'debit' THEN base_amount ELSE -base_amount END) FROM posting"
_ITEMS = """
    SELECT m.reference, o.number, i.outstanding, (SELECT SUM(CASE WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END)
    FROM posting p WHERE p.open_item_id = i.open_item_id) AS open, m.channel
    FROM reminder m JOIN reminder_item i ON i.reminder_id = m.id JOIN open_item o ON o.id = i.open_item_id WHERE i.level <> '' AND"""
_ASKED = f"{_ITEMS} m.sent_on = :day AND m.state IN ('sent', 'printed', 'called', 'delivered')"
_MAILED = f"{_ITEMS} m.dispatch_uid = :uid"  # what the debtor has in his letterbox, whatever our books say of it


def of_the_day(company: Company) -> None:
    """The control account is its open items, to the cent; and whatever left today asks for what is open, never for what is paid."""
    books, day = company.books, company.clock.day
    account = books.scalar(
        f"{_OPEN} WHERE account_id = (SELECT id FROM account WHERE code = '1300' AND administration_id = :a)",
        a=books.id,
    )
    items = books.scalar(f"{_OPEN} WHERE open_item_id IN (SELECT id FROM open_item WHERE side = 'receivable')")
    assert (account or 0) == (items or 0), day
    left = [tuple(row) for row in books.rows(_ASKED, day=day) if row[4] != "email"]
    mailed = {uid for uid, on in company.arrived.items() if on == day}
    left += [tuple(row) for uid in sorted(mailed) for row in books.rows(_MAILED, uid=uid)]
    assert [row for row in left if row[2] != row[3] or row[3] <= 0] == [], day


def letters(company: Company) -> None:
    """Each mail was sent once; each item came to each level once, and in the order of its policy."""
    ids = Counter(str(mail["Message-ID"]) for _, mail in company.box.mails)
    assert [one for one, times in ids.items() if times > 1] == []
    levels: dict[tuple[int, str], int] = Counter()
    for key, level in company.books.rows(
        "SELECT i.open_item_id, i.level FROM reminder_item i JOIN reminder m ON m.id = i.reminder_id"
        " WHERE i.level <> '' AND m.state IN ('sent', 'printed', 'called', 'delivered')"
    ):
        levels[int(key), str(level)] += 1
    assert [one for one, times in levels.items() if times > 1] == []
    _in_order(company)


def _in_order(company: Company) -> None:
    reached: dict[int, list[str]] = {}
    for key, level in company.books.rows(
        "SELECT i.open_item_id, i.level FROM reminder_item i JOIN reminder m ON m.id = i.reminder_id"
        " WHERE i.level <> '' AND m.state IN ('sent', 'printed', 'called', 'delivered') ORDER BY m.sent_on, m.id"
    ):
        reached.setdefault(int(key), []).append(str(level))
    orders = [[level.code for level in policy.levels] for policy in company.book.rules.policies.values()]
    skipped = {key: had for key, had in reached.items() if not any(had == order[: len(had)] for order in orders)}
    assert skipped == {}


def hand_offs(company: Company) -> None:
    """Each case was opened at the agency once, and none that we do not have; no invoice is in two open cases."""
    rows = company.books.rows(
        "SELECT number, state, close_reason FROM collection_case WHERE handed_over_at IS NOT NULL"
    )
    ours = {str(number) for number, state, _ in rows if state != "rejected"}
    assert ours <= set(company.desk.opened)
    assert set(company.desk.opened) <= {str(row[0]) for row in rows}
    assert set(company.desk.opened.values()) <= {1}
    [(twice,)] = company.books.rows(
        "SELECT COUNT(*) FROM (SELECT claim FROM case_item WHERE claim IS NOT NULL GROUP BY claim HAVING COUNT(*) > 1) AS x"
    )
    assert twice == 0
    held = (
        "SELECT COUNT(*) FROM relation_reason WHERE cause = 'case' AND lifted_at IS NULL AND reference NOT IN"
        " (SELECT number FROM collection_case WHERE state NOT IN ('closed', 'rejected'))"
    )
    assert company.books.scalar(held) == 0


def notices(company: Company) -> None:
    """An agency is told of all that came to us, and of nothing that it told us itself."""
    told = "SELECT COUNT(*) FROM case_event WHERE type = 'paid_to_us'"
    of_agency = f"{told} AND entry_id IN (SELECT p.entry_id FROM posting p JOIN account a ON a.id = p.account_id WHERE a.code = '1360')"
    assert company.books.scalar(of_agency) == 0
    sent = "SELECT COUNT(*) FROM dispatch WHERE type = 'collection.payment'"
    assert company.books.scalar(told) == company.books.scalar(sent) > 0


def money(company: Company) -> None:
    """Every cent that the agency received, kept and passed on is in the books, once."""
    books, office = company.books, company.office
    [(received,)] = books.rows("SELECT COALESCE(SUM(amount), 0) FROM case_money WHERE what = 'payment'")
    assert Decimal(int(received)).scaleb(-2) == office.received
    gross = office.fees + office.fee_vat + office.remitted
    assert _balance(books, "1360") == office.received - gross
    assert (_balance(books, "4380"), _balance(books, "1190")) == (office.fees, Decimal(0))
    assert _waiting(books) == []


def _balance(books: Any, account: str) -> Decimal:
    cents = books.scalar(
        f"{_OPEN} WHERE account_id = (SELECT id FROM account WHERE code = :c AND administration_id = :a)",
        c=account,
        a=books.id,
    )
    return Decimal(int(cents or 0)).scaleb(-2)


def _waiting(books: Any) -> list[Any]:
    """Messages of the agency that were not booked; one that says what another said already is no loss."""
    return books.rows(  # type: ignore[no-any-return]
        "SELECT i.outcome, f.code FROM message m JOIN inbox i ON i.message_uid = m.uid LEFT JOIN finding f ON f.message_uid = m.uid"
        " WHERE m.channel = :c AND i.outcome NOT IN ('posted', 'duplicate')", c=AGENCY,
    )  # fmt: skip


def at_the_end(company: Company) -> None:
    """All of it, and everything that `hub verify` proves."""
    letters(company)
    hand_offs(company)
    notices(company)
    money(company)
    broken = [check for check in verify(company.books.hub.database, company.books.hub.sources) if not check.ok]
    assert broken == []
