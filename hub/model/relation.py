"""Relation: who we know (debtor, creditor or both). Only what booking needs; the rest is on the card (`relation_card.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from hub.model.party import Identifier

DeviationPolicy = Literal["free", "warn", "block"]
VatIndication = Literal["", "with", "without", "reverse_charge", "intra_community", "outside_eu"]
PurchaseMethod = Literal["", "direct", "register_first", "book_at_once"]  # DESIGN 5: provisional purchase booking


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as booking sees it.

    `identifiers` are strong keys, normalised (see `hub/accounting/keys.py`). The account, policy and
    term fields are the fixed contra-account and terms of each role; empty = none.
    """

    code: str
    name: str
    key: str = ""  # the strongest key it was created with; part of the identity of its invoices, never changes
    country: str = ""
    identifiers: tuple[Identifier, ...] = ()
    ibans: tuple[str, ...] = ()  # confirmed ones; a new one blocks payment until a person confirms it
    purchase_account: str = ""
    purchase_policy: DeviationPolicy = "warn"
    sales_account: str = ""
    sales_policy: DeviationPolicy = "warn"
    purchase_term: str = ""
    sales_term: str = ""
    reverse_charge_rate: Decimal | None = None  # DOMAIN 10.6 no. 2
    reverse_charge_box: str = ""  # 2a, 4a, 4b: DOMAIN 10.6 no. 3
    g_percentage: Decimal | None = None  # DOMAIN 10.6 no. 16: agreed share to the G-account
    g_percentage_reversed: Decimal | None = None  # the share when VAT is reverse-charged
    g_iban: str = ""
    factor_ibans: tuple[str, ...] = ()
    blocked: bool = False
    purchase_vat: VatIndication = ""  # what is agreed; a document that deviates gets a finding
    sales_vat: VatIndication = ""
    purchase_method: PurchaseMethod = ""  # "" = the administration's
    approval_flow: str = ""  # "" = the administration's
    # What stands at the moment of booking, derived from active reasons; in minor units of the administration's currency.
    on_hold: bool = False
    credit_limit: int | None = None  # None = no limit, 0 = nothing on credit
    owed: int | None = None  # open receivables, known where there is a limit
