"""Art. 6:43 and 6:44 BW: costs, interest, principal, once costs were claimed; and no cent lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.credit.allocation import Allocation, Debt, Part, allocate
from tests.credit.conftest import said

OLD = Debt("F1", date(2026, 8, 1), D("100.00"), D("2.00"))
NEW = Debt("F2", date(2026, 9, 1), D("200.00"), D("3.00"))
AMOUNTS = st.integers(0, 100_000).map(lambda minor: D(minor).scaleb(-2))


def _allocate(paid: str, costs: str = "45.00", *, claimed: bool = True, named: tuple[str, ...] = ()) -> Allocation:
    found = allocate(D(paid), [NEW, OLD], D(costs), costs_claimed=claimed, named=named)
    said(found.steps)
    return found


def test_claimed_costs_go_first_then_interest_then_the_oldest_principal() -> None:
    found = _allocate("60.00")
    assert found.costs == D("45.00")
    assert found.parts == (Part("F1", D("2.00"), D("10.00")), Part("F2", D("3.00")))
    assert said(found.steps)[0] == "Eerst de kosten (art. 6:44 BW): € 45,00."


def test_payment_that_covers_the_costs_only_leaves_the_rest_open() -> None:
    found = _allocate("40.00")
    assert (found.costs, found.parts, found.rest) == (D("40.00"), (), 0)


def test_before_costs_were_claimed_it_goes_to_principal() -> None:
    assert _allocate("120.00", claimed=False).parts == (Part("F1", D(0), D("100.00")), Part("F2", D(0), D("20.00")))
    assert _allocate("200.00", claimed=False, named=("F2",)).parts == (Part("F2", D(0), D("200.00")),)


def test_named_invoice_goes_before_an_older_one_but_not_before_the_costs() -> None:
    found = _allocate("250.00", named=("F2",))
    assert found.costs == D("45.00")
    assert found.parts == (Part("F2", D("3.00"), D("200.00")), Part("F1", D("2.00")))


def test_too_much_is_left_over() -> None:
    found = _allocate("400.00")
    assert found.rest == D("50.00")
    assert said(found.steps)[-1] == "Te veel betaald: € 50,00."


@pytest.mark.parametrize("wrong", [{"paid": D(-1)}, {"paid": D(1), "costs": D(-1)}, {"paid": D(1), "named": ("F9",)}])
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        allocate(debts=[OLD], **wrong)  # type: ignore[arg-type]


@given(AMOUNTS, AMOUNTS, st.lists(st.tuples(AMOUNTS, AMOUNTS, st.dates()), max_size=6), st.booleans(), st.data())
def test_no_cent_is_lost_and_nobody_gets_more_than_is_owed(
    paid: D, costs: D, owed: list[tuple[D, D, date]], claimed: bool, data: st.DataObject
) -> None:
    debts = {f"F{n}": Debt(f"F{n}", due, principal, interest) for n, (principal, interest, due) in enumerate(owed)}
    named = data.draw(st.lists(st.sampled_from(sorted(debts)), unique=True)) if debts else []
    found = allocate(paid, list(debts.values()), costs, costs_claimed=claimed, named=named)
    principal = sum((part.principal for part in found.parts), D(0))
    interest = sum((part.interest for part in found.parts), D(0))
    assert found.costs + principal + interest + found.rest == paid
    assert all(p.principal <= debts[p.key].principal and p.interest <= debts[p.key].interest for p in found.parts)
    if not claimed:
        assert found.costs == interest == 0
    elif principal and not named:  # nothing before it is left open
        assert found.costs == costs
        assert interest == sum(debt.interest for debt in debts.values())
    if found.rest:
        assert principal == sum(debt.principal for debt in debts.values())
