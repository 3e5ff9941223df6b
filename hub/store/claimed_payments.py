"""Claims of costs and interest as bank payments meet them: looked up once for all payments, lowered as they are received."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, func, select

from hub.accounting.claimed_match import paid_before, with_claims
from hub.accounting.match_known import Matching
from hub.model.movement import Movement
from hub.store import tables as t
from hub.store.memo_claims import PAID_IN_TIME, end, receive, take_back
from hub.store.memo_lookup import open_claims
from hub.store.workshop import Workshop

_REFERENCE = re.compile(r"\b[A-Z]{1,4}-\d+-\d+\b")  # of a letter: H-7-12


class PaymentClaims:
    """Claims on the relations that a batch of movements may be of. Most have none: then it is one question and nothing else."""

    def __init__(self, shop: Workshop, movements: Sequence[Movement], relations: Iterable[str]) -> None:
        self._shop = shop
        coming = [m for m in movements if m.payment.amount.amount > 0 and not m.payment.returned]
        self._letters = {m.identity: frozenset(_REFERENCE.findall(m.payment.text.upper())) for m in coming}
        wanted = set(relations) | _of_letters(
            shop.connection, shop.books.id, frozenset().union(*self._letters.values())
        )
        found = open_claims(shop.connection, shop.books.id, wanted) if coming and wanted else []
        self._claims = {claim.id: claim for claim in found}
        shop.need({item for claim in found for item in claim.items})

    def settled(self, movement: Movement, matching: Matching, relations: frozenset[str]) -> Matching:
        """The matching with what goes to claims, which have so much less to be paid from now on."""
        if not self._claims:
            return matching
        letters = self._letters.get(movement.identity, frozenset())
        claims = list(self._claims.values())
        made = with_claims(movement.payment, matching, self._shop.items, claims, relations, letters)
        for part in made.certain.settlement.claims if made.certain else ():
            had = self._claims[part.claim]
            self._claims[part.claim] = replace(had, received=had.received + part.amount)
        return made

    def booked(self, movement: Movement) -> None:
        """What was claimed only after a payment that left nothing open, is not owed."""
        void = paid_before(movement.payment, self._shop.items, self._claims.values()) if self._claims else []
        end(self._shop.connection, self._shop.books.id, void, movement.payment.on, PAID_IN_TIME)
        for claim in void:
            del self._claims[claim]


def note_received(
    connection: Connection, administration_id: int, entry_id: int, matching: Matching, facts: Mapping[str, object]
) -> None:
    """Receipts on claims of an entry that booked a movement; of a return, what it takes back."""
    if matching.certain and matching.certain.settlement.claims:
        receive(connection, administration_id, entry_id, matching.certain.settlement.claims)
    if "returns" in facts:
        n = t.payment_entry
        query = select(n.c.entry_id).where(
            n.c.administration_id == administration_id, n.c.payment_id == facts["returns"]
        )
        take_back(connection, administration_id, connection.execute(query).scalars(), entry_id)


def _of_letters(connection: Connection, administration_id: int, references: frozenset[str]) -> set[str]:
    """Codes of the relations that these letters were written to."""
    if not references:
        return set()
    d, r = t.reminder, t.relation
    survivor = r.alias("survivor")
    query = (
        select(survivor.c.code)
        .join_from(d, r, (r.c.administration_id == d.c.administration_id) & (r.c.id == d.c.relation_id))
        .join(survivor, (survivor.c.administration_id == r.c.administration_id) & (survivor.c.id == func.coalesce(r.c.merged_into, r.c.id)))
        .where(d.c.administration_id == administration_id, d.c.reference.in_(sorted(references)))
    )  # fmt: skip
    return set(connection.execute(query).scalars())
