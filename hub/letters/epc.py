"""The payment code on a letter: EPC069-12, version 002, read by the apps of banks. Euro amounts to an IBAN, nothing else."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from typing import Any

from hub.errors import Usage

LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
MOST_BYTES = (
    329  # version 13, the largest symbol that the standard allows, holds 331 at level M, less the mark of UTF-8
)
QUIET = 4  # light modules around it
MASK = 4  # every reader reads each of the eight; trying all takes seven times as long
_NAME, _TEXT = 70, 140  # characters
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_DARK = re.compile(rb"\x00+")


def epc_payload(name: str, iban: str, bic: str, amount: Decimal, currency: str, text: str) -> str:
    """What a decoder reads: a SEPA transfer with its remittance text. "" where no such code can be: another currency,
    no IBAN or name, an amount outside of what the standard allows, a text that leaves no room for the name."""
    account = re.sub(r"\s", "", iban).upper()
    payee = _plain(name, _NAME)
    if currency != "EUR" or not account or not payee or not LEAST <= amount <= MOST:
        return ""
    before, after = (
        f"BCD\n002\n1\nSCT\n{bic.strip().upper()}\n",
        f"\n{account}\nEUR{amount:.2f}\n\n\n{_plain(text, _TEXT)}",
    )
    room = MOST_BYTES - len((before + after).encode())  # letters of other scripts take more bytes: the name gives way
    payee = payee.encode()[: max(room, 0)].decode(errors="ignore").rstrip()
    return f"{before}{payee}{after}" if payee else ""


def drawn(payload: str) -> str:
    """The code as SVG with its quiet zone of four modules: one path, so that no printer or screen shows seams in it.

    Error correction M, as the standard has it. Raises `Usage` where the library that makes it is not installed.
    """
    modules, rows = _modules(payload)
    side = modules + 2 * QUIET
    path = "".join(
        f"M{QUIET + run.start()} {QUIET + y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows) for run in _DARK.finditer(row)
    )  # fmt: skip
    box = f'viewBox="0 0 {side} {side}" width="{side}" height="{side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path d="{path}"/></svg>'


@cache
def code_edition() -> str:
    """What, beside the payload, a drawing depends on: the version of the library."""
    return f"zxing-cpp {version('zxing-cpp')}, mask {MASK}"


def _modules(payload: str) -> tuple[int, list[bytes]]:
    """How many modules a side has, and its rows, a dark module a zero byte."""
    try:
        from zxingcpp import BarcodeFormat, create_barcode
    except ImportError as error:
        raise Usage("the payment code needs zxing-cpp: install boekhub[letters]") from error
    # UTF-8, as the payload says; the symbol itself says so only where that matters, for the sake of old readers.
    said = {} if payload.isascii() else {"eci": "UTF-8"}
    made = create_barcode(payload, BarcodeFormat.QRCode, ec_level="M", data_mask=MASK, **said)
    image: Any = made.to_image(scale=1, add_quiet_zones=False)
    modules = memoryview(image)
    side, whole = math.isqrt(modules.nbytes), modules.tobytes()
    return side, [whole[at : at + side] for at in range(0, side * side, side)]


def _plain(text: str, most: int) -> str:
    """One line, cut to what the field holds."""
    return _CONTROL.sub(" ", text).strip()[:most].rstrip()
