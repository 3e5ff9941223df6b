"""Which releases of each set of rules there are, and from which day each of them judges.

A set of rules is published several times a year, some time before it must be used. A document is judged by the release that is
mandatory on the day; one that is published but not yet mandatory judges nobody, unless it is asked for. What a release
changes stands in `hub/rules/<layer>/changes.py`, as a difference with the next or the last one, and is made into rules when it is
first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from hub.rules.rule import Rule


class Release(NamedTuple):
    """One release of one set of rules.

    `version` is the publisher's number, `name` how else it is known (`2026-05`, empty where it has none). `mandatory` is the day
    from which it judges, None while it judges nobody by itself. `core` is the release of EN 16931 that it is published with and
    judged beside. `source` is what it was compared with; `draft` that its rules are known from drafts only, and were not.
    """

    layer: str
    version: str
    name: str
    published: date
    mandatory: date | None
    core: str
    source: str
    draft: bool = False


EN16931, PEPPOL, SELF_BILLING, NLCIUS, GACCOUNT = "en16931", "peppol", "peppol-sb", "nlcius", "gaccount"

_CEN = "CEN/TC 434 validation-{0}: EN16931-UBL-validation"
_OPEN_PEPPOL = "OpenPeppol {0}: PEPPOL-EN16931-UBL"
_SI, _GA = "Peppolautoriteit si-ubl-{0}", "Peppolautoriteit si-ubl-2.0-ext-gaccount-{0}"
_NOVEMBER = "OpenPeppol peppol-bis-invoice-3, drafts of November 2026"

_RELEASES: tuple[Release, ...] = (
    Release(EN16931, "1.3.14.2", "", date(2025, 6, 15), date(2025, 6, 15), "", _CEN.format("1.3.14.2")),
    Release(EN16931, "1.3.15", "", date(2025, 10, 20), date(2025, 11, 15), "", _CEN.format("1.3.15")),
    Release(EN16931, "1.3.15+0245", "", date(2026, 1, 21), None, "", "OpenPeppol 2025-11 hot fix: CEN-EN16931-UBL"),
    Release(EN16931, "1.3.16", "", date(2026, 4, 14), date(2026, 5, 15), "", _CEN.format("1.3.16")),
    Release(PEPPOL, "3.0.20", "2025-11", date(2025, 11, 24), date(2026, 2, 23), "1.3.15+0245",
            _OPEN_PEPPOL.format("2025-11")),
    Release(PEPPOL, "3.0.21", "2026-05", date(2026, 5, 18), date(2026, 8, 17), "1.3.16", _OPEN_PEPPOL.format("2026-05")),
    Release(PEPPOL, "3.0.22", "2026-11", date(2026, 11, 23), date(2027, 2, 24), "1.3.16", _NOVEMBER, draft=True),
    Release(SELF_BILLING, "3.0.1", "2026-03", date(2026, 3, 5), date(2026, 3, 5), "1.3.15+0245",
            _OPEN_PEPPOL.format("2026-03") + "-SB"),
    Release(SELF_BILLING, "3.0.2", "2026-05", date(2026, 5, 18), date(2026, 8, 17), "1.3.16",
            _OPEN_PEPPOL.format("2026-05") + "-SB"),
    Release(SELF_BILLING, "3.0.3", "2026-11", date(2026, 11, 23), date(2027, 2, 24), "1.3.16", _NOVEMBER, draft=True),
    Release(NLCIUS, "2.0.3.11", "", date(2025, 6, 23), date(2025, 6, 23), "1.3.14.2", _SI.format("2.0.3.11")),
    Release(NLCIUS, "2.0.3.12", "", date(2025, 12, 13), date(2025, 12, 13), "1.3.15", _SI.format("2.0.3.12")),
    Release(NLCIUS, "2.0.3.13", "", date(2026, 5, 21), date(2026, 5, 21), "1.3.16", _SI.format("2.0.3.13")),
    Release(GACCOUNT, "1.0.12", "", date(2025, 12, 13), date(2025, 12, 13), "1.3.15", _GA.format("1.0.12")),
    Release(GACCOUNT, "1.0.13", "", date(2026, 5, 21), date(2026, 5, 21), "1.3.16", _GA.format("1.0.13")),
)  # fmt: skip

NOT_HERE = frozenset(((EN16931, "1.3.17"),))
"""Releases that are known to exist, and of which this build has no rules: 1.3.17 has 982 asserts, and which they are is not known."""

LAYERS = (EN16931, PEPPOL, SELF_BILLING, NLCIUS, GACCOUNT)
"""The sets of rules, in the order in which they are judged."""

RELEASES: dict[str, tuple[Release, ...]] = {
    layer: tuple(release for release in _RELEASES if release.layer == layer) for layer in LAYERS
}
"""The releases of each set, the oldest first."""


@lru_cache(maxsize=512)
def in_force(layer: str, on: date) -> Release:
    """The release that judges on a day: the last that is mandatory then; before the first of all, the first."""
    known = RELEASES[layer]
    return next((each for each in reversed(known) if each.mandatory is not None and each.mandatory <= on), known[0])


def following(layer: str, on: date) -> Release | None:
    """The next release that will judge after the one of this day, None when none is known."""
    now = in_force(layer, on)
    later = [each for each in RELEASES[layer] if each.mandatory is not None and each.mandatory > on]
    return next((each for each in later if each is not now), None)


def last_day(release: Release) -> date | None:
    """The last day on which a release judges; None while it is not known when another takes its place."""
    days = [each.mandatory for each in RELEASES[release.layer] if each.mandatory is not None]
    after = [day for day in days if release.mandatory is not None and day > release.mandatory]
    return after[0] - timedelta(days=1) if after else None


@lru_cache(maxsize=64)
def of_version(layer: str, version: str) -> Release:
    """The release of this number. Raises KeyError when there is none."""
    found_one = next((each for each in RELEASES[layer] if each.version == version), None)
    if found_one is None:
        raise KeyError(f"{layer} {version}")
    return found_one


def found(layer: str, text: str) -> Release | None:
    """The release of a layer that someone means: by its number, or by its name (`2026-05`, `2026.5`); None when there is none."""
    wanted = _plain(text)
    return next((each for each in RELEASES[layer] if wanted and wanted in (each.version, _plain(each.name))), None)


def _plain(text: str) -> str:
    """A year and month as `2026-05`, however it is written; anything else as it stands."""
    year, _, month = text.strip().replace(".", "-").partition("-")
    return f"{year}-{month:0>2}" if len(year) == 4 and year.isdigit() and month.isdigit() else text.strip()


def rules_of(release: Release) -> Iterable[Rule]:
    """Every rule of a release, made when it is first asked for."""
    from hub.rules import en16931, gaccount, nlcius, peppol

    layer, version = release.layer, release.version
    if layer == EN16931:
        return en16931.rules(version)
    if layer in (PEPPOL, SELF_BILLING):
        return peppol.rules(layer, version)
    return nlcius.rules() if layer == NLCIUS else gaccount.rules()  # the same in every release that is known here
