"""Payment files by command: propose, show, remove, confirm, export, discard; collect by direct debit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import Change, changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason, _day
from hub.cli.output import Column
from hub.cli.reading import reading
from hub.cli.settled import entry_row, show_entry

if TYPE_CHECKING:
    from hub.store.proposals import Made

LINES = (
    Column("line", "count"), Column("relation"), Column("name"), Column("iban"), Column("amount", "money"), Column("settles"),
    Column("end_to_end_id"), Column("state", "word"),
)  # fmt: skip
LEFT_OUT = (
    Column("relation"),
    Column("invoice"),
    Column("outstanding", "money"),
    Column("currency"),
    Column("left_out"),
)
PROPOSALS = (Column("number", "count"), Column("kind", "word"), Column("state", "word"), Column("date", "date"), Column("count", "count"),
             Column("total", "money"), Column("message_id"))  # fmt: skip
Number = Annotated[int, typer.Argument(metavar="PROPOSAL", help="The proposal's number.")]
Until = Annotated[date, typer.Option("--until", parser=_day, metavar="DATE", help="What is due by this day.")]
Execution = Annotated[
    date | None, typer.Option("--date", parser=_day, metavar="DATE", help="When the bank is to pay; else today.")
]
Bank = Annotated[str, typer.Option("--bank", help="Our account: IBAN or ledger account.")]
KEYS = 20_000  # a proposal takes a key for each line


def propose(
    until: Until,
    execution: Execution = None,
    bank: Bank = "",
    relation: Annotated[str, typer.Option("--relation", metavar="CODE", help="Only this creditor.")] = "",
    with_discount: Annotated[
        bool, typer.Option("--with-discount", help="Take discounts, also of invoices not yet due.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, record nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Propose what is due and released for payment; credit notes are taken off per creditor.

    \b
    hub payments propose --until 2026-11-30
    hub payments propose --until 2026-11-30 --date 2026-11-24 --bank NL92RABO0000104711 --with-discount
    """
    from hub.accounting.bank_accounts import bank_account

    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=KEYS) as change:
        from hub.store.proposals import propose as make

        own = bank_account(change.books.snapshot, bank)
        args = (change.connection, change.ids, change.books, own, execution or date.today(), until)
        made = make(*args, change.actor_id, change.at, with_discount=with_discount, relation=relation)
        tell_made(change, made, dry_run=dry_run)


