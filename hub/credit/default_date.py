"""From which day on a debtor is late: the agreed term where the law lets it stand, else the term of the law (DOMAIN 11.3, 11.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from hub.model.collection_tables import TermLaw
from hub.model.step import Step, step

DebtorKind = Literal["consumer", "business", "authority"]


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is known of the term: the due date that was agreed (None = no term), and what decides whether it stands."""

    debtor: DebtorKind
    invoice_date: date
    received: date  # of the invoice; where that is not known, its date
    due: date | None = None
    contract: date | None = None  # when the contract was made
    large_to_small: bool = False  # a large company buys from a small or medium one
    expressly_longer: bool = False  # a term over the maximum was agreed expressly, and is not grossly unfair


@dataclass(frozen=True, slots=True)
class DefaultDate:
    """`first_day` bears the first interest; None where the debtor must be declared in default first."""

    first_day: date | None
    step: Step


def default_date(agreed: Agreed, law: TermLaw) -> DefaultDate:
    """The first day in default, with its reason."""
    if agreed.debtor == "consumer":
        if agreed.due is None:  # 6:82 and 6:83 BW: without a final date only after notice of default
            return DefaultDate(None, step("default_needs_notice"))
        return _after(agreed.due, "default_after_due")
    statutory = agreed.received + timedelta(days=law.without_agreement)
    if agreed.due is None:
        return _after(statutory, "default_without_term", days=law.without_agreement)
    longest = _longest(agreed, law)
    if longest is not None and agreed.due > agreed.received + timedelta(days=longest):
        return _after(min(statutory, agreed.due), "default_term_void", days=longest, due=agreed.due)
    return _after(agreed.due, "default_after_due")


def _longest(agreed: Agreed, law: TermLaw) -> int | None:
    """The longest term that stands, in days after receipt; None = any."""
    made = agreed.contract or agreed.invoice_date
    if agreed.large_to_small and (
        made >= law.large_to_small_from or agreed.invoice_date >= law.large_to_small_all_from
    ):
        return law.large_to_small_maximum
    if agreed.expressly_longer:
        return None
    return law.authority_maximum if agreed.debtor == "authority" else law.business_maximum


def _after(last: date, code: str, **words: object) -> DefaultDate:
    first = last + timedelta(days=1)
    return DefaultDate(first, step(code, None, date=first, last=last, **words))
