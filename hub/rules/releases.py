"""Which releases of each set of rules there are, and from which day each of them judges.

A set of rules is published several times a year, some time before it must be used. A document is judged by the release that is
mandatory on the day; one that is published but not yet mandatory judges nobody, unless it is asked for. What a release
changes stands in `hub/rules/<layer>/changes.py`, as a difference with the current one, and is made into rules when a release is
first asked for.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple


class Release(NamedTuple):
    """One release of one set of rules.

    `version` is the publisher's number, `name` how else it is known (`2026-05`, empty where it has none). `mandatory` is the day from
    which it judges, None while no day is known. `source` is the official file it was compared with or is known from.
    """

    layer: str
    version: str
    name: str
    published: date
    mandatory: date | None
    source: str


EN16931, PEPPOL, SELF_BILLING, NLCIUS, GACCOUNT = "en16931", "peppol", "peppol-sb", "nlcius", "gaccount"

_RELEASES: tuple[Release, ...] = (
    Release(EN16931, "1.3.16", "", date(2026, 4, 14), date(2026, 5, 15), "CEN validation-1.3.16, EN16931-UBL-validation"),
    Release(PEPPOL, "3.0.21", "2026-05", date(2026, 5, 18), date(2026, 8, 17), "OpenPeppol 2026-05, PEPPOL-EN16931-UBL"),
    Release(SELF_BILLING, "3.0.2", "2026-05", date(2026, 5, 18), date(2026, 8, 17), "OpenPeppol 2026-05, PEPPOL-EN16931-UBL-SB"),
    Release(NLCIUS, "2.0.3.13", "", date(2026, 5, 21), date(2026, 5, 21), "SimplerInvoicing si-ubl-2.0.3.13"),
    Release(GACCOUNT, "1.0.13", "", date(2026, 5, 21), date(2026, 5, 21), "SimplerInvoicing si-ubl-2.0-ext-gaccount-1.0.13"),
)  # fmt: skip

LAYERS = (EN16931, PEPPOL, SELF_BILLING, NLCIUS, GACCOUNT)
"""The sets of rules, in the order in which they are judged."""

RELEASES: dict[str, tuple[Release, ...]] = {
    layer: tuple(release for release in _RELEASES if release.layer == layer) for layer in LAYERS
}
"""The releases of each set, the oldest first."""


def in_force(layer: str, on: date) -> Release:
    """The release that judges on a day: the last that is mandatory then; before the first of all, the first."""
    known = RELEASES[layer]
    return next((each for each in reversed(known) if each.mandatory is not None and each.mandatory <= on), known[0])


def after(release: Release) -> Release | None:
    """The release that follows, None after the last that is known."""
    known = RELEASES[release.layer]
    place = known.index(release) + 1
    return known[place] if place < len(known) else None


def last_day(release: Release) -> date | None:
    """The last day on which a release judges; None while it is not known when another takes its place."""
    following = after(release)
    return following.mandatory - timedelta(days=1) if following is not None and following.mandatory else None


def found(layer: str, text: str) -> Release | None:
    """The release of a layer that someone means: by its number, or by its name (`2026-05`, `2026.5`); None when there is none."""
    wanted = _plain(text)
    return next((each for each in RELEASES[layer] if wanted in (each.version, _plain(each.name))), None)


def _plain(text: str) -> str:
    """A year and month as `2026-05`, however it is written; anything else as it stands."""
    year, _, month = text.strip().replace(".", "-").partition("-")
    return f"{year}-{month:0>2}" if len(year) == 4 and year.isdigit() and month.isdigit() else text.strip()
