"""Fields of a relation by hand or from a file."""

from __future__ import annotations

from hub.accounting.relation_fields import check_card, check_contact, check_draft
from hub.model.party import Address, Identifier
from hub.model.relation_card import ContactPerson, RelationAddress, RelationCard, RelationDraft


def test_draft_is_normalised_when_all_is_well() -> None:
    given = RelationDraft(
        " Bakkerij ", "nl", identifiers=(Identifier("6875 0110", "KVK"), Identifier("nl123456782b01", "VAT")),
        ibans=("nl91 abna 0417164300",), addresses=(RelationAddress("visit", Address("Kade 1", postcode="9711aa")),),
        card=RelationCard(sales_endpoint="0106:68750110"),
    )  # fmt: skip
    draft, wrong = check_draft(given)
    assert wrong == []
    assert (draft.name, draft.country, draft.ibans) == ("Bakkerij", "NL", ("NL91ABNA0417164300",))
    assert draft.identifiers == (Identifier("68750110", "0106"), Identifier("NL123456782B01", "VAT"))
    assert draft.addresses[0].address.postcode == "9711 AA"


def test_draft_gives_every_fault_with_its_row_and_field() -> None:
    given = RelationDraft(
        "", "Nederland", identifiers=(Identifier("1", "KVK"),), ibans=("NL1",),
        addresses=(RelationAddress("post", Address(postcode="0000 AA")),), contacts=(ContactPerson("J", purposes=("invoices",)),),
        card=RelationCard(email="x", customer_type="firm"), settings=(("g_iban", "NL91ABNA0417164300"),),  # type: ignore[arg-type]
    )  # fmt: skip
    _, wrong = check_draft(given, "row 3")
    assert sorted(finding.code for finding in wrong) == [
        "HUB-ID-01", "HUB-ID-06", "HUB-ID-07", "HUB-ID-10", "HUB-ID-11", "HUB-ID-12", "HUB-REL-07", "HUB-REL-08", "HUB-REL-09",
    ]  # fmt: skip
    assert all(finding.location.startswith("row 3, ") for finding in wrong)


def test_only_the_fields_that_are_given_are_judged() -> None:
    assert check_card({"email": " a@b.nl "}) == ({"email": "a@b.nl"}, [])
    assert check_card({"memo": "x", "sales_channel": "fax"})[1][0].expected == "email_pdf, ubl_mail, peppol"


def test_contact_needs_a_name() -> None:
    assert [finding.code for finding in check_contact(ContactPerson("  "))[1]] == ["HUB-REL-08"]
