"""Writes the samples of feeds that `hub demo --feeds` takes in: `python -m tests.make_demo_feeds [FOLDER]`.

Without a folder it regenerates `hub/demo/feeds`. The same program always writes the same bytes. The samples tell one story of
November 2026: shops sell, Mollie and Stripe pay out, tills close, wages are booked, and two bank statements bring the money. What they
leave open is meant to be: an order and a till day that are not paid out yet, and a payer whom nobody knows.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.ubl import source as ubl_source
from hub.formats.content import Content
from tests.cii_writer import write_cii
from tests.connectors.cii.make_samples import pretty
from tests.connectors.fiskaltrust import build as fiskaltrust
from tests.connectors.saft_till import build as saft
from tests.connectors.shopify import build as shopify
from tests.connectors.woocommerce import build as woo
from tests.demo_documents.draft import Draft, Item
from tests.demo_documents.parties import DEMO, PAPER, PRINTER
from tests.demo_documents.ubl import write as write_draft
from tests.pdf_files import Inside, hybrid_pdf

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "hub" / "demo" / "feeds"
OURS, SHOP = "NL92RABO0000104711", "winkel.voorbeeldhandel.example"


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _who(made: dict[str, Any], first: str, last: str, mail: str) -> dict[str, Any]:
    """The same order of somebody of his own."""
    for key in ("billing", "shipping", "billing_address", "shipping_address"):
        if key in made:
            made[key] |= {"first_name": first, "last_name": last} | ({"email": mail} if "email" in made[key] else {})
    return made | ({"email": mail} if "email" in made else {})


def _woo(number: int, day: str, *lines: dict[str, Any], who: tuple[str, str, str], **more: Any) -> bytes:
    links = {"self": [{"href": f"https://{SHOP}/wp-json/wc/v3/orders/{number}"}]}
    at = f"2026-11-{day}T10:15:00"
    dated = {"date_created_gmt": at, "date_paid_gmt": at, "date_modified_gmt": at, "_links": links}
    made = woo.order(number, list(lines), **{**dated, **more})
    return _json(_who(made, *who))


ANNA = ("Anna", "de Vries", "anna@post.example")
LENA = ("Lena", "Brandt", "lena@post.example")
YUSUF = ("Yusuf", "Aydin", "yusuf@post.example")
TIM = ("Tim", "Hoekstra", "tim@post.example")


def woocommerce() -> dict[str, bytes]:
    """Orders paid by iDEAL and by bank transfer, one to Germany, a refund, and one paid by a way that nobody set up."""
    book = woo.line(2, "50.00", "9")
    back = woo.refund(
        901, [book], order=5101, date_created_gmt="2026-11-09T12:00:00",
        _links={"up": [{"href": f"https://{SHOP}/wp-json/wc/v3/orders/5101"}]},
    )  # fmt: skip
    told = [{"id": 901, "reason": "", "total": "-54.50"}]  # what an order says of its refunds
    post = woo.line(9, "4.95", kind="shipping_lines")
    first = _woo(5101, "02", woo.line(1, "100.00"), book, delivery=[post], who=ANNA)
    bank = {
        "payment_method": "bacs",
        "payment_method_title": "Overboeking",
        "status": "completed",
        "date_paid_gmt": None,
    }
    return {
        "5101-two-rates.json": first,
        "5102-to-germany.json": _woo(5102, "03", woo.line(1, "80.00", "19"), country="DE", who=LENA, customer_id=32),
        "5103-bank-transfer.json": _woo(5103, "04", woo.line(1, "200.00"), who=YUSUF, customer_id=31, **bank),
        "5101-with-its-refund.json": _json({"order": {**json.loads(first), "refunds": told}, "refunds": [back]}),
        "5104-not-paid-out-yet.json": _woo(5104, "19", woo.line(1, "50.00"), who=TIM),
        "5105-unknown-gateway.json": _woo(5105, "19", woo.line(1, "30.00"), who=TIM, payment_method="achteraf_betalen"),
    }


def shopify_orders() -> dict[str, bytes]:
    """One order with a discount."""
    at = "2026-11-03T14:30:00+01:00"
    made = shopify.order(
        6001, [shopify.line(1, "60.50", quantity=2, off="12.10"), shopify.line(2, "109.00", "9")],
        shipping=[shopify.delivery("6.05")], created_at=at, processed_at=at, updated_at=at,
    )  # fmt: skip
    return {"2001-discount.json": _json(_who(made, "Sanne", "Mulder", "sanne@post.example"))}


def _sample(connector: str, name: str, *changes: tuple[str, str]) -> bytes:
    """A sample of the tests, moved to our month."""
    text = (ROOT / "tests" / "connectors" / connector / "samples" / name).read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def magento() -> dict[str, bytes]:
    """An order with a credit memo."""
    moved = (("2026-03-31 22:30:00", "2026-11-03 09:00:00"), ("2026-04-09", "2026-11-10"), ("anna@example.org", "eva@post.example"),
             ('"firstname": "Anna"', '"firstname": "Eva"'))  # fmt: skip
    return {"7-with-credit-memo.json": _sample("magento", "01-order-with-credit-memo.json", *moved)}


def prestashop() -> dict[str, bytes]:
    """One order."""
    moved = (("2026-03-02 09:00:00", "2026-11-04 09:00:00"), ("2026-03-01", "2026-11-04"))
    return {"5-order.xml": _sample("prestashop", "01-order.xml", *moved)}


PAID = {
    "woocommerce": Decimal("181.49") + Decimal("95.20"),
    "magento": Decimal("187.60"),
    "prestashop": Decimal("127.05"),
}
BACK = Decimal("54.50") * 2  # the book of 5101 and that of the credit memo
MOLLIE_FEE, MOLLIE_VAT = Decimal("3.00"), Decimal("0.63")
MOLLIE = sum(PAID.values(), Decimal(0)) - BACK - MOLLIE_FEE - MOLLIE_VAT
STRIPE_GROSS, STRIPE_FEE = Decimal("223.95"), Decimal("3.61")
STRIPE = STRIPE_GROSS - STRIPE_FEE


def mollie() -> dict[str, bytes]:
    """The settlement of the orders before 11 November."""

    def money(amount: Decimal) -> dict[str, str]:
        return {"currency": "EUR", "value": f"{amount:.4f}"}

    def row(method: str, count: int, net: Decimal, tax: Decimal | None = None) -> dict[str, Any]:
        made = {"description": method, "method": method, "count": count, "amountNet": money(net)}
        return made | {"amountVat": None if tax is None else money(tax), "amountGross": money(net + (tax or 0))}

    month = {
        "revenue": [row("ideal", 4, sum(PAID.values(), Decimal(0))), row("refund", 2, -BACK)],
        "costs": [row("ideal", 4, MOLLIE_FEE, MOLLIE_VAT)],
    }
    made = {
        "resource": "settlement", "id": "stl_2611", "reference": "1234567.2611.01", "createdAt": "2026-11-11T06:00:01.0Z",
        "settledAt": "2026-11-11T09:41:44.0Z", "status": "paidout", "amount": {"currency": "EUR", "value": f"{MOLLIE:.2f}"},
        "periods": {"2026": {"11": month}},
    }  # fmt: skip
    return {"1234567.2611.01.json": _json(made)}


def stripe() -> dict[str, bytes]:
    """The pay-out of the Shopify order."""
    head = (
        "automatic_payout_id,automatic_payout_effective_at,balance_transaction_id,currency,gross,fee,net,"
        "reporting_category,payment_method_type"
    )
    row = f"po_2611,2026-11-11 00:00:00,txn_2611,eur,{STRIPE_GROSS},{STRIPE_FEE},{STRIPE},charge,card"
    return {"po_2611.csv": f"{head}\n{row}\n".encode()}


PIN = {"dayreport": Decimal("1480.49"), "saft_till": Decimal("121.00"), "fiskaltrust": Decimal("50.00")}
DEPOSIT = Decimal("200.00")


def dayreport() -> dict[str, bytes]:
    """A Z report with tips, vouchers, a difference, and money taken to the bank."""
    moved = (
        ("2026-03-02", "2026-11-05"), ("Z-0412", "Z-0611"), ('"amount": "312.50"', '"amount": "109.04"'),
        ('{"kind": "wisselgeld", "amount": "100.00"}, {"kind": "afstorting", "amount": "-96.54"}',
         f'{{"kind": "afstorting", "amount": "-{DEPOSIT}"}}'),
    )  # fmt: skip
    return {"kassa-1-2026-11-05.json": _sample("dayreport", "day.json", *moved)}


def saft_till() -> dict[str, bytes]:
    """An audit file of one day."""
    receipts = (
        saft.receipt(1, ("2", "121.00"), at="2026-11-06T12:10:00"),
        saft.receipt(2, ("1", "121.00"), at="2026-11-06T17:45:00"),
        saft.z_report("Z1", "242.00", at="2026-11-06T23:30:00"),
    )
    return {"till-2026-11-06.xml": saft.audit_file(saft.register(*receipts))}


def fiskaltrust_receipts() -> dict[str, bytes]:
    """Receipts of two evenings; the second was not paid out by 21 November."""
    first = fiskaltrust.receipt(
        fiskaltrust.item("50.00"), fiskaltrust.pay("50.00", "PIN", 4), at="2026-11-07T18:30:00Z", number="701"
    )
    second = fiskaltrust.receipt(
        fiskaltrust.item("24.20"), fiskaltrust.pay("24.20", "PIN", 4), at="2026-11-20T18:30:00Z", number="702"
    )
    return {
        "701-2026-11-07.json": fiskaltrust.file(first) + b"\n",
        "702-2026-11-20.json": fiskaltrust.file(second) + b"\n",
    }


NET_WAGES = Decimal("1900.00")


def payroll() -> dict[str, bytes]:
    """The journal of November, as Nmbrs writes it."""
    moved = (
        ("2026-03-25", "2026-11-20"), ("3/2026", "11/2026"), ("12000.00", "1600.00"), ("8000.00", "900.00"), ("2150.55", "450.00"),
        ("7400.55", "1050.00"), ("14750.00", f"{NET_WAGES}"),
    )  # fmt: skip
    return {"nmbrs-2026-11.xml": _sample("payroll", "nmbrs.xml", *moved)}


def mutations() -> dict[str, bytes]:
    """What logistics, ERP and others report for the ledger, each in its own words."""
    return {
        "erp.json": _sample("mutations", "erp.json", ("2026-03-", "2026-11-"), ("STK-2026-03", "STK-2026-11")),
        "logistics.csv": _sample(
            "mutations",
            "logistics.csv",
            ("31-03-2026", "20-11-2026"),
            ("week 12", "week 46"),
            ("week 13", "week 47"),
            ("maart", "november"),
        ),
        "service.json": _sample(
            "mutations",
            "service.json",
            ("2026-03-31", "2026-11-20"),
            ("2026-03-18", "2026-11-18"),
            ("SC-2026-03", "SC-2026-11"),
            ("of March", "of November"),
        ),
        "hrm.csv": _sample(
            "mutations", "hrm.csv", ("31-03-2026", "20-11-2026"), ("2026-03", "2026-11"), ("maart", "november")
        ),
        "crm.csv": _sample(
            "mutations", "crm.csv", ("2026-03-31", "2026-11-20"), ("2026-03", "2026-11"), ("March", "November")
        ),
        "projects.csv": _sample(
            "mutations",
            "projects.csv",
            ("2026-03-29", "2026-11-13"),
            ("2026-04-05", "2026-11-20"),
            ("2026-13", "2026-46"),
            ("2026-14", "2026-47"),
            ("week 13", "week 46"),
            ("week 14", "week 47"),
        ),
    }


def sales_csv() -> dict[str, bytes]:
    """Sales invoices of a wholesaler's package, which become open items."""
    moved = (("02-03-2026", "02-11-2026"), ("01-04-2026", "02-12-2026"), ("03-03-2026", "03-11-2026"), ("02-04-2026", "03-12-2026"),
             ("V-2026-01", "GH-2026-11"), ("27364758", "00260611"),
        ("NL001234567B01", "NL999903007B01"))  # fmt: skip
    return {"wholesale.csv": _sample("sales_csv", "wholesale.csv", *moved)}


