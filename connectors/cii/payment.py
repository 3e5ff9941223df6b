"""How the document wants to be paid: BG-16 to BG-19 and BT-20."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from connectors.cii.log import Log
from connectors.cii.values import day, fill
from hub.formats.terms import Table, Values, text
from hub.model.invoice import PaymentMeans, PaymentTerms

_DIRECT_DEBIT = ("49", "59")  # UNCL4461

_MEANS: Table = {
    "TypeCode": (text, "code"),
    "Information": (text, "text"),
    "ApplicableTradeSettlementFinancialCard": {"ID": (text, "card_number"), "CardholderName": (text, "card_holder")},
    "PayerPartyDebtorFinancialAccount": {
        "IBANID": (text, "debited_account"),
        "ProprietaryID": (text, "debited_account"),
    },
    "PayeePartyCreditorFinancialAccount": {
        "IBANID": (text, "account"),
        "AccountName": (text, "account_name"),
        "ProprietaryID": (text, "account"),
    },
    "PayeeSpecifiedCreditorFinancialInstitution": {"BICID": (text, "bic")},
}
_TERMS: Table = {
    "Description": (text, "note"),
    "DueDateDateTime": (day, "due_date"),
    "DirectDebitMandateID": (text, "_mandate"),
}


def read_means(element: etree._Element, log: Log) -> PaymentMeans | None:
    """One way to pay; None when nothing in it has a term."""
    values: Values = {}
    fill(element, _MEANS, values, log)
    return PaymentMeans(**values) if values else None


def read_terms(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: BT-20, with BT-9 and BT-89, which stand there too. A second due date (of a part) is kept."""
    terms: Values = {}
    fill(element, _TERMS, terms, log)
    for name in ("due_date", "_mandate"):
        if name in terms and values.setdefault(name, terms[name]) != terms[name]:
            log.keep(element)
    if note := terms.get("note"):
        values.setdefault(field, []).append(PaymentTerms(note))


def spread(values: Values) -> None:
    """BT-83 and BT-89 are of the document in CII; in the model they stand with each way to pay that they are for."""
    reference, mandate = values.pop("_reference", ""), values.pop("_mandate", "")
    if not reference and not mandate:
        return
    means = values.get("payment_means") or [PaymentMeans()]
    debits = (
        [one for one in means if one.code in _DIRECT_DEBIT] or [one for one in means if one.debited_account] or means
    )
    values["payment_means"] = [
        replace(one, reference=reference, mandate=mandate if one in debits else "") for one in means
    ]
