"""What the samples say: `python -m tests.connectors.cii.make_samples` writes them as CII."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hub.model.invoice import (
    AllowanceCharge,
    Attachment,
    Delivery,
    Invoice,
    PaymentMeans,
    PaymentTerms,
    Period,
    PrecedingInvoice,
)
from hub.model.party import Address, Contact, Identifier, Party
from tests.builders import SUPPLIER, THEIR_IBAN, US, D, allowance, credit_note, invoice, line, party, with_totals

_XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
_EXTENDED = "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"
_SELLER = replace(
    SUPPLIER,
    trading_name="Papierhuis",
    identifiers=(Identifier("8710000000024", "0088"),),
    endpoint=Identifier("00261030", "0106"),
    address=Address("Inktstraat 8", "", "", "Amsterdam", "1012 QW", "", "NL"),
    contact=Contact("Verkoop", "+31 20 555 0100", "verkoop@papierhuis.example"),
)
_PAYMENT = (PaymentMeans(code="30", reference="F-1", account=THEIR_IBAN, account_name="Papierhuis B.V."),)


def _reasoned(made: Invoice, **reasons: str) -> Invoice:
    """With the reasons that EN 16931 wants beside a category without tax (BR-E-10, BR-AE-10)."""
    groups = (replace(group, exemption_reason=reasons.get(group.category, "")) for group in made.vat_groups)
    return replace(made, vat_groups=tuple(groups))


SEVERAL_GROUPS = invoice(
    line("300.00", id="1", item_name="Papier", quantity=D("30"), unit="C62", price=D("10.0000")),
    line(
        "95.00",
        rate="9",
        id="2",
        item_name="Boeken",
        quantity=D("10"),
        unit="C62",
        price=D("10.0000"),
        allowances_charges=(AllowanceCharge(False, D("5.00"), D("100.00"), D("5.00"), reason="Staffelkorting", reason_code="95"),),
    ),
    line("40.00", "E", "0", id="3", item_name="Cursus", quantity=D("1"), unit="C62", price=D("40.0000")),
    number="PH-2026-0101",
    seller=_SELLER,
    allowances=(allowance("20.00"), allowance("12.50", rate="9", charge=True)),
    prepaid="100.00",
    rounding="0.03",
    due_date=date(2026, 4, 9),
    payment_means=_PAYMENT,
    payment_terms=(PaymentTerms("Binnen 30 dagen"),),
    attachments=(Attachment("PH-2026-0101", "De factuur om te lezen", "", b"%PDF-1.4 niet meer dan dit", "application/pdf", "f.pdf"),),
)  # fmt: skip

CREDIT = credit_note(
    line("50.00", item_name="Papier, retour", quantity=D("5"), unit="C62", price=D("10.00")),
    number="PH-2026-0102",
    seller=_SELLER,
    preceding=(PrecedingInvoice("PH-2026-0101", date(2026, 3, 10)),),
    specification=_XRECHNUNG,
)

NEGATIVE = invoice(
    line("-50.00", item_name="Papier, gecorrigeerd", quantity=D("-5"), unit="C62", price=D("10.00")),
    number="PH-2026-0103",
    type_code="384",
    seller=_SELLER,
)

REVERSED = invoice(
    line("850.00", "AE", "0", item_name="Montage", quantity=D("1"), unit="C62", price=D("850.00")),
    number="PH-2026-0104",
    seller=_SELLER,
    deliveries=(Delivery("Voorbeeld Handel B.V.", None, date(2026, 3, 4), Address("Voorbeeldkade 12", country="NL")),),
)

DOLLARS = with_totals(
    invoice(
        line("1000.00", item_name="Licence", quantity=D("1"), unit="C62", price=D("1000.00")),
        number="PH-2026-0105",
        seller=_SELLER,
        currency="USD",
        vat_currency="EUR",
        specification=_EXTENDED,
    ),
    vat_accounting=D("193.78"),
)

EVERY_TERM = invoice(
    line(
        "118.00",
        id="10",
        item_name="Stroom",
        item_description="Hoog tarief",
        quantity=D("2000"),
        unit="KWH",
        note="Meter 4",
        object_id=Identifier("EAN 871000000000000001", "AVE"),
        order_line="3",
        accounting_cost="4990",
        period=Period(date(2026, 2, 1), date(2026, 2, 28)),
        allowances_charges=(
            AllowanceCharge(False, D("4.00"), reason="Korting"),
            AllowanceCharge(True, D("2.00"), reason_code="FC"),
        ),
        price=D("0.0600"),
        price_discount=D("0.0100"),
        gross_price=D("0.0700"),
        base_quantity=D("1"),
        base_unit="KWH",
        seller_item_id="ST-H",
        buyer_item_id="E1",
        standard_item_id=Identifier("8710000000031", "0160"),
        classifications=(Identifier("83101800", "STI"),),
        origin_country="NL",
        attributes=(("Profiel", "E1A"),),
    ),
    number="PH-2026-0106",
    seller=_SELLER,
    buyer=replace(US, address=Address("Voorbeeldkade 12", "t.a.v. inkoop", "Haven 4", "Rotterdam", "3011 XX", "ZH", "NL")),
    payee=Party("Factor N.V.", identifiers=(Identifier("00269999", "0106"),)),
    tax_representative=party("NL", "NL999991322B01", name="Fiscaal vertegenwoordiger B.V.", legal_id=None),
    due_date=date(2026, 4, 9),
    period=Period(date(2026, 2, 1), date(2026, 2, 28), "432"),
    buyer_reference="INKOOP",
    project="P-7",
    contract="C-12",
    order="4500001",
    sales_order="SO-1",
    receiving_advice="R-1",
    despatch_advice="D-1",
    tender="T-1",
    object_id=Identifier("4711", "ABZ"),
    accounting_cost="4990",
    notes=("#REG#KVK 00261030", "Dank u"),
    process="urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    creditor_reference="NL97ZZZ002610300000",
    payment_means=(PaymentMeans(code="59", text="Incasso", reference="RF18", mandate="M-1", debited_account=THEIR_IBAN),),
    deliveries=(Delivery("Loods 4", Identifier("8710000000048", "0088"), date(2026, 2, 28), Address("Haven 4", country="NL")),),
    attachments=(Attachment("L-1", "Meetrapport", "https://papierhuis.example/meet.pdf"),),
)  # fmt: skip

SEVERAL_GROUPS = _reasoned(SEVERAL_GROUPS, E="Vrijgesteld onderwijs")
REVERSED = _reasoned(REVERSED, AE="Btw verlegd")

SAMPLES: dict[str, Invoice] = {
    "several-groups": SEVERAL_GROUPS,
    "credit-note": CREDIT,
    "negative-invoice": NEGATIVE,
    "reverse-charge": REVERSED,
    "dollars": DOLLARS,
    "every-term": EVERY_TERM,
}
