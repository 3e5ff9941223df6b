"""What becomes of a document: posted, held or refused; by its findings, its type, the channel's policy, and people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hub.model.finding import Finding
from hub.ports import Reading
from hub.steps.book import book
from tests.builders import (
    COST,
    D,
    administration,
    balances,
    booked,
    codes,
    decision_of,
    facts,
    invoice,
    line,
    posted,
    sale,
    with_totals,
)

RULE = Finding("BR-16", "fatal", "en16931")
XSD = Finding("XSD", "fatal", "xsd")
ARITHMETIC = Finding("BR-CO-15", "fatal", "en16931")
WARNING = Finding("UBL-CR-001", "warning", "en16931")


def test_an_invoice_without_findings_is_posted_and_claims_its_identity() -> None:
    booking = booked(invoice())
    assert (booking.outcome, booking.findings) == ("posted", ())
    assert booking.identity == "purchase|0106:00261030|F1|invoice|2026"


def test_every_choice_is_a_recorded_decision() -> None:
    assert [d.what for d in booked(invoice()).decisions] == [
        "direction",
        "relation",
        "contra_account",
        "vat_code",
        "due_date",
        "booking_date",
    ]


def test_what_could_not_be_read_is_refused() -> None:
    unreadable = Finding("HUB-XML-02", "fatal", "read")
    booking = book(Reading("unknown", findings=(unreadable,)), facts())
    assert (booking.outcome, booking.findings) == ("refused", (unreadable,))


@pytest.mark.parametrize(
    ("finding", "policy", "outcome"),
    [
        (WARNING, "refuse", "posted"),
        (RULE, "", "held"),
        (RULE, "hold", "held"),
        (RULE, "refuse", "refused"),
        (RULE, "book-with-finding", "posted"),
        (XSD, "", "held"),
        (XSD, "refuse", "refused"),
        (XSD, "book-with-finding", "posted"),
        (ARITHMETIC, "", "refused"),
        (ARITHMETIC, "refuse", "refused"),
        (ARITHMETIC, "book-with-finding", "refused"),
    ],
)
def test_the_policy_of_the_channel_decides_about_broken_rules_but_never_about_arithmetic(
    finding: Finding, policy: str, outcome: str
) -> None:
    booking = booked(invoice(), facts(policy=policy), [finding])
    assert booking.outcome == outcome
    assert finding in booking.findings


@pytest.mark.parametrize(
    ("finding", "outcome"),
    [(RULE, "posted"), (XSD, "held"), (ARITHMETIC, "refused"), (Finding("HUB-UBL-07", "fatal", "read"), "refused")],
)
@pytest.mark.parametrize("policy", ["", "hold"])
def test_a_document_without_customization_id_is_judged_by_arithmetic_and_readability_alone(
    finding: Finding, policy: str, outcome: str
) -> None:
    assert booked(invoice(specification=""), facts(policy=policy), [finding]).outcome == outcome


@pytest.mark.parametrize("specification", ["", "urn:cen.eu:en16931:2017"])
def test_what_only_we_can_mend_is_never_sent_back(specification: str) -> None:
    books = administration(default_purchase_account="")
    booking = booked(invoice(specification=specification), facts(books, policy="refuse"))
    assert booking.outcome == "held"


def test_a_rule_that_a_nameless_document_breaks_does_not_refuse_it_for_our_missing_account() -> None:
    books = administration(default_purchase_account="")
    assert booked(invoice(specification=""), facts(books, policy="refuse"), [RULE]).outcome == "held"


def test_book_with_finding_still_asks_a_person_for_what_nobody_else_knows() -> None:
    books = administration(default_purchase_account="")
    assert booked(invoice(), facts(books, policy="book-with-finding")).outcome == "held"


def test_a_held_document_shows_all_its_findings_at_once() -> None:
    books = administration(default_purchase_account="", closed_period="hold")
    booking = booked(invoice(currency="USD", type_code="325", issue_date=date(2009, 1, 1)), facts(books), [RULE])
    assert booking.outcome == "held"
    assert codes(booking) >= {"BR-16", "HUB-TYPE-01", "HUB-ACC-01", "HUB-RATE-01", "HUB-DATE-01"}


def test_a_held_document_claims_its_identity() -> None:
    assert booked(invoice(), findings=[RULE]).identity == booked(invoice()).identity


def test_an_accepted_finding_no_longer_holds_a_document() -> None:
    assert booked(invoice(), facts(released=("BR-16",)), [RULE]).outcome == "posted"


def test_accepting_one_finding_does_not_accept_another() -> None:
    assert booked(invoice(), facts(released=("BR-16",)), [RULE, XSD]).outcome == "held"


def test_arithmetic_of_the_document_can_never_be_accepted() -> None:
    assert booked(invoice(), facts(released=("BR-CO-15",)), [ARITHMETIC]).outcome == "refused"


@pytest.mark.parametrize(
    ("made", "given", "code"),
    [
        (invoice(), facts(administration(default_purchase_account="")), "HUB-ACC-01"),
        (invoice(currency="USD"), facts(), "HUB-RATE-01"),
        (sale(line("100.00", "L", "7")), facts(), "HUB-VAT-03"),
    ],
)
def test_accepting_does_not_supply_what_is_missing(made: Any, given: Any, code: str) -> None:
    assert booked(made, facts(given.administration, released=(code,))).outcome == "held"


class TestTypes:
    """UNTDID 1001 (DOMAIN 10.6 no. 12)."""

    def test_a_pro_forma_is_never_booked(self) -> None:
        booking = booked(invoice(type_code="325"))
        assert (booking.outcome, booking.entry) == ("held", None)
        assert "HUB-TYPE-01" in codes(booking)

    def test_a_pro_forma_is_not_booked_even_if_somebody_accepts_it(self) -> None:
        assert booked(invoice(type_code="325"), facts(released=("HUB-TYPE-01",))).outcome == "held"

    @pytest.mark.parametrize("code", ["380", "383", "326", "875", "876", "877", "751", ""])
    def test_other_types_are_booked_as_they_are(self, code: str) -> None:
        assert balances(posted(invoice(type_code=code)))[COST] == D("100.00")

    def test_a_credit_note_of_type_381_lowers_the_cost(self) -> None:
        assert balances(posted(invoice(kind="credit_note", type_code="381")))[COST] == D("-100.00")

    def test_a_self_billed_credit_note_lowers_our_sale(self) -> None:
        entry = posted(sale(kind="credit_note", type_code="261"))
        assert balances(entry)["8000"] == D("100.00")


class TestOddTexts:
    """Texts of any length and make never stop a booking."""

    LONG = "x" * 20_000

    def test_long_texts_are_kept_out_of_what_has_a_limit(self) -> None:
        made = invoice(
            line("100.00", id=self.LONG, item_name=self.LONG, note=self.LONG, accounting_cost=self.LONG),
            number=self.LONG,
            notes=(self.LONG,),
            accounting_cost=self.LONG,
        )
        booking = booked(made)
        assert booking.entry is not None
        assert len(booking.entry.description) <= 140
        assert len(booking.identity) < 400
        assert booking.entry.open_items[0].number == self.LONG

    @pytest.mark.parametrize("number", ["-", "№ ٣", "F'; DROP TABLE entry; --", "発票-1", "\u202eF-1"])
    def test_any_number_is_an_identity(self, number: str) -> None:
        booking = booked(invoice(number=number))
        assert booking.outcome == "posted"
        assert booking.identity.split("|")[2]

    @pytest.mark.parametrize("currency", ["EURO", "", "eur"])
    def test_a_currency_that_does_not_exist_is_held_for_want_of_a_rate(self, currency: str) -> None:
        booking = booked(invoice(currency=currency))
        assert booking.outcome == "held"
        assert "HUB-RATE-01" in codes(booking)


def test_a_document_of_two_wrong_totals_still_names_them_beside_everything_else() -> None:
    booking = booked(with_totals(invoice(line("100.00", rate="20")), vat=D("1.00"), due=D("1.00")))
    assert booking.outcome == "refused"
    assert codes(booking) >= {"HUB-TOT-01", "HUB-VAT-02"}


def test_a_document_without_any_line_or_total_is_no_crash() -> None:
    made = invoice(line("0.00"), groups=[])
    assert booked(made).outcome == "posted"


def test_the_vat_code_says_why() -> None:
    decision = decision_of(booked(invoice()), "vat_code")
    assert (decision.value, decision.why) == ("IH", "category_rate_date")
    assert dict(decision.words) == {"category": "S", "rate": "21", "date": "2026-03-10"}
