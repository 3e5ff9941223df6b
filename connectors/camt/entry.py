"""One entry (Ntry) with its transactions (TxDtls): one BankEntry, or one for each transaction when they add up to the entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from connectors.camt.values import Texts, amount, code, day, is_true
from hub.model.bank_statement import BankEntry
from hub.model.finding import Finding

ZERO = Decimal(0)
_NONE_GIVEN = frozenset(("NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTAVAILABLE"))
_NOT_BOOKED = frozenset(("PDNG", "INFO", "FUTR"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands, and in which account."""

    path: str
    number: int
    account: str
    currency: str
    closing: date | None = None  # of the statement: stands in for a date that an entry lacks


def is_booked(entry: Texts) -> bool:
    """Whether the bank has booked it; what is pending or information only will come again or never."""
    return code(entry, "Sts").upper() not in _NOT_BOOKED


def read_entry(entry: Texts, details: Sequence[Texts], place: Place) -> tuple[list[BankEntry], list[Finding]]:
    """The movements of one entry; none where its amount or date cannot be read, which is then found."""
    value = amount(entry.get("Amt", ""))
    sign = {"CRDT": 1, "DBIT": -1}.get(code(entry, "CdtDbtInd"))
    on = day(entry, "BookgDt") or day(entry, "ValDt") or place.closing
    findings = _faults(entry, value, sign, on, place)
    if value is None or sign is None or on is None:
        return [], findings
    head = _head(entry, on, sign * value, place)
    if len(details) == 1:
        return [_with_details(head, entry, details[0], place)], findings
    if not details:
        return [head], findings
    parts = [_signed(d, sign, place.currency) for d in details]
    if None in parts or sum((p for p in parts if p is not None), ZERO) != head.amount:
        findings.append(_unlike(parts, head, place))
        return [replace(head, batch_count=head.batch_count or len(details))], findings
    return _each(head, entry, details, [p for p in parts if p is not None], place), findings


def _faults(entry: Texts, value: Decimal | None, sign: int | None, on: date | None, place: Place) -> list[Finding]:
    found: list[Finding] = []
    if value is None:
        found.append(Finding("HUB-BANK-01", "fatal", "read", f"{place.path}/Amt", entry.get("Amt"), "1234.56"))
    if sign is None:
        given = entry.get("CdtDbtInd")
        found.append(Finding("HUB-BANK-10", "fatal", "read", f"{place.path}/CdtDbtInd", given, "CRDT, DBIT"))
    given = entry.get("BookgDt/Dt") or entry.get("BookgDt/DtTm")
    if on is None:
        found.append(Finding("HUB-BANK-02", "fatal", "read", f"{place.path}/BookgDt", given, "2026-11-21"))
    elif day(entry, "BookgDt") is None and day(entry, "ValDt") is None:
        found.append(Finding("HUB-BANK-09", "warning", "read", f"{place.path}/BookgDt", given, str(on), "us"))
    currency = entry.get("Amt@Ccy", place.currency)
    if place.currency and currency != place.currency:
        found.append(Finding("HUB-BANK-04", "fatal", "read", f"{place.path}/Amt/@Ccy", currency, place.currency))
    return found


def _unlike(parts: Sequence[Decimal | None], head: BankEntry, place: Place) -> Finding:
    """The transactions are not the entry: the entry is booked, whole."""
    known = None if None in parts else str(sum((p for p in parts if p is not None), ZERO))
    details = (("count", str(len(parts))),)
    return Finding("HUB-BANK-08", "information", "read", place.path, known, str(head.amount), "us", details)


def _each(
    head: BankEntry, entry: Texts, details: Sequence[Texts], parts: Sequence[Decimal], place: Place
) -> list[BankEntry]:
    """One movement a transaction. The entry's reference is the bank's only for all together: a number makes it one each."""
    made = []
    for number, (given, part) in enumerate(zip(details, parts, strict=True), 1):
        one = _with_details(replace(head, amount=part, batch_count=0, charges=ZERO), entry, given, place)
        if one.bank_reference and one.bank_reference == head.bank_reference:
            one = replace(one, bank_reference=f"{head.bank_reference}/{number}")
        made.append(one)
    return made


def _head(entry: Texts, on: date, value: Decimal, place: Place) -> BankEntry:
    count = entry.get("NtryDtls/Btch/NbOfTxs", "")
    return BankEntry(
        on, value, entry.get("AcctSvcrRef", ""), day(entry, "ValDt"), description=entry.get("AddtlNtryInf", ""),
        code=_code(entry), batch=entry.get("NtryDtls/Btch/PmtInfId") or entry.get("NtryDtls/Btch/MsgId", ""),
        batch_count=int(count) if count.isdigit() and len(count) < 10 else 0, reversal=is_true(entry.get("RvslInd", "")),
        charges=_charges(entry), line=place.number,
    )  # fmt: skip


