"""One cause instead of five findings: those of one document that have one root, told by the one whose mending mends all.

Pure, and without the rules themselves: what links findings is their code, their place, and the amounts in them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic

from hub.model.finding import Severity, Who
from hub.rules.causal_links import CATEGORIES, COUNTED, FLOWS, LINKS, NAMES, RANKS, SAME_MISSING, Link
from hub.rules.causes_of_amounts import by_amount
from hub.rules.joining import LINE, ROW, Sets, T, Told, grouped

_SEVERITIES: tuple[Severity, ...] = ("fatal", "warning", "information")
_PARTY = re.compile(r"/(\w*Party)\[\d+\]")
_VALUE = re.compile(r"/(?:\w*(?:ID|Code|Amount|Date|Time|Quantity|Percent|Numeric|Indicator|Reason|Object|URI|Note|Description"
                    r"|Value|Telephone|ElectronicMail|Zone|Cost|StreetName|CityName|RegistrationName)|Name|BuyerReference)"
                    r"\[\d+\](?:/@\w+)?$")  # fmt: skip
_REPEATED = re.compile(r"/(\w+)\[(?:[2-9]|\d\d+)\]")
_OCCURS = re.compile(r"(?:\w+:)?(\w+) occurs ")
_NO_NUMBER = re.compile(r"not a (?:decimal )?number: '(.*)'", re.DOTALL)
_EMPTY = ("PEPPOL-EN16931-R008", "SI-UBL-2")
_STOPPED = "HUB-EN-01"
_FEW = 60  # codes in a link, beyond which it says nothing of one of them
_DEEPEST = 12  # steps from a value up to what it stands in
_LINKS_OF: dict[str, list[Link]] = defaultdict(list)
for _link in LINKS:
    for _code in _link.first | _link.then:
        _LINKS_OF[_code].append(_link)


@dataclass(frozen=True, slots=True)
class Cause(Generic[T]):
    """Findings with one root; `leading` is the one to mend, and the first of `findings`. `severity` is the gravest."""

    leading: T
    findings: tuple[T, ...]
    severity: Severity
    who: Who

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code once, the leading one first."""
        return tuple(dict.fromkeys(finding.code for finding in self.findings))

    @property
    def places(self) -> tuple[str, ...]:
        """Every place once, that of the leading finding first."""
        return tuple(dict.fromkeys(finding.location for finding in self.findings))


def causes(findings: Sequence[T]) -> tuple[Cause[T], ...]:
    """The causes behind the findings of one document, in the order of their first finding. Each finding is in exactly one."""
    sets = Sets(len(findings))
    for together in (_by_key, _by_link, by_amount, _inside_unused, _after_schema):
        together(findings, sets)
    groups: dict[int, list[T]] = defaultdict(list)
    for number, finding in enumerate(findings):
        groups[sets.root(number)].append(finding)
    return tuple(_cause(group) for group in groups.values())


def _cause(group: list[T]) -> Cause[T]:
    leading = min(range(len(group)), key=lambda at: (_rank(group[at]), at))
    ordered = (group[leading], *group[:leading], *group[leading + 1 :])
    severity = min((finding.severity for finding in group), key=_SEVERITIES.index)
    return Cause(ordered[0], ordered, severity, ordered[0].who)


def _rank(finding: Told) -> tuple[int, int, int, int]:
    """What leads: not a rule that could not judge; the gravest; the schema; then the table. A line is nearer than a total."""
    return (
        finding.code == _STOPPED,
        _SEVERITIES.index(finding.severity),
        not finding.code.startswith("XSD-"),
        RANKS.get(finding.code, len(RANKS)),
    )


def _by_key(findings: Sequence[T], sets: Sets) -> None:
    """The same value; the same thing missing in the same place; the same fault, found in many places."""
    grouped(findings, _keys, sets)


def _keys(finding: Told) -> Iterator[Hashable]:
    place, code = finding.location, finding.code
    if _VALUE.search(place):
        yield "value", place.partition("/@")[0]
    if code not in FLOWS and code != _STOPPED and not code.startswith("HUB-"):
        yield "same", code, finding.found, finding.expected
    if finding.found is None and code in SAME_MISSING:
        yield "missing", SAME_MISSING[code], place
    if (row := ROW.match(place)) and (code in FLOWS or code in ("BR-47", "BR-48")):
        yield "row", row[0]


