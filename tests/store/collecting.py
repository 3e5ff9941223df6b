"""Debtors of one's choice in real books, with letters that were sent to them and cases that were handed over, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from hub.model.case_file import CaseFile, CaseParty
from hub.model.dunning import LevelText
from hub.model.memo_claim import MemoClaim
from hub.model.money import to_minor
from hub.model.reminder import Addressee, Creditor, Reminder, ReminderItem
from hub.store import tables as t
from hub.store.memo_claims import claimed, keys_needed, open_claims
from hub.store.packing import packed
from tests.builders import line, sale
from tests.store.vat_books import VatBooks, at

D = Decimal
SOLD, DUE, DEMANDED = date(2026, 1, 5), date(2026, 2, 4), date(2026, 3, 10)
AGENCY = "incasso"


@dataclass(slots=True)
class Debts(VatBooks):
    """Books of one debtor; `relation` is his code."""

    def sell(self, number: str, total: str) -> int:
        """An invoice without VAT (exempt), due on DUE; its open item."""
        self.invoice(sale(line(total, category="E", rate="0"), number=number, issue_date=SOLD), DUE)
        return self.item(number)

    def letter(
        self, items: dict[str, str], *, on: date = DEMANDED, reference: str = "H-1-1", interest: str = "0.00", costs: str = "0.00",
        vat: str = "0.00", claims: str = "claimed",
    ) -> tuple[int, Reminder]:  # fmt: skip
        """A demand that left on a day for invoices with what is outstanding; `interest` is of each. Its key, and itself."""
        made = Reminder(
            "demo", reference, self.relation, "demand", "demand", "email", on, "nl", LevelText("", ""), "",
            Creditor("Demo"), Addressee("X"),
            tuple(
                ReminderItem(self.item(number), number, SOLD, DUE, D(amount), D(amount), "demand", "demand", D(interest))
                for number, amount in items.items()
            ),
            "EUR", sum(map(D, items.values()), D(0)), claims, claims, D(costs), D(vat), D(interest) * len(items),  # type: ignore[arg-type]
        )  # fmt: skip
        ids = self.books.hub.ids
        ids.reserve(20)
        run_id, key = ids.take(), ids.take()
        with self.books.hub.database.transaction() as connection:
            connection.execute(insert(t.dunning_run).values(
                administration_id=self.books.id, id=run_id, number=key % 100000, as_of=on, state="sent", rules_version="", rested="{}",
                created_at=at(on), created_by=self.books.actor_id,
            ))  # fmt: skip
            relation_id = self._relation_id()
            connection.execute(insert(t.reminder).values(
                administration_id=self.books.id, id=key, run_id=run_id, position=1, relation_id=relation_id, reference=reference,
                level="demand", kind="demand", channel="email", language="nl", recipient="", currency="EUR", principal=0, interest=0,
                costs=0, vat=0, state="sent", reason="", body=packed(made), dispatch_uid="", sent_on=on, proof="", changed_at=at(on),
                changed_by=self.books.actor_id,
            ))  # fmt: skip
            for item in made.items:
                connection.execute(insert(t.reminder_item).values(
                    administration_id=self.books.id, reminder_id=key, open_item_id=item.key, level="demand", kind="demand",
                    outstanding=to_minor(item.outstanding), interest=to_minor(item.interest), claim=f"{item.key}:{key}",
                ))  # fmt: skip
        return key, made

    def claim(self, items: dict[str, str], **more: Any) -> list[MemoClaim]:
        """A letter that left, with its claims."""
        key, made = self.letter(items, **more)
        return self.claim_again(key, made)

    def claim_again(self, key: int, made: Reminder) -> list[MemoClaim]:
        """The claims of a letter, told (again)."""
        self.books.hub.ids.reserve(keys_needed(made))
        with self.books.hub.database.transaction() as connection:
            return claimed(connection, self.books.hub.ids, self.books.id, key, made, made.dated)

    def case(
        self, number: str, items: dict[str, str], *, on: date = DEMANDED, reference: str = "", **claims: str
    ) -> int:
        """A case that was handed over, with claims per item; its key."""
        ids = self.books.hub.ids
        ids.reserve(20)
        key = ids.take()
        party = CaseParty("company", "Demo")
        body = CaseFile(number, "demo", on, "business", "EUR", "nl", party, (party,), ())  # type: ignore[arg-type]
        interest = D(claims.get("interest", "0.00"))
        with self.books.hub.database.transaction() as connection:
            connection.execute(insert(t.collection_case).values(
                administration_id=self.books.id, id=key, number=number, relation_id=self._relation_id(), agency=AGENCY,
                treated="business", currency="EUR", state="offered", raw_status="", status_at=at(on), close_reason="",
                agency_reference=reference, link="", principal=to_minor(sum(map(D, items.values()), D(0))),
                interest=to_minor(interest * len(items)), costs=to_minor(D(claims.get("costs", "0.00"))),
                vat=to_minor(D(claims.get("vat", "0.00"))), body=packed(body), dispatch_uid="", prepared_on=on, created_at=at(on),
                created_by=self.books.actor_id, handed_over_at=at(on), handed_over_by=self.books.actor_id,
            ))  # fmt: skip
            for one, amount in items.items():
                item = self.item(one)
                connection.execute(insert(t.case_item).values(
                    administration_id=self.books.id, case_id=key, open_item_id=item, principal=to_minor(D(amount)),
                    interest=to_minor(interest), claim=item,
                ))  # fmt: skip
        return key

    def claims(self) -> dict[str, Decimal]:
        """What is unpaid of the claims in force, by kind."""
        with self.books.hub.database.reading() as connection:
            found = open_claims(connection, self.books.id, [self.relation])
        return {
            kind: sum((c.unpaid for c in found if c.kind == kind), D("0.00"))
            for kind in sorted({c.kind for c in found})
        }

    def outstanding(self, number: str) -> Decimal:
        """What is open of an invoice."""
        minor = self.books.scalar(
            "SELECT SUM(CASE WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END) FROM posting p WHERE p.open_item_id = :i",
            i=self.item(number),
        )
        return D(int(minor)).scaleb(-2)

    def _relation_id(self) -> int:
        return int(self.books.scalar("SELECT id FROM relation WHERE code = :c", c=self.relation))
