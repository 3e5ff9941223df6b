"""`hub dunning history|called|mark`: what became of one reminder, as a person says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.dunning_shown import HISTORY
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason, _day
from hub.cli.reading import reading
from hub.cli.refusing import changing_relations, refuse, tell

if TYPE_CHECKING:
    from hub.cli.changing import Change
    from hub.store.relation_changes import Changing

Reference = Annotated[str, typer.Argument(metavar="REFERENCE", help="As in `hub dunning show`: H-7-12.")]
KEYS = 2_000  # what a reminder claims becomes memo claims when it leaves


def history(
    relation: Annotated[str, typer.Argument(metavar="RELATION", help="Whose.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Every reminder of a debtor, the latest first.

    \b
    hub dunning history C0007
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.dunning import dropped_step
        from hub.reports.dunning import history as of_debtor
        from hub.texts.catalogue import step_text

        rows = of_debtor(connection, administration_id, relation)
        for row in rows:
            if (step := dropped_step(row["reason"])) is not None:
                row["reason"] = step_text(step, output.language, row["currency"])
        shown = rows if as_json else [{**row, "by_channel": row["channel"]} for row in rows]
        output.rows(shown, HISTORY, empty="no_reminders")


def called(
    reference: Reference,
    note: Annotated[str, typer.Option("--note", help="What was said.")] = "",
    on: Annotated[date | None, typer.Option("--on", parser=_day, metavar="DATE", help="When; else today.")] = None,
    promise: Annotated[
        date | None, typer.Option("--promise", parser=_day, metavar="DATE", help="He promised to pay by this day.")
    ] = None,
    amount: Annotated[
        str, typer.Option("--amount", metavar="AMOUNT", help="So much was promised; else all that he owes.")
    ] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """The debtor was called; the next level counts from this day.

    \b
    hub dunning called H-7-12 --note "in gesprek"
    hub dunning called H-7-12 --promise 2026-12-04 --amount 250 --note "salaris komt vrijdag"

    With --promise he is left alone until that day. A plan or dispute has a command of its own.
    """
    if amount and promise is None:
        raise typer.BadParameter("an amount goes with --promise", param_hint="--amount")
    _move(reference, "called", on, note, "", administration, as_json, language, actor, promise=promise, amount=amount)


def mark(
    reference: Reference,
    delivered: Annotated[
        date | None, typer.Option("--delivered", parser=_day, metavar="DATE", help="It was received on this day.")
    ] = None,
    proof: Annotated[str, typer.Option("--proof", help="What proves that: track and trace, receipt.")] = "",
    bounced: Annotated[bool, typer.Option("--bounced", help="It came back.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Seen to what failed or came back: the next run makes it anew.")] = False,
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """Say what became of a reminder that left.

    \b
    hub dunning mark H-7-12 --delivered 2026-11-27 --proof "3SABCD1234567"
    hub dunning mark H-7-12 --bounced --reason "onbekend op dit adres"
    hub dunning mark H-7-12 --again --reason "adres hersteld"
    """
    from hub.errors import Usage
    from hub.model.finding import asked

    chosen = {"delivered": delivered is not None, "bounced": bounced, "dropped": again}
    if sum(chosen.values()) != 1:
        raise Usage(asked("HUB-DUN-22", reference, "--delivered, --bounced, --again"))
    state = next(name for name, given in chosen.items() if given)
    _move(reference, state, delivered, reason, proof, administration, as_json, language, actor)


def _move(
    reference: str, state: str, on: date | None, reason: str, proof: str, administration: str, as_json: bool,
    language: InLanguage, actor: str, *, promise: date | None = None, amount: str = "",
) -> None:  # fmt: skip
    with changing_relations(administration, as_json, language, actor, ids=KEYS) as (change, relations):
        from hub.store.payments import note
        from hub.store.reminders import move

        told = {
            "on": on or date.today(),
            "reason": reason,
            "proof": proof,
            "actor_id": change.actor_id,
            "at": change.at,
        }
        row = move(change.connection, change.books.id, reference, state, **told)  # type: ignore[arg-type]
        note(
            change.connection,
            change.ids,
            change.books.id,
            change.actor_id,
            change.at,
            f"dunning.{state}",
            row.reference,
            reason,
        )
        shown: dict[str, Any] = {"reference": row.reference, "state": state, "before": row.state}
        if promise is not None:
            shown["promise"] = _promised(change, relations, row, promise, amount, on or date.today(), reason)
        tell(change, shown, "dunning_marked", reference=row.reference, state=state)


def _promised(
    change: Change, relations: Changing, row: Any, until: date, amount: str, since: date, note: str
) -> int:  # fmt: skip
    """What the debtor promised on the phone, in the same transaction; its number."""
    from hub.formats.orders_file import money_of
    from hub.model.arrangement import Arrangement
    from hub.model.finding import Finding
    from hub.store.arrangements import add_arrangement
    from hub.store.reminders import reminder_of

    currency = change.books.snapshot.currency
    money = money_of(amount, currency, "amount") if amount else None
    refuse([money] if isinstance(money, Finding) else [])
    much = None if money is None or isinstance(money, Finding) else money.amount
    _, reminder = reminder_of(change.connection, change.books.id, row.id)
    made = Arrangement("promise", reminder.relation, since, until, amount=much, owner=change.hub.actor, note=note)
    return add_arrangement(relations, made, currency)
