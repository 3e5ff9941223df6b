"""`hub match` and `hub unmatch`: money that waits for its invoice, and what a person decides about it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import Change, changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason, WhichSide
from hub.cli.output import Column
from hub.cli.pay import Day, Invoices, _chosen
from hub.cli.reading import reading_books
from hub.cli.settled import entry_row, settled_rows, show_entry

if TYPE_CHECKING:
    from hub.store.matches import Proposal, Waiting

app = typer.Typer(
    help="Money that waits for its invoice: list, accept, reject, with, together, run.",
    no_args_is_help=True, rich_markup_mode=None, add_completion=False,
)  # fmt: skip
_LIST = (Column("payment"), Column("date", "date"), Column("amount", "money"), Column("currency"), Column("name"), Column("relation"),
         Column("remittance"), Column("proposal"), Column("settles"), Column("reason"))  # fmt: skip
Key = Annotated[str, typer.Argument(metavar="KEY", help="The proposal's key, as `hub match list` shows it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, record nothing.")]
WAITS = 500  # keys that a run may take at most for each hundred payments


@app.command("list")
def list_all(
    administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """Money on account or on the suspense account, each with what it may settle and why.

    \b
    hub match list
    hub match list --json
    """
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.store.matches import proposals

        rows: list[dict[str, Any]] = []
        for waiting, made in proposals(connection, books):
            row = _waiting_row(waiting)
            if as_json:
                shown = [_proposal_row(p, connection, books.id, output.language) for p in made]
                output.line({**row, "proposals": shown})
                continue
            rows += [{**(row if n == 0 else {}), **_shown(p, output.language)} for n, p in enumerate(made)] or [row]
        if not as_json:
            output.rows(rows, _LIST, empty="nothing_waits")


def _waiting_row(waiting: Waiting) -> dict[str, Any]:
    payment = waiting.payment
    return {
        "payment": waiting.id, "date": str(payment.on), "amount": str(payment.amount), "currency": payment.amount.currency,
        "iban": payment.iban, "name": payment.name, "relation": waiting.relation or None, "remittance": payment.text,
        "on": "account" if waiting.item else "suspense", "item": waiting.item or None,
    }  # fmt: skip


def _proposal_row(proposal: Proposal, connection: Any, administration_id: int, language: str) -> dict[str, Any]:
    from hub.model.money import money_text
    from hub.store.settling_items import settling_items
    from hub.texts.shown import decision_json

    currency = proposal.waiting.payment.amount.currency
    items = settling_items(connection, administration_id, proposal.match.items)
    why = decision_json(proposal.match.decision, language, currency)
    return {
        "key": proposal.key, "certain": proposal.certain, "reason": why["why"], "code": why["code"],
        "settles": [
            {"relation": items[a.item].relation, "invoice": items[a.item].number, "amount": money_text(a.amount, currency),
             "discount": money_text(a.discount, currency), "difference": money_text(a.difference, currency)}
            for a in proposal.match.settlement.allocations
        ],
    }  # fmt: skip


def _shown(proposal: Proposal, language: str) -> dict[str, Any]:
    from hub.texts.catalogue import why

    return {
        "proposal": proposal.key,
        "settles": proposal.match.decision.value,
        "reason": why(proposal.match.decision, language),
    }


@app.command("accept")
def accept(
    key: Key, on: Day = None, reason: Reason = "", dry_run: DryRun = False, administration: ForAdministration = "",
    as_json: AsJson = False, language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Book a proposal: the money goes from where it waits to the invoices.

    \b
    hub match accept 1402-9f3a1c

    Exit 5: it no longer holds, because something was settled meanwhile.
    """
    with changing(administration, as_json, language, actor, dry_run=dry_run) as change:
        from hub.store.matches import accept as book

        args = (change.connection, change.ids, change.books, key, reason, change.actor_id, change.at)
        _tell(change, *book(*args, on), dry_run=dry_run)


def _tell(change: Change, posted: Any, proposal: Proposal, items: Any, *, dry_run: bool) -> None:
    row = entry_row(posted, items)
    if change.output.as_json:
        settled = settled_rows(proposal.match.settlement, items)
        change.output.line({"key": proposal.key, "entry": row, "settled": settled, "recorded": not dry_run})
        return
    show_entry(change.output, row)
    if dry_run:
        change.output.note("intake_dry_run")


