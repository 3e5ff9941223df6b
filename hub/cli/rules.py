"""`hub rules`: every code the hub may give, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, InLanguage
from hub.cli.output import Column
from hub.cli.session import output_of, settings_of

if TYPE_CHECKING:
    from datetime import date

    from hub.cli.output import Output
    from hub.rules.catalogue import Span
    from hub.rules.releases import Release

app = typer.Typer(
    help="Rules: list, explain, releases.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
_LIST = (
    Column("code"),
    Column("layer"),
    Column("severity", "word"),
    Column("since"),
    Column("until"),
    Column("text"),
)
_RELEASES = (
    Column("layer"),
    Column("version"),
    Column("name"),
    Column("published", "date"),
    Column("mandatory", "date"),
    Column("until", "date"),
    Column("in_force"),
    Column("draft"),
    Column("source"),
)


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


@app.command("releases")
def releases(
    layer: Annotated[str, typer.Option("--layer", help="Only this layer: en16931, peppol, peppol-sb, nlcius.")] = "",
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="As on this day; today unless given.")] = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """The releases of each set of rules, and which of them judges.

    \b
    hub rules releases --layer peppol
    """
    from datetime import date

    from hub.cli.coming import day_of
    from hub.rules.releases import RELEASES

    output = output_of(settings_of(language), as_json)
    day = day_of(on) or date.today()
    known = [each for name in RELEASES if layer in ("", name) for each in RELEASES[name]]
    output.rows([_release(each, day) for each in known], _RELEASES)


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
        told = {**row, "releases": "; ".join(_told(each, output) for each in row["releases"])}
        for key in ("since", "until"):
            del told[key]
        output.table([{"field": k, "value": v} for k, v in told.items() if v], (Column("field"), Column("value")))


def _told(span: dict[str, Any], output: Output) -> str:
    """`fatal, since release 3.0.21, in force from 17-08-2026 (…)`."""
    key = ("rule_always", "rule_until", "rule_since", "rule_between")[2 * bool(span["since"]) + bool(span["until"])]
    words = {**span, "severity": output.cell(span["severity"], "word")}
    told = output.text(key, **{name: value for name, value in words.items() if value is not None})
    return f"{told}, {output.text('rule_draft')}" if span["draft"] else told


def _codes() -> list[str]:
    from hub.texts.catalogue import findings_catalogue

    return sorted(findings_catalogue())


def _row(code: str, language: str) -> dict[str, Any]:
    from hub.rules.catalogue import CATALOGUE, history
    from hub.rules.causes import related
    from hub.texts.catalogue import explained, findings_catalogue
    from hub.texts.examples import example
    from hub.texts.official_faults import official_fault

    rule, entry = CATALOGUE.get(code), findings_catalogue()[code]
    releases = [_span(each, CATALOGUE[code].layer) for each in history(code)]
    return {
        "code": code,
        "layer": rule.layer if rule else _layer(code),
        "version": rule.version if rule else None,
        "severity": rule.severity if rule else entry.get("severity"),
        "who": entry.get("who"),
        "terms": list(rule.terms) if rule else [],
        "since": releases[0]["since"] if releases else None,
        "until": releases[-1]["until"] if releases else None,
        "releases": releases,
        "text": explained(code, language),
        "example": example(code, language),
        "related": list(related(code)),
        "official_fault": official_fault(code, language),
    }


def _span(span: Span, layer: str) -> dict[str, Any]:
    """Since and until when a rule is as severe as this; both null where no other release is known here."""
    from hub.rules.releases import RELEASES, last_day

    last = last_day(span.until) if span.until else None
    return {
        "severity": span.severity,
        "since": span.since.version if span.since else None,
        "from": span.since.mandatory.isoformat() if span.since and span.since.mandatory else None,
        "until": span.until.version if span.until else None,
        "to": last.isoformat() if last else None,
        "oldest": RELEASES[layer][0].version,
        "source": span.source,
        "draft": bool(span.since and span.since.draft),
    }


def _release(release: Release, on: date) -> dict[str, Any]:
    from hub.rules.releases import in_force, last_day

    last = last_day(release)
    return {
        "layer": release.layer,
        "version": release.version,
        "name": release.name or None,
        "published": release.published.isoformat(),
        "mandatory": release.mandatory.isoformat() if release.mandatory else None,
        "until": last.isoformat() if last else None,
        "in_force": in_force(release.layer, on) == release,
        "core": release.core or None,
        "draft": release.draft,
        "source": release.source,
    }


def _layer(code: str) -> str:
    """The layer of a code of our own."""
    starts = (("XSD-", "xsd"), ("HUB-UBL-", "ubl"), ("HUB-CII-", "cii"), ("HUB-PDF-", "read"), ("HUB-SBDH-", "ubl"),
              ("HUB-XML-", "read"), ("HUB-ZIP-", "read"), ("HUB-FILE-", "read"), ("HUB-FMT-", "read"))  # fmt: skip
    return next((layer for start, layer in starts if code.startswith(start)), "hub")
