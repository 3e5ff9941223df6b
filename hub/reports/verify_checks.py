"""The invariants that one SQL question answers: each a name, what it proves, and the rows that break it.

Every question runs on SQLite and PostgreSQL, sees one snapshot, and returns one text per violation. `:a`
is the administration. They can be run by hand on any live installation. Sets are compared by GROUP BY and
EXCEPT rather than row by row, so that no plan of either engine makes the time grow with the square.
"""

from __future__ import annotations

from dataclasses import dataclass

# How an entry `e` is named in a failure: INK 2026/12.
_ENTRY = (
    "COALESCE((SELECT j.code || ' ' || y.year || '/' || e.number FROM journal j, fiscal_year y"
    " WHERE j.administration_id = e.administration_id AND j.id = e.journal_id"
    " AND y.administration_id = e.administration_id AND y.id = e.fiscal_year_id), 'entry ' || e.id)"
)
_SIGNED = "CASE WHEN p.side = 'debit' THEN p.{0} ELSE -p.{0} END"
_POSTINGS = "posting p ON p.administration_id = e.administration_id AND p.entry_id = e.id"


@dataclass(frozen=True, slots=True)
class Check:
    """`count` says how many facts are looked at, `broken` names those that fail."""

    name: str
    proves: str
    count: str
    broken: str


BALANCE = Check(
    "entry-balance",
    "debit equals credit in every entry, per currency and in base currency",
    "SELECT COUNT(*) FROM entry WHERE administration_id = :a",
    f"""SELECT {_ENTRY} || ': ' || p.currency || ' is out by ' || SUM({_SIGNED.format("amount")})
        FROM entry e JOIN {_POSTINGS} WHERE e.administration_id = :a
        GROUP BY e.administration_id, e.id, p.currency HAVING SUM({_SIGNED.format("amount")}) <> 0
        UNION ALL SELECT {_ENTRY} || ': base is out by ' || SUM({_SIGNED.format("base_amount")})
        FROM entry e JOIN {_POSTINGS} WHERE e.administration_id = :a
        GROUP BY e.administration_id, e.id HAVING SUM({_SIGNED.format("base_amount")}) <> 0""",
)
POSTING_COUNT = Check(
    "posting-count",
    "every entry has exactly the postings its header was sealed with, two at least",
    "SELECT COUNT(*) FROM entry WHERE administration_id = :a",
    f"""SELECT {_ENTRY} || ': ' || COUNT(p.entry_id) || ' postings, sealed with ' || e.posting_count
        FROM entry e LEFT JOIN {_POSTINGS} WHERE e.administration_id = :a
        GROUP BY e.administration_id, e.id HAVING COUNT(p.entry_id) <> e.posting_count OR COUNT(p.entry_id) < 2""",
)


def _orphans(table: str) -> str:
    return f"""SELECT '{table} of entry ' || x.id || ' belongs to no entry' FROM (
          SELECT entry_id AS id FROM {table} WHERE administration_id = :a
          EXCEPT SELECT id FROM entry WHERE administration_id = :a) x"""


