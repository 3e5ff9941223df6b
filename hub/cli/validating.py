"""What `hub validate` does. Loads no typer: a script that calls it for each invoice waits for the verdict and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from hub.cli.output import Output

if TYPE_CHECKING:
    from hub.cli.coming import When
    from hub.intake import Arrival
    from hub.ports import Source

OK, FATAL, PARTLY = 0, 3, 7
LAYERS = ("xsd", "en16931", "peppol", "peppol-sb", "nlcius", "gaccount")


class Asked(NamedTuple):
    """What was asked of `hub validate`. `layers` None = those a document's CustomizationID asks for; `language` "" = as set.

    `official` is the folder of original stylesheets to run beside ours, "" = none.
    """

    files: tuple[str, ...]
    layers: tuple[str, ...] | None = None
    language: str = ""
    as_json: bool = False
    summary: bool = False
    only_invalid: bool = False
    on: str = ""
    rules_version: str = ""
    ahead: bool = False
    official: str = ""


_FLAGS = {"--json": "as_json", "--summary": "summary", "--only-invalid": "only_invalid", "--next": "ahead"}
_VALUES = ("--layers", "--language", "--on", "--rules-version")


def plainly_asked(arguments: Sequence[str]) -> Asked | None:
    """The same as typer would read, for flags and files that leave no doubt; None for anything else."""
    files: list[str] = []
    values: dict[str, Any] = {}
    rest = iter(arguments)
    for argument in rest:
        flag, _, value = argument.partition("=")
        if argument in _FLAGS:
            values[_FLAGS[argument]] = True
        elif flag in _VALUES:
            values[flag[2:].replace("-", "_")] = value if "=" in argument else next(rest, "-")
        elif argument.startswith("-") and argument != "-":
            return None
        else:
            files.append(argument)
    language, layers = values.pop("language", ""), values.pop("layers", "")
    if not files or language not in ("", "nl", "en") or layers.startswith("-"):
        return None
    return Asked(tuple(files), layers_of(layers), language, **values)


def layers_of(text: str) -> tuple[str, ...] | None:
    """The names in `xsd,en16931`; None when there are none."""
    return tuple(layer.strip() for layer in text.split(",") if layer.strip()) or None


def run(asked: Asked) -> int:
    """Judge the documents one by one and show each; the exit code. Raises `Usage` for a layer that does not exist."""
    if asked.official:
        from hub.cli.compared import run as compare

        return compare(asked)
    from hub.cli.coming import When, day_of
    from hub.sources import sources_as_needed

    output = Output(asked.as_json, language_of(asked.language))
    when = When(day_of(asked.on), asked.rules_version, asked.ahead)
    sources, watching = sources_as_needed(), _Watch(asked, output)
    with output.progress("progress_validate") as advance:
        for arrival in arrivals_of(asked.files):
            watching.see(arrival, _row(arrival, asked.layers, output.language, sources, when))
            advance(1)
    watching.end()
    return FATAL if watching.fatal else PARTLY if watching.unjudged else OK


def language_of(flag: str) -> str:
    """The language of the flag, else as set."""
    if flag or not (os.environ.get("HUB_LANGUAGE") or os.path.exists(_settings_file())):
        return flag or "nl"  # nothing is set, so nothing is read: loading the settings costs as much as all rules
    from hub.settings import load_settings

    return load_settings().language


def _settings_file() -> str:
    return os.path.join(os.environ.get("HUB_HOME") or "hub-data", "hub.toml")


def arrivals_of(files: Sequence[str]) -> Iterator[Arrival]:
    """What stands in files, folders and zips, one after the other."""
    from hub.intake import arrivals

    return arrivals(files)


def _row(
    arrival: Arrival, layers: Sequence[str] | None, language: str, sources: Iterable[Source], when: When
) -> dict[str, Any]:
    from hub.validation import validate

    if arrival.refusal is None:
        judged = validate(arrival.body, layers, language, sources=sources, **when._asdict())
        return {"file": arrival.name, **when.row(judged)}
    from hub.steps.recognise import as_finding
    from hub.texts.shown import finding_json

    refusal = finding_json(as_finding(arrival.refusal), language)
    nothing: dict[str, Any] = {"format": "unknown", "profile": "", "valid": False, "layers": []}
    return {"file": arrival.name, **nothing, "findings": [refusal], "sender": ""}


class _Watch:
    """Shows what is judged, and keeps of each document only what the summary counts."""

    def __init__(self, asked: Asked, output: Output) -> None:
        self._asked = asked
        self._output = output
        self.fatal = self.unjudged = False
        self._tally: Any = None
        if asked.summary or not asked.as_json:
            from hub.cli.tally import Tally

            self._tally = Tally()

    def see(self, arrival: Arrival, row: dict[str, Any]) -> None:
        """Show one document, unless it was not asked for."""
        self.fatal |= any(finding["severity"] == "fatal" for finding in row["findings"])
        self.unjudged |= not row["valid"]
        if self._tally is not None:
            self._tally.add(row)
        if self._asked.summary or (self._asked.only_invalid and row["valid"] and not row.get("ahead")):
            return
        if self._asked.as_json:
            self._output.line(row)
            return
        from hub.cli.judged import show

        show(self._output, row, arrival.body)
        if row.get("ahead"):
            from hub.cli.coming import show as show_ahead

            show_ahead(self._output, row)

    def end(self) -> None:
        """The summary: when it was asked for, and for people after more than one document."""
        if self._tally is None:
            return
        if self._asked.summary or self._tally.documents > 1:
            sys.stdout.flush()
            self._tally.show(self._output)
