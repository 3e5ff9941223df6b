"""A table that is imported, as people and programs see it: each row with its outcome, and what became of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hub.cli.changing import changing
from hub.cli.output import Column
from hub.cli.session import output_of, settings_of

if TYPE_CHECKING:
    from hub.cli.options import Language
    from hub.cli.output import Output

OK, FATAL, PARTLY = 0, 3, 7
SHOWN_ROWS = 100
_ROWS = (Column("row", "count"), Column("key"), Column("outcome", "word"), Column("what"))


@dataclass(frozen=True)
class Given:
    """What the command line says."""

    kind: str
    file: Path
    dry_run: bool
    columns: list[str] | None
    mapping: str
    out_failed: Path | None
    sheet: str
    decimal: str = ""
    dates: str = ""
    year: int = 0


def run(given: Given, administration: str, as_json: bool, language: Language | None, actor: str) -> None:
    from datetime import date

    from hub.errors import NotFound, UnreadableInput
    from hub.formats.failed_rows import FailedRows
    from hub.importing import KEYS_A_ROW, Task, import_table, read_table, rows_of
    from hub.texts.catalogue import sentence

    if not given.file.is_file():
        raise NotFound(f"there is no file {given.file}", say="no_file", file=given.file)
    settings = settings_of(language, actor, administration)
    output = output_of(settings, as_json)
    wishes = _wishes(given, settings.home)
    try:
        records = read_table(given.kind, given.file, wishes)
        count = rows_of(records)
    except UnreadableInput as error:
        from hub.model.finding import Finding

        unreadable = Finding(error.code, "fatal", "table", given.file.name, error.found, error.expected, "us")
        _summary(given, Shown([unreadable]), output)
        raise typer.Exit(FATAL) from None
    failed = FailedRows(given.out_failed, records.table.columns, lambda finding: sentence(finding, output.language))
    rows = _Rows(output)
    keys = KEYS_A_ROW * count + 500
    first = date(given.year, 1, 1) if given.year else date.min
    try:
        with (
            changing(administration, as_json, language, actor, dry_run=given.dry_run, ids=keys) as change,
            output.progress("progress_import", count) as advance,
        ):
            task = Task(change.connection, change.ids, change.books, change.actor_id, change.at, first)
            done = import_table(given.kind, records, task, rows.take, failed, advance)
            if done.refused:
                raise _Refused
    except _Refused:
        pass
    failed.close()
    rows.show()
    _summary(given, Shown(done.findings, done.counts, done.booked, failed.count), output)
    refused = any(finding.fatal for finding in done.findings)
    whole = refused or (failed.count and failed.count == sum(done.counts.values()))
    raise typer.Exit(FATAL if whole else PARTLY if failed.count else OK)


class _Refused(Exception):
    """Nothing of the file is kept: the transaction rolls back."""


@dataclass
class Shown:
    """What became of a file."""

    findings: list[Any]
    counts: Any = field(default_factory=dict)
    booked: list[str] = field(default_factory=list)
    failed: int = 0


class _Rows:
    """JSON lines as rows come; for people the first hundred that are not the same."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._kept: list[dict[str, Any]] = []

    def take(self, row: Any) -> None:
        """One row with its outcome."""
        from hub.texts.shown import finding_json

        findings = [finding_json(finding, self._output.language) for finding in row.findings]
        changes = {name: [_plain(value) for value in pair] for name, pair in row.changes.items()}
        shown = {
            "row": row.record.row,
            "key": row.key,
            "outcome": row.outcome,
            "changes": changes,
            "findings": findings,
        }
        if self._output.as_json:
            self._output.line(shown)
        elif row.outcome != "same" and len(self._kept) < SHOWN_ROWS:
            self._kept.append({**shown, "what": _words(row.outcome, changes, findings)})

    def show(self) -> None:
        """The table."""
        if self._kept:
            self._output.table(self._kept, _ROWS)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | bool | list) else str(value)


def _words(outcome: str, changes: dict[str, list[Any]], findings: list[dict[str, Any]]) -> str:
    if findings:
        return " ".join(finding["message"] for finding in findings)
    if outcome == "new":
        return ", ".join(str(new) for _, new in list(changes.values())[:4])
    return "; ".join(f"{name}: {old or '–'} → {new}" for name, (old, new) in changes.items())


def _summary(given: Given, shown: Shown, output: Output) -> None:
    from hub.texts.shown import finding_json

    findings = [finding_json(finding, output.language) for finding in shown.findings]
    counts = {outcome: shown.counts.get(outcome, 0) for outcome in ("new", "changed", "same", "failed")}
    refused = any(finding["severity"] == "fatal" for finding in findings)
    if output.as_json:
        head = {"file": str(given.file), "kind": given.kind, "dry_run": given.dry_run, "refused": refused}
        output.line({**head, **counts, "booked": shown.booked, "findings": findings})
        return
    for finding in findings:
        output.note("finding_line", code=finding["code"], message=finding["message"])
    if refused:
        output.say("import_refused", file=given.file.name)
        return
    output.say("import_tried" if given.dry_run else "import_done", file=given.file.name, **counts)
    if shown.booked and not given.dry_run:
        output.say("import_booked", entries=", ".join(shown.booked))
    if shown.failed and given.out_failed:
        output.say("import_failed_rows", file=given.out_failed, count=shown.failed)


def _wishes(given: Given, home: Path) -> Any:
    from hub.errors import Usage
    from hub.formats.table_records import Wishes

    marks, orders = {"": "", "comma": ",", "point": "."}, ("", "dmy", "mdy")
    if given.decimal not in marks:
        raise Usage(f"--decimal {given.decimal}: write comma or point")
    if given.dates not in orders:
        raise Usage(f"--dates {given.dates}: write dmy or mdy")
    columns = {}
    for pair in given.columns or ():
        column, equals, name = pair.rpartition("=")
        if not equals or not column:
            raise Usage(f"--map {pair}: write COLUMN=FIELD")
        columns[column] = name
    if given.mapping:
        columns = _profile(home, given.kind, given.mapping, columns)
    return Wishes(columns, marks[given.decimal], given.dates, given.sheet)  # type: ignore[arg-type]


def _profile(home: Path, kind: str, name: str, columns: dict[str, str]) -> dict[str, str]:
    """The mapping that is kept in HUB_HOME under this name, with what is given now, which is kept as well."""
    import json
    import re

    from hub.errors import NotFound, Usage

    if not re.fullmatch(r"[\w-]{1,60}", name):
        raise Usage(f"--mapping {name}: letters, digits, - and _ only")
    path = home / "import-mappings" / f"{kind}.{name}.json"
    if not columns and not path.is_file():
        raise NotFound(f"there is no mapping {name!r} for {kind}: give its columns with --map once")
    kept = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    found = {**{str(column): str(to) for column, to in kept.items()}, **columns}
    if found != kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return found
