"""The other releases of Peppol BIS Billing and self-billing, as what each has other than 2026-05.

Read when one of them is first asked for. Sources: the release notes of OpenPeppol and the published files of 2025-11, of self-billing
2026-03 and of 2026-05. For 2026-11 the drafts of September to November 2026: see `autumn`.
"""

from __future__ import annotations

from hub.rules.change import Change
from hub.rules.peppol import autumn, earlier
from hub.rules.peppol import code_lists as lists
from hub.rules.peppol.code_rules import type_of_process
from hub.rules.peppol.document_rules import r007
from hub.rules.peppol.national_de import CONTEXTS as GERMAN
from hub.rules.peppol.variant import BILLING, SELF_BILLING
from hub.rules.rule import Context, Test

_EARLIER = earlier.Earlier(*BILLING._replace(process=r"urn:fdc:peppol.eu:2017:poacc:billing:([0-9]{2}):1.0"))
_EARLIER_SELF_BILLING = earlier.Earlier(
    *SELF_BILLING._replace(process=r"urn:fdc:peppol.eu:2017:poacc:selfbilling:([0-9]{2}):1.0")
)
_DUTCH = frozenset(f"PEPPOL-COMMON-R{number}" for number in ("054", "055", "056-1", "056-2", "057"))
_DANISH = frozenset(("PEPPOL-COMMON-R052", "PEPPOL-COMMON-R053"))


def _of_process(variant: earlier.Earlier) -> dict[str, Test]:
    """Rules that ask for the process."""
    return {
        "PEPPOL-EN16931-R004": earlier.specification(variant),
        "PEPPOL-EN16931-R007": r007(variant),
        "PEPPOL-EN16931-P0100": type_of_process(variant, variant.invoice_types),
        "PEPPOL-EN16931-P0101": type_of_process(variant, variant.credit_note_types),
    }


def _german(code: str, *numbers: int) -> Context:
    """The row of German means of payment that begins with this rule, for other elements."""
    row = next(each for each in GERMAN if each.rules[0].code == code)
    return row._replace(where=earlier.paid_by(*numbers))


_MANDATE = ("cac:PaymentMandate", "cac:PayerFinancialAccount")

CHANGES: dict[tuple[str, str], Change] = {
    ("peppol", "3.0.20"): Change(
        over="3.0.21",
        without=_DUTCH | {"DE-R-T02"},
        severity=dict.fromkeys((*_DANISH, "DK-R-003", "DK-R-017"), "warning"),
        tests={
            **_of_process(_EARLIER),
            "DE-R-017": earlier.german_type,
            "DE-R-018": earlier.german_skonto,
            "DE-R-019": earlier.german_iban("58", "cac:PayeeFinancialAccount"),
            "DE-R-020": earlier.german_iban("59", *_MANDATE),
            "DE-R-026": earlier.german_correction,
            "DE-R-028": earlier.german_email,
        },
        rows=(
            earlier.currency_row(earlier.CURRENCIES),
            earlier.address_row(earlier.ENDPOINT_SCHEMES),
            _german("DE-R-019", 30, 58),
            _german("DE-R-024-1", 48, 54, 55),
            _german("DE-R-020", 59),
        ),
    ),
    ("peppol-sb", "3.0.1"): Change(
        over="3.0.2",
        without=_DUTCH | _DANISH,
        tests={**_of_process(_EARLIER_SELF_BILLING), "PEPPOL-COMMON-R042": earlier.danish_company},
        rows=(
            earlier.currency_row(earlier.CURRENCIES_SELF_BILLING),
            earlier.address_row(earlier.ENDPOINT_SCHEMES),
            earlier.charge_row(lists.CHARGE_REASONS - {"PRV"}),
        ),
    ),
    ("peppol", "3.0.22"): Change(over="3.0.21", without=frozenset(("GR-R-001-5",)), **autumn.BILLING),
    ("peppol-sb", "3.0.3"): Change(over="3.0.2", **autumn.SELF_BILLED),
}
