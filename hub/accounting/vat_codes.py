"""The VAT code of a supply: which dated row of the administration answers, and by which country's law it is taxed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hub.model.administration import Administration, Direction, VatCode
from hub.model.invoice import Invoice, VatGroup
from hub.model.party import Party

# VAT territory of the EU; EL is how Greece writes its VAT ids, XI is Northern Ireland (goods only).
_EU_TEXT = "AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"
EU = frozenset(_EU_TEXT.split())
# DOMAIN 10.1. A hub meets documents as old as the books that are moved into it.
_STANDARD = ((date(2012, 10, 1), Decimal(21)), (date(2001, 1, 1), Decimal(19)), (date.min, Decimal("17.5")))
TAXED = ("S", "L", "M", "B")  # categories that carry tax
# UNCL5305 codes of older agreements for what EN 16931 calls S: lower and higher rate.
_OLD_CATEGORIES = {"AA": "S", "H": "S"}
_MARGIN = ("VATEX-EU-F", "VATEX-EU-I", "VATEX-EU-J")  # second-hand goods, works of art, antiques


def category_of(group: VatGroup) -> str:
    """The category whose rows answer: the margin scheme is written as E, but is category F in our codes (DOMAIN 10.5)."""
    if group.category == "E" and group.exemption_code.upper() in _MARGIN:
        return "F"
    return _OLD_CATEGORIES.get(group.category, group.category)


def rate_of(group: VatGroup) -> Decimal:
    """The rate whose rows answer; a category without tax has none, whatever is written beside it (E 19 %)."""
    return group.rate or Decimal(0) if category_of(group) in TAXED else Decimal(0)


def vat_country(party: Party) -> str:
    """The prefix of the VAT id, else the country of the address, else empty."""
    prefix = party.vat_id[:2].upper()
    return prefix if prefix.isalpha() and party.vat_id[2:3] else party.address.country.upper()


def destination(invoice: Invoice) -> str:
    """Where the goods go (BG-15), else where the buyer lives, as VAT writes it: EL for Greece, XI for Northern Ireland."""
    delivered = next((d.address for d in invoice.deliveries if d.address.country), None)
    country = delivered.country.upper() if delivered else vat_country(invoice.buyer)
    postcode = (delivered or invoice.buyer.address).postcode.upper()
    if country == "GB" and postcode.startswith("BT"):
        return "XI"
    return {"GR": "EL"}.get(country, country)


def is_oss(code: VatCode) -> bool:
    """Whether it is another member state's VAT on our sales, declared in the one-stop shop and in no Dutch box."""
    boxes = code.box_base or code.box_due or code.box_input
    return (code.direction, code.origin) == ("sales", "eu") and bool(code.due_account) and not boxes


def taxed_abroad(invoice: Invoice, code: VatCode, direction: Direction) -> str:
    """The country that a VAT line names: whose tax it is, or of a consumer elsewhere in the EU (OSS threshold); else empty."""
    if direction == "purchase":
        country = vat_country(invoice.seller) if code.foreign else ""
        return {"GR": "EL"}.get(country, country)
    where = destination(invoice)
    if is_oss(code):
        return where if where in EU and where != "NL" else vat_country(invoice.buyer).replace("GR", "EL")
    consumer_abroad = bool(code.due_account) and not invoice.buyer.vat_id and where in EU and where != "NL"
    return where if consumer_abroad else ""


def origin_of(party: Party) -> str:
    """`domestic`, `eu` or `non_eu`; unknown counts as domestic."""
    country = vat_country(party)
    if country in ("", "NL"):
        return "domestic"
    return "eu" if country in EU else "non_eu"


def charges_dutch_vat(invoice: Invoice) -> bool:
    """Whether the seller can charge Dutch VAT: a Dutch VAT id (own or by a tax representative), or a Dutch address alone."""
    representative = invoice.tax_representative.vat_id[:2].upper() if invoice.tax_representative else ""
    own = invoice.seller.vat_id[:2].upper()
    if representative == "NL" or own == "NL":
        return True
    return not (own.isalpha() and own) and invoice.seller.country in ("NL", "")


def standard_rate(on: date) -> Decimal:
    """The Dutch standard rate on a day (DOMAIN 10.1)."""
    return next(rate for start, rate in _STANDARD if on >= start)


def find_code(
    administration: Administration, direction: Direction, category: str, rate: Decimal | None, origin: str, on: date
) -> VatCode | None:
    """The one row for direction, category, rate and origin on a day; exact rate and origin go before "any"."""
    best: VatCode | None = None
    best_score = -1
    for code in administration.vat_codes:
        if (
            code.direction != direction
            or code.category != category
            or code.foreign
            or not code.valid_from <= on <= code.valid_to
        ):
            continue
        if (code.rate is not None and code.rate != rate) or (code.origin and code.origin != origin):
            continue
        score = 2 * (code.rate is not None) + bool(code.origin)
        if score > best_score:
            best, best_score = code, score
    return best


def nearest_reverse_charge(administration: Administration, category: str, rate: Decimal, origin: str) -> VatCode | None:
    """For a day that no row covers: the row of this category and origin with the same rate, else the earliest."""
    rows = [
        code
        for code in administration.vat_codes
        if (code.direction, code.category, code.reverse_charge) == ("purchase", category, True)
        and code.origin in ("", origin)
    ]
    return min(rows, key=lambda code: (code.rate != rate, code.valid_from), default=None)


def foreign_code(administration: Administration, category: str, origin: str) -> VatCode | None:
    """The row for another country's tax on a purchase: of this category and origin, else any."""
    rows = [c for c in administration.vat_codes if c.foreign]
    return min(rows, key=lambda c: (c.category != category, bool(c.origin) and c.origin != origin), default=None)