@app.command("reject")
def reject(
    key: Key, reason: Reason = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Never propose this again.

    \b
    hub match reject 1402-9f3a1c --reason "is van een ander"
    """
    with changing(administration, as_json, language, actor) as change:
        from hub.store.matches import reject as refuse

        refuse(change.connection, change.ids, change.books, key, reason, change.actor_id, change.at)
        if as_json:
            change.output.line({"key": key, "rejected": True})
        else:
            change.output.say("match_rejected", proposal=key)


@app.command("with")
def settle_with(
    payment: Annotated[int, typer.Argument(metavar="PAYMENT", help="The payment, as `hub match list` shows it.")],
    invoices: Invoices = None,
    relation: Annotated[str, typer.Option("--relation", metavar="CODE", help="Whose invoices.")] = "",
    side: Annotated[WhichSide, typer.Option("--side", help="Debtor's or creditor's.")] = WhichSide.both,
    with_discount: Annotated[bool, typer.Option("--with-discount", help="Take the discount that is allowed.")] = False,
    difference: Annotated[bool, typer.Option("--difference", help="What is missing is a payment difference.")] = False,
    on: Day = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Settle invoices of your choice with money that waits.

    \b
    hub match with 1402 VF-2026-0101 VF-2026-0102=100
    """
    with changing(administration, as_json, language, actor, dry_run=dry_run) as change:
        from hub.accounting.by_hand import Wish, settlement_of
        from hub.store.matches import match_with

        def settlement(found: Waiting) -> Any:
            chosen = _chosen(change, invoices or [], relation, side, found.payment.part)
            money = found.payment.amount
            wish = Wish(
                chosen, abs(money.amount), money.currency, with_discount, difference=difference,
                on_account=True, despite_blocks=True,  # the money has gone or come already; what is left goes on waiting
            )  # fmt: skip
            return settlement_of(wish, found.payment)

        args = (change.connection, change.ids, change.books, payment, settlement, reason, change.actor_id, change.at)
        _tell(change, *match_with(*args, on), dry_run=dry_run)


@app.command("together")
def together(
    invoices: Invoices = None,
    relation: Annotated[str, typer.Option("--relation", metavar="CODE", help="Whose invoices.")] = "",
    side: Annotated[WhichSide, typer.Option("--side", help="Debtor's or creditor's.")] = WhichSide.both,
    on: Day = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Set items off against each other: a credit note against an invoice, what we owe against what we are owed.

    \b
    hub match together GK-2026-0012 GK-2026-C003
    """
    with changing(administration, as_json, language, actor, dry_run=dry_run) as change:
        from hub.accounting.credit_notes import set_off
        from hub.store.payments import record_settlement

        items = {i.id: i for i, _ in _chosen(change, invoices or [], relation, side, "")}
        settlement = set_off(list(items.values()))
        args = (change.connection, change.ids, change.books, settlement, on or date.today(), reason)
        posted = record_settlement(*args, change.actor_id, change.at)
        row = entry_row(posted, items)
        if as_json:
            change.output.line({"entry": row, "settled": settled_rows(settlement, items), "recorded": not dry_run})
        else:
            show_entry(change.output, row)


@app.command("run")
def run(
    dry_run: DryRun = False, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """Settle what has become certain: money that waited, and credit notes with the invoice they name.

    \b
    hub match run --dry-run
    """
    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=WAITS) as change:
        from hub.store.credit_matches import settle_credit_notes
        from hub.store.matches import settle_certain

        args = (change.connection, change.ids, change.books, change.actor_id, change.at)
        rows = [_done(p, c.match.decision, change) for p, c in settle_certain(*args)]
        rows += [_done(posted, _of_note(note), change) for posted, note, _ in settle_credit_notes(*args)]
        columns = (
            Column("journal"),
            Column("number", "count"),
            Column("date", "date"),
            Column("settles"),
            Column("reason"),
        )
        change.output.rows(rows, columns, empty="nothing_certain")


def _of_note(credit: Any) -> Any:
    from hub.model.decision import Decision

    return Decision("match", credit.number, "match_credit_note")


def _done(posted: Any, decision: Any, change: Change) -> dict[str, Any]:
    from hub.texts.catalogue import why

    return {
        "journal": posted.journal, "number": posted.number, "date": str(posted.entry.booking_date), "settles": decision.value,
        "reason": why(decision, change.output.language), "code": decision.why,
    }  # fmt: skip


def unmatch(
    journal: Annotated[str, typer.Argument(metavar="JOURNAL", help="Journal of the entry, as BNK.")],
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Its number.")],
    year: Annotated[int, typer.Option("--year", help="Fiscal year; else this one.", show_default=False)] = 0,
    on: Day = None,
    reason: Reason = "",
    money_too: Annotated[
        bool,
        typer.Option("--money-too", help="The bank's line itself was a mistake; else it is booked again, unmatched."),
    ] = False,
    dry_run: DryRun = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Undo what a payment or a match settled, by reversal.

    \b
    hub unmatch BNK 12 --year 2026 --reason "verkeerde debiteur"
    """
    with changing(administration, as_json, language, actor, dry_run=dry_run) as change:
        from hub.store.unmatching import unmatch as undo

        args = (change.connection, change.ids, change.books, journal, year or date.today().year, number)
        done = undo(*args, on or date.today(), reason, change.actor_id, change.at, money_too=money_too)
        reversal, again = entry_row(done.reversal, {}), entry_row(done.again, {}) if done.again else None
        if as_json:
            change.output.line({"reversal": reversal, "booked_again": again, "recorded": not dry_run})
            return
        for row in (reversal, again):
            if row is not None:
                show_entry(change.output, row)
