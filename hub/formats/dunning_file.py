"""Dunning rules: TOML as in `mappings/dunning.toml`, read and laid over each other, with every fault named by its place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from hub.errors import Usage
from hub.formats.dunning_levels import level_faults, made_level
from hub.formats.dunning_words import Faults, allowed, amount, days, known_keys, text, yes
from hub.model.dunning import SCOPES, TREATED, Assignment, DunningRules, Level, Policy
from hub.model.finding import asked

File = tuple[str, bytes]  # its name and what stands in it
_TOP = ("version", "settings", "default", "assign", "policy")
_SETTINGS = ("tolerance", "bank_days", "working_days")
_POLICY = ("code", "treats", "name", "level")
_DEFAULTS = (*TREATED, "unknown")


def read_dunning(files: Sequence[File]) -> DunningRules:
    """The rules of all files: a policy or setting of a later one replaces that of an earlier one, its assignments go before.

    Raises `Usage` with a finding for everything that is wrong in any of them.
    """
    faults: Faults = []
    policies: dict[str, Policy] = {}
    settings: dict[str, Any] = {}
    default: dict[str, str] = {}
    assignments: list[tuple[str, Assignment]] = []
    versions = []
    for name, data in files:
        raw = _toml(name, data, faults)
        known_keys(raw, _TOP, name, faults)
        policies |= _policies(raw.get("policy", ()), name, faults)
        settings |= _settings(raw.get("settings", {}), name, faults)
        default |= _default(raw.get("default", {}), name, faults)
        assignments = [*_assignments(raw.get("assign", ()), name, faults), *assignments]
        versions.append(str(raw.get("version", "")))
    _names_exist(policies, default, assignments, files, faults)
    if faults:
        raise Usage(findings=faults)
    rows = tuple(row for _, row in assignments)
    return DunningRules(policies, default, rows, version=" + ".join(filter(None, versions)), **settings)


def _toml(name: str, data: bytes, faults: Faults) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(asked("HUB-TOML-01", str(error), location=name))
        return {}


def _settings(raw: Mapping[str, Any], name: str, faults: Faults) -> dict[str, Any]:
    place = f"{name}: settings"
    known_keys(raw, _SETTINGS, place, faults)
    made: dict[str, Any] = {}
    if "tolerance" in raw:
        made["tolerance"] = amount(raw, "tolerance", place, faults)
    if "bank_days" in raw:
        made["bank_days"] = None if raw["bank_days"] == "" else days(raw, "bank_days", place, faults)
    if "working_days" in raw:
        made["working_days"] = yes(raw, "working_days", place, faults)
    return made


def _default(raw: Mapping[str, Any], name: str, faults: Faults) -> dict[str, str]:
    known_keys(raw, _DEFAULTS, f"{name}: default", faults)
    return {key: text(raw, key, f"{name}: default", faults) for key in _DEFAULTS if key in raw}


def _assignments(rows: Any, name: str, faults: Faults) -> list[tuple[str, Assignment]]:
    """Each with its place."""
    made = []
    for number, row in enumerate(rows, 1):
        place = f"{name}: assign {number}"
        known_keys(row, (*SCOPES, "policy"), place, faults)
        scopes = [scope for scope in SCOPES if scope in row]
        if len(scopes) != 1:
            faults.append(asked("HUB-DUN-07", ", ".join(scopes), ", ".join(SCOPES), place))
            continue
        policy = text(row, "policy", place, faults)
        key = text(row, scopes[0], place, faults)
        made.append((place, Assignment(scopes[0], key, policy)))  # type: ignore[arg-type]  # one of SCOPES
    return made


def _policies(rows: Any, name: str, faults: Faults) -> dict[str, Policy]:
    made: dict[str, Policy] = {}
    for number, row in enumerate(rows, 1):
        place = f"{name}: policy {row.get('code') or number}"
        known_keys(row, _POLICY, place, faults)
        code = text(row, "code", place, faults)
        treats = allowed(row, "treats", ("", *TREATED), place, faults, "")
        levels = tuple(
            made_level(level, f"{place}, level {level.get('code') or n}", faults)
            for n, level in enumerate(row.get("level", ()), 1)
        )
        if code in made:
            faults.append(asked("HUB-DUN-06", code, location=place))
        _order(levels, treats, place, faults)
        made[code] = Policy(code, treats, levels, dict(row.get("name", {})))  # type: ignore[arg-type]  # one of TREATED
    return made


def _order(levels: Sequence[Level], treats: str, place: str, faults: Faults) -> None:
    """What the levels of one policy must be together."""
    codes = [level.code for level in levels]
    faults += [asked("HUB-DUN-06", code, location=place) for code in sorted({c for c in codes if codes.count(c) > 1})]
    if levels and levels[0].count_from == "previous":
        faults.append(asked("HUB-DUN-05", levels[0].code, location=place))
    for before, level in zip(levels, levels[1:], strict=False):
        if level.count_from == before.count_from == "due" and level.days <= before.days:
            faults.append(asked("HUB-DUN-08", str(level.days), str(before.days), f"{place}, level {level.code}"))
    letter = next((n for n, level in enumerate(levels) if level.kind == "fourteen_days"), len(levels))
    early = [level for level in levels[:letter] if level.costs == "claimed" or level.kind == "hand_off"]
    if treats != "business":
        faults += [asked("HUB-DUN-04", location=f"{place}, level {level.code}") for level in early]
    for level in levels:
        level_faults(level, f"{place}, level {level.code}", faults)


def _names_exist(
    policies: Mapping[str, Policy], default: Mapping[str, str], assignments: Sequence[tuple[str, Assignment]],
    files: Sequence[File], faults: Faults,
) -> None:  # fmt: skip
    known = ", ".join(policies)
    last = files[-1][0] if files else ""
    named = [(f"{last}: default", default.get(key, "")) for key in _DEFAULTS]
    for place, policy in (*named, *((place, row.policy) for place, row in assignments)):
        if policy not in policies:
            faults.append(asked("HUB-DUN-01", policy, known, place))
