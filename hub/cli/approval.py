"""Approving purchases: what waits and for whom, approve, reject, forward, put on hold; and what stands on the suspense account."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, AsOf, ByActor, ForAdministration, InLanguage, Language, Reason
from hub.cli.output import Column, Output
from hub.cli.reading import reading

if TYPE_CHECKING:
    from hub.store.approval import Done

approvals = typer.Typer(
    help="Purchases under approval: list, show, suspense.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
_LIST = (
    Column("relation"), Column("relation_name"), Column("number"), Column("date", "date"), Column("total", "money"),
    Column("currency"), Column("method", "word"), Column("state", "word"), Column("turn"), Column("age", "count"), Column("message_id"),
)  # fmt: skip
_SUSPENSE = (
    Column("relation"),
    Column("number"),
    Column("date", "date"),
    Column("amount", "money"),
    Column("message_id"),
)
_ACTS = (
    Column("at"), Column("act", "word"), Column("who"), Column("on_behalf_of"), Column("to"), Column("state", "word"), Column("comment"),
)  # fmt: skip
Which = Annotated[
    str, typer.Argument(metavar="INVOICE", help="The invoice number, or the beginning of its message id.")
]
Comment = Annotated[str, typer.Option("--comment", help="A remark; kept with the approval.")]


class EndsBy(StrEnum):
    """How a rejection ends."""

    returned = "returned"
    wait_for_credit = "wait_for_credit"


class ListBy(StrEnum):
    """What the list is summed by."""

    document = "document"
    approver = "approver"


@approvals.command("list")
def list_all(
    by: Annotated[ListBy, typer.Option("--by", help="A line per document, or per person at turn.")] = ListBy.document,
    approver: Annotated[str, typer.Option("--approver", metavar="NAME", help="Only where this person may act.")] = "",
    as_of: AsOf = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What still waits for approval or for a credit note, oldest first; or per person, by age.

    \b
    hub approvals list
    hub approvals list --by approver --as-of 2026-11-30
    hub approvals list --approver anna --json
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.approval import approvals as find
        from hub.reports.approval import by_approver
        from hub.store.store import now

        rows = find(connection, administration_id, now().date(), as_of=as_of, approver=approver)
        if by is ListBy.document:
            output.rows(rows if as_json else (_with_turn(row, output) for row in rows), _LIST, empty="no_approvals")
            return
        _show_people(by_approver(rows), output)


def _with_turn(row: dict[str, Any], output: Output) -> dict[str, Any]:
    nobody = output.text("approval_anybody") if row["state"] in ("waiting", "on_hold") else ""
    return {**row, "turn": ", ".join(row["approvers"]) or nobody}


def _show_people(people: list[dict[str, Any]], output: Output) -> None:
    """A column per bucket of days."""
    from hub.reports.approval import BUCKETS

    if output.as_json or not people:
        output.rows(people, (), empty="no_approvals")
        return
    lows = (0, *(limit + 1 for limit in BUCKETS))
    names = [f"{low}-{high}" for low, high in zip(lows, BUCKETS, strict=False)] + [f"> {BUCKETS[-1]}"]
    shown = [
        {"approver": p["approver"] or output.text("approval_anybody"), "documents": p["documents"], "oldest": p["oldest"],
         **dict(zip(names, p["buckets"], strict=True))}
        for p in people
    ]  # fmt: skip
    columns = (
        Column("approver"),
        Column("documents", "count"),
        *(Column(n, "count") for n in names),
        Column("oldest", "count"),
    )
    output.table(shown, columns, headings={n: output.text("column_days", days=n) for n in names})


@approvals.command("show")
def show(
    invoice: Which, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """One document under approval: its steps, whose turn it is, and everything that was done.

    \b
    hub approvals show F2026-118
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.approval import find_uid, show_approval
        from hub.store.store import now

        row = show_approval(
            connection, administration_id, find_uid(connection, administration_id, invoice), now().date()
        )
        if as_json:
            output.line(row)
            return
        output.table([_with_turn(row, output)], _LIST)
        output.rows(row["acts"], _ACTS, empty="no_acts")