def _with_details(head: BankEntry, entry: Texts, details: Texts, place: Place) -> BankEntry:
    party = _party(head.amount, details, place.account)
    original, currency = _original(entry, details, place.currency)
    return replace(
        head,
        bank_reference=details.get("Refs/AcctSvcrRef") or head.bank_reference,
        iban=_account(details, party),
        name=details.get(f"RltdPties/{party}/Nm", ""),
        bic=details.get(f"RltdAgts/{party}Agt/FinInstnId/BIC", ""),
        reference=_structured(details),
        end_to_end_id=_given(details.get("Refs/EndToEndId", "")),
        mandate=_given(details.get("Refs/MndtId", "")),
        creditor_id=details.get("RltdPties/Cdtr/Id/PrvtId/Othr/Id")
        or details.get("RltdPties/Cdtr/Id/OrgId/Othr/Id", ""),
        description=_description(head, details),
        code=head.code or _code(details),
        batch=head.batch or details.get("Refs/PmtInfId", ""),
        return_reason=code(details, "RtrInf/Rsn"),
        charges=head.charges or _charges(details),
        original_amount=original,
        original_currency=currency,
    )


def _party(value: Decimal, details: Texts, own: str) -> str:
    """Who stands at the other side: the debtor of what came in, the creditor of what went out; of a return the one who is not us."""
    first, second = ("Dbtr", "Cdtr") if value >= 0 else ("Cdtr", "Dbtr")
    is_us = bool(own) and _account(details, first) == own
    return second if (is_us or not _is_named(details, first)) and _is_named(details, second, own) else first


def _is_named(details: Texts, party: str, own: str = "") -> bool:
    """Whether the transaction tells of this party, and it is not ourselves."""
    account = _account(details, party)
    return account != own if account else bool(details.get(f"RltdPties/{party}/Nm"))


def _account(details: Texts, party: str) -> str:
    where = f"RltdPties/{party}Acct/Id"
    return "".join((details.get(f"{where}/IBAN") or details.get(f"{where}/Othr/Id", "")).split()).upper()


def _structured(details: Texts) -> str:
    """Betalingskenmerk (issuer CUR) or creditor reference (RF), without blanks."""
    found = details.get("RmtInf/Strd/CdtrRefInf/Ref") or details.get("RmtInf/Strd/CdtrRefInf/CdtrRef", "")
    return "".join(found.split())


def _description(head: BankEntry, details: Texts) -> str:
    """What the payer wrote, with the invoice numbers that he gave apart; else what the bank says of it."""
    texts = [
        details.get("RmtInf/Ustrd", ""), details.get("RmtInf/Strd/RfrdDocInf/Nb", ""),
        details.get("RmtInf/Strd/AddtlRmtInf", ""), details.get("RtrInf/AddtlInf", ""),
    ]  # fmt: skip
    return " ".join(filter(None, texts)) or details.get("AddtlTxInf") or head.description


def _signed(details: Texts, sign: int, currency: str) -> Decimal | None:
    """The amount of a transaction in the account's currency; its own sign where it has one, else the entry's."""
    for path in ("AmtDtls/TxAmt/Amt", "Amt"):
        if path in details and details.get(path + "@Ccy", currency) == currency:
            value = amount(details[path])
            own = {"CRDT": 1, "DBIT": -1}.get(details.get("CdtDbtInd", ""), sign)
            return None if value is None else own * value
    return None


def _original(entry: Texts, details: Texts, currency: str) -> tuple[Decimal | None, str]:
    """What it was before the bank converted it."""
    for texts in (details, entry):
        for path in ("AmtDtls/InstdAmt/Amt", "AmtDtls/TxAmt/Amt", "Amt"):
            money = texts.get(path + "@Ccy", currency)
            if path in texts and money != currency:
                return amount(texts[path]), money
    return None, ""


def _charges(texts: Texts) -> Decimal:
    for path in ("Chrgs/TtlChrgsAndTaxAmt", "Chrgs/Rcrd/Amt", "Chrgs/Amt"):
        if path in texts:
            return amount(texts[path]) or ZERO
    return ZERO


def _code(texts: Texts) -> str:
    """`PMNT/RCDT/ESCT`, or the bank's own code."""
    parts = (texts.get("BkTxCd/Domn/Cd"), texts.get("BkTxCd/Domn/Fmly/Cd"), texts.get("BkTxCd/Domn/Fmly/SubFmlyCd"))
    return "/".join(part for part in parts if part) or texts.get("BkTxCd/Prtry/Cd", "")


def _given(text: str) -> str:
    return "" if text.upper() in _NONE_GIVEN else text
