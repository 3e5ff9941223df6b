"""`hub messages list`, `show` and `mail`: what came in, what became of it, and what to ask its sender."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.correcting import AsDraft
from hub.cli.findings import show_findings
from hub.cli.options import AsJson, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading

if TYPE_CHECKING:
    from hub.cli.output import Output

messages = typer.Typer(
    add_completion=False,
    help="Messages: list, show, mail, release, refuse, retry, edit, discard.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_LIST = (
    Column("message_id"), Column("received_at"), Column("file"), Column("outcome", "word"), Column("relation"),
    Column("number"), Column("total", "money"), Column("currency"), Column("reason"),
)  # fmt: skip
_PARKED = (
    Column("message_id"),
    Column("lane"),
    Column("parked_at"),
    Column("class"),
    Column("reason"),
    Column("group"),
)
_DECISIONS = (Column("what", "word"), Column("line"), Column("value", "word"), Column("why"))
_POSTINGS = (Column("account"), Column("debit", "money"), Column("credit", "money"), Column("currency"),
             Column("vat_code"), Column("relation"))  # fmt: skip
MessageId = Annotated[
    str, typer.Argument(metavar="ID", help="Message id; of a received one its first 6 signs will do.")
]


class Outcome(StrEnum):
    """What `--outcome` may say."""

    posted = "posted"
    held = "held"
    refused = "refused"
    duplicate = "duplicate"
    conflict = "conflict"
    waiting = "waiting"
    parked = "parked"


@messages.command("list")
def list_all(
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="Only these.", show_default=False)] = None,
    limit: Annotated[int, typer.Option("--limit", help="At most this many, latest first.")] = 100,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What came in, latest first.

    \b
    hub messages list --outcome held       what waits for you
    hub messages list --outcome parked     what failed for good
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        if outcome is Outcome.parked:
            from hub.store.parked import list_parked

            output.rows(list_parked(connection, administration_id, limit=limit), _PARKED, empty="no_messages")
            return
        from hub.reports.messages import list_messages

        wanted = outcome.value if outcome else ""
        found = list_messages(
            connection, administration_id, outcome=wanted, limit=limit, language=output.language
        )  # fmt: skip
        output.rows(found, _LIST, empty="no_messages")


@messages.command("show")
def show(
    message: MessageId, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:
    """Everything about one message: document, entries, decisions, findings, attempts.

    \b
    hub messages show 0199f3
    """
    from hub.errors import NotFound

    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.messages import find_message, show_message
        from hub.store import parked

        try:
            uid = find_message(connection, administration_id, message)
        except NotFound:
            row = parked.show(connection, message)
        else:
            row = show_message(connection, administration_id, uid, output.language)
        _show(row, output)


@messages.command("mail")
def mail(
    message: MessageId,
    out: AsDraft = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """The mail that asks the sender to correct the document, in his language; it is not sent.

    \b
    hub messages mail 0199f3                   to read and copy
    hub messages mail 0199f3 --out mail.eml    to open in a mail program
    """
    from hub.cli.correcting import show as show_mail
    from hub.correction import correction_of_known

    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.messages import find_message
        from hub.reports.original import original_of
        from hub.reports.turns import findings_of

        uid = find_message(connection, administration_id, message)
        original = original_of(connection, administration_id, message=uid)
        told = correction_of_known(
            original.body, original.file_name or uid, findings_of(connection, uid), language.value if language else ""
        )
    show_mail(told, out, output)


def _judges(by: dict[str, str]) -> str:
    """`xsd 2.1, en16931 1.3.16`."""
    return ", ".join(f"{layer} {version}" for layer, version in by.items())


def _show(row: dict[str, Any], output: Output) -> None:
    if output.as_json:
        output.line(row)
        return
    plain = {**row, **(row.get("document") or {}), "judged_by": _judges(row.get("judged_by") or {})}
    pairs = [{"field": k, "value": v} for k, v in plain.items() if isinstance(v, str | int) and v not in ("", None)]
    output.table(pairs, (Column("field"), Column("value")))
    show_findings(row.get("findings", ()), output)
    if row.get("decisions"):
        output.table(row["decisions"], _DECISIONS, output.text("title_decisions"))
    for entry in row.get("entries", ()):
        lines = [{**p, p["side"]: p["amount"]} for p in entry["postings"]]
        output.table(
            lines, _POSTINGS, f"{entry['journal']} {entry['number']} · {entry['date']} · {entry['description']}"
        )
    if left_out := row.get("entries_in_all", 0) - len(row.get("entries", ())):
        output.say("message_more_entries", count=left_out, journal=row["entries"][-1]["journal"])
    for name in ("attempts", "ended"):
        for item in row.get(name, ()):
            output.say(f"message_{name}", **{key: value for key, value in item.items() if key != "codes"})
