"""What agencies tell, through the pipeline and into the books, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest

from hub.errors import Conflict
from hub.model.case_message import ReceivedDocument, RemittanceLine
from hub.store.administrations import load_books
from hub.store.posted import find_entry
from hub.store.reversing import reverse
from tests.books import Books
from tests.store.case_messages import D, broken, said, tell
from tests.store.collecting import Debts, at

CLEARING, TRANSIT, FEES, INPUT_VAT, COSTS, INTEREST = "1360", "1190", "4380", "1520", "4385", "9010"
PAID = date(2026, 4, 1)


@pytest.fixture
def debts(books: Books) -> Debts:
    """A debtor with two invoices at an agency, which claims costs and interest of him."""
    made = Debts(books)
    made.sell("S1", "300.00")
    made.sell("S2", "200.00")
    made.case("I2026-1", {"S1": "300.00", "S2": "200.00"}, costs="75.00", interest="2.50", reference="A-9")
    return made


def line(
    gross: str, *, payment: str = "", fee: str = "0.00", fee_vat: str = "0.00", case: str = "I2026-1"
) -> RemittanceLine:
    """What of a remittance is of a case."""
    return RemittanceLine(case, D(gross), fee=D(fee), fee_vat=D(fee_vat), payment=payment)


def state(debts: Debts) -> Any:
    """State, reason and reference of the case."""
    return debts.books.rows("SELECT state, close_reason, agency_reference, raw_status FROM collection_case")[0]


def events(debts: Debts) -> list[tuple[Any, ...]]:
    """Type, state and whether it counted, in the order in which they came."""
    rows = debts.books.rows("SELECT type, state, applied FROM case_event ORDER BY id")
    return [(type, state, bool(applied)) for type, state, applied in rows]


def codes(results: Any) -> list[str]:
    """Codes of the findings."""
    return [f.code for result in results for f in result.booking.findings]


def test_payment_goes_to_costs_then_interest_then_principal(debts: Debts) -> None:
    (result,) = tell(debts, said("payment", "m1", amount="200.00", payment="P1"))
    assert (result.outcome, codes([result])) == ("posted", [])
    assert [p.journal for p in result.posted] == ["MEM"]
    assert (debts.balance(CLEARING), debts.balance(COSTS), debts.balance(INTEREST)) == (200, -75, -5)
    assert (debts.outstanding("S1"), debts.outstanding("S2")) == (180, 200)
    assert debts.claims() == {"costs": D("0.00"), "interest": D("0.00")}
    assert events(debts) == [("payment", "offered", True)]
    assert broken(debts) == []


def test_payment_that_an_agency_tells_is_not_told_back_to_it(debts: Debts) -> None:
    tell(debts, said("payment", "m1", amount="200.00", payment="P1"))
    assert debts.books.rows("SELECT type FROM dispatch") == []
    debts.pay("S1", "50.00", PAID)
    assert debts.books.rows("SELECT type FROM dispatch") == [("collection.payment",)]


def test_payment_goes_where_the_agency_says(debts: Debts) -> None:
    tell(
        debts, said("payment", "m1", amount="210.00", principal="200.00", interest="10.00", invoice="S2", payment="P1")
    )
    assert (debts.balance(COSTS), debts.balance(INTEREST)) == (0, -10)
    assert (debts.outstanding("S1"), debts.outstanding("S2")) == (300, 0)
    assert debts.claims() == {"costs": D("75.00"), "interest": D("0.00")}
    assert broken(debts) == []


def test_the_same_payment_told_by_two_messages_is_booked_once(debts: Debts) -> None:
    first, again, more = tell(
        debts, said("payment", "m1", amount="100.00", payment="P1"), said("payment", "m2", amount="100.00", payment="P1"),
        said("payment", "m1", amount="100.00", payment="P1"),
    )  # fmt: skip
    assert (len(first.posted), len(again.posted), more.outcome) == (1, 0, "duplicate")
    assert debts.balance(CLEARING) == 100
    assert events(debts) == [("payment", "offered", True), ("payment", "offered", False)]
    assert broken(debts) == []


def test_payment_above_the_claim_stays_the_debtors(debts: Debts) -> None:
    (result,) = tell(debts, said("payment", "m1", amount="600.00", payment="P1"))
    assert codes([result]) == ["HUB-CASE-08"]
    assert (debts.outstanding("S1"), debts.outstanding("S2"), debts.outstanding("I2026-1")) == (0, 0, -20)
    assert debts.balance("1300") == -20
    assert broken(debts) == []


def test_payment_that_is_taken_back_opens_what_it_had_settled(debts: Debts) -> None:
    tell(debts, said("payment", "m1", amount="600.00", payment="P1"))
    tell(debts, said("payment", "m2", amount="600.00", payment="R1", reverses="P1", day=9))
    assert [debts.balance(a) for a in (CLEARING, COSTS, INTEREST)] == [0, 0, 0]
    assert (debts.outstanding("S1"), debts.outstanding("S2"), debts.outstanding("I2026-1")) == (300, 200, 0)
    assert debts.claims() == {"costs": D("75.00"), "interest": D("5.00")}
    assert broken(debts) == []


def test_remittance_that_is_paid_net_books_gross_fee_and_vat(debts: Debts) -> None:
    tell(debts, said("payment", "m1", amount="200.00", payment="P1"))
    (result,) = tell(
        debts, said("remittance", "r1", case="", amount="163.70", lines=(line("200.00", payment="P1", fee="30.00", fee_vat="6.30"),))
    )  # fmt: skip
    assert (result.outcome, codes([result])) == ("posted", [])
    found = [debts.balance(a) for a in (CLEARING, TRANSIT, FEES, INPUT_VAT)]
    assert found == [0, D("163.70"), 30, D("6.30")]
    assert debts.books.rows("SELECT SUM(amount) FROM case_money") == [(0,)]
    assert debts.boxes("2026-Q2")["5b"][1] == "6.30"
    assert broken(debts) == []


def test_remittance_of_a_payment_that_was_not_told_books_it_first(debts: Debts) -> None:
    tell(debts, said("remittance", "r1", case="", amount="90.00", lines=(line("100.00", payment="P1", fee="10.00"),)))
    assert [debts.balance(a) for a in (CLEARING, TRANSIT, FEES, COSTS)] == [0, 90, 10, -75]
    tell(debts, said("payment", "m1", amount="100.00", payment="P1", day=3))
    assert [debts.balance(a) for a in (CLEARING, TRANSIT, COSTS)] == [0, 90, -75]
    assert broken(debts) == []


def test_remittance_that_does_not_add_up_is_held_with_the_difference(debts: Debts) -> None:
    (result,) = tell(debts, said("remittance", "r1", case="", amount="90.01", lines=(line("100.00", fee="10.00"),)))
    assert (result.outcome, codes([result])) == ("held", ["HUB-CASE-06"])
    assert dict(result.booking.findings[0].details)["difference"] == "0.01"
    assert debts.balance(TRANSIT) == 0


def test_costs_that_are_told_and_then_kept_are_booked_once(debts: Debts) -> None:
    tell(debts, said("cost", "c1", amount="12.10", vat="2.10"))
    assert [debts.balance(a) for a in (CLEARING, FEES, INPUT_VAT)] == [D("-12.10"), 10, D("2.10")]
    kept = line("100.00", payment="P1", fee="10.00", fee_vat="2.10")
    tell(debts, said("remittance", "r1", case="", amount="87.90", lines=(kept,)))
    assert [debts.balance(a) for a in (CLEARING, FEES, INPUT_VAT, TRANSIT)] == [0, 10, D("2.10"), D("87.90")]
    assert broken(debts) == []


def test_case_moves_on_by_when_it_happened_and_ends_once(debts: Debts) -> None:
    tell(
        debts, said("accepted", "m1", day=2, agency_reference="A-9", link="https://x.example/9"),
        said("status", "m3", day=5, raw_status="vonnis"),
        said("status", "m2", day=4, raw_status="betwist"), said("status", "m4", day=6, raw_status="op vakantie"),
    )  # fmt: skip
    assert state(debts) == ("judgment", "", "A-9", "op vakantie")
    assert events(debts) == [
        ("accepted", "accepted", True), ("status", "judgment", True), ("status", "judgment", False), ("status", "judgment", False),
    ]  # fmt: skip
    (closed, late) = tell(
        debts, said("closed", "m5", day=7, raw_status="betaald"), said("status", "m6", day=8, raw_status="plan")
    )
    assert (state(debts)[:2], codes([closed, late])) == (("closed", "paid"), ["HUB-CASE-12"])
    assert debts.books.rows("SELECT claim FROM case_item") == [(None,), (None,)]
    assert broken(debts) == []


def test_case_that_cannot_be_collected_asks_a_person(debts: Debts) -> None:
    (result,) = tell(debts, said("closed", "m1", close_reason="uncollectable"))
    assert codes([result]) == ["HUB-CASE-10"]
    assert debts.outstanding("S1") == 300


def test_case_that_cannot_be_collected_is_written_off_where_the_mapping_says_so(debts: Debts) -> None:
    folder = debts.books.hub.settings.home / "mappings"
    folder.mkdir()
    (folder / "collection.toml").write_text('[settings]\n"incasso.write_off" = "automatic"\n', "utf-8")
    (result,) = tell(debts, said("closed", "m1", close_reason="bankrupt"))
    assert codes([result]) == ["HUB-CASE-11"]
    assert (debts.outstanding("S1"), debts.balance("4375")) == (0, 500)
    assert broken(debts) == []


def test_message_about_a_case_we_do_not_know_waits_and_is_booked_when_we_do(debts: Debts) -> None:
    (result,) = tell(debts, said("payment", "m1", case="I2026-7", amount="100.00"))
    assert (result.outcome, codes([result])) == ("held", ["HUB-CASE-01"])
    (known,) = tell(debts, said("payment", "m2", case="I2026-8", agency_reference="a-9", amount="100.00"))
    assert (known.outcome, debts.balance(CLEARING)) == ("posted", 100)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"amount": "10.00", "currency": "USD"}, "HUB-CASE-02"),
        ({}, "HUB-CASE-03"),
        ({"amount": "-10.00"}, "HUB-CASE-04"),
        ({"amount": "10.00", "principal": "9.00"}, "HUB-CASE-05"),
    ],
)
def test_message_that_cannot_be_booked_is_held(debts: Debts, given: dict[str, str], code: str) -> None:
    (result,) = tell(debts, said("payment", "m1", **given))
    assert (result.outcome, codes([result])) == ("held", [code])
    assert debts.balance(CLEARING) == 0


def test_direct_payment_is_an_event_and_asked_for_where_the_bank_has_none(debts: Debts) -> None:
    (result,) = tell(debts, said("payment", "m1", amount="100.00", direct=True))
    assert (codes([result]), debts.balance(CLEARING)) == (["HUB-CASE-09"], 0)
    assert debts.books.rows("SELECT what, amount FROM case_money") == [("direct", 10000)]
    assert broken(debts) == []


def test_documents_that_come_along_are_kept_with_the_message(debts: Debts) -> None:
    letter = ReceivedDocument("sommatie.pdf", "application/pdf", "JVBERi0=")
    tell(debts, said("document", "m1", documents=(letter,)))
    query = "SELECT a.file_name, a.media_type FROM attachment a JOIN document d ON d.id = a.document_id WHERE d.kind = 'case_message'"
    assert debts.books.rows(query) == [("sommatie.pdf", "application/pdf")]
    assert events(debts) == [("document", "offered", True)]
    assert broken(debts) == []


def test_verify_finds_money_of_a_case_that_was_not_told(debts: Debts) -> None:
    tell(debts, said("payment", "m1", amount="200.00", payment="P1"))
    drop = "DROP TRIGGER" if debts.books.hub.database.is_sqlite else None
    if drop is None:
        return  # the guards of PostgreSQL are tried in test_guards
    for (name,) in debts.books.rows(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'case_money'"
    ):
        debts.books.execute(f"{drop} {name}")
    debts.books.execute("UPDATE case_money SET amount = amount + 1, costs = costs - 1")
    assert {r.check for r in broken(debts)} == {"claims-received", "case-entries"}  # type: ignore[attr-defined]


_STORY = (
    said("accepted", "a1", day=1, agency_reference="A-9"),
    said("payment", "p1", day=2, amount="120.00", payment="P1"),
    said("payment", "p1b", day=2, amount="120.00", payment="P1"),
    said("cost", "c1", day=3, amount="12.10", vat="2.10"),
    said("payment", "p2", day=4, amount="500.00", payment="P2"),
    said("payment", "b2", day=5, amount="500.00", payment="B2", reverses="P2"),
    said(
        "remittance",
        "r1",
        day=6,
        case="",
        amount="107.90",
        lines=(line("120.00", payment="P1", fee="10.00", fee_vat="2.10"),),
    ),
    said("remittance", "r2", day=7, case="", amount="80.00", lines=(line("80.00", payment="P3"),)),
    said("payment", "p3", day=7, amount="80.00", payment="P3"),
    said("closed", "z1", day=9, close_reason="partly_paid"),
)


@pytest.mark.parametrize("seed", range(3))
def test_any_order_and_repetition_of_messages_gives_the_same_ledger(debts: Debts, seed: int) -> None:
    chance = Random(seed)
    mixed = [*_STORY, *chance.sample(_STORY, 4)]
    chance.shuffle(mixed)
    tell(debts, *mixed, together=seed == 0)
    found = [debts.balance(a) for a in (CLEARING, TRANSIT, FEES, INPUT_VAT, COSTS, INTEREST, "1300")]
    assert found == [0, D("187.90"), 10, D("2.10"), -75, -5, 380]
    assert (debts.outstanding("S1"), debts.outstanding("S2")) == (180, 200)
    assert state(debts)[:2] == ("closed", "partly_paid")
    assert broken(debts) == []


def test_entry_of_a_case_is_not_reversed_by_hand(debts: Debts) -> None:
    (result,) = tell(debts, said("payment", "m1", amount="200.00", payment="P1"))
    (posted,) = result.posted
    hub = debts.books.hub
    hub.ids.reserve(200)
    with hub.database.transaction() as connection:
        theirs = load_books(connection, ["demo"])["demo"]
        booked = find_entry(connection, debts.books.id, posted.journal, 2026, posted.number)
        with pytest.raises(Conflict) as refused:
            reverse(connection, hub.ids, theirs, booked, PAID, "fout", debts.books.actor_id, at(PAID))
    assert [f.code for f in refused.value.findings] == ["HUB-CASE-14"]
    tell(debts, said("payment", "m2", day=2, amount="200.00", payment="R1", reverses="P1"))
    assert (debts.balance(CLEARING), debts.balance(COSTS), debts.outstanding("S1")) == (0, 0, 300)
    assert broken(debts) == []


def test_number_and_reference_of_different_cases_are_booked_on_neither(debts: Debts) -> None:
    debts.sell("S3", "50.00")
    debts.case("I2026-2", {"S3": "50.00"}, reference="A-10")
    (result,) = tell(debts, said("payment", "m1", amount="50.00", payment="P1", agency_reference="A-10"))
    assert (result.outcome, codes([result])) == ("held", ["HUB-CASE-15"])
    assert (debts.balance(CLEARING), debts.outstanding("S1"), debts.outstanding("S3")) == (0, 300, 50)


@pytest.mark.parametrize("type", ["payment", "status", "closed"])
def test_agency_that_names_the_case_of_another_by_our_number_moves_nothing(debts: Debts, type: str) -> None:
    """Our numbers follow each other, so anybody can guess the next: whose case it is decides."""
    more = {"payment": {"amount": "100.00", "payment": "P1"}, "closed": {"close_reason": "paid"}}.get(
        type, {"status": "amicable"}
    )
    before = state(debts)
    (result,) = tell(debts, replace(said(type, "m1", **more), agency="ander bureau"))
    assert (result.outcome, codes([result])) == ("held", ["HUB-CASE-16"])
    assert state(debts) == before
    assert (debts.balance(CLEARING), debts.outstanding("S1")) == (0, 300)


def test_remittance_that_names_the_case_of_another_is_booked_on_none(debts: Debts) -> None:
    told = replace(said("remittance", "m1", case="", amount="100.00", lines=(line("100.00"),)), agency="ander bureau")
    (result,) = tell(debts, told)
    assert (result.outcome, codes([result])[0]) == ("held", "HUB-CASE-16")
    assert debts.outstanding("S1") == 300


def test_our_number_says_which_case_is_meant_by_a_reference_that_two_share(debts: Debts) -> None:
    debts.sell("S3", "50.00")
    debts.case("I2026-2", {"S3": "50.00"}, reference="A-9")
    (first,) = tell(debts, said("payment", "m1", amount="75.00", payment="P1", agency_reference="A-9"))
    (second,) = tell(debts, said("payment", "m2", case="I2026-2", amount="50.00", payment="P2", agency_reference="A-9"))
    assert (first.outcome, second.outcome) == ("posted", "posted")
    assert (debts.balance(COSTS), debts.outstanding("S3")) == (-75, 0)
