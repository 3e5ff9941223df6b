"""The table of a case: one row per claim, `;`, UTF-8 with its mark, decimal comma, no cell that a spreadsheet would run. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hub.formats.case_dispatch import CaseDispatch
from hub.formats.case_texts import full_name, street_line
from hub.model.case_file import CaseClaim, CaseFile, CaseParty

ZERO = Decimal("0.00")
_FORMULA = re.compile(r"[=+\-@\t\r]")
_FIGURE = re.compile(r"-?\d+(,\d+)?")
_BREAKS = re.compile(r"[\r\n]+")
# Our name of each column, and its heading in Dutch. Their order is part of the layout: new ones come at the end.
COLUMNS = (
    ("case", "dossier"), ("dated", "per_datum"), ("currency", "valuta"), ("treated", "soort_debiteur"), ("mandate", "opdracht"),
    ("language", "taal"), ("creditor", "schuldeiser"), ("creditor_kvk", "schuldeiser_kvk"), ("creditor_iban", "schuldeiser_iban"),
    ("debtor_type", "debiteur_type"), ("debtor", "debiteur"), ("customer_number", "klantnummer"), ("initials", "voorletters"),
    ("first_name", "voornaam"), ("insertion", "tussenvoegsel"), ("last_name", "achternaam"), ("birth_date", "geboortedatum"),
    ("legal_form", "rechtsvorm"), ("kvk", "kvk"), ("vat_id", "btw_nummer"), ("contact", "contactpersoon"), ("street", "straat"),
    ("house_number", "huisnummer"), ("house_number_addition", "toevoeging"), ("postcode", "postcode"), ("city", "plaats"),
    ("country", "land"), ("email", "e-mail"), ("telephone", "telefoon"), ("also_liable", "mede_aansprakelijk"),
    ("invoice", "factuur"), ("invoice_date", "factuurdatum"), ("due_date", "vervaldatum"), ("original", "factuurbedrag"),
    ("paid", "betaald"), ("outstanding", "openstaand"), ("description", "omschrijving"), ("interest_kind", "rentesoort"),
    ("interest_from", "rente_vanaf"), ("interest", "rente"), ("interest_per_day", "rente_per_dag"), ("costs", "incassokosten"),
    ("costs_vat", "btw_over_kosten"), ("letter", "laatste_brief"), ("letter_on", "brief_datum"), ("letter_by", "brief_wijze"),
    ("letter_delivered_on", "brief_bezorgd"), ("pdf", "pdf"), ("note", "opmerking"),
)  # fmt: skip
MESSAGE_COLUMNS = (
    ("case", "dossier"), ("agency_reference", "uw_referentie"), ("type", "soort"), ("date", "datum"), ("amount", "bedrag"),
    ("currency", "valuta"), ("invoice", "factuur"), ("text", "tekst"),
)  # fmt: skip
_TYPES = {"payment": "betaling", "withdraw": "intrekking", "message": "bericht"}


def case_table(case: CaseFile, pdfs: Mapping[str, str], headings: str = "nl") -> bytes:
    """The table. `pdfs` names the file of each invoice. Costs are of the whole case and stand on its first row."""
    rows = (_row(case, claim, number == 0, pdfs) for number, claim in enumerate(case.claims))
    return _written(COLUMNS, rows, headings)


def message_table(sent: CaseDispatch, headings: str = "nl") -> bytes:
    """What is no case (the debtor paid us, we withdraw, we write), in a row."""
    said: dict[str, Any] = {name: sent.text(name) for name, _ in MESSAGE_COLUMNS}
    amount = sent.text("amount")
    row = said | {
        "case": sent.number, "type": _TYPES.get(sent.type, sent.type) if headings == "nl" else sent.type,
        "date": sent.text("on") or sent.text("date") or sent.text("at")[:10], "amount": Decimal(amount) if amount else "",
    }  # fmt: skip
    return _written(MESSAGE_COLUMNS, iter([row]), headings)


def _row(case: CaseFile, claim: CaseClaim, is_first: bool, pdfs: Mapping[str, str]) -> dict[str, Any]:
    letter = case.letters[-1] if case.letters else None
    return {
        "case": case.number, "dated": case.dated, "currency": case.currency, "treated": case.treated, "mandate": case.mandate,
        "language": case.language, "creditor": case.creditor.name, "creditor_kvk": case.creditor.kvk,
        "creditor_iban": case.creditor.iban, **(_debtor(case.debtors[0]) if case.debtors else {}),
        "also_liable": " / ".join(_address(party) for party in case.debtors[1:]), "invoice": claim.invoice,
        "invoice_date": claim.invoice_date, "due_date": claim.due, "original": claim.original,
        "paid": sum((payment.amount for payment in claim.paid), ZERO), "outstanding": claim.outstanding,
        "description": claim.description, "interest_kind": case.interest_kind, "interest_from": claim.interest_from,
        "interest": claim.interest, "interest_per_day": claim.per_day, "costs": case.costs if is_first else ZERO,
        "costs_vat": case.vat if is_first else ZERO, "letter": letter.level if letter else "",
        "letter_on": letter.on if letter else "", "letter_by": letter.channel if letter else "",
        "letter_delivered_on": letter.delivered_on if letter else "", "pdf": pdfs.get(claim.invoice, ""), "note": case.note,
    }  # fmt: skip


def _debtor(party: CaseParty) -> dict[str, Any]:
    same = (
        "customer_number", "initials", "first_name", "insertion", "last_name", "birth_date", "legal_form", "kvk", "vat_id",
        "contact", "street", "house_number", "house_number_addition", "postcode", "city", "country",
    )  # fmt: skip
    return {name: getattr(party, name) for name in same} | {
        "debtor_type": party.kind, "debtor": full_name(party), "email": ", ".join(party.emails),
        "telephone": ", ".join(party.telephones),
    }  # fmt: skip


def _address(party: CaseParty) -> str:
    return ", ".join(filter(None, (full_name(party), street_line(party), f"{party.postcode} {party.city}".strip())))


def _written(columns: Sequence[tuple[str, str]], rows: Iterator[Mapping[str, Any]], headings: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([dutch if headings == "nl" else name for name, dutch in columns])
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name, _ in columns])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    """A figure as it is written here; any text that a spreadsheet would run gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    text = _BREAKS.sub(" ", str(value))
    return f"'{text}" if _FORMULA.match(text) and not _FIGURE.fullmatch(text) else text
