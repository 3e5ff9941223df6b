"""Invariants of paying: every movement is booked once, every payment file is what was proposed, nothing is paid twice."""

from __future__ import annotations

from hub.reports.verify_checks import Check

_ACTIVE = """NOT EXISTS (SELECT 1 FROM entry u WHERE u.administration_id = n.administration_id AND u.reversal_of = n.entry_id)"""
_SIGNED = "CASE WHEN p.side = 'debit' THEN {0} ELSE -{0} END"

BOOKED = Check(
    "payments-booked",
    "every movement on our accounts is booked by one entry, for its amount on its account, or was undone by reversal",
    "SELECT COUNT(*) FROM payment WHERE administration_id = :a",
    f"""SELECT 'payment ' || m.id || ' of ' || m.amount || ': ' || COALESCE(s.entries, 0) || ' entries, '
          || COALESCE(s.active, 0) || ' in force, ' || COALESCE(s.moved, 0) || ' on its account'
        FROM payment m JOIN administration d ON d.id = m.administration_id
        LEFT JOIN (SELECT n.payment_id, COUNT(*) AS entries, SUM(n.active) AS active,
              SUM(CASE WHEN n.active = 1 THEN b.moved ELSE 0 END) AS moved
            FROM (SELECT n.administration_id, n.payment_id, n.entry_id, CASE WHEN {_ACTIVE} THEN 1 ELSE 0 END AS active
                  FROM payment_entry n WHERE n.administration_id = :a AND n.role = 'bank') n
            JOIN (SELECT p.entry_id, q.payment_id, SUM({_SIGNED.format("p.base_amount")}) AS moved
                  FROM payment_entry q JOIN payment k ON k.administration_id = q.administration_id AND k.id = q.payment_id
                  JOIN posting p ON p.administration_id = q.administration_id AND p.entry_id = q.entry_id AND p.account_id = k.account_id
                  WHERE q.administration_id = :a AND q.role = 'bank' GROUP BY p.entry_id, q.payment_id) b
              ON b.entry_id = n.entry_id AND b.payment_id = n.payment_id
            GROUP BY n.payment_id) s ON s.payment_id = m.id
        WHERE m.administration_id = :a AND (s.entries IS NULL OR s.active > 1
          OR (s.active = 1 AND m.currency = d.currency AND s.moved <> m.amount))""",
)
WAITING = Check(
    "payments-waiting",
    "of no movement more was taken from where it waited than came in",
    "SELECT COUNT(*) FROM payment_entry WHERE administration_id = :a AND role = 'match'",
    f"""SELECT 'payment ' || m.id || ' of ' || m.amount || ' has ' || SUM({_SIGNED.format("p.amount")}) || ' left on account '
          || MIN(a.code)
        FROM payment m JOIN payment_entry n ON n.administration_id = m.administration_id AND n.payment_id = m.id
        JOIN posting p ON p.administration_id = n.administration_id AND p.entry_id = n.entry_id AND p.currency = m.currency
        JOIN account a ON a.administration_id = p.administration_id AND a.id = p.account_id
        WHERE m.administration_id = :a AND a.rgs = 'BVorTusTov' AND {_ACTIVE}
        GROUP BY m.administration_id, m.id, m.amount
        HAVING SUM({_SIGNED.format("p.amount")}) * m.amount > 0
          OR ABS(SUM({_SIGNED.format("p.amount")})) > ABS(m.amount)""",
)
LINES = Check(
    "proposal-lines",
    "every line of a payment file comes to what its items do",
    "SELECT COUNT(*) FROM payment_line WHERE administration_id = :a",
    """SELECT 'line ' || l.end_to_end_id || ' of ' || l.amount || ': its items come to ' || COALESCE(SUM(i.amount), 0)
        FROM payment_line l LEFT JOIN payment_line_item i ON i.administration_id = l.administration_id AND i.line_id = l.id
        WHERE l.administration_id = :a GROUP BY l.administration_id, l.id, l.end_to_end_id, l.amount
        HAVING l.amount <= 0 OR COALESCE(SUM(i.amount), 0) <> l.amount""",
)
EXPORTED = Check(
    "proposals-exported",
    "every payment file that went out had the count and the total of its proposal",
    "SELECT COUNT(*) FROM payment_proposal WHERE administration_id = :a AND exported_at IS NOT NULL",
    """SELECT 'proposal ' || q.number || ': exported ' || q.exported_count || ' of ' || q.exported_total || ', its lines are '
          || COUNT(l.id) || ' of ' || COALESCE(SUM(l.amount), 0)
        FROM payment_proposal q LEFT JOIN payment_line l ON l.administration_id = q.administration_id
          AND l.proposal_id = q.id AND l.state <> 'removed'
        WHERE q.administration_id = :a AND q.state = 'exported'
        GROUP BY q.administration_id, q.id, q.number, q.exported_count, q.exported_total
        HAVING COUNT(l.id) <> q.exported_count OR COALESCE(SUM(l.amount), 0) <> q.exported_total""",
)
ONCE = Check(
    "proposed-once",
    "no open item is in two payment files at once",
    "SELECT COUNT(*) FROM payment_line_item WHERE administration_id = :a AND active",
    """SELECT 'open item ' || i.open_item_id || ' is in ' || COUNT(*) || ' payment lines at once' FROM payment_line_item i
        WHERE i.administration_id = :a AND i.active GROUP BY i.open_item_id HAVING COUNT(*) > 1""",
)
STATEMENTS = Check(
    "statements-add-up",
    "opening plus the movements that a statement told of is its closing, to the cent",
    "SELECT COUNT(*) FROM bank_statement WHERE administration_id = :a",
    """SELECT 'statement ' || s.number || ' of ' || s.closing_date || ': ' || s.opening || ' and ' || COALESCE(SUM(m.amount), 0)
          || ' is not ' || s.closing
        FROM bank_statement s LEFT JOIN bank_statement_entry e ON e.administration_id = s.administration_id AND e.statement_id = s.id
        LEFT JOIN payment m ON m.administration_id = e.administration_id AND m.id = e.payment_id
        WHERE s.administration_id = :a AND s.opening IS NOT NULL
        GROUP BY s.administration_id, s.id, s.number, s.closing_date, s.opening, s.closing
        HAVING s.opening + COALESCE(SUM(m.amount), 0) <> s.closing""",
)
CHAINED = Check(
    "statements-chained",
    "every statement begins where the one before it ended, or the gap between them was told",
    "SELECT COUNT(*) FROM bank_statement WHERE administration_id = :a AND previous_id IS NOT NULL",
    """SELECT 'statement ' || s.number || ' of ' || s.closing_date || ' begins with ' || s.opening
          || ', the one before it ended with ' || COALESCE(p.closing, 0) || '; a gap of ' || s.gap || ' was told'
        FROM bank_statement s LEFT JOIN bank_statement p ON p.administration_id = s.administration_id AND p.id = s.previous_id
        WHERE s.administration_id = :a AND s.previous_id IS NOT NULL AND s.opening IS NOT NULL
          AND (p.id IS NULL OR (s.opening <> p.closing + s.gap AND NOT (s.opening = p.opening AND s.closing = p.closing)))""",
)

CHECKS = (BOOKED, WAITING, LINES, EXPORTED, ONCE, STATEMENTS, CHAINED)
