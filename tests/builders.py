"""Small builders of invoices and facts for the specification of booking; what a test does not name is ordinary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hub.accounting.payment_terms import Due
from hub.bootstrap import data_folder
from hub.formats.administration_file import read_administration
from hub.model.administration import Account, Administration, Direction
from hub.model.booking import Booking, EarlierDocument, Facts
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.fingerprint import fingerprint
from hub.model.invoice import AllowanceCharge, Invoice, Line, PaymentMeans, Totals, VatGroup
from hub.model.journal import JournalEntry
from hub.model.money import decimals, round_half_up
from hub.model.party import Address, Identifier, Party
from hub.model.relation import Relation
from hub.ports import Reading
from hub.steps.book import book

D = Decimal
ZERO = Decimal(0)
DAY = date(2026, 3, 10)
RECEIVED = date(2026, 3, 12)
EN_16931 = "urn:cen.eu:en16931:2017"
THEIR_IBAN = "NL57RABO0000204712"
COST, CREDITORS, DEBTORS, INPUT_VAT = "4990", "1600", "1300", "1520"


@cache
def starter() -> Administration:
    """The administration that `hub init` makes."""
    return read_administration((data_folder("mappings") / "starter.toml").read_bytes())


def administration(**changes: Any) -> Administration:
    """The starter with some fields changed."""
    return replace(starter(), **changes)


def with_account(code: str, **changes: Any) -> Administration:
    """The starter with an account changed, or added."""
    old = starter().accounts.get(code, Account(code, code))
    return administration(accounts={**starter().accounts, code: replace(old, **changes)})


US = Party(
    name="Voorbeeld Handel B.V.",
    legal_id=Identifier("00260412", "0106"),
    vat_id="NL999991103B01",
    address=Address(country="NL"),
)
SUPPLIER = Party(
    name="Papierhuis B.V.",
    legal_id=Identifier("00261030", "0106"),
    vat_id="NL999992582B01",
    address=Address(country="NL"),
)


def party(country: str, vat_id: str = "", **changes: Any) -> Party:
    """A company in a country, with a number of its own register."""
    values: dict[str, Any] = {"name": f"Company in {country}", "legal_id": Identifier("4711", "")}
    return Party(**{**values, "vat_id": vat_id, "address": Address(country=country), **changes})


def line(amount: str | Decimal, category: str = "S", rate: str | None = "21", **changes: Any) -> Line:
    """A line of a net amount in a VAT group."""
    values: dict[str, Any] = {"id": "1", "item_name": "thing", "quantity": D(1)}
    values |= {"vat_category": category, "vat_rate": None if rate is None else D(rate)}
    return Line(**{**values, "net_amount": D(amount), **changes})


def allowance(amount: str, category: str = "S", rate: str = "21", *, charge: bool = False) -> AllowanceCharge:
    """A document level allowance, or charge."""
    return AllowanceCharge(charge, D(amount), vat_category=category, vat_rate=D(rate), reason="reason")


def groups_of(items: Sequence[Line | AllowanceCharge], currency: str) -> tuple[VatGroup, ...]:
    """The breakdown an honest sender makes of his lines, allowances and charges."""
    nets: dict[tuple[str, Decimal | None], Decimal] = {}
    for item in items:
        key = (item.vat_category, item.vat_rate)
        plus = item.net_amount if isinstance(item, Line) else item.amount if item.is_charge else -item.amount
        nets[key] = nets.get(key, ZERO) + plus
    return tuple(
        VatGroup(net, round_half_up(net * (rate or ZERO) / 100, currency), category, rate)
        for (category, rate), net in nets.items()
    )


def totals_of(invoice: Invoice, prepaid: Decimal | None, rounding: Decimal | None) -> Totals:
    """Totals that add up."""
    lines = sum((item.net_amount for item in invoice.lines), ZERO)
    allowances = sum((a.amount for a in invoice.allowances_charges if not a.is_charge), ZERO)
    charges = sum((a.amount for a in invoice.allowances_charges if a.is_charge), ZERO)
    net, vat = lines - allowances + charges, sum((g.tax_amount for g in invoice.vat_groups), ZERO)
    due = net + vat - (prepaid or ZERO) + (rounding or ZERO)
    return Totals(lines, allowances, charges, net, vat, None, net + vat, prepaid, rounding, due)


def invoice(
    *lines: Line,
    seller: Party = SUPPLIER,
    buyer: Party = US,
    allowances: Sequence[AllowanceCharge] = (),
    groups: Sequence[VatGroup] | None = None,
    prepaid: str | None = None,
    rounding: str | None = None,
    **changes: Any,
) -> Invoice:
    """An invoice of SUPPLIER to US whose totals follow from its lines; without lines one of 100.00 at 21 %."""
    lines = lines or (line("100.00"),)
    values: dict[str, Any] = {
        "kind": "invoice",
        "number": "F-1",
        "issue_date": DAY,
        "currency": "EUR",
        "type_code": "380",
    }
    values |= {"specification": EN_16931, "lines": lines, "allowances_charges": tuple(allowances), "totals": Totals()}
    values |= {"seller": seller, "buyer": buyer, **changes}
    values["vat_groups"] = groups_of((*lines, *allowances), values["currency"]) if groups is None else tuple(groups)
    made = Invoice(**values)
    if "totals" in changes:
        return made
    return replace(made, totals=totals_of(made, *(None if v is None else D(v) for v in (prepaid, rounding))))


def with_totals(made: Invoice, **changes: Any) -> Invoice:
    """The invoice with some totals changed, so that it may no longer add up."""
    return replace(made, totals=replace(made.totals, **changes))


def sale(*lines: Line, buyer: Party = SUPPLIER, **changes: Any) -> Invoice:
    """As `invoice`, sold by us."""
    return invoice(*lines, seller=US, buyer=buyer, **changes)


def credit_note(*lines: Line, **changes: Any) -> Invoice:
    """As `invoice`, the other way round."""
    return invoice(*lines, **{"kind": "credit_note", "type_code": "381", **changes})


def transfer_to(*ibans: str) -> tuple[PaymentMeans, ...]:
    """Payment by credit transfer to these accounts."""
    return tuple(PaymentMeans(code="58", account=iban, reference="F-1") for iban in ibans)


def known(**changes: Any) -> Relation:
    """SUPPLIER as a relation that we know."""
    values: dict[str, Any] = {"code": "C0001", "name": SUPPLIER.name, "key": "0106:00261030", "country": "NL"}
    values |= {
        "identifiers": (Identifier("00261030", "0106"), Identifier("NL999992582B01", "VAT")),
        "ibans": (THEIR_IBAN,),
    }
    return Relation(**{**values, **changes})


def facts(books: Administration | None = None, **changes: Any) -> Facts:
    """What a purchase of today is decided on, with SUPPLIER known."""
    return Facts(**{"administration": books or starter(), "received_on": RECEIVED, "relations": (known(),), **changes})


def earlier(made: Invoice, direction: Direction = "purchase", **changes: Any) -> EarlierDocument:
    """An invoice of the known relation as the store would find it again."""
    values: dict[str, Any] = {
        "relation_key": known().key,
        "direction": direction,
        "number_key": made.number.replace("-", ""),
        "kind": made.kind,
        "type_code": made.type_code,
        "issue_date": made.issue_date,
        "total": made.totals.with_vat,
        "currency": made.currency,
        "sha256": "earlier",
        "fingerprint": fingerprint(made),
        "message_id": "m-1",
        "outcome": "posted",
    }
    return EarlierDocument(**{**values, **changes})


def booked(made: Invoice, given: Facts | None = None, findings: Sequence[Finding] = ()) -> Booking:
    """What becomes of an invoice that was read with `findings`."""
    reading = Reading("ubl-invoice", document=made, findings=tuple(findings))
    return book(reading, given or facts(), fingerprint(made))


def posted(made: Invoice, given: Facts | None = None, findings: Sequence[Finding] = ()) -> JournalEntry:
    """The entry of an invoice that must be posted."""
    booking = booked(made, given, findings)
    assert booking.outcome == "posted", [(f.code, f.location, f.found, f.expected) for f in booking.findings]
    assert booking.entry is not None
    return booking.entry


def codes(booking: Booking) -> set[str]:
    """The codes of its findings."""
    return {finding.code for finding in booking.findings}


def finding_of(booking: Booking, code: str) -> Finding:
    """The finding with this code."""
    return next(finding for finding in booking.findings if finding.code == code)


def decision_of(booking: Booking, what: str) -> Decision:
    """The first decision about something."""
    return next(decision for decision in booking.decisions if decision.what == what)


def balances(entry: JournalEntry, *, base: bool = False) -> dict[str, Decimal]:
    """What an entry does to each account, debit positive; accounts it leaves as they were are left out."""
    found: dict[str, Decimal] = {}
    for posting in entry.postings:
        amount = (posting.base if base else posting.amount).amount
        found[posting.account] = found.get(posting.account, ZERO) + (amount if posting.side == "debit" else -amount)
    return {account: amount for account, amount in found.items() if amount}


def owed(entry: JournalEntry, item: int | None = None) -> Decimal:
    """What the control postings come to, credit positive: of one open item, or of all."""
    return sum(
        (
            p.amount.amount if p.side == "credit" else -p.amount.amount
            for p in entry.postings
            if p.open_item is not None and item in (None, p.open_item)
        ),
        ZERO,
    )


def stated_tax(entry: JournalEntry) -> Decimal:
    """The tax of the VAT lines that the document itself states."""
    return sum((v.tax.amount for v in entry.vat_lines if not v.reverse_charge), ZERO)


def cents(minor: int, currency: str = "EUR") -> Decimal:
    """An amount in its currency from minor units."""
    return Decimal(minor).scaleb(-decimals(currency))


def due_on(day: date) -> Due:
    """A due date, however it was found."""
    return Due(day, Decision("due_date", str(day), "document_due_date"))