def _by_link(findings: Sequence[T], sets: Sets) -> None:
    """The table of causes: within its scope a link joins where one of its first codes fires."""
    members: dict[tuple[int, str], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number, finding in enumerate(findings):
        code = _linked_code(finding)
        for link in _LINKS_OF.get(code, ()):
            members[id(link), _scope(link, finding)][code not in link.first].append(number)
    for first, then in members.values():
        if first:
            sets.join((*first, *then))


def _linked_code(finding: Told) -> str:
    """BR-CO-15 either adds up, or counts the VAT totals in the currency of the invoice; the latter is about that currency."""
    return COUNTED if finding.code == "BR-CO-15" and finding.expected == "1" else finding.code


def _scope(link: Link, finding: Told) -> str:
    place = finding.location
    if link.scope == "category":
        return finding.code.split("-")[1]
    if link.scope == "line":
        line = LINE.match(place)
        return line[0] if line else ""
    if link.scope == "party":
        party = _PARTY.search(place)
        return party[1] if party else ""
    return place if link.scope == "place" else ""


def _inside_unused(findings: Sequence[T], sets: Sets) -> None:
    """What stands in a group that should not be there, or is not right as a group."""
    groups: dict[str, int] = {}
    for number, finding in enumerate(findings):
        lacks = finding.found is None and finding.expected is None
        if lacks or finding.code.startswith(("UBL-CR-", "UBL-SR-", "XSD-0")) or finding.code in _EMPTY:
            groups.setdefault(finding.location, number)
    for number, finding in enumerate(findings):
        if not finding.code.startswith(("UBL-CR-", "UBL-DT-")) and finding.code not in _EMPTY:
            continue
        place = finding.location
        for _ in range(_DEEPEST):
            if place.count("/") < 2:
                break
            if place in groups:
                sets.join((groups[place], number))
            place = place.rpartition("/")[0]


def _after_schema(findings: Sequence[T], sets: Sets) -> None:
    """What the schema refuses, and the rules that miss it or cannot judge it."""
    grouped(findings, _schema_keys, sets)
    broken = [(number, finding) for number, finding in enumerate(findings) if finding.code.startswith("XSD-")]
    if not broken:
        return
    above: dict[str, int] = {}
    for number, finding in broken:
        for place in (finding.location, finding.location.rpartition("/")[0]):
            if place.count("/") > 1:
                above.setdefault(place, number)
    for number, finding in enumerate(findings):
        missing = finding.found is None and finding.expected is None
        if finding.code == _STOPPED and len(broken) == 1:
            sets.join((broken[0][0], number))
        elif missing and finding.location in above:
            sets.join((above[finding.location], number))


def _schema_keys(finding: Told) -> Iterator[Hashable]:
    """Names and values that the schema and other rules both speak of."""
    if finding.code == _STOPPED:
        found = finding.found or ""
        if twice := _OCCURS.match(found):
            yield "twice", twice[1]
        if value := _NO_NUMBER.match(found):
            yield "no number", value[1]
    elif finding.code == "XSD-03" or finding.code in _EMPTY:
        yield "no number", repr((finding.found or "")[:40])[1:-1]
        if (name := finding.location.rpartition("/")[2].partition("[")[0]) != "ID":
            yield "named", name
    elif finding.code in ("XSD-01", "XSD-02"):
        yield "twice", finding.found
        yield from (("named", name.strip()) for name in (finding.expected or "").split(",")[:3])
    elif finding.code.startswith("UBL-SR-"):
        yield from (("twice", name) for name in _REPEATED.findall(finding.location))
        yield "twice", finding.location.rpartition("/")[2].partition("[")[0]
    elif finding.found is None and finding.code in NAMES:
        yield "named", NAMES[finding.code]


def related(code: str) -> tuple[str, ...]:
    """Rules that one fault sets off together with this one: by the table of causes, and by the amounts they share."""
    linked = [link for link in _LINKS_OF.get(code, ()) if len(link.first) <= _FEW]
    found = {other for link in linked for other in (link.first | link.then if code in link.first else link.first)}
    if flow := FLOWS.get(code):
        mine = {flow.own, *flow.parts}
        found |= {other for other, its in FLOWS.items() if its.own in mine or flow.own in its.parts}
    same = _category(code)
    kept = {other for other in found if _category(other) in ("", same) or not same}
    return tuple(sorted(kept - {code, COUNTED}, key=lambda other: (RANKS.get(other, len(RANKS)), other)))


def _category(code: str) -> str:
    """The VAT category that a rule is about, or nothing."""
    return code.split("-")[1] if code.startswith("BR-") and code.split("-")[1] in CATEGORIES else ""
