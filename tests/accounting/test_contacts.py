"""Which address something goes to."""

from __future__ import annotations

from hub.accounting.contacts import email_for
from hub.model.relation_card import ContactPerson, RelationCard

CARD = RelationCard(email="info@klant.example")
BILLS = ContactPerson("Boekhouding", "department", email="ap@klant.example", purposes=("invoices",), id=2)
CHASED = ContactPerson("J. de Wit", email="wit@klant.example", purposes=("reminders",), id=1)


def test_reminders_go_to_who_gets_them_then_to_who_gets_invoices_then_to_the_company() -> None:
    found = email_for("reminders", [BILLS, CHASED], CARD)
    assert found is not None
    assert (found.email, found.why, found.purpose) == ("wit@klant.example", "contact", "reminders")
    found = email_for("reminders", [BILLS], CARD)
    assert found is not None
    assert (found.email, found.purpose) == ("ap@klant.example", "invoices")
    found = email_for("reminders", [], CARD)
    assert found is not None
    assert (found.email, found.why) == ("info@klant.example", "company")


def test_invoices_never_go_to_who_only_gets_reminders() -> None:
    found = email_for("invoices", [CHASED], CARD)
    assert found is not None
    assert found.email == "info@klant.example"


def test_address_for_e_invoices_goes_before_the_company() -> None:
    found = email_for("invoices", [], RelationCard(email="info@klant.example", sales_email="facturen@klant.example"))
    assert found is not None
    assert (found.email, found.why) == ("facturen@klant.example", "e_invoicing")


def test_first_of_two_is_chosen_whatever_their_order() -> None:
    other = ContactPerson("Later", email="later@klant.example", purposes=("invoices",), id=9)
    assert email_for("invoices", [other, BILLS], CARD) == email_for("invoices", [BILLS, other], CARD)


def test_nothing_is_found_when_nobody_has_an_address() -> None:
    assert email_for("collection", [ContactPerson("X", purposes=("collection",))], RelationCard()) is None
