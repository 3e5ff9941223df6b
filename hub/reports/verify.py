"""Verify: the invariants of the books as a product, each with what it proves, on any live installation.

Read only, in one pass per question, with bounded memory: a million entries take longer, not more room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from hub.errors import NotFound, Transient
from hub.ports import Source
from hub.reports.chain import check_chain
from hub.reports.verify_approval import CHECKS as APPROVAL_CHECKS
from hub.reports.verify_checks import CHECKS, Check
from hub.reports.verify_collection import CHECKS as COLLECTION_CHECKS
from hub.reports.verify_collection import check_case_entries
from hub.reports.verify_derivation import Derivation, derive_again
from hub.reports.verify_payments import CHECKS as PAYMENT_CHECKS
from hub.reports.verify_relations import CHECKS as RELATION_CHECKS
from hub.reports.verify_result import CheckResult, Tally
from hub.reports.verify_stored import check_ageing, check_charts, check_originals, check_seals
from hub.reports.verify_streams import CHECKS as STREAM_CHECKS
from hub.reports.verify_vat import CHECKS as VAT_CHECKS
from hub.reports.verify_vat import check_filed
from hub.store import tables as t
from hub.store.database import Database

__all__ = ["CheckResult", "verify"]

Progress = Callable[[str, int], None]  # name of the check, facts looked at since the last call
_INSIDE = (
    ("originals", "every byte that was received is still what it was, by its sha256", check_originals),
    (
        "charts",
        "every snapshot of chart and mapping is what it was, and the one in force is what the tables say",
        check_charts,
    ),
    (
        "seals",
        "every entry is what it was when it was sealed: header, postings, VAT, open items, facts, reasons",
        check_seals,
    ),
    (
        "chain",
        "every block of entries names the hash of the one before, and its own hash follows from its entries",
        check_chain,
    ),
    ("vat-filed", "every VAT return that was filed is what it was, figure by figure", check_filed),
    (
        "case-entries",
        "every entry of a collection case follows from what its agency told, and the agency has what it told less what it passed on",
        check_case_entries,
    ),
    ("ageing", "the ageing report equals the control account on the first, the last and days between", check_ageing),
)


def verify(
    hub_database: Database,
    sources: Sequence[Source],
    administration_codes: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Iterator[CheckResult]:
    """A result per invariant, as soon as it is known; `administration_codes` None is all of them.

    Raises `NotFound` for a code that does not exist. May run beside workers: every question sees one
    snapshot, and what is sealed does not change.
    """
    report = progress or _silent
    with hub_database.reading() as connection:
        chosen = _administrations(connection, administration_codes)
        every = (
            *CHECKS,
            *APPROVAL_CHECKS,
            *PAYMENT_CHECKS,
            *RELATION_CHECKS,
            *VAT_CHECKS,
            *STREAM_CHECKS,
            *COLLECTION_CHECKS,
        )
        for check in every:
            yield _ask(connection, check, chosen, report)
        for name, proves, look in _INSIDE:
            tally = Tally(name, proves)
            for administration_id, code in chosen:
                with _finishing(tally, code):
                    look(connection, administration_id, tally, code, partial(report, name))
            yield tally.result()
        derivation = Derivation()
        for administration_id, code in chosen:
            with _finishing(derivation.entries, code):
                derive_again(connection, administration_id, code, sources, derivation, partial(report, "derivation"))
        for tally in derivation.tallies():
            yield tally.result()


@contextmanager
def _finishing(tally: Tally, code: str) -> Iterator[None]:
    """A row so damaged that it cannot even be fetched fails the check it stopped."""
    try:
        yield
    except (Transient, DBAPIError):
        raise
    except Exception as error:
        tally.add([f"could not be finished: {type(error).__name__}: {error}"[:300]], where=code)


def _silent(_check: str, _count: int) -> None:
    """Nobody is watching."""


def _administrations(connection: Connection, codes: Sequence[str] | None) -> list[tuple[int, str]]:
    rows = connection.execute(select(t.administration.c.id, t.administration.c.code).order_by(t.administration.c.code))
    known = {row.code: row.id for row in rows}
    for code in codes or ():
        if code not in known:
            raise NotFound(f"there is no administration {code!r}")
    return [(known[code], code) for code in (known if codes is None else codes)]


def _ask(connection: Connection, check: Check, chosen: Sequence[tuple[int, str]], report: Progress) -> CheckResult:
    tally = Tally(check.name, check.proves)
    for administration_id, code in chosen:
        checked = int(connection.execute(text(check.count), {"a": administration_id}).scalar_one())
        broken = connection.execute(text(check.broken), {"a": administration_id})
        tally.add((str(row[0]) for row in broken), checked=checked, where=code)
        report(check.name, checked)
    return tally.result()
