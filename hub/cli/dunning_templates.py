"""`hub dunning templates`: whether the texts of letters can be used, and how they look with made-up data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.collection_files import files_of
from hub.cli.dunning_letters import OutPdf, _show
from hub.cli.options import AsJson, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.model.dunning import DunningRules, Level

app = typer.Typer(help="Texts of letters.", no_args_is_help=True, rich_markup_mode=None, add_completion=False)
_LISTED = (Column("policy"), Column("level"), Column("language"), Column("subject"))


@app.callback()
def root() -> None:
    """Texts of letters."""


@app.command("check")
def check(
    file: Annotated[Path | None, typer.Option("--file", exists=True, dir_okay=False, help="A dunning.toml that is not in use yet.")] = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:  # fmt: skip
    """Every text in use, or of a file that is not in use yet: all that is wrong with it, or how each is filled.

    \b
    hub dunning templates check
    hub dunning templates check --file new.toml
    """
    from hub.letters.reminder import worded
    from hub.letters.sample import sample_reminder

    settings = settings_of(language, administration=administration)
    output = output_of(settings, as_json)
    rules = _rules(settings, administration, file)
    rows: list[dict[str, Any]] = [
        {"policy": policy.code, "level": level.code, "language": tongue, "subject": worded(sample_reminder(level, tongue, many=many))[0]}
        for policy in rules.policies.values() for level in policy.levels for tongue in level.texts for many in (False, True)
    ]  # fmt: skip
    output.rows(rows, _LISTED)


@app.command("preview")
def preview(
    level: Annotated[str, typer.Argument(metavar="LEVEL", help="As in the policy: reminder, demand.")],
    policy: Annotated[str, typer.Option("--policy", help="Of this policy; else the first that has the level.")] = "",
    file: Annotated[Path | None, typer.Option("--file", exists=True, dir_okay=False, help="A dunning.toml that is not in use yet.")] = None,
    many: Annotated[bool, typer.Option("--many", help="For several invoices and a credit.")] = False,
    vat: Annotated[bool, typer.Option("--vat", help="Of a creditor who cannot deduct VAT.")] = False,
    out: OutPdf = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:  # fmt: skip
    """A text as a debtor would get it, with made-up data: here, or as PDF. `--language` is the debtor's.

    \b
    hub dunning templates preview demand --language en --out demand.pdf
    hub dunning templates preview fourteen_days --file new.toml --vat
    """
    from hub.letters.sample import sample_reminder

    settings = settings_of(language, administration=administration)
    output = output_of(settings, as_json)
    chosen = _level(_rules(settings, administration, file), policy, level)
    _show(sample_reminder(chosen, output.language, many=many, vat=vat), "concept", out, output)


def _rules(settings: Any, administration: str, file: Path | None) -> DunningRules:
    """Those in force, and over them those of the file."""
    from hub.formats.dunning_file import read_dunning

    with opened(settings) as hub:
        files = files_of(settings, "dunning", hub.administration_code(administration))
    return read_dunning([*files, *([(str(file), file.read_bytes())] if file else [])])


def _level(rules: DunningRules, policy: str, code: str) -> Level:
    """Raises `NotFound` naming what there is."""
    from hub.errors import NotFound

    named = [
        (one.code, level) for one in rules.policies.values() for level in one.levels
        if level.texts and (not policy or one.code == policy)
    ]  # fmt: skip
    for _, level in named:
        if level.code == code:
            return level
    known = ", ".join(f"{name}/{level.code}" for name, level in named)
    wanted = f"{policy}/{code}" if policy else code
    raise NotFound(f"there is no text for {wanted}; there are {known}", say="no_template", wanted=wanted, known=known)
