"""The command `hub`. Importing this loads typer and nothing of the hub's insides: each command loads what it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from hub import __version__
from hub.cli.commands import LazyGroup
from hub.errors import Conflict, HubError, NotFound, Refused, Transient, Usage

OK, UNEXPECTED, USAGE, FATAL, NOT_FOUND, CONFLICT, UNAVAILABLE, PARTLY = range(8)
INTERRUPTED = 130
_CODES = (
    (Refused, FATAL), (NotFound, NOT_FOUND), (Conflict, CONFLICT), (Usage, USAGE), (Transient, UNAVAILABLE),
)  # fmt: skip

app = typer.Typer(
    name="hub",
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""E-invoices in, balanced bookings out.

\b
First steps:
  hub demo                              see it work, on made-up documents
  hub init                              a database and a starter administration
  hub intake invoices/ --dry-run        what would be booked, without booking
  hub intake invoices/                  book it
  hub trial-balance                     see what stands where

Settings come from flags, HUB_... variables and hub.toml in HUB_HOME (default ./hub-data).
Exit codes: 0 ok, 1 unexpected, 2 usage, 3 fatal findings, 4 not found, 5 conflict, 6 unavailable, 7 partly done.""",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hub {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log everything on stderr, with tracebacks. Works anywhere.")
    ] = False,
) -> None:
    """Options before the command."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    given = list(arguments)
    end = given.index("--") if "--" in given else len(given)
    if any(flag in ("-v", "--verbose") for flag in given[:end]):
        given = [a for i, a in enumerate(given) if i >= end or a not in ("-v", "--verbose")]
        os.environ["HUB_LOG_LEVEL"] = "debug"
    try:
        result: Any = typer.main.get_command(app).main(given, prog_name="hub", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else UNEXPECTED if stop.code else OK
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its own exit
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _failed(error, given)
    return result if isinstance(result, int) else OK


def _language(given: Sequence[str]) -> str:
    """Of the reader, also where a command did not get as far as its settings."""
    from hub.settings import load_settings

    for place, flag in enumerate(given):
        if flag.startswith("--language="):
            return flag.partition("=")[2]
        if flag == "--language" and place + 1 < len(given):
            return given[place + 1]
    try:
        return load_settings().language
    except Exception:  # settings that cannot be read are what the first sentence is about
        return "en"


def _failed(error: Exception, given: Sequence[str] = ()) -> int:
    """One sentence on stderr, and what to do; the traceback only for who asks."""
    from hub.texts.catalogue import message

    code = next((code for kind, code in _CODES if isinstance(error, kind)), UNEXPECTED)
    told = str(error) if isinstance(error, HubError) else f"{type(error).__name__}: {error}"
    if isinstance(error, Usage) and error.say:
        told = message(f"error_{error.say}", _language(given), **error.values)
    if not (isinstance(error, Usage) and error.findings and _worded(error, given)):
        typer.echo(f"hub: {told}", err=True)
    debug = os.environ.get("HUB_LOG_LEVEL", "").lower() == "debug"
    if debug:
        import traceback

        traceback.print_exception(error)
    elif code == UNEXPECTED:
        typer.echo(message("error_unexpected", _language(given)), err=True)
    elif code == UNAVAILABLE:
        typer.echo(message("error_unavailable", _language(given)), err=True)
    return code


def _worded(error: Usage, given: Sequence[str]) -> bool:
    """Each finding in the reader's language, and as JSON where that was asked; False when there are no settings to read."""
    from hub.cli.output import Output
    from hub.cli.refusing import show_findings
    from hub.settings import load_settings

    try:
        language = load_settings(language=_language(given)).language
    except HubError:
        return False
    for as_json in (False, True) if "--json" in given else (False,):
        show_findings(Output(as_json, language), error.findings)
    return True


def run() -> None:
    """Entry point of the command."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
