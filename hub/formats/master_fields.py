"""The tables of master data: which fields each has and how their columns may be called. Export writes the same names."""

from __future__ import annotations

from hub.formats.table_fields import Field
from hub.model.relation_card import CHANNELS, CUSTOMER_TYPES

_SIDES = {
    **dict.fromkeys(
        ("receivable", "debtor", "debtors", "debiteur", "debiteuren", "d", "verkoop", "sales"), "receivable"
    ),
    **dict.fromkeys(
        ("payable", "creditor", "creditors", "crediteur", "crediteuren", "c", "inkoop", "purchase"), "payable"
    ),
}
_TYPES = {
    **{kind: kind for kind in CUSTOMER_TYPES},
    "consument": "consumer",
    "particulier": "consumer",
    "bedrijf": "business",
    "zakelijk": "business",
}
_POLICIES = {
    "free": "free", "warn": "warn", "block": "block", "vrij": "free", "waarschuwen": "warn", "blokkeren": "block",
}  # fmt: skip
_ROLES = {
    **dict.fromkeys(("debtor", "debiteur", "klant", "customer", "d"), "debtor"),
    **dict.fromkeys(("creditor", "crediteur", "leverancier", "supplier", "c"), "creditor"),
    **dict.fromkeys(("both", "beide", "debiteur en crediteur", "debiteur/crediteur", "d/c", "b"), "both"),
    **dict.fromkeys(("prospect", "p"), "prospect"),
}
_VAT = {
    **dict.fromkeys(("with", "met", "ja", "yes", "belast"), "with"),
    **dict.fromkeys(("without", "zonder", "nee", "no", "geen", "vrijgesteld"), "without"),
    **dict.fromkeys(("reverse_charge", "reverse charge", "verlegd"), "reverse_charge"),
    **dict.fromkeys(("intra_community", "intracommunautair", "icp", "icl", "eu"), "intra_community"),
    **dict.fromkeys(("outside_eu", "buiten de eu", "buiten eu", "export", "import"), "outside_eu"),
}
_METHODS = {
    "direct": "direct", "register_first": "register_first", "eerst akkoord": "register_first",
    "book_at_once": "book_at_once", "direct, akkoord later": "book_at_once",
}  # fmt: skip
_CHANNELS = {
    **{channel: channel for channel in CHANNELS}, "pdf": "email_pdf", "e-mail": "email_pdf", "email": "email_pdf",
    "ubl": "ubl_mail",
}  # fmt: skip

