"""Words of reminding and collecting: kinds, states and endings, in Dutch and English."""

from __future__ import annotations

_PAIRS = {
    # why dunning rests
    "dispute": ("geschil", "dispute"), "promise": ("toezegging", "promise"), "plan": ("betalingsregeling", "payment plan"),
    "insolvency": ("faillissement of surseance", "insolvency"), "restructuring": ("schuldsanering", "debt restructuring"),
    "kept": ("nagekomen", "kept"), "broken": ("niet nagekomen", "broken"), "granted": ("debiteur heeft gelijk", "granted"),
    "withdrawn": ("ingetrokken", "withdrawn"),
    "goods": ("goederen of dienst", "goods or service"), "price": ("prijs", "price"), "quantity": ("aantal", "quantity"),
    "double": ("dubbel", "double"), "ended": ("beëindigd", "ended"),
    # runs and reminders
    "concept": ("concept", "concept"), "frozen": ("bevroren", "frozen"), "excluded": ("uitgesloten", "excluded"),
    "dropped": ("vervallen", "dropped"), "staged": ("klaargezet", "staged"), "sent": ("verzonden", "sent"),
    "printed": ("afgedrukt", "printed"), "delivered": ("bezorgd", "delivered"), "called": ("gebeld", "called"),
    "bounced": ("onbestelbaar", "bounced"), "failed": ("mislukt", "failed"), "cancelled": ("geannuleerd", "cancelled"),
    # cases
    "prepared": ("voorbereid", "prepared"), "offered": ("aangeboden", "offered"), "received": ("ontvangen", "received"),
    "accepted": ("aangenomen", "accepted"), "rejected": ("afgewezen", "rejected"), "amicable": ("minnelijk", "amicable"),
    "legal": ("gerechtelijk", "legal"), "judgment": ("vonnis", "judgment"), "execution": ("executie", "execution"),
    "closed": ("gesloten", "closed"), "paid": ("betaald", "paid"), "partly_paid": ("deels betaald", "partly paid"),
    "uncollectable": ("oninbaar", "uncollectable"), "bankrupt": ("failliet", "bankrupt"), "moved": ("vertrokken", "moved"),
    "deceased": ("overleden", "deceased"), "written_off": ("afgeboekt", "written off"),
    "remittance": ("afdracht", "remittance"), "payment": ("betaling", "payment"), "cost": ("kosten", "cost"),
    "status": ("status", "status"), "message": ("bericht", "message"), "document": ("document", "document"),
}  # fmt: skip
COLLECTION_WORDS = {word: {"nl": dutch, "en": english} for word, (dutch, english) in _PAIRS.items()}
