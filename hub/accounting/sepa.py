"""Payment files: pain.001.001.09 for transfers, pain.008.001.08 for direct debits, written as the schemas order them.

Banks refuse free address lines since November 2026: an address is town and country, structured, or nothing. Text is kept
to the characters that every SEPA bank must take.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

ZERO = Decimal(0)
TRANSFERS = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
COLLECTIONS = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"
_NOT_SEPA = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_SPELLED = str.maketrans(
    {"ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Œ": "OE", "œ": "oe", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d",
     "€": "EUR", "&": "+", "_": "-", "’": "'", "–": "-", "—": "-", "þ": "th", "ð": "d", "ĳ": "ij", "@": "(at)"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ourselves:
    """The one whose file it is."""

    name: str
    iban: str
    bic: str = ""
    town: str = ""
    country: str = ""
    creditor_id: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """One transfer, or one collection with its mandate."""

    end_to_end_id: str
    amount: Decimal
    currency: str
    name: str
    iban: str
    remittance: str = ""
    creditor_reference: str = ""
    town: str = ""
    country: str = ""
    mandate: str = ""
    signed_on: date | None = None
    kind: str = ""  # CORE | B2B
    sequence: str = ""  # FRST | RCUR | OOFF | FNAL


def sepa_text(text: str, longest: int) -> str:
    """The text in SEPA's characters: accents fall off, what has no letter of its own becomes a dot."""
    plain = unicodedata.normalize("NFKD", " ".join(text.split()).translate(_SPELLED))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(_NOT_SEPA.sub(".", plain).split())[:longest].strip()


