"""What is recorded of disputes, promises and plans, how it stands, and how it ends."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, AsOf, ByActor, ForAdministration, InLanguage, Reason, _day
from hub.cli.output import Column
from hub.cli.reading import reading_books
from hub.cli.refusing import changing_relations, tell
from hub.cli.session import every_administration

if TYPE_CHECKING:
    from hub.cli.options import Language
    from hub.model.arrangement import Arrangement, Outcome
    from hub.store.arrangements import Recorded


class DisputeEnd(StrEnum):
    """Whose right it was."""

    granted = "granted"
    rejected = "rejected"
    withdrawn = "withdrawn"


class PromiseEnd(StrEnum):
    """How a promise or plan ends by a person; whether it was kept follows from the payments."""

    kept = "kept"
    broken = "broken"
    withdrawn = "withdrawn"


_LIST = (
    Column("id"), Column("kind", "word"), Column("relation"), Column("invoice"), Column("since", "date"), Column("until", "date"),
    Column("amount", "money"), Column("paid", "money"), Column("due_by_now", "money"), Column("state", "word"), Column("owner"),
    Column("note"),
)  # fmt: skip
_TERMS = (Column("number"), Column("due", "date"), Column("amount", "money"))
Id = Annotated[int, typer.Argument(metavar="ID", help="As the list shows it.")]
Ended = Annotated[bool, typer.Option("--ended", help="Those that have ended, too.")]
Of = Annotated[str, typer.Argument(metavar="[RELATION]", help="Of one debtor only.")]
On = Annotated[
    date | None, typer.Option("--on", parser=_day, metavar="DATE", help="From which day; else today.", show_default=False)
]  # fmt: skip


def lister(kinds: tuple[str, ...]) -> Any:
    def command(
        relation: Of = "",
        ended: Ended = False,
        as_of: AsOf = None,
        administration: ForAdministration = "",
        as_json: AsJson = False,
        language: InLanguage = None,
    ) -> None:
        """What is recorded, and how it stands: what was paid since, and what should have been."""
        with reading_books(administration, as_json, language) as (connection, books, output):
            from hub.store.arrangements import arrangements

            found = arrangements(
                connection, books.id, books.snapshot.currency, as_of or date.today(), kinds=kinds, relation=relation, ended=ended
            )  # fmt: skip
            output.rows([_row(one) for one in found], _LIST)

    return command


def ender(kind: str, outcomes: type[StrEnum]) -> Any:
    """The command that ends one kind."""

    def command(
        stop_id: Id,
        outcome: StrEnum,
        reason: Reason = "",
        on: On = None,
        administration: ForAdministration = "",
        as_json: AsJson = False,
        language: InLanguage = None,
        actor: ByActor = "",
    ) -> None:
        _end(stop_id, outcome.value, reason, on, administration, as_json, language, actor)  # type: ignore[arg-type]

    command.__doc__ = f"End a {kind}. From that day on dunning goes on where it was."
    command.__annotations__["outcome"] = Annotated[outcomes, typer.Option("--as", help="How it ends.")]
    return command


def _end(
    stop_id: int, outcome: Outcome, reason: str, on: date | None, administration: str, as_json: bool,
    language: Language | None, actor: str,
) -> None:  # fmt: skip
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.store.arrangements import end_arrangement

        end_arrangement(relations, stop_id, outcome, reason, on or date.today())
        tell(done, {"id": stop_id, "outcome": outcome}, "arrangement_ended", id=stop_id, outcome=outcome)


def end_stop(
    stop_id: Id,
    reason: Reason = "",
    on: On = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """An insolvency or restructuring has ended. From that day on dunning goes on where it was."""
    _end(stop_id, "ended", reason, on, administration, as_json, language, actor)


def show_plan(
    stop_id: Id, as_of: AsOf = None, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """One plan: its terms, what was paid, and what comes next."""
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.errors import NotFound
        from hub.model.finding import asked
        from hub.store.arrangements import arrangements

        day = as_of or date.today()
        found = arrangements(connection, books.id, books.snapshot.currency, day, kinds=("plan",), ended=True)
        one = next((each for each in found if each.id == stop_id), None)
        if one is None:
            raise NotFound(asked("HUB-ARR-10", str(stop_id)))
        if output.as_json:
            output.line(_row(one))
            return
        output.table([_row(one)], _LIST)
        terms = [
            {"number": n, "due": str(i.due), "amount": str(i.amount)} for n, i in enumerate(one.made.instalments, 1)
        ]
        output.table(terms, _TERMS, title="\n" + output.text("title_terms"))


def watch(
    everybody: Annotated[bool, typer.Option("--all", help="Of every administration.")] = False,
    as_of: AsOf = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Mark promises and plans that were kept or broken by now; a broken one goes back to dunning. `hub-collect.timer` does so too.

    \b
    hub stops watch
    hub stops watch --all     every administration
    """
    if everybody and administration:
        raise typer.BadParameter("choose --all or --administration", param_hint="--all")
    for code in every_administration() if everybody else (administration,):
        _watch(code, as_of or date.today(), as_json, language, actor)


def _watch(administration: str, day: date, as_json: bool, language: Language | None, actor: str) -> None:
    with changing_relations(administration, as_json, language, actor, ids=5000) as (done, relations):
        from hub.store.arrangements import watch_arrangements

        ended = watch_arrangements(relations, done.books.snapshot.currency, day)
        done.output.rows([_row(one) for one in ended], _LIST)


def said(made: Arrangement) -> dict[str, Any]:
    return {
        "kind": made.kind, "relation": made.relation, "invoice": made.invoice or None, "since": str(made.since),
        "until": str(made.until) if made.until else None, "amount": None if made.amount is None else str(made.amount),
        "category": made.category or None, "owner": made.owner or None, "reference": made.reference or None,
        "note": made.note or None,
        "terms": [{"due": str(term.due), "amount": str(term.amount)} for term in made.instalments],
    }  # fmt: skip


def _row(one: Recorded) -> dict[str, Any]:
    stands = one.standing
    following = stands.next if stands else None
    return {
        "id": one.id, **said(one.made), "state": stands.outcome if stands else one.outcome,
        "paid": str(stands.paid) if stands else None, "due_by_now": str(stands.owed) if stands else None,
        "next_due": str(following.due) if following else None, "next_amount": str(following.amount) if following else None,
        "by": one.by, "ended_on": str(one.ended_on) if one.ended_on else None, "ended_by": one.ended_by or None,
        "ended_why": one.ended_why or None,
    }  # fmt: skip