def master_data() -> dict[str, bytes]:
    """A customer of a wholesaler's package, and an order of his that is not invoiced yet."""
    relation = "K0101;Bloemisterij Het Lange Blad;NL;debtor;kantoor@langeblad.example"
    return {
        "relations.csv": f"code;name;country;role;email\n{relation}\n".encode(),
        "orders.csv": b"number;relation;date;amount\nGO-2026-0077;K0101;2026-11-19;640,00\n",
    }


def ubl() -> dict[str, bytes]:
    """The bill of a supplier that is known."""
    text = (ROOT / "hub" / "demo" / "documents" / "17-hosting.xml").read_text("utf-8")
    for old, new in (("KB-20260501", "KB-20261110"), ("2026-05-01", "2026-11-10"), ("2026-05-15", "2026-11-24")):
        text = text.replace(old, new)
    return {"KB-20261110.xml": text.encode()}


def cii() -> dict[str, bytes]:
    """Bills of two suppliers as CII: one as XML, one inside a PDF (Factur-X)."""
    paper = (Item("Kopieerpapier A4, doos van 5 pakken", "6", "24.95"),)
    folders = (Item("Folders drieluik, 1.000 stuks", "1", "184.50"), Item("Ontwerp", "2", "75.00"))
    alone = Draft("GK-2026-0231", date(2026, 11, 12), PAPER, DEMO, paper, due=date(2026, 12, 12))
    inside = Draft("SL-4477", date(2026, 11, 13), PRINTER, DEMO, folders, due=date(2026, 12, 13))
    text = "Drukkerij De Scheve Letter - factuur SL-4477"
    return {
        "GK-2026-0231.xml": _as_cii(alone),
        "SL-4477.pdf": hybrid_pdf(Inside("factur-x.xml", _as_cii(inside)), text=text),
    }


