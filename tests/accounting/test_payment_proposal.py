"""What goes into a payment file, to whom, with what text; and what stays behind and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.accounting.payment_proposal import LONGEST_TEXT, LeftOut, Payee, Transfer, transfers
from hub.model.settlement import OpenItem
from tests.accounting.paying import DAY, D, item

IBAN, OTHER, G_IBAN = "NL91ABNA0417164300", "NL16RABO0000330246", "NL62RABO0990104711"
UNTIL = date(2026, 5, 31)


def _owed(key: int, amount: str, **changes: Any) -> OpenItem:
    return item(key, amount, **{"side": "payable", "iban": IBAN, **changes})


def _proposed(*items: OpenItem, payee: Payee | None = None, **changes: Any) -> tuple[list[Transfer], list[LeftOut]]:
    known = {i.relation: payee or Payee(i.relation, "Leverancier B.V.", (IBAN,)) for i in items}
    values: dict[str, Any] = {"until": UNTIL, "with_discount": False, "under_way": frozenset(), **changes}
    return transfers(items, known, DAY, **values)


def test_due_items_of_a_relation_go_in_one_line_less_its_credit_note() -> None:
    lines, left = _proposed(_owed(1, "100.00"), _owed(2, "50.00"), _owed(3, "-30.00", number="C-1", iban=""))
    assert [(line.amount, line.iban) for line in lines] == [(D("120.00"), IBAN)]
    assert lines[0].remittance == "F-2026-0001 F-2026-0002 C-1"
    assert left == []


def test_what_may_not_be_paid_stays_behind_with_its_reason() -> None:
    lines, left = _proposed(
        _owed(1, "10.00", blocks=("approval",)), _owed(2, "20.00"), _owed(3, "30.00", due_date=date(2026, 7, 1)),
        _owed(4, "40.00", currency="USD"), _owed(5, "50.00", relation="C0002", iban="USWIRE99900471"),
        _owed(6, "60.00", relation="C0003", iban=""), under_way=frozenset({2}), payee=Payee("C0001", "x"),
    )  # fmt: skip
    assert lines == []
    assert {(one.item.id, one.why) for one in left} == {
        (1, "blocked"), (2, "under_way"), (4, "foreign_currency"), (5, "bad_iban"), (6, "no_iban"),
    }  # fmt: skip


def test_credit_note_above_what_there_is_to_pay_stays_behind() -> None:
    lines, left = _proposed(_owed(1, "10.00"), _owed(2, "-30.00", number="C-1"))
    assert [line.amount for line in lines] == [D("10.00")]
    assert [one.why for one in left] == ["credit_exceeds"]


def test_g_part_goes_to_the_g_account_and_nowhere_else() -> None:
    payee = Payee("C0001", "Uitzend B.V.", (IBAN,), G_IBAN)
    lines, _ = _proposed(
        _owed(1, "75.00", number="U-1"), _owed(2, "25.00", number="U-1", part="g_account", iban=""), payee=payee
    )
    assert {(line.part, line.iban, line.amount, line.remittance) for line in lines} == {
        ("normal", IBAN, D("75.00"), "U-1"), ("g_account", G_IBAN, D("25.00"), "U-1"),
    }  # fmt: skip


def test_discount_brings_an_invoice_forward_when_it_would_be_lost() -> None:
    early = _owed(
        1, "100.00", due_date=date(2026, 7, 1), discount_until=date(2026, 5, 20), discount_percentage=D(2)
    )  # fmt: skip
    assert _proposed(early)[0] == []
    lines, _ = _proposed(early, with_discount=True)
    assert (lines[0].amount, lines[0].allocations[0].discount) == (D("98.00"), D("2.00"))


def test_creditor_reference_goes_alone_and_structured() -> None:
    lines, _ = _proposed(_owed(1, "10.00", payment_reference="RF18 5390 0754 7034"), _owed(2, "20.00"))
    assert [(line.amount, line.creditor_reference) for line in lines] == [
        (D("10.00"), "RF18539007547034"), (D("20.00"), ""),
    ]  # fmt: skip


def test_many_invoices_are_divided_so_that_every_number_fits_the_text() -> None:
    lines, _ = _proposed(*(_owed(n, "1.00") for n in range(1, 41)))
    assert len(lines) > 1
    assert sum(line.amount for line in lines) == 40
    assert all(len(line.remittance) <= LONGEST_TEXT for line in lines)
    named = " ".join(line.remittance for line in lines)
    assert all(f"F-2026-{n:04d}" in named for n in range(1, 41))


def test_relation_with_two_accounts_is_paid_where_each_invoice_says() -> None:
    lines, _ = _proposed(_owed(1, "10.00"), _owed(2, "20.00", iban=OTHER), payee=Payee("C0001", "x", (IBAN, OTHER)))
    assert {(line.iban, line.amount) for line in lines} == {(IBAN, D("10.00")), (OTHER, D("20.00"))}
