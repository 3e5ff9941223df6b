"""One message with its outcome as the JSON contract shows it, and in one line for people."""

from __future__ import annotations

from typing import Any

from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.result import Result
from hub.model.summary import summary
from hub.reports.entries import entries_json
from hub.rules.releases import RELEASES
from hub.store.feed_record import feed_summary
from hub.texts.catalogue import sentence, why
from hub.texts.shown import decision_json, finding_json

_LAST = 9
# Which decision says most about a booking that went without a remark, the most telling first.
_TELLING = {
    "g_extension": 0, "g_agreed_percentage": 0, "reverse_charge_guessed_rate": 1, "reverse_charge_relation_rate": 1,
    "ecb_rate": 2, "accounting_cost_line": 3, "accounting_cost_document": 3, "mapping_rule": 4, "fixed_contra_account": 4,
    "learned_suggestion": 4, "prepayment_invoice": 3, "default_account": 5,
    "shop_rate_of_country": 2, "shop_export": 2, "shop_within_eu": 2, "shop_paid_by_bank": 2, "payout_fee_vat": 3,
    "payout_fee_vat_taken_out": 3, "cumulative_less_booked": 3, "mapped_word": 6,
}  # fmt: skip
_RANK = {"fatal": 0, "warning": 1, "information": 2}


def outcome_json(name: str, result: Result, language: str = "nl", *, recorded: bool = True) -> dict[str, Any]:
    """`file, message_id, outcome, document, entries, decisions, findings`. Not recorded = no message id."""
    booking = result.booking
    currency = _currency(result)
    return {
        "file": name,
        "message_id": result.message.id if recorded else None,
        "outcome": result.outcome,
        "format": result.format,
        "profile": result.profile,
        "judged_by": dict(result.judged_by),
        "document": _document(result),
        "entries": entries_json(result) if result.outcome == "posted" else [],
        "decisions": [decision_json(d, language, currency, result.relation_code) for d in booking.decisions],
        "findings": [finding_json(f, language, currency) for f in booking.findings],
        "earlier": booking.earlier.message_id if booking.earlier else booking.earlier_uid or None,
    }


def _document(result: Result) -> dict[str, Any] | None:
    invoice, booking = result.invoice, result.booking
    if invoice is not None:
        return summary(invoice, booking.direction or "", booking.identity, result.relation_code)
    return None if result.feed is None else feed_summary(result.feed, booking.identity, result.relation_code)


def _currency(result: Result) -> str:
    document = result.invoice or result.feed
    return document.currency if document else ""


def reason(result: Result, language: str = "nl") -> str:
    """The one sentence that matters; see `one_line`."""
    return one_line(result.booking.findings, result.booking.decisions, language, _currency(result))


def one_line(
    findings: tuple[Finding, ...], decisions: tuple[Decision, ...], language: str = "nl", currency: str = ""
) -> str:
    """The gravest finding that bears on the outcome; without one the decision that tells most, at least how the account was chosen."""
    finding = gravest(telling(findings))
    if finding is not None:
        return sentence(finding, language, currency)
    ranked = sorted(enumerate(decisions), key=lambda pair: (_TELLING.get(pair[1].why, _LAST), pair[0]))
    if not ranked or ranked[0][1].why not in _TELLING:
        return ""
    chosen = ranked[0][1]
    return f"{chosen.value}: {why(chosen, language, currency)}"


def telling(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Without the advice of official rules: it travels with the document, and is no reason for anything that became of it."""
    return tuple(f for f in findings if f.fatal or (f.layer not in RELEASES and not f.code.startswith("HUB-RULES-")))


def gravest(findings: tuple[Finding, ...]) -> Finding | None:
    """The finding that decided: fatal before warning before information, what the hub itself found before the rest.

    A refusal by arithmetic names its total (`HUB-TOT-01`) before the official rule that says the same.
    """
    found = sorted(enumerate(findings), key=lambda pair: (_RANK[pair[1].severity], pair[1].layer != "hub", pair[0]))
    return found[0][1] if found else None
