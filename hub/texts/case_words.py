"""Words of collection cases: states, reasons, what happened, and what a case may lack, in Dutch and English."""

from __future__ import annotations

_PAIRS = {
    # states and how a case ended
    "prepared": ("klaargezet", "prepared"), "offered": ("aangeboden", "offered"), "received": ("ontvangen", "received"),
    "amicable": ("minnelijk", "amicable"), "plan": ("regeling", "payment plan"), "dispute": ("geschil", "dispute"),
    "legal": ("gerechtelijk", "legal"), "judgment": ("vonnis", "judgment"), "execution": ("executie", "execution"),
    "paid": ("betaald", "paid"), "partly_paid": ("deels betaald", "partly paid"),
    "uncollectable": ("niet te incasseren", "uncollectable"), "withdrawn": ("ingetrokken", "withdrawn"),
    "bankrupt": ("failliet", "bankrupt"), "moved": ("vertrokken", "moved"), "deceased": ("overleden", "deceased"),
    "written_off": ("afgeboekt", "written off"), "cancelled": ("vervallen", "cancelled"),
    # what makes dunning rest
    "restructuring": ("schuldsanering", "debt restructuring"), "insolvency": ("faillissement of surseance", "insolvency"),
    "promise": ("betaaltoezegging", "promise to pay"), "case": ("incassodossier", "collection case"),
    # what happened
    "handed_over": ("overgedragen", "handed over"), "delivered": ("afgeleverd", "delivered"),
    "not_delivered": ("niet afgeleverd", "not delivered"), "message": ("bericht", "message"),
    "paid_to_us": ("bij ons betaald", "paid to us"), "status": ("status", "status"), "cost": ("kosten", "cost"),
    "payment": ("betaling", "payment"), "remittance": ("afdracht", "remittance"), "document": ("document", "document"),
    "told": ("gemeld", "told"), "unsent": ("niet verzonden", "not sent"), "hub": ("hub", "hub"), "agency": ("bureau", "agency"),
    # what an address or a creditor may lack, and parts of what is owed
    "street": ("straat", "street"), "house_number": ("huisnummer", "house number"), "iban": ("IBAN", "IBAN"),
    "kvk": ("KVK-nummer", "KVK number"), "principal": ("hoofdsom", "principal"), "interest": ("rente", "interest"),
    "costs": ("incassokosten", "collection costs"), "vat": ("btw op kosten", "VAT on costs"),
}  # fmt: skip
CASE_WORDS = {word: {"nl": dutch, "en": english} for word, (dutch, english) in _PAIRS.items()}
