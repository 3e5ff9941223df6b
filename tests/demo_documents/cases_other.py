"""Other forms (envelope, old agreement, zip) and documents in which the demo company is the seller."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .case import Case
from .cases_everyday import hosting
from .draft import HIGH, INTRA_EU, LOW, SELF_BILLING, SELF_BILLING_PROCESS, Draft, Item
from .parties import AUCTION, BOOKSHOP, CAFE, CARPENTER, CLEANING, DEMO, FREIGHT
from .ubl import write
from .wrapping import envelope, zipped

SI_UBL_1 = (
    "urn:www.cenbii.eu:transaction:biitrns010:ver2.0:extended:urn:www.peppol.eu:bis:peppol4a:ver2.0"
    ":extended:urn:www.simplerinvoicing.org:si:si-ubl:ver1.1.x"
)

_SEPTEMBER, _NOVEMBER = hosting(9), hosting(11)
_TRANSPORT = Draft(
    "LV-2026-511",
    date(2026, 11, 3),
    FREIGHT,
    DEMO,
    (Item("Transport Assen-Antwerpen", "1", "420.00"),),
    due=date(2026, 12, 3),
)
_MEMBERS = (("LV-2026-511.xml", _TRANSPORT), ("KB-20261101.xml", _NOVEMBER))

FORMS = (
    Case(
        "31-peppol-envelope.xml",
        "posted",
        "In een Peppol-envelop (SBDH).",
        "In a Peppol envelope (SBDH).",
        _SEPTEMBER,
        codes=("IH",),
        content=envelope(write(_SEPTEMBER), _SEPTEMBER, "3f0c1a52-5d1e-4f0b-9a57-2f6f0c9b0901"),
    ),
    Case(
        "32-si-ubl-1.xml",
        "posted",
        "Oude SI-UBL zonder totaal inclusief btw; de bedragen kloppen wel.",
        "Old SI-UBL without total including VAT; its amounts do add up.",
        Draft(
            "OH-0907",
            date(2026, 9, 7),
            CARPENTER,
            DEMO,
            (Item("Stellingkast op maat", "1", "960.00"),),
            due=date(2026, 9, 21),
            specification=SI_UBL_1,
            process="urn:www.cenbii.eu:profile:bii04:ver1.0",
            omit=("with_vat",),
        ),
        codes=("IH",),
        also="held",
    ),
    Case(
        "33-no-agreement-named.xml",
        "posted",
        "Noemt geen afspraak (CustomizationID): op rekenwerk beoordeeld.",
        "Names no agreement (CustomizationID): judged by its arithmetic.",
        Draft(
            "BE-2609",
            date(2026, 9, 15),
            CLEANING,
            DEMO,
            (Item("Schoonmaak kantoor september", "1", "315.00"),),
            due=date(2026, 10, 15),
            specification="",
            process="",
            buyer_reference="",
        ),
        codes=("IH",),
    ),
    Case(
        "42-two-invoices.zip",
        "posted",
        "Zip met twee goede facturen.",
        "Zip with two good invoices.",
        codes=("IH",),
        members=_MEMBERS,
        content=zipped({name: write(draft) for name, draft in _MEMBERS}),
    ),
)

_CAFE_SALE = Draft(
    "VF-2026-0101",
    date(2026, 10, 8),
    DEMO,
    CAFE,
    (
        Item("Servies Maasklei, bord 26 cm", "60", "7.25", HIGH),
        Item("Servies Maasklei, kom 14 cm", "60", "5.10", HIGH),
    ),
    due=date(2026, 11, 7),
)

SALES = (
    Case(
        "11-self-billed.xml",
        "posted",
        "Door de afnemer opgemaakt (389): wij zijn de verkoper.",
        "Issued by our customer (389): we are the seller.",
        Draft(
            "AFR-2026-0077",
            date(2026, 4, 7),
            DEMO,
            AUCTION,
            (
                Item("Vazen glas 20 cm", "120", "4.60", HIGH),
                Item("Droogbloemen, bos", "30", "3.20", LOW),
            ),
            due=date(2026, 5, 7),
            type_code="389",
            specification=SELF_BILLING,
            process=SELF_BILLING_PROCESS,
        ),
        direction="sales",
        codes=("VH", "VL"),
    ),
    Case(
        "36-own-sale.xml",
        "posted",
        "Eigen verkoopfactuur, 21%.",
        "Our own sales invoice, 21 %.",
        _CAFE_SALE,
        direction="sales",
        codes=("VH",),
    ),
    Case(
        "37-own-sale-belgium.xml",
        "posted",
        "Goederen naar een Belgische ondernemer: 0% (3b en opgaaf ICP).",
        "Goods to a Belgian business: 0 % (3b and ICP statement).",
        Draft(
            "VF-2026-0102",
            date(2026, 10, 13),
            DEMO,
            BOOKSHOP,
            (Item("Leeslamp Kapotte Maan", "15", "39.00", INTRA_EU),),
            due=date(2026, 11, 12),
            delivered=date(2026, 10, 12),
            delivered_country="BE",
        ),
        direction="sales",
        codes=("VEUG",),
    ),
    Case(
        "38-own-credit-note.xml",
        "posted",
        "Eigen creditnota bij VF-2026-0101.",
        "Our own credit note to VF-2026-0101.",
        replace(
            _CAFE_SALE,
            number="VC-2026-0007",
            issued=date(2026, 10, 20),
            due=None,
            credit_note=True,
            type_code="381",
            items=(Item("Gebroken geleverd: bord 26 cm", "4", "7.25", HIGH),),
            preceding=((_CAFE_SALE.number, _CAFE_SALE.issued),),
        ),
        direction="sales",
        codes=("VH",),
    ),
)
