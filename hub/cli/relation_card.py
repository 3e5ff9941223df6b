"""`hub relations` on the card: numbers, addresses, contacts, notes, own fields, VIES answers."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, _day
from hub.cli.refusing import changing_relations, refuse, tell
from hub.cli.relation_settings import Code


class Kind(StrEnum):
    """Kinds of address."""

    visit = "visit"
    post = "post"
    invoice = "invoice"
    delivery = "delivery"


class ContactIs(StrEnum):
    """Kinds of contact."""

    person = "person"
    department = "department"


class SentFor(StrEnum):
    """What is sent to a contact."""

    invoices = "invoices"
    reminders = "reminders"
    collection = "collection"


class Said(StrEnum):
    """What VIES says of a VAT number."""

    valid = "valid"
    invalid = "invalid"
    unknown = "unknown"


def _option(name: str, text: str) -> Any:
    return typer.Option(name, help=text, show_default=False)


Remove = Annotated[int, typer.Option("--remove", metavar="ID", help="Let this one end instead.", show_default=False)]
Scheme = Annotated[
    str, typer.Argument(metavar="SCHEME", help="KVK, RSIN, OIN, VAT, GLN, IBAN, ENDPOINT … or an ICD code.")
]


def identify(
    code: Code,
    scheme: Scheme,
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="The number; of ENDPOINT with its scheme, 0106:12345678.")
    ],
    remove: Annotated[bool, typer.Option("--remove", help="Take it away instead.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Give a relation a number by which its documents are recognised, checked by the rules of its register.

    \b
    hub relations identify C0007 KVK 68750110
    hub relations identify C0007 OIN 00000001123456782000
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.accounting.identifiers import Checked, check_identifier
        from hub.model.finding import Finding
        from hub.rules.en16931.code_lists import ENDPOINT_SCHEMES
        from hub.store.relation_identifiers import add_identifier, remove_identifier
        from hub.store.relations import get_relation

        country = get_relation(done.connection, done.books.id, code)[1].country
        checked = check_identifier(scheme, value, country, endpoint_schemes=ENDPOINT_SCHEMES)
        refuse([checked] if isinstance(checked, Finding) else [])
        assert isinstance(checked, Checked)
        if remove:
            remove_identifier(relations, code, checked.key)
        else:
            add_identifier(relations, code, checked)
        row = {"relation": code, "identifier": checked.key, "removed": remove}
        tell(done, row, "identifier_removed" if remove else "identifier_added", code=code, identifier=checked.key)


def address(
    code: Code,
    kind: Annotated[Kind, typer.Option("--kind", help="What it is for.")] = Kind.visit,
    line: Annotated[list[str] | None, _option("--line", "Street and number; up to three.")] = None,
    postcode: Annotated[str, _option("--postcode", "Postcode.")] = "",
    city: Annotated[str, _option("--city", "City.")] = "",
    country: Annotated[str, _option("--country", "Two letters.")] = "NL",
    remove: Remove = 0,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Add an address. Of visit, post and invoice there is one; there may be many to deliver to.

    \b
    hub relations address C0007 --kind invoice --line "Postbus 12" --postcode "3500 AA" --city Utrecht
    hub relations address C0007 --remove 4711
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.accounting.relation_fields import check_address
        from hub.model.party import Address
        from hub.model.relation_card import RelationAddress
        from hub.store.contacts import add_address, end_address

        if remove:
            end_address(relations, code, remove)
            tell(done, {"relation": code, "id": remove, "ended": True}, "card_part_ended", code=code, id=remove)
            return
        lines = [*(line or ()), "", "", ""][:3]
        if not lines[0] and not city:
            raise typer.BadParameter("an address has a --line or a --city")
        given = RelationAddress(kind.value, Address(lines[0], lines[1], lines[2], city, postcode, "", country))
        clean, wrong = check_address(given)
        refuse(wrong)
        made = add_address(relations, code, clean)
        tell(done, {"relation": code, "id": made, "kind": kind.value}, "address_added", code=code, id=made)


def contact(
    code: Code,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The person, or the department.")] = "",
    kind: Annotated[ContactIs, typer.Option("--kind", help="A person or a department.")] = ContactIs.person,
    role: Annotated[str, _option("--role", "What he does, in words.")] = "",
    department: Annotated[
        int, typer.Option("--department", metavar="ID", help="His department.", show_default=False)
    ] = 0,
    email: Annotated[str, _option("--email", "E-mail address.")] = "",
    telephone: Annotated[str, _option("--telephone", "Telephone number.")] = "",
    purpose: Annotated[list[SentFor] | None, _option("--for", "What is sent to him; give each.")] = None,
    remove: Remove = 0,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Add somebody we call or write to.

    \b
    hub relations contact C0007 Crediteurenadministratie --kind department --email ap@klant.example --for reminders
    hub relations contact C0007 "J. de Wit" --department 4712 --telephone 030-1234567
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.accounting.relation_fields import check_contact
        from hub.model.relation_card import ContactPerson
        from hub.store.contacts import add_contact, end_contact

        if remove:
            end_contact(relations, code, remove)
            tell(done, {"relation": code, "id": remove, "ended": True}, "card_part_ended", code=code, id=remove)
            return
        purposes = tuple(one.value for one in purpose or ())
        given = ContactPerson(name, kind.value, role, department or None, email, telephone, purposes)  # type: ignore[arg-type]
        clean, wrong = check_contact(given)
        refuse(wrong)
        made = add_contact(relations, code, clean)
        tell(done, {"relation": code, "id": made, "name": clean.name}, "contact_added", code=code, id=made)


def note(
    code: Code,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What there is to say.")],
    contact_id: Annotated[
        int, typer.Option("--contact", metavar="ID", help="Whom it is about.", show_default=False)
    ] = 0,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Write a note; it is kept for ever and never changed.

    \b
    hub relations note C0007 "Belt maandag terug over factuur 2026-1042" --contact 4712
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.store.notes import add_note

        made = add_note(relations, code, text, contact_id or None)
        tell(done, {"relation": code, "id": made}, "note_added", code=code)


def fill(
    code: Code,
    values: Annotated[
        list[str], typer.Argument(metavar="FIELD=VALUE …", help="Own fields; an empty value takes it away.")
    ],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Fill fields of your own (see `hub fields`).

    \b
    hub relations fill C0007 rayon=Noord klant_sinds=2019-04-01
    """
    pairs = [value.partition("=") for value in values]
    if any(not equals for _, equals, _ in pairs):
        raise typer.BadParameter("write FIELD=VALUE")
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.store.free_fields import fill_fields

        kept = fill_fields(relations, code, {name.strip(): value for name, _, value in pairs})
        tell(
            done,
            {"relation": code, "fields": kept},
            "relation_changed",
            code=code,
            what=", ".join(kept) or "-",
        )


