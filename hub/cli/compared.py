"""`hub validate --official`: per document, what the original stylesheets say that ours do not, and the other way round."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hub.cli.coming import When, day_of
from hub.cli.judged import harmless
from hub.cli.output import Output
from hub.cli.validating import FATAL, OK, PARTLY, Asked, arrivals_of, language_of

if TYPE_CHECKING:
    from hub.intake import Arrival
    from hub.official import Comparison, Official


def run(asked: Asked) -> int:
    """Compare the documents one by one; the exit code. Raises `Usage` as `hub.official.Official` does."""
    from hub.official import Official

    when = When(day_of(asked.on), asked.rules_version)
    output = Output(asked.as_json, language_of(asked.language))
    official = Official(asked.official, when.on, when.rules_version)
    documents = equal = unmet = 0
    with output.progress("progress_validate") as advance:
        for arrival in arrivals_of(asked.files):
            row, comparisons = _compared(arrival, asked, official, output.language, when)
            documents += 1
            unmet += not comparisons
            same = all(each.equal for each in comparisons)
            equal += bool(comparisons) and same
            if not (asked.summary or (asked.only_invalid and comparisons and same)):
                _show(output, row, comparisons)
            advance(1)
    summary = {"documents": documents, "equal": equal, "different": documents - equal - unmet, "not_compared": unmet}
    if asked.as_json and asked.summary:
        output.line(summary)
    output.say("official_summary", **summary)
    return FATAL if summary["different"] else PARTLY if unmet else OK


def _compared(
    arrival: Arrival, asked: Asked, official: Official, language: str, when: When
) -> tuple[dict[str, Any], list[Comparison]]:
    from hub.validation import validate

    if arrival.refusal is not None:
        return {"file": arrival.name, "valid": False, "official": []}, []
    ours = validate(arrival.body, asked.layers, language, **when._asdict())
    comparisons = official.compare(arrival.body, ours)
    told = [each._asdict() for each in comparisons]
    return {"file": arrival.name, **when.row(ours), "official": told}, comparisons


def _show(output: Output, row: Mapping[str, Any], comparisons: list[Comparison]) -> None:
    if output.as_json:
        output.line(row)
        return
    sys.stdout.write(harmless(str(row["file"])) + "\n")
    if not comparisons:
        output.say("official_none")
    for each in comparisons:
        key = "official_equal" if each.equal else "official_different"
        if each.status == "aborted":
            key = "official_aborted_both" if each.equal else "official_aborted"
        output.say(key, artefact=each.artefact, layer=each.layer, reason=each.reason)
        if not each.equal:
            _differences(output, each)


def _differences(output: Output, each: Comparison) -> None:
    for key, codes in (("official_missed", each.missed), ("official_invented", each.invented)):
        if codes:
            output.say(key, codes=", ".join(f"{code} ({count}x)" for code, count in codes.items()))
    for key, pairs in (("official_counts", each.counts), ("official_severities", each.severities)):
        for code, (ours, theirs) in pairs.items():
            output.say(key, code=code, ours=ours, theirs=theirs)
    if each.status == "ok" and each.reason:
        output.say("official_unjudged", reason=each.reason)
