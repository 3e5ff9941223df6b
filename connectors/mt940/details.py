"""What stands in `:86:`: who, which account, what for. Each bank has its own shape; a shape is known by its look, not by the bank.

Slash keys (`/EREF/…/NAME/…`), columns of ABN AMRO (`IBAN: … NAAM: …`), German subfields (`?20…?32`, at Triodos `>20`),
`REK: …/NAAM: …` of Knab, and an account in front (ING before 2014, ASN). What is not understood stays in the description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.mt940.slashes import slash_details
from connectors.mt940.values import IBAN

NOT_GIVEN = frozenset(
    ("NOTPROVIDED", "NOT PROVIDED", "NONREF", "EREF", "MARF", "PREF", "IREF", "CREF", "CSID", "NOREF", "")
)
_WIDTH = 65  # characters of a line; a shorter one ended with blanks
_REFERENCE = re.compile(r"BETALINGSKENM(?:ERK)?\.?\s*:?\s*(\d[\d ]{7,18}\d)\b", re.IGNORECASE)
_STRUCTURED = re.compile(r"\b(?:SCOR/)?CUR/(\d{9,16})\b|\bISO/(RF\d\d[A-Z0-9]{1,21})\b")


@dataclass(slots=True)
class Details:
    """What was understood of a text."""

    iban: str = ""
    bic: str = ""
    name: str = ""
    description: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    mandate: str = ""
    creditor_id: str = ""
    batch: str = ""
    batch_count: int = 0
    return_reason: str = ""
    code: str = ""


def read_details(lines: Sequence[str]) -> Details:
    """The text of one entry, lines as they stand; several `:86:` of one entry follow each other."""
    found = Details()
    if not lines:
        return found
    for shape in _SHAPES:
        made = shape(lines)
        if made is not None:
            found = made
            break
    found.description = " ".join(found.description.split())
    found.name = " ".join(found.name.split())
    found.iban = "".join(found.iban.split()).upper()[:34]
    if not found.reference:
        found.reference = _reference_in(found.description)
    if found.end_to_end_id.upper() in NOT_GIVEN:
        found.end_to_end_id = ""
    return found


def joined(lines: Sequence[str]) -> str:
    """Lines as one text: a full one runs on into the next, a shorter one ended with a blank."""
    return "".join(line if len(line) >= _WIDTH else line + " " for line in lines)


def _reference_in(text: str) -> str:
    if found := _STRUCTURED.search(text):
        return found[1] or found[2]
    if found := _REFERENCE.search(text):
        return found[1].replace(" ", "")
    return ""


def _slashes(lines: Sequence[str]) -> Details | None:
    """Keys between slashes; joined without anything between, for keys and words are cut in two by the line's end."""
    found = slash_details("".join(lines))
    return None if found is None else Details(**found)


_COLUMN = 33
_KEYED = re.compile(
    r"(?:^|\s)(IBAN|BIC|NAAM|OMSCHRIJVING|KENMERK|MACHTIGING|INCASSANT|BETALINGSKENM\.?|ID DEBITEUR|ID CREDITEUR|"
    r"VOOR|OPDRACHTGEVER|BEGUNSTIGDE)\s?:\s"
)


def _columns(lines: Sequence[str]) -> Details | None:
    """ABN AMRO: two columns of 33 and 32 characters a line, with words before a colon."""
    text = "".join(f"{line:<{_WIDTH}}" for line in lines)
    pieces = _KEYED.split(text + " ")
    if "IBAN" not in pieces[1::2]:
        return None
    values = {key.rstrip("."): value.strip() for key, value in zip(pieces[1::2], pieces[2::2], strict=True)}
    reference = re.match(r"[\d ]*\d", values.get("BETALINGSKENM", ""))
    return Details(
        iban=values.get("IBAN", ""), bic=values.get("BIC", "").split(" ")[0], name=values.get("NAAM", ""),
        description=values.get("OMSCHRIJVING") or " ".join(pieces[:1]).strip(), end_to_end_id=values.get("KENMERK", ""),
        mandate=values.get("MACHTIGING", ""), creditor_id=values.get("INCASSANT", ""),
        reference=reference[0].replace(" ", "") if reference else "", code=pieces[0].strip()[:35],
    )  # fmt: skip


_OLD_GIRO = re.compile(r"GIRO\s+(?P<account>\d{3,9})\s(?P<name>.*)")
_OLD_ACCOUNT = re.compile(r"(?P<account>\d\d\.\d\d\.\d\d\.\d{3})\s(?P<name>.*)")


def _old_columns(lines: Sequence[str]) -> Details | None:
    """ABN AMRO before SEPA: `GIRO 428428 NAME` or `52.89.39.882 NAME` in the first column."""
    first = lines[0][:_COLUMN]
    found = _OLD_GIRO.match(first) or _OLD_ACCOUNT.match(first)
    if found is None:
        return None
    rest = [lines[0][_COLUMN:], *lines[1:]]
    return Details(
        iban=found["account"].replace(".", ""), name=found["name"].split("  ")[0], description=joined(rest).strip()
    )


