"""What can be said of a message of an agency before the books are locked: is the case ours, do its amounts add up? Pure.

There is no entry here: what was told of a case before, and what is open of it, is only certain when it is recorded
(`hub/accounting/case_entry.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from hub.accounting.case_state import of_agency
from hub.accounting.desk import Desk
from hub.accounting.payment_differences import named_account
from hub.accounting.vat_codes import find_code
from hub.errors import Usage
from hub.model.administration import Administration
from hub.model.case_known import CaseAccounts, KnownCase
from hub.model.case_message import CaseMessage, RemittanceLine
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.mapping import Mapping
from hub.model.money import is_exact, money_text

ZERO = Decimal("0.00")
ROLES = {
    "clearing": "agency_clearing", "in_transit": "agency_in_transit", "costs": "collection_costs_received",
    "interest": "interest_received", "fees": "agency_fees", "fees_to_be_invoiced": "fees_to_be_invoiced",
}  # fmt: skip
"""Parts that accounts play in collecting; those of income are named by the administration alone."""


def book_case_message(message: CaseMessage, desk: Desk) -> JournalEntry | None:
    """Every finding that keeps a message from being recorded; never an entry."""
    known = desk.facts.cases
    desk.note(*_unknown(message, known, desk.facts.released), *_currency(message, known, desk))
    for document in message.documents:
        if document.content is None:
            desk.note(_wrong("HUB-CASE-13", "documents", document.name, message))
    if message.type in ("payment", "cost", "remittance"):
        desk.note(*_amounts(message))
        _usable(message, desk)
    return None


def names_of(message: CaseMessage) -> list[tuple[str, ...]]:
    """Each case that a message is about, by every name that it gives it: ours first, then the agency's."""
    if message.type == "remittance" and message.lines:
        return list(dict.fromkeys(names(message.agency, line) for line in message.lines))
    return [names(message.agency, message)]


def names(agency: str, said: CaseMessage | RemittanceLine) -> tuple[str, ...]:
    """As `KnownCase.named`; () where no case is named."""
    theirs = f"{agency}:{said.agency_reference.strip()}" if said.agency_reference.strip() else ""
    return tuple(name.casefold() for name in (said.case.strip(), theirs) if name)


def case_of(names: tuple[str, ...], known: Iterable[KnownCase]) -> str:
    """Our number of the case that goes by these names; "" = we know none, or the names are of different cases.

    An agency may use one reference for several cases of a debtor: then our number says which, else the newest is meant.
    """
    own = [case for case in known if not case.foreign]
    given = [found for name in names if (found := [case.number for case in own if case.named == name])]
    both = [number for number in given[0] if all(number in others for others in given[1:])] if given else []
    return both[-1] if both else ""


def _unknown(message: CaseMessage, known: tuple[KnownCase, ...], released: tuple[str, ...]) -> Iterator[Finding]:
    """Held until the case is known; nobody can accept that it is not, so released before that it is refused."""
    for given in names_of(message):
        if not case_of(given, known):
            details = (("agency", message.agency), ("type", message.type))
            found = [case for case in known if case.named in given]
            shown = ", ".join(sorted({case.number for case in found})) or (given[0] if given else "-")
            foreign = "HUB-CASE-16" if any(case.foreign for case in found) else "HUB-CASE-15"
            code = foreign if found else "HUB-CASE-01"
            yield Finding(code, "fatal", "read" if code in released else "hub", "case", shown, None, "us", details)


def _currency(message: CaseMessage, known: tuple[KnownCase, ...], desk: Desk) -> Iterator[Finding]:
    """Amounts are in the currency of the case, and the case in that of the books."""
    base = desk.facts.administration.currency
    for wanted in sorted({case.currency for case in known} | {base}):
        if message.currency != wanted and message.type in ("payment", "cost", "remittance"):
            details = (("agency", message.agency),)
            yield Finding("HUB-CASE-02", "fatal", "hub", "currency", message.currency, wanted, "sender", details)


