"""Words of reminding and collecting: ways, levels, states and endings, in Dutch and English."""

from __future__ import annotations

_PAIRS = {
    # ways, levels and how they count
    "letter": ("brief", "letter"), "phone": ("telefoon", "telephone"), "agency": ("incassobureau", "agency"),
    "registered": ("aangetekende post", "registered post"), "portal": ("portaal", "portal"), "bailiff": ("deurwaarder", "bailiff"),
    "hand": ("overhandigd", "by hand"), "reminder": ("herinnering", "reminder"), "call": ("bellen", "call"),
    "fourteen_days": ("14-dagenbrief", "14-day letter"), "demand": ("aanmaning", "demand"), "hand_off": ("overdracht", "hand-over"),
    "second_reminder": ("tweede herinnering", "second reminder"), "total": ("totaal", "total"),
    "trade": ("handel en overheid", "trade and authorities"), "due": ("vervaldatum", "due date"),
    "end_of_month": ("einde maand", "end of month"), "previous": ("vorige stap", "level before"), "none": ("geen", "none"),
    "announced": ("aangekondigd", "announced"), "claimed": ("gevorderd", "claimed"), "automatic": ("automatisch", "automatic"),
    "day_after_delivery": ("de dag na bezorging", "the day after delivery"),
    "day_of_delivery": ("de dag van bezorging", "the day of delivery"), "day_of_letter": ("de dag van de brief", "the day of the letter"),
    # why dunning rests
    "dispute": ("geschil", "dispute"), "promise": ("toezegging", "promise"), "plan": ("betalingsregeling", "payment plan"),
    "insolvency": ("faillissement of surseance", "insolvency"), "restructuring": ("schuldsanering", "debt restructuring"),
    "kept": ("nagekomen", "kept"), "broken": ("niet nagekomen", "broken"), "granted": ("debiteur heeft gelijk", "granted"),
    "withdrawn": ("ingetrokken", "withdrawn"), "ended": ("beëindigd", "ended"), "price": ("prijs", "price"),
    "quantity": ("aantal", "quantity"), "double": ("dubbel", "double"),
    # runs and reminders
    "unsent": ("niet verzonden", "not sent"), "not_delivered": ("niet afgeleverd", "not delivered"),
    # cases: states, how they end, what happens
    "prepared": ("voorbereid", "prepared"), "offered": ("aangeboden", "offered"), "received": ("ontvangen", "received"),
    "amicable": ("minnelijk", "amicable"), "legal": ("gerechtelijk", "legal"), "judgment": ("vonnis", "judgment"),
    "execution": ("executie", "execution"), "paid": ("betaald", "paid"), "partly_paid": ("deels betaald", "partly paid"),
    "uncollectable": ("oninbaar", "uncollectable"), "bankrupt": ("failliet", "bankrupt"), "moved": ("verhuisd", "moved"),
    "deceased": ("overleden", "deceased"), "written_off": ("afgeboekt", "written off"), "handed_over": ("overgedragen", "handed over"),
    "told": ("gemeld", "told"), "paid_to_us": ("bij ons betaald", "paid to us"), "payment": ("betaling", "payment"),
    "cost": ("kosten", "cost"), "remittance": ("afdracht", "remittance"), "status": ("stand", "status"),
    "message": ("bericht", "message"), "document": ("document", "document"), "hub": ("hub", "hub"),
    # parts of what is owed, and what an address or creditor may lack
    "principal": ("hoofdsom", "principal"), "costs": ("kosten", "costs"), "vat": ("btw", "VAT"), "interest": ("rente", "interest"),
    "street": ("straat", "street"), "house_number": ("huisnummer", "house number"), "iban": ("IBAN", "IBAN"),
    "kvk": ("KVK-nummer", "KVK number"),
}  # fmt: skip
COLLECTION_WORDS = {word: {"nl": dutch, "en": english} for word, (dutch, english) in _PAIRS.items()}
