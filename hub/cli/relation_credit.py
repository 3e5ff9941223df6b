"""`hub relations` on credit: hold and limit, each by a reason that is set and lifted."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason
from hub.cli.output import Column
from hub.cli.reading import reading
from hub.cli.refusing import changing_relations, refuse
from hub.cli.relation_settings import Code

_CREDIT = (
    Column("code"), Column("name"), Column("credit_limit", "money"), Column("owed", "money"), Column("ordered", "money"),
    Column("room", "money"), Column("on_hold"),
)  # fmt: skip
_REASONS = (
    Column("id"), Column("effect"), Column("cause"), Column("amount", "money"), Column("why"), Column("since"), Column("by"),
    Column("lifted_at"), Column("lifted_by"), Column("lifted_why"),
)  # fmt: skip


def hold(
    code: Code,
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Put a debtor on hold: his orders are refused. Invoices that come all the same are booked, with a finding.

    \b
    hub relations hold C0007 --reason "levert retour zonder bericht"
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.model.relation_card import Reason as Because
        from hub.store.reasons import add_reason

        made = add_reason(relations, code, Because("hold", "person", reason))
        if as_json:
            done.output.line({"relation": code, "id": made, "effect": "hold"})
        done.output.say("hold_set", code=code)


def limit(
    code: Code,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="0 = nothing on credit.")] = "",
    none: Annotated[bool, typer.Option("--none", help="No limit: lift the one that a person set.")] = False,
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Set how much a debtor may owe and have on order. None, zero and an amount mean three things.

    \b
    hub relations limit C0007 5000
    hub relations limit C0007 0 --reason "eerst betalen"
    hub relations limit C0007 --none
    """
    if bool(amount) == none:
        raise typer.BadParameter("give an amount, or --none")
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.formats.orders_file import money_of
        from hub.model.finding import Finding
        from hub.model.relation_card import Reason as Because
        from hub.store.reasons import add_reason, lift_reasons

        if none:
            lifted = lift_reasons(relations, code, "limit", why=reason)
            if as_json:
                done.output.line({"relation": code, "credit_limit": None, "lifted": lifted})
            done.output.say("limit_lifted", code=code)
            return
        money = money_of(amount, done.books.snapshot.currency, "amount")
        refuse([money] if isinstance(money, Finding) else [])
        assert not isinstance(money, Finding)
        add_reason(relations, code, Because("limit", "person", reason, money.minor))
        if as_json:
            done.output.line({"relation": code, "credit_limit": str(money)})
        done.output.say("limit_set", code=code, amount=money)


def lift(
    code: Code,
    reason_id: Annotated[
        int, typer.Argument(metavar="ID", help="A reason of `hub relations credit`; else every hold of a person.")
    ] = 0,
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Lift a hold, or one reason by its id. What else holds him goes on to do so.

    \b
    hub relations lift C0007 --reason "betaald"
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.store.reasons import is_on_hold, lift_reason, lift_reasons

        if reason_id:
            lift_reason(relations, code, reason_id, reason)
        lifted = 1 if reason_id else lift_reasons(relations, code, "hold", why=reason)
        still = is_on_hold(done.connection, done.books.id, code)
        if as_json:
            done.output.line({"relation": code, "lifted": lifted, "on_hold": still})
        done.output.say("still_on_hold" if still else "hold_lifted", code=code)


def credit(
    code: Code, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """What a debtor owes and has ordered, against his limit; and every reason there ever was.

    \b
    hub relations credit C0007
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.relations import credit_card

        card = credit_card(connection, administration_id, code)
        if as_json:
            output.line(card)
            return
        output.table([card], _CREDIT)
        if card["history"]:
            output.table(card["history"], _REASONS, title="\n" + output.text("title_reasons"))


COMMANDS = {"hold": hold, "limit": limit, "lift": lift, "credit": credit}
