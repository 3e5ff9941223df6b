"""Invoices from CSV: a row an invoice line; what is of the whole invoice stands on its first row, or on each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.sales_csv.build import NAME, Builder
from hub.formats.layout import Field, Layout, LayoutTable, Row
from hub.model.finding import Finding
from hub.ports import Reading

FORMAT, CODE = "invoice-csv", "HUB-SALE-02"


def _party_fields(role: str, *dutch: str) -> tuple[Field, ...]:
    words = {
        "name": ("naam",), "vat_id": ("btw-nummer", "btw_nummer", "btw-id", "btw_id"), "kvk": ("kvk-nummer", "kvk_nummer", "kvk"),
        "gln": ("gln",), "oin": ("oin",), "street": ("straat", "adres"), "postcode": ("postcode",), "city": ("plaats",),
        "country": ("land",), "contact": ("contactpersoon", "contact"), "telephone": ("telefoon",), "email": ("e-mail", "email"),
    }  # fmt: skip
    made = []
    for name, others in words.items():
        also = [f"{who}_{word}" for who in dutch for word in (name, *others)] + (list(dutch) if name == "name" else [])
        made.append(Field(f"{role}_{name}", also=tuple(also)))
    return tuple(made)


HEAD = (
    Field("number", also=("nummer", "factuurnummer", "invoice_number", "invoice"), needed=True, longest=100),
    Field("date", "date", also=("datum", "factuurdatum", "invoice_date"), needed=True),
    Field("due_date", "date", also=("vervaldatum", "vervaldag")),
    Field("kind", also=("soort", "type", "documentsoort")),
    Field("currency", also=("valuta",), longest=3),
    *_party_fields("buyer", "klant", "afnemer", "customer", "debiteur"),
    *_party_fields("seller", "leverancier", "supplier", "crediteur"),
    Field("seller_iban", also=("leverancier_iban", "supplier_iban", "iban")),
    Field("order", also=("ordernummer", "bestelnummer", "order_number")),
    Field("project"),
    Field("reference", also=("referentie", "uw_referentie", "your_reference")),
    Field("credited", also=("crediteert", "oorspronkelijke_factuur", "credited_invoice")),
    Field("payment_reference", also=("betalingskenmerk", "betaalkenmerk")),
    Field("note", also=("opmerking", "toelichting")),
    Field("total_net", "amount", also=("totaal_netto", "totaal_excl", "total_excl")),
    Field("total_vat", "amount", also=("totaal_btw",)),
    Field("total", "amount", also=("totaal", "totaal_incl", "factuurbedrag", "total_incl")),
    Field("prepaid", "amount", also=("vooruitbetaald",)),
    Field("rounding", "amount", also=("afronding",)),
    Field("due", "amount", also=("te_betalen", "amount_due")),
)
LINES = (
    Field("line", also=("regel", "regelnummer"), longest=40),
    Field("item", also=("artikel", "artikelnummer", "artikelcode", "sku")),
    Field("description", also=("omschrijving",)),
    Field("quantity", "number", also=("aantal", "qty")),
    Field("unit", also=("eenheid",)),
    Field("price", "number", also=("prijs", "stuksprijs")),
    Field("net", "amount", also=("netto", "bedrag_excl", "regelbedrag", "amount_excl"), needed=True),
    Field("vat_rate", "number", also=("btw_tarief", "btw-tarief", "btw%", "btw_%", "vat%"), needed=True),
    Field("vat_category", also=("btw_categorie", "btw-categorie"), longest=2),
    Field("vat", "amount", also=("btw", "btw_bedrag", "btw-bedrag", "vat_amount")),
    Field("account", also=("rekening", "grootboek", "grootboekrekening")),
)
LAYOUT = Layout(
    NAME,
    (*HEAD, *LINES),
    marks=("buyer_name", "seller_name", "buyer_vat_id", "seller_vat_id", "buyer_kvk", "buyer_gln"),
)
_NEEDED = ("number", "date")


def invoices_of_csv(text: str) -> Iterator[Reading]:
    """A reading per invoice, in the order of the file; one without any when the file as a whole cannot be read."""
    table = LayoutTable(LAYOUT, text, CODE)
    if table.faults:
        yield Reading(FORMAT, findings=tuple(table.faults), source=NAME)
        return
    empty = True
    for rows, log in table.documents(_Key()):
        empty = False
        yield _reading(table, rows, log)
    if empty:
        wrong = Finding(CODE, "fatal", "read", "row 1, column number", "", "1", "sender")
        yield Reading(FORMAT, findings=(wrong,), source=NAME)


class _Key:
    """Number and seller of a row; a row that leaves out the seller is of the seller above it."""

    def __init__(self) -> None:
        self._seller = self._number = ""

    def __call__(self, row: Row) -> tuple[str, ...]:
        number, seller = row.text("number").casefold(), row.text("seller_name").casefold()
        self._seller = seller or (self._seller if number == self._number else "")
        self._number = number
        return self._seller, number


def _reading(table: LayoutTable, rows: list[Row], log: list[Finding]) -> Reading:
    told = {field.name: table.agreed(rows, field.name, log) for field in HEAD if field.name in table.columns}
    currency = (told["currency"].text("currency").upper() if "currency" in told else "") or "EUR"
    if len(currency) != 3 or not currency.isalpha():
        log.append(table.fault(told["currency"], "currency", currency, "EUR"))
        currency = "EUR"
    head = {field.name: _value(table, field, told[field.name], log, currency) for field in HEAD if field.name in told}
    lines = [
        {field.name: _value(table, field, row, log, currency) for field in LINES if field.name in table.columns}
        for row in rows
    ]

    def place(name: str, line: int) -> str:
        row = rows[line] if line >= 0 else told.get(name, rows[0])
        return f"row {row.number}, column {name}"

    invoice = Builder(CODE, place, log).invoice({**head, "currency": currency}, lines)
    return Reading(FORMAT, "", invoice, tuple(log), mapped=invoice is not None, source=NAME)


def _value(table: LayoutTable, field: Field, row: Row, log: list[Finding], currency: str) -> Any:
    needed = field.name in _NEEDED
    if field.kind == "amount":
        return table.amount(row, field.name, log, currency)
    if field.kind == "number":
        return table.number(row, field.name, log)
    if field.kind == "date":
        return table.day(row, field.name, log, needed=needed)
    return table.text(row, field.name, log, needed=needed)