ORPHANS = Check(
    "no-orphans",
    "no posting, VAT line, open item or set of facts stands without its entry, and no entry of a document without facts",
    "SELECT COUNT(*) FROM posting WHERE administration_id = :a",
    " UNION ALL ".join(map(_orphans, ("posting", "vat_line", "open_item", "entry_facts")))
    + f""" UNION ALL SELECT {_ENTRY} || ': has no facts' FROM entry e WHERE e.administration_id = :a AND e.id IN (
          SELECT id FROM entry WHERE administration_id = :a AND document_id IS NOT NULL
          EXCEPT SELECT entry_id FROM entry_facts WHERE administration_id = :a)""",
)
REFERENCES = Check(
    "references",
    "everything an entry names exists in its own administration: journal, document, accounts, VAT codes, reversed entry",
    "SELECT COUNT(*) FROM posting WHERE administration_id = :a",
    f"""SELECT {_ENTRY} || ': names a journal, document or entry that is not there' FROM entry e
        LEFT JOIN journal j ON j.administration_id = e.administration_id AND j.id = e.journal_id
        LEFT JOIN document d ON d.administration_id = e.administration_id AND d.id = e.document_id
        LEFT JOIN entry r ON r.administration_id = e.administration_id AND r.id = e.reversal_of
        WHERE e.administration_id = :a AND (j.id IS NULL OR (e.document_id IS NOT NULL AND d.id IS NULL)
          OR (e.reversal_of IS NOT NULL AND r.id IS NULL))
        UNION ALL SELECT {_ENTRY} || ': posting ' || p.line || ' names an account that is not there'
        FROM entry e JOIN {_POSTINGS} LEFT JOIN account c ON c.administration_id = p.administration_id AND c.id = p.account_id
        WHERE e.administration_id = :a AND c.id IS NULL
        UNION ALL SELECT {_ENTRY} || ': VAT code ' || v.code || ' is not there'
        FROM entry e JOIN vat_line v ON v.administration_id = e.administration_id AND v.entry_id = e.id
        WHERE e.administration_id = :a AND NOT EXISTS (
          SELECT 1 FROM vat_code c WHERE c.administration_id = v.administration_id AND c.code = v.code)
        UNION ALL SELECT {_ENTRY} || ': is booked on another message than its document came in with' FROM entry e
        JOIN document d ON d.administration_id = e.administration_id AND d.id = e.document_id
        WHERE e.administration_id = :a AND e.reversal_of IS NULL
          AND e.message_uid <> d.message_uid""",
)
PERIODS = Check(
    "periods",
    "every entry is dated within its period, and every period lies within its fiscal year",
    "SELECT COUNT(*) FROM entry WHERE administration_id = :a",
    f"""SELECT {_ENTRY} || ': ' || e.booking_date || ' lies outside its period' FROM entry e
        LEFT JOIN period q ON q.administration_id = e.administration_id AND q.id = e.period_id
        WHERE e.administration_id = :a AND (q.id IS NULL OR q.fiscal_year_id <> e.fiscal_year_id
          OR e.booking_date < q.first_day OR e.booking_date > q.last_day)
        UNION ALL SELECT 'period ' || q.name || ': lies outside fiscal year ' || y.year FROM period q
        JOIN fiscal_year y ON y.administration_id = q.administration_id AND y.id = q.fiscal_year_id
        WHERE q.administration_id = :a AND (q.first_day < y.first_day OR q.last_day > y.last_day)""",
)
NUMBERS = Check(
    "numbers",
    "entry numbers run from 1 without gaps per journal and fiscal year, up to the number given out last",
    "SELECT COUNT(*) FROM (SELECT DISTINCT journal_id, fiscal_year_id FROM entry WHERE administration_id = :a) x",
    """SELECT j.code || ' ' || y.year || ': ' || x.entries || ' entries numbered ' || x.low || ' to ' || x.high
          || ', last given out ' || COALESCE(CAST(s.last AS TEXT), 'none')
        FROM (SELECT journal_id, fiscal_year_id, COUNT(*) AS entries, COUNT(DISTINCT number) AS numbers,
                MIN(number) AS low, MAX(number) AS high
              FROM entry WHERE administration_id = :a GROUP BY journal_id, fiscal_year_id) x
        JOIN journal j ON j.administration_id = :a AND j.id = x.journal_id
        JOIN fiscal_year y ON y.administration_id = :a AND y.id = x.fiscal_year_id
        LEFT JOIN number_series s ON s.administration_id = :a AND s.journal_id = x.journal_id
          AND s.fiscal_year_id = x.fiscal_year_id
        WHERE s.last IS NULL OR x.low <> 1 OR x.high <> x.entries OR x.numbers <> x.entries OR s.last <> x.high
        UNION ALL SELECT j.code || ' ' || y.year || '/' || x.number || ': the number before it is missing' FROM (
          SELECT journal_id, fiscal_year_id, number,
            LAG(number) OVER (PARTITION BY journal_id, fiscal_year_id ORDER BY number) AS before
          FROM entry WHERE administration_id = :a) x
        JOIN journal j ON j.administration_id = :a AND j.id = x.journal_id
        JOIN fiscal_year y ON y.administration_id = :a AND y.id = x.fiscal_year_id
        WHERE x.number <> COALESCE(x.before, 0) + 1
        UNION ALL SELECT 'journal ' || s.journal_id || ': numbers were given out up to ' || s.last || ' and none is used'
        FROM number_series s WHERE s.administration_id = :a AND s.last <> 0 AND NOT EXISTS (
          SELECT 1 FROM entry f WHERE f.administration_id = s.administration_id AND f.journal_id = s.journal_id
            AND f.fiscal_year_id = s.fiscal_year_id)""",
)
CONTROL_ACCOUNTS = Check(
    "control-accounts",
    "control accounts hold only postings with relation and open item of the same side, currency and relation; no other does",
    "SELECT COUNT(*) FROM posting WHERE administration_id = :a",
    f"""SELECT {_ENTRY} || ': posting ' || p.line || ' on ' || c.code FROM entry e JOIN {_POSTINGS}
        JOIN account c ON c.administration_id = p.administration_id AND c.id = p.account_id
        LEFT JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id
        WHERE e.administration_id = :a AND ((c.control = '') <> (p.open_item_id IS NULL)
          OR (p.open_item_id IS NULL) <> (p.relation_id IS NULL)
          OR (p.open_item_id IS NOT NULL AND (o.id IS NULL OR o.side <> c.control
            OR o.relation_id <> p.relation_id OR o.currency <> p.currency)))
        UNION ALL SELECT 'open item ' || o.number || ': names a relation that is not there' FROM open_item o
        WHERE o.administration_id = :a AND NOT EXISTS (
          SELECT 1 FROM relation r WHERE r.administration_id = o.administration_id AND r.id = o.relation_id)""",
)
CONTROL_BALANCE = Check(
    "control-balance",
    "on every booking date, as known at every instant, the control accounts equal the sum of the open items",
    "SELECT COUNT(*) FROM (SELECT DISTINCT booking_date FROM entry WHERE administration_id = :a) x",
    f"""SELECT x.side || ' on ' || x.day || ': control account and open items differ by ' || SUM(x.amount) FROM (
          SELECT c.control AS side, e.booking_date AS day, e.posted_at AS known, {_SIGNED.format("base_amount")} AS amount
          FROM entry e JOIN {_POSTINGS}
          JOIN account c ON c.administration_id = p.administration_id AND c.id = p.account_id
          WHERE e.administration_id = :a AND c.control <> ''
          UNION ALL
          SELECT o.side, e.booking_date, e.posted_at, -({_SIGNED.format("base_amount")})
          FROM entry e JOIN {_POSTINGS}
          JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id
          WHERE e.administration_id = :a) x
        GROUP BY x.side, x.day, x.known HAVING SUM(x.amount) <> 0""",
)
POSTING_DATES = Check(
    "posting-dates",
    "every posting bears the booking date of its entry, and on open items the instant and the day it falls due",
    "SELECT COUNT(*) FROM posting WHERE administration_id = :a",
    f"""SELECT {_ENTRY} || ': posting ' || p.line || ' bears other dates than its entry or open item'
        FROM entry e JOIN {_POSTINGS}
        LEFT JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id
        LEFT JOIN (SELECT q.open_item_id, SUM(CASE WHEN (q.side = 'debit') = (i.side = 'receivable') THEN q.amount ELSE -q.amount END)
              AS original FROM posting q JOIN open_item i ON i.administration_id = q.administration_id AND i.id = q.open_item_id
              AND i.entry_id = q.entry_id WHERE q.administration_id = :a GROUP BY q.open_item_id) s ON s.open_item_id = p.open_item_id
        WHERE e.administration_id = :a AND (p.booking_date IS NULL OR p.booking_date <> e.booking_date
          OR (p.open_item_id IS NULL AND (p.posted_at IS NOT NULL OR p.falls_due IS NOT NULL))
          OR (p.open_item_id IS NOT NULL AND (p.posted_at IS NULL OR p.posted_at <> e.posted_at
            OR (s.original > 0) <> (p.falls_due IS NOT NULL) OR p.falls_due <> o.due_date)))""",
)
SETTLED = Check(
    "settlements",
    "no open item was settled for more than it was opened for, and what is settled in its currency is settled in base",
    "SELECT COUNT(*) FROM open_item WHERE administration_id = :a",
    """SELECT 'open item ' || o.number || ' of ' || s.opened || ' has ' || s.rest || ' left, ' || s.base || ' in base'
        FROM open_item o JOIN (SELECT i.id, SUM(CASE WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END) AS rest,
            SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END) AS base,
            SUM(CASE WHEN p.entry_id <> i.entry_id THEN 0 WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END) AS opened
          FROM open_item i JOIN posting p ON p.administration_id = i.administration_id AND p.open_item_id = i.id
          WHERE i.administration_id = :a GROUP BY i.id) s ON s.id = o.id
        WHERE o.administration_id = :a AND (s.rest * s.opened < 0 OR ABS(s.rest) > ABS(s.opened) OR (s.rest = 0 AND s.base <> 0))""",
)
DOCUMENT_DUE = Check(
    "document-due",
    "every invoice put exactly its amount due (BT-115) on its open items",
    "SELECT COUNT(*) FROM entry WHERE administration_id = :a AND message_uid IS NOT NULL AND reversal_of IS NULL",
    f"""SELECT {_ENTRY} || ': ' || d.number || ' is due ' || d.due || ', on its open items stands '
          || SUM(CASE WHEN (p.side = 'debit') = (o.side = 'receivable') THEN p.amount ELSE -p.amount END)
        FROM entry e JOIN document d ON d.administration_id = e.administration_id AND d.id = e.document_id
        JOIN {_POSTINGS} JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id
        WHERE e.administration_id = :a AND e.reversal_of IS NULL AND d.due IS NOT NULL AND e.message_uid IS NOT NULL
        GROUP BY e.administration_id, e.id, d.administration_id, d.id
        HAVING SUM(CASE WHEN (p.side = 'debit') = (o.side = 'receivable') THEN p.amount ELSE -p.amount END)
          <> CASE WHEN d.kind = 'credit_note' THEN -d.due ELSE d.due END""",
)
BOOKED_ONCE = Check(
    "booked-once",
    "every message that is posted has exactly one entry, sealed at that very instant, and every entry of a message is posted; "
    "what brings no entry of its own (an open order, a bank statement) says so",
    "SELECT COUNT(*) FROM inbox WHERE administration_id = :a AND outcome = 'posted'",
    """SELECT 'message ' || x.uid || ': posted ' || SUM(x.posted) || ' times with ' || SUM(x.entries) || ' entries'
          || CASE WHEN MIN(x.moment) <> MAX(x.moment) THEN ', not at one instant' ELSE '' END FROM (
          SELECT message_uid AS uid, 1 AS posted, 0 AS entries, recorded_at AS moment FROM inbox
          WHERE administration_id = :a AND outcome = 'posted' AND NOT EXISTS (
            SELECT 1 FROM document d WHERE d.administration_id = :a AND d.message_uid = inbox.message_uid
              AND d.kind NOT IN ('invoice', 'credit_note') AND d.decisions IS NOT NULL)
          UNION ALL SELECT message_uid, 0, 1, posted_at FROM entry
          WHERE administration_id = :a AND message_uid IS NOT NULL AND reversal_of IS NULL) x
        GROUP BY x.uid HAVING SUM(x.posted) <> 1 OR SUM(x.entries) <> 1 OR MIN(x.moment) <> MAX(x.moment)""",
)
OUTCOMES = Check(
    "outcomes",
    "every message has one outcome, the same in the inbox and on its document, or is still under way",
    "SELECT COUNT(*) FROM message WHERE administration_id = :a",
    """SELECT 'message ' || x.uid || ': ' || SUM(x.messages) || ' messages, ' || SUM(x.outcomes) || ' outcomes, '
          || SUM(x.documents) || ' documents; ' || COALESCE(MIN(x.outcome), 'nothing is under way')
          || CASE WHEN MIN(x.outcome) <> MAX(x.outcome) THEN ' and ' || MAX(x.outcome) ELSE '' END FROM (
          SELECT uid, 1 AS messages, 0 AS outcomes, 0 AS documents, NULL AS outcome FROM message WHERE administration_id = :a
          UNION ALL SELECT message_uid, 0, 1, 0, outcome FROM inbox WHERE administration_id = :a
          UNION ALL SELECT message_uid, 0, 0, 1, outcome FROM document WHERE administration_id = :a) x
        GROUP BY x.uid HAVING SUM(x.messages) <> 1 OR SUM(x.outcomes) > 1 OR SUM(x.documents) > SUM(x.outcomes)
          OR MIN(x.outcome) <> MAX(x.outcome)
          OR (SUM(x.outcomes) = 0 AND x.uid NOT IN (SELECT message_id FROM queue_message)
            AND x.uid NOT IN (SELECT message_uid FROM outbox)
            AND x.uid NOT IN (SELECT message_uid FROM stream_message WHERE waiting)
            AND NOT EXISTS (SELECT 1 FROM stream_message w JOIN outbox o ON w.message_uid LIKE o.message_uid || '~%'
              WHERE w.message_uid = x.uid) AND x.uid NOT IN (SELECT message_uid FROM parked))""",
)
CLAIMS = Check(
    "claims",
    "no two documents that are posted or held are the same invoice; refused ones and repetitions claim nothing",
    "SELECT COUNT(*) FROM document WHERE administration_id = :a",
    """SELECT d.claim || ': claimed by ' || COUNT(*) || ' documents' FROM document d
        WHERE d.administration_id = :a AND d.claim IS NOT NULL GROUP BY d.claim HAVING COUNT(*) > 1
        UNION ALL SELECT 'document ' || d.number || ': ' || d.outcome || ', claim '
          || COALESCE(d.claim, 'none') FROM document d
        WHERE d.administration_id = :a AND ((d.outcome = 'posted' AND d.claim IS NULL AND d.kind NOT IN ('relations_file', 'orders_file'))
          OR (d.outcome NOT IN ('posted', 'held') AND d.claim IS NOT NULL))
        UNION ALL SELECT 'document ' || d.number || ': ' || d.outcome || ' without the document it repeats' FROM document d
        LEFT JOIN document f ON f.administration_id = d.administration_id AND f.message_uid = d.earlier_uid
        WHERE d.administration_id = :a AND d.outcome = 'duplicate'
          AND (f.id IS NULL OR (f.fingerprint <> d.fingerprint AND (f.number_key <> d.number_key OR f.sha256 <> d.sha256)))
          AND NOT EXISTS (SELECT 1 FROM approval c WHERE c.administration_id = d.administration_id
            AND c.message_uid = d.message_uid AND c.of_uid = d.earlier_uid)""",
)
KEPT = Check(
    "originals-kept",
    "every message and every attachment has its original",
    "SELECT COUNT(*) FROM message WHERE administration_id = :a",
    """SELECT 'original ' || x.sha256 || ' is gone' FROM (
          SELECT sha256 FROM message WHERE administration_id = :a
          UNION SELECT sha256 FROM attachment WHERE administration_id = :a
          EXCEPT SELECT sha256 FROM original WHERE administration_id = :a) x""",
)

CHECKS = (
    BALANCE, POSTING_COUNT, ORPHANS, REFERENCES, PERIODS, NUMBERS, CONTROL_ACCOUNTS, CONTROL_BALANCE, POSTING_DATES,
    SETTLED, DOCUMENT_DUE, BOOKED_ONCE, OUTCOMES, CLAIMS, KEPT,
)  # fmt: skip
