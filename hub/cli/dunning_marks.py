"""`hub dunning history|called|mark`: what became of one reminder, as a person says."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from hub.cli.changing import changing
from hub.cli.dunning_shown import HISTORY
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason, _day
from hub.cli.reading import reading
from hub.cli.refusing import tell

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
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """The debtor was called; the next level counts from this day.

    \b
    hub dunning called H-7-12 --note "betaalt vrijdag"

    Note a promise, plan or dispute as well: that makes dunning rest.
    """
    _move(reference, "called", on, note, "", administration, as_json, language, actor)


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
    language: InLanguage, actor: str,
) -> None:  # fmt: skip
    with changing(administration, as_json, language, actor, ids=KEYS) as change:
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
        shown = {"reference": row.reference, "state": state, "before": row.state}
        tell(change, shown, "dunning_marked", reference=row.reference, state=state)