def _as_cii(draft: Draft) -> bytes:
    invoice = ubl_source.read(Content(write_draft(draft))).document
    assert invoice is not None
    return pretty(write_cii(replace(invoice, specification="urn:cen.eu:en16931:2017", process="", unmapped=())))


def edifact() -> dict[str, bytes]:
    """Invoice and credit note of a wholesaler who sends EANCOM: purchases that stay open."""
    moved = (
        ("202603", "202611"),
        ("20260228", "20261030"),
        ("20260220", "20261020"),
        ("KG-2026-03", "KG-2026-11"),
        ("260302", "261102"),
    )
    return {"invoices-oudemarkt.edi": _sample("edifact", "wholesale.edi", *moved)}


# day, amount, name, IBAN, text, CAMT code (domain, family, sub-family)
Line = tuple[str, Decimal, str, str, str, str]
PAYMENT_IN, PAYMENT_OUT = "PMNT RCDT ESCT", "PMNT ICDT ESCT"
FIRST: list[Line] = [
    ("06", PIN["dayreport"], "CCV Nederland", "", "Pinbetalingen 05-11-2026", "PMNT CCRD POSP"),
    ("06", DEPOSIT, "", "", "Afstorting filiaal Utrecht", "PMNT CNTR CDPT"),
    ("09", PIN["saft_till"] + PIN["fiskaltrust"], "CCV Nederland", "", "Pinbetalingen 06-11 en 07-11-2026", "PMNT CCRD POSP"),
    ("09", Decimal("242.00"), "Y. Aydin", "NL02ABNA0123456789", "Bestelling 5103", PAYMENT_IN),
    ("10", Decimal("772.56"), "Veiling Bloemenkade", "NL91ABNA0417164300", "AFR-2026-0077", PAYMENT_IN),
    ("12", MOLLIE, "Stichting Mollie Payments", "NL20INGB0001234567", "Mollie 1234567.2611.01", PAYMENT_IN),
    ("12", STRIPE, "Stripe Payments Europe", "IE29AIBK93115212345678", "STRIPE po_2611", PAYMENT_IN),
    ("13", Decimal("-59.90"), "Kabelbrug Hosting B.V.", "NL08INGB0000001234", "KB-20260501", PAYMENT_OUT),
]  # fmt: skip
SECOND: list[Line] = [
    ("16", Decimal("-457.38"), "Drukkerij De Scheve Letter", "NL08INGB0000001234", "SL-4410", "N102"),
    ("17", Decimal("-59.90"), "Kabelbrug Hosting B.V.", "NL08INGB0000001234", "KB-20261110", "N102"),
    ("18", Decimal("-12.50"), "", "", "Kosten november", "NCHG"),
    ("19", Decimal("150.00"), "A. Onbekend", "NL02ABNA0123456789", "zoals besproken", "N541"),
    ("20", -NET_WAGES, "Salarissen november", "", "Salaris 11-2026", "N102"),
]
MIDDLE = sum((line[1] for line in FIRST), Decimal(0))
LAST = MIDDLE + sum((line[1] for line in SECOND), Decimal(0))


