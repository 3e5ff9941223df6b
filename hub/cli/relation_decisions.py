"""`hub relations` on what a person decides of a relation: whose a bank account is, and that two are one."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason
from hub.cli.refusing import changing_relations, tell
from hub.cli.relation_settings import Code


def confirm(
    code: Code,
    iban: Annotated[str, typer.Argument(metavar="IBAN", help="The account you checked with the supplier.")],
    reject: Annotated[bool, typer.Option("--reject", help="It is not theirs; never pay to it.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Confirm a new account of a relation; what was blocked for it may be paid again. Or reject it.

    \b
    hub relations confirm-iban C0007 NL91ABNA0417164300
    hub relations confirm-iban C0007 NL91ABNA0417164300 --reject
    """
    from stdnum import iban as known_ibans

    if not known_ibans.is_valid(iban):
        raise typer.BadParameter(f"{iban!r} is no valid IBAN", param_hint="IBAN")
    with changing_relations(administration, as_json, language, actor) as (done, _):
        from hub.store.confirmed import confirm_iban, reject_iban

        given = (done.connection, done.ids, done.books.id, code, iban, done.actor_id, done.at)
        if reject:
            blocked = reject_iban(*given)
            row = {"relation": code, "iban": iban, "items_blocked": blocked}
            tell(done, row, "iban_rejected", code=code, iban=iban, count=blocked)
            return
        freed = confirm_iban(*given)
        row = {"relation": code, "iban": iban, "items_freed": freed}
        tell(done, row, "iban_confirmed", code=code, iban=iban, count=freed)


def merge(
    code: Annotated[str, typer.Argument(metavar="FROM", help="The double; its code goes on to mean the other.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="The one that stays.")],
    reason: Reason = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try it, and record nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Let a double go up in the other. What was booked stays as it is and is counted with the survivor.

    \b
    hub relations merge C0012 C0007 --reason "same company, old name"
    """
    with changing_relations(administration, as_json, language, actor, dry_run=dry_run) as (done, relations):
        from hub.store.merging import merge_relations

        merged = merge_relations(relations, code, into, reason)
        row = {
            "relation": merged.code, "merged_into": merged.survivor, "keys": merged.keys, "filled": list(merged.filled),
            "dry_run": dry_run,
        }  # fmt: skip
        tell(done, row, "relation_merged", code=merged.code, into=merged.survivor, keys=merged.keys)
        if dry_run:
            done.output.note("intake_dry_run")


COMMANDS = {"confirm-iban": confirm, "merge": merge}
