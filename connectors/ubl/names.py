"""The names of UBL 2: its namespaces, as tags begin with them, and its roots."""

from __future__ import annotations

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CBC = f"{{{_UBL}CommonBasicComponents-2}}"
CAC = f"{{{_UBL}CommonAggregateComponents-2}}"
INVOICE = f"{{{_UBL}Invoice-2}}Invoice"
CREDIT_NOTE = f"{{{_UBL}CreditNote-2}}CreditNote"
