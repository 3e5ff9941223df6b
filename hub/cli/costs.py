"""`hub costs` and `hub interest`: what the law lets a creditor claim, step by step; they need no database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.collection_files import files_of
from hub.cli.options import AsJson, InLanguage, _day
from hub.cli.refusing import refuse
from hub.cli.session import output_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.cli.output import Output
    from hub.credit.costs import Costs, Instalment
    from hub.credit.interest import Interest
    from hub.model.step import Step

EURO = "EUR"


class Kind(StrEnum):
    """Kinds of statutory interest."""

    consumer = "consumer"
    trade = "trade"


Principals = Annotated[
    list[str], typer.Option("--principal", metavar="AMOUNT", help="Open principal; several of one letter: repeat it.")
]
On = Annotated[
    date | None,
    typer.Option("--on", parser=_day, metavar="DATE", help="Day of the letter; else today.", show_default=False),
]


def costs(
    principal: Principals,
    vat_not_deductible: Annotated[
        bool, typer.Option("--vat-not-deductible", help="The creditor cannot deduct VAT: add it.")
    ] = False,
    on: On = None,
    clause: Annotated[
        str, typer.Option("--clause", metavar="PERCENTAGE", help="Agreed with a business, in place of the scale.")
    ] = "",
    clause_minimum: Annotated[
        str, typer.Option("--clause-minimum", metavar="AMOUNT", help="The least that was agreed with a business.")
    ] = "",
    earlier: Annotated[
        list[str] | None,
        typer.Option(
            "--earlier", metavar="DUE=AMOUNT=COSTS", show_default=False,
            help="An unpaid term of the same contract that was claimed before, with what it was charged; repeat it.",
        ),
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:  # fmt: skip
    """Extrajudicial collection costs of one letter, by the scale of the law.

    \b
    hub costs --principal 1000.00
    hub costs --principal 800 --principal 200 --vat-not-deductible
    hub costs --principal 1000 --clause 15 --clause-minimum 75
    hub costs --principal 150 --earlier 2026-10-01=150=40

    Terms of one contract that fell due within six months are one claim (Stb. 2024, 44). Runs of reminding do not know which
    invoices are terms of one contract: put what they may cost together here, and waive the rest (hub claims waive).
    """
    if earlier and (clause or clause_minimum):
        raise typer.BadParameter("terms are counted by the scale: no --clause", param_hint="--earlier")
    settings = settings_of(language)
    output = output_of(settings, as_json)
    from hub.credit.costs import Clause, contract_costs, instalment_costs, letter_costs
    from hub.formats.collection_tables import read_cost_tables

    tables = read_cost_tables(files_of(settings, "collection_costs"))
    principals = [_amount(text, "--principal") for text in principal]
    day = on or date.today()
    if clause or clause_minimum:
        percentage = _amount(clause, "--clause") if clause else Decimal(0)
        least = _amount(clause_minimum, "--clause-minimum") if clause_minimum else Decimal(0)
        agreed = Clause(percentage, least)
        found = contract_costs(principals, day, tables, agreed, vat_not_deductible=vat_not_deductible)
    elif earlier:
        terms = [_earlier(text) for text in earlier]
        found = instalment_costs(principals, terms, day, tables, vat_not_deductible=vat_not_deductible)
    else:
        found = letter_costs(principals, day, tables, vat_not_deductible=vat_not_deductible)
    _show_costs(found, output)


def _earlier(text: str) -> Instalment:
    from hub.credit.costs import Instalment

    due, _, rest = text.partition("=")
    amount, _, charged = rest.partition("=")
    return Instalment(_amount(amount, "--earlier"), _day(due), _amount(charged, "--earlier") if charged else Decimal(0))


def interest(
    principal: Annotated[str, typer.Option("--principal", metavar="AMOUNT", help="Open principal.")],
    kind: Annotated[
        Kind, typer.Option("--kind", help="Consumer (art. 6:119 BW), or trade and authorities (6:119a/b).")
    ],
    since: Annotated[date, typer.Option("--from", parser=_day, metavar="DATE", help="First day in default.")],
    until: Annotated[
        date, typer.Option("--to", parser=_day, metavar="DATE", help="Up to this day, itself not counted.")
    ],
    paid: Annotated[
        list[str] | None,
        typer.Option("--paid", metavar="DATE=AMOUNT", help="Paid on the principal; repeat it.", show_default=False),
    ] = None,
    contract: Annotated[
        date | None,
        typer.Option("--contract", parser=_day, metavar="DATE", help="When the contract was made.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Statutory interest, compounded yearly, day by day at the rate that holds.

    \b
    hub interest --principal 1000.00 --kind consumer --from 2025-03-01 --to 2026-11-21
    hub interest --principal 1000.00 --kind trade --from 2026-01-01 --to 2026-10-01 --paid 2026-05-01=400
    """
    settings = settings_of(language)
    output = output_of(settings, as_json)
    from hub.credit.interest import Terms, interest_until
    from hub.formats.collection_tables import read_interest_tables

    if until < since:
        raise typer.BadParameter(f"{until} lies before {since}", param_hint="--to")
    tables = read_interest_tables(files_of(settings, "interest"))
    amount, payments = _amount(principal, "--principal"), [_payment(text) for text in paid or ()]
    if sum(part for _, part in payments) > amount:
        raise typer.BadParameter("more was paid than the principal", param_hint="--paid")
    found = interest_until(amount, since, until, Terms(kind.value, tables, contract), payments)
    _show_interest(found, output)