def is_creditor_id(identifier: str) -> bool:
    """Whether the check digits of a creditor identifier (incassant-id) are right; its business code does not count."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{3}[A-Z0-9]{1,28}", identifier):
        return False
    digits = "".join(str(int(c, 36)) for c in identifier[7:] + identifier[:4])
    return int(digits) % 97 == 1


def transfer_file(
    message_id: str, made_at: datetime, execution: date, us: Ourselves, lines: Sequence[FileLine]
) -> bytes:  # fmt: skip
    """A pain.001.001.09 with one payment block: one execution date, one account of ours."""
    document = _document(TRANSFERS)
    body = _sub(document, "CstmrCdtTrfInitn")
    _header(body, message_id, made_at, us, lines)
    block = _block(body, message_id, "TRF", lines)
    _sub(_sub(_sub(block, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _sub(_sub(block, "ReqdExctnDt"), "Dt", execution.isoformat())
    _party(block, "Dbtr", us.name, us.town, us.country)
    _account(block, "DbtrAcct", us.iban)
    _agent(block, "DbtrAgt", us.bic)
    _sub(block, "ChrgBr", "SLEV")
    for line in lines:
        _transfer(block, line)
    return _bytes(document)


def block_id(message_id: str, scheme: str, sequence: str) -> str:
    """PmtInfId of the collections of one scheme and sequence: the bank books each such block in one sum."""
    return f"{message_id[:25]}-{scheme}{sequence}"


def collection_file(
    message_id: str, made_at: datetime, execution: date, us: Ourselves, lines: Sequence[FileLine]
) -> bytes:  # fmt: skip
    """A pain.008.001.08 with a payment block for each scheme and sequence (CORE/B2B, FRST/RCUR/OOFF)."""
    document = _document(COLLECTIONS)
    body = _sub(document, "CstmrDrctDbtInitn")
    _header(body, message_id, made_at, us, lines)
    groups: dict[tuple[str, str], list[FileLine]] = {}
    for line in lines:
        groups.setdefault((line.kind, line.sequence), []).append(line)
    for (kind, sequence), mine in sorted(groups.items()):
        block = _block(body, block_id(message_id, kind, sequence), "DD", mine)
        _scheme(block, kind, sequence)
        _sub(block, "ReqdColltnDt", execution.isoformat())
        _party(block, "Cdtr", us.name, us.town, us.country)
        _account(block, "CdtrAcct", us.iban)
        _agent(block, "CdtrAgt", us.bic)
        _sub(block, "ChrgBr", "SLEV")
        identity = _sub(_sub(_sub(_sub(block, "CdtrSchmeId"), "Id"), "PrvtId"), "Othr")
        _sub(identity, "Id", us.creditor_id)
        _sub(_sub(identity, "SchmeNm"), "Prtry", "SEPA")
        for line in mine:
            _collection(block, line)
    return _bytes(document)


def _document(namespace: str) -> etree._Element:
    return etree.Element(f"{{{namespace}}}Document", nsmap={None: namespace})


def _bytes(document: etree._Element) -> bytes:
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _sub(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}")
    if text is not None:
        made.text = text
    return made


def _header(
    body: etree._Element, message_id: str, made_at: datetime, us: Ourselves, lines: Sequence[FileLine]
) -> None:  # fmt: skip
    header = _sub(body, "GrpHdr")
    _sub(header, "MsgId", message_id)
    _sub(header, "CreDtTm", made_at.replace(tzinfo=None).isoformat(timespec="seconds"))
    _totals(header, lines)
    _sub(_sub(header, "InitgPty"), "Nm", sepa_text(us.name, 70))


def _totals(parent: etree._Element, lines: Sequence[FileLine]) -> None:
    _sub(parent, "NbOfTxs", str(len(lines)))
    _sub(parent, "CtrlSum", f"{sum((line.amount for line in lines), ZERO):.2f}")


def _block(body: etree._Element, block_id: str, method: str, lines: Sequence[FileLine]) -> etree._Element:
    block = _sub(body, "PmtInf")
    _sub(block, "PmtInfId", block_id)
    _sub(block, "PmtMtd", method)
    _sub(block, "BtchBookg", "true")
    _totals(block, lines)
    return block


def _scheme(block: etree._Element, kind: str, sequence: str) -> None:
    scheme = _sub(block, "PmtTpInf")
    _sub(_sub(scheme, "SvcLvl"), "Cd", "SEPA")
    _sub(_sub(scheme, "LclInstrm"), "Cd", kind)
    _sub(scheme, "SeqTp", sequence)


def _party(parent: etree._Element, tag: str, name: str, town: str = "", country: str = "") -> None:
    party = _sub(parent, tag)
    _sub(party, "Nm", sepa_text(name, 70))
    if town and country:
        address = _sub(party, "PstlAdr")
        _sub(address, "TwnNm", sepa_text(town, 35))
        _sub(address, "Ctry", country)


def _account(parent: etree._Element, tag: str, iban: str) -> None:
    _sub(_sub(_sub(parent, tag), "Id"), "IBAN", iban)


def _agent(parent: etree._Element, tag: str, bic: str) -> None:
    """The bank; without BIC it is known by the IBAN, and the schema still wants something said."""
    institution = _sub(_sub(parent, tag), "FinInstnId")
    if bic:
        _sub(institution, "BICFI", bic)
    else:
        _sub(_sub(institution, "Othr"), "Id", "NOTPROVIDED")


def _amount(parent: etree._Element, line: FileLine) -> None:
    _sub(parent, "InstdAmt", f"{line.amount:.2f}").set("Ccy", line.currency)


def _transfer(block: etree._Element, line: FileLine) -> None:
    made = _sub(block, "CdtTrfTxInf")
    _sub(_sub(made, "PmtId"), "EndToEndId", line.end_to_end_id)
    _amount(_sub(made, "Amt"), line)
    _party(made, "Cdtr", line.name, line.town, line.country)
    _account(made, "CdtrAcct", line.iban)
    _remittance(made, line)


def _collection(block: etree._Element, line: FileLine) -> None:
    made = _sub(block, "DrctDbtTxInf")
    _sub(_sub(made, "PmtId"), "EndToEndId", line.end_to_end_id)
    _amount(made, line)
    mandate = _sub(_sub(made, "DrctDbtTx"), "MndtRltdInf")
    _sub(mandate, "MndtId", line.mandate)
    _sub(mandate, "DtOfSgntr", (line.signed_on or date.min).isoformat())
    _agent(made, "DbtrAgt", "")
    _party(made, "Dbtr", line.name, line.town, line.country)
    _account(made, "DbtrAcct", line.iban)
    _remittance(made, line)


def _remittance(made: etree._Element, line: FileLine) -> None:
    """A creditor reference (RF) structured, everything else as text."""
    if line.creditor_reference:
        reference = _sub(_sub(_sub(made, "RmtInf"), "Strd"), "CdtrRefInf")
        kind = _sub(reference, "Tp")
        _sub(_sub(kind, "CdOrPrtry"), "Cd", "SCOR")
        _sub(kind, "Issr", "ISO")
        _sub(reference, "Ref", line.creditor_reference)
    elif text := sepa_text(line.remittance, 140):
        _sub(_sub(made, "RmtInf"), "Ustrd", text)