RELATIONS = (
    Field("code", "code", ("relatiecode", "relatienummer", "debiteurnummer", "crediteurnummer", "klantnummer", "nummer", "relation",
                           "number", "id"), longest=20),
    Field("name", "text", ("naam", "bedrijfsnaam", "relatie", "company", "companyname"), required=True, longest=200),
    Field("country", "code", ("land", "landcode", "countrycode"), longest=2),
    Field("kvk", "code", ("kvknummer", "kvknr", "kamervankoophandel", "chamberofcommerce", "commercenr"), digits=8),
    Field("vat_id", "code", ("btwnummer", "btwid", "btwnr", "btwidentificatienummer", "vatnumber", "vat"), longest=20),
    Field("oin", "code", ("overheidsidentificatienummer",), digits=20),
    Field("gln", "code", ("ean", "glncode"), digits=13),
    Field("iban", "code", ("bankrekening", "rekeningnummer", "bankaccount", "bankrekeningnummer")),
    Field("email", "text", ("emailadres", "mail", "mailadres", "emailaddress"), longest=254),
    Field("telephone", "code", ("telefoon", "telefoonnummer", "tel", "phone"), longest=40),
    Field("website", "text", ("url", "internet")),
    Field("street", "text", ("straat", "adres", "straatenhuisnummer", "address", "adresregel1", "line1")),
    Field("street_2", "text", ("adresregel2", "toevoeging", "line2")),
    Field("postcode", "code", ("postalcode", "zip", "zipcode"), longest=20),
    Field("city", "text", ("plaats", "woonplaats", "stad", "vestigingsplaats")),
    Field("contact", "text", ("contactpersoon", "contactperson", "tav", "attn")),
    Field("role", "choice", ("rol", "relatiesoort", "debiteurcrediteur"), choices=_ROLES),
    Field("debtor", "yes_no", ("debiteur", "klant", "customer")),
    Field("creditor", "yes_no", ("crediteur", "leverancier", "supplier")),
    Field("prospect", "yes_no"),
    Field("customer_type", "choice", ("soort", "type", "klanttype", "kind"), choices=_TYPES),
    Field("purchase_account", "code", ("inkooprekening", "kostenrekening", "costaccount")),
    Field("purchase_policy", "choice", ("inkoopbeleid",), choices=_POLICIES),
    Field("sales_account", "code", ("verkooprekening", "omzetrekening", "revenueaccount")),
    Field("sales_policy", "choice", ("verkoopbeleid",), choices=_POLICIES),
    Field("purchase_term", "code", ("betaalconditieinkoop", "betalingsconditieinkoop", "inkoopconditie")),
    Field("sales_term", "code", ("betaalconditie", "betalingsconditie", "betaaltermijn", "paymentterm", "term")),
    Field("purchase_vat", "choice", ("btwindicatieinkoop", "inkoopbtw"), choices=_VAT),
    Field("sales_vat", "choice", ("btwindicatie", "btwindicatieverkoop", "verkoopbtw", "btwplichtig"), choices=_VAT),
    Field("purchase_method", "choice", ("boekwijze", "fiattering"), choices=_METHODS),
    Field("sales_channel", "choice", ("efactuur", "factuurkanaal", "verzendwijze", "einvoicechannel"), choices=_CHANNELS),
    Field("sales_email", "text", ("factuuremail", "emailfacturen", "invoiceemail"), longest=254),
    Field("sales_endpoint", "code", ("peppolid", "netwerkid", "peppolendpoint"), longest=100),
    Field("g_iban", "code", ("grekening", "gaccount"), longest=34),
    Field("g_percentage", "percentage", ("gpercentage", "gdeelpercentage")),
    Field("memo", "text", ("opmerking", "opmerkingen", "notitie", "remark", "remarks")),
)  # fmt: skip
ACCOUNTS = (
    Field("code", "code", ("rekening", "rekeningnummer", "grootboekrekening", "grootboeknummer", "nummer", "account", "number"),
          required=True, longest=20),
    Field("name", "text", ("naam", "omschrijving", "description", "rekeningnaam"), required=True, longest=200),
    Field("name_en", "text", ("naamengels", "englishname"), longest=200),
    Field("rgs", "code", ("rgscode", "referentiecode", "leadcode")),
    Field("kind", "choice", ("soort", "type", "categorie", "balansofresultaat"), choices={
        **dict.fromkeys(("balance", "balans", "b", "balance sheet"), "balance"),
        **dict.fromkeys(("profit_loss", "profit and loss", "winst en verlies", "resultaat", "w", "p", "v&w", "w&v", "wv"), "profit_loss"),
    }),
    Field("side", "choice", ("debetcredit", "dc", "zijde"), choices={
        **dict.fromkeys(("debit", "debet", "d"), "debit"), **dict.fromkeys(("credit", "c"), "credit"),
    }),
    Field("control", "choice", ("subadministratie", "controlaccount"), choices={
        **_SIDES, **dict.fromkeys(("none", "geen", "nee", "no"), ""),
    }),
    Field("open_to_documents", "yes_no", ("opentedoorleveranciers", "vrijopdocument")),
    Field("deduction_percentage", "percentage", ("aftrekpercentage", "btwaftrek")),
)  # fmt: skip
OPENING_BALANCE = (
    Field("account", "code", ("rekening", "rekeningnummer", "grootboekrekening", "grootboeknummer", "code", "nummer"),
          required=True, longest=20),
    Field("name", "text", ("naam", "omschrijving", "description", "rekeningnaam")),
    Field("debit", "amount", ("debet", "bedragdebet")),
    Field("credit", "amount", ("bedragcredit",)),
    Field("balance", "amount", ("saldo", "bedrag", "amount", "beginsaldo")),
)  # fmt: skip
OPEN_ITEMS = (
    Field("relation", "code", ("relatie", "relatiecode", "relatienummer", "debiteurnummer", "crediteurnummer", "klantnummer", "code"),
          required=True, longest=20),
    Field("relation_name", "text", ("naam", "name", "relatienaam")),
    Field("invoice", "code", ("factuur", "factuurnummer", "invoicenumber", "nummer", "boekstuk", "document"), required=True, longest=100),
    Field("date", "date", ("datum", "factuurdatum", "invoicedate"), required=True),
    Field("due_date", "date", ("vervaldatum", "duedate", "vervalt")),
    Field("amount", "amount", ("bedrag", "openstaand", "saldo", "outstanding", "openbedrag", "openstaandbedrag"), required=True),
    Field("side", "choice", ("soort", "kant", "type"), choices=_SIDES),
    Field("account", "code", ("rekening", "grootboekrekening", "controlaccount")),
    Field("part", "choice", ("deel", "gdeel"), choices={
        **dict.fromkeys(("normal", "gewoon", ""), "normal"), **dict.fromkeys(("g_account", "g", "g-rekening"), "g_account"),
    }),
    Field("currency", "code", ("valuta", "muntsoort"), longest=3),
    Field("base_amount", "amount", ("bedragineuro", "bedrageur", "basebedrag")),
    Field("iban", "code", ("bankrekening",), longest=34),
    Field("payment_reference", "code", ("betalingskenmerk", "kenmerk", "reference"), longest=100),
)  # fmt: skip
TABLES = {"relations": RELATIONS, "accounts": ACCOUNTS, "opening-balance": OPENING_BALANCE, "open-items": OPEN_ITEMS}
