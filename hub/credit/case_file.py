"""The case: everything that an agency needs, complete up to the day; or all that is still missing, with what to do about it.

Costs are one calculation, and of a consumer those that his 14-day letter fixed; interest runs per invoice (DOMAIN 10.6 no. 21, 22).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hub.credit.account import ZERO, Account, OpenPart, Rulebook
from hub.credit.case_party import liable_in_person
from hub.credit.claiming import Claim, Due, Unclaimable, claim_of
from hub.credit.default_date import Agreed, default_date
from hub.credit.fourteen_days import clock
from hub.credit.next_step import NextStep
from hub.credit.stops import active_stops
from hub.model.agency import Agency
from hub.model.case_file import CaseClaim, CaseDocument, CaseFile, CaseLetter, CaseParty, CasePayment
from hub.model.dunning import DONE, Level
from hub.model.finding import Finding, asked
from hub.model.money import money_text
from hub.model.step import Step, step

HAND_OFF = Level("hand_off", "hand_off", 0, channel="agency", costs="claimed", interest="claimed")
# A hold on deliveries is what a debtor who does not pay has; it keeps nobody from being handed over.
_NO_BAR = ("hold",)


@dataclass(frozen=True, slots=True)
class Material:
    """All that a case is made of. `items` are the keys of those of the account that are handed over.

    `received` is what was received already of claimed costs, VAT and interest (interest by item). `documents` are by item,
    `extra` those that a person added, named by their invoice.
    """

    number: str
    account: Account
    items: tuple[int, ...]
    creditor: CaseParty
    debtors: tuple[CaseParty, ...]
    agency: Agency
    payments: Mapping[int, tuple[CasePayment, ...]] = field(default_factory=dict)
    documents: Mapping[int, tuple[CaseDocument, ...]] = field(default_factory=dict)
    letters: tuple[CaseLetter, ...] = ()
    extra: tuple[CaseDocument, ...] = ()
    received_costs: Decimal = ZERO
    received_vat: Decimal = ZERO
    received_interest: Mapping[int, Decimal] = field(default_factory=dict)
    in_case: Mapping[int, str] = field(default_factory=dict)  # items of open cases, by the number of theirs
    language: str = ""
    note: str = ""


def case_file(material: Material, on: date, book: Rulebook) -> CaseFile | tuple[Finding, ...]:
    """The case on a day, or everything that is missing. Pure."""
    chosen = _chosen(material)
    missing = tuple(_missing(material, chosen, on, book))
    if missing:
        return missing
    claim = _claim(material, chosen, on, book)
    if isinstance(claim, Finding):
        return (claim,)
    return _made(material, chosen, claim, on, book)


def _chosen(material: Material) -> tuple[OpenPart, ...]:
    mine = set(material.items)
    return tuple(sorted((i for i in material.account.items if i.key in mine), key=lambda i: (i.due, i.invoice, i.key)))


def _missing(m: Material, chosen: Sequence[OpenPart], on: date, book: Rulebook) -> Iterator[Finding]:
    if not any(item.outstanding > 0 for item in chosen):
        yield asked("HUB-INC-01", m.account.debtor.codes[0])
        return
    yield from _of_items(m, chosen, on)
    yield from _of_debtors(m)
    yield from _of_creditor(m)
    yield from _of_letters(m, chosen, on)
    yield from _of_agency(m, chosen)
    yield from _of_stops(m, chosen, on)
    yield from _of_bank(m, on, book)


def _of_items(m: Material, chosen: Sequence[OpenPart], on: date) -> Iterator[Finding]:
    for item in chosen:
        if item.outstanding > 0 and item.due >= on:
            yield asked("HUB-INC-02", str(item.due), str(on), item.invoice)
        if number := m.in_case.get(item.key):
            yield asked("HUB-INC-03", number, location=item.invoice)
        if not m.documents.get(item.key) and not any(_is_of(one, item.invoice) for one in m.extra):
            yield asked("HUB-INC-04", location=item.invoice)
    currencies = sorted({item.currency for item in chosen})
    if len(currencies) > 1:
        yield asked("HUB-INC-05", ", ".join(currencies))
    if len({item.part for item in chosen}) > 1:
        yield asked("HUB-INC-06", ", ".join(item.invoice for item in chosen if item.part == "g_account"))
    for credit in (item for item in m.account.items if item.outstanding < 0 and item.currency in currencies):
        yield asked("HUB-INC-07", money_text(-credit.outstanding, credit.currency), location=credit.invoice)


def document_name(invoice: str, ending: str) -> str:
    """Named by its invoice, as agencies ask."""
    return f"{''.join(c if c.isalnum() or c in '-_.' else '-' for c in invoice) or 'factuur'}.{ending}"


def _is_of(document: CaseDocument, invoice: str) -> bool:
    return document.about == "invoice" and document.name.rpartition(".")[0] == document_name(invoice, "")[:-1]


def _of_debtors(m: Material) -> Iterator[Finding]:
    code = m.account.debtor.codes[0]
    for party in m.debtors:
        needed = {"street": party.street, "postcode": party.postcode, "city": party.city, "country": party.country}
        if party.country == "NL":
            needed["house_number"] = party.house_number
        if lacking := [name for name, value in needed.items() if not value.strip()]:
            yield asked("HUB-INC-08", ", ".join(lacking), location=code, name=party.name)
        if party.kind == "company" and not (party.kvk or party.vat_id or party.legal_form):
            yield asked("HUB-INC-09", location=code, name=party.name)
    if not m.account.debtor.customer_type and not any(party.kvk or party.legal_form for party in m.debtors):
        yield asked("HUB-INC-10", location=code)


def _of_creditor(m: Material) -> Iterator[Finding]:
    needed = {"name": m.creditor.name, "iban": m.creditor.iban, "kvk": m.creditor.kvk}
    if lacking := [name for name, value in needed.items() if not value.strip()]:
        yield asked("HUB-INC-11", ", ".join(lacking))


def _of_letters(m: Material, chosen: Sequence[OpenPart], on: date) -> Iterator[Finding]:
    """Nobody is handed over who was never asked; a consumer not before his 14-day letter has run (art. 6:96 lid 6 BW)."""
    for item in (one for one in chosen if one.outstanding > 0):
        if not any(event.state in DONE and event.kind != "call" for event in item.events):
            yield asked("HUB-INC-12", location=item.invoice)
        elif m.account.debtor.treated == "consumer":
            yield from _of_consumer(m.account, item, on)


def _of_consumer(account: Account, item: OpenPart, on: date) -> Iterator[Finding]:
    letter = account.letters.get(item.letter)
    if letter is None:
        yield asked("HUB-INC-13", location=item.invoice)
        return
    ran = clock(letter.sent)
    if isinstance(ran, Finding):
        yield ran
    elif on < ran.claimable_from:
        yield asked("HUB-WIK-10", str(on), str(ran.claimable_from), item.invoice)


def _of_agency(m: Material, chosen: Sequence[OpenPart]) -> Iterator[Finding]:
    agency, treated = m.agency, m.account.debtor.treated
    if treated == "consumer" and not agency.register_number:
        yield asked("HUB-INC-14", location=agency.name)
    if agency.treats and treated not in agency.treats:
        yield asked("HUB-INC-15", treated, ", ".join(agency.treats), agency.name)
    currency = chosen[0].currency
    if currency not in agency.currencies:
        yield asked("HUB-INC-16", currency, ", ".join(agency.currencies), agency.name)
    countries = sorted({party.country for party in m.debtors} - {""})
    if agency.countries and (abroad := [one for one in countries if one not in agency.countries]):
        yield asked("HUB-INC-17", ", ".join(abroad), ", ".join(agency.countries), agency.name)
    principal = sum((item.outstanding for item in chosen), ZERO)
    if principal < agency.minimum:
        found, least = money_text(principal, currency), money_text(agency.minimum, currency)
        yield asked("HUB-INC-18", found, least, agency.name)


def _of_stops(m: Material, chosen: Sequence[OpenPart], on: date) -> Iterator[Finding]:
    keys = (*m.account.debtor.codes, *(item.invoice for item in chosen))
    for stop in active_stops(m.account.stops, keys, on):
        if stop.kind not in _NO_BAR:
            yield asked(
                "HUB-INC-19", stop.kind, str(stop.until or ""), stop.key, reference=stop.reference, since=stop.since
            )


def _of_bank(m: Material, on: date, book: Rulebook) -> Iterator[Finding]:
    """What was paid yesterday may stand in a statement that nobody read yet."""
    days, until = book.rules.bank_days, m.account.bank_until
    if days is not None and (until is None or (on - until).days > days):
        yield asked("HUB-INC-20", str(until or ""), str(days))


def _claim(m: Material, chosen: Sequence[OpenPart], on: date, book: Rulebook) -> Claim | Finding:
    """By the same calculation as a demand makes."""
    reason = step("next_level", None, level=HAND_OFF.code, date=on)
    dues = [Due(item, NextStep(reason, HAND_OFF, on, "agency"), item.outstanding) for item in chosen]
    found = claim_of(m.account, HAND_OFF, dues, on, book)
    if isinstance(found, Unclaimable):
        return found.finding or asked("HUB-INC-21", chosen[0].currency)
    return found


def _made(m: Material, chosen: Sequence[OpenPart], claim: Claim, on: date, book: Rulebook) -> CaseFile:
    debtor = m.account.debtor
    documents = [one for item in chosen for one in m.documents.get(item.key, ())]
    kind = "consumer" if debtor.treated == "consumer" else "trade"
    return CaseFile(
        m.number, book.administration, on, debtor.treated, chosen[0].currency, m.language or m.account.language or book.language,
        m.creditor, m.debtors, tuple(_claimed(m, item, claim, book) for item in chosen), m.letters,
        tuple(_once((*documents, *m.extra))), kind, max(claim.costs - m.received_costs, ZERO),  # type: ignore[arg-type]
        max(claim.vat - m.received_vat, ZERO), m.agency.mandate, _stage(chosen), m.agency.name, m.agency.register_number,
        m.note, (*_liable(m.debtors), *claim.steps),
    )  # fmt: skip


def _claimed(m: Material, item: OpenPart, claim: Claim, book: Rulebook) -> CaseClaim:
    amount, per_day = claim.interest.get(item.key, (ZERO, ZERO)) if claim.interest else (ZERO, ZERO)
    left = max(amount - m.received_interest.get(item.key, ZERO), ZERO)
    return CaseClaim(
        item.key, item.invoice, item.invoice_date, item.due, item.original, item.outstanding, "", left,
        _in_default(m.account, item, book), per_day, m.payments.get(item.key, ()),
    )  # fmt: skip


def _in_default(account: Account, item: OpenPart, book: Rulebook) -> date | None:
    kind = "consumer" if account.debtor.treated == "consumer" else "business"
    return default_date(Agreed(kind, item.invoice_date, item.invoice_date, item.due), book.interest.terms).first_day  # type: ignore[arg-type]


def _stage(chosen: Sequence[OpenPart]) -> str:
    """The last level that went out for any of them."""
    done = [event for item in chosen for event in item.events if event.state in DONE]
    return max(done, key=lambda event: event.on).level if done else ""


def _liable(debtors: Sequence[CaseParty]) -> list[Step]:
    return [
        step("case_liable_in_person", None, name=party.name, form=party.legal_form)
        for party in debtors
        if liable_in_person(party.legal_form)
    ]


def _once(documents: Sequence[CaseDocument]) -> list[CaseDocument]:
    """Each bytes once."""
    found: dict[str, CaseDocument] = {}
    for one in documents:
        found.setdefault(one.sha256, one)
    return list(found.values())
