"""Who stands in a case: street and number apart, and the legal form that says whether a person is liable himself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.model.party import Address

# Forms as people write them behind a name, and whether the partners answer with all they have (art. 7A:1679, art. 18 WvK).
_FORMS: tuple[tuple[str, str], ...] = (
    (r"B\.? ?V\.?", "bv"), (r"N\.? ?V\.?", "nv"), (r"V\.? ?O\.? ?F\.?", "vof"), (r"C\.? ?V\.?", "cv"),
    (r"eenmanszaak", "eenmanszaak"), (r"maatschap", "maatschap"), (r"stichting", "stichting"), (r"vereniging", "vereniging"),
    (r"co[oö]peratie\w*", "cooperatie"), (r"GmbH", "gmbh"), (r"Ltd\.?", "ltd"), (r"S\.?A\.?R\.?L\.?", "sarl"),
)  # fmt: skip
IN_PERSON = ("eenmanszaak", "vof", "maatschap", "cv")
_ALIASES = {"zzp": "eenmanszaak", "besloten vennootschap": "bv", "naamloze vennootschap": "nv"}
# `Kade 12a`, `Plein 1940-1945 3 hs`, `Postbus 99`: the last number that stands by itself.
_DUTCH = re.compile(
    r"^(?P<street>.*\S)\s+(?P<number>\d{1,5})(?:\s*[-/ ]?\s*(?P<more>[A-Za-z0-9][A-Za-z0-9 \-/]{0,11}))?$"
)
_NUMBER_FIRST = re.compile(r"^(?P<number>\d{1,5}[A-Za-z]?),?\s+(?P<street>\D.*)$")


@dataclass(frozen=True, slots=True)
class Street:
    """A street line in its parts; what cannot be told apart stays in `name`."""

    name: str
    number: str = ""
    addition: str = ""


def street_of(address: Address) -> Street:
    """Street, number and addition, from one line or from two (`line_2` may hold the number)."""
    line = " ".join(filter(None, (address.line_1.strip(), address.line_2.strip())))
    if address.line_1.strip() and re.search(r"\d", address.line_1):
        line = address.line_1.strip()
    if found := _DUTCH.match(line):
        return Street(found["street"].rstrip(","), found["number"], (found["more"] or "").strip())
    if found := _NUMBER_FIRST.match(line):
        return Street(found["street"], found["number"])
    return Street(line)


def legal_form_of(said: str, name: str) -> str:
    """What a person said of it, else what stands at the end or the beginning of the name; "" = not known."""
    word = said.strip().casefold()
    if word:
        known = next((form for pattern, form in _FORMS if re.fullmatch(pattern, word, re.IGNORECASE)), "")
        return known or _ALIASES.get(word, word)
    for pattern, form in _FORMS:
        if re.search(rf"(?:^|[\s,(]){pattern}\)?$|^{pattern}\s", name.strip(), re.IGNORECASE):
            return form
    return ""


def liable_in_person(form: str) -> bool:
    """Whether a natural person answers for it with all that he has."""
    return form in IN_PERSON
