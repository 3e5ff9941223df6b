"""The invariants of approval: the suspense account ends at zero per document, and nothing is paid or approved out of turn."""

from __future__ import annotations

from hub.reports.verify_checks import Check


def _last(column: str, otherwise: str) -> str:
    """A column of the last act on approval `a`."""
    return (
        f"COALESCE((SELECT b.{column} FROM approval_act b WHERE b.administration_id = a.administration_id"
        f" AND b.message_uid = a.message_uid ORDER BY b.number DESC LIMIT 1), '{otherwise}')"
    )


_STATE = (
    "CASE WHEN EXISTS (SELECT 1 FROM approval c WHERE c.administration_id = a.administration_id"
    f" AND c.of_uid = a.message_uid AND c.ends) THEN 'credited' ELSE {_last('state', 'waiting')} END"
)
_ENDING = _last("ending", "")
# What a document and the credit notes that belong to it leave on its suspense account, `own` of it by its own entry.
_SUSPENSE = """(SELECT r.message_uid AS uid,
      SUM(CASE WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END) AS amount,
      SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END) AS base,
      SUM(CASE WHEN e.message_uid IS NULL OR e.message_uid <> r.message_uid OR e.reversal_of IS NOT NULL THEN 0
        WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END) AS own
    FROM approval f JOIN approval r ON r.administration_id = f.administration_id AND r.message_uid = COALESCE(f.of_uid, f.message_uid)
    JOIN document d ON d.administration_id = f.administration_id AND d.message_uid = f.message_uid
    JOIN entry e ON e.administration_id = d.administration_id AND e.document_id = d.id
    JOIN posting p ON p.administration_id = e.administration_id AND p.entry_id = e.id AND p.account_id = r.account_id
    WHERE f.administration_id = :a GROUP BY r.message_uid)"""
_AT_ONCE = "SELECT COUNT(*) FROM approval WHERE administration_id = :a AND method = 'book_at_once'"