_SUBFIELDS = re.compile(r"(\d{3})?([?>])(\d\d)")
_TEXTS = frozenset((*range(20, 30), *range(60, 64)))
_SEPA_WORDS = re.compile(r"(?:^|[\s\0])(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP)\+")


def _subfields(lines: Sequence[str]) -> Details | None:
    """German subfields behind a transaction code: 20–29 and 60–63 text, 30 BIC, 31 account, 32 and 33 name."""
    text = "".join(lines)
    head = _SUBFIELDS.match(text)
    if head is None or (head[1] is None and head[2] == ">"):
        return None
    pieces = re.split(re.escape(head[2]) + r"(\d\d)", text)
    fields: dict[int, str] = {}
    for number, value in zip(pieces[1::2], pieces[2::2], strict=True):
        fields[int(number)] = fields.get(int(number), "") + value
    made = _triodos(fields) if head[2] == ">" else _german(fields)
    made.code = pieces[0].strip()[:35]
    return made


def _german(fields: dict[int, str]) -> Details:
    text = "\0".join(
        value for number, value in sorted(fields.items()) if number in _TEXTS
    )  # a word begins a field or follows a blank
    words = [word.replace("\0", "").strip() for word in _SEPA_WORDS.split(text)]
    keyed = dict(zip(words[1::2], words[2::2], strict=True))
    return Details(
        iban=fields.get(38) or keyed.get("IBAN") or fields.get(31, ""), bic=fields.get(30, "").strip(),
        name=fields.get(32, "") + fields.get(33, ""), description=(keyed.get("SVWZ") or words[0]) or fields.get(0, ""),
        end_to_end_id=keyed.get("EREF", ""), mandate=keyed.get("MREF", ""), creditor_id=keyed.get("CRED", ""),
    )  # fmt: skip


def _triodos(fields: dict[int, str]) -> Details:
    """Triodos before 2014: 10 the other account, or when it is nought 20 the BIC and 21 the IBAN; name and text run on."""
    texts = [value for number, value in sorted(fields.items()) if number in _TEXTS]
    account, bic = fields.get(10, "").strip(), ""
    if not account.strip("0") and len(texts) > 2 and IBAN.fullmatch(texts[1].strip()):
        bic, account, texts = texts[0].strip(), texts[1].strip(), texts[2:]
    return Details(iban=account, bic=bic, description="".join(texts))


_KNAB = re.compile(r"REK:\s*(?P<account>[A-Z0-9]+)\s*/\s*NAAM:\s*(?P<name>.*)", re.DOTALL)
_KNAB_NAME = re.compile(r"\s*NAAM:\s*(?P<name>.*)", re.DOTALL)


def _knab(lines: Sequence[str]) -> Details | None:
    """The last line names account and name, or the name alone; what stands before it is the payer's text."""
    for index in range(len(lines) - 1, -1, -1):
        if found := _KNAB.match(lines[index]) or _KNAB_NAME.match(lines[index]):
            account = found.groupdict().get("account") or ""
            name = found["name"] + "".join(lines[index + 1 :])
            return Details(iban=account, name=name, description=joined(lines[:index]))
    return None


_IN_FRONT = re.compile(r"\s*(?P<account>[A-Z]{2}\d{2}[A-Z0-9]{10,30}|\d{9,10})\s+(?P<rest>\S.*)")
_INSIDE = re.compile(
    r"\b(?P<account>[A-Z]{2}\d{2}[A-Z]{4}\d{10})\s+(?:(?P<bic>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\s+)?"
)


def _in_front(lines: Sequence[str]) -> Details | None:
    """An account first: `NL57ABNA0987654321 ABNANL2A NAME TEXT` (ING), `NL47INGB9999999999 name` on a line of its own (ASN)."""
    text = joined(lines)
    found = _IN_FRONT.match(lines[0])
    if found is None:
        inside = _INSIDE.search(text)
        if inside is None:
            return None
        return Details(iban=inside["account"], bic=inside["bic"] or "", description=text)
    rest = found["rest"]
    bic = re.match(r"([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\s+", rest)
    if bic is None and IBAN.fullmatch(found["account"]) and len(lines) > 1:
        return Details(iban=found["account"], name=rest, description=joined(lines[1:]))
    running = joined([rest if len(lines[0]) < _WIDTH else rest.ljust(_WIDTH), *lines[1:]])
    return Details(iban=found["account"], bic=bic[1] if bic else "", description=running[bic.end() if bic else 0 :])


def _plain(lines: Sequence[str]) -> Details | None:
    return Details(description=joined(lines))


_SHAPES: tuple[Callable[[Sequence[str]], Details | None], ...] = (
    _subfields, _slashes, _columns, _old_columns, _knab, _in_front, _plain,
)  # fmt: skip
