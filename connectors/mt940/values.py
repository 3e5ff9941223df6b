"""Values of MT940: amounts, days that do not exist, accounts."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from decimal import Decimal

IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_HALF_YEAR = timedelta(days=183)


def amount(text: str) -> Decimal | None:
    """`10,5` `2,` `,3` `000000000300.00` `1.234,56`: what stands last of comma and point is the decimal mark."""
    negative, digits = text.startswith("-"), text.lstrip("-")
    mark = max(digits.rfind(","), digits.rfind("."))
    whole, part = (digits, "") if mark < 0 else (digits[:mark], digits[mark + 1 :])
    whole = whole.replace(".", "").replace(",", "")
    if not (whole + part).isdigit() or len(whole + part) > 30:
        return None
    value = Decimal(f"{whole or '0'}.{part}" if part else whole)
    return -value if negative else value


def day_of(text: str) -> tuple[date | None, bool]:
    """A day written YYMMDD (or YYYYMMDD), and whether it exists: 30 February is the last of that month, as banks reckon."""
    text = text if len(text) == 8 else f"20{text}"
    try:
        year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    except ValueError:
        return None, False
    if not (1900 < year < 2100 and 1 <= month <= 12 and 1 <= day <= 31):
        return None, False
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day, last)), day <= last


def entry_day(text: str, value: date) -> date | None:
    """The booking day MMDD in the year that lies nearest to the value date."""
    for year in (value.year, value.year - 1, value.year + 1):
        found, _ = day_of(f"{year}{text}")
        if found is not None and abs(found - value) <= _HALF_YEAR:
            return found
    return None


def account_of(text: str, currency: str) -> str:
    """`NL50RABO0156750961 EUR`, `1291.99.348EUR`, `NL92 KNAB …`, `TRIODOSBANK/0666666666`: the number alone, IBAN where it is one."""
    plain = "".join(text.upper().split())
    if plain.endswith(currency) and len(plain) > 3:
        plain = plain[: -len(currency)]
    bank, slash, number = plain.rpartition("/")
    for part in (plain, number, bank):
        if IBAN.fullmatch(part):
            return part
    if slash and bank.isalpha():  # the bank's name before its number
        plain = number
    return plain.replace(".", "")
