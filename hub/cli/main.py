"""The command `hub`. Importing this loads nothing but Python: each command loads what it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from hub.errors import Conflict, HubError, NotFound, Refused, Transient, Usage

OK, UNEXPECTED, USAGE, FATAL, NOT_FOUND, CONFLICT, UNAVAILABLE, PARTLY = range(8)
INTERRUPTED = 130
_CODES = (
    (Refused, FATAL), (NotFound, NOT_FOUND), (Conflict, CONFLICT), (Usage, USAGE), (Transient, UNAVAILABLE),
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    given = list(arguments)
    end = given.index("--") if "--" in given else len(given)
    if any(flag in ("-v", "--verbose") for flag in given[:end]):
        given = [a for i, a in enumerate(given) if i >= end or a not in ("-v", "--verbose")]
        os.environ["HUB_LOG_LEVEL"] = "debug"
    try:
        if (code := _at_once(given)) is not None:
            return code
        from typer.main import get_command

        from hub.cli.app import app

        result: Any = get_command(app).main(given, prog_name="hub", standalone_mode=True)
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


def _at_once(given: Sequence[str]) -> int | None:
    """The exit code of what needs no typer; None = typer must look at it (help, faults, every other command).

    Loading typer takes as long as loading all rules and judging an invoice by them, and `hub validate` is called for each of them.
    """
    if given[:1] != ["validate"] or "_HUB_COMPLETE" in os.environ:
        return None
    from hub.cli.validating import plainly_asked, run

    asked = plainly_asked(given[1:])
    return None if asked is None else run(asked)


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
        sys.stderr.write(f"hub: {told}\n")
    debug = os.environ.get("HUB_LOG_LEVEL", "").lower() == "debug"
    if debug:
        import traceback

        traceback.print_exception(error)
    elif code == UNEXPECTED:
        sys.stderr.write(message("error_unexpected", _language(given)) + "\n")
    elif code == UNAVAILABLE:
        sys.stderr.write(message("error_unavailable", _language(given)) + "\n")
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