def camt() -> dict[str, bytes]:
    """The bank statement of the first half of the month."""
    entries = "".join(_camt_entry(number, *line) for number, line in enumerate(FIRST, 1))
    account = f"<Acct><Id><IBAN>{OURS}</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>Voorbeeld Handel B.V.</Nm></Ownr></Acct>"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>\n'
        "<GrpHdr><MsgId>VB261113</MsgId><CreDtTm>2026-11-13T20:00:00</CreDtTm></GrpHdr>\n"
        "<Stmt><Id>VB-2026-11A</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>2026-11-13T20:00:00</CreDtTm>\n"
        f"{account}\n{_balance('OPBD', Decimal(0), '2026-11-01')}\n{_balance('CLBD', MIDDLE, '2026-11-13')}\n{entries}"
        "</Stmt></BkToCstmrStmt></Document>\n"
    )
    return {"2026-11-13-first-half.xml": text.encode()}


def _balance(kind: str, amount: Decimal, day: str) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount:.2f}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _camt_entry(number: int, day: str, amount: Decimal, name: str, iban: str, text: str, code: str) -> str:
    side, party, account = ("CRDT", "Dbtr", "DbtrAcct") if amount > 0 else ("DBIT", "Cdtr", "CdtrAcct")
    domain, family, inner = code.split()
    who = f"<{party}><Pty><Nm>{name}</Nm></Pty></{party}>" if name else ""
    who += f"<{account}><Id><IBAN>{iban}</IBAN></Id></{account}>" if iban else ""
    parties = f"<RltdPties>{who}</RltdPties>" if who else ""
    money = f'<Amt Ccy="EUR">{abs(amount):.2f}</Amt>'
    return (
        f"<Ntry><NtryRef>{number}</NtryRef>{money}<CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>2026-11-{day}</Dt></BookgDt><ValDt><Dt>2026-11-{day}</Dt></ValDt><AcctSvcrRef>VB{number:04d}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{inner}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{money}{parties}"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def mt940() -> dict[str, bytes]:
    """The bank statement of the second half, in the older format."""
    rows = [":940:", ":20:940S261120", f":25:{OURS} EUR", ":28C:26002", f":60F:C261113EUR{_comma(MIDDLE)}"]
    for day, amount, name, iban, text, code in SECOND:
        rows += [f":61:2611{day}{'C' if amount > 0 else 'D'}{_comma(abs(amount))}{code}NONREF"]
        rows += [iban] if iban else []
        rows.append(f":86:{'/ORDP/' if amount > 0 else '/BENM/'}/NAME/{name}/REMI/{text}/ISDT/2026-11-{day}")
    rows.append(f":62F:C261120EUR{_comma(LAST)}")
    return {"2026-11-20-second-half.sta": "\r\n".join([*rows, ""]).encode()}


def _comma(amount: Decimal) -> str:
    return f"{amount:015.2f}".replace(".", ",")


FEEDS = {
    "woocommerce": woocommerce, "shopify": shopify_orders, "magento": magento, "prestashop": prestashop, "mollie": mollie,
    "stripe": stripe, "dayreport": dayreport, "saft_till": saft_till, "fiskaltrust": fiskaltrust_receipts, "payroll": payroll,
    "master_data": master_data, "mutations": mutations, "sales_csv": sales_csv, "ubl": ubl, "camt": camt, "mt940": mt940,
    "edifact": edifact, "cii": cii,
}  # fmt: skip


def write(folder: Path) -> None:
    """Every sample into its connector's folder."""
    for connector, made in FEEDS.items():
        (folder / connector).mkdir(parents=True, exist_ok=True)
        for name, data in made().items():
            (folder / connector / name).write_bytes(data)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
