"""`hub disputes`, `hub promises`, `hub plans`, `hub stops`: why a debtor is left alone for a while, and how that ends."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.arrangement_lists import DisputeEnd, PromiseEnd, end_stop, ender, lister, said, show_plan, watch
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason, _day
from hub.cli.refusing import changing_relations, refuse, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.cli.options import Language
    from hub.model.arrangement import Instalment


def _group(text: str) -> typer.Typer:
    return typer.Typer(help=text, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


disputes = _group("Disputes of debtors: list, add, end.")
promises = _group("Promises to pay: list, add, end.")
plans = _group("Payment plans: list, add, show, end.")
stops = _group("All that dunning rests for: list, add insolvency or debt restructuring, end, watch.")


class Category(StrEnum):
    """What a dispute is about."""

    goods = "goods"
    price = "price"
    quantity = "quantity"
    delivery = "delivery"
    double = "double"
    other = "other"


class Legal(StrEnum):
    """What the law makes rest."""

    insolvency = "insolvency"
    restructuring = "restructuring"


Code = Annotated[str, typer.Argument(metavar="RELATION", help="Code of the debtor.")]
Invoice = Annotated[str, typer.Option("--invoice", metavar="NUMBER", help="One invoice; else all that he owes.")]
Owner = Annotated[str, typer.Option("--owner", metavar="NAME", help="Who sees to it; else you.")]
Reference = Annotated[str, typer.Option("--reference", metavar="TEXT", help="Of the letter, mail, court or case.")]
Since = Annotated[
    date | None, typer.Option("--since", parser=_day, metavar="DATE", help="From which day; else today.", show_default=False)
]  # fmt: skip


@disputes.command("add")
def add_dispute(
    relation: Code,
    invoice: Invoice = "",
    category: Annotated[Category, typer.Option("--category", help="What it is about.")] = Category.other,
    amount: Annotated[str, typer.Option("--amount", metavar="AMOUNT", help="How much of it; else all.")] = "",
    reason: Reason = "",
    owner: Owner = "",
    reference: Reference = "",
    since: Since = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """A debtor disputes an invoice: it is not dunned until the dispute ends.

    \b
    hub disputes add C0007 --invoice VF-2026-0101 --category goods --reason "doos beschadigd" --owner Anja
    """
    given = {"invoice": invoice, "category": category.value, "note": reason, "owner": owner, "reference": reference}
    _add("dispute", relation, since, amount, given, administration, as_json, language, actor)


@promises.command("add")
def add_promise(
    relation: Code,
    until: Annotated[date, typer.Option("--until", parser=_day, metavar="DATE", help="The day that was promised.")],
    amount: Annotated[str, typer.Option("--amount", metavar="AMOUNT", help="What was promised; else all.")] = "",
    invoice: Invoice = "",
    reason: Reason = "",
    owner: Owner = "",
    since: Since = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """A debtor promised to pay by a day: he is left alone until then. Not kept, dunning goes on where it was.

    \b
    hub promises add C0007 --until 2026-12-05 --amount 250 --reason "belde: salaris komt de vierde"
    """
    given = {"invoice": invoice, "note": reason, "owner": owner, "until": until}
    _add("promise", relation, since, amount, given, administration, as_json, language, actor)


@plans.command("add")
def add_plan(
    relation: Code,
    total: Annotated[str, typer.Option("--total", metavar="AMOUNT", help="What is paid in terms.")] = "",
    terms: Annotated[int, typer.Option("--terms", min=1, max=120, help="In how many equal monthly terms.")] = 0,
    first: Annotated[
        date | None, typer.Option("--first", parser=_day, metavar="DATE", help="Day of the first term.", show_default=False)
    ] = None,
    term: Annotated[
        list[str] | None, typer.Option("--term", metavar="DATE=AMOUNT", help="A term; repeat it.", show_default=False)
    ] = None,
    invoice: Invoice = "",
    reason: Reason = "",
    owner: Owner = "",
    reference: Reference = "",
    since: Since = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """A debtor pays in terms. Dunning rests as long as he does; a term that is missed by three days breaks the plan.

    \b
    hub plans add C0007 --total 900 --terms 6 --first 2026-12-01
    hub plans add C0007 --term 2026-12-01=200 --term 2027-01-01=150
    """
    made = _terms(total, terms, first, term or [])
    given = {
        "invoice": invoice, "note": reason, "owner": owner, "reference": reference, "instalments": made,
        "until": max(one.due for one in made) if made else None,
    }  # fmt: skip
    _add("plan", relation, since, "", given, administration, as_json, language, actor)


@stops.command("add")
def add_stop(
    kind: Annotated[Legal, typer.Argument(metavar="KIND", help="insolvency, restructuring")],
    relation: Code,
    reason: Reason = "",
    owner: Owner = "",
    reference: Reference = "",
    until: Annotated[
        date | None, typer.Option("--until", parser=_day, metavar="DATE", help="Last day, where it is known.", show_default=False)
    ] = None,
    since: Since = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """Bankruptcy, suspension of payments, or statutory debt restructuring: nobody is dunned while it lasts.

    \b
    hub stops add insolvency C0007 --reference "F.13/26/101" --reason "failliet verklaard; curator mr. Voorbeeld"
    """
    given = {"note": reason, "owner": owner, "reference": reference, "until": until}
    _add(kind.value, relation, since, "", given, administration, as_json, language, actor)


def _add(
    kind: str, relation: str, since: date | None, amount: str, given: dict[str, Any], administration: str, as_json: bool,
    language: Language | None, actor: str,
) -> None:  # fmt: skip
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.formats.orders_file import money_of
        from hub.model.arrangement import Arrangement
        from hub.model.finding import Finding
        from hub.store.arrangements import add_arrangement

        money = money_of(amount, done.books.snapshot.currency, "amount") if amount else None
        refuse([money] if isinstance(money, Finding) else [])
        given["owner"] = given.get("owner") or done.hub.actor
        much = None if money is None or isinstance(money, Finding) else money.amount
        made = Arrangement(kind, relation, since or date.today(), amount=much, **given)  # type: ignore[arg-type]
        stop_id = add_arrangement(relations, made, done.books.snapshot.currency)
        tell(done, {"id": stop_id, **said(made)}, f"{kind}_added", id=stop_id, code=relation)


def _terms(total: str, count: int, first: date | None, given: Sequence[str]) -> tuple[Instalment, ...]:
    from hub.credit.arrangements import equal_terms
    from hub.model.arrangement import Instalment

    if count:
        if not total or first is None or given:
            raise typer.BadParameter("--terms wants --total and --first, and no --term")
        return equal_terms(_amount(total, "--total"), count, first)
    made = []
    for one in given:
        day, _, amount = one.partition("=")
        made.append(Instalment(_day(day), _amount(amount, "--term")))
    return tuple(made)


def _amount(text: str, option: str) -> Any:
    from hub.formats.orders_file import money_of
    from hub.model.finding import Finding

    money = money_of(text, "EUR", option)
    if isinstance(money, Finding):
        raise typer.BadParameter(f"{text!r} is no amount", param_hint=option)
    return money.amount


for _app, _kinds in ((disputes, ("dispute",)), (promises, ("promise",)), (plans, ("plan",)), (stops, ())):
    _app.command("list")(lister(_kinds))
for _app, _kind, _outcomes in (
    (disputes, "dispute", DisputeEnd), (promises, "promise", PromiseEnd), (plans, "plan", PromiseEnd),
):  # fmt: skip
    _app.command("end")(ender(_kind, _outcomes))
stops.command("end")(end_stop)
stops.command("watch")(watch)
plans.command("show")(show_plan)
