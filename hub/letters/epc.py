"""The payment code on a letter: EPC069-12, version 002, read by the apps of banks. Euro amounts to an IBAN, nothing else."""

from __future__ import annotations

import re
from decimal import Decimal

from hub.errors import Usage

LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
MOST_BYTES = 331  # what a symbol of version 13 holds at level M, the largest that the standard allows
QUIET = 4  # light modules around it
MASK = 4  # every reader reads each of the eight; this one is the best or near it for such payloads, and trying all takes 4 ms
_NAME, _TEXT = 70, 140  # characters
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def epc_payload(name: str, iban: str, bic: str, amount: Decimal, currency: str, text: str) -> str:
    """What a decoder reads: a SEPA transfer with its remittance text. "" where no such code can be: another currency,
    no IBAN or name, an amount outside of what the standard allows."""
    account = re.sub(r"\s", "", iban).upper()
    payee = _plain(name, _NAME)
    if currency != "EUR" or not account or not payee or not LEAST <= amount <= MOST:
        return ""
    fields = (
        "BCD",
        "002",
        "1",
        "SCT",
        bic.strip().upper(),
        payee,
        account,
        f"EUR{amount:.2f}",
        "",
        "",
        _plain(text, _TEXT),
    )
    while len("\n".join(fields).encode()) > MOST_BYTES:  # letters of other scripts take more bytes: the name gives way
        payee = payee[:-1]
        fields = (*fields[:5], payee.rstrip(), *fields[6:])
    return "\n".join(fields)


def drawn(payload: str) -> str:
    """The code as SVG with its quiet zone of four modules: one path, so that no printer or screen shows seams in it.

    Error correction M, as the standard has it. Raises `Usage` where the library that makes it is not installed.
    """
    rows = _modules(payload)
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{QUIET + run.start()} {QUIET + y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows) for run in re.finditer("1+", row)
    )  # fmt: skip
    box = f'viewBox="0 0 {side} {side}" width="{side}" height="{side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path d="{path}"/></svg>'


def _modules(payload: str) -> list[str]:
    """Rows of `0` and `1`, the dark ones `1`."""
    try:
        import segno
    except ImportError as error:
        raise Usage("the payment code needs segno: install boekhub[letters]") from error
    code = segno.make(payload, error="m", encoding="utf-8", mode="byte", micro=False, boost_error=False, mask=MASK)
    return ["".join(map(str, row)) for row in code.matrix]


def _plain(text: str, most: int) -> str:
    """One line, cut to what the field holds."""
    return _CONTROL.sub(" ", text).strip()[:most].rstrip()
