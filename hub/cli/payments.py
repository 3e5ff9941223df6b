"""`hub payments`: bank lines in by CSV; what is due out by payment file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli import proposals
from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column

if TYPE_CHECKING:
    from hub.cli.output import Output
    from hub.store.payments import BookedMovement

FATAL = 3
app = typer.Typer(
    help="Payments: import bank lines; propose, confirm and export payment files; collect.",
    no_args_is_help=True, rich_markup_mode=None, add_completion=False,
)  # fmt: skip
_IMPORT = (Column("line", "count"), Column("date", "date"), Column("amount", "money"), Column("currency"), Column("name"),
           Column("outcome", "word"), Column("entry"), Column("settles"), Column("reason"))  # fmt: skip
_FINDINGS = (Column("location", "place"), Column("code"), Column("message"))
DryRun = Annotated[bool, typer.Option("--dry-run", help="Try the whole file, record nothing.")]


@app.callback()
def root() -> None:
    """Payments."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a heading row.")],
    bank: Annotated[str, typer.Option("--bank", help="Our account, where the file names none.")] = "",
    dry_run: DryRun = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Book bank lines from a CSV: matched where it is certain, else on account or on the suspense account.

    \b
    Columns: date, amount (positive came in); and currency, iban, name, reference, end_to_end_id,
    description, bank_account, transaction_id. Dutch names and amounts (1.234,56) are read too.

    \b
    hub payments import bank.csv --dry-run
    hub payments import bank.csv

    A line that was imported before is a duplicate. One faulty row, and nothing is recorded (exit 3).
    """
    from hub.errors import NotFound
    from hub.store.payments import keys_needed

    if not file.is_file():
        raise NotFound(f"there is no file {file}")
    data = file.read_bytes()
    most = keys_needed(data.count(b"\n") + 1)
    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=most) as change:
        from hub.store.payment_files import movements_of
        from hub.store.payments import record_movements

        movements, findings = movements_of(data, file.name, change.books.snapshot, bank)
        if findings:
            show_findings(change.output, findings)
            raise typer.Exit(FATAL)
        done = record_movements(change.connection, change.ids, change.books, movements, change.actor_id, change.at)
        rows = [_row(one, change.output) for one in done]
    change.output.rows(rows, _IMPORT, empty="nothing_found")
    if not as_json:
        counts = {
            name: sum(one.outcome == name for one in done)
            for name in ("matched", "on_account", "suspense", "duplicate")
        }
        change.output.say("payments_imported", **counts)
        change.output.note("intake_dry_run") if dry_run else None


def show_findings(output: Output, findings: list[Any]) -> None:
    """Every fault, none left out."""
    from hub.texts.shown import finding_json

    output.rows([finding_json(finding, output.language) for finding in findings], _FINDINGS)


def _row(done: BookedMovement, output: Output) -> dict[str, Any]:
    from hub.texts.catalogue import why

    payment = done.movement.payment
    row: dict[str, Any] = {
        "line": done.movement.line, "date": str(payment.on), "amount": str(payment.amount), "currency": payment.amount.currency,
        "iban": payment.iban, "name": payment.name, "outcome": done.outcome, "payment": done.id or None, "entry": None,
        "relation": None, "settles": [], "reason": "", "code": "", "proposals": 0,
    }  # fmt: skip
    if done.posted is None or done.matching is None:
        return row
    row["entry"] = f"{done.posted.journal} {done.posted.number}"
    row["proposals"] = len(done.matching.proposals)
    row["relation"] = done.matching.rest.relation or None
    if done.matching.certain is not None:
        decision = done.matching.certain.decision
        row |= {"settles": decision.value.split(" "), "reason": why(decision, output.language), "code": decision.why}
        row["relation"] = dict(decision.words).get("relation") or row["relation"]
    return row


for _name, _command in (
    ("propose", proposals.propose), ("list", proposals.list_all), ("show", proposals.show), ("remove", proposals.remove),
    ("confirm", proposals.confirm), ("export", proposals.export), ("discard", proposals.discard),
    ("collect", proposals.collect),
):  # fmt: skip
    app.command(_name)(_command)
