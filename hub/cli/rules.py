"""`hub rules`: every code the hub may give, and what it means."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hub.cli.options import AsJson, InLanguage
from hub.cli.output import Column
from hub.cli.session import output_of, settings_of

app = typer.Typer(help="Rules: list, explain.", no_args_is_help=True, rich_markup_mode=None, add_completion=False)
_LIST = (Column("code"), Column("layer"), Column("severity", "word"), Column("text"))


@app.command("list")
def list_all(
    layer: Annotated[str, typer.Option("--layer", help="Only this layer: en16931, xsd, read, ubl, hub.")] = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Every rule and finding code.

    \b
    hub rules list --layer en16931
    """
    settings = settings_of(language)
    output = output_of(settings, as_json)
    rows = [_row(code, settings.language) for code in _codes()]
    output.rows([row for row in rows if layer in ("", row["layer"])], _LIST)


@app.command("explain")
def explain(
    code: Annotated[str, typer.Argument(metavar="ID", help="A code, as BR-CO-15 or HUB-IBAN-01.")],
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What one code means, who must act, and which terms it speaks of.

    \b
    hub rules explain BR-CO-15
    """
    from hub.errors import NotFound

    settings = settings_of(language)
    output = output_of(settings, as_json)
    wanted = code.upper()
    if wanted not in _codes():
        raise NotFound(f"there is no rule {code}; `hub rules list` shows them all")
    row = _row(wanted, settings.language)
    if as_json:
        output.line(row)
    else:
        output.table([{"field": k, "value": v} for k, v in row.items() if v], (Column("field"), Column("value")))


def _codes() -> list[str]:
    from hub.texts.catalogue import findings_catalogue

    return sorted(findings_catalogue())


def _row(code: str, language: str) -> dict[str, Any]:
    from hub.rules.catalogue import CATALOGUE
    from hub.texts.catalogue import explained, findings_catalogue
    from hub.texts.official_faults import official_fault

    rule, entry = CATALOGUE.get(code), findings_catalogue()[code]
    return {
        "code": code,
        "layer": rule.layer if rule else _layer(code),
        "version": rule.version if rule else None,
        "severity": rule.severity if rule else entry.get("severity"),
        "who": entry.get("who"),
        "terms": list(rule.terms) if rule else [],
        "text": explained(code, language),
        "official_fault": official_fault(code, language),
    }


def _layer(code: str) -> str:
    """The layer of a code of our own."""
    starts = (("XSD-", "xsd"), ("HUB-UBL-", "ubl"), ("HUB-SBDH-", "ubl"), ("HUB-XML-", "read"), ("HUB-ZIP-", "read"),
              ("HUB-FILE-", "read"), ("HUB-FMT-", "read"))  # fmt: skip
    return next((layer for start, layer in starts if code.startswith(start)), "hub")