def vat_answer(
    code: Code,
    vat_id: Annotated[str, typer.Argument(metavar="VAT", help="The VAT number that was asked about.")],
    answer: Annotated[Said, typer.Argument(metavar="ANSWER", help="valid, invalid or unknown.")],
    on: Annotated[
        date | None, typer.Option("--on", parser=_day, metavar="DATE", help="When; else today.", show_default=False)
    ] = None,
    reference: Annotated[str, _option("--reference", "Consultation number.")] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Keep what VIES said of a VAT number on a day; deliveries within the EU lean on it.

    \b
    hub relations vat-answer C0007 DE136695976 valid --on 2026-11-21 --reference WAPIAAAAX1
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.accounting.identifiers import Checked, check_identifier
        from hub.model.finding import Finding
        from hub.store.vat_answers import VatAnswer, add_answer

        checked = check_identifier("VAT", vat_id)
        refuse([checked] if isinstance(checked, Finding) else [])
        assert isinstance(checked, Checked)
        day = on or done.at.date()
        if day > done.at.date():
            refuse([Finding("HUB-REL-10", "fatal", "hub", "on", str(day), str(done.at.date()), "us")])
        made = add_answer(relations, code, VatAnswer(checked.value, day, answer.value, reference=reference))
        row = {"relation": code, "id": made, "vat_id": checked.value, "on": str(day), "answer": answer.value}
        tell(done, row, "vat_answer_kept", code=code, vat_id=checked.value)


COMMANDS = {
    "identify": identify, "address": address, "contact": contact, "note": note, "fill": fill, "vat-answer": vat_answer,
}  # fmt: skip