@approvals.command("suspense")
def suspense(
    as_of: AsOf = None, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """What stands on the account of invoices awaiting approval, per document, tied to its balance.

    \b
    hub approvals suspense --as-of 2026-12-31
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.approval import suspense as report

        rows = list(report(connection, administration_id, as_of=as_of))
        if as_json:
            output.rows(rows, ())
            return
        output.rows(rows[:-1], _SUSPENSE, empty="nothing_on_suspense")
        last = rows[-1]
        output.say(
            "suspense_tie", account=last["account"], total=last["total"], other=last["other"], balance=last["balance"]
        )


def approve(
    invoice: Which, comment: Comment = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Approve a purchase that waits for you; the last approval books its cost and frees it for payment.

    \b
    hub approve F2026-118 --actor anna
    hub approve 0199f3 --comment "order 4711"
    """
    _act("approve", invoice, administration, as_json, language, actor, comment=comment)


def reject(
    invoice: Which,
    ending: Annotated[EndsBy, typer.Option("--ending", help="Take it back now, or keep it until its credit note comes.")],
    reason: Reason = "", administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """Reject a purchase that waits for you, with a reason.

    \b
    hub reject F2026-118 --ending returned --reason "not delivered"
    hub reject F2026-118 --ending wait_for_credit --reason "price agreed was lower"

    returned: its entry is reversed, VAT too; the supplier's credit note (BT-25) is then registered without booking.
    wait_for_credit: it stays booked and blocked for payment until the credit note settles it.
    """
    _act("reject", invoice, administration, as_json, language, actor, comment=reason, ending=ending.value)


def forward(
    invoice: Which, to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who should look at it instead.")],
    comment: Comment = "", administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """Give a purchase that waits for you to somebody else.

    \b
    hub forward F2026-118 --to piet --comment "yours, I think"
    """
    _act("forward", invoice, administration, as_json, language, actor, comment=comment, to=to)


def hold_invoice(
    invoice: Which, reason: Reason = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Put a purchase that waits for you on hold, with a reason.

    \b
    hub hold-invoice F2026-118 --reason "asked the supplier for the packing slip"
    """
    _act("hold", invoice, administration, as_json, language, actor, comment=reason)


def resume_invoice(
    invoice: Which, comment: Comment = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Take a purchase off hold; it waits for the same person again.

    \b
    hub resume-invoice F2026-118
    """
    _act("resume", invoice, administration, as_json, language, actor, comment=comment)


def _act(
    kind: Any, invoice: str, administration: str, as_json: bool, language: Language | None, actor: str, *, comment: str = "",
    to: str = "", ending: Any = "",
) -> None:  # fmt: skip
    with changing(administration, as_json, language, actor) as change:
        from hub.reports.approval import find_uid
        from hub.store.approval import do

        uid = find_uid(change.connection, change.books.id, invoice)
        done = do(
            change.connection, change.ids, change.books, uid, kind, change.actor_id, change.at,
            comment=comment, to=to, ending=ending,
        )  # fmt: skip
    _say(change.output, kind, done, to)


def _say(output: Output, kind: str, done: Done, to: str) -> None:
    state = "wait_for_credit" if done.now.awaits_credit else done.now.state
    entry = done.entry
    if output.as_json:
        booked = None if entry is None else {"journal": entry.journal, "number": entry.number, "period": entry.period}
        output.line(
            {"message_id": done.uid, "act": kind, "state": state, "step": done.now.step + 1, "steps": done.steps,
             "entry": booked, "released": done.released}
        )  # fmt: skip
        return
    key = f"approval_{'released' if done.released else kind if state == 'waiting' else state}"
    words = {"id": done.uid, "step": done.now.step + 1, "steps": done.steps, "to": to}
    output.say(key, **words)
    if entry is not None:
        output.say("approval_booked", entry=f"{entry.journal} {entry.number}", date=str(entry.entry.booking_date))
