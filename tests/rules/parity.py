"""`make parity`: how far each layer equals the official artefact, on the given documents where they are, and on our own.

A row a layer and set of documents; those the schema accepts and others apart. exact: the same set of rules. fired: of the
rules that fire on either side, those that fire on both. counts: each rule equally often. severities: as severe. places: each
finding inside a place the artefact names. stops: documents on which the artefact itself stops, and how many of them we say so of.
Exit 1 when a document that the schema accepts is not exact.
"""

from __future__ import annotations

import sys

from tests.corpus import CORPUS
from tests.rules.fuzz.compare import Tally, table
from tests.rules.judged import GIVEN, OURS, Judged, compared, judged

ORDER = ("xsd", "en16931", "peppol", "peppol-sb", "siubl", "gaccount")


def sets() -> tuple[str, ...]:
    """The sets of documents that are here."""
    return (*GIVEN, *OURS) if (CORPUS / "docs.jsonl.gz").is_file() else OURS


def _schema(documents: tuple[Judged, ...]) -> Tally:
    """Layer `xsd` has one answer a document, so what it fires is the refusal."""
    tally = Tally(documents=len(documents))
    same = sum(each.valid is each.valid_to_us for each in documents)
    tally.exact = tally.counts = tally.severities = tally.places = same
    tally.both = sum(not each.valid and not each.valid_to_us for each in documents)
    tally.either = sum(not each.valid or not each.valid_to_us for each in documents)
    return tally


def figures(name: str) -> dict[tuple[str, str], Tally]:
    """The figures of one set, by layer and `valid` or `other`."""
    documents = judged(name)
    tallies, _ = compared(documents)
    found = {(layer, "valid" if valid else "other"): tally for (layer, valid), tally in tallies.items()}
    if name != "units":  # cases are fragments, never whole documents
        found["xsd", "all"] = _schema(documents)
    return dict(sorted(found.items(), key=lambda item: (ORDER.index(item[0][0]), item[0][1] != "valid")))


def main() -> int:
    """Print the table."""
    rows, low = [], 0
    for name in sets():
        for (layer, kind), tally in figures(name).items():
            rows.append(tally.row(f"{layer} · {name} · {kind}"))
            low += kind == "valid" and tally.exact < tally.documents
    print(table(sorted(rows, key=lambda row: ORDER.index(row[0].split(" ")[0]))))
    return int(low > 0)


if __name__ == "__main__":
    sys.exit(main())