def _show_costs(found: Costs | object, output: Output) -> None:
    from hub.credit.costs import Costs
    from hub.model.finding import Finding

    refuse([found] if isinstance(found, Finding) else [])
    assert isinstance(found, Costs)
    figures = {"principal": found.principal, "costs": found.costs, "vat": found.vat, "total": found.total}
    shown = {name: _text(amount) for name, amount in figures.items()}
    if output.as_json:
        output.line({**shown, "steps": _steps(found.steps, output)})
        return
    _say_steps(found.steps, output)
    output.say("costs_total", **shown)


def _show_interest(found: Interest | object, output: Output) -> None:
    from hub.credit.interest import Interest
    from hub.model.finding import Finding

    refuse([found] if isinstance(found, Finding) else [])
    assert isinstance(found, Interest)
    shown = {
        "interest": _text(found.amount), "per_day": _text(found.per_day), "principal": _text(found.state.principal),
        "next_anniversary": str(found.state.anniversary), "unconfirmed": found.unconfirmed,
    }  # fmt: skip
    if output.as_json:
        output.line({**shown, "steps": _steps(found.steps, output)})
        return
    _say_steps(found.steps, output)
    output.say("interest_total", interest=shown["interest"], per_day=shown["per_day"])
    if found.unconfirmed:
        output.say("interest_unconfirmed")


def _steps(steps: Iterable[Step], output: Output) -> list[dict[str, object]]:
    from hub.texts.shown import step_json

    return [step_json(step, output.language) for step in steps]


def _say_steps(steps: Iterable[Step], output: Output) -> None:
    for step in _steps(steps, output):
        output.say("calculation_step", text=step["text"])


def _amount(text: str, place: str) -> Decimal:
    """An amount as people write it; `Refused` for what is none."""
    from hub.formats.orders_file import money_of
    from hub.model.finding import Finding

    money = money_of(text, EURO, place)
    refuse([money] if isinstance(money, Finding) else [])
    assert not isinstance(money, Finding)
    return money.amount


def _payment(text: str) -> tuple[date, Decimal]:
    day, _, amount = text.partition("=")
    return _day(day), _amount(amount, "--paid")


def _text(amount: Decimal) -> str:
    from hub.model.money import money_text

    return money_text(amount, EURO)