def collect(
    until: Until,
    execution: Execution = None,
    bank: Bank = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, record nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Propose a direct debit of what debtors with a mandate owe; confirm and export it as any proposal.

    \b
    hub payments collect --until 2026-11-30 --date 2026-12-01
    """
    from hub.accounting.bank_accounts import bank_account

    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=KEYS) as change:
        from hub.store.mandates import collect as make

        own = bank_account(change.books.snapshot, bank)
        args = (change.connection, change.ids, change.books, own, execution or date.today(), until)
        tell_made(change, make(*args, change.actor_id, change.at), dry_run=dry_run)


def tell_made(change: Change, made: Made, *, dry_run: bool) -> None:
    """The lines, and what is due but does not go along."""
    output = change.output
    left_out = [
        {"relation": one.item.relation, "invoice": one.item.number, "outstanding": str(one.item.outstanding),
         "currency": one.item.outstanding.currency, "why": one.why, "details": one.details,
         "left_out": output.text(f"left_out_{one.why}", details=one.details)}
        for one in made.left_out
    ]  # fmt: skip
    lines = _lines(change.connection, change.books.id, made.number) if made.number else []
    if output.as_json:
        shown = [{k: v for k, v in row.items() if k != "left_out"} for row in left_out]
        output.line({"proposal": made.number or None, "lines": lines, "left_out": shown, "recorded": not dry_run})
        return
    output.rows(lines, LINES, empty="nothing_to_pay")
    if left_out:
        output.table(left_out, LEFT_OUT, title=output.text("title_left_out"))
    if dry_run:
        output.note("intake_dry_run")
    elif made.number:
        output.say("proposal_made", number=made.number)


def _lines(connection: Any, administration_id: int, number: int) -> list[dict[str, Any]]:
    from hub.model.money import from_minor, money_text
    from hub.store.proposals import find_proposal, items_of_lines, lines_of
    from hub.store.settling_items import settling_items

    head = find_proposal(connection, administration_id, number)
    lines = lines_of(connection, administration_id, head.id)
    parts = items_of_lines(connection, administration_id, [line.id for line in lines])
    items = settling_items(connection, administration_id, {part.open_item_id for part in parts})
    rows = []
    for line in lines:
        mine = [part for part in parts if part.line_id == line.id]
        amounts = [
            {"invoice": items[p.open_item_id].number, "amount": money_text(from_minor(p.amount, line.currency)),
             "discount": money_text(from_minor(p.discount, line.currency))}
            for p in mine
        ]  # fmt: skip
        rows.append({
            "line": line.position, "relation": line.code, "name": line.name, "iban": line.iban, "part": line.part,
            "amount": money_text(from_minor(line.amount, line.currency), line.currency), "currency": line.currency,
            "remittance": line.remittance, "creditor_reference": line.creditor_reference, "end_to_end_id": line.end_to_end_id,
            "mandate": line.mandate, "sequence": line.sequence, "state": line.state,
            "settles": [row["invoice"] for row in amounts], "items": amounts,
        })  # fmt: skip
    return rows


def list_all(
    administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """Every proposal and how far it is.

    \b
    hub payments list
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.payment_proposals import list_proposals

        output.rows(list_proposals(connection, administration_id), PROPOSALS, empty="no_proposals")


def show(
    number: Number, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """The lines of a proposal.

    \b
    hub payments show 1
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        output.rows(_lines(connection, administration_id, number), LINES)


def remove(
    number: Number,
    line: Annotated[int, typer.Argument(metavar="LINE", help="Its line.")],
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Take a line out of an open proposal.

    \b
    hub payments remove 1 3
    """
    with changing(administration, as_json, language, actor) as change:
        from hub.store.proposal_states import remove_line

        remove_line(change.connection, change.ids, change.books, number, line, reason, change.actor_id, change.at)
        _tell(change, {"proposal": number, "removed": line}, "line_removed", number=number, line=line)


def confirm(
    number: Number,
    in_transit: Annotated[
        bool, typer.Option("--book-in-transit", help="Settle now, against payments in transit, until the bank's line.")
    ] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Freeze a proposal after looking once more at every item. It puts nothing in the ledger by itself.

    \b
    hub payments confirm 1

    Exit 5: something was paid or blocked since; it says what.
    """
    with changing(administration, as_json, language, actor) as change:
        from hub.store.proposal_states import confirm as freeze

        args = (change.connection, change.ids, change.books, number, change.actor_id, change.at)
        posted = freeze(*args, in_transit=in_transit)
        row = entry_row(posted, {}) if posted else None
        _tell(change, {"proposal": number, "state": "confirmed", "entry": row}, "proposal_confirmed", number=number)
        if row is not None and not as_json:
            show_entry(change.output, row)


def export(
    number: Number,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the file goes.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Write the payment file: pain.001.001.09, or pain.008.001.08 for a collection. The same bytes each time.

    \b
    hub payments export 1 --out betalingen.xml
    """
    with changing(administration, as_json, language, actor) as change:
        from hub.store.proposal_states import export as write

        made = write(change.connection, change.ids, change.books, number, change.actor_id, change.at)
        out.write_bytes(made.data)
        row = {"proposal": number, "file": str(out), "count": made.count, "total": f"{made.total:.2f}"}
        _tell(change, row, "proposal_exported", file=out, count=made.count, total=f"{made.total:.2f}")


def discard(
    number: Number, reason: Reason = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Give a proposal up, also one whose file the bank refused; its items may be proposed again.

    \b
    hub payments discard 1 --reason "bestand geweigerd"
    """
    with changing(administration, as_json, language, actor) as change:
        from hub.store.proposal_states import discard as give_up

        give_up(change.connection, change.ids, change.books, number, reason, change.actor_id, change.at)
        _tell(change, {"proposal": number, "state": "discarded"}, "proposal_discarded", number=number)


def _tell(change: Change, row: dict[str, Any], sentence: str, **values: object) -> None:
    if change.output.as_json:
        change.output.line(row)
    else:
        change.output.say(sentence, **values)
