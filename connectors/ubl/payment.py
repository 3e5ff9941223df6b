"""How the document wants to be paid: BG-16 to BG-19 and BT-20, with the Dutch G-account extension."""

from __future__ import annotations

from lxml import etree

from connectors.ubl.log import Log
from connectors.ubl.names import CAC, CBC
from connectors.ubl.values import day, fill
from hub.formats.terms import Table, Values, amount, text
from hub.model.invoice import PaymentMeans, PaymentTerms


def _means_code(element: etree._Element, field: str, values: Values, log: Log) -> None:
    text(element, field, values, log)
    if name := element.get("name"):
        values.setdefault("text", name)


_MEANS: Table = {
    CBC + "ID": (text, "id"),  # GACCOUNT marks the G-account (DOMAIN 8.2)
    CBC + "PaymentMeansCode": (_means_code, "code"),
    CBC + "PaymentDueDate": (day, "due_date"),
    CBC + "PaymentID": (text, "reference"),
    CAC + "CardAccount": {
        CBC + "PrimaryAccountNumberID": (text, "card_number"),
        CBC + "HolderName": (text, "card_holder"),
    },
    CAC + "PayeeFinancialAccount": {
        CBC + "ID": (text, "account"),
        CBC + "Name": (text, "account_name"),
        CAC + "FinancialInstitutionBranch": {
            CBC + "ID": (text, "bic"),
            CAC + "FinancialInstitution": {CBC + "ID": (text, "bic")},  # SI-UBL 1
        },
    },
    CAC + "PaymentMandate": {
        CBC + "ID": (text, "mandate"),
        CAC + "PayerFinancialAccount": {CBC + "ID": (text, "debited_account")},
    },
}
_TERMS: Table = {
    CBC + "Note": (text, "note"),
    CBC + "PaymentMeansID": (text, "means_id"),
    CBC + "Amount": (amount, "amount"),
}


def read_means(element: etree._Element, log: Log) -> PaymentMeans:
    """One way to pay."""
    values: Values = {}
    fill(element, _MEANS, values, log)
    return PaymentMeans(**values)


def read_terms(element: etree._Element, log: Log) -> PaymentTerms | None:
    """BT-20, or one part of a split payment; None when nothing in it has a term."""
    values: Values = {}
    fill(element, _TERMS, values, log)
    return PaymentTerms(**values) if values else None
