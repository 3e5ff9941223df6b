"""`hub dunning`: which policy a relation or an invoice has, and why; and what its levels are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli import dunning_marks, dunning_runs
from hub.cli.collection_files import files_of
from hub.cli.dunning_mail import add_letters
from hub.cli.options import AsJson, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.cli.output import Output
    from hub.credit.policy import Chosen
    from hub.model.dunning import DunningRules, Policy

app = typer.Typer(
    help="Dunning: policy; run, show, freeze, send; history.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
_LEVELS = (
    Column("level"), Column("kind", "word"), Column("after_days", "count"), Column("count_from", "word"),
    Column("by_channel", "word"), Column("otherwise", "word"), Column("costs", "word"), Column("interest", "word"),
    Column("confirm", "word"),
)  # fmt: skip


@app.callback()
def root() -> None:
    """Dunning."""


add_letters(app)


@app.command("policy")
def policy(
    name: Annotated[str, typer.Argument(metavar="[RELATION|INVOICE]", help="Whose; else every policy there is.")] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Which dunning policy somebody has and why, level by level; without a name every policy.

    \b
    hub dunning policy
    hub dunning policy C0007
    hub dunning policy VF-2026-0101
    """
    settings = settings_of(language, administration=administration)
    output = output_of(settings, as_json)
    from hub.formats.dunning_file import read_dunning

    with opened(settings) as hub:
        from hub.reports.debtors import debtors_named
        from hub.store.administrations import load_books

        code = hub.administration_code(administration)
        rules = read_dunning(files_of(settings, "dunning", code))
        with hub.database.reporting() as connection:
            named = debtors_named(connection, load_books(connection, [code])[code].id, name) if name else []
    if name:
        _show_chosen(rules, named, output)
    else:
        for each in rules.policies.values():
            _show(each, output, {})


def _show_chosen(rules: DunningRules, named: list[tuple[Any, str]], output: Output) -> None:
    from hub.credit.policy import choose_policy
    from hub.texts.catalogue import step_text

    for debtor, invoice in named:
        chosen: Chosen = choose_policy(rules, debtor, invoice)
        why = step_text(chosen.why, output.language)
        output.say("calculation_step", text=why)
        whose = {"relation": debtor.codes[0], "invoice": invoice or None, "why": why, "code": chosen.why.code}
        _show(chosen.policy, output, whose)


def _show(policy: Policy, output: Output, whose: dict[str, Any]) -> None:
    name = policy.names.get(output.language, policy.code)
    rows = list(_rows(policy, name, whose))
    if output.as_json:
        output.rows(rows, _LEVELS)
    elif policy.never:
        output.say("dunning_never", policy=policy.code)
    else:
        shown = [{**row, "after_days": row["days"], "by_channel": row["channel"]} for row in rows]
        output.table(shown, _LEVELS, title="\n" + output.text("title_policy", name=name, policy=policy.code))


def _rows(policy: Policy, name: str, whose: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row a level; one without level for a policy that never reminds."""
    about = {**whose, "policy": policy.code, "name": name, "treats": policy.treats or None}
    if policy.never:
        yield {**about, "level": None}
    for level in policy.levels:
        yield {
            **about, "level": level.code, "kind": level.kind, "days": level.days, "count_from": level.count_from,
            "channel": level.channel, "otherwise": level.otherwise or None, "costs": level.costs,
            "interest": level.interest, "signed_by": level.signed_by, "confirm": level.confirm,
        }  # fmt: skip


for _name, _command in (
    ("run", dunning_runs.run), ("list", dunning_runs.list_all), ("show", dunning_runs.show), ("exclude", dunning_runs.exclude),
    ("freeze", dunning_runs.freeze), ("send", dunning_runs.send), ("cancel", dunning_runs.cancel),
    ("history", dunning_marks.history), ("called", dunning_marks.called), ("mark", dunning_marks.mark),
):  # fmt: skip
    app.command(_name)(_command)
