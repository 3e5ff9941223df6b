"""Files by description: a bookkeeper says in a mapping which column is what, and one of our layouts' sources reads it.

The source `columns` stands for every such mapping in HUB_HOME/mappings; a new one counts from the next file on. What it reads is
booked by that mapping, under the mapping's name; the description is kept with it, so that it can be read again in years.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hub.accounting.mapping_check import Fault
from hub.errors import UnreadableInput, Usage
from hub.formats.column_file import Translation, is_described, translate
from hub.formats.content import Content
from hub.formats.layout import Layout
from hub.mapping_folder import MappingFolder
from hub.model.column_mapping import PROFILE, READER, ColumnMapping, column_mapping, reader_hash, reader_of
from hub.model.finding import Finding
from hub.model.mapping import Mapping
from hub.ports import Reading, Source

KEPT_DIGITS = 32  # of the hash, in a profile
_DECIMALS = ("", ",", ".")


def layout_of(source: Source) -> Layout | None:
    """The documented table that a source reads, or None where it reads none."""
    found = getattr(source, "layout", None)
    return found if isinstance(found, Layout) else None


def forms(sources: Iterable[Source]) -> dict[str, Source]:
    """The sources that a description may name as its form."""
    return {source.name: source for source in sources if layout_of(source) is not None}


class DescribedSource:
    """Files of one description."""

    def __init__(self, reader: Mapping, form: Source) -> None:
        described, layout = column_mapping(reader), layout_of(form)
        if described is None or layout is None:
            raise Usage(f"mappings/{reader.source}.toml describes no file of form {form.name}")
        self.name = reader.source
        self._reader, self._form, self._by, self._layout = reader, form, described, layout
        self._profile = PROFILE + reader_hash(reader)[:KEPT_DIGITS]

    def recognise(self, content: Content) -> bool:
        """Whether the file has the headings that are described."""
        return is_described(content, self._by, self._layout)

    def read(self, content: Content) -> Reading:
        """What the form's source reads in the translated file, with the places of the file itself."""
        try:
            made = translate(content, self._by, self._layout)
        except UnreadableInput as refusal:
            return self._refused(
                [Finding(refusal.code, "fatal", "read", refusal.location, refusal.found[:500], refusal.expected[:500])]
            )
        if any(finding.fatal for finding in made.findings):
            return self._refused(made.findings)
        reading = self._form.read(Content(made.text.encode(), content.file_name, "text/csv"))
        made.text = ""
        return replace(self._mine(reading, made), rest=(self._mine(one, made) for one in reading.rest))

    def _mine(self, reading: Reading, made: Translation) -> Reading:
        findings = tuple(made.placed(finding) for finding in reading.findings)
        if reading.document is None and reading.feed is None:
            findings = self._marked(findings)
        return replace(
            reading, profile=self._profile, findings=findings, source=self.name, reader=self._reader, rest=()
        )

    def _refused(self, findings: Sequence[Finding]) -> Reading:
        found = self._marked(findings)
        return Reading(
            self._form.name, self._profile, findings=found, mapped=False, source=self.name, reader=self._reader
        )

    def _marked(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings that are all that is kept of a file say by which description it was read."""
        return tuple(replace(f, details=(*f.details, ("reader", self._profile))) for f in findings)


class ColumnSources:
    """Files that a bookkeeper described in a mapping (CSV, XLSX, JSON of any package)."""

    name = READER

    def __init__(self, mappings: MappingFolder, sources: Iterable[Source]) -> None:
        self._mappings = mappings
        self._forms = forms(sources)
        self.kinds = tuple(sorted({kind for form in self._forms.values() for kind in getattr(form, "kinds", ())}))
        self.forms = ("CSV", "XLSX", "JSON")
        self._made: dict[str, tuple[str, DescribedSource]] = {}

    def recognise(self, content: Content) -> bool:
        """Whether some description fits. XML never is one."""
        return content.data[:1] != b"<" and self._fitting(content) is not None

    def read(self, content: Content) -> Reading:
        """By the first description that fits, in order of name."""
        fitting = self._fitting(content)
        if fitting is None:  # taken away since it was recognised
            return Reading("unknown", findings=(Finding("HUB-FMT-01", "fatal", "read", "", self.name),))
        return fitting.read(content)

    def by(self, reader: Mapping) -> Source:
        """The source of a description that was kept. Raises `Usage` when its form is gone."""
        form = self._forms.get(reader.setting("form"))
        if form is None:
            raise Usage(f"there is no form {reader.setting('form')!r}; known: {', '.join(self._forms)}")
        return DescribedSource(reader, form)

    def _fitting(self, content: Content) -> DescribedSource | None:
        return next((source for source in self._described() if source.recognise(content)), None)

    def _described(self) -> Iterator[DescribedSource]:
        for reader in self._mappings.readers():
            mark = reader_hash(reader)
            known = self._made.get(reader.source)
            if known is None or known[0] != mark:
                if reader.setting("form") not in self._forms:
                    continue  # `hub mappings check` says so
                known = mark, DescribedSource(reader, self._forms[reader.setting("form")])
                self._made[reader.source] = known
            yield known[1]


def column_faults(mapping: Mapping, sources: Iterable[Source]) -> list[Fault]:
    """What is wrong with the description in a mapping; none where it has none."""
    by, known = column_mapping(reader_of(mapping)), forms(sources)
    if by is None:
        used = [name for name in ("columns", "constant") if mapping.tables.get(name)]
        return [Fault("settings", "reader", mapping.setting("reader"), READER, "reader") for _ in used[:1]]
    layout = layout_of(known[by.form]) if by.form in known else None
    if layout is None:
        return [Fault("settings", "form", by.form, ", ".join(sorted(known)), "form")]
    return [*_field_faults(by, layout), *_setting_faults(mapping, by)]


def _field_faults(by: ColumnMapping, layout: Layout) -> Iterator[Fault]:
    names = ", ".join(f.name for f in layout.fields)
    told: dict[str, str] = {}
    for theirs, fields in by.columns:
        for name in fields:
            if layout.field(name) is None:
                yield Fault("columns", theirs, name, names, "field")
            elif name in told:
                yield Fault("columns", theirs, name, told[name], "field_twice")
            told.setdefault(name, theirs)
    for table, used in (("constant", by.constant), ("values", by.values)):
        for name in used:
            if layout.field(name) is None:
                yield Fault(table, name, name, names, "field")
    for field in layout.fields:
        if field.needed and field.name not in told and field.name not in by.constant:
            yield Fault("columns", "", field.name, field.name, "field_needed")


def _setting_faults(mapping: Mapping, by: ColumnMapping) -> Iterator[Fault]:
    if by.decimal not in _DECIMALS:
        yield Fault("settings", "decimal", by.decimal, ", .", "setting")
    if len(by.delimiter) > 1:
        yield Fault("settings", "delimiter", by.delimiter, "; , | tab", "setting")
    row = mapping.setting("first_row")
    if row and not by.first_row:
        yield Fault("settings", "first_row", row, "1, 2, 3 …", "setting")
