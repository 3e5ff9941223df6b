"""Cases for tests of agencies, as they leave: the message `case` of our protocol with its documents."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hub.model.case_file import CaseClaim, CaseFile, CaseLetter, CaseParty, CasePayment
from hub.model.codec import plain
from hub.model.dispatch import Dispatch

AT = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
NUMBER = "I2026-0001"
PDF = b"%PDF-1.7 invoice"
COMPANY = CaseParty(
    "company", "Bakkerij Vermeer B.V.", "C0007", "P. Vermeer", kvk="12345678", vat_id="NL001234567B01", street="Dorpsstraat",
    house_number="12", house_number_addition="a", postcode="1234 AB", city="Utrecht", emails=("post@vermeer.example", "p@vermeer.example"),
    telephones=("030-1234567", "06-12345678"),
)  # fmt: skip
PERSON = CaseParty(
    "person", "Jan de Boer", "C0008", initials="J.", first_name="Jan", insertion="de", last_name="Boer", birth_date=date(1980, 2, 3),
    street="Kade", house_number="1", postcode="2345 BC", city="Leiden",
)  # fmt: skip
CREDITOR = CaseParty("company", "Demo B.V.", kvk="87654321", iban="NL91ABNA0417164300")


def claim(invoice: str, due: date, outstanding: str, **more: Any) -> CaseClaim:
    """A claim of which half was paid before."""
    amount = Decimal(outstanding)
    return CaseClaim(
        0, invoice, date(due.year, due.month, 1), due, amount * 2, amount, "hout", Decimal("3.21"), due, Decimal("0.05"),
        (CasePayment(due, amount, "payment"),), **more,
    )  # fmt: skip


def case_file(**changes: Any) -> CaseFile:
    """Two invoices of a baker, one of them overdue for more than a year."""
    letters = (
        CaseLetter("demand", "aanmaning", date(2026, 10, 1), "email", "post@vermeer.example", date(2026, 10, 1)),
    )
    made = CaseFile(
        NUMBER, "demo", date(2026, 11, 30), "business", "EUR", "nl", CREDITOR, (COMPANY,),
        (claim("2025-17", date(2025, 9, 15), "100.10"), claim("2026-41", date(2026, 8, 31), "250.00")), letters,
        interest_kind="trade", costs=Decimal("52.52"), mandate="amicable", agency="agency",
    )  # fmt: skip
    return replace(made, **changes)


def document(
    name: str, body: bytes = PDF, about: str = "invoice", media_type: str = "application/pdf"
) -> dict[str, Any]:
    """A document that travels along."""
    return {
        "name": name, "media_type": media_type, "sha256": hashlib.sha256(body).hexdigest(), "size": len(body), "about": about,
        "base64": base64.b64encode(body).decode(),
    }  # fmt: skip


def body_of(case: CaseFile, documents: Sequence[dict[str, Any]] = ()) -> bytes:
    """The message `case`."""
    said = plain(case)
    claims = [{name: value for name, value in one.items() if name != "key"} for one in said["claims"]]
    number = said.pop("number")
    head = {"hub_collection": 1, "type": "case", "message_id": "d-1", "at": "2026-11-30T09:30:00Z", "case": number}
    totals = {"costs": said.pop("costs", "0.00"), "vat": said.pop("vat", "0.00")}
    return json.dumps({**said, **head, "totals": totals, "claims": claims, "documents": list(documents)}).encode()


def dispatch_of(
    case: CaseFile, documents: Sequence[dict[str, Any]] = (), uid: str = "d-1", sink: str = "agency"
) -> Dispatch:
    """A case on its way."""
    key = f"case:{case.number}"
    return Dispatch(
        uid, "demo", sink, "collection.case", case.number, body_of(case, documents), "application/json", AT, key
    )


def notice_of(kind: str, uid: str = "d-2", sink: str = "agency", **more: Any) -> Dispatch:
    """A payment that came to us, a withdrawal or a message."""
    said = {"hub_collection": 1, "type": kind, "message_id": uid, "at": "2026-11-30T09:30:00Z", "case": NUMBER, **more}
    return Dispatch(uid, "demo", sink, f"collection.{kind}", NUMBER, json.dumps(said).encode(), "application/json", AT)
