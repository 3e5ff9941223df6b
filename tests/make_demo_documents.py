"""Writes the demo documents and what is expected of them: `python tests/make_demo_documents.py [FOLDER]`.

Without a folder it regenerates `hub/demo/documents`. The same program always writes the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from demo_documents.case import Case
from demo_documents.cases_abroad import REVERSE_CHARGE_AND_ABROAD
from demo_documents.cases_doubt import AGAIN, HELD, UNREADABLE, WRONG
from demo_documents.cases_everyday import EVERYDAY
from demo_documents.cases_other import FORMS, SALES
from demo_documents.cases_payment import PAYMENT_AND_COST
from demo_documents.draft import Draft

FOLDER = Path(__file__).resolve().parents[1] / "hub" / "demo" / "documents"
CASES = sorted(
    EVERYDAY + REVERSE_CHARGE_AND_ABROAD + PAYMENT_AND_COST + WRONG + HELD + AGAIN + UNREADABLE + FORMS + SALES,
    key=lambda case: case.file,
)

INTRODUCTION = """\
# What a bookkeeper expects of each demo document, in the order in which they are taken in: one row per document.
# Written by tests/make_demo_documents.py; change the cases there, not this file.
#
#   outcome     posted, held, refused, duplicate or conflict; `also` is right too, under another setting
#   total, due  BT-112 and BT-115 as the document states them ("" where it does not)
#   base_total  BT-112 in euro at the rate of hub/demo/rates.csv, where the currency is another
#   vat         the document's VAT breakdown; `code` is the VAT code of mappings/starter.toml,
#               `deductible` whether the tax, stated or reverse-charged, is input VAT (purchases only)
#   account     the account that the document itself names (BT-133, BT-19)
"""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML string


def _vat(case: Case, draft: Draft) -> str:
    rows = []
    codes = case.codes * len(draft.groups) if len(case.codes) == 1 else case.codes
    for number, group in enumerate(draft.groups):
        row = [
            f"category = {_text(group.vat.category)}",
            f'rate = "{group.vat.rate}"',
            f'base = "{group.base:.2f}"',
            f'tax = "{group.tax:.2f}"',
        ]
        if codes:
            row.append(f"code = {_text(codes[number])}")
        if codes and case.direction == "purchase":
            row.append("deductible = " + ("true" if case.deductible and group.vat.category != "E" else "false"))
        rows.append("  {" + ", ".join(row) + "},")
    return "vat = [\n" + "\n".join(rows) + "\n]"


def _document(case: Case, draft: Draft) -> Iterator[str]:
    party = draft.buyer if case.direction == "sales" else draft.seller
    yield f"direction = {_text(case.direction)}"
    yield f'kind = "{"credit_note" if draft.credit_note else "invoice"}"'
    yield f"number = {_text(draft.number)}"
    yield f'date = "{draft.issued}"'
    yield f"party = {_text(party.name)}"
    yield f"currency = {_text(draft.currency)}"
    for key, term in (("total", "with_vat"), ("due", "due")):
        amount = draft.totals[term]
        yield f'{key} = "{"" if amount is None else format(amount, ".2f")}"'
    if case.base_total:
        yield f"base_total = {_text(case.base_total)}"
    yield _vat(case, draft)


def _row(case: Case, member: str, draft: Draft | None) -> Iterator[str]:
    yield "[[document]]"
    yield f"file = {_text(case.file)}"
    if member:
        yield f"member = {_text(member)}"
    yield f"outcome = {_text(case.outcome)}"
    if case.also:
        yield f"also = {_text(case.also)}"
    if draft is not None:
        yield from _document(case, draft)
    if case.account:
        yield f"account = {_text(case.account)}"
    if case.findings:
        yield "findings = [" + ", ".join(map(_text, case.findings)) + "]"
    yield f"reason_nl = {_text(case.nl)}"
    yield f"reason_en = {_text(case.en)}"
    yield ""


def expected() -> str:
    """EXPECTED.toml: a row per document, a zip giving one row for each of its members."""
    rows = [INTRODUCTION]
    for case in CASES:
        for member, draft in case.members or (("", case.draft),):
            rows.extend(_row(case, member, draft))
    return "\n".join(rows)


def main(folder: Path) -> int:
    """Write every document and EXPECTED.toml into `folder`; remove documents that are no case any more."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {case.file for case in CASES}
    for stale in [*folder.glob("[0-9][0-9]-*.xml"), *folder.glob("[0-9][0-9]-*.zip")]:
        if stale.name not in known:
            stale.unlink()
    for case in CASES:
        (folder / case.file).write_bytes(case.data)
    (folder / "EXPECTED.toml").write_text(expected(), encoding="utf-8")
    print(f"{len(CASES)} documents in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
