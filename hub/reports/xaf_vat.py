"""VAT of an entry on its base lines, as audit files want it: the tax of a group divided over the lines it was due on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hub.accounting.allocation import allocate
from hub.model.administration import Administration
from hub.model.money import from_minor, to_minor

_HIGHEST = Decimal("99999.999")  # what the schema can hold


@dataclass(frozen=True, slots=True)
class VatPart:
    """Tax that belongs to one posting: positive cents and their side, `D` or `C`; `percentage` as text."""

    code: str
    percentage: str
    tax: int
    side: str


class Rates:
    """The percentage of each VAT code, and the accounts that hold tax itself."""

    def __init__(self, administration: Administration) -> None:
        self._rates = {code.code: code.rate for code in administration.vat_codes if code.rate is not None}
        self._fixed = {code.code for code in administration.vat_codes if code.rate is None}
        codes = administration.vat_codes
        self.accounts = {code.due_account for code in codes} | {code.input_account for code in codes}

    def of(self, code: str, base: int, tax: int) -> str:
        """The rate of the code; of a code for any rate, what tax is of base."""
        rate = None if code in self._fixed else self._rates.get(code)
        if rate is None:
            rate = abs(Decimal(tax) * 100 / Decimal(base)) if base else Decimal(0)
        return f"{min(rate, _HIGHEST):.3f}"


def vat_parts(
    postings: Sequence[Any], vat_lines: Sequence[Any], rates: Rates, currency: str
) -> tuple[Mapping[int, list[VatPart]], list[str]]:
    """Per posting line its parts, and the codes of VAT lines that have no posting to stand on.

    What is not deductible joined the cost and is no tax any more. A group whose every line was taken away by
    netting stands on its tax line, which readers accept too.
    """
    parts: dict[int, list[VatPart]] = {}
    homeless = []
    for line in vat_lines:
        bearing = [p for p in postings if p.vat_code == line.code and not p.control]
        bases = [p for p in bearing if p.account not in rates.accounts] or bearing[:1]
        if not bases:
            homeless.append(line.code)
            continue
        tax = line.tax_in_base - line.non_deductible_in_base
        percentage = rates.of(line.code, line.base_in_base, line.tax_in_base)
        for posting, share in zip(bases, _shares(bases, line.base_in_base, tax, currency), strict=True):
            debit = share > 0 or (share == 0 and posting.side == "debit")
            part = VatPart(line.code, percentage, abs(share), "D" if debit else "C")
            parts.setdefault(posting.line, []).append(part)
    return parts, homeless


def _shares(bases: Sequence[Any], base: int, tax: int, currency: str) -> list[int]:
    """Cents of tax per posting, debit positive: on the side of the base, as the tax itself was booked."""
    weights = [from_minor(p.base_amount if p.side == "debit" else -p.base_amount, currency) for p in bases]
    same_side = sum(weights) >= 0
    debit = tax if (base >= 0) == same_side else -tax
    return [to_minor(share, currency) for share in allocate(from_minor(debit, currency), weights, currency)]