def _amounts(message: CaseMessage) -> Iterator[Finding]:
    money = message.currency
    given = [message.amount, message.principal, message.interest, message.costs, message.vat]
    given += [amount for line in message.lines for amount in (line.gross, line.fee, line.fee_vat)]
    for amount in given:
        if amount is not None and not is_exact(amount, money):
            yield Finding("HUB-FEED-02", "fatal", "hub", "amount", str(amount), money, "sender")
    if message.amount is None:
        yield _wrong("HUB-CASE-03", "amount", None, message)
        return
    if message.type == "remittance":
        total = sum((line.gross - line.fee - line.fee_vat for line in message.lines), ZERO)
        if total != message.amount:
            yield _differs("HUB-CASE-06", message.amount, total, message)
        return
    lowest = min(amount for amount in given if amount is not None)
    if lowest < 0 or (message.type == "payment" and not message.amount):
        yield _wrong("HUB-CASE-04", "amount", money_text(lowest, money), message)
    split = [part for part in (message.principal, message.interest, message.costs) if part is not None]
    if split and sum(split, ZERO) != message.amount:
        yield _differs("HUB-CASE-05", sum(split, ZERO), message.amount, message)


def _wrong(code: str, place: str, found: str | None, message: CaseMessage) -> Finding:
    details = (("agency", message.agency), ("type", message.type), ("case", message.number))
    return Finding(code, "fatal", "hub", place, found, None, "sender", details)


def _differs(code: str, found: Decimal, expected: Decimal, message: CaseMessage) -> Finding:
    money = message.currency
    details = (
        ("agency", message.agency), ("case", message.number), ("difference", money_text(found - expected, money)),
    )  # fmt: skip
    return Finding(
        code, "fatal", "hub", "amount", money_text(found, money), money_text(expected, money), "sender", details
    )


def _usable(message: CaseMessage, desk: Desk) -> None:
    """Every account that its entry may need is there, and a VAT code where VAT is charged."""
    mapping, administration = desk.facts.mapping, desk.facts.administration
    for role in ROLES.values():
        if not _account(mapping, administration, role):
            desk.named(role)
    desk.journal("memorial")
    taxed = message.vat or any(line.fee_vat for line in message.lines)
    if taxed and of_agency(mapping, message.agency, "fee_booking", "remittance") != "invoice":
        desk.vat_code("S", _rate(mapping, message.agency), message.day, direction="purchase")


def accounts_for(message: CaseMessage, mapping: Mapping, administration: Administration) -> CaseAccounts:
    """How money of a case of this agency is booked; `book_case_message` has found before whatever is missing here."""
    of = {name: _account(mapping, administration, role) for name, role in ROLES.items()}
    code = find_code(administration, "purchase", "S", _rate(mapping, message.agency), "domestic", message.day)
    fees = administration.accounts.get(of["fees"])
    share = administration.deduction_percentage * (fees.deduction_percentage if fees else Decimal(100)) / 100
    return CaseAccounts(
        _journal(mapping, administration), debtors=administration.accounts_named["debtors"],
        fee_booking=of_agency(mapping, message.agency, "fee_booking", "remittance"),
        told_costs=of_agency(mapping, message.agency, "told_costs", "kept"), vat_code=code.code if code else "",
        input_vat=code.input_account if code else "", deduction=share, **of,
    )  # fmt: skip


def _account(mapping: Mapping, administration: Administration, role: str) -> str:
    """By the mapping, else as the administration names it, else by its RGS code; "" where there is none."""
    named = "" if role in ("collection_costs_received", "interest_received") else mapping.look("accounts", role) or ""
    try:
        code = named or named_account(administration, role)
    except (Usage, KeyError):
        return ""
    return code if code in administration.accounts else ""


def _journal(mapping: Mapping, administration: Administration) -> str:
    wanted = mapping.setting("journal")
    codes = [journal.code for journal in administration.journals]
    return wanted if wanted in codes else administration.journal("memorial").code


def _rate(mapping: Mapping, agency: str) -> Decimal:
    text = of_agency(mapping, agency, "fee_rate", "21")
    return Decimal(text) if text.replace(".", "", 1).isdecimal() else ZERO
