"""`hub claims`: costs and interest that were claimed beside a principal, what was received of them, and letting them go."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading_books
from hub.cli.vat import show_rows

if TYPE_CHECKING:
    from hub.model.memo_claim import MemoClaim

app = typer.Typer(
    help="Claimed costs and interest: list, waive.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
_LIST = (
    Column("claim"), Column("relation"), Column("kind", "word"), Column("reference"), Column("claimed_on", "date"),
    Column("amount", "money"), Column("received", "money"), Column("unpaid", "money"), Column("currency"),
)  # fmt: skip


@app.command("list")
def list_claims(
    relation: Annotated[str, typer.Argument(metavar="CODE", help="Of which relation.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Claims of a debtor that are in force: nothing of them is in the books until it is received.

    \b
    hub claims list C0012
    """
    from hub.store.memo_claims import open_claims
    from hub.store.relations import resolve

    with reading_books(administration, as_json, language) as (connection, books, output):
        _, code = resolve(connection, books.id, relation)
        show_rows([_row(one) for one in open_claims(connection, books.id, [code])], _LIST, output, "no_claims")


@app.command("waive")
def waive_claims(
    claims: Annotated[list[int], typer.Argument(metavar="CLAIM...", help="As `hub claims list` numbers them.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with it.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Let claims of costs or interest go; the principal stays owed.

    \b
    hub claims waive 10234 10235 --reason "agreed by telephone"
    """
    from hub.store.memo_claims import waive

    with changing(administration, as_json, language, actor) as change:
        waive(change.connection, change.ids, change.books.id, claims, date.today(), reason, change.actor_id, change.at)
    if as_json:
        change.output.line({"waived": claims, "reason": reason})
    else:
        change.output.say("claims_waived", count=len(claims))


def _row(claim: MemoClaim) -> dict[str, Any]:
    from hub.model.money import money_text

    return {
        "claim": claim.id, "relation": claim.relation, "kind": claim.kind, "reference": claim.reference or None,
        "claimed_on": str(claim.claimed_on), "amount": money_text(claim.amount, claim.currency),
        "received": money_text(claim.received, claim.currency), "unpaid": money_text(claim.unpaid, claim.currency),
        "currency": claim.currency,
    }  # fmt: skip
