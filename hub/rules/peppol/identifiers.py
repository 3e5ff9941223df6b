"""Check digits and forms of identifiers, as literally as the official rules test them: what they let pass passes here too.

Texts come with blanks normalised, unless the rule itself measures the text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from hub.rules.rule import Undecidable

_nine = re.compile("[0-9]{9}").fullmatch
_ten = re.compile("[0-9]{10}").fullmatch
_eleven = re.compile("[0-9]{11}").fullmatch
_digits = re.compile("[0-9]+").fullmatch
_integer = re.compile("[ \t\r\n]*[+-]?[0-9]+[ \t\r\n]*").fullmatch
_letters = re.compile("[A-Za-z]*").fullmatch
_office = re.compile("[A-Za-z0-9]{6}").fullmatch
_ABN_WEIGHTS = (1, 3, 5, 7, 9, 11, 13, 15, 17, 19)


def form(pattern: str) -> Callable[[str], bool]:
    """A test that the whole text has this form."""
    whole = re.compile(pattern).fullmatch
    return lambda text: whole(text) is not None


def gln(text: str) -> bool:
    """GS1 check digit (ICD 0088): weights 3 and 1 from the right. No length is asked, so `17` passes."""
    if not _digits(text):
        return False
    return (10 - _weighted(text[-2::-1] if len(text) > 1 else "", (3, 1)) % 10) % 10 == int(text[-1])


def mod11(text: str) -> bool:
    """Check digit modulo 11, weights 2 to 7 from the right; all zeros fails."""
    if not _digits(text) or not text.strip("0"):
        return False
    return (11 - _weighted(text[-2::-1], (2, 3, 4, 5, 6, 7)) % 11) % 11 == int(text[-1])


def _weighted(digits: Iterable[str], weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weights[place % len(weights)] for place, digit in enumerate(digits))


def norwegian(text: str) -> bool:
    """Organisation number (0192): nine digits and modulo 11."""
    return _nine(text) is not None and mod11(text)


def belgian(text: str) -> bool:
    """Enterprise number (0208): ten digits, the last two 97 less the first eight modulo 97."""
    return _ten(text) is not None and 97 - int(text[:8]) % 97 == int(text[8:])


def danish_company(text: str) -> bool:
    """CVR (0184): eight digits, or DK and eight digits; measured with blanks."""
    return re.fullmatch("(?:DK)?[0-9]{8}", text) is not None


def swedish(text: str) -> bool:
    """Organisation number (0007): ten digits, the last by Luhn."""
    if not _ten(text):
        return False
    total = 0
    for place, digit in enumerate(reversed(text[:9])):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value % 10 + value // 10
    return (10 - total % 10) % 10 == int(text[9])


def australian(text: str) -> bool:
    """ABN (0151): eleven digits, modulo 89 after one is taken off the first."""
    if not _eleven(text):
        return False
    return ((int(text[0]) - 1) * 10 + _weighted(text[1:], _ABN_WEIGHTS)) % 89 == 0


def italian_office(text: str) -> bool:
    """Codice IPA (0201): six letters or digits."""
    return _office(text) is not None


def italian_person(text: str) -> bool:
    """Codice fiscale (0210, 9907): sixteen characters of a fixed form, or eleven that are a whole number."""
    if len(text) == 11:
        return _integer(text) is not None
    if len(text) != 16:
        return False
    letters, numbers = (text[:6], text[8], text[15]), (text[6:8], text[9:11], text[14])
    return all(_letters(part) for part in letters) and all(_integer(part) for part in numbers)


def italian_vat(text: str) -> bool:
    """Partita IVA (0211): after IT eleven digits by Luhn. Any other prefix, `It` too, is not looked at.

    Raises Undecidable where a sign or blank stands before ten digits: a whole number, but not digit by digit.
    """
    if text[:2] not in ("IT", "it"):
        return True
    number = text[2:]
    if len(number) != 11 or not _integer(number):
        return False
    if not _digits(number):
        raise Undecidable(f"not a digit: {number.strip('0123456789')!r}")
    total = sum(int("0246813579"[int(digit)]) if place % 2 else int(digit) for place, digit in enumerate(number))
    return total % 10 == 0
