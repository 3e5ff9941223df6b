"""A batch means the same as its messages one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hub.model.booking import Booking, Facts
from hub.model.fingerprint import fingerprint
from hub.model.invoice import Invoice, PrecedingInvoice
from hub.model.message import Message
from hub.model.party import Identifier
from hub.ports import Reading
from hub.steps.memory import BatchMemory
from tests.builders import SUPPLIER, THEIR_IBAN, booked, codes, credit_note, facts, invoice, known, line, transfer_to

NOW = datetime(2026, 3, 12, tzinfo=UTC)


def message(number: int, administration: str = "demo") -> Message:
    return Message(f"m-{number}", administration, "cli", "", "application/xml", b"", f"sha-{number}", NOW)


def batch(invoices: Sequence[Invoice], given: Facts, administrations: Sequence[str] = ()) -> list[Booking]:
    memory, made = BatchMemory(), []
    for number, one in enumerate(invoices):
        sender = message(number, administrations[number] if administrations else "demo")
        reading = Reading("ubl-invoice", document=one)
        booking = booked(one, memory.add_to(replace(given, sha256=sender.sha256), sender.administration, reading))
        memory.remember(sender, reading, booking, fingerprint(one), facts())
        made.append(booking)
    return made


def unknown(**changes: Any) -> Facts:
    return facts(relations=(), **changes)


def test_a_relation_is_created_once_for_the_whole_batch() -> None:
    first, second = batch([invoice(), invoice(number="F-2")], unknown())
    assert (first.new_relation, second.new_relation) == (True, False)
    assert second.relation is not None
    assert first.relation is not None
    assert second.relation.key == first.relation.key


def test_the_same_invoice_again_in_a_batch_is_a_duplicate() -> None:
    assert [b.outcome for b in batch([invoice(), invoice()], unknown())] == ["posted", "duplicate"]


def test_other_contents_under_the_same_number_in_a_batch_are_a_conflict() -> None:
    assert [b.outcome for b in batch([invoice(), invoice(line("9.00"))], unknown())] == ["posted", "conflict"]


def test_a_new_account_of_a_relation_that_the_batch_created_blocks_payment() -> None:
    invoices = [
        invoice(payment_means=transfer_to(THEIR_IBAN)),
        invoice(number="F-2", payment_means=transfer_to("NL44RABO0000999912")),
    ]
    _, second = batch(invoices, unknown())
    assert second.entry is not None
    assert second.entry.open_items[0].block_reasons == ("new_iban",)


def test_a_credit_note_finds_the_invoice_before_it_in_the_batch() -> None:
    _, second = batch([invoice(), credit_note(number="C-1", preceding=(PrecedingInvoice("F-1"),))], unknown())
    assert "HUB-REF-01" not in codes(second)


def test_prepaid_finds_the_prepayment_invoice_before_it_in_the_batch() -> None:
    _, second = batch([invoice(type_code="386", number="A-1"), invoice(prepaid="21.00")], unknown())
    assert second.outcome == "held"
    assert "HUB-PRE-01" in codes(second)


def test_a_key_learnt_from_one_document_finds_the_relation_of_the_next() -> None:
    by_vat = known(identifiers=(Identifier("NL999992582B01", "VAT"),), key="VAT:NL999992582B01")
    first, second = batch(
        [invoice(), invoice(number="F-2", seller=replace(SUPPLIER, vat_id=""))], facts(relations=(by_vat,))
    )
    assert first.new_keys == ("0106:00261030",)
    assert (second.new_relation, second.new_keys) == (False, ())
    assert second.relation is not None
    assert second.relation.code == "C0001"


def test_what_is_only_held_teaches_no_keys() -> None:
    by_vat = known(identifiers=(Identifier("NL999992582B01", "VAT"),), key="VAT:NL999992582B01")
    pro_forma = invoice(type_code="325")
    _, second = batch(
        [pro_forma, invoice(number="F-2", seller=replace(SUPPLIER, vat_id=""))], facts(relations=(by_vat,))
    )
    assert second.new_relation


def test_what_was_refused_is_forgotten() -> None:
    wrong = replace(invoice(), totals=replace(invoice().totals, due=invoice().totals.lines))
    assert [b.outcome for b in batch([wrong, invoice()], unknown())] == ["refused", "posted"]


def test_one_administration_never_sees_what_another_got_in_the_same_batch() -> None:
    first, second = batch([invoice(), invoice()], unknown(), ["demo", "other"])
    assert (first.outcome, second.outcome) == ("posted", "posted")
    assert second.new_relation
