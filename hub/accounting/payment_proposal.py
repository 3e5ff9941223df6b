"""Which items go into a payment file, to whom and with what text: what is due, released, and not under way already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stdnum import iban as ibans

from hub.accounting.discount import allowed_discount
from hub.accounting.match_known import in_order
from hub.accounting.references import is_creditor_reference
from hub.model.invoice import normalised_number
from hub.model.keys import normalised
from hub.model.payment import Part
from hub.model.settlement import Allocation, OpenItem

ZERO = Decimal(0)
LONGEST_TEXT = 140  # characters of unstructured remittance in SEPA


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom to pay: `ibans` are confirmed; town and country make the structured address that banks ask for."""

    relation: str
    name: str
    ibans: tuple[str, ...] = ()
    g_iban: str = ""
    town: str = ""
    country: str = ""
    mandate: int = 0  # of a collection
    sequence: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line of a payment file. `amount` is positive; `allocations` are what it settles, credit notes negative."""

    payee: Payee
    part: Part
    iban: str
    amount: Decimal
    allocations: tuple[Allocation, ...]
    remittance: str
    creditor_reference: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that is due and does not go along; `why` is a word of the catalogue: blocked, under_way, no_iban …"""

    item: OpenItem
    why: str
    details: str = ""


def due_by(item: OpenItem, until: date, on: date, with_discount: bool) -> bool:
    """Due, a credit note, or with a discount that would be lost before `until`."""
    if item.outstanding.amount < 0 or item.due_date <= until:
        return True
    return with_discount and bool(allowed_discount(item, on)) and (item.discount_until or date.max) <= until


def transfers(
    items: Iterable[OpenItem], payees: Mapping[str, Payee], on: date, *, until: date, with_discount: bool,
    under_way: frozenset[int], currency: str = "EUR",
) -> tuple[list[Transfer], list[LeftOut]]:  # fmt: skip
    """The lines of a proposal, by relation, and what is left out with its reason. Credit notes are netted per relation."""
    chosen: list[OpenItem] = []
    left_out: list[LeftOut] = []
    for item in in_order(i for i in items if due_by(i, until, on, with_discount)):
        why = _obstacle(item, payees, under_way, currency)
        if why is None:
            chosen.append(item)
        elif item.outstanding.amount > 0 or why.why != "no_iban":
            left_out.append(why)
    made: list[Transfer] = []
    groups: dict[tuple[str, Part], list[OpenItem]] = {}
    for item in chosen:
        groups.setdefault((item.relation, item.part), []).append(item)
    for (relation, part), mine in sorted(groups.items()):
        lines, rest = _of_group(payees[relation], part, mine, on, with_discount)
        made += lines
        left_out += rest
    return made, left_out


def _obstacle(item: OpenItem, payees: Mapping[str, Payee], under_way: frozenset[int], currency: str) -> LeftOut | None:
    if item.blocks:
        return LeftOut(item, "blocked", ", ".join(item.blocks))
    if item.id in under_way:
        return LeftOut(item, "under_way")
    if item.outstanding.currency != currency:
        return LeftOut(item, "foreign_currency", item.outstanding.currency)
    payee = payees.get(item.relation)
    if payee is None or (item.outstanding.amount > 0 and not _iban(item, payee)):
        return LeftOut(item, "no_iban")
    if item.outstanding.amount > 0 and not ibans.is_valid(_iban(item, payee)):
        return LeftOut(item, "bad_iban", _iban(item, payee))
    return None


def _iban(item: OpenItem, payee: Payee) -> str:
    """The invoice's own account, else the only one we know of the relation; a G-part goes to a G-account alone."""
    if item.part == "g_account":
        return normalised(item.iban or payee.g_iban)
    if item.iban and item.side == "payable":
        return normalised(item.iban)
    return normalised(payee.ibans[0]) if len(payee.ibans) == 1 else ""


def _of_group(
    payee: Payee, part: Part, items: Sequence[OpenItem], on: date, with_discount: bool
) -> tuple[list[Transfer], list[LeftOut]]:
    """Invoices by the account they are paid to; each credit note with the first that leaves something to pay."""
    invoices = [item for item in items if item.outstanding.amount > 0]
    credits = [item for item in items if item.outstanding.amount < 0]
    by_iban: dict[str, list[OpenItem]] = {}
    for item in invoices:
        by_iban.setdefault(_iban(item, payee), []).append(item)
    bundles = [(iban, bundle) for iban, mine in by_iban.items() for bundle in _bundles(mine)]
    left_out = []
    for credit in credits:
        place = next(
            (b for _, b in bundles if sum((_paid(i, on, with_discount) for i in (*b, credit)), ZERO) > 0), None
        )
        if place is None:
            if invoices:
                left_out.append(LeftOut(credit, "credit_exceeds"))
        else:
            place.append(credit)
    return [_transfer(payee, part, iban, bundle, on, with_discount) for iban, bundle in bundles], left_out


def _bundles(items: Sequence[OpenItem]) -> list[list[OpenItem]]:
    """Invoices whose numbers fit one remittance text; one with a creditor reference goes alone."""
    made: list[list[OpenItem]] = []
    for item in items:
        alone = is_creditor_reference(normalised(item.payment_reference))
        fits = made and not alone and not is_creditor_reference(normalised(made[-1][0].payment_reference))
        if fits and len(_text([*made[-1], item])) <= LONGEST_TEXT - 40:  # room for credit notes
            made[-1].append(item)
        else:
            made.append([item])
    return made


def _discount(item: OpenItem, on: date, with_discount: bool) -> Decimal:
    return allowed_discount(item, on) if with_discount else ZERO


def _paid(item: OpenItem, on: date, with_discount: bool) -> Decimal:
    return item.outstanding.amount - _discount(item, on, with_discount)


def _transfer(
    payee: Payee, part: Part, iban: str, items: Sequence[OpenItem], on: date, with_discount: bool
) -> Transfer:  # fmt: skip
    made = tuple(Allocation(i.id, _paid(i, on, with_discount), discount=_discount(i, on, with_discount)) for i in items)
    reference = normalised(items[0].payment_reference) if len(items) == 1 else ""
    structured = reference if is_creditor_reference(reference) else ""
    amount = sum((a.amount for a in made), ZERO)
    return Transfer(payee, part, iban, amount, made, _text(items)[:LONGEST_TEXT], structured)


def _text(items: Sequence[OpenItem]) -> str:
    """What the payee needs to know it by: his reference when he gave one, and the invoice numbers."""
    words: list[str] = []
    for item in items:
        reference = item.payment_reference
        if reference and normalised_number(item.number) not in normalised_number(reference):
            words.append(reference)
        words.append(item.number)
    return " ".join(dict.fromkeys(words))
