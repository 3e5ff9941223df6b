"""What several agencies want said of a case in one line: a whole name, a street, the letters that were sent."""

from __future__ import annotations

from hub.model.case_file import CaseFile, CaseParty


def full_name(party: CaseParty) -> str:
    """The name; of a person made of its parts where the whole is not known."""
    if party.name:
        return party.name
    return " ".join(filter(None, (party.first_name or party.initials, party.insertion, party.last_name)))


def street_line(party: CaseParty) -> str:
    """`Dorpsstraat 12 a`; "" where no street is known."""
    if not party.street:
        return ""
    return " ".join(filter(None, (party.street, party.house_number, party.house_number_addition)))


def letters_said(case: CaseFile) -> list[str]:
    """A line per letter: when, what, by which way, to whom, and what proves that it arrived."""
    rows = []
    for letter in case.letters:
        arrived = ""
        if letter.delivered_on:
            arrived = f", {'presumed ' if letter.presumed else ''}delivered {letter.delivered_on}"
        proof = f" ({letter.proof})" if letter.proof else ""
        rows.append(f"{letter.on} {letter.level or letter.kind}, {letter.channel} to {letter.to}{arrived}{proof}")
    return rows
