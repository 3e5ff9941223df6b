"""EDIFACT files for tests: segments are written out, counts and references are right unless a test says otherwise."""

from __future__ import annotations

UNA = "UNA:+.? '"
OURS = ("NAD+IV+8710000000017::9++Voorbeeld Handel B.V.+Kade 1+Utrecht++3511AA+NL", "RFF+VA:NL999991103B01")
THEIRS = (
    "NAD+SU+8719999000015::9++Kaasgroothandel d?'Oude Markt+Markt 12+Gouda++2801 JJ+NL",
    "RFF+VA:NL999994475B01",
    "RFF+XA:00261111",
)
LINES = (
    "LIN+1++8719999100011:SRV", "PIA+1+K-100:SA", "IMD+F++:::Boerenkaas jong 4 kg", "QTY+47:10:PCE", "MOA+203:300", "PRI+AAA:30",
    "TAX+7+VAT+++:::9+S",
    "LIN+2++8719999100028:SRV", "IMD+F++:::Kaasdoeken", "QTY+47:40:PCE", "MOA+203:100.00", "PRI+AAA:2.5", "TAX+7+VAT+++:::21+S",
)  # fmt: skip
SUMMARY = (
    "UNS+S", "CNT+2:2", "MOA+79:400", "MOA+125:400", "MOA+176:48.00", "MOA+77:448.00", "MOA+9:448.00",
    "TAX+7+VAT+++:::9+S", "MOA+125:300", "MOA+124:27", "TAX+7+VAT+++:::21+S", "MOA+125:100", "MOA+124:21.00",
)  # fmt: skip


def head(number: str = "EDI-1", code: str = "380", function: str = "9", day: str = "20260302") -> tuple[str, ...]:
    """BGM and the date."""
    return f"BGM+{code}+{number}+{function}", f"DTM+137:{day}:102"


def invoice(
    *segments: str, lines: tuple[str, ...] = LINES, summary: tuple[str, ...] = SUMMARY, number: str = "EDI-1"
) -> str:
    """A whole invoice to us, with segments of the document put between its parties and its lines."""
    currency = () if any(s.startswith("CUX") for s in segments) else ("CUX+2:EUR:4",)
    return message(*head(number), *THEIRS, *OURS, *currency, *segments, *lines, *summary)


def message(
    *segments: str, kind: str = "INVOIC:D:96A:UN:EAN008", reference: str = "1", count: int | None = None
) -> str:
    """UNH to UNT."""
    counted = len(segments) + 2 if count is None else count
    return "".join(f"{s}'\n" for s in (f"UNH+{reference}+{kind}", *segments, f"UNT+{counted}+{reference}"))


def interchange(
    *messages: str, una: str = UNA, syntax: str = "UNOC:3", count: int | None = None, test: bool = False
) -> bytes:
    """UNB to UNZ."""
    counted = len(messages) if count is None else count
    mark = "++++++1" if test else ""
    first = f"{una}\nUNB+{syntax}+8719999000015:14+8710000000017:14+260302:1200+REF7{mark}'\n"
    codec = "utf-8" if syntax[:4] in ("UNOW", "UNOY") else "latin-1"
    return (first.lstrip("\n") + "".join(messages) + f"UNZ+{counted}+REF7'\n").encode(codec)