SUSPENSE_ENDED = Check(
    "suspense-ended",
    "a purchase that was approved, taken back or credited leaves nothing on the suspense account, in its currency and in base",
    _AT_ONCE,
    f"""SELECT 'message ' || x.uid || ': ' || x.state || ', and ' || x.amount || ' is left on the suspense account, '
          || x.base || ' in base'
        FROM (SELECT a.message_uid AS uid, {_STATE} AS state, {_ENDING} AS ending, s.amount, s.base
          FROM approval a JOIN {_SUSPENSE} s ON s.uid = a.message_uid
          WHERE a.administration_id = :a AND a.method = 'book_at_once') x
        WHERE (x.state IN ('approved', 'credited') OR (x.state = 'rejected' AND x.ending = 'returned'))
          AND (x.amount <> 0 OR x.base <> 0)""",
)
SUSPENSE_WAITING = Check(
    "suspense-waiting",
    "a purchase that still waits has its whole net cost on the suspense account, as its own entry put it there",
    _AT_ONCE,
    f"""SELECT 'message ' || x.uid || ': ' || x.state || ', its entry put ' || x.own || ' on the suspense account, now '
          || x.base || ' stands there'
        FROM (SELECT a.message_uid AS uid, {_STATE} AS state, s.base, s.own
          FROM approval a JOIN {_SUSPENSE} s ON s.uid = a.message_uid
          WHERE a.administration_id = :a AND a.method = 'book_at_once') x
        WHERE x.state IN ('waiting', 'on_hold') AND x.base <> x.own""",
)
NOT_REVERSED = Check(
    "suspense-reversed",
    "no entry of a purchase that still waits, or waits for its credit note, was reversed",
    _AT_ONCE,
    f"""SELECT 'message ' || x.uid || ': ' || x.state || ', and its entry was reversed'
        FROM (SELECT a.message_uid AS uid, {_STATE} AS state, {_ENDING} AS ending
          FROM approval a WHERE a.administration_id = :a AND a.method = 'book_at_once') x
        JOIN entry e ON e.message_uid = x.uid AND e.administration_id = :a AND e.reversal_of IS NULL
        JOIN entry r ON r.administration_id = e.administration_id AND r.reversal_of = e.id
        WHERE x.state IN ('waiting', 'on_hold') OR (x.state = 'rejected' AND x.ending = 'wait_for_credit')""",
)
BLOCKED = Check(
    "approval-blocked",
    "every open item of a purchase that is not approved is blocked for payment",
    _AT_ONCE,
    f"""SELECT 'open item ' || o.number || ' of message ' || x.uid || ': ' || x.state || ', and not blocked'
        FROM (SELECT a.message_uid AS uid, {_STATE} AS state, {_ENDING} AS ending
          FROM approval a WHERE a.administration_id = :a AND a.method = 'book_at_once') x
        JOIN entry e ON e.message_uid = x.uid AND e.administration_id = :a AND e.reversal_of IS NULL
        JOIN open_item o ON o.administration_id = e.administration_id AND o.entry_id = e.id
        LEFT JOIN open_item_block b ON b.administration_id = o.administration_id AND b.open_item_id = o.id
          AND b.reason = 'approval' AND b.lifted_at IS NULL
        WHERE b.open_item_id IS NULL AND x.state <> 'approved'""",
)
ACTS = Check(
    "approval-acts",
    "acts of approval are numbered without gaps, none follows an ending, and each purchase that waits is known as such",
    "SELECT COUNT(*) FROM approval WHERE administration_id = :a",
    f"""SELECT 'message ' || b.message_uid || ': ' || COUNT(*) || ' acts, the last has number ' || MAX(b.number)
        FROM approval_act b WHERE b.administration_id = :a GROUP BY b.message_uid HAVING MAX(b.number) <> COUNT(*)
        UNION ALL SELECT 'message ' || b.message_uid || ': an act follows ' || b.state FROM approval_act b
        JOIN approval_act c ON c.administration_id = b.administration_id AND c.message_uid = b.message_uid AND c.number = b.number + 1
        WHERE b.administration_id = :a AND (b.state = 'approved' OR (b.state = 'rejected' AND c.act <> 'reject'))
        UNION ALL SELECT 'message ' || d.message_uid || ': held for approval, and not under approval' FROM document d
        JOIN finding f ON f.administration_id = d.administration_id AND f.message_uid = d.message_uid AND f.code = 'HUB-APPR-01'
        LEFT JOIN approval a ON a.administration_id = d.administration_id AND a.message_uid = d.message_uid
        WHERE d.administration_id = :a AND d.outcome = 'held' AND a.message_uid IS NULL
        UNION ALL SELECT 'message ' || x.uid || ': ' || x.state || ' by nobody, and booked' FROM (
          SELECT a.message_uid AS uid, {_STATE} AS state FROM approval a
          WHERE a.administration_id = :a AND a.method = 'register_first') x
        JOIN entry e ON e.message_uid = x.uid AND e.administration_id = :a AND e.reversal_of IS NULL
        WHERE x.state <> 'approved'""",
)
DUTIES = Check(
    "approval-duties",
    "nobody approved a purchase twice, or was the first to approve what he handed in or booked",
    "SELECT COUNT(*) FROM approval_act WHERE administration_id = :a AND act = 'approve'",
    """SELECT 'message ' || b.message_uid || ': approved ' || COUNT(*) || ' times by one user' FROM approval_act b
        WHERE b.administration_id = :a AND b.act = 'approve' GROUP BY b.message_uid, b.actor_id HAVING COUNT(*) > 1
        UNION ALL SELECT 'message ' || b.message_uid || ': approved first by who handed it in or booked it' FROM approval_act b
        JOIN (SELECT message_uid, MIN(number) AS number FROM approval_act WHERE administration_id = :a AND act = 'approve'
          GROUP BY message_uid) f ON f.message_uid = b.message_uid AND f.number = b.number
        JOIN approval a ON a.administration_id = b.administration_id AND a.message_uid = b.message_uid
        JOIN message m ON m.administration_id = b.administration_id AND m.uid = b.message_uid
        WHERE b.administration_id = :a AND b.actor_id IN (a.actor_id, m.actor_id)""",
)

CHECKS = (SUSPENSE_ENDED, SUSPENSE_WAITING, NOT_REVERSED, BLOCKED, ACTS, DUTIES)
