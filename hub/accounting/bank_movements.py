"""From entries of a statement to movements, and which of them are known already. Pure.

When is a movement the same one again? A bank's own reference is unique on its account, so it decides within one format. Other
formats (CAMT.053 beside MT940, or a CSV before) have other references or none, and other words: there, and for banks without
references, movements of the same day, amount and other account are counted. The third of them in an overlapping statement is
the third that is known; a fourth is new. A statement that begins where the last one ended holds nothing that was on another, so
two equal payments on two days of statements are two: only lines that came in another way (by hand, by CSV) are then the same.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hub.accounting.bank_rules import BankRules, bank_rules
from hub.accounting.bank_statement import own_account
from hub.accounting.open_items import is_g_iban
from hub.model.administration import Administration
from hub.model.bank_statement import BankEntry, BankStatement
from hub.model.finding import Finding
from hub.model.keys import normalised
from hub.model.mapping import Mapping
from hub.model.money import Money
from hub.model.movement import TABLES, KnownMovement, Movement
from hub.model.payment import BankAccount, Payment

_RETURNS = ("RRTN", "UPDD", "RPCR", "NRTI")  # ends of transaction codes that take an earlier one back
_PUNCTUATION = re.compile(r"[\W_]+")
_LONGEST = 2000  # characters of a text that is kept


def movements_of(
    statement: BankStatement, administration: Administration, mapping: Mapping
) -> tuple[tuple[Movement, ...], tuple[Finding, ...]]:
    """The movements of a statement on one of our accounts, each with the rule that gives its account; none of another's.

    Entries of nothing move nothing and are left out. Identities are those within this statement alone: `recognised`
    gives those that are known already.
    """
    own = own_account(administration, statement.account)
    if own is None:
        return (), ()
    rules, findings = bank_rules(mapping, administration)
    moving = [entry for entry in statement.entries if entry.amount]
    drafts = [_movement(entry, statement, own, rules) for entry in moving]
    return tuple(_identified(drafts)), findings


def _movement(entry: BankEntry, statement: BankStatement, own: BankAccount, rules: BankRules) -> Movement:
    account, rule = rules.choose(entry)
    return Movement(
        _payment(entry, statement.currency, own), "", statement.format or "bank", "", entry.line, account, rule, entry.value_date
    )  # fmt: skip


def _payment(entry: BankEntry, currency: str, own: BankAccount) -> Payment:
    """On our G-account, or with somebody else's: a payment of a G-part (DOMAIN 10.6 no. 16)."""
    part = "g_account" if own.part == "g_account" or is_g_iban(entry.iban) else "normal"
    reference = " ".join(filter(None, (entry.reference, entry.batch)))
    return Payment(
        entry.on, Money(entry.amount, currency), own.account, own.journal, part, normalised(entry.iban)[:34], entry.name[:200],  # type: ignore[arg-type]
        reference[:200], entry.end_to_end_id[:100], entry.description[:_LONGEST], entry.bank_reference[:100], _returned(entry),
    )  # fmt: skip


def _returned(entry: BankEntry) -> str:
    """Why it takes an earlier one back: the bank's reason, or the fact alone."""
    if entry.return_reason:
        return entry.return_reason[:10]
    codes = entry.code.upper().replace("/", " ").split()
    return "reversal" if entry.reversal or any(code in _RETURNS for code in codes) else ""


def text_key(payment: Payment) -> str:
    """What was written, without what formats write differently: case, blanks and punctuation."""
    return _PUNCTUATION.sub("", payment.text).upper()[:140]


def _identified(movements: Sequence[Movement]) -> list[Movement]:
    """Identities by the bank's reference, where it names one movement; else by contents and the how manieth of them."""
    references = Counter(m.payment.transaction_id for m in movements)
    times: Counter[str] = Counter()
    made = []
    for movement in movements:
        payment = movement.payment
        if payment.transaction_id and references[payment.transaction_id] == 1:
            identity = (
                f"{payment.bank_account}|{payment.on}|{payment.transaction_id}"  # some banks count anew each year
            )
        else:
            content = _content(payment)
            times[content] += 1
            identity = f"{content}|{times[content]}"
        made.append(replace(movement, identity=identity))
    return made


def _content(payment: Payment) -> str:
    parts = (
        payment.bank_account,
        str(payment.on),
        str(payment.amount),
        payment.amount.currency,
        payment.iban,
        text_key(payment),
        payment.transaction_id,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def recognised(movements: Sequence[Movement], known: Iterable[KnownMovement], *, follows: bool) -> list[Movement]:
    """The movements with the identities of those that are known already; what is new keeps or gets one of its own.

    `follows`: their statement begins where the last one ended.
    """
    everything = list(known)
    left: dict[Money, list[KnownMovement]] = {}
    for one in everything:
        left.setdefault(one.amount, []).append(one)
    same: dict[int, str] = {}
    _pair(movements, left, same, _same_reference)
    if follows:
        left = {amount: [k for k in those if k.source in TABLES] for amount, those in left.items()}
    _pair(movements, left, same, _same_contents)
    _pair(movements, left, same, _same_elsewhere)
    taken = {k.identity for k in everything}
    return [
        replace(movement, identity=same[place]) if place in same else _fresh(movement, taken)
        for place, movement in enumerate(movements)
    ]


Alike = Callable[[Movement, KnownMovement], bool]


def _pair(
    movements: Sequence[Movement], left: dict[Money, list[KnownMovement]], same: dict[int, str], alike: Alike
) -> None:
    """Each known movement is the same as one here at most; it is taken from `left`."""
    for place, movement in enumerate(movements):
        those = left.get(movement.payment.amount, ())
        found = None if place in same else next((k for k in those if alike(movement, k)), None)
        if found is not None:
            same[place] = found.identity
            left[movement.payment.amount].remove(found)


def _same_reference(movement: Movement, known: KnownMovement) -> bool:
    payment = movement.payment
    told = payment.transaction_id == known.transaction_id and payment.on == known.on
    return bool(payment.transaction_id) and movement.source == known.source and told


def _same_contents(movement: Movement, known: KnownMovement) -> bool:
    """Day, account and words; two references of one format that differ are two movements."""
    payment = movement.payment
    if movement.source == known.source and payment.transaction_id != known.transaction_id:
        return False
    return payment.on == known.on and payment.iban == known.iban and text_key(payment) == known.text


def _same_elsewhere(movement: Movement, known: KnownMovement) -> bool:
    """The same in another format: its day may be the value date there, and its other account may be missing."""
    if movement.source == known.source:
        return False
    ibans = {movement.payment.iban, known.iban} - {""}
    return known.on in (movement.payment.on, movement.value_date) and len(ibans) <= 1


def _fresh(movement: Movement, taken: set[str]) -> Movement:
    """An identity that nobody has: an equal movement that came before has the same contents and a lower number."""
    identity, number = movement.identity, 1
    while identity in taken:
        number += 1
        identity = f"{movement.identity}#{number}"
    taken.add(identity)
    return movement if identity == movement.identity else replace(movement, identity=identity)
