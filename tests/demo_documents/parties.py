"""Parties of the demo: the example company and invented business relations. None of them exists.

KVK numbers begin with 00 (no chamber had that number), Dutch VAT numbers lie in the range 9999… of test numbers, Dutch
accounts begin with 0000 or, for G-accounts, 0990 (no bank gave those out). Check digits are right all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Party:
    """A seller or buyer as a document names it. `kvk` is its registration number, in whatever country."""

    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "NL"
    kvk: str = ""
    kvk_scheme: str = "0106"
    vat_id: str = ""
    tax_number: str = ""  # BT-32: a local number that is no VAT id
    endpoint: tuple[str, str] = ("", "")  # scheme, value; the KVK number where empty
    gln: str = ""
    iban: str = ""
    g_iban: str = ""
    email: str = ""


DEMO = Party(
    "Voorbeeld Handel B.V.",
    "Voorbeeldkade 12",
    "3011 XX",
    "Rotterdam",
    kvk="00260412",
    vat_id="NL999991103B01",
    gln="8710000000017",
    iban="NL92RABO0000104711",
    email="administratie@voorbeeldhandel.example",
)

# Suppliers
PAPER = Party(
    "Papierhuis De Gouden Klem B.V.",
    "Inktstraat 8",
    "1012 QW",
    "Amsterdam",
    kvk="00260501",
    vat_id="NL999991322B01",
    iban="NL88ABNA0000220815",
)
COFFEE = Party(
    "Groothandel Zonneveld & Maan B.V.",
    "Branderij 3",
    "1506 TK",
    "Zaandam",
    kvk="00260502",
    vat_id="NL999991528B01",
    iban="NL16RABO0000330246",
)
BUILDER = Party(
    "Bouwbedrijf Kromhout & Dochter B.V.",
    "Steigerpad 41",
    "2612 VB",
    "Delft",
    kvk="00260503",
    vat_id="NL999991735B01",
    iban="NL23RABO0000415092",
    g_iban="NL62RABO0990104711",
)
STAFFING = Party(
    "Uitzendbureau Vlotte Handen B.V.",
    "Ploegenlaan 27",
    "5611 GR",
    "Eindhoven",
    kvk="00260504",
    vat_id="NL999991954B01",
    iban="NL31ABNA0000560177",
    g_iban="NL58ABNA0990220815",
)
PRINTER = Party(
    "Drukkerij De Scheve Letter B.V.",
    "Zetterij 5",
    "6811 KM",
    "Arnhem",
    kvk="00260505",
    vat_id="NL999992156B01",
    iban="NL57KNAB0000220815",
)
HOSTING = Party(
    "Kabelbrug Hosting B.V.",
    "Glasvezelweg 100",
    "3542 AD",
    "Utrecht",
    kvk="00261030",
    vat_id="NL999992375B01",
    iban="NL59TRIO0000220815",
)
RESTAURANT = Party(
    "Eetcafé De Vergulde Lepel",
    "Oude Haven 2",
    "4331 AB",
    "Middelburg",
    kvk="00260507",
    vat_id="NL999992582B01",
    iban="NL46ASNB0000220815",
)
FREIGHT = Party(
    "Expeditie Langs de Vaart B.V.",
    "Sluisdijk 19",
    "9401 HN",
    "Assen",
    kvk="00260508",
    vat_id="NL999992788B01",
    iban="NL40KNAB0000330246",
)
INSURANCE = Party(
    "Assurantiekantoor Wolkenhof B.V.",
    "Regenboogplein 1",
    "7411 LS",
    "Deventer",
    kvk="00260509",
    vat_id="NL999993008B01",
    iban="NL73RABO0000560177",
)
CARPENTER = Party(
    "Timmerwerkplaats Van Oud Hout",
    "Zaagmolen 6",
    "8911 BC",
    "Leeuwarden",
    kvk="00260510",
    vat_id="NL999993215B01",
    iban="NL29ASNB0000330246",
)
CLEANING = Party(
    "Schoonmaakbedrijf De Blinkende Emmer B.V.",
    "Sopweg 14",
    "6211 DN",
    "Maastricht",
    kvk="00260511",
    vat_id="NL999993422B01",
    iban="NL81RABO0000618330",
)
SCREWS = Party(
    "Schraubenkontor Nordwind GmbH",
    "Musterkai 7",
    "20457",
    "Hamburg",
    "DE",
    kvk="HRB 999901",
    kvk_scheme="",
    vat_id="DE999900008",
    endpoint=("9930", "DE999900008"),
    iban="DE30999999990000471100",
)
HOTEL = Party(
    "Hotel Zum Stillen Kranich GmbH",
    "Seeufer 21",
    "18055",
    "Rostock",
    "DE",
    kvk="HRB 999902",
    kvk_scheme="",
    vat_id="DE999900016",
    endpoint=("9930", "DE999900016"),
    iban="DE46999999990000471200",
)
CLOUD = Party(
    "Cloudberry Meadow Software Ltd",
    "4 Heather Lane",
    "D02 XX00",
    "Dublin",
    "IE",
    kvk="999902",
    kvk_scheme="",
    vat_id="IE9999981T",
    endpoint=("9935", "IE9999981T"),
    iban="IE07CLDB99999900471100",
)
ANALYTICS = Party(
    "Sagebrush Analytics Inc.",
    "1200 Imaginary Avenue",
    "89501",
    "Reno",
    "US",
    kvk="NV-9999-0001",
    kvk_scheme="",
    tax_number="00-9990001",
    endpoint=("0060", "999990001"),
    iban="US-WIRE-99900471",
)
LAMPS = Party(
    "Björkfors Lampor AB",
    "Granvägen 9",
    "903 20",
    "Umeå",
    "SE",
    kvk="9999990006",
    kvk_scheme="0007",
    vat_id="SE999999000601",
    endpoint=("0007", "9999990006"),
    iban="SE3099900000000000471100",
)
PLUMBER = Party("Loodgieter Piet", "Druppelsteeg 3", "2011 NV", "Haarlem")

# Customers
CAFE = Party(
    "Koffiehuis Noorderzon B.V.", "Poolster 11", "9711 PE", "Groningen", kvk="00260601", vat_id="NL999993641B01"
)
BOOKSHOP = Party(
    "Boekhandel De Kapotte Bril BV",
    "Leesstraat 77",
    "2000",
    "Antwerpen",
    "BE",
    kvk="0999000030",
    kvk_scheme="0208",
    vat_id="BE0999000030",
    endpoint=("0208", "0999000030"),
)
AUCTION = Party(
    "Veiling Bloemenkade Coöperatie U.A.",
    "Tulpenkade 500",
    "1431 GB",
    "Aalsmeer",
    kvk="00260603",
    vat_id="NL999993847B01",
)
STRANGER = Party(
    "Handelsonderneming Elders B.V.", "Verkeerde Deur 1", "5038 EA", "Tilburg", kvk="00260604", vat_id="NL999994062B01"
)

HOSTING_NEW_ACCOUNT = replace(HOSTING, iban="NL94ASNB0000618330")

SUPPLIERS = (
    PAPER,
    COFFEE,
    BUILDER,
    STAFFING,
    PRINTER,
    HOSTING,
    RESTAURANT,
    FREIGHT,
    INSURANCE,
    CARPENTER,
    CLEANING,
    SCREWS,
    HOTEL,
    CLOUD,
    ANALYTICS,
    LAMPS,
    PLUMBER,
)
CUSTOMERS = (CAFE, BOOKSHOP, AUCTION)
